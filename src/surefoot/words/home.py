"""What the first page says of a trend: the answer, why, and what to do next, for people at home."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final, Literal

from surefoot.protocols import load_protocols
from surefoot.reliability import prior_noise
from surefoot.reliability.follow_up import SAME
from surefoot.words.trends import state_of

if TYPE_CHECKING:
    from surefoot.model import DayHeld, Setup, Trend
    from surefoot.words.language import Language
    from surefoot.words.trends import State

Mood = Literal["first", "settled", "steadier", "less", "pain", "failed"]
# Seconds within which a hold is a whole one, or as long as the last.
ALIKE_S: Final = 1.0
# Holds below this show no sway: 20 s are analysed.
SHORT_S: Final = 20.0
AT_GOAL: Final = 0.95
_UNUSUAL: Final = ("closed", "foam")
_MOODS: Final[dict[State, Mood]] = {
    "steadier": "steadier",
    "steadier, fading": "steadier",
    "less steady": "less",
    "less steady, fading": "less",
    "wait": "first",
    "shown": "first",
}
# What is wrong with a recording is said as of one that was kept.
_REFUSED: Final = {
    "too_short": "quality.too_short_file",
    "rate_too_low": "quality.low_rate",
    "too_still": "quality.too_still",
    "not_quiet_standing": "quality.not_standing",
    "mounting": "quality.mounting",
    "stuck_axis": "quality.frozen_long",
}
_SHORT: Final[dict[State, str]] = {
    "shown": "measure.short_unsure",
    "steadier": "steadier.short",
    "steadier, fading": "steadier.short",
    "less steady": "less_steady.short",
    "less steady, fading": "less_steady.short",
    "same": "same.short",
    "no longer steadier": "moved_back.short",
    "no longer less steady": "moved_back.short_up",
    "unsure": "unsure.short",
    "leaning": "unsure.short",
    "unsure for long": "scatter.short",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """The first page in words: one sentence, what supports it, what to do in steps (maybe none).

    `done` of `needed` sessions are there while the rule may not speak yet, else both are 0.
    """

    mood: Mood
    headline: str
    lead: tuple[str, ...]
    steps: tuple[str, ...] = ()
    done: int = 0
    needed: int = 0


@dataclass(frozen=True, slots=True)
class Beside:
    """What is known beside a trend: the days of its stance, the share of the way, the next test, today."""

    holds: Sequence[DayHeld]
    way: float | None
    next_test: date
    today: date


def answer_of(language: Language, trend: Trend, beside: Beside) -> Answer:
    """Return what the first page says of the one trend it speaks of."""
    state, mood = state_of(trend), mood_of(trend)
    say = {"first": _waiting, "steadier": _steadier, "less": _less_steady}.get(mood, _settled)
    headline, lead = say(language, trend, beside)
    steps = _rest(language, beside.next_test, beside.today) if mood == "less" else ()
    if state != "wait":
        return Answer(mood, headline, lead, steps)
    done = len(trend.values)
    return Answer(mood, headline, lead, steps, done, done + (trend.sessions_wanted or 1))


def mood_of(trend: Trend) -> Mood:
    """Return what kind of answer a trend gives."""
    return _MOODS.get(state_of(trend), "settled")


def name_short(language: Language, trend: Trend) -> str:
    """Return the verdict of a trend in a few words, for a list."""
    state = state_of(trend)
    if state == "wait":
        wanted = trend.sessions_wanted or 1
        return language.tell_count("people.more", wanted, n=language.count(wanted))
    return language.tell(f"verdict.{_SHORT[state]}", place=name_standing(language, trend.setup))


def answer_to_pain(language: Language, pain: int, next_test: date, today: date) -> Answer:
    """Return what the first page says on a day with pain of `pain` of 10."""
    steps = (
        language.tell("pain.today"),
        language.tell("pain.then", day=language.day(next_test, today)),
        language.tell("pain.doctor"),
    )
    lead = (language.tell("pain.why", pain=pain), language.tell("pain.gap"))
    return Answer("pain", language.tell("pain.headline"), lead, steps)


def answer_to_nobody(language: Language, name: str) -> Answer:
    """Return what the first page says before anything was measured; nobody needs to be named."""
    headline = language.tell("start.first", name=name) if name else language.tell("phone.ready")
    return Answer("first", headline, (language.tell("today.empty.lead"),))


def answer_to_failure(language: Language, why: str, told_on: date | None, today: date) -> Answer:
    """Return what the first page says where today's test gave no number; `why` in one sentence or empty."""
    stands = [] if told_on is None else [language.tell("failed.stands", day=language.day(told_on, today))]
    lead = (*stands, language.tell("failed.again"))
    headline = why or language.tell("failed.headline")
    return Answer("failed", headline, lead)


