"""What is said and sounded in each phase, and when: whole sentences of the catalogue ``cues.toml``."""

import tomllib
from collections.abc import Callable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Final

from surefoot.live.guide._state import COUNTDOWN_S, Attempt, Cue, Guide, Phase, Take
from surefoot.model import Leg, Protocol, Setup

CLOSE_EYES_S: Final = 1.8
# The long tone is heard before the words.
AFTER_TONE_S: Final = 0.6
_LONG_HOLD_S: Final = 20.0
_LOW_BEEPS: Final = 3
_HALF_MINUTE_S: Final = 30.0
_OTHER: Final[Mapping[Leg, Leg]] = {"left": "right", "right": "left", "both": "both"}
_SIDES: Final[Mapping[str, Mapping[str, str]]] = {
    "en": {"left": "left", "right": "right"},
    "de": {"left": "linken", "right": "rechten"},
}
_SIDES_FIRST: Final[Mapping[str, Mapping[str, str]]] = {
    "en": {"left": "Left", "right": "Right"},
    "de": {"left": "Linkes", "right": "Rechtes"},
}
_COUNTS: Final[Mapping[str, tuple[str, ...]]] = {
    "en": ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
           "twelve"),
    "de": ("keine", "eine", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun", "zehn", "elf",
           "zwölf"),
}  # fmt: skip


@cache
def catalogue() -> Mapping[str, Mapping[str, str]]:
    """Return the texts of every key, by language."""
    text = (files(__package__) / "cues.toml").read_text(encoding="utf-8")
    return dict(_flat(tomllib.loads(text), ""))


def _flat(table: Mapping[str, Any], path: str) -> list[tuple[str, Mapping[str, str]]]:
    if "en" in table:
        return [(path[:-1], table)]
    return [row for name, inner in table.items() for row in _flat(inner, f"{path}{name}.")]


def tell(key: str, language: str = "en", **fills: object) -> str:
    """Return the text of a key, filled. Raises KeyError for a key or a language that is not there."""
    return catalogue()[key][language].format(**fills)


class Teller:
    """The words of one attempt under its conditions."""

    def __init__(self, protocol: Protocol, setup: Setup, leg: Leg, language: str) -> None:
        self.stance = protocol.stance
        self.is_closed, self.on_foam = setup.eyes == "closed", setup.surface == "foam"
        self.leg, self._protocol, self._language = leg, protocol, language
        self._fills: dict[str, object] = {"seconds": f"{protocol.hold_s:.0f}"}
        if leg != "both":
            sides, first = _SIDES[language], _SIDES_FIRST[language]
            self._fills |= {"leg": sides[leg], "foot": sides[_OTHER[leg]], "leg_first": first[leg]}
            self._fills |= {"foot_first": f"{sides[_OTHER[leg]]}".capitalize()}

    def __call__(self, *keys: str, **fills: object) -> str:
        """Return the sentences of these keys as one text; empty ones are left out."""
        facts = {**self._fills, **fills}
        return " ".join(tell(key, self._language, **facts) for key in keys if key)

    @property
    def eyes(self) -> str:
        """The word for the eyes that ends a key."""
        return "closed" if self.is_closed else "open"

    @property
    def spot(self) -> str:
        """Where to look, or who should be there."""
        return "say.beside" if self.is_closed else "say.spot"

    def place(self) -> str:
        """Return where to stand, and beside whom or with which hands."""
        if self.stance == "board":
            return self("say.place.board" if self.leg == "both" else "say.place.board_leg")
        beside = "say.beside" if self.is_closed else ""
        hips = "say.place.hips" if self.stance == "one_leg" else ""
        return self("say.place.foam" if self.on_foam else "say.place.floor", hips or beside)

    def task(self) -> str:
        """Return what will be done."""
        if self.stance == "other":
            return self._protocol.task
        if self.stance in ("both_feet", "tandem"):
            look = "say.spot" if not self.is_closed and self.stance == "both_feet" else ""
            return self(f"say.task.{self.stance}", look)
        return self(f"say.task.{self.stance}_{self.eyes}", self.spot)

    def ready(self) -> str:
        """Return what comes in a moment."""
        if self.stance == "other":
            return self._protocol.start_text or self(f"say.ready.{self.eyes}")
        if self.stance == "tandem":
            look = f"say.ready.{self.eyes}" if self.is_closed else "say.spot"
            return self("say.ready.behind", look)
        if self.stance == "both_feet":
            return self(f"say.ready.{self.eyes}")
        level = "say.ready.level" if self.stance == "board" else ""
        return self(level, "say.ready.lift" if self.leg != "both" else "")

    def go(self) -> str:
        """Return the words at which it begins."""
        if self.stance == "one_leg":
            return self("say.go.lift")
        if self.stance == "board":
            return self("say.go.board" if self.leg == "both" else "say.go.board_leg")
        return self(f"say.go.still_{self.eyes}")

    def closes_eyes_later(self) -> bool:
        """Tell whether the eyes are closed once balance is found, in a sentence of its own."""
        return self.is_closed and self.stance in ("one_leg", "board")

    def release(self, first: str) -> str:
        """Return how the stance is left, after the sentence `first`: eyes, foot, step."""
        out = {
            "one_leg": ("say.ended.foot", "say.ended.foam" if self.on_foam else ""),
            "tandem": ("say.ended.foam" if self.on_foam else "say.ended.tandem",),
            "board": ("say.ended.board",),
        }.get(self.stance, ("say.ended.foam" if self.on_foam else "say.ended.relax",))
        return self(first, "say.open_eyes" if self.is_closed else "", *out)

    def touched(self, held_s: float) -> str:
        """Return what is said when the foot came down after `held_s`."""
        key = {"one_leg": "say.touch.one_leg", "board": "say.touch.board"}.get(self.stance, "say.touch.step")
        held = int(held_s)
        counted = "say.touch.seconds" if held > 1 else "say.touch.seconds_one" if held == 1 else ""
        return self("say.open_eyes" if self.is_closed else "", key, counted, held=held)

    def then(self, after: Leg) -> str:
        """Return that this attempt comes next, after one on the leg `after`."""
        if self.leg in ("both", after) or self.stance == "other":
            return self("say.rest.then_same")
        behind = self.stance == "tandem"
        return self("say.rest.then_behind" if behind else "say.rest.then_leg", leg_first=self._nominative())

    def screen(self) -> dict[str, str]:
        """Return what a screen shows of the attempt: before it, in it, and in the rest before it."""
        stance = "board_leg" if self.stance == "board" and self.leg != "both" else self.stance
        lead = {"one_leg": "lift", "board": "board"}.get(self.stance, "still")
        then = {"one_leg": "then", "tandem": "then_behind"}.get(self.stance, "then_same")
        hold = "screen.hold.leg" if self.stance == "one_leg" else "screen.hold.stance"
        posture = {"board": "screen.lead.board_stance", "other": ""}.get(stance, f"screen.lead.{stance}")
        order = self(f"screen.order.{stance}") if stance != "other" else self._protocol.title
        return {
            "lead": self(f"screen.lead.{lead}"),
            "posture": self(posture) or self._protocol.start_text,
            "hold": self(hold),
            "then": self(f"screen.rest.{then}"),
            "order": order,
            "eyes": self("say.close_eyes" if self.is_closed else "say.spot"),
            "pose": f"{self.stance}-{self.leg}",
        }

    def _nominative(self) -> str:
        return str(self._fills["leg_first"]).lower()


