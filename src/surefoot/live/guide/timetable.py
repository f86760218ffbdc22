"""What is said when: the whole guide of a session, made before it starts.

The phone gets it in one piece, so that a network that fails halfway stops nothing: every phase with its cues,
what its clock shows, and what follows a foot that comes down. The phases are those of the guide, in order;
their lengths are the shortest ones, as each waits for the end of what is said.
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

from surefoot.live.guide import (
    MAX_RETRIES,
    RETRY_REST_S,
    SHORTEST_REST_S,
    TAIL_S,
    WORTH_RETRYING_S,
    Attempt,
    Cue,
    Guide,
    Phase,
    Take,
    after,
    begin,
    clock_after,
    describe_how,
    length_of,
    react,
    safety_text,
    tell,
    teller,
    timeline,
)
from surefoot.model import Protocol, Setup

COMMON_WPM: Final = 160.0
_TEXTS: Final = (
    "say.touch.off",
    "say.result.saved",
    "say.result.not_saved_yet",
    "screen.touch.again",
    "screen.touch.counts",
    "screen.rest.headline",
    "screen.rest.last",
)


@dataclass(frozen=True, slots=True)
class Step:
    """One phase: its cues at times after its start, its shortest length, what the clock shows at its end."""

    phase: Phase
    length_s: float
    clock_s: float
    cues: tuple[Cue, ...]


@dataclass(frozen=True, slots=True)
class Course:
    """What may become of one attempt.

    `steps` lead to its end and through the rest after it, `again` the same once more, where the foot came
    down and a try is worth it. `touched` are the words for each whole second at which it comes down, the
    first time and in the try again, `stopped` those for a stop, `off` those for a try again given up.
    """

    attempt: Attempt
    steps: tuple[Step, ...]
    again: tuple[Step, ...]
    touched: tuple[tuple[str, ...], tuple[str, ...]]
    stopped: str
    off: str


@dataclass(frozen=True, slots=True)
class Timetable:
    """The steps before the first attempt, and the course of each."""

    protocol: Protocol
    setup: Setup
    language: str
    opening: tuple[Step, ...]
    courses: tuple[Course, ...]


def make_timetable(
    protocol: Protocol,
    setup: Setup,
    attempts: Sequence[Attempt],
    *,
    may_retry: bool = True,
    language: str = "en",
) -> Timetable:
    """Return the guide of a phone's page through `attempts` under `setup`."""
    guide, _ = begin(protocol, setup, attempts, is_phone=True, may_retry=may_retry, language=language)
    opening = []
    while guide.phase != "task":
        opening.append(_step(guide))
        guide = _next(guide)
    courses = []
    for _ in attempts:
        courses.append(_course(guide))
        *_, guide = _through(guide)
    return Timetable(protocol, setup, language, tuple(step for step in opening if step.cues), tuple(courses))


def nominal(timetable: Timetable, lead_s: float) -> tuple[tuple[Cue, ...], tuple[Take, ...]]:
    """Return cues and takes in seconds after the tap, begun `lead_s` later, at a common pace of speaking.

    For a page that knows of no joints: its timetable is as fixed as this.
    """
    opening = [step for step in timetable.opening if step.phase != "still"]
    at_s, cues, takes = lead_s, list(timetable.opening[0].cues), []
    for step in opening:
        at_s = _play(step, at_s, cues)
    for course in timetable.courses:
        start_s = hold_s = at_s
        for step in course.steps:
            start_s = at_s if step.phase == "settle" else start_s
            hold_s = at_s if step.phase == "hold" else hold_s
            at_s = _play(step, at_s, cues)
        takes.append(Take(course.attempt, start_s, (hold_s, hold_s + timetable.protocol.hold_s), "held"))
    return tuple(cues), tuple(takes)


def timetable_to_plain(
    timetable: Timetable, names: Sequence[str], spare: Sequence[str], lead_s: float
) -> dict[str, Any]:
    """Return a timetable for the phone.

    `names` are the keys under which it sends each take's rows, `spare` those of a try again.
    """
    cues, takes = nominal(timetable, lead_s)
    told = zip(timetable.courses, takes, names, spare, strict=True)
    return {
        "cues": [asdict(cue) for cue in cues],
        "takes": [_course_to_plain(timetable, *each) for each in told],
        "opening": [asdict(step) for step in timetable.opening],
        "retry": {"rest_s": _retry_rest(timetable), "worth_s": WORTH_RETRYING_S, "most": MAX_RETRIES},
        "tail_s": TAIL_S,
        "hold_s": timetable.protocol.hold_s,
        "language": timetable.language,
        "how": describe_how(timetable.setup, timetable.language),
        "words": _words(timetable),
    }


