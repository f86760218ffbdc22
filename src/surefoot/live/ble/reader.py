"""A sensor's packets to samples as they arrive, for live feedback and nothing else.

What is analysed later is made of the same packets as a whole, by `assembly`.
"""

from typing import Final

import numpy as np

from surefoot.live.ble.device import Block, Device
from surefoot.live.feedback import Samples
from surefoot.live.log import Packet
from surefoot.model import Floats
from surefoot.units import ACCELERATION_TO_MPS2, acceleration_unit

FOLLOWED: Final = 0.05
LOST_S: Final = 1.0


class Reader:
    """Reads the packets of one sensor in turn.

    Samples follow each other by the sensor's clock, else by its count, else one nominal period apart, on the
    host's clock and drawn slowly towards the times of arrival: a radio that stalls and then delivers in a
    burst does not shake them. More than a second off is a pause. A gyroscope that sends in packets of its own
    comes as samples whose force is not finite: it is too late or too early for any.
    """

    def __init__(self, device: Device, rate_hz: float = 0.0) -> None:
        self._device, self._rate_hz = device, rate_hz
        self._carry: dict[str, bytes] = {}
        self._segment = -1
        self._before: Block | None = None
        self._last_s = self._arrived_s = 0.0
        self._factor = ACCELERATION_TO_MPS2.get(device.acc_unit, 0.0)

    def read(self, packet: Packet) -> tuple[Samples, ...]:
        """Return the samples of the next packet."""
        if packet.segment != self._segment:
            self._segment, self._carry, self._before = packet.segment, {}, None
        decoded = self._device.decode(packet.char, packet.data, self._carry)
        self._carry = dict(decoded.carry)
        blocks = [block for block in decoded.blocks if block.acc is not None and len(block)]
        times = self._place(packet.arrival_s, blocks) if blocks else ()
        read = [self._in_si(block, time_s) for block, time_s in zip(blocks, times, strict=True)]
        read += [_rotation(packet.arrival_s, block) for block in decoded.blocks if block.acc is None]
        return tuple(samples for samples in read if samples is not None)

    def _place(self, arrival_s: float, blocks: list[Block]) -> list[Floats]:
        """Return the times of the samples of each block, the last one at about the arrival."""
        step_s = self._step(arrival_s, sum(map(len, blocks)))
        is_first = self._before is None
        ends_s: list[float] = []
        for block in blocks:
            self._last_s += self._advance(block, step_s, arrival_s)
            self._before = block
            ends_s.append(self._last_s)
        late_s = arrival_s - self._last_s
        shift_s = late_s if is_first or abs(late_s) > LOST_S else FOLLOWED * late_s
        self._last_s, self._arrived_s = self._last_s + shift_s, arrival_s
        return [
            np.asarray(end_s + shift_s + step_s * np.arange(1 - len(block), 1), dtype=np.float64)
            for block, end_s in zip(blocks, ends_s, strict=True)
        ]

    def _step(self, arrival_s: float, count: int) -> float:
        if self._rate_hz:
            return 1 / self._rate_hz
        return 0.0 if self._before is None else (arrival_s - self._arrived_s) / count

    def _advance(self, block: Block, step_s: float, arrival_s: float) -> float:
        """Return the time from the last sample of the block before to the last one of this.

        A clock that disagrees with the arrivals counts in another unit; here it is not waited for which.
        """
        before, clock = self._before, self._device.clock
        usual_s = len(block) * step_s
        if before is None:
            return usual_s
        if clock is not None and block.ticks is not None and before.ticks is not None:
            passed_s: float = (block.ticks - before.ticks) % 2**clock.bits * clock.tick_s
            if abs(passed_s - (arrival_s - self._arrived_s)) > LOST_S:
                return usual_s
            return passed_s + ((len(block) - len(before)) * step_s if clock.of == "first" else 0.0)
        if self._device.counter_bits and block.counter is not None and before.counter is not None:
            packets: int = (block.counter - before.counter) % 2**self._device.counter_bits
            return packets * usual_s
        return usual_s

    def _in_si(self, block: Block, time_s: Floats) -> Samples | None:
        acc = block.acc
        if acc is None:
            return None
        factor = self._factor or self._factor_by_gravity(acc)
        return Samples(time_s, acc * factor, block.gyr_radps) if factor else None

    def _factor_by_gravity(self, acc: Floats) -> float:
        """Find the unit by gravity at rest, once; until it is known nothing can be told."""
        unit = acceleration_unit(float(np.median(np.linalg.norm(acc, axis=1))))
        self._factor = ACCELERATION_TO_MPS2[unit] if unit else 0.0
        return self._factor


def _rotation(arrival_s: float, block: Block) -> Samples | None:
    if block.gyr_radps is None:
        return None
    none = np.full_like(block.gyr_radps, np.nan)
    return Samples(np.full(len(none), arrival_s), none, block.gyr_radps)
