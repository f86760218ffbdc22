"""Every threshold of the quality gate, by name, with where it comes from.

*Measured* means: sized by the table of injected faults on the validation page, so that what changes a
number by 5 % is told and clean recordings are not.
"""

from __future__ import annotations

import numpy as np

# Sampling.
GAP_FLAGGED_S = 0.10
GAP_SPLITS_S = 0.25
CLOCK_JUMP_S = 60.0
RATE_REFUSED_HZ = 18.0
RATE_LOW_HZ = 40.0
RATE_FULL_HZ = 90.0
RATE_TOLERANCE = 0.01  # clocks of phones are off by up to 0.8 %; a rate so near a limit has reached it
STRETCH_S = 2.0  # the rate is the lowest that is kept so long
LOST_SHARE = 0.03
JITTER_SHARE = 0.01  # by which path, or RMS where there is no path, reads too high
JITTER_WITHHELD_SHARE = 0.05
JITTER_OVER_S = 1.0
EVEN_STEPS, EVEN_OFF = 0.8, 0.2  # of the steps are near a multiple of the usual one: what is between was lost
# Usual steps between samples on the mean; a clock that leaves out more tells of bursts, not of losses.
MOST_APART = 1.5
STEPS_AROUND = 11
COINCIDENT_SHARE = 0.2  # of the mean step: samples closer than that are one
HELD_SHARE = 0.20  # of the samples repeat the one before, in a channel that else moves in many steps
HELD_STEPS = 3.0

# Issues that take away what reads detail, and why.
BLURRED = {
    "low_rate": "it was sampled too slowly, if only for a part",
    "samples_missing": "too many samples of the window are missing",
    "times_unsure": "the times of the samples cannot be relied on",
}

# Sensor.
GRAVITY_LOW_MPS2, GRAVITY_HIGH_MPS2 = 8.8, 10.8
GRAVITY_OFF_SHARE = 0.05
COARSE_STEP_MPS2 = 0.03
COARSE_SWAY_MPS2 = 0.10
UNUSABLE_SWAY_MPS2 = 0.05
UNUSABLE = "unusable_acceleration"
STEP_SHARE = 0.25  # of the smaller axis' SD
CLIPPED_RUN, CLIPPED_RESTS = 3, 2
CLIPPED_TIMES = 3.0  # as many samples at the extreme as at the levels beside it
CLIPPED_SHARE = 0.003  # of all samples, at least
CLIPPED_LEVELS = 20  # with fewer, a slow signal rests on its extreme anyway
NOISE_BAND_HZ = (10.0, 40.0)
NOISE_RMS_SHARE = 0.10  # of the power of sway, where the rate is too low for a path
NOISE_SHARE = 0.05  # of the power of sway's rate of change: 10 % more of it is 5 % more path
NOISE_MARGIN = 3.0
TABLE_MPS2 = 0.03

# Standing.
TOO_STILL_MPS2 = 0.005
WALKING_MPS2 = 0.6
TURNING_RADPS = np.radians(40.0)
TURNED_DEG = 20.0
GYRO_BIAS_RADPS = np.radians(1.0)
STRATEGY_SHARE = 0.30
STRATEGY_ABOVE_HZ = 0.3  # below it both estimates are the pendulum's

# Mount.
FACE_OFF_DEG = 45.0
BOARD_FACE_OFF_DEG = 30.0
SLIP_DEG = 0.9
SLIP_SPREADS = 1.7  # quiet standing shifts by up to 1.4; measured
LARGE_SLIP_DEG, LARGE_SLIP_SPREADS = 5.0, 1.0
SLIP_EDGE_S = 3.0
