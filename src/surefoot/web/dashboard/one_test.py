"""One test as its page tells it: the answer first, then how it was done, and which tests stand beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from surefoot.change.holds import stance_of
from surefoot.protocols import protocol_for
from surefoot.web.dashboard.cards import mark_quality
from surefoot.words.home import ALIKE_S, name_place, name_standing, tell_issue

if TYPE_CHECKING:
    from surefoot.diary import Entry
    from surefoot.model import Assessment, Trial
    from surefoot.words.language import Language

_WHOLE_S: Final = 30.0
_RECORDING: Final = {"good": "trial.good", "care": "trial.with_care", "practice": "trial.practice"}


@dataclass(frozen=True, slots=True)
class OtherTest:
    """Another test, and how a link to it is called."""

    trial: str
    label: str


@dataclass(frozen=True, slots=True)
class OneTest:
    """What stands at the top of the page; `facts` are name and value, `look` where a word is untold here."""

    when: str
    headline: str
    notes: tuple[str, ...]
    look: bool
    facts: tuple[tuple[str, str], ...]
    how: str
    beside: tuple[OtherTest, ...]


def describe_test(
    language: Language, entry: Entry, trial: Trial, entries: Sequence[Entry], today: date
) -> OneTest:
    """Return what the page of a test says first; `entries` are all of its person."""
    setup, ordered = entry.assessment.setup, sorted(entries, key=lambda each: each.when.timestamp())
    when = entry.when
    weekday, day = language.weekdays[when.weekday()], language.date_of(when.date(), today)
    notes, look = tell_care(language, entry.assessment)
    how = [setup.eyes, setup.surface, setup.footwear, *([setup.placement] * (setup.placement != "board"))]
    return OneTest(
        f"{weekday} {day}, {language.time(when)} · {_name_try(language, entry, ordered)}",
        tell_held(language, entry.assessment, trial),
        notes,
        look,
        _facts(language, entry.assessment),
        ", ".join(language.say(f"place.{word}") for word in how),
        _find_beside(language, entry, ordered, today),
    )


def tell_held(language: Language, assessment: Assessment, trial: Trial) -> str:
    """Return how long was stood, on what, and how often the foot came down."""
    on, values = name_place(language, assessment.setup), assessment.values
    held_s = values.get("hold_time_s", trial.steady_s[1] - trial.steady_s[0])
    touches, seconds = values.get("touchdowns_count"), round(held_s)
    whole_s = protocol_for(assessment.setup).hold_s
    if touches == 0 and whole_s == _WHOLE_S and held_s >= whole_s - ALIKE_S:
        return language.tell("trial.headline_whole", on=on)
    held = language.tell_count("amount.held", seconds, seconds=seconds)
    if touches:
        count = round(touches)
        return language.tell_count("trial.headline_touch", count, held=held, on=on, n=language.count(count))
    return language.tell("trial.headline_held", held=held, on=on)


def tell_care(language: Language, assessment: Assessment) -> tuple[tuple[str, ...], bool]:
    """Return the warnings that have words for people at home, and whether others have none."""
    codes = [issue.code for issue in assessment.issues if issue.severity == "warning"]
    said = [tell_issue(language, code) for code in dict.fromkeys(codes)]
    return tuple(text for told in said for text in told), not all(said)


def _facts(language: Language, assessment: Assessment) -> tuple[tuple[str, str], ...]:
    values, facts = assessment.values, []
    if "hold_time_s" in values:
        facts.append((language.tell("trial.held"), f"{values['hold_time_s']:.0f} s"))
    # On a board it is the edge that touches the floor.
    touches = values.get("touchdowns_count", values.get("board_contacts_count"))
    if touches is not None:
        facts.append((language.tell("trial.touches"), f"{touches:.0f}"))
    quality = _RECORDING[mark_quality(assessment).quality]
    word = "trial.not_counted" if assessment.is_cut_off else quality
    return (*facts, (language.tell("trial.recording"), language.say(word)))


def _name_try(language: Language, entry: Entry, ordered: Sequence[Entry]) -> str:
    stance = stance_of(entry.assessment.setup)
    alike = [each.trial for each in _same_day(entry, ordered) if stance_of(each.assessment.setup) == stance]
    number = alike.index(entry.trial) + 1
    return language.say("trial.first_try") if number == 1 else language.say("trial.later_try", n=number)


def _same_day(entry: Entry, ordered: Sequence[Entry]) -> list[Entry]:
    return [each for each in ordered if each.when.date() == entry.when.date()]


def _find_beside(
    language: Language, entry: Entry, ordered: Sequence[Entry], today: date
) -> tuple[OtherTest, ...]:
    """Return the last test before that day, every other one of the day, and the first one after it."""
    day = entry.when.date()
    earlier = [each for each in ordered if each.when.date() < day]
    later = [each for each in ordered if each.when.date() > day]
    same = [
        OtherTest(
            each.trial,
            f"{name_standing(language, each.assessment.setup)}, {_name_try(language, each, ordered)}",
        )
        for each in _same_day(entry, ordered)
        if each.trial != entry.trial
    ]
    before = [
        OtherTest(each.trial, f"← {language.date_of(each.when.date(), today)}") for each in earlier[-1:]
    ]
    after = [OtherTest(each.trial, f"{language.date_of(each.when.date(), today)} →") for each in later[:1]]
    return (*before, *same, *after)
