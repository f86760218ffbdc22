"""Many assessments → Trend: one metric of one person, like for like, over weeks."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby, pairwise

import numpy as np

from surefoot.comparison import check_comparable, height_behind
from surefoot.errors import TooShortError
from surefoot.metrics import find_metric
from surefoot.model import Assessment, Floats, Metric, Trend
from surefoot.verdicts import judge_sessions

SESSIONS_FOR_SLOPE = 5
SECONDS_PER_WEEK = 7 * 86400.0


def like_for_like(
    assessments: Iterable[Assessment], metric: str | None = None
) -> tuple[tuple[Assessment, ...], ...]:
    """Sort dated, scored assessments by time into groups that may be compared with one another.

    By the primary metric too, unless `metric` is named: a hold time is the same in a trial that failed.
    """
    groups: dict[tuple[tuple[str, str], ...], list[Assessment]] = {}
    for assessment in sorted(_scored(assessments), key=_when):
        settings = {**assessment.provenance.settings, "person": assessment.setup.person}
        settings |= height_behind(assessment, metric or assessment.primary)
        key = (*sorted(settings.items()), ("primary", "" if metric else assessment.primary))
        groups.setdefault(key, []).append(assessment)
    return tuple(tuple(group) for group in groups.values())


def _scored(assessments: Iterable[Assessment]) -> list[Assessment]:
    return [a for a in assessments if a.setup.when is not None and a.counts]


def _when(assessment: Assessment) -> datetime:
    when = assessment.setup.when
    if when is None:
        raise ValueError("an assessment without a date cannot enter a trend")
    return when


def find_trends(assessments: Iterable[Assessment]) -> tuple[Trend, ...]:
    """Return every trend of the main value, like for like; those without a value are left out."""
    return tuple(trend(group) for group in like_for_like(assessments) if group[0].primary)


def trend(assessments: Sequence[Assessment], metric: str | None = None) -> Trend:
    """Return the trend of one metric (the primary by default) over like-for-like assessments.

    Trials of one day make one session, their geometric mean. The verdict is that of `reliability.follow`
    after the newest session: one rule whose limits hold for the whole follow-up. From five sessions on the
    slope is Theil and Sen's on ln values with its 95 % interval (Sen 1968,
    doi:10.1080/01621459.1968.10480934), and Kendall's tau is given; both assume that sessions are
    independent, and decide nothing. Raises SetupError for a metric that is not known, NotComparableError for
    mixed settings and TooShortError where no trial has the metric.
    """
    if metric is not None:
        find_metric(metric)
    scored = sorted(_scored(assessments), key=_when)
    for before, after in pairwise(scored):
        check_comparable(before, after, metric)
    key = metric or (scored[0].primary if scored else "")
    days = _days([a for a in scored if key in a.values])
    if not days:
        raise TooShortError(
            "There is nothing to draw a trend from.",
            found=f"no trial with {key or 'a primary metric'}",
            expected="at least one scored trial",
            do="Import a trial first, or name another metric with --metric.",
        )
    dates = [_when(day[0]) for day in days]
    values = [[trial.values[key] for trial in day] for day in days]
    return _trend(find_metric(key), scored[0], dates, values)


def _days(assessments: Sequence[Assessment]) -> list[list[Assessment]]:
    # Who travels west may have one date twice, with another between: days are told apart as they came.
    return [list(day) for _, day in groupby(assessments, key=lambda each: _when(each).date())]


def _middle(values: Sequence[float], scale: str) -> float:
    if scale == "ln":
        return math.exp(math.fsum(math.log(value) for value in values) / len(values))
    return math.fsum(values) / len(values)


def _trend(metric: Metric, first: Assessment, dates: list[datetime], days: list[list[float]]) -> Trend:
    values = [_middle(day, metric.scale) for day in days]
    weeks = np.array([(date - dates[0]).total_seconds() / SECONDS_PER_WEEK for date in dates])
    enough = len(values) >= SESSIONS_FOR_SLOPE and metric.scale == "ln"
    slopes = _ln_slope(weeks, np.log(values)) if enough else None
    tau, probability = _kendall(weeks, values) if enough else (None, None)
    judged = judge_sessions(metric, first.setup, days)
    return Trend(
        metric=metric.key,
        setup=first.setup,
        dates=tuple(dates),
        values=tuple(values),
        trials=tuple(len(day) for day in days),
        slope_per_week_pct=None if slopes is None else 100 * math.expm1(slopes[0]),
        interval=None if slopes is None else (100 * math.expm1(slopes[1]), 100 * math.expm1(slopes[2])),
        kendall_tau=tau,
        kendall_p=probability,
        smallest_real_change_pct=judged.rise_pct,
        smallest_real_change_source=judged.source,
        baseline=judged.baseline,
        band=judged.band,
        verdict=judged.verdict,
        reason=judged.reason,
        running=judged.running,
        sums=judged.sums,
    )


def _ln_slope(weeks: Floats, ln_values: Floats) -> tuple[float, float, float]:
    """Theil–Sen slope per week of ln values, with the ends of its 95 % interval."""
    from scipy.stats import theilslopes

    slope, _, low, high = theilslopes(ln_values, weeks, 0.95)
    return float(slope), float(low), float(high)


def _kendall(weeks: Floats, values: Sequence[float]) -> tuple[float | None, float | None]:
    """Return Kendall's tau and its probability; None for values that never differ, such as full holds."""
    from scipy.stats import kendalltau

    if len(set(values)) == 1:
        return None, None
    tau, probability = kendalltau(weeks, values)
    return float(tau), float(probability)
