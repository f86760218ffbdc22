"""The tidy tables of a study, one value a row, and the dictionary that says what their columns mean."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from surefoot.cli import study_trials
from surefoot.cli.design import Taken
from surefoot.diary.packing import SETTINGS
from surefoot.errors import OutputError, TooShortError
from surefoot.metrics import load_metrics
from surefoot.plotting.own_files import write_all
from surefoot.reliability import Interval, Observation, StudyResult, split_variance
from surefoot.sources.tables import to_csv
from surefoot.units import unit_of

Table = list[dict[str, Any]]
ICCS = ("icc_2_1", "icc_2_k", "icc_3_1", "icc_3_k")
ERRORS = ("sem", "mdc", "cv_pct", "mdc_pct")


def values_table(taken: Sequence[Taken]) -> Table:
    """Return one row for each value of each trial, practice trials included."""
    return [
        {
            "file": each.row.file,
            "part": each.part,
            "person": each.row.setup.person,
            "session": each.row.session,
            "trial": each.trial,
            "condition": each.condition,
            **{name: getattr(each.assessment.setup, name) for name in SETTINGS},
            "device_model": each.assessment.provenance.settings["device_model"],
            **each.row.carried,
            "metric": key,
            "value": value,
            "unit": unit_of(key),
            "issues": " ".join(sorted({issue.code for issue in each.assessment.issues})),
            "metrics_version": each.assessment.provenance.metrics_version,
            "surefoot_version": each.assessment.provenance.surefoot_version,
        }
        for each in taken
        for key, value in each.assessment.values.items()
    ]


def results_table(results: Sequence[StudyResult]) -> Table:
    """Return one row for each condition, metric, level and scale."""
    return [
        {
            "condition": each.condition,
            "metric": each.metric,
            "unit": unit_of(each.metric) if each.scale == "raw" else "ln",
            "level": each.level,
            "scale": each.scale,
            "people": each.found.people if each.found else None,
            "repeats": each.found.sessions if each.found else None,
            "left_out": each.left_out,
            **_spread({name: getattr(each.found, name, None) for name in ICCS}),
            **_spread({name: getattr(each, name) for name in ERRORS}),
            "sem_consistency": each.found.sem_consistency if each.found else None,
            "reason": each.reason,
        }
        for each in results
    ]


def _spread(intervals: dict[str, Interval | None]) -> dict[str, float | None]:
    columns: dict[str, float | None] = {}
    for name, interval in intervals.items():
        columns[name] = interval.estimate if interval else None
        columns[f"{name}_low"] = interval.low if interval else None
        columns[f"{name}_high"] = interval.high if interval else None
    return columns


def components_table(observations: Sequence[Observation]) -> Table:
    """Return the variance between people, sessions and trials for each condition and metric."""
    groups: dict[tuple[str, str], list[Observation]] = {}
    for each in observations:
        groups.setdefault((each.condition, each.metric), []).append(each)
    return [_components(group) for group in groups.values()]


def _components(group: Sequence[Observation]) -> dict[str, Any]:
    head, known = group[0], load_metrics()
    scale = "ln" if known[head.metric].scale == "ln" else "raw"
    row: dict[str, Any] = {"condition": head.condition, "metric": head.metric, "scale": scale}
    try:
        parts = split_variance(group)
    except TooShortError as error:
        return {**row, "person": None, "session": None, "trial": None, "reason": error.what}
    return {**row, **parts, "reason": ""}


def write_tables(folder: Path, tables: dict[str, Table], *, force: bool = False) -> None:
    """Write the tables, by name, and their dictionary as CSV.

    Raises OutputError where that is not possible, or where a file of such a name is somebody else's.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(
            "The folder for the tables cannot be made.",
            found=f"{folder}: {error.strerror}",
            expected="a folder that may be written to",
            do="Name another one with -o.",
        ) from error
    contents = {name: to_csv(table, list(table[0]) if table else []) for name, table in tables.items()}
    contents["dictionary.csv"] = to_csv(describe_columns(tables), ("table", "name", "unit", "meaning"))
    write_all({folder / name: content for name, content in contents.items()}, force=force)


def describe_columns(tables: dict[str, Table]) -> Table:
    """Return one row for each column of each table, and for each metric."""
    rows: Table = [
        {"table": name, "name": column, "unit": "", "meaning": MEANINGS.get(column, CARRIED)}
        for name, table in tables.items()
        for column in (table[0] if table else ())
    ]
    known = load_metrics()
    for key in sorted({row["metric"] for row in tables["values.csv"]}):
        metric = known[key]
        meaning = f"{metric.label}. {metric.description.splitlines()[0]} Source: {metric.reference}"
        rows.append({"table": "values.csv", "name": f"metric {key}", "unit": metric.unit, "meaning": meaning})
    return rows


CARRIED = "Carried along from the design."
_ENDS = {"_low": "lower", "_high": "upper"}
MEANINGS = {
    "file": "Name of the export.",
    "part": "Part of the export, empty where it holds one recording.",
    "person": "Pseudonym; in components.csv the variance between people.",
    "session": "Session; in components.csv the variance between sessions of a person.",
    "trial": "Trial within the session; in components.csv the variance between trials of a session.",
    "condition": "What was tested; alike only where every setting is.",
    "test": "Balance test.",
    "leg": "Leg stood on.",
    "eyes": "Eyes open or closed.",
    "surface": "What was stood on.",
    "footwear": "Barefoot or in shoes.",
    "placement": "Where the sensor was.",
    "board": "Name of the board.",
    "device_model": "Model of the device.",
    "practice": "Whether it was a practice trial; those are not analysed.",
    "metric": "Key of the metric; it ends in its unit.",
    "value": "Value in the unit beside it.",
    "unit": "Unit of the value, or of sem and mdc; ln for natural logarithms.",
    "issues": "Codes of what is to be known about the trial, or of why it was refused.",
    "metrics_version": "Version of the formulas.",
    "surefoot_version": "Version of Surefoot.",
    "level": "sessions: means of each session's trials; else single trials within the session named.",
    "scale": "raw values, or natural logarithms (ln).",
    "people": "How many people.",
    "repeats": "How many sessions or trials each.",
    "left_out": "People left out of this table because they lack a repeat that others have.",
    "icc_2_1": "ICC(2,1): agreement of one repeat.",
    "icc_2_k": "ICC(2,k): agreement of the mean of all repeats.",
    "icc_3_1": "ICC(3,1): consistency of one repeat.",
    "icc_3_k": "ICC(3,k): consistency of the mean of all repeats.",
    "sem": "Standard error of measurement, agreement.",
    "mdc": "Minimal detectable change, 1.96 sqrt(2) SEM.",
    "cv_pct": "SEM of ln values as a rise in per cent.",
    "mdc_pct": "MDC of ln values as a rise in per cent.",
    "sem_consistency": "Standard error of measurement, consistency.",
    "reason": "Why there is no number.",
}
MEANINGS |= study_trials.MEANINGS
MEANINGS |= {
    f"{name}{end}": f"The {word} end of its 95 % interval."
    for name in (*ICCS, *ERRORS)
    for end, word in _ENDS.items()
}
