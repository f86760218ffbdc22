"""DataFrames of trials, assessments and trends, and the types of their columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from typing import TYPE_CHECKING, Any, Final, Protocol

from surefoot.metrics import load_metrics
from surefoot.model import WORDS, Assessment, Trend
from surefoot.units import unit_of

if TYPE_CHECKING:
    from pandas import DataFrame

# How somebody stood, as the fields of a setup name it.
CONDITIONS: Final = (
    "test", "leg", "eyes", "surface", "footwear", "placement", "facing", "board", "practice",
    "sensor_height_m", "body_height_m", "board_max_tilt_deg", "board_level_ap_deg", "board_level_ml_deg",
)  # fmt: skip
MADE: Final = ("window", "resolution_class", "rate_class", "filters", "tilt_method")
SPANS: Final = ("steady_start_s", "steady_end_s", "window_start_s", "window_end_s")


WHOLE: Final = ("metrics_version", "values")


class TrialEntry(Protocol):
    """What a diary tells of a trial."""

    @property
    def trial(self) -> str:
        """Its id."""

    @property
    def assessment(self) -> Assessment:
        """Its numbers."""


class HasEntries(Protocol):
    """What is asked of a diary: its trials in the order they were made."""

    def entries(self) -> Iterable[TrialEntry]:
        """Return the trials."""


def frame(trials: Iterable[Assessment] | HasEntries, *, wide: bool = True) -> DataFrame:
    """Return a row for each trial with a column for each metric, or with ``wide=False`` one for each value.

    Of a diary, or of assessments. Beside the numbers stand the conditions and how each was made; `session` is
    the day. Words such as ``eyes`` are ordered categories, `when` is a time at Greenwich, and
    ``frame.attrs["units"]`` tells the unit of each column.
    """
    if not isinstance(trials, Iterable):
        return entries_frame(trials.entries(), wide=wide)
    heads = [(head_of(each), each) for each in trials]
    return typed(wide_frame(heads) if wide else values_frame(heads))


def entries_frame(
    entries: Iterable[TrialEntry], columns: Sequence[str] = (), *, wide: bool, as_text: bool = False
) -> DataFrame:
    """Return the frame of trials of a diary; with `as_text` times and words as they are written to CSV."""
    heads = [({**head_of(each.assessment), "trial": each.trial}, each.assessment) for each in entries]
    built = wide_frame(heads, columns) if wide else values_frame(heads, columns)
    return built if as_text else typed(built)


def head_of(assessment: Assessment) -> dict[str, Any]:
    """Return what a table tells of a trial first: whose, which session, and when."""
    when = assessment.setup.when
    told = "" if when is None else when.isoformat()
    return {"trial": "", "person": assessment.setup.person, "session": told[:10], "when": told}


def wide_frame(
    trials: Iterable[tuple[Mapping[str, Any], Assessment]], columns: Sequence[str] = ()
) -> DataFrame:
    """Return one row for each trial as `values_frame` does for each value; metrics are the last columns."""
    rows = [{**head, **describe_assessment(assessment), **assessment.values} for head, assessment in trials]
    used = {name for row in rows for name in row}
    metrics = [key for key in load_metrics() if key in used]
    own = dict.fromkeys(name for row in rows for name in row if name not in metrics)
    return tabulate(rows, (*(columns or own), *metrics))


def typed(table: DataFrame) -> DataFrame:
    """Return a table whose columns have the type of what they hold, which a column's name tells.

    So that every part of a long table has the same types, an empty one too. Units are in ``attrs``.
    """
    import pandas as pd

    columns: dict[str, Any] = {}
    for name, column in table.items():
        key = str(name)
        if key in WORDS:
            columns[key] = pd.Categorical(column, categories=WORDS[key], ordered=True)
        elif key == "when":
            times = pd.to_datetime(column.replace("", None), utc=True, format="ISO8601")
            columns[key] = times.astype("datetime64[us, UTC]")
        elif key == "practice":
            columns[key] = column.astype("boolean")
        elif key in WHOLE:
            columns[key] = column.astype("Int64")
        elif key == "value" or unit_of(key) or key in load_metrics():
            columns[key] = column.astype("float64")
        else:
            columns[key] = column.astype("string")
    found = pd.DataFrame(columns, index=table.index)
    found.attrs["units"] = {name: unit for name in found if (unit := unit_of(str(name)))}
    return found


def values_frame(
    trials: Iterable[tuple[Mapping[str, Any], Assessment]], columns: Sequence[str] = ()
) -> DataFrame:
    """Return one row for each value of each trial, with its conditions and how it was made.

    A trial is what to say of it beside that, by column, and its assessment; `columns` picks some in an order.
    """
    rows = [
        {
            **describe_assessment(assessment),
            "primary": assessment.primary,
            **head,
            "metric": key,
            "value": value,
            "unit": unit_of(key),
        }
        for head, assessment in trials
        for key, value in assessment.values.items()
    ]
    return tabulate(rows, columns)


def describe_assessment(assessment: Assessment) -> dict[str, Any]:
    """Return the conditions of a trial and how its numbers were made, by column."""
    setup, origin = assessment.setup, assessment.provenance
    return {
        **{name: getattr(setup, name) for name in CONDITIONS},
        "device_model": setup.device_model or origin.settings.get("device_model", ""),
        "source": origin.source,
        "source_sha256": origin.source_sha256,
        "rate_hz": origin.rate_hz,
        "duration_s": origin.duration_s,
        **dict(zip(SPANS, (*origin.steady_s, *origin.window_s), strict=True)),
        **{name: origin.settings.get(name, "") for name in MADE},
        "metrics_version": origin.metrics_version,
        "surefoot_version": origin.surefoot_version,
        "primary": assessment.primary,
        "issues": " ".join(sorted({issue.code for issue in assessment.issues})),
    }


def trends_frame(trends: Iterable[Trend]) -> DataFrame:
    """Return one row for each trend: its metric, its conditions, and what is said of it."""
    own = [field.name for field in fields(Trend) if field.name != "setup"]
    rows = [
        {
            "person": trend.setup.person,
            **{name: getattr(trend.setup, name) for name in CONDITIONS},
            **{name: getattr(trend, name) for name in own},
        }
        for trend in trends
    ]
    return tabulate(rows)


def tabulate(rows: Sequence[Mapping[str, Any]], columns: Sequence[str] = ()) -> DataFrame:
    """Return rows as a frame of all their columns, or of those named; counts stay whole beside gaps."""
    import pandas as pd

    names = list(columns or dict.fromkeys(name for row in rows for name in row))
    frame = pd.DataFrame({name: [row.get(name) for row in rows] for name in names})
    counts = [name for name in names if {type(row.get(name)) for row in rows} == {int, type(None)}]
    return frame.astype(dict.fromkeys(counts, "Int64"))


def to_rows(frame: DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a frame; what is missing is None."""
    rows: list[dict[str, Any]] = frame.astype(object).where(frame.notna(), None).to_dict("records")
    return rows