def teller(guide: Guide, attempt: Attempt | None = None) -> Teller:
    """Return the words of an attempt, the one under way where none is named."""
    leg = (attempt or guide.attempt).leg
    return Teller(guide.protocol, guide.setup, leg, guide.language)


def timeline(guide: Guide) -> tuple[Cue, ...]:
    """Return the cues of the phase, at times after its start; what is spoken waits for what is being said."""
    told: dict[Phase, Callable[[Guide], list[Cue]]] = {
        "still": lambda g: _say(_strap(g)),
        "safety": _safety,
        "place": lambda g: _say(f"{'' if _is_gated(g) else _tight(g)} {teller(g).place()}"),
        "task": lambda g: _say(f"{_remark(g)} {teller(g).task()}"),
        "ready": lambda g: _say(teller(g).ready()),
        "countdown": lambda _: [Cue(float(second), "beep") for second in range(int(COUNTDOWN_S))],
        "settle": _settle,
        "hold": _hold,
        "rest": _rest,
        "paused": lambda g: _say(teller(g)("say.rest.paused")),
        "waiting": lambda g: _say(teller(g)("say.trouble.lost") if not g.took() else _lost(g)),
        "done": _done,
    }
    return tuple(told[guide.phase](guide))


def _say(text: str, at_s: float = 0.0) -> list[Cue]:
    return [Cue(at_s, "say", text.strip())] if text.strip() else []


def _is_gated(guide: Guide) -> bool:
    return guide.attended and not guide.is_phone


def _strap(guide: Guide) -> str:
    place = guide.setup.placement if guide.is_phone else "sensor"
    return tell(f"say.strap.{place}", guide.language)


def _tight(guide: Guide) -> str:
    on_board = "board" if guide.setup.placement == "board" else "body"
    return tell(f"say.tight.{on_board if guide.is_phone else 'sensor'}", guide.language)


def _safety(guide: Guide) -> list[Cue]:
    """Return what to know before it begins: read out where a key is waited for; a page has shown it."""
    if guide.is_phone:
        return []
    safety = safety_text(guide.protocol, guide.setup, guide.language)
    if not guide.attended:
        return [Cue(0.0, "show", safety)]
    return _say(f"{_tight(guide)} {safety} {tell('say.place.key', guide.language)}")


