"""The tidy tables of a study, and the dictionary that says what their columns mean."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from surefoot.cohort.design import DesignRow
from surefoot.cohort.study import RefusedTrial, Study, StudyTrial, observe
from surefoot.errors import OutputError, SetupError
from surefoot.frames import (
    CONDITIONS,
    ERRORS,
    ICCS,
    describe_assessment,
    head_of,
    study_frames,
    tabulate,
    to_csv,
    values_frame,
)
from surefoot.metrics import load_metrics
from surefoot.plotting.own_files import write_all
from surefoot.reliability import StudyResult

if TYPE_CHECKING:
    from pandas import DataFrame

# What each table begins with; columns of the design come after the device, or last.
PLACE: Final = ("file", "part", "person", "session", "trial", "condition")
VALUES: Final = (
    *PLACE,
    "test", "leg", "eyes", "surface", "footwear", "placement", "board", "practice", "facing",
    "sensor_height_m", "body_height_m", "device_model",
)  # fmt: skip
NUMBER: Final = ("metric", "value", "unit", "issues", "metrics_version", "surefoot_version")
TRIALS: Final = (
    *PLACE, "status", *CONDITIONS,
    "source", "source_sha256", "rate_hz", "duration_s",
    "steady_start_s", "steady_end_s", "window_start_s", "window_end_s",
    "device_model", "resolution_class", "rate_class", "filters", "tilt_method",
    "metrics_version", "surefoot_version", "primary", "values", "issues", "reason",
)  # fmt: skip
RESULTS: Final = (
    *PLACE[:-1], "when", *(name for name in TRIALS if name not in (*PLACE, "values")),
)  # fmt: skip


def check_carried(rows: Sequence[DesignRow]) -> None:
    """Raise SetupError for a column of the design that would take the place of one of the tables' own."""
    taken = sorted({name for row in rows for name in row.carried} & {*VALUES, *NUMBER, *TRIALS})
    if taken:
        raise SetupError(
            "The design has columns that the tables of results have, too.",
            found=", ".join(taken),
            expected="other names for columns that are only carried along",
            do=f"Rename it, to my_{taken[0]} for example.",
        )


def study_tables(study: Study, results: Sequence[StudyResult]) -> dict[str, DataFrame]:
    """Return the tables of a study by the names of their files."""
    return {
        "trials.csv": _trials(study),
        "values.csv": _values(study.trials),
        **{f"{name}.csv": table for name, table in study_frames(observe(study.trials), results).items()},
    }


def _values(trials: Sequence[StudyTrial]) -> DataFrame:
    """Return one row for each value of each trial, practice trials included."""
    if not trials:
        return tabulate([])
    columns = dict.fromkeys((*VALUES, *(name for each in trials for name in each.row.carried), *NUMBER))
    return values_frame(
        [({**_place(each), **each.row.carried}, each.assessment) for each in trials], [*columns]
    )


def _trials(study: Study) -> DataFrame:
    """Return one row for each trial, those that were refused with the reason."""
    rows = [_analysed(each) for each in study.trials] + [_refused(each) for each in study.refused]
    designed = [*(each.row for each in study.trials), *(each.row for each in study.refused)]
    carried = [row.carried if row else {} for row in designed]
    columns = dict.fromkeys((*TRIALS, *(name for each in carried for name in each)))
    return tabulate([{**row, **more} for row, more in zip(rows, carried, strict=True)], [*columns])


def result_rows(study: Study) -> list[dict[str, Any]]:
    """Return one row for each trial, its values by the keys of their metrics; a refusal is a row, too."""
    rows = [
        {
            **_analysed(each),
            **each.row.carried,
            "session": each.row.session or head_of(each.assessment)["session"],
            "when": head_of(each.assessment)["when"],
            **each.assessment.values,
        }
        for each in study.trials
    ]
    refused = [{**_refused(each), **(each.row.carried if each.row else {})} for each in study.refused]
    return rows + refused


def _place(each: StudyTrial) -> dict[str, Any]:
    place = (each.row.file, each.part, each.row.setup.person, each.row.session, each.trial, each.condition)
    return dict(zip(PLACE, place, strict=True))


def _analysed(each: StudyTrial) -> dict[str, Any]:
    assessment = each.assessment
    status = "practice" if assessment.setup.practice else "cut off" if assessment.is_cut_off else "analysed"
    return {
        **_place(each),
        "status": status,
        **describe_assessment(assessment),
        "primary": assessment.primary,
        "values": len(assessment.values),
        "reason": "",
    }


