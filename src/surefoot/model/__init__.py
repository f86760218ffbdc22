"""The nouns: frozen types, checked once when they are made."""

from typing import TYPE_CHECKING, Any

from surefoot.model.assessment import (
    Assessment,
    Change,
    DayHeld,
    OtherLeg,
    Provenance,
    Standing,
    Trend,
    Verdict,
)
from surefoot.model.catalogue import (
    AXES,
    DETAIL_RATE_HZ,
    PRESET_CUTOFF_HZ,
    Better,
    Metric,
    Mirror,
    Preset,
    Scale,
    metric,
    metric_for_each,
    metrics_in,
)
from surefoot.model.plain import assessment_from_plain, from_plain, setup_from_plain, to_plain
from surefoot.model.protocol import Protocol
from surefoot.model.recording import (
    BROKEN_OFF,
    CUT_OFF,
    LATE_START,
    SIGN_UNKNOWN,
    WITHHELD,
    Issue,
    Recording,
    Sensor,
    Severity,
    broken_off,
)
from surefoot.model.setup import (
    MEASURES,
    SETUP_FIELDS,
    USUAL_FACING,
    WORDS,
    Injury,
    Leg,
    Person,
    SensorAxes,
    Setup,
)
from surefoot.model.trial import SIGNALS, Event, EventKind, TiltMethod, Trial

if TYPE_CHECKING:
    from surefoot.model.arrays import Floats

__all__ = [
    "AXES",
    "BROKEN_OFF",
    "CUT_OFF",
    "DETAIL_RATE_HZ",
    "LATE_START",
    "MEASURES",
    "PRESET_CUTOFF_HZ",
    "SETUP_FIELDS",
    "SIGNALS",
    "SIGN_UNKNOWN",
    "USUAL_FACING",
    "WITHHELD",
    "WORDS",
    "Assessment",
    "Better",
    "Change",
    "DayHeld",
    "Event",
    "EventKind",
    "Floats",
    "Injury",
    "Issue",
    "Leg",
    "Metric",
    "Mirror",
    "OtherLeg",
    "Person",
    "Preset",
    "Protocol",
    "Provenance",
    "Recording",
    "Scale",
    "Sensor",
    "SensorAxes",
    "Setup",
    "Severity",
    "Standing",
    "TiltMethod",
    "Trend",
    "Trial",
    "Verdict",
    "assessment_from_plain",
    "broken_off",
    "from_plain",
    "metric",
    "metric_for_each",
    "metrics_in",
    "setup_from_plain",
    "to_plain",
]


def __getattr__(name: str) -> Any:
    if name == "Floats":
        from surefoot.model.arrays import Floats

        return Floats
    raise AttributeError(f"module 'surefoot.model' has no attribute {name!r}")
