"""Polar H10 chest strap: acceleration at 25 to 200 Hz in steps of 1 mg, no gyroscope, nanosecond clock.

The strap must be worn with moist electrodes, or it switches itself off. It is always told to stop, since it
would stay on and empty its battery.

Source: Polar's public technical documentation of online measurement (polar-ble-sdk).
"""

from collections.abc import Sequence

from surefoot.live.ble.device import Advertisement, Device, DeviceClock, Notification, Write
from surefoot.live.ble.devices import _polar
from surefoot.live.ble.devices._wire import G, to_ints
from surefoot.model import Recording

RATES_HZ = (25.0, 50.0, 100.0, 200.0)
FULL_SCALE_G = 8
STEP_MPS2 = G / 1000
SAMPLES = 36


def start(rate_hz: float, _: Sequence[bytes] = ()) -> tuple[Write, ...]:
    """Measure acceleration at ±8 g."""
    return (_polar.begin(_polar.ACCELERATION, rate_hz, FULL_SCALE_G),)


def encode(recording: Recording) -> tuple[Notification, ...]:
    """Return what the strap would send: 36 plain samples a frame."""
    return _polar.encode_plain(recording, to_ints(recording.acc_mps2, STEP_MPS2), SAMPLES)


DEVICE = Device(
    key="polar_h10",
    title="Polar H10",
    service=_polar.SERVICE,
    advertised=(Advertisement("Polar H10 01234567", (_polar.HEART_RATE,)),),
    notify=(_polar.CONTROL, _polar.DATA),
    matches=lambda seen: seen.name.startswith("Polar H10"),
    start=start,
    answer=_polar.answer,
    refusal=_polar.refusal,
    indicates=(_polar.CONTROL,),
    stop=(_polar.end(_polar.ACCELERATION),),
    decode=_polar.decode,
    encode=encode,
    packet_bytes=_polar.HEAD + 6,
    rates_hz=RATES_HZ,
    clock=DeviceClock(tick_s=1e-9, bits=64, of="last"),
    gyroscope=False,
    acc_step_mps2=STEP_MPS2,
    acc_range_mps2=FULL_SCALE_G * G,
)
