"""Where in a recording somebody stands on a board: judged in degrees, whatever else the recording holds."""

from collections.abc import Sequence

import numpy as np

from surefoot import dsp
from surefoot.model import Event, Floats, Protocol, Setup
from surefoot.preparation import quality
from surefoot.preparation.events import merge_events
from surefoot.preparation.grid import Grid
from surefoot.preparation.stance import LEAD_IN_S, Stance, choose_window
from surefoot.protocols import LEAD_OUT_S

# Measured: a board that is ridden moves by 0.6° and more in any three seconds, an empty one by 0.1° of noise.
REST_DEG, REST_S = 0.2, 3.0
# No board tilts so far; whoever picks it up does.
PICKED_UP_DEG = 45.0
# Whoever steps on or off puts the edge down, where it lies still; a rider touches it and is off again.
# Measured: 0.5 s below 2 °/s at each step, not once in four minutes of real tilting from edge to edge.
EDGE_DEG, EDGE_SPEED_DEGPS, EDGE_HELD_S = 8.0, 2.0, 0.4
BALANCED_DEG, BALANCED_S = 5.0, 2.0
STEPPING_S = 5.0
# An empty board swings on for some seconds before it rests.
SWINGING_S = 8.0
SMOOTHING_HZ = 5.0


def find_board_stance(
    grid: Grid, angle_deg: Floats, protocol: Protocol, setup: Setup, by_hand: Sequence[Event] = ()
) -> Stance:
    """Return the stance on a board whose tilt about level is `angle_deg` (n, 2); events `by_hand` win.

    The longest stretch counts in which the board neither rests (0.2° in 3 s) nor is picked up (45°). It
    begins after a step onto the board, which lies on its edge for 0.4 s (below 2 °/s) in its first five
    seconds. It ends with a step off: such a rest in its last five that no two balanced seconds (within 5°)
    follow or, where the board then came to rest, in its last eight; without one, five seconds before it
    rests. All in degrees, none of it against the recording's own middle. Own rule; sized on real boards.
    Raises TooStillError for a board that nobody stands on, TooShortError where too little is left.
    """
    smooth_deg = dsp.low_pass(angle_deg, grid.rate_hz, SMOOTHING_HZ)
    ride = _longest_ride(smooth_deg, grid.rate_hz)
    begins, step = _steps(smooth_deg[ride], grid.rate_hz, was_left=ride.stop < len(grid.time_s))
    found = () if step is None else (Event("step", *grid.span(slice(ride.start + step, ride.stop))),)
    steps = merge_events(found, [event for event in by_hand if event.breaks_stance])
    first = max(ride.start + begins, round(LEAD_IN_S * grid.rate_hz))
    last = min(ride.stop, len(grid.time_s) - round(LEAD_OUT_S * grid.rate_hz))
    if found and found[0] in steps:
        last = ride.start + (step or 0)
    steady = slice(first, max(first, last))
    window, issues = choose_window(grid, steady, steps, protocol, setup)
    return Stance(
        calm=ride,
        steady=steady,
        window=window,
        clean=(window,),
        moments=(),
        events=steps,
        is_whole=not issues,
        issues=issues,
    )


def _longest_ride(smooth_deg: Floats, rate_hz: float) -> slice:
    """Return the longest stretch in which the board neither rests nor is picked up; the later of two."""
    span = max(1, round(REST_S * rate_hz))
    moved_deg = dsp.running_deviation(smooth_deg, span)
    empty = dsp.running_rms((moved_deg < REST_DEG).astype(float), span) > 0
    empty |= np.hypot(*smooth_deg.T) > PICKED_UP_DEG
    runs = dsp.runs(~empty)
    if not runs:
        raise quality.nobody_rides(float(np.median(moved_deg)))
    return max(reversed(runs), key=lambda run: run.stop - run.start)


def _steps(smooth_deg: Floats, rate_hz: float, *, was_left: bool) -> tuple[int, int | None]:
    """Return the samples of a ride at which it begins, after stepping on, and at which it is stepped off.

    `was_left` tells that the board was seen at rest, or picked up, after it.
    """
    lean_deg = np.hypot(*(smooth_deg - np.median(smooth_deg, axis=0)).T)
    speed_degps = np.hypot(*np.gradient(smooth_deg, 1 / rate_hz, axis=0).T)
    on_edge = (lean_deg > EDGE_DEG) & (speed_degps < EDGE_SPEED_DEGPS)
    rests = [run for run in dsp.runs(on_edge) if run.stop - run.start >= EDGE_HELD_S * rate_hz]
    level = dsp.runs(lean_deg <= BALANCED_DEG)
    begins = max((run.stop for run in rests if run.stop <= STEPPING_S * rate_hz), default=0)
    balanced = [run.start for run in level if run.stop - run.start >= BALANCED_S * rate_hz]
    earliest = len(lean_deg) - (SWINGING_S if was_left else STEPPING_S) * rate_hz
    if not was_left:
        earliest = max(earliest, *balanced, 0)
    off = next((run.start for run in rests if run.start > max(begins, earliest)), None)
    if off is None:
        return begins, max(begins, len(lean_deg) - round(STEPPING_S * rate_hz)) if was_left else None
    return begins, max((run.stop for run in level if run.stop <= off), default=off)
