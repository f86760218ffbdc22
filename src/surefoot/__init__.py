"""Balance tests from a phone or IMU: steadier than before, on which leg, by more than the own noise.

The straight pipe::

    read → Recording → prepare → Trial → assess → Assessment → Diary → compare, trend → plot, report

Names are resolved when first used, so that ``import surefoot`` costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from surefoot._version import __version__

if TYPE_CHECKING:
    from surefoot.assessment import assess
    from surefoot.change.comparison import compare
    from surefoot.change.sides import Ratio, compare_conditions, compare_sides
    from surefoot.change.trends import like_for_like, trend
    from surefoot.cohort.many import assess_many
    from surefoot.diary import Diary
    from surefoot.errors import (
        AmbiguousFormatError,
        CalibrationError,
        DescriptionError,
        DiaryError,
        EngineError,
        ExperimentError,
        LinkError,
        LowRateError,
        MountingError,
        NoBluetoothError,
        NoSamplesError,
        NotComparableError,
        NotQuietStandingError,
        OutputError,
        PhoneAwayError,
        PhoneError,
        SensorNotFoundError,
        SensorSilentError,
        SetupError,
        SignalError,
        SourceError,
        StuckAxisError,
        SurefootError,
        TooShortError,
        TooStillError,
        UnforeseenError,
        UnitError,
        UnknownColumnsError,
        UnknownFormatError,
        UnreadableFileError,
        UsageError,
        WorkerLostError,
    )
    from surefoot.frames import frame, study
    from surefoot.metrics import METRICS_VERSION, load_metrics
    from surefoot.model import (
        Assessment,
        Change,
        Event,
        Issue,
        Metric,
        Person,
        Protocol,
        Provenance,
        Recording,
        Sensor,
        SensorAxes,
        Setup,
        Trend,
        Trial,
        from_plain,
        metric,
        to_plain,
    )
    from surefoot.plotting import (
        plot_agreement,
        plot_pair,
        plot_profile,
        plot_recovery,
        plot_sides,
        plot_spectrum,
        plot_stabilogram,
        plot_tilt_map,
        plot_traces,
        plot_training,
        plot_trend,
        plot_trial,
    )
    from surefoot.preparation import prepare
    from surefoot.preparation.calibration import BoardLimits, limit_from_geometry, limits_from_edges
    from surefoot.protocols import load_protocols
    from surefoot.reliability import (
        Observation,
        analyse_study,
        compare_methods,
        repeatability,
        smallest_real_change,
        variance_components,
    )
    from surefoot.report import write_report
    from surefoot.sources import read
    from surefoot.training import LogEntry, adherence, climb

# Where each public name lives; a test holds this equal to the imports above.
_HOMES = {
    "assessment": "assess",
    "preparation.calibration": "BoardLimits limit_from_geometry limits_from_edges",
    "change.comparison": "compare",
    "cohort.many": "assess_many",
    "diary": "Diary",
    "errors": (
        "AmbiguousFormatError CalibrationError DescriptionError DiaryError EngineError ExperimentError "
        "LinkError LowRateError MountingError NoBluetoothError NoSamplesError NotComparableError "
        "NotQuietStandingError OutputError PhoneAwayError PhoneError SensorNotFoundError "
        "SensorSilentError SetupError SignalError SourceError StuckAxisError SurefootError TooShortError "
        "TooStillError UnforeseenError UnitError UnknownColumnsError UnknownFormatError UnreadableFileError "
        "UsageError WorkerLostError"
    ),
    "frames": "frame study",
    "metrics": "METRICS_VERSION load_metrics",
    "model": (
        "Assessment Change Event Issue Metric Person Protocol Provenance Recording Sensor SensorAxes Setup "
        "Trend Trial from_plain metric to_plain"
    ),
    "plotting": (
        "plot_agreement plot_pair plot_profile plot_recovery plot_sides plot_spectrum plot_stabilogram "
        "plot_tilt_map plot_traces plot_training plot_trend plot_trial"
    ),
    "preparation": "prepare",
    "protocols": "load_protocols",
    "reliability": (
        "Observation analyse_study compare_methods repeatability smallest_real_change variance_components"
    ),
    "report": "write_report",
    "change.sides": "Ratio compare_conditions compare_sides",
    "sources": "read",
    "training": "LogEntry adherence climb",
    "change.trends": "like_for_like trend",
}
_HOME = {name: home for home, names in _HOMES.items() for name in names.split()}

__all__ = ["__version__", *_HOME]  # noqa: PLE0604  (the names are the keys above)


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'surefoot' has no attribute {name!r}")
    return getattr(import_module(f"surefoot.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
