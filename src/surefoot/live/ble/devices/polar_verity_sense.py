"""Polar Verity Sense: acceleration and rotation at 52 Hz, delta-compressed, nanosecond clock.

Two measurements, acceleration at ±8 g and rotation at ±2000 degrees per second, each in frames of its own.

Source: Polar's public technical documentation of online measurement (polar-ble-sdk).
"""

from collections.abc import Sequence

from surefoot.live.ble.device import Advertisement, Device, DeviceClock, Notification, Write
from surefoot.live.ble.devices import _polar
from surefoot.live.ble.devices._wire import RADPS_PER_DPS, G, batches, rotation, sent_at, to_ints
from surefoot.model import Recording

RATES_HZ = (52.0,)
FULL_SCALE_G, FULL_SCALE_DPS = 8, 2000
AXES = 3
ACC_STEP_MPS2 = _polar.USUAL_FACTOR[_polar.ACCELERATION] * G
GYR_STEP_RADPS = _polar.USUAL_FACTOR[_polar.ROTATION] * RADPS_PER_DPS
SAMPLES = 26


def start(rate_hz: float, _: Sequence[bytes] = ()) -> tuple[Write, ...]:
    """Measure acceleration and rotation."""
    return (
        _polar.begin(_polar.ACCELERATION, rate_hz, FULL_SCALE_G, AXES),
        _polar.begin(_polar.ROTATION, rate_hz, FULL_SCALE_DPS, AXES),
    )


def encode(recording: Recording) -> tuple[Notification, ...]:
    """Return what the sensor would send: a frame of each kind for every 26 samples."""
    acc = to_ints(recording.acc_mps2, ACC_STEP_MPS2)
    gyr = to_ints(rotation(recording), GYR_STEP_RADPS)
    packets = []
    for batch in batches(recording, SAMPLES):
        sent_s = sent_at(recording, batch)
        for kind, steps in ((_polar.ACCELERATION, acc), (_polar.ROTATION, gyr)):
            data = _polar.head(kind, sent_s, _polar.COMPRESSED) + _polar.pack_deltas(steps[batch])
            packets.append(Notification(sent_s, _polar.DATA, data))
    return tuple(packets)


DEVICE = Device(
    key="polar_verity_sense",
    title="Polar Verity Sense",
    service=_polar.SERVICE,
    advertised=(Advertisement("Polar Sense 01234567", (_polar.HEART_RATE,)),),
    notify=(_polar.CONTROL, _polar.DATA),
    matches=lambda seen: seen.name.startswith("Polar Sense"),
    start=start,
    answer=_polar.answer,
    refusal=_polar.refusal,
    indicates=(_polar.CONTROL,),
    stop=(_polar.end(_polar.ACCELERATION), _polar.end(_polar.ROTATION)),
    decode=_polar.decode,
    encode=encode,
    packet_bytes=_polar.HEAD + 6,
    rates_hz=RATES_HZ,
    clock=DeviceClock(tick_s=1e-9, bits=64, of="last"),
    acc_step_mps2=ACC_STEP_MPS2,
    gyr_step_radps=GYR_STEP_RADPS,
    acc_range_mps2=FULL_SCALE_G * G,
    gyr_range_radps=FULL_SCALE_DPS * RADPS_PER_DPS,
)