def _refused(each: RefusedTrial) -> dict[str, Any]:
    told: dict[str, Any] = {}
    if each.row is not None:
        setup = each.row.setup
        told = {name: getattr(setup, name) for name in ("person", *CONDITIONS)}
        told |= {"session": each.row.session, "trial": each.row.trial}
    return {
        "file": each.file,
        "part": each.part,
        **told,
        "status": "refused",
        "values": 0,
        "issues": each.error.code,
        "reason": f"{each.error.what} Found: {each.error.found}.",
    }


def make_folder(folder: Path) -> None:
    """Make the folder for the tables. Raises OutputError where that is not possible."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(
            "The folder for the tables cannot be made.",
            found=f"{folder}: {error.strerror}",
            expected="a folder that may be written to",
            do="Name another one with -o.",
        ) from error


def write_tables(folder: Path, tables: Mapping[str, DataFrame], *, force: bool = False) -> None:
    """Write the tables, by name, and their dictionary as CSV.

    Raises OutputError where that is not possible, or where a file of such a name is somebody else's.
    """
    make_folder(folder)
    written = {**tables, "dictionary.csv": describe_columns(tables)}
    write_all({folder / name: to_csv(table) for name, table in written.items()}, force=force)


def describe_columns(tables: Mapping[str, DataFrame]) -> DataFrame:
    """Return one row for each column of each table, and for each metric."""
    known = load_metrics()
    rows = [
        {"table": name, "name": column, "unit": "", "meaning": MEANINGS.get(column, CARRIED)}
        for name, table in tables.items()
        for column in table
        if column not in known
    ]
    rows += [{"table": name, **told} for name, table in tables.items() for told in _describe_metrics(table)]
    return tabulate(rows, ("table", "name", "unit", "meaning"))


def _describe_metrics(table: DataFrame) -> Iterator[dict[str, str]]:
    """Yield what each metric of a table means, whether it is a column or, in `values.csv`, a row."""
    listed = set(table["metric"]) if "value" in table else set()
    for key, metric in load_metrics().items():
        if key in listed or key in table:
            meaning = f"{metric.label}. {metric.description.splitlines()[0]} Source: {metric.reference}"
            yield {"name": f"metric {key}" if key in listed else key, "unit": metric.unit, "meaning": meaning}


CARRIED: Final = "Carried along from the design."
MEANINGS: Final = {
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
    "status": "analysed; practice and cut off (by technology) are in no table of repeatability; refused.",
    "facing": "Where the screen, or the sensor's marked face, looked.",
    "sensor_height_m": "Height of the sensor above the floor, in m.",
    "body_height_m": "Height of the person, in m.",
    "board_max_tilt_deg": "Tilt at which the board's edge touches, in degrees.",
    "board_level_ap_deg": "What the sensor reads forward on the level board, in degrees.",
    "board_level_ml_deg": "What the sensor reads right on the level board, in degrees.",
    "source": "Format in which the file was read.",
    "source_sha256": "SHA-256 of what was read.",
    "rate_hz": "Rate of the grid that was analysed, in Hz: the measured one, 100 at most.",
    "duration_s": "Length of the recording's longest piece without a hole, in s.",
    "steady_start_s": "Start of steady standing, in s of the recording.",
    "steady_end_s": "End of steady standing, in s of the recording.",
    "window_start_s": "Start of the analysed window, in s of the recording.",
    "window_end_s": "End of the analysed window, in s of the recording; it holds no sample at that time.",
    "resolution_class": "How finely the acceleration is resolved.",
    "rate_class": "Class of the sampling rate; classes are not mixed.",
    "filters": "Low-pass filters behind the metrics' presets.",
    "tilt_method": "How tilt was found.",
    "when": "Time of the trial, with its zone.",
    "first": "The earlier of two sessions, by the order of their names.",
    "second": "The later of two sessions.",
    "pairs": "How many people were in both.",
    "bias": "Mean difference, second less first; a ratio where the scale is ln (Bland & Altman 1986).",
    "lower_limit": "Lower 95 % limit of agreement.",
    "upper_limit": "Upper 95 % limit of agreement.",
    "primary": "Metric that carries the verdict of this trial; empty where the stance was broken too early.",
    "values": "How many values the trial has in values.csv.",
    **{
        f"{name}{end}": f"The {word} end of its 95 % interval."
        for name in (*ICCS, *ERRORS, "bias", "lower_limit", "upper_limit")
        for end, word in (("_low", "lower"), ("_high", "upper"))
    },
}