def tell_refusal(language: Language, code: str) -> tuple[str, str]:
    """Return what a refusal of a code says to somebody at home, and what to do; a code alone has words."""
    row = _REFUSED.get(code, f"refused.{code}")
    row = row if f"{row}.what" in language.texts else "refused.other"
    return language.tell(f"{row}.what"), language.tell(f"{row}.do")


def tell_issue(language: Language, code: str) -> tuple[str, ...]:
    """Return what is wrong and what to do, in words for home; nothing where there are none without facts."""
    if "{" in language.texts.get(f"quality.{code}.what", "{"):
        return ()
    return tuple(language.tell(f"quality.{code}.{part}") for part in ("what", "do"))


def name_stance(language: Language, setup: Setup) -> str:
    """Return subject and verb of a verdict, such as ``your right leg is``."""
    return language.say(f"stance.{_stance_row(setup, ('closed', 'foam'))}")


def name_place(language: Language, setup: Setup) -> str:
    """Return where somebody stands, inside a sentence, such as ``on your right leg``."""
    return language.say(f"on.{_stance_row(setup, ())}")


def name_leg(language: Language, leg: str) -> str:
    """Return a leg in two words, for the end of a line."""
    return language.say(f"place.{leg}")


def name_standing(language: Language, setup: Setup, *, bare: bool = False) -> str:
    """Return a stance in a list, such as ``left leg, eyes closed, foam``; `bare` without eyes and ground."""
    unusual = [word for word in (setup.eyes, setup.surface) if word in _UNUSUAL and not bare]
    told = [_stance_row(setup, ()), *unusual]
    return ", ".join(language.say(f"place.{word}") for word in told)


def when_before(language: Language, trend: Trend) -> str:
    """Return when the *before* of a verdict was, seen from the newest session: its middle."""
    first, last = trend.before or (0, 0)
    middle = trend.dates[first] + (trend.dates[last] - trend.dates[first]) / 2
    days = (trend.dates[-1].date() - middle.date()).days
    unit, number = ("days", days) if days < 10 else ("weeks", round(days / 7))
    if number > 8:
        unit, number = "months", round(days / 30.4)
    form = "one" if number == 1 else "other"
    counted = "einem" if language.code == "de" and number == 1 else language.count(number)
    return language.say(f"then.{unit}.{form}", n=counted)


def _stance_row(setup: Setup, parts: tuple[str, ...]) -> str:
    base = {"tandem": f"tandem_{setup.leg}", "wobble-board": f"board_{setup.leg}"}.get(setup.test, setup.leg)
    base = "board" if base == "board_both" else base
    held = {"foam": setup.surface == "foam", "closed": setup.eyes == "closed"}
    return "_".join([base, *(part for part in ("foam", "closed") if part in parts and held[part])])


def _waiting(language: Language, trend: Trend, beside: Beside) -> tuple[str, tuple[str, ...]]:
    wanted = trend.sessions_wanted or 1
    headline = language.tell_count("verdict.wait.headline", wanted, n=language.count(wanted))
    return headline, tuple(describe_holds(language, trend.setup, beside.holds))


def describe_holds(language: Language, setup: Setup, holds: Sequence[DayHeld]) -> list[str]:
    """Return what is already true of the newest day: seconds held, and fewer touches."""
    if not holds:
        return []
    first, newest = holds[0], holds[-1]
    said = [_say_held(language, setup, holds)]
    counted = [first.touchdowns, newest.touchdowns]
    if None not in counted and len(holds) > 1 and first.trials == newest.trials:
        before, now = first.touchdowns or 0, newest.touchdowns or 0
        if now < before:
            said.append(_say_touches(language, now, before))
    return said


