"""The live view of a streaming sensor: rate, stillness, tilt, touchdown. For eyes and cues, not for numbers.

What is analysed later comes from the packets as a whole; nothing here enters it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from surefoot.live.ble.device import Block, Device
from surefoot.live.log import Packet
from surefoot.model import Floats
from surefoot.units import ACCELERATION_TO_MPS2, STANDARD_GRAVITY_MPS2, acceleration_unit

KEPT_S: Final = 10.0
STILL_SHARE: Final = 0.05
STILL_DEGPS: Final = 5.0
# A foot that comes down shakes the trunk harder than any sway: this much off the median of the last moments,
# where people who stand quietly stay within 0.05 m/s2.
IMPACT_MPS2: Final = 1.5
IMPACT_MEAN_S: Final = 0.2
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
    """Follows the packets of one sensor; holds the last ten seconds of samples and no more."""

    def __init__(self, device: Device) -> None:
        self._device = device
        self._carry: dict[str, bytes] = {}
        self._segment = -1
        self._acc: deque[tuple[float, Floats]] = deque()
        self._gyr: deque[tuple[float, Floats]] = deque()
        self._factor = ACCELERATION_TO_MPS2.get(device.acc_unit, 0.0)
        self._upright: Floats | None = None
        self._counts: deque[tuple[float, int]] = deque()

    def feed(self, packet: Packet) -> None:
        """Take a packet as it arrived."""
        if packet.segment != self._segment:
            self._segment, self._carry = packet.segment, {}
            self._counts.clear()
        decoded = self._device.decode(packet.char, packet.data, self._carry)
        self._carry = dict(decoded.carry)
        for block in decoded.blocks:
            self._take(packet.arrival_s, block)
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
        slower = [rate for rate in self._device.rates_hz if rate < wanted_hz]
        other = f", or choose {max(slower):.0f} Hz" if slower else ""
        return f"Got {rate_hz:.0f} of {wanted_hz:.0f} Hz: move closer{other}."

    def glance(self, seconds: float = LEVEL_S) -> Glance | None:
        """Return the mean of the last `seconds`; None with too few samples."""
        acc, gyr = self._last(self._acc, seconds), self._last(self._gyr, seconds)
        if len(acc) < ENOUGH or not self._factor:
            return None
        mean = acc.mean(axis=0) * self._factor
        turn = float(np.degrees(np.linalg.norm(gyr, axis=1).mean())) if len(gyr) else 0.0
        norm = float(np.linalg.norm(acc, axis=1).mean()) * self._factor / STANDARD_GRAVITY_MPS2
        return Glance(norm, turn, self._tilt(mean))

    def level(self) -> None:
        """Take the present direction of gravity as upright: what `tilt_deg` is told against."""
        acc = self._last(self._acc, LEVEL_S)
        if len(acc):
            self._upright = acc.mean(axis=0) * self._factor

    def trace(self, seconds: float = KEPT_S) -> Floats:
        """Return |a| in m/s² less its mean (n,) over the last `seconds`, for a picture."""
        norm = np.linalg.norm(self._last(self._acc, seconds), axis=1) * self._factor
        return np.asarray(norm - norm.mean()) if norm.size else norm

    def felt_impact(self, seconds: float = 0.1) -> bool:
        """Tell whether something shook the sensor in the last `seconds` as a foot that comes down does."""
        norm = np.linalg.norm(self._last(self._acc, seconds + IMPACT_MEAN_S), axis=1) * self._factor
        return norm.size > ENOUGH and bool(np.abs(norm - np.median(norm)).max() > IMPACT_MPS2)

    def _take(self, arrival_s: float, block: Block) -> None:
        if block.acc is not None:
            self._acc.append((arrival_s, block.acc))
            self._counts.append((arrival_s, len(block)))
            if not self._factor:
                self._factor = self._factor_by_gravity()
        if block.gyr_radps is not None:
            self._gyr.append((arrival_s, block.gyr_radps))

    def _factor_by_gravity(self) -> float:
        norms = np.linalg.norm(np.vstack([acc for _, acc in self._acc]), axis=1)
        unit = acceleration_unit(float(np.median(norms))) if norms.size >= ENOUGH else None
        return ACCELERATION_TO_MPS2[unit] if unit else 0.0

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
