"""Every threshold of the detection of events, by name.

They rest on made recordings and on quiet real ones; no labelled single-leg recording of people was at hand.
"""

LOWEST_RATE_HZ = 40.0
IMPACT_ABOVE_HZ = 5.0
FOOT_IMPACT_MPS2, FOOT_SPREADS = 0.35, 12.0
BOARD_IMPACT_MPS2, BOARD_SPREADS = 0.8, 8.0
STANCE_REFRACTORY_S = 1.0
BOARD_REFRACTORY_S = 0.5
LURCH_MPS2 = 0.5
# An impact or a lurch may be as weak as this share of its limit where the two together reach theirs.
WEAKEST = 0.75
LURCH_MEDIANS = 2.5
# A foot that leaves the floor takes the trunk's weight away first: that is a hop, not a touchdown.
FLIGHT_MPS2 = -1.5
FLIGHT_BELOW_HZ = 4.0
FLIGHT_BEFORE_S = 0.4
LEANING_SPREADS = 4.0
LURCH_BEFORE_S, LURCH_AFTER_S = 0.6, 0.4
CORRECTION_MERGED_S = 0.5
# Closer than a degree: a board often turns back half a degree short of its edge.
EDGE_REACHED_DEG = 0.3
EDGE_LEFT_DEG = 1.0
EDGE_SPEED_DEGPS = 10.0
EDGE_HELD_S = 0.08
EDGE_LEARNT_FROM = 2
EDGE_AGREE_DEG = 1.5
# A second impact so soon after the first is the other foot.
STEP_AFTER_S, STEP_WITHIN_S = 0.3, 1.0
HAND_WITHIN_S = 0.5
# Tables of events are written to the millisecond.
WRITTEN_TO_S = 0.0015
