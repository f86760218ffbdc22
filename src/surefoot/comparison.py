"""Two assessments → Change: steadier, less steady, no real change, or cannot say."""

from __future__ import annotations

import math
from collections.abc import Sequence

from surefoot.errors import NotComparableError
from surefoot.metrics import load_metrics
from surefoot.model import Assessment, Change, Metric, Setup, Verdict
from surefoot.reliability import Noise, RealChange, personal_noise, prior_noise, real_change
from surefoot.reliability.follow_up import PRACTICE_SESSIONS

PRACTICE_TEXT = " The first two sessions count as practice: some of this may be learning the test."


def height_behind(assessment: Assessment, metric: str) -> dict[str, str]:
    """Return the height that `metric` was computed with; nothing where it needs none.

    Displacements are proportional to it, and tilt without a gyroscope depends on it.
    """
    known, setup = load_metrics().get(metric), assessment.setup
    pendulum = assessment.provenance.settings.get("tilt_method") == "pendulum"
    of_sensor = "" if setup.sensor_height_m is None else f"sensor {setup.sensor_height_m:g} m"
    if known is not None and known.group == "com":
        body = f"body {setup.body_height_m:g} m" if setup.body_height_m is not None else of_sensor
        return {"height": f"{body}, {of_sensor}" if pendulum and body != of_sensor else body}
    return {"height": of_sensor} if known is not None and known.group == "angle" and pendulum else {}


def settings_that_differ(
    before: Assessment, after: Assessment, metric: str | None = None
) -> dict[str, tuple[str, str]]:
    """Return the fields of person and fingerprint in which two assessments differ, with both values.

    The primary metric is one of them unless another `metric` is asked for, and the height that the metric
    rests on, where it does.
    """
    first, second = (
        {
            "person": each.setup.person,
            "primary": metric or each.primary,
            **each.provenance.settings,
            **height_behind(each, metric or each.primary),
        }
        for each in (before, after)
    )
    fields = [*first, *(field for field in second if field not in first)]
    pairs = {field: (first.get(field, ""), second.get(field, "")) for field in fields}
    return {field: pair for field, pair in pairs.items() if pair[0] != pair[1]}


def check_comparable(before: Assessment, after: Assessment, metric: str | None = None) -> None:
    """Raise NotComparableError, naming the fields, where two assessments have different settings."""
    differences = settings_that_differ(before, after, metric)
    if differences:
        pairs = (f"{field}: {a or 'none'} and {b or 'none'}" for field, (a, b) in differences.items())
        raise NotComparableError(
            "These trials were not made under the same settings.",
            found="; ".join(pairs),
            expected="the same settings, so that only the balance can differ",
            do="Compare trials that agree, or correct a wrong setting with `surefoot edit`.",
            fields=tuple(differences),
        )


def compare(before: Assessment, after: Assessment, history: Sequence[Assessment] = ()) -> tuple[Change, ...]:
    """Compare two single trials, the primary metric first: it alone carries a verdict.

    Every metric that both trials have, with the same height behind it, and that is positive by nature is
    listed. `history` holds the trials made under the same settings: from three days of them on the person's
    own noise enters the ruler. Raises NotComparableError where the settings differ.
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


def _own_noise(metric: Metric, setup: Setup, history: Sequence[Assessment]) -> Noise:
    days: dict[object, list[float]] = {}
    for trial in history:
        if metric.key in trial.values and trial.setup.when is not None:
            days.setdefault(trial.setup.when.date(), []).append(math.log(trial.values[metric.key]))
    return personal_noise(list(days.values()), prior_noise(metric.key, setup))


def _is_practice(trial: Assessment, history: Sequence[Assessment]) -> bool:
    """Tell whether a trial is of the first sessions, in which people learn the test."""
    days = sorted({each.setup.when.date() for each in history if each.setup.when is not None})
    return trial.setup.when is not None and trial.setup.when.date() in days[:PRACTICE_SESSIONS]


def _change(metric: Metric, before: Assessment, after: Assessment, history: Sequence[Assessment]) -> Change:
    first, second = before.values[metric.key], after.values[metric.key]
    ruler = real_change(_own_noise(metric, before.setup, history))
    if metric.key != before.primary:
        verdict: Verdict = "cannot say"
        reason = f"Shown beside it; the verdict of this test rests on {before.primary or 'nothing here'}."
    else:
        verdict, reason = judge(metric, first, second, ruler)
        if verdict == "steadier" and _is_practice(before, history):
            reason += PRACTICE_TEXT
    return Change(
        metric=metric.key,
        before=first,
        after=second,
        change_pct=100 * (second / first - 1),
        smallest_real_change_pct=ruler.rise_pct,
        smallest_real_change_source=ruler.source,
        verdict=verdict,
        reason=reason,
    )


def judge(metric: Metric, before: float, after: float, ruler: RealChange) -> tuple[Verdict, str]:
    """Return the verdict on one change against its ruler, and the reason in one sentence."""
    moved = f"{abs(100 * (after / before - 1)):.0f} % {'lower' if after < before else 'higher'}"
    needed = f"{ruler.drop_pct:.0f} % lower or {ruler.rise_pct:.0f} % higher"
    if abs(math.log(after / before)) <= math.log(ruler.factor):
        return "no real change", f"{metric.label} is {moved}; noise alone reaches {needed}."
    improved = (after < before) == (metric.better == "lower")
    verdict: Verdict = "steadier" if improved else "less steady"
    return verdict, f"{metric.label} is {moved}, more than noise alone would give ({needed})."
