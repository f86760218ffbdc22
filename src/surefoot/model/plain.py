"""Types to JSON and back: the one form in which the diary, ``--json`` and the web speak of results."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from typing import Any

from surefoot.model.assessment import Assessment, Provenance
from surefoot.model.recording import Issue
from surefoot.model.setup import Setup
from surefoot.model.trial import Event


def to_plain(value: Any) -> Any:
    """Return `value` as dicts, lists, strings and numbers; times as ISO 8601.

    >>> to_plain(Issue("low_rate", "warning", "Sampled at 20 Hz.", "Use 100 Hz."))["message"]
    'Sampled at 20 Hz. Use 100 Hz.'
    """
    if isinstance(value, Issue):
        return {"code": value.code, "severity": value.severity, "message": value.message}
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: to_plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): to_plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [to_plain(item) for item in value]
    if isinstance(value, date):
        return value.isoformat()
    return value


def setup_from_plain(plain: Mapping[str, Any]) -> Setup:
    """Return the Setup that `to_plain` wrote; raises SetupError or TypeError for anything else."""
    words = dict(plain)
    if isinstance(words.get("when"), str):
        words["when"] = datetime.fromisoformat(words["when"])
    return Setup(**words)


def assessment_from_plain(plain: Mapping[str, Any]) -> Assessment:
    """Return the Assessment that `to_plain` wrote; raises KeyError, TypeError or ValueError otherwise."""
    origin = dict(plain["provenance"])
    for span in ("steady_s", "window_s"):
        start, end = origin[span]
        origin[span] = (float(start), float(end))
    return Assessment(
        setup=setup_from_plain(plain["setup"]),
        protocol=plain["protocol"],
        primary=plain["primary"],
        values={key: float(value) for key, value in plain["values"].items()},
        issues=tuple(Issue(i["code"], i["severity"], i["message"]) for i in plain["issues"]),
        events=tuple(Event(**event) for event in plain["events"]),
        provenance=Provenance(**origin),
    )


def from_plain(plain: Mapping[str, Any]) -> Assessment:
    """Return the Assessment that `to_plain` wrote, or that stands in the result file of a diary.

    Raises ValueError for anything else.
    """
    try:
        return assessment_from_plain(plain.get("assessment", plain))
    except (KeyError, TypeError) as error:
        raise ValueError(f"this is no assessment as to_plain writes it: {error!r}") from error
