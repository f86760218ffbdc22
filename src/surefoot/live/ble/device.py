"""`Device`: what a Bluetooth sensor is. Who it is, how it starts, what its packets mean, its virtual twin."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

import numpy as np

from surefoot.model import Floats, Recording

# Nothing worn by a person reads more than this in any unit; a packet that does is not what it looks like.
ABSURD: Final = 1e6


@dataclass(frozen=True, slots=True)
class Advertisement:
    """What a sensor tells everyone about itself; UUIDs in lower case."""

    name: str = ""
    services: tuple[str, ...] = ()
    companies: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Write:
    """Bytes to write to a characteristic, and how long to wait after it."""

    char: str
    data: bytes
    response: bool = True
    wait_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Notification:
    """Bytes that a sensor sends at its own time `time_s`."""

    time_s: float
    char: str
    data: bytes


@dataclass(frozen=True, slots=True)
class DeviceClock:
    """A sensor's own clock: seconds a tick, bits after which it wraps, which sample of a packet it tells."""

    tick_s: float
    bits: int
    of: Literal["first", "last"] = "first"

    def ticks_at(self, time_s: float) -> int:
        """Return what the clock reads at `time_s` of its own."""
        ticks: int = round(time_s / self.tick_s) % 2**self.bits
        return ticks


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """Samples that travelled together: `acc` (k, 3) in the device's unit, `gyr_radps` (k, 3), either or both.

    `ticks` is the device clock at the first or last sample, `step_ticks` the time between samples where the
    packet tells it, `counter` the packet's number.
    """

    acc: Floats | None = None
    gyr_radps: Floats | None = None
    ticks: int | None = None
    step_ticks: float | None = None
    counter: int | None = None
    clipped: bool = False

    @property
    def stream(self) -> str:
        """``imu``, ``acc`` or ``gyr``: blocks of one stream share a clock and a count."""
        if self.acc is None:
            return "gyr"
        return "acc" if self.gyr_radps is None else "imu"

    def __len__(self) -> int:
        values = self.gyr_radps if self.acc is None else self.acc
        return 0 if values is None else len(values)


@dataclass(frozen=True, slots=True, eq=False)
class Decoded:
    """The blocks of one packet, and what must be remembered for the next one of the same link."""

    blocks: tuple[Block, ...] = ()
    carry: Mapping[str, bytes] = field(default_factory=dict)


Decode = Callable[[str, bytes, Mapping[str, bytes]], Decoded]
Start = Callable[[float, Sequence[bytes]], tuple[Write, ...]]


def _ask_nothing(_rate_hz: float, _: Sequence[bytes] = ()) -> tuple[Write, ...]:
    return ()


def _answer_nothing(_: Write) -> tuple[tuple[str, bytes], ...]:
    return ()


def _cut(data: bytes, room: int) -> tuple[bytes, ...]:
    return (data[:room],)


def _never_refuse(_char: str, _data: bytes) -> str:
    return ""


@dataclass(frozen=True, slots=True, eq=False)
class Device:
    """A kind of sensor.

    `notify` is subscribed first, then `probe` is written and its replies go to `start(rate_hz, replies)`,
    whose writes make it stream; `stop` ends that (many ask for neither and stream to whoever subscribes).
    `running` are values that must be read once it streams, or it is in another mode.
    `decode(char, data, carry)` never fails: what it does not understand holds no blocks.
    `refusal(char, data)` is why a reply says no and what to do, ``why. What to do.``, or an empty text.
    `encode(recording)`, `answer(write)`, `indicates` and `mtu` are the virtual twin's side, and so is
    `divide(data, room)`: what it makes of a packet that the connection has no room for. `advertised` is what
    its maker's firmware tells everyone, in each variant that is known; the twin shows the first.
    `other_clocks` are other units in which the same ticks may be told: arrivals decide between them. Where
    rotation may come in rad/s for °/s, it `tells_gyr_unit` not, and gravity decides. `line` is what a sample
    looks like, where it is text.
    `rates_hz` are the rates that can be asked for (none: the firmware decides), `packet_bytes` the length of
    the shortest whole packet, `acc_unit` a unit of `surefoot.units`, or empty where gravity must tell it.
    Steps and ranges are the resolution and full scale as configured by `start`, 0 where unknown.
    """

    key: str
    title: str
    service: str
    advertised: tuple[Advertisement, ...]
    notify: tuple[str, ...]
    matches: Callable[[Advertisement], bool]
    decode: Decode
    encode: Callable[[Recording], tuple[Notification, ...]]
    packet_bytes: int
    start: Start = field(default=_ask_nothing)
    stop: tuple[Write, ...] = ()
    rates_hz: tuple[float, ...] = ()
    clock: DeviceClock | None = None
    other_clocks: tuple[DeviceClock, ...] = ()
    tells_gyr_unit: bool = True
    line: str = ""
    counter_bits: int = 0
    probe: tuple[Write, ...] = ()
    running: tuple[Write, ...] = ()
    refusal: Callable[[str, bytes], str] = field(default=_never_refuse)
    answer: Callable[[Write], tuple[tuple[str, bytes], ...]] = field(default=_answer_nothing)
    divide: Callable[[bytes, int], tuple[bytes, ...]] = field(default=_cut)
    indicates: tuple[str, ...] = ()
    mtu: int = 247
    gyroscope: bool = True
    acc_unit: str = "m/s2"
    acc_step_mps2: float = 0.0
    gyr_step_radps: float = 0.0
    acc_range_mps2: float = 0.0
    gyr_range_radps: float = 0.0

    @property
    def name(self) -> str:
        """The name that its twin advertises, empty where it has none."""
        return self.advertised[0].name

    def rate_near(self, wanted_hz: float = 100.0) -> float:
        """Return the slowest rate offered that is at least `wanted_hz`, else the fastest; 0 where none is."""
        return min((r for r in self.rates_hz if r >= wanted_hz), default=max(self.rates_hz, default=0.0))


def blocks_of(
    acc: Floats | None,
    gyr_radps: Floats | None,
    *,
    ticks: int | None = None,
    step_ticks: float | None = None,
    counter: int | None = None,
    clipped: bool = False,
) -> tuple[Block, ...]:
    """Return one block of the samples, or none where a value is not finite or cannot be."""
    for values in (acc, gyr_radps):
        if values is not None and not (np.abs(values) < ABSURD).all():
            return ()
    block = Block(acc, gyr_radps, ticks, step_ticks, counter, clipped)
    return (block,) if len(block) else ()
