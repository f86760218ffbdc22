"""The battery of a sensor, where it tells one."""

from typing import Any, Final

from surefoot.live.ble.scanner import BATTERY

LOW_PCT: Final = 20
EMPTY_PCT: Final = 5


async def read_battery(client: Any) -> int | None:
    """Return what is left in percent; None where the sensor does not tell."""
    from bleak.exc import BleakError

    if client.services is None or client.services.get_characteristic(BATTERY) is None:
        return None
    try:
        return int((await client.read_gatt_char(BATTERY))[0])
    except (BleakError, OSError, TimeoutError, IndexError):
        return None


def battery_text(percent: int) -> str:
    """Return what to say of it: a sensor that runs and reads 0 does not tell it.

    >>> battery_text(87), battery_text(15)
    ('Battery 87 %.', 'Battery 15 %. Charge the sensor before the session.')
    """
    if not percent:
        return "The battery reads 0 %: the sensor does not tell its charge, or is about to stop."
    low = "" if percent >= LOW_PCT else " Charge the sensor before the session."
    return f"Battery {percent} %.{low}"
