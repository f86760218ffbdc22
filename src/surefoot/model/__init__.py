"""The nouns: frozen types, checked once when they are made."""

from surefoot.model._arrays import Floats, frozen_floats
from surefoot.model.assessment import Assessment, Change, Provenance, Trend, Verdict
from surefoot.model.catalogue import PRESET_CUTOFF_HZ, Better, Metric, Mirror, Preset, Scale, metric
from surefoot.model.plain import assessment_from_plain, setup_from_plain, to_plain
from surefoot.model.protocol import Protocol
from surefoot.model.recording import (
    BROKEN_OFF,
    CUT_OFF,
    LATE_START,
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

__all__ = [
    "BROKEN_OFF",
    "CUT_OFF",
    "LATE_START",
    "MEASURES",
    "PRESET_CUTOFF_HZ",
    "SETUP_FIELDS",
    "SIGNALS",
    "USUAL_FACING",
    "WORDS",
    "Assessment",
    "Better",
    "Change",
    "Event",
    "EventKind",
    "Floats",
    "Injury",
    "Issue",
    "Leg",
    "Metric",
    "Mirror",
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
    "TiltMethod",
    "Trend",
    "Trial",
    "Verdict",
    "assessment_from_plain",
    "broken_off",
    "frozen_floats",
    "metric",
    "setup_from_plain",
    "to_plain",
]
