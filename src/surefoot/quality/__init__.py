"""What is wrong with a recording or a trial: refusals where nothing can be computed, issues for care."""

from surefoot.quality.advice import advise, advised
from surefoot.quality.frozen import check_frozen, leave_stuck
from surefoot.quality.limits import (
    COINCIDENT_SHARE,
    FROZEN_LONG,
    GAP_FLAGGED_S,
    GAP_SPLITS_S,
    STEPPED,
    TABLE_MPS2,
    UNUSABLE,
)
from surefoot.quality.mount import check_drift, check_mounting, check_slip
from surefoot.quality.pieces import no_piece
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
    check_size,
    check_standing,
    check_strategy,
    check_swing,
    check_turning,
    is_standing,
)

__all__ = [
    "COINCIDENT_SHARE",
    "FROZEN_LONG",
    "GAP_FLAGGED_S",
    "GAP_SPLITS_S",
    "STEPPED",
    "TABLE_MPS2",
    "UNUSABLE",
    "advise",
    "advised",
    "check_alive",
    "check_clipping",
    "check_drift",
    "check_frozen",
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
    "check_size",
    "check_slip",
    "check_standing",
    "check_step",
    "check_strategy",
    "check_swing",
    "check_turning",
    "held_share",
    "is_clipped",
    "is_standing",
    "leave_stuck",
    "measure_noise",
    "no_piece",
    "noise_share",
    "rate_class",
    "resolution_class",
]
