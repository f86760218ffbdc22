"""What goes wrong with Bluetooth, in words for the person; and whether waiting helps."""

import sys
from collections.abc import Sequence
from typing import Final

from surefoot.errors import LinkError, NoBluetoothError, SensorNotFoundError, SensorSilentError

_EXPECTED: Final = "Bluetooth 4 or later, switched on"
_WHERE: Final = {
    "darwin": "Allow the terminal in System Settings, Privacy & Security, Bluetooth.",
    "win32": "Allow it in Settings, Privacy & security, Radios.",
    "linux": "Add yourself to the group `bluetooth`, or allow it for your session.",
}
_DENIED: Final = ("org.freedesktop.DBus.Error.AccessDenied", "org.freedesktop.DBus.Error.AuthFailed")
# A bus that does not let this user in hangs up without a word.
_SHUT_OUT: Final = (PermissionError, BrokenPipeError, ConnectionResetError, EOFError)
_ABSENT: Final = ("org.freedesktop.DBus.Error.ServiceUnknown", "org.freedesktop.DBus.Error.NameHasNoOwner")


def explain(error: BaseException) -> LinkError:
    """Return what an error of bleak, or of the system below it, means; a LinkError is returned as it is."""
    from bleak.exc import BleakBluetoothNotAvailableError, BleakDBusError

    if isinstance(error, LinkError):
        return error
    if isinstance(error, BleakBluetoothNotAvailableError):
        return _unavailable(error)
    if isinstance(error, BleakDBusError) and error.dbus_error in _ABSENT:
        return _no_bluetooth(
            "The Bluetooth service is not running.", error.dbus_error, "systemctl start bluetooth"
        )
    if isinstance(error, _SHUT_OUT) or (isinstance(error, BleakDBusError) and error.dbus_error in _DENIED):
        return _denied(f"{type(error).__name__}: {error}"[:200])
    if isinstance(error, (FileNotFoundError, ConnectionRefusedError)):
        return _no_bluetooth(
            "There is no system D-Bus here.",
            "no D-Bus socket, as in a container or WSL",
            "Run Surefoot on the computer itself, or give the container the system's D-Bus socket.",
        )
    return SensorSilentError(
        "The sensor could not be connected.",
        found=f"{type(error).__name__}: {error}"[:200],
        expected="a connection",
        do="Move closer, and close the maker's app; it is tried again.",
    )


def is_of_radio(error: BaseException) -> bool:
    """Tell whether an error comes from Bluetooth or the system below it, and not from a mistake of ours."""
    below = type(error).__module__.split(".")[0] in ("bleak", "dbus_fast")
    return below or isinstance(error, (OSError, TimeoutError, EOFError))


def is_passing(error: BaseException) -> bool:
    """Tell whether an error may pass by itself: Bluetooth switched off, or a connection that failed."""
    from bleak.exc import BleakBluetoothNotAvailableError, BleakBluetoothNotAvailableReason

    if isinstance(error, BleakBluetoothNotAvailableError):
        return error.reason is BleakBluetoothNotAvailableReason.POWERED_OFF
    return not isinstance(explain(error), NoBluetoothError)


def not_found(title: str, address: str | None, sought_s: float, heard: Sequence[str]) -> SensorNotFoundError:
    """Return the refusal where a sensor was not seen, with what was seen instead."""
    nearby = ", ".join(heard[:8]) or "nothing at all"
    return SensorNotFoundError(
        f"{title} was not seen for {sought_s:.0f} s.",
        found=f"nearby: {nearby}",
        expected=address or title,
        do="Is it switched on and charged? Is it connected to a phone? Close the maker's app.",
    )


def unreachable(title: str, tries: int) -> SensorSilentError:
    """Return the refusal where a sensor is there, but sends nothing."""
    return SensorSilentError(
        f"{title} was seen, but could not be used.",
        found=f"{tries} tries without a sample",
        expected="a connection and a stream of samples",
        do="Close the maker's app, restart the sensor, and move closer.",
    )


def battery_empty(title: str, percent: int, needed: int) -> LinkError:
    """Return the refusal of a sensor whose battery would not last."""
    return LinkError(
        f"The battery of {title} is nearly empty.",
        found=f"{percent} %",
        expected=f"at least {needed} %",
        do="Charge it, or change its battery, and record then.",
    )


def cut_short(size: int, needed: int) -> SensorSilentError:
    """Return the refusal where the connection carries less than a whole packet."""
    return SensorSilentError(
        "The packets of the sensor are cut short on their way.",
        found=f"This computer gives {size}-byte packets",
        expected=f"{needed} bytes",
        do="Use another Bluetooth adapter or computer: this one does not offer a larger packet size.",
    )


def stayed_away(title: str, seconds: float) -> SensorSilentError:
    """Return the refusal of a sensor that was lost for good."""
    return SensorSilentError(
        f"{title} was lost and did not come back.",
        found=f"nothing for {seconds:.0f} s",
        expected="a sensor that is on, charged and near",
        do="Look after the sensor, then record again.",
    )


def no_bleak(found: str) -> NoBluetoothError:
    """Return the refusal where the package that talks to Bluetooth is not there or does not load."""
    return NoBluetoothError(
        "The package bleak, by which Surefoot talks to Bluetooth, cannot be loaded.",
        found=found,
        expected="bleak 3.0.2 or later",
        do="Run `pip install 'bleak>=3.0.2,<4'`.",
    )


def _unavailable(error: Exception) -> NoBluetoothError:
    reason = str(getattr(getattr(error, "reason", None), "name", "UNKNOWN"))
    if reason == "POWERED_OFF":
        return _no_bluetooth("Bluetooth is switched off.", reason, "Switch it on; it continues by itself.")
    if reason.startswith("DENIED"):
        return _denied(reason)
    if reason == "NO_BLE_CENTRAL_ROLE":
        return _no_bluetooth("This Bluetooth adapter is too old.", reason, "Plug in a newer one.")
    return _no_bluetooth(
        "No Bluetooth adapter was found.", f"{reason}: {error}", "Plug one in, or enable it."
    )


def _denied(found: str) -> NoBluetoothError:
    where = _WHERE.get(sys.platform, _WHERE["linux"])
    return _no_bluetooth("Bluetooth is not allowed here.", found, where)


def _no_bluetooth(what: str, found: str, do: str) -> NoBluetoothError:
    return NoBluetoothError(what, found=found, expected=_EXPECTED, do=do)
