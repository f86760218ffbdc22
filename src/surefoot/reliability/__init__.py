"""How repeatable a measure is, and how large a change must be before it is more than noise."""

from surefoot.reliability.agreement import Agreement, compare_methods
from surefoot.reliability.components import variance_components
from surefoot.reliability.follow_up import FollowUp, Look, cumulative_sums, follow
from surefoot.reliability.noise import (
    Noise,
    RealChange,
    personal_noise,
    prior_noise,
    real_change,
    smallest_real_change,
)
from surefoot.reliability.repeatability import Interval, Repeatability, repeatability
from surefoot.reliability.study import SESSIONS, Observation, StudyResult, analyse_study, split_variance

__all__ = [
    "SESSIONS",
    "Agreement",
    "FollowUp",
    "Interval",
    "Look",
    "Noise",
    "Observation",
    "RealChange",
    "Repeatability",
    "StudyResult",
    "analyse_study",
    "compare_methods",
    "cumulative_sums",
    "follow",
    "personal_noise",
    "prior_noise",
    "real_change",
    "repeatability",
    "smallest_real_change",
    "split_variance",
    "variance_components",
]
