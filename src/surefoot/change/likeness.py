"""Which assessments may be compared: alike in person, settings, primary metric and the height behind it."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from itertools import groupby

from surefoot.errors import NotComparableError
from surefoot.metrics import load_metrics
from surefoot.model import Assessment

Fingerprint = tuple[tuple[str, str], ...]


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


def fingerprint(assessment: Assessment, metric: str | None, but: Sequence[str] = ()) -> Fingerprint:
    """Return person and settings that likes share, in order, without the fields `but`.

    What carries the verdict is one of them unless a `metric` is asked for: a hold time is the same in a trial
    that failed.
    """
    settings = {**assessment.provenance.settings, "person": assessment.setup.person}
    settings |= height_behind(assessment, metric or assessment.primary)
    settings["primary"] = "" if metric else assessment.primary
    return tuple(sorted(pair for pair in settings.items() if pair[0] not in but))


def scored_by_time(assessments: Iterable[Assessment]) -> list[Assessment]:
    """Return the dated assessments that count, oldest first."""
    return sorted((each for each in assessments if each.setup.when is not None and each.counts), key=when_of)


def when_of(assessment: Assessment) -> datetime:
    """Return when a trial was made. Raises ValueError where it has no date."""
    if assessment.setup.when is None:
        raise ValueError("an assessment without a date belongs to no day and to no trend")
    return assessment.setup.when


def day_of(assessment: Assessment) -> date:
    """Return the day of a trial on its own clock. Raises ValueError where it has no date."""
    return when_of(assessment).date()


def days_of(assessments: Iterable[Assessment]) -> list[list[Assessment]]:
    """Return dated assessments, in their order, by day: the trials of one day, on its own clock.

    Who travels west may have one date twice with another between: those are two sessions.
    """
    return [list(day) for _, day in groupby(assessments, key=day_of)]
