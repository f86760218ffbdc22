"""What is already true before a trend has its verdict: seconds held, touchdowns, the legs today."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from surefoot.change.likeness import day_of, days_of, scored_by_time
from surefoot.change.sides import Ratio, compare_sides
from surefoot.metrics import find_metric
from surefoot.model import Assessment, Setup, Trend
from surefoot.protocols import load_protocols

# Seconds within which a hold is a whole one, or as long as the last.
ALIKE_S: Final = 1.0
PROGRESS: Final[dict[str, str]] = {
    "held whole": "You held the whole {now} seconds.",
    "held first": "You held {now} seconds. That is your first point.",
    "held more": "You held {now} seconds, {more} more than last time.",
    "held same": "You held {now} seconds, as long as last time.",
    "held less": "You held {now} seconds. Last time it was {last}.",
    "touched never": "Your foot never touched down.",
    "touched fewer": "Your foot touched down {now}. Last time it was {last}.",
    "legs differ": (
        "Today you sway about {ratio} times as much on your {leg} leg as on your {other} leg "
        "({low} to {high})."
    ),
    "legs alike": "Today I see no sure gap between your legs.",
}
_TIMES: Final = ("never", "once", "twice")


def describe_progress(trend: Trend, assessments: Iterable[Assessment]) -> tuple[str, ...]:
    """Return what is already true of the newest session of a trend, in whole sentences; maybe nothing.

    `assessments` are all of the person. Failed trials count: how long they were held is a result. The legs
    are compared where both were tested on that day, on the floor or on foam.
    """
    known = scored_by_time(assessments)
    days = days_of(each for each in known if _task(each.setup) == _task(trend.setup))
    if not days:
        return ()
    today, before = days[-1], days[-2] if len(days) > 1 else []
    said = (_held(today, before), _touched(today, before), _legs(trend, known, day_of(today[0])))
    return tuple(sentence for sentence in said if sentence)


def _task(setup: Setup) -> tuple[str, ...]:
    return (setup.person, setup.test, setup.leg, setup.eyes, setup.surface)


def _held(today: Sequence[Assessment], before: Sequence[Assessment]) -> str:
    now, last = _longest_s(today), _longest_s(before)
    if now is None:
        return ""
    whole_s = load_protocols()[today[0].protocol].hold_s
    if now >= whole_s - ALIKE_S:
        return PROGRESS["held whole"].format(now=f"{whole_s:.0f}")
    if last is None:
        return PROGRESS["held first"].format(now=f"{now:.0f}")
    kind = "same" if abs(now - last) < ALIKE_S else "more" if now > last else "less"
    return PROGRESS[f"held {kind}"].format(now=f"{now:.0f}", more=f"{now - last:.0f}", last=f"{last:.0f}")


def _longest_s(trials: Sequence[Assessment]) -> float | None:
    return max((each.values["hold_time_s"] for each in trials if "hold_time_s" in each.values), default=None)


def _touched(today: Sequence[Assessment], before: Sequence[Assessment]) -> str:
    """Compare sessions of as many trials only: more trials have more touchdowns."""
    now, last = _touchdowns(today), _touchdowns(before)
    if now is None or last is None or len(today) != len(before) or now >= last:
        return ""
    if now == 0:
        return PROGRESS["touched never"]
    return PROGRESS["touched fewer"].format(now=_times(now), last=_times(last))


def _touchdowns(trials: Sequence[Assessment]) -> int | None:
    counts = [each.values["touchdowns_count"] for each in trials if "touchdowns_count" in each.values]
    return round(sum(counts)) if counts and len(counts) == len(trials) else None


def _times(count: int) -> str:
    return _TIMES[count] if count < len(_TIMES) else f"{count} times"


def _legs(trend: Trend, known: Sequence[Assessment], day: date) -> str:
    setup = trend.setup
    metric = find_metric(trend.metric)
    if setup.leg == "both" or setup.surface == "board" or metric.better != "lower" or metric.gain != 1:
        return ""
    alike = [each for each in known if _task(replace(each.setup, leg=setup.leg)) == _task(setup)]
    ratios = compare_sides(alike, injured=setup.leg, metric=trend.metric)
    index = next((each for each in ratios if each.kind == "limb symmetry index" and each.on == day), None)
    return "" if index is None else _say_legs(index, setup.leg)


def _say_legs(index: Ratio, leg: str) -> str:
    """Say the limb symmetry index, 100 × other / this leg, the other way round."""
    if index.value is None or index.low is None or index.high is None:
        return ""
    low, high = 100 / index.high, 100 / index.low
    if low <= 1 <= high:
        return PROGRESS["legs alike"]
    other = "left" if leg == "right" else "right"
    said = {"ratio": 100 / index.value, "low": low, "high": high}
    if said["ratio"] < 1:
        leg, other = other, leg
        said = {"ratio": index.value / 100, "low": 1 / high, "high": 1 / low}
    numbers = {name: f"{value:.1f}" for name, value in said.items()}
    return PROGRESS["legs differ"].format(leg=leg, other=other, **numbers)
