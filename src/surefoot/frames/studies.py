"""What the trials in a DataFrame tell of how repeatable each metric is, as tidy DataFrames."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from surefoot.errors import SetupError, TooShortError
from surefoot.frames.tables import tabulate, to_rows
from surefoot.metrics import load_metrics
from surefoot.model import CUT_OFF, Setup
from surefoot.reliability import (
    Observation,
    StudyResult,
    analyse_study,
    compare_methods,
    mean_of,
    split_variance,
)
from surefoot.units import unit_of
from surefoot.words import list_conditions

if TYPE_CHECKING:
    from pandas import DataFrame

    from surefoot.reliability import Interval

# What must be alike for two trials to be of one condition, in the order in which a name tells it.
ALIKE: Final = (
    "test", "leg", "eyes", "surface", "footwear", "placement", "facing", "board", "board_level",
    "device_model", "resolution_class", "rate_class", "window", "filters", "tilt_method", "metrics_version",
)  # fmt: skip
ICCS: Final = ("icc_2_1", "icc_2_k", "icc_3_1", "icc_3_k")
ERRORS: Final = ("sem", "mdc", "cv_pct", "mdc_pct")
AGREEMENT: Final = tuple(
    f"{name}{end}" for name in ("bias", "lower_limit", "upper_limit") for end in ("", "_low", "_high")
)


def study(table: DataFrame) -> dict[str, DataFrame]:
    """Return the repeatability, variance components and agreement of the trials in a frame, as tidy frames.

    The frame is one of `frame`, of an export or of `surefoot batch`, wide or long. Where it has a column
    ``condition`` that and ``trial`` are taken as they stand; otherwise conditions are named by all that must
    be alike, and the trials of a person's session counted in the order of their rows. Practice trials, and
    those that technology ended, do not count. Raises SetupError where a column is missing.
    """
    return study_frames(observations_in(table))


def study_frames(
    observations: Sequence[Observation], results: Sequence[StudyResult] | None = None
) -> dict[str, DataFrame]:
    """Return the tables of a study by name; `results` where they are known already."""
    groups: dict[tuple[str, str], list[Observation]] = {}
    for each in observations:
        groups.setdefault((each.condition, each.metric), []).append(each)
    found = analyse_study(observations) if results is None else results
    return {
        "repeatability": study_frame(found),
        "components": tabulate([_component(group) for group in groups.values()]),
        "agreement": tabulate([row for group in groups.values() for row in _agreements(group)]),
    }


def observations_in(table: DataFrame) -> list[Observation]:
    """Return the values of a frame that count in a study."""
    missing = [name for name in ("person", "session", *ALIKE[:4]) if name not in table]
    if missing:
        raise SetupError(
            "This frame is not one of trials.",
            found=f"no column {', '.join(missing)}",
            expected="a frame of `surefoot.frame`, of `surefoot export` or of `surefoot batch`",
            do="Make it of one of these; columns of your own may be beside theirs.",
        )
    rows = [row for row in to_rows(table) if row.get("status") not in ("refused", "practice", "cut off")]
    rows = [row for row in rows if not row.get("practice") and CUT_OFF not in str(row.get("issues")).split()]
    rows = rows if "condition" in table else _numbered(rows)
    keys = [key for key in load_metrics() if key in table]
    return in_order(
        Observation(row["person"], str(row["session"]), str(row["trial"]), row["condition"], key, value)
        for row in rows
        for key, value in (
            [(row["metric"], row["value"])] if "metric" in table else [(k, row[k]) for k in keys]
        )
        if value is not None
    )


def in_order(observations: Iterable[Observation]) -> list[Observation]:
    """Return values by person, session and trial: a sum has other last digits in another order."""
    return sorted(observations, key=lambda each: (each.person, each.session, each.trial))


def _numbered(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Name the condition of each row, and count the trials of each person, session and condition."""
    settings = [{name: str(row.get(name) or "") for name in ALIKE} for row in rows]
    for row, told in zip(rows, settings, strict=True):
        told["board_level"] = "" if row.get("board_level_ap_deg") is None else "told"
    setups = [Setup(**{name: told[name] for name in ALIKE[:4]}) for told in settings]  # type: ignore[arg-type]
    conditions = name_conditions(list(zip(setups, settings, strict=True)))
    trials: dict[tuple[str, ...], dict[Any, str]] = {}
    numbered = []
    for index, (row, condition) in enumerate(zip(rows, conditions, strict=True)):
        cell = trials.setdefault((row["person"], str(row["session"]), condition), {})
        # A long frame has a row for each value: those of one trial share its name and its bytes.
        which = (row.get("trial"), row.get("source_sha256"), row.get("part"), row.get("when"))
        own = which if "metric" in row else index
        numbered.append({**row, "condition": condition, "trial": cell.setdefault(own, str(len(cell) + 1))})
    return numbered


