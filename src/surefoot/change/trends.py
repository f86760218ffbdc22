"""Many assessments → Trend: one metric of one person, like for like, over weeks."""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields, replace
from datetime import date
from itertools import pairwise

import numpy as np

from surefoot.change.likeness import (
    Fingerprint,
    check_comparable,
    day_of,
    days_of,
    fingerprint,
    scored_by_time,
    when_of,
)
from surefoot.change.slopes import kendall, theil_sen
from surefoot.change.verdicts import ask_other_leg, judge_sessions
from surefoot.errors import TooShortError
from surefoot.metrics import find_metric
from surefoot.model import Assessment, Metric, Trend
from surefoot.reliability import mean_of
from surefoot.words import explain

SESSIONS_FOR_SLOPE = 5
SECONDS_PER_WEEK = 7 * 86400.0


def like_for_like(
    assessments: Iterable[Assessment], metric: str | None = None
) -> tuple[tuple[Assessment, ...], ...]:
    """Sort dated, scored assessments by time into groups that may be compared with one another.

    By the primary metric too, unless `metric` is named: a hold time is the same in a trial that failed.
    """
    return tuple(_groups(assessments, metric).values())


def _groups(
    assessments: Iterable[Assessment], metric: str | None = None
) -> dict[Fingerprint, tuple[Assessment, ...]]:
    groups: dict[Fingerprint, list[Assessment]] = {}
    for assessment in scored_by_time(assessments):
        groups.setdefault(fingerprint(assessment, metric), []).append(assessment)
    return {key: tuple(group) for key, group in groups.items()}


def group_of(trial: Assessment, assessments: Iterable[Assessment]) -> tuple[Assessment, ...]:
    """Return those of `assessments` that may be compared with a trial, by time; none for a practice trial."""
    return _groups(assessments).get(fingerprint(trial, None), ()) if scored_by_time([trial]) else ()


def find_trends(
    assessments: Iterable[Assessment], metric: str | None = None, *, beside: Iterable[Assessment] = ()
) -> tuple[Trend, ...]:
    """Return every trend of a metric (the primary by default), like for like, in the order of their starts.

    Those without a value are left out. Each leg with a verdict is held against the other leg's sessions under
    the same settings, which are looked for among `beside` too: what is asked for may be one leg alone.
    """
    groups = _groups(assessments, metric)
    known = _groups(beside, metric) | groups
    return tuple(
        trend(group, metric, known.get(_other_leg(key), ()))
        for key, group in groups.items()
        if has_value(group, metric)
    )


def trends_of(trials: Iterable[Assessment], assessments: Iterable[Assessment]) -> Iterator[Trend]:
    """Yield the trends of main values that `trials` belong to among `assessments`.

    None for practice, and where a trial has no main value.
    """
    groups = _groups(assessments)
    wanted = {fingerprint(each, None) for each in scored_by_time(trials)}
    for key, group in groups.items():
        if key in wanted and has_value(group):
            yield trend(group, None, groups.get(_other_leg(key), ()))


def find_lead(assessments: Iterable[Assessment], injured: str = "") -> Trend | None:
    """Return what `lead` would choose of all trends of main values, without working out the others."""
    groups = _groups(assessments)

    def place(key: Fingerprint) -> tuple[bool, int, bool, bool]:
        setup, primary = groups[key][0].setup, groups[key][0].primary
        sessions = len(days_of(each for each in groups[key] if primary in each.values))
        return (setup.leg == injured, sessions, setup.eyes == "open", setup.surface == "floor")

    best = max((key for key, group in groups.items() if has_value(group)), key=place, default=None)
    return trend(groups[best], None, groups.get(_other_leg(best), ())) if best else None


def lead(trends: Sequence[Trend], injured: str = "") -> Trend | None:
    """Return the trend that speaks first; None where there is none.

    It is chosen by what was tested, never by what came out, so that many lines do not speak by chance: the
    injured leg, in the test done in most sessions; eyes open before closed.
    """

    def place(trend: Trend) -> tuple[bool, int, bool, bool]:
        setup = trend.setup
        return (setup.leg == injured, len(trend.values), setup.eyes == "open", setup.surface == "floor")

    return max(trends, key=place, default=None)


