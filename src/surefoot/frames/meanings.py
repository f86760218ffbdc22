"""What each column and metric of a table means."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final

from surefoot.frames.studies import AGREEMENT, ERRORS, ICCS
from surefoot.frames.tables import tabulate
from surefoot.metrics import load_metrics
from surefoot.units import unit_of

if TYPE_CHECKING:
    from pandas import DataFrame


def describe_columns(tables: Mapping[str, DataFrame]) -> DataFrame:
    """Return one row for each column of each table, and for each metric."""
    known = load_metrics()
    rows = [
        {
            "table": name,
            "name": column,
            "unit": unit_of(str(column)),
            "meaning": MEANINGS.get(column, CARRIED),
        }
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
        for name in (*ICCS, *ERRORS, *AGREEMENT[::3])
        for end, word in (("_low", "lower"), ("_high", "upper"))
    },
}