def name_conditions(trials: Sequence[tuple[Setup, Mapping[str, str]]]) -> list[str]:
    """Return what was tested for each, alike only where every setting is; what differs is then named.

    A trial that failed stays with the others: its hold time belongs beside theirs.
    """
    names: dict[str, list[dict[str, str]]] = {}
    for setup, settings in trials:
        kinds = names.setdefault(list_conditions(setup), [])
        if dict(settings) not in kinds:
            kinds.append(dict(settings))
    return [_full_name(list_conditions(setup), own, names[list_conditions(setup)]) for setup, own in trials]


def _full_name(base: str, own: Mapping[str, str], kinds: Sequence[dict[str, str]]) -> str:
    differing = [name for name in own if len({kind.get(name, "") for kind in kinds}) > 1]
    return ", ".join([base, *(f"{name} {own[name] or 'none'}" for name in differing)])


def _component(group: Sequence[Observation]) -> dict[str, Any]:
    """Return the variance between people, sessions and trials for one condition and metric."""
    head, scale = group[0], _scale(group[0].metric)
    row: dict[str, Any] = {"condition": head.condition, "metric": head.metric, "scale": scale}
    try:
        parts = split_variance(group)
    except TooShortError as error:
        return {**row, "person": None, "session": None, "trial": None, "reason": error.what}
    return {**row, **parts, "reason": ""}


def _scale(key: str) -> str:
    return "ln" if load_metrics()[key].scale == "ln" else "raw"


def _agreements(group: Sequence[Observation]) -> list[dict[str, Any]]:
    """Return how each session agrees with the one before it (Bland & Altman), by the means of its trials."""
    head, scale = group[0], _scale(group[0].metric)
    values: dict[str, dict[str, list[float]]] = {}
    for each in group:
        values.setdefault(each.session, {}).setdefault(each.person, []).append(each.value)
    rows = []
    for first, second in pairwise(sorted(values)):
        people = [person for person in values[first] if person in values[second]]
        one, two = ([mean_of(values[s][p], ln=scale == "ln") for p in people] for s in (first, second))
        row: dict[str, Any] = {"condition": head.condition, "metric": head.metric, "scale": scale}
        row |= {"first": first, "second": second, "pairs": len(people)}
        try:
            found = compare_methods(one, two, ln=scale == "ln")
        except TooShortError as error:
            rows.append({**row, **dict.fromkeys(AGREEMENT), "reason": error.what})
        else:
            ends = {name: getattr(found, name) for name in ("bias", "lower_limit", "upper_limit")}
            spans = (found.bias_interval, found.lower_interval, found.upper_interval)
            flat = [number for end, span in zip(ends.values(), spans, strict=True) for number in (end, *span)]
            rows.append({**row, **dict(zip(AGREEMENT, flat, strict=True)), "reason": ""})
    return rows


def study_frame(results: Iterable[StudyResult]) -> DataFrame:
    """Return the repeatability of a study: one row for each condition, metric, level and scale."""
    rows = [
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
    return tabulate(rows)


def _spread(intervals: Mapping[str, Interval | None]) -> dict[str, float | None]:
    ends = {"": "estimate", "_low": "low", "_high": "high"}
    return {
        f"{name}{end}": getattr(interval, field, None)
        for name, interval in intervals.items()
        for end, field in ends.items()
    }
