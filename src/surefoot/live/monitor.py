"""The live view of a streaming sensor: rate, stillness, tilt, touchdown. For eyes and cues, not for numbers.

What is analysed later comes from the packets as a whole; nothing here enters it.
"""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from surefoot.live.feedback import Samples
from surefoot.live.log import Packet
from surefoot.model import Floats
from surefoot.units import STANDARD_GRAVITY_MPS2

KEPT_S: Final = 10.0
STILL_SHARE: Final = 0.05
STILL_DEGPS: Final = 5.0
# A foot that comes down shakes the trunk harder than any sway: this much off the median of the last moments,
# where people who stand quietly stay within 0.05 m/s2.
IMPACT_MPS2: Final = 1.5
IMPACT_MEAN_S: Final = 0.2
# Steps swing |a| by 1.5 m/s2 and more, whoever walks; restless standing stays below a third of that.
WALK_S: Final = 3.0
WALK_MPS2: Final = 1.0
# Lifting a foot turns the trunk by 20 deg/s and more for a moment; quiet standing on both feet stays below 3.
LIFT_DEGPS: Final = 5.0
LEVEL_S: Final = 0.5
ENOUGH: Final = 5
SLOW_SHARE: Final = 0.9


@dataclass(frozen=True, slots=True)
class Glance:
    """The sensor now: |a| in g, rotation in degrees per second, tilt in degrees about two of its axes."""

    norm_g: float
    turn_degps: float
    tilt_deg: tuple[float, float]

    @property
    def is_still(self) -> bool:
        """Whether gravity is all it feels."""
        return abs(self.norm_g - 1) <= STILL_SHARE and self.turn_degps <= STILL_DEGPS


class Monitor:
    """Follows the packets of one sensor; holds the last ten seconds of samples and no more.

    `follow` returns the samples in a packet; `rates_hz` are those that the sensor offers.
    """

    def __init__(self, follow: Callable[[Packet], Sequence[Samples]], rates_hz: Sequence[float] = ()) -> None:
        self._follow, self._rates_hz = follow, rates_hz
        self._segment = -1
        self._acc: deque[tuple[float, Floats]] = deque()
        self._gyr: deque[tuple[float, Floats]] = deque()
        self._upright: Floats | None = None
        self._counts: deque[tuple[float, int]] = deque()

    def feed(self, packet: Packet) -> None:
        """Take a packet as it arrived."""
        if packet.segment != self._segment:
            self._segment = packet.segment
            self._counts.clear()
        for samples in self._follow(packet):
            self._take(packet.arrival_s, samples)
        for held in (self._acc, self._gyr, self._counts):
            while held and held[0][0] < packet.arrival_s - KEPT_S:
                held.popleft()

    def rate(self, seconds: float) -> float:
        """Return the samples a second over the last `seconds` of this link; 0 until it has lasted as long."""
        if not self._counts:
            return 0.0
        now_s = self._counts[-1][0]
        inside = [(at_s, count) for at_s, count in self._counts if at_s >= now_s - seconds]
        span_s = now_s - inside[0][0]
        if len(inside) < 2 or span_s < 0.8 * seconds:
            return 0.0
        return sum(count for _, count in inside[1:]) / span_s

    def slow_text(self, wanted_hz: float, seconds: float) -> str:
        """Return what to say where fewer samples came than asked for; an empty text where enough did."""
        rate_hz = self.rate(seconds)
        if not wanted_hz or not rate_hz or rate_hz >= SLOW_SHARE * wanted_hz:
            return ""
        slower = [rate for rate in self._rates_hz if rate < wanted_hz]
        other = f", or choose {max(slower):.0f} Hz" if slower else ""
        return f"Got {rate_hz:.0f} of {wanted_hz:.0f} Hz: move closer{other}."

    def glance(self, seconds: float = LEVEL_S) -> Glance | None:
        """Return the mean of the last `seconds`; None with too few samples."""
        acc, gyr = self._last(self._acc, seconds), self._last(self._gyr, seconds)
        if len(acc) < ENOUGH:
            return None
        mean = acc.mean(axis=0)
        turn = float(np.degrees(np.linalg.norm(gyr, axis=1).mean())) if len(gyr) else 0.0
        norm = float(np.linalg.norm(acc, axis=1).mean()) / STANDARD_GRAVITY_MPS2
        return Glance(norm, turn, self._tilt(mean))

    def level(self) -> None:
        """Take the present direction of gravity as upright: what `tilt_deg` is told against."""
        acc = self._last(self._acc, LEVEL_S)
        if len(acc):
            self._upright = acc.mean(axis=0)

    def trace(self, seconds: float = KEPT_S) -> Floats:
        """Return |a| in m/s² less its mean (n,) over the last `seconds`, for a picture."""
        norm = np.linalg.norm(self._last(self._acc, seconds), axis=1)
        return np.asarray(norm - norm.mean()) if norm.size else norm

    def felt_impact(self, seconds: float = 0.1) -> bool:
        """Tell whether something shook the sensor in the last `seconds` as a foot that comes down does."""
        norm = np.linalg.norm(self._last(self._acc, seconds + IMPACT_MEAN_S), axis=1)
        return norm.size > ENOUGH and bool(np.abs(norm - np.median(norm)).max() > IMPACT_MPS2)

    def walks(self) -> bool:
        """Tell whether the last moments were steps, not a stance however restless."""
        norm = np.linalg.norm(self._last(self._acc, WALK_S), axis=1)
        return norm.size > ENOUGH and float(norm.std()) > WALK_MPS2

    def never_moved(self, since_s: float) -> bool:
        """Tell whether nothing since then looks like a foot that was lifted: both stayed on the floor."""
        return self._turned_since(since_s) < LIFT_DEGPS

    def _turned_since(self, since_s: float) -> float:
        """Return the fastest turn since then in degrees per second; infinite where nothing tells."""
        turns = [np.linalg.norm(gyr, axis=1).max() for at_s, gyr in self._gyr if at_s >= since_s]
        return float(np.degrees(max(turns))) if len(turns) > ENOUGH else float("inf")

    def _take(self, arrival_s: float, samples: Samples) -> None:
        if np.isfinite(samples.acc_mps2).all():
            self._acc.append((arrival_s, samples.acc_mps2))
            self._counts.append((arrival_s, len(samples.acc_mps2)))
        if samples.gyr_radps is not None:
            self._gyr.append((arrival_s, samples.gyr_radps))

    def _last(self, held: Sequence[tuple[float, Floats]], seconds: float) -> Floats:
        if not held:
            return np.empty((0, 3))
        since_s = held[-1][0] - seconds
        recent: list[Floats] = []
        for at_s, values in reversed(held):
            if at_s < since_s:
                break
            recent.append(values)
        return np.vstack(recent[::-1])

    def _tilt(self, mean: Floats) -> tuple[float, float]:
        """Return the lean of gravity away from upright, in degrees about two axes square to it."""
        if self._upright is None:
            return 0.0, 0.0
        up = self._upright / np.linalg.norm(self._upright)
        across = np.cross(up, np.eye(3)[int(np.argmin(np.abs(up)))])
        across /= np.linalg.norm(across)
        along = np.cross(up, across)
        lean = mean / np.linalg.norm(mean)
        return float(np.degrees(np.arcsin(lean @ across))), float(np.degrees(np.arcsin(lean @ along)))
