"""Text lines over the Nordic UART service: Arduino, ESP32, M5Stack, Puck.js, Bangle.js with your own lines.

One line a sample, numbers parted by commas, semicolons, tabs or blanks: ``ax,ay,az``, or ``t,ax,ay,az``, or
``ax,ay,az,gx,gy,gz``, or ``t,ax,ay,az,gx,gy,gz``, and three more that are left out; or labels as
``ax:0.1 ay:0.2``, ``Acc: 0.1,0.2,9.8`` or JSON. The time is in s, ms or µs (arrivals tell which), the
acceleration in g, mg or m/s² (gravity tells which), the rotation in degrees per second, or in rad/s where
gravity tells. Anything else needs a custom description.

Source: own convention over Nordic's public service; names and characteristics as in UART.ino of
espressif/arduino-esp32, which advertises its name only.
"""

from functools import partial

from surefoot.live.ble.device import Advertisement, Device
from surefoot.live.ble.devices import _lines
from surefoot.live.ble.devices._wire import RADPS_PER_DPS

SERVICE, TRANSMIT = _lines.SERVICE, _lines.THIRD
NAMES = ("Puck.js", "Bangle.js", "UART Service")

DEVICE = Device(
    key="nordic_uart",
    title="Nordic UART text lines",
    service=SERVICE,
    advertised=(
        Advertisement("UART Service"),
        Advertisement("UART IMU", (SERVICE,)),
        Advertisement("Puck.js 1234", (SERVICE,)),
    ),
    notify=(TRANSMIT,),
    matches=lambda seen: SERVICE in seen.services or seen.name.startswith(NAMES),
    decode=_lines.decode_from(TRANSMIT),
    encode=partial(_lines.encode_from, TRANSMIT),
    packet_bytes=1,
    clock=_lines.CLOCK,
    other_clocks=_lines.OTHER_CLOCKS,
    tells_gyr_unit=False,
    line=_lines.LINE,
    acc_unit="",
    acc_step_mps2=1e-4,
    gyr_step_radps=1e-4 * RADPS_PER_DPS,
)
