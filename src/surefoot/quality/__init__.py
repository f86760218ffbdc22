"""What is wrong with a recording or a trial: refusals where nothing can be computed, issues for care."""

from surefoot.quality.limits import COINCIDENT_SHARE, GAP_FLAGGED_S, GAP_SPLITS_S, TABLE_MPS2, UNUSABLE
from surefoot.quality.mount import check_mounting, check_slip
from surefoot.quality.sampling import (
    check_gaps,
    check_held,
    check_jitter,
    check_rate,
    held_share,
    rate_class,
)
from surefoot.quality.sensor import (
    check_clipping,
    check_gravity,
    check_margin,
    check_noise,
    check_resolution,
    check_step,
    is_clipped,
    measure_noise,
    noise_share,
    resolution_class,
)
from surefoot.quality.standing import (
    check_alive,
    check_moments,
    check_ridden,
    check_riding,
    check_standing,
    check_strategy,
    check_turning,
    nobody_rides,
)

__all__ = [
    "COINCIDENT_SHARE",
    "GAP_FLAGGED_S",
    "GAP_SPLITS_S",
    "TABLE_MPS2",
    "UNUSABLE",
    "check_alive",
    "check_clipping",
    "check_gaps",
    "check_gravity",
    "check_held",
    "check_jitter",
    "check_margin",
    "check_moments",
    "check_mounting",
    "check_noise",
    "check_rate",
    "check_resolution",
    "check_ridden",
    "check_riding",
    "check_slip",
    "check_standing",
    "check_step",
    "check_strategy",
    "check_turning",
    "held_share",
    "is_clipped",
    "measure_noise",
    "nobody_rides",
    "noise_share",
    "rate_class",
    "resolution_class",
]