def _next(guide: Guide) -> Guide:
    """Return the guide in its next phase, as if nothing took longer than it must."""
    return after(guide, guide.since_s + length_of(guide))


def _step(guide: Guide) -> Step:
    length_s = length_of(guide) if guide.phase != "done" else SHORTEST_REST_S
    return Step(guide.phase, length_s, clock_after(guide), timeline(guide))


def _through(guide: Guide) -> Iterator[Guide]:
    """Yield the guide in every phase of an attempt and of the rest after it, then at the next one."""
    at = guide.at
    while guide.phase != "done":
        yield guide
        guide = _next(guide)
        if guide.phase == "task" and guide.at > at:
            break
    yield guide


def _steps(guide: Guide) -> tuple[Step, ...]:
    *own, last = _through(guide)
    return tuple(_step(each) for each in [*own, *([last] if last.phase == "done" else [])])


def _course(guide: Guide) -> Course:
    ends = _touches(guide)
    rest = next((end for end in ends if end.retries), None)
    again = None if rest is None else _next(rest)
    stopped = react(_held(guide), guide.since_s, "stop")
    return Course(
        guide.attempt,
        _steps(guide),
        () if again is None else _steps(again),
        (tuple(map(_said, ends)), () if again is None else tuple(map(_said, _touches(again)))),
        _said(replace(stopped, phase="done", at=len(guide.attempts))),
        "" if rest is None else _said(react(rest, rest.since_s + 1, "off")),
    )


def _held(guide: Guide) -> Guide:
    return next(each for each in _through(guide) if each.phase == "hold")


def _touches(guide: Guide) -> list[Guide]:
    """Return what becomes of the guide where the foot comes down in each second of the hold, if one can."""
    held = _held(guide)
    seconds = range(int(guide.protocol.hold_s) + 1) if guide.attempt.leg != "both" else ()
    return [react(held, held.since_s + second, "touchdown") for second in seconds]


def _said(guide: Guide) -> str:
    return " ".join(cue.text for cue in timeline(guide) if cue.kind == "say")


def _play(step: Step, at_s: float, cues: list[Cue]) -> float:
    """Add the cues of a step that begins at `at_s`; return when it is over at a common pace."""
    quiet_s = at_s
    for cue in step.cues:
        due_s = max(at_s + cue.at_s, quiet_s) if cue.kind == "say" else at_s + cue.at_s
        cues.append(replace(cue, at_s=due_s))
        if cue.kind == "say":
            quiet_s = due_s + 60 * len(cue.text.split()) / COMMON_WPM
    return at_s + step.length_s if step.phase in ("countdown", "hold") else max(at_s + step.length_s, quiet_s)


def _retry_rest(timetable: Timetable) -> float:
    return min(timetable.protocol.rest_s, RETRY_REST_S)


def _course_to_plain(
    timetable: Timetable, course: Course, take: Take, name: str, spare: str
) -> dict[str, Any]:
    guide, _ = begin(timetable.protocol, timetable.setup, (course.attempt,), language=timetable.language)
    return {
        "take": name,
        "spare": spare,
        "title": course.attempt.title,
        "leg": course.attempt.leg,
        "practice": course.attempt.practice,
        "start_s": take.start_s,
        "hold_s": list(take.hold_s),
        "end_s": take.hold_s[1] + TAIL_S,
        "steps": [asdict(step) for step in course.steps],
        "again": [asdict(step) for step in course.again],
        "touched": course.touched,
        "stopped": course.stopped,
        "off": course.off,
        "screen": teller(guide).screen(),
    }


def _words(timetable: Timetable) -> dict[str, str]:
    """Return what a page says and shows beside the steps."""
    setup, language = timetable.setup, timetable.language
    on_board = "_board" if setup.placement == "board" else ""
    keys = {key.rpartition(".")[2]: key for key in _TEXTS}
    keys |= {f"tighten_{key}": f"say.tighten.{key}" for key in ("upright", "turn_left", "turn_right", "flat")}
    keys |= {"tighten_still": "say.tighten.board_still" if on_board else "say.tighten.still"}
    keys |= {"strap": f"screen.strap.{setup.placement}", "strap_how": f"screen.strap.how{on_board}"}
    keys |= {"steady": f"screen.strap.steady{on_board}", "by_itself": "screen.strap.by_itself"}
    keys |= {"listen": "screen.strap.listen", "tight": f"say.tight.{'board' if on_board else 'body'}"}
    words = {name: tell(key, language) for name, key in keys.items()}
    return {**words, "safety": safety_text(timetable.protocol, setup, language)}
