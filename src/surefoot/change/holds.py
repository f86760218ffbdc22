"""How long a stance was held on each day, and how often the foot came down: true before any verdict is."""

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import groupby

from surefoot.model import Assessment, DayHeld, Setup


def days_held(assessments: Iterable[Assessment], setup: Setup) -> tuple[DayHeld, ...]:
    """Return the days on which the stance of `setup` was held, the earliest first.

    The stance is person, test, leg, eyes and surface. Failed trials count: how long they were held is a
    result. Practice and what technology ended do not.
    """
    own = [each for each in assessments if each.counts and stance_of(each.setup) == stance_of(setup)]
    dated = sorted((each.setup.when.date(), number) for number, each in enumerate(own) if each.setup.when)
    days = groupby(dated, key=lambda pair: pair[0])
    found = [_held(day, [own[number] for _, number in group]) for day, group in days]
    return tuple(each for each in found if each is not None)


def stance_of(setup: Setup) -> tuple[str, ...]:
    """Return what makes two trials the same stance of the same person."""
    return (setup.person, setup.test, setup.leg, setup.eyes, setup.surface)


def _held(day: date, trials: Sequence[Assessment]) -> DayHeld | None:
    held = [each.values["hold_time_s"] for each in trials if "hold_time_s" in each.values]
    if not held:
        return None
    counts = [each.values["touchdowns_count"] for each in trials if "touchdowns_count" in each.values]
    touchdowns = round(sum(counts)) if len(counts) == len(trials) else None
    return DayHeld(day, max(held), touchdowns, len(trials))
