"""The table of a study's trials: what became of each line of the design, and how its numbers were made."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from surefoot.cli.design import Refused, Taken
from surefoot.model import Assessment, Setup

CONDITIONS: Final = (
    "test", "leg", "eyes", "surface", "footwear", "placement", "facing", "board", "practice",
    "sensor_height_m", "body_height_m", "board_max_tilt_deg", "board_level_ap_deg", "board_level_ml_deg",
)  # fmt: skip
MADE: Final = ("device_model", "resolution_class", "rate_class", "filters", "tilt_method")
SPANS: Final = ("steady_start_s", "steady_end_s", "window_start_s", "window_end_s")
MEANINGS: Final = {
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
    "primary": "Metric that carries the verdict of this trial; empty where the stance was broken too early.",
    "values": "How many values the trial has in values.csv.",
}


def trials_table(taken: Sequence[Taken], refused: Sequence[Refused]) -> list[dict[str, Any]]:
    """Return one row for each trial, those that were refused with the reason; what is missing is None."""
    rows = [_analysed(each) for each in taken] + [_refused(each) for each in refused]
    designed = [each.row for each in taken] + [each.row for each in refused]
    carried = [dict(row.carried) if row else {} for row in designed]
    columns = dict.fromkeys(name for row in (*rows, *carried) for name in row)
    return [{**columns, **row, **more} for row, more in zip(rows, carried, strict=True)]


def _status(assessment: Assessment) -> str:
    return "practice" if assessment.setup.practice else "cut off" if assessment.is_cut_off else "analysed"


def _analysed(each: Taken) -> dict[str, Any]:
    assessment = each.assessment
    return {
        **_place(each.row.file, each.part, each.row.setup, each.row.session),
        "trial": each.trial,
        "condition": each.condition,
        "status": _status(assessment),
        **_conditions(each.row.setup),
        **_provenance(assessment),
        "primary": assessment.primary,
        "values": len(assessment.values),
        "issues": " ".join(sorted({issue.code for issue in assessment.issues})),
        "reason": "",
    }


def _refused(each: Refused) -> dict[str, Any]:
    row = each.row
    return {
        **_place(each.file, each.part, row.setup if row else None, row.session if row else None),
        "trial": row.trial if row else None,
        "status": "refused",
        **(_conditions(row.setup) if row else {}),
        "values": 0,
        "issues": each.error.code,
        "reason": f"{each.error.what} Found: {each.error.found}.",
    }


def _place(file: str, part: str, setup: Setup | None, session: str | None) -> dict[str, Any]:
    return {"file": file, "part": part, "person": setup.person if setup else None, "session": session}


def _conditions(setup: Setup) -> dict[str, Any]:
    return {name: getattr(setup, name) for name in CONDITIONS}


def _provenance(assessment: Assessment) -> dict[str, Any]:
    origin = assessment.provenance
    return {
        "source": origin.source,
        "source_sha256": origin.source_sha256,
        "rate_hz": origin.rate_hz,
        "duration_s": origin.duration_s,
        **dict(zip(SPANS, (*origin.steady_s, *origin.window_s), strict=True)),
        **{name: origin.settings.get(name, "") for name in MADE},
        "metrics_version": origin.metrics_version,
        "surefoot_version": origin.surefoot_version,
    }
