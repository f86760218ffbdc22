"""Two assessments → Change: steadier, less steady, no real change, or cannot say."""

import math
from collections.abc import Sequence

from surefoot.change.likeness import (
    check_comparable,
    day_of,
    days_of,
    height_behind,
    scored_by_time,
    settings_that_differ,
)
from surefoot.change.trends import trend
from surefoot.metrics import load_metrics
from surefoot.model import Assessment, Change, Metric, Setup, Trend, Verdict
from surefoot.reliability import Noise, RealChange, personal_noise, prior_noise, real_change
from surefoot.reliability.follow_up import FIRST_LOOK
from surefoot.words import ENGLISH, describe_change, name_verdict

__all__ = ["check_comparable", "compare", "height_behind", "judge", "settings_that_differ"]

PRACTICE_SESSIONS = 2


def compare(before: Assessment, after: Assessment, history: Sequence[Assessment] = ()) -> tuple[Change, ...]:
    """Compare two single trials, the primary metric first: it alone carries a verdict.

    Every metric that both trials have, with the same height behind it, and that is positive by nature is
    listed. `history` holds the trials made under the same settings: from three days of them on the person's
    own noise enters the ruler, and where five days or more lie from one trial to the other the trend over
    them, which knows more than a pair, gives the verdict. Raises NotComparableError where the settings
    differ.
    """
    check_comparable(before, after)
    known = load_metrics()
    shared = [
        key
        for key in before.values
        if key in after.values
        and known[key].scale == "ln"
        and height_behind(before, key) == height_behind(after, key)
    ]
    shared.sort(key=lambda key: key != before.primary)
    return tuple(_change(known[key], before, after, history) for key in shared)


def _change(metric: Metric, before: Assessment, after: Assessment, history: Sequence[Assessment]) -> Change:
    first, second = before.values[metric.key], after.values[metric.key]
    ruler = real_change(_own_noise(metric, before.setup, history))
    verdict, reason = _told(metric, before, after, history, ruler)
    return Change(
        metric=metric.key,
        before=first,
        after=second,
        change_pct=100 * (second / first - 1),
        smallest_real_change_pct=ruler.rise_pct,
        smallest_real_change_source=ruler.source,
        verdict=verdict,
        reason=reason,
        before_when=before.setup.when,
        after_when=after.setup.when,
    )


def _own_noise(metric: Metric, setup: Setup, history: Sequence[Assessment]) -> Noise:
    days = days_of(
        [trial for trial in history if metric.key in trial.values and trial.setup.when is not None]
    )
    logs = [[math.log(trial.values[metric.key]) for trial in day] for day in days]
    return personal_noise(logs, prior_noise(metric.key, setup))


def _told(
    metric: Metric, before: Assessment, after: Assessment, history: Sequence[Assessment], ruler: RealChange
) -> tuple[Verdict, str]:
    if metric.key != before.primary:
        return "cannot say", ENGLISH.say("pair.beside", primary=before.primary or "nothing here")
    verdict, reason = judge(metric, before.values[metric.key], after.values[metric.key], ruler)
    between = _trend_between(before, after, history)
    if between is not None:
        facts = {"count": len(between.values), "named": name_verdict(between), "reason": between.reason}
        return between.verdict, f"{reason} {ENGLISH.say('pair.trend', **facts)}"
    first_days = sorted({day_of(each) for each in history if each.setup.when})[:PRACTICE_SESSIONS]
    if verdict == "steadier" and before.setup.when and day_of(before) in first_days:
        reason = f"{reason} {ENGLISH.say('pair.practice')}"
    return verdict, reason


def _trend_between(before: Assessment, after: Assessment, history: Sequence[Assessment]) -> Trend | None:
    """Return the trend of the days from one trial to the other, in that order, where it may speak."""
    if before.setup.when is None or after.setup.when is None or before not in history or after not in history:
        return None
    first, last = day_of(before), day_of(after)
    scored = [trial for trial in scored_by_time(history) if before.primary in trial.values]
    between = [trial for trial in scored if first <= day_of(trial) <= last]
    return trend(between) if len(days_of(between)) >= FIRST_LOOK else None


def judge(metric: Metric, before: float, after: float, ruler: RealChange) -> tuple[Verdict, str]:
    """Return the verdict on one change against its ruler, and the reason in one sentence."""
    moved_pct = 100 * (after / before - 1)
    beyond = abs(math.log(after / before)) > math.log(ruler.factor)
    reason = describe_change(metric.label, moved_pct, ruler.drop_pct, ruler.rise_pct, beyond=beyond)
    if not beyond:
        return "no real change", reason
    return "steadier" if (after < before) == (metric.better == "lower") else "less steady", reason
