"""How repeatable a measure is, and how large a change must be before it is more than noise."""

from surefoot.reliability.agreement import Agreement, compare_methods
from surefoot.reliability.follow_up import FollowUp, Rule, follow, is_unchanged
from surefoot.reliability.noise import (
    Noise,
    RealChange,
    SessionValues,
    gather_sessions,
    is_scattered,
    mean_of,
    own_variances,
    personal_noise,
    prior_noise,
    ratio_of_legs,
    real_change,
    sessions_of_one,
    smallest_real_change,
)
from surefoot.reliability.repeatability import Interval, Repeatability, repeatability, variance_components
from surefoot.reliability.study import SESSIONS, Observation, StudyResult, analyse_study, split_variance

__all__ = [
    "SESSIONS",
    "Agreement",
    "FollowUp",
    "Interval",
    "Noise",
    "Observation",
    "RealChange",
    "Repeatability",
    "Rule",
    "SessionValues",
    "StudyResult",
    "analyse_study",
    "compare_methods",
    "follow",
    "gather_sessions",
    "is_scattered",
    "is_unchanged",
    "mean_of",
    "own_variances",
    "personal_noise",
    "prior_noise",
    "ratio_of_legs",
    "real_change",
    "repeatability",
    "sessions_of_one",
    "smallest_real_change",
    "split_variance",
    "variance_components",
]
