"""What is already true before a trend has its verdict: seconds held, touchdowns, the legs today."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from surefoot.change.holds import stance_of
from surefoot.change.likeness import day_of, days_of, scored_by_time
from surefoot.change.sides import compare_sides
from surefoot.metrics import find_metric
from surefoot.model import Assessment, Trend
from surefoot.protocols import load_protocols
from surefoot.words import ENGLISH, Language, explain, say_hold, say_legs, say_touches, state_of


def explain_now(trend: Trend, assessments: Iterable[Assessment], language: Language = ENGLISH) -> str:
    """Return the reason of a verdict; until there is one, what is already true of `assessments` with it."""
    progress = describe_progress(trend, assessments, language) if state_of(trend) == "wait" else ()
    # A trend brings its reason in English, as JSON has it.
    reason = trend.reason if language is ENGLISH else explain(trend, language)
    return " ".join((reason, *progress))


def describe_progress(
    trend: Trend, assessments: Iterable[Assessment], language: Language = ENGLISH
) -> tuple[str, ...]:
    """Return what is already true of the newest session of a trend, in whole sentences; maybe nothing.

    `assessments` are all of the person. Failed trials count: how long they were held is a result. The legs
    are compared where both were tested on that day, on the floor or on foam.
    """
    known = scored_by_time(assessments)
    days = days_of(each for each in known if stance_of(each.setup) == stance_of(trend.setup))
    if not days:
        return ()
    today, before = days[-1], days[-2] if len(days) > 1 else []
    said = (
        _held(today, before, language),
        _touched(today, before, language),
        _legs(trend, known, day_of(today[0]), language),
    )
    return tuple(sentence for sentence in said if sentence)


def _held(today: Sequence[Assessment], before: Sequence[Assessment], language: Language) -> str:
    now_s, last_s = _longest_s(today), _longest_s(before)
    whole_s = load_protocols()[today[0].protocol].hold_s
    return "" if now_s is None else say_hold(now_s, last_s, whole_s, language)


def _longest_s(trials: Sequence[Assessment]) -> float | None:
    return max((each.values["hold_time_s"] for each in trials if "hold_time_s" in each.values), default=None)


def _touched(today: Sequence[Assessment], before: Sequence[Assessment], language: Language) -> str:
    """Compare sessions of as many trials only: more trials have more touchdowns."""
    now, last = _touchdowns(today), _touchdowns(before)
    if now is None or last is None or len(today) != len(before) or now >= last:
        return ""
    return say_touches(now, last, language)


def _touchdowns(trials: Sequence[Assessment]) -> int | None:
    counts = [each.values["touchdowns_count"] for each in trials if "touchdowns_count" in each.values]
    return round(sum(counts)) if counts and len(counts) == len(trials) else None


def _legs(trend: Trend, known: Sequence[Assessment], day: date, language: Language) -> str:
    setup = trend.setup
    metric = find_metric(trend.metric)
    if setup.leg == "both" or setup.surface == "board" or metric.better != "lower" or metric.gain != 1:
        return ""
    alike = [each for each in known if stance_of(replace(each.setup, leg=setup.leg)) == stance_of(setup)]
    ratios = compare_sides(alike, injured=setup.leg, metric=trend.metric)
    index = next((each for each in ratios if each.kind == "limb symmetry index" and each.on == day), None)
    if index is None or index.value is None or index.low is None or index.high is None:
        return ""
    # The index is 100 × other / this leg; people are told it the other way round.
    return say_legs(setup.leg, 100 / index.value, 100 / index.high, 100 / index.low, language)
