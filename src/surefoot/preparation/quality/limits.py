"""Every threshold of the quality gate, by name, with where it comes from.

*Measured* means: sized by the table of injected faults on the validation page, so that what changes a
number by 5 % is told and clean recordings are not.
"""

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
GRAVITY_KEPT_SHARE = 0.04  # real stances 0.1 %, real boards from edge to edge 2.5 %, made ones 2.2 %
TURNING_MOST_RADPS = 80.0  # sensors for people end at 2000 to 4000 °/s
TURNING_ALONE_RADPS, SHAKEN_MPS2 = 1.0, 0.5
ANSWER_ERRORS, ANSWER_SHARE, ANSWER_LARGE = 8.0, 0.05, 1.0
FOLLOWS, FOLLOWS_LOOSELY = 0.9, 0.7  # of acceleration's size that the gyroscope explains
GRAVITY_LEAST, GRAVITY_MOST = 0.6, 1.7
COARSE_STEP_MPS2 = 0.03
ROUNDED_STEP_MPS2 = 0.085  # browsers round to 0.1
DETAIL_STEPS = 2.0  # in the smaller axis' SD: there a phone's path reads 2 % too high, with 1.2 it is 8 to 16
COARSE_SWAY_MPS2 = 0.10
UNUSABLE_SWAY_MPS2 = 0.05
UNUSABLE = "unusable_acceleration"
STEPPED = "steps_too_large"
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

# Repetition: what a step explains is measured on made recordings, seeds 0 to 2, and holds on others.
FROZEN, FROZEN_LONG = "frozen", "frozen_long"
FROZEN_S, FROZEN_WITHHELD_S = 0.5, 1.0
FROZEN_AXES_RESTS, FROZEN_AXIS_RESTS = 8.0, 20.0
COARSE_STEP_RADPS = 0.005
QUIET_AXIS_SHARE = 0.2
QUIETEST_CHANGES = (1.7, 10.0)  # of a coarse step a second, and a second squared: less is no body

# Standing.
TOO_STILL_MPS2 = 0.005
WALKING_MPS2 = 0.6
TURNING_RADPS = np.radians(40.0)
BOARD_TURNING_RADPS = np.radians(150.0)  # a hard board turns at 44 °/s, ±25° once a second at 110
NOBODY_DEG = 0.3  # of tilt about its mean; an empty board 0.1 of noise, ridden ones 2 and more
RIDDEN_BELOW_HZ = 5.0
TURNED_DEG = 20.0
SWING_DEG = 12.0  # real stances 3, made ones with eyes closed on foam 8, moving phones 16 and more
STANDING_PERCENT = 80.0
GYRO_BIAS_RADPS = np.radians(1.0)
# Two legs: published planar RMS is 0.02 to 0.10 m/s² on the floor with open eyes, and up to double that with
# eyes closed or on foam (Mancini 2012; Neville 2015; Moe-Nilssen 2002; SincMotion).
TWO_LEGS_MPS2 = 0.10
HARDER_TIMES = 2.0
FAR_ABOVE_TIMES = 3.0
STRATEGY_SHARE = 0.30
STRATEGY_ABOVE_HZ = 0.3  # below it both estimates are the pendulum's

# Mount.
FACE_OFF_DEG = 45.0
BOARD_FACE_OFF_DEG = 30.0
LEAN_DEG, LEAN_SPREADS = 0.9, 1.8  # 99 of 100 made stances step by less than 1.8 spreads; measured
SLIP_DEG, SLIP_SPREADS = 3.0, 2.7  # people change their lean by 1 to 2°, made ones by 2.2 spreads
SLIP_EDGE_S = 3.0
LARGE_LEAN_DEG, LARGE_LEAN_SPREADS = 5.0, 1.2  # in large sway, where a step hides
SLIP_WINDOW_S = 20.0
DRIFT_SHARE, DRIFT_ALONG = 0.05, 0.6
DRIFT_BLOCK_S, DRIFT_BLOCKS = 2.0, 5
