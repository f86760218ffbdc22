"""Polar OH1, 360 and Loop: acceleration at 50 Hz and ±8 g, no gyroscope, nanosecond clock.

A Polar 360 or Loop must be paired with this computer, talks to that one partner only, and wants to be set up
in Polar's app first.

Source: PolarOH1.md and Polar360.md of polarofficial/polar-ble-sdk. Made from these; no capture was at hand.
"""

from collections.abc import Sequence

from surefoot.live.ble.device import Advertisement, Device, DeviceClock, Notification, Write
from surefoot.live.ble.devices import _polar
from surefoot.live.ble.devices._wire import G, to_ints
from surefoot.model import Recording

RATES_HZ = (50.0,)
FULL_SCALE_G = 8
STEP_MPS2 = G / 1000
SAMPLES = 25
NAMES = ("Polar OH1", "Polar 360", "Polar Loop")


def start(rate_hz: float, _: Sequence[bytes] = ()) -> tuple[Write, ...]:
    """Measure acceleration at ±8 g."""
    return (_polar.begin(_polar.ACCELERATION, rate_hz, FULL_SCALE_G),)


def encode(recording: Recording) -> tuple[Notification, ...]:
    """Return what the sensor would send: 25 plain samples a frame."""
    return _polar.encode_plain(recording, to_ints(recording.acc_mps2, STEP_MPS2), SAMPLES)


DEVICE = Device(
    key="polar_optical",
    title="Polar OH1, 360 and Loop",
    service=_polar.SERVICE,
    advertised=tuple(Advertisement(f"{name} 01234567", (_polar.HEART_RATE,)) for name in NAMES),
    notify=(_polar.CONTROL, _polar.DATA),
    matches=lambda seen: seen.name.startswith(NAMES),
    start=start,
    stop=(_polar.end(_polar.ACCELERATION),),
    answer=_polar.answer,
    refusal=_polar.refusal,
    indicates=(_polar.CONTROL,),
    decode=_polar.decode,
    encode=encode,
    packet_bytes=_polar.HEAD + 6,
    rates_hz=RATES_HZ,
    clock=DeviceClock(tick_s=1e-9, bits=64, of="last"),
    gyroscope=False,
    acc_step_mps2=STEP_MPS2,
    acc_range_mps2=FULL_SCALE_G * G,
)