def _say_held(language: Language, setup: Setup, holds: Sequence[DayHeld]) -> str:
    on, now_s = name_place(language, setup), holds[-1].longest_s
    if now_s >= load_protocols()[setup.test].hold_s - ALIKE_S:
        return language.tell("verdict.already.held_whole", on=on)
    seconds = round(now_s)
    if len(holds) == 1:
        return language.tell_count("verdict.already.short_counts", seconds, seconds=seconds)
    held = language.tell_count("amount.held", seconds, seconds=seconds)
    if now_s > holds[0].longest_s + ALIKE_S:
        first_s = round(holds[0].longest_s)
        return language.tell("verdict.already.held_since_first", on=on, held=held, first_s=first_s)
    if now_s < holds[-2].longest_s - ALIKE_S:
        before_s = round(holds[-2].longest_s)
        return language.tell("verdict.already.held_less", on=on, held=held, before_s=before_s)
    return language.tell("verdict.already.held_same", on=on)


def _say_touches(language: Language, now: int, before: int) -> str:
    if now == 0:
        return language.tell("verdict.already.touches_none")
    touches, first = language.count(now), language.count(before)
    return language.tell("verdict.already.touches_fewer", touches=touches, first_touches=first)


def _steadier(language: Language, trend: Trend, beside: Beside) -> tuple[str, tuple[str, ...]]:
    stance, then = name_stance(language, trend.setup), when_before(language, trend)
    fading = state_of(trend) == "steadier, fading"
    headline = language.tell(
        f"verdict.steadier.{'still' if fading else 'headline'}", stance=stance, then=then
    )
    lead = [] if fading else [language.tell("verdict.steadier.why")]
    did = trend.other_leg.did if trend.other_leg else ""
    lead += [language.tell(f"verdict.other.{_OTHER_UP[did]}")] if did in _OTHER_UP else []
    if trend.practice:
        lead.append(language.tell(f"verdict.practice.{'part' if did == 'less' else 'may'}"))
    lead += [] if beside.way is None else [_say_way(language, beside.way)]
    return headline, (*lead, *_scattered(language, trend))


_OTHER_UP: Final = {"less": "more", "likewise": "likewise_up"}
_OTHER_DOWN: Final = {"less": "less", "likewise": "likewise_down"}


def _say_way(language: Language, way: float) -> str:
    if way >= AT_GOAL:
        return language.tell("verdict.steadier.at_goal")
    return language.tell("verdict.steadier.way", way=10 * math.floor(10 * way + 0.5))


def _less_steady(language: Language, trend: Trend, _: Beside) -> tuple[str, tuple[str, ...]]:
    stance, then = name_stance(language, trend.setup), when_before(language, trend)
    fading = state_of(trend) == "less steady, fading"
    headline = language.tell(
        f"verdict.less_steady.{'still' if fading else 'headline'}", stance=stance, then=then
    )
    lead = [] if fading else [language.tell("verdict.less_steady.why")]
    did = trend.other_leg.did if trend.other_leg else ""
    lead += [language.tell(f"verdict.other.{_OTHER_DOWN[did]}")] if did in _OTHER_DOWN else []
    return headline, (*lead, *_scattered(language, trend))


def _settled(language: Language, trend: Trend, _: Beside) -> tuple[str, tuple[str, ...]]:
    state, stance, then = state_of(trend), name_stance(language, trend.setup), when_before(language, trend)
    size = round(-100 * math.expm1(-SAME * prior_noise(trend.metric, trend.setup).gain))
    if state == "same":
        return language.tell("verdict.same.headline", stance=stance, then=then), (
            language.tell("verdict.same.why", size=size),
            language.tell("verdict.same.calm"),
        )
    if state in ("no longer steadier", "no longer less steady"):
        row = "from_steadier" if state == "no longer steadier" else "from_less"
        return language.tell(f"verdict.moved_back.{row}", stance=stance, then=then), (
            language.tell(f"verdict.moved_back.{row}_why"),
        )
    if state == "unsure for long":
        return language.tell("verdict.scatter.untold"), (language.tell("verdict.scatter.do"),)
    wanted = trend.sessions_wanted or 1
    more = language.tell_count("verdict.unsure.more", wanted, n=language.count(wanted), size=size)
    headline = language.tell("verdict.unsure.headline_leg", on=name_place(language, trend.setup))
    return headline, (language.tell("verdict.unsure.why"), more)


def _scattered(language: Language, trend: Trend) -> list[str]:
    return [language.tell("verdict.scatter.told")] if trend.scatter else []


def _rest(language: Language, next_test: date, today: date) -> tuple[str, ...]:
    return (
        language.tell("verdict.next.rested_today"),
        language.tell("verdict.next.rested_then", day=language.day(next_test, today)),
        language.tell("verdict.next.show_physio"),
    )