def safety_text(protocol: Protocol, setup: Setup, language: str = "en") -> str:
    """Return where to stand, when to stop, and who should be there; a new test has its own words."""
    own = protocol.safety_text if protocol.stance == "other" else ""
    place = "board" if setup.surface == "board" else "floor"
    closed = tell("screen.safety.closed", language) if setup.eyes == "closed" else ""
    return f"{own or tell(f'screen.safety.{place}', language)} {closed}".strip()


def describe_how(setup: Setup, language: str = "en") -> str:
    """Return eyes, ground, feet and the place of the phone in one line."""
    words = (setup.eyes, setup.surface, setup.footwear, setup.placement)
    told = [tell(f"screen.how.{word}", language) for word in dict.fromkeys(words) if word != "floor"]
    return f"{', '.join(told)}."


def _remark(guide: Guide) -> str:
    """How this attempt differs from the one before: tried again, for practice, or counted now."""
    before = guide.attempts[guide.at - 1] if guide.at else None
    if guide.remark == "back":
        return tell("say.trouble.back", guide.language)
    if guide.retries:
        return tell("say.task.once_more", guide.language)
    if guide.attempt.practice and (before is None or not before.practice):
        return tell("say.task.practice", guide.language)
    is_first_that_counts = before is not None and before.practice and not guide.attempt.practice
    return tell("say.task.counts", guide.language) if is_first_that_counts else ""


def _settle(guide: Guide) -> list[Cue]:
    words = teller(guide)
    eyes = _say(words("say.close_eyes"), CLOSE_EYES_S) if words.closes_eyes_later() else []
    return _say(words.go()) + eyes


def _hold(guide: Guide) -> list[Cue]:
    hold_s = guide.protocol.hold_s
    half_s = hold_s / 2
    half = (
        _say(teller(guide)("say.hold.half", left=f"{half_s:.0f}"), half_s) if hold_s >= _LONG_HOLD_S else []
    )
    low = [Cue(hold_s - i, "low") for i in range(_LOW_BEEPS, 0, -1) if i < hold_s]
    return [Cue(0.0, "soft"), *half, *low]


def _rest(guide: Guide) -> list[Cue]:
    take = guide.took()
    if guide.retries:
        rest = tell("say.touch.retry", guide.language)
    else:
        length = "half_minute" if guide.protocol.rest_s == _HALF_MINUTE_S else "short"
        before = guide.attempts[guide.at - 1]
        rest = f"{tell(f'say.rest.{length}', guide.language)} {teller(guide).then(before.leg)}"
    return _ended(guide, take, rest)


def _done(guide: Guide) -> list[Cue]:
    # A phone tells the result when the computer has it.
    last = "" if guide.is_phone else tell("say.result.done", guide.language)
    return _ended(guide, guide.took(), last)


def _ended(guide: Guide, take: Take | None, following: str) -> list[Cue]:
    """Return what sounds and is said when an attempt has ended, and what follows it, as one."""
    if take is None:
        off = tell("say.touch.off", guide.language) if guide.remark == "off" else ""
        return _say(f"{off} {following}")
    words = teller(guide, take.attempt)
    said = {
        "held": lambda: words.release("say.ended.held"),
        "stopped": lambda: words.release("say.ended.stopped"),
        "touchdown": lambda: _touched(guide, take, words),
    }[take.ending]()
    return [Cue(0.0, "end"), *_say(f"{said} {following}", AFTER_TONE_S)]


def _touched(guide: Guide, take: Take, words: Teller) -> str:
    if take.attempt.practice:
        return f"{words.touched(0.0)} {words('say.touch.practice')}"
    if guide.retries or not guide.attended:
        return words.touched(take.held_s)
    enough = "say.touch.enough" if words.stance == "one_leg" else "say.touch.enough_here"
    return f"{words.touched(take.held_s)} {words(enough)}"


def _lost(guide: Guide) -> str:
    words = teller(guide, guide.takes[-1].attempt)
    return f"{words.release('')} {words('say.trouble.lost')}"


def tell_held(
    leg: Leg, held_s: float, whole_s: float, before: tuple[float, str] | None, language: str
) -> str:
    """Return how long an attempt was held, against `before`: the seconds held the last time, and its day."""
    held, side = int(held_s + 0.05), "" if leg == "both" else tell(f"say.result.{leg}", language)
    if held >= int(whole_s):
        text = tell("say.result.whole", language, seconds=f"{whole_s:.0f}")
    elif before is not None:
        text = _against(held, int(before[0] + 0.05), before[1], language)
    else:
        text = tell("say.result.second" if held == 1 else "say.result.seconds", language, seconds=held)
    told = f"{side} {text}".strip()
    return told[:1].upper() + told[1:]


def _against(held: int, before: int, day: str, language: str) -> str:
    diff = held - before
    key = "more" if diff > 0 else "same" if diff == 0 else "less"
    counts = _COUNTS[language]
    words = counts[diff] if 0 <= diff < len(counts) else str(diff)
    return tell(f"say.result.{key}", language, seconds=held, diff=words, day=day, before=before)
