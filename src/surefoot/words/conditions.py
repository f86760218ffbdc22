"""Conditions and days as people read them: which leg, eyes and surface, where the sensor was, and when."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Final

from surefoot.model import Setup, Trend
from surefoot.protocols import load_protocols, usual_test
from surefoot.words.language import ENGLISH, Language

_SHORT_MONTH: Final = 3
_DETAILS: Final[tuple[Callable[[Setup], str], ...]] = (
    lambda setup: setup.person,
    lambda setup: ENGLISH.say("sensor", place=name_place(setup.placement)),
    lambda setup: setup.footwear,
    lambda setup: setup.board,
    lambda setup: setup.device_model,
)


def name_leg(leg: str, language: Language = ENGLISH) -> str:
    """Return which leg somebody stands on.

    >>> name_leg("both"), name_leg("left")
    ('both legs', 'left leg')
    """
    return language.say(f"leg.{leg}")


def describe_setup(setup: Setup, language: Language = ENGLISH) -> str:
    """Return leg, eyes and whatever is unusual about a test, as a title says it.

    A test is named where another one is usual for that leg.

    >>> describe_setup(Setup(leg="right", eyes="closed", surface="foam"))
    'Right leg, eyes closed, foam'
    >>> describe_setup(Setup(test="tandem", leg="right"))
    'Tandem, right leg behind, eyes open'
    """
    leg = language.say(f"behind.{setup.leg}") if setup.test == "tandem" else name_leg(setup.leg, language)
    named = [] if setup.test == usual_test(setup.leg, "") else [name_test(setup.test, language)]
    return _titled(setup, [*named, leg], language)


def describe_stance(setup: Setup, language: Language = ENGLISH) -> str:
    """Return the test, eyes and surface, for a title above both legs.

    >>> describe_stance(Setup(leg="right", eyes="closed"))
    'One leg, eyes closed'
    """
    return _titled(setup, [name_test(setup.test, language)], language)


def _titled(setup: Setup, begin: list[str], language: Language) -> str:
    told = setup.surface == "floor" or setup.test == "wobble-board"
    words = [*begin, language.say(f"eyes.{setup.eyes}"), *([] if told else [setup.surface])]
    title = ", ".join(words)
    return title[:1].upper() + title[1:]


def name_test(test: str, language: Language = ENGLISH) -> str:
    """Return a test in a word or two; one from elsewhere by its title.

    >>> name_test("single-leg"), name_test("wobble-board")
    ('one leg', 'wobble board')
    """
    if f"test.{test}" in language.texts:
        return language.say(f"test.{test}")
    known = load_protocols().get(test)
    return known.title if known else test


def describe_test(setup: Setup, language: Language = ENGLISH) -> str:
    """Return the test and what `describe_setup` says of it, as a line begins with it.

    >>> describe_test(Setup(leg="right"))
    'single-leg, right leg, eyes open'
    """
    words = [name_leg(setup.leg, language), language.say(f"eyes.{setup.eyes}")]
    words += [] if setup.surface == "floor" else [setup.surface]
    return ", ".join([setup.test, *words])


def list_conditions(setup: Setup, but: str = "", language: Language = ENGLISH) -> str:
    """Return test, leg, eyes and surface, `but` for the one of them that differs.

    >>> list_conditions(Setup(leg="both")), list_conditions(Setup(), but="leg")
    ('single-leg, both legs, eyes open, floor', 'single-leg, eyes open, floor')
    """
    words = {
        "test": setup.test,
        "leg": name_leg(setup.leg, language),
        "eyes": language.say(f"eyes.{setup.eyes}"),
        "surface": setup.surface,
    }
    return ", ".join(word for name, word in words.items() if name != but)


def name_place(placement: str, language: Language = ENGLISH) -> str:
    """Return a place of the sensor, such as ``on the lower back``."""
    return language.say(f"place.{placement}")


def show_placement(setup: Setup, language: Language = ENGLISH) -> str:
    """Return where the sensor was.

    >>> show_placement(Setup())
    'sensor on the lower back'
    """
    return language.say("sensor", place=name_place(setup.placement, language))


def show_date(when: date, *, year: bool = True, language: Language = ENGLISH) -> str:
    """Return a date as people write it, in the zone it carries, whatever the machine's language.

    >>> show_date(datetime(2026, 3, 2))
    '2 Mar 2026'
    """
    return _day(when, language.months[when.month - 1][:_SHORT_MONTH], year=year, language=language)


def _day(when: date, month: str, *, year: bool, language: Language) -> str:
    return language.say("day and year" if year else "day", day=when.day, month=month, year=when.year)


def show_when(setup: Setup, language: Language = ENGLISH) -> str:
    """Return the day and the time of a trial on the clock of the place it was made."""
    when = setup.when
    return language.say("day.none") if when is None else f"{show_date(when, language=language)}, {when:%H:%M}"


def show_span(dates: Sequence[datetime], language: Language = ENGLISH) -> str:
    """Return the first and the last of `dates`.

    >>> show_span([datetime(2026, 4, 14), datetime(2026, 3, 2)])
    '2 Mar 2026 to 14 Apr 2026'
    """
    if not dates:
        return language.say("days.none")
    first, last = (show_date(day, language=language) for day in (min(dates), max(dates)))
    return first if first == last else language.say("days.span", first=first, last=last)


def days_between(first: date, last: date, *, year: bool = False, language: Language = ENGLISH) -> str:
    """Return the days from one to another as they are read aloud.

    >>> days_between(datetime(2026, 4, 7), datetime(2026, 4, 14))
    '7–14 April'
    >>> days_between(datetime(2025, 12, 28), datetime(2026, 1, 3), year=True)
    '28 December 2025 to 3 January 2026'
    """
    begin, end = (
        _day(day, language.months[day.month - 1], year=shown, language=language)
        for day, shown in ((first, year and first.year != last.year), (last, year))
    )
    if (first.year, first.month, first.day) == (last.year, last.month, last.day):
        return end
    if (first.year, first.month) == (last.year, last.month):
        return language.say("days.within a month", first=first.day, last=end)
    return language.say("days.span", first=begin, last=end)


def name_trends(trends: Sequence[Trend], language: Language = ENGLISH) -> tuple[str, ...]:
    """Return leg, eyes and surface of each trend, and of those alike what else tells them apart.

    That is whose they are, or a condition in which they differ, else the day they begin.
    """
    plain = [describe_setup(trend.setup, language) for trend in trends]
    return tuple(
        _name(name, trend, [o for o, called in zip(trends, plain, strict=True) if called == name], language)
        for trend, name in zip(trends, plain, strict=True)
    )


def _name(name: str, trend: Trend, alike: Sequence[Trend], language: Language) -> str:
    details = [detail for detail in _DETAILS if len({detail(other.setup) for other in alike}) > 1]
    same = [o for o in alike if all(detail(o.setup) == detail(trend.setup) for detail in details)]
    first = show_date(trend.dates[0], language=language)
    since = [language.say("days.since", first=first)] if len(same) > 1 else []
    told = [detail(trend.setup) for detail in details]
    return ", ".join(word for word in (name, *told, *since) if word)
