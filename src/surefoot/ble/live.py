"""A sensor's packets to samples as they arrive, for live feedback and nothing else.

What is analysed later is made of the same packets as a whole, by `assembly`.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from surefoot.ble.device import Block, Device, Packet
from surefoot.feedback import GAP_S, Samples
from surefoot.model import Floats
from surefoot.units import ACCELERATION_TO_MPS2, acceleration_unit

FOLLOWED: Final = 0.05


class Reader:
    """Reads the packets of one sensor in turn.

    Samples are placed one nominal period after the other on the host's clock, drawn slowly towards the times
    of arrival, so that a radio that delivers in bursts does not shake them; a jump of more than 0.25 s is a
    pause. A gyroscope that sends in packets of its own is left out: it would come too late or too early.
    """

    def __init__(self, device: Device, rate_hz: float = 0.0) -> None:
        self._device, self._rate_hz = device, rate_hz
        self._carry: dict[str, bytes] = {}
        self._segment = -1
        self._last_s: float | None = None
        self._arrived_s: float | None = None
        self._factor = ACCELERATION_TO_MPS2.get(device.acc_unit, 0.0)

    def read(self, packet: Packet) -> tuple[Samples, ...]:
        """Return the samples of the next packet; none where it holds no acceleration."""
        if packet.segment != self._segment:
            self._segment, self._carry, self._last_s, self._arrived_s = packet.segment, {}, None, None
        decoded = self._device.decode(packet.char, packet.data, self._carry)
        self._carry = dict(decoded.carry)
        blocks = [(block.acc, block) for block in decoded.blocks if block.acc is not None and len(block)]
        if not blocks:
            return ()
        times = self._place(packet.arrival_s, [len(acc) for acc, _ in blocks])
        return tuple(
            made
            for (acc, block), time_s in zip(blocks, times, strict=True)
            if (made := self._in_si(acc, block, time_s)) is not None
        )

    def _place(self, arrival_s: float, counts: list[int]) -> list[Floats]:
        """Return the times of the samples of each block, the last one at about the arrival."""
        count = sum(counts)
        step_s = self._step(arrival_s, count)
        end_s = arrival_s
        if self._last_s is not None:
            due_s = self._last_s + count * step_s
            late_s = arrival_s - due_s
            end_s = arrival_s if abs(late_s) > GAP_S else due_s + FOLLOWED * late_s
        self._last_s, self._arrived_s = end_s, arrival_s
        times = np.asarray(end_s + step_s * np.arange(1 - count, 1))
        return np.split(times, np.cumsum(counts)[:-1])

    def _step(self, arrival_s: float, count: int) -> float:
        if self._rate_hz:
            return 1 / self._rate_hz
        return 0.0 if self._arrived_s is None else (arrival_s - self._arrived_s) / count

    def _in_si(self, acc: Floats, block: Block, time_s: Floats) -> Samples | None:
        factor = self._factor or self._factor_by_gravity(acc)
        return Samples(time_s, acc * factor, block.gyr_radps) if factor else None

    def _factor_by_gravity(self, acc: Floats) -> float:
        """Find the unit by gravity at rest, once; until it is known nothing can be told."""
        unit = acceleration_unit(float(np.median(np.linalg.norm(acc, axis=1))))
        self._factor = ACCELERATION_TO_MPS2[unit] if unit else 0.0
        return self._factor
