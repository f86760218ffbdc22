"""The longest gap-free stretch of a recording on a uniform grid."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from surefoot import dsp
from surefoot.model import Floats, Issue, Recording
from surefoot.preparation import quality

GRID_RATE_HZ = 100.0
# Settling and the last second alone take this; the filters need it too.
SHORTEST_S = 4.0
# No sensor collects samples for longer than this before it hands them on.
PACKET_S = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """A gap-free stretch (n,) at `rate_hz`, still in the sensor's frame; it was sampled at `measured_hz`.

    `sampled` are the rows of the recording that it comes from, `sampled_s` their times, bursts spread.
    """

    time_s: Floats
    acc_mps2: Floats
    gyr_radps: Floats | None
    rate_hz: float
    measured_hz: float
    sampled: slice
    sampled_s: Floats

    def span(self, samples: slice) -> tuple[float, float]:
        """Return the seconds ``[start, end)`` of `samples`."""
        start_s = float(self.time_s[0])
        return (start_s + samples.start / self.rate_hz, start_s + samples.stop / self.rate_hz)

    def within(self, samples: slice) -> NDArray[np.bool_]:
        """Tell which of the sampled rows lie in a part of the grid."""
        start_s, end_s = self.span(samples)
        return np.asarray((self.sampled_s >= start_s) & (self.sampled_s < end_s))


def make_grid(recording: Recording) -> tuple[Grid, tuple[Issue, ...]]:
    """Return the longest stretch without a hole, at 100 Hz or the measured rate where that is lower.

    Raises TooShortError where hardly any samples follow one another, LowRateError below 18 Hz.
    """
    spread_s = _spread(recording.time_s)
    stretches = dsp.split_at_gaps(spread_s, quality.GAP_SPLITS_S)
    stretch = max(stretches, key=lambda s: spread_s[s.stop - 1] - spread_s[s.start])
    time_s = spread_s[stretch]
    duration_s = float(time_s[-1] - time_s[0])
    if duration_s < SHORTEST_S:
        raise quality.no_piece(recording, duration_s)
    channels = [recording.acc_mps2[stretch]]
    if recording.gyr_radps is not None:
        channels.append(recording.gyr_radps[stretch])
    closer_s = quality.COINCIDENT_SHARE / dsp.sampling_rate(time_s)
    apart_s, samples = dsp.merge_close(time_s, np.hstack(channels), closer_s)
    measured_hz = dsp.sampling_rate(apart_s)
    held, effective_hz = quality.check_held(recording, stretch, measured_hz)
    issues = quality.check_gaps(recording, spread_s) + quality.check_rate(effective_hz) + held
    rate_hz = min(GRID_RATE_HZ, measured_hz)
    grid_s, values = dsp.resample(apart_s, samples, rate_hz)
    gyr = None if recording.gyr_radps is None else values[:, 3:]
    grid = Grid(grid_s, values[:, :3], gyr, rate_hz, measured_hz, stretch, time_s)
    return grid, recording.issues + issues


def _spread(time_s: Floats) -> Floats:
    """Return the times with bursts spread, be they packets or the delay of a busy phone."""
    steps = np.diff(time_s)
    within = steps[steps <= PACKET_S]
    return dsp.spread_bursts(time_s, quality.COINCIDENT_SHARE * within.mean()) if within.size else time_s


def horizontal(acc_mps2: Floats, up: Floats) -> Floats:
    """Return two perpendicular horizontal components (n, 2) of acceleration (n, 3), in any heading."""
    first = np.cross(up, np.eye(3)[int(np.argmin(np.abs(up)))])
    first = dsp.unit_vector(first)
    second = np.cross(dsp.unit_vector(up), first)
    return np.asarray(acc_mps2 @ np.column_stack([first, second]))
