"""How repeatable a measure is, and how large a change must be before it is more than noise."""

from surefoot.reliability.agreement import Agreement, compare_methods
from surefoot.reliability.components import variance_components
from surefoot.reliability.repeatability import Interval, Repeatability, repeatability
from surefoot.reliability.ruler import RealChange, factor_from_cv, smallest_real_change
from surefoot.reliability.study import SESSIONS, Observation, StudyResult, analyse_study, split_variance

__all__ = [
    "SESSIONS",
    "Agreement",
    "Interval",
    "Observation",
    "RealChange",
    "Repeatability",
    "StudyResult",
    "analyse_study",
    "compare_methods",
    "factor_from_cv",
    "repeatability",
    "smallest_real_change",
    "split_variance",
    "variance_components",
]
