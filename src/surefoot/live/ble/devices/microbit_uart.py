"""BBC micro:bit, text lines over its UART service: your own program sends the numbers.

Lines as for Nordic UART. The micro:bit turns Nordic's service round: it sends from the second characteristic,
by indications of at most 20 bytes, each of which must be confirmed: keep the lines short. Its accelerometer
is coarse: for teaching.

Source: MicroBitUARTService.cpp of lancaster-university/codal-microbit-v2.
"""

from functools import partial

from surefoot.live.ble.device import Advertisement, Device
from surefoot.live.ble.devices import _lines
from surefoot.live.ble.devices._wire import RADPS_PER_DPS

TRANSMIT = _lines.SECOND
PIECE_BYTES = 20

DEVICE = Device(
    key="microbit_uart",
    title="BBC micro:bit text lines",
    service=_lines.SERVICE,
    advertised=(Advertisement("BBC micro:bit [zuvov]"), Advertisement("BBC micro:bit")),
    notify=(TRANSMIT,),
    indicates=(TRANSMIT,),
    mtu=23,
    matches=lambda seen: seen.name.startswith("BBC micro:bit"),
    decode=_lines.decode_from(TRANSMIT),
    encode=partial(_lines.encode_from, TRANSMIT, piece_bytes=PIECE_BYTES),
    packet_bytes=1,
    clock=_lines.CLOCK,
    other_clocks=_lines.OTHER_CLOCKS,
    tells_gyr_unit=False,
    line=_lines.LINE,
    acc_unit="",
    acc_step_mps2=1e-4,
    gyr_step_radps=1e-4 * RADPS_PER_DPS,
)
