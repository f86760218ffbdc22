"""The tidy tables of a study, and the dictionary that says what their columns mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from surefoot.cohort.design import DesignRow
from surefoot.cohort.study import RefusedTrial, Study, StudyTrial, observe
from surefoot.errors import OutputError, SetupError
from surefoot.frames import (
    CONDITIONS,
    describe_assessment,
    describe_columns,
    head_of,
    study_frames,
    tabulate,
    to_csv,
    values_frame,
)
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