def has_value(group: Sequence[Assessment], metric: str | None = None) -> bool:
    """Tell whether any trial of a group has the metric, the primary one by default."""
    return any((metric or each.primary) in each.values for each in group)


def _other_leg(key: Fingerprint) -> Fingerprint:
    settings = dict(key)
    other = {"left": "right", "right": "left"}.get(settings.get("leg", ""), "")
    return tuple(sorted((settings | {"leg": other}).items()))


def trend(
    assessments: Sequence[Assessment], metric: str | None = None, other_leg: Sequence[Assessment] = ()
) -> Trend:
    """Return the trend of one metric (the primary by default) over like-for-like assessments.

    Trials of one day make one session, their geometric mean. The verdict is that of `reliability.follow`
    after the newest session: one rule whose limits hold for the whole follow-up. `other_leg` holds the
    trials of the other leg under the same settings, to say whether it did likewise. From five sessions on
    the slope is Theil and Sen's on ln values with its 95 % interval (Sen 1968,
    doi:10.1080/01621459.1968.10480934), and Kendall's tau is given; both assume that sessions are
    independent, and decide nothing. Raises SetupError for a metric that is not known, NotComparableError for
    mixed settings and TooShortError where no trial has the metric.
    """
    if metric is not None:
        find_metric(metric)
    scored = scored_by_time(assessments)
    for before, after in pairwise(scored):
        check_comparable(before, after, metric)
    key = metric or (scored[0].primary if scored else "")
    days = days_of(each for each in scored if key in each.values)
    if not days:
        if any(each.setup.when is None for each in assessments):
            raise TooShortError(
                "There is nothing to draw a trend from.",
                found="trials without a date",
                expected="trials whose setup says when they were made",
                do="Give each Setup its `when`, a date and time.",
            )
        raise TooShortError(
            "There is nothing to draw a trend from.",
            found=f"no trial with {key or 'a primary metric'}",
            expected="at least one scored trial",
            do="Import a trial first, or name another metric with --metric.",
        )
    other = days_of(each for each in scored_by_time(other_leg) if key in each.values)
    return _trend(find_metric(key), days, other)


def _values(metric: Metric, days: Sequence[Sequence[Assessment]]) -> list[tuple[date, list[float]]]:
    return [(day_of(day[0]), [trial.values[metric.key] for trial in day]) for day in days]


def _trend(
    metric: Metric, days: Sequence[Sequence[Assessment]], other: Sequence[Sequence[Assessment]]
) -> Trend:
    setup, own = days[0][0].setup, _values(metric, days)
    dates, trials = [when_of(day[0]) for day in days], [values for _, values in own]
    values = [mean_of(each, ln=metric.scale == "ln") for each in trials]
    weeks = np.array([(when - dates[0]).total_seconds() / SECONDS_PER_WEEK for when in dates])
    enough = len(values) >= SESSIONS_FOR_SLOPE and metric.scale == "ln"
    slopes = theil_sen(weeks, np.log(values)) if enough else None
    tau, probability = (kendall(values) if enough else None) or (None, None)
    judged = judge_sessions(metric, setup, trials)
    found = Trend(
        metric=metric.key,
        setup=setup,
        dates=tuple(dates),
        values=tuple(values),
        trials=tuple(map(len, trials)),
        slope_per_week_pct=None if slopes is None else 100 * math.expm1(slopes[0]),
        interval=None if slopes is None else (100 * math.expm1(slopes[1]), 100 * math.expm1(slopes[2])),
        kendall_tau=tau,
        kendall_p=probability,
        baseline=judged.before,
        reason="",
        other_leg=ask_other_leg(metric, setup, judged, own, _values(metric, other)),
        **{field.name: getattr(judged, field.name) for field in fields(judged)},
    )
    return replace(found, reason=explain(found))
