"""What goes wrong with Bluetooth, in words for the person; and whether waiting helps."""

import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class _Reason:
    """What a host's words mean; `is_settled` where they will be the same the next time."""

    pattern: re.Pattern[str]
    what: str
    expected: str
    do: str
    is_settled: bool = True


# BlueZ, Windows and macOS each have words of their own; a code in brackets is that of the Attribute Protocol.
_REASONS: Final = (
    _Reason(
        re.compile(
            r"Insufficient.(Authentication|Authorization|Encryption)|ATT error: 0x0(5|8|f)\b|Not ?paired"
            r"|(Authentication|Encryption) is insufficient|AuthenticationFailed|removed pairing",
            re.IGNORECASE,
        ),
        "The sensor wants to be paired with this computer first.",
        "a sensor that is paired, or needs no pairing",
        "Pair it in the system's Bluetooth settings, within a metre of it, then try again.",
    ),
    _Reason(
        re.compile(r"InProgress|Notify ?acquired|already in use", re.IGNORECASE),
        "Something else on this computer is busy with the sensor.",
        "a sensor that nobody else listens to",
        "Close other programs that use it, switch Bluetooth off and on, then try again.",
        is_settled=False,
    ),
    _Reason(
        re.compile(r"BleakCharacteristicNotFoundError|characteristic .* not found", re.IGNORECASE),
        "The sensor does not offer what its kind offers: its firmware is another one, or its mode.",
        "the services of this kind of sensor",
        "Update the sensor with its maker's app and restart it, or say with --kind what it is.",
    ),
    _Reason(
        re.compile(r"Not ?Supported", re.IGNORECASE),
        "The sensor does not offer to send: its firmware is another one.",
        "a sensor that sends of its own accord",
        "Update the sensor with its maker's app and restart it, or say with --kind what it is.",
    ),
    _Reason(
        re.compile(r"Not ?Permitted|NotAuthorized|Access ?denied", re.IGNORECASE),
        "The sensor does not allow what starts it.",
        "a sensor that this computer may command",
        "Pair it in the system's Bluetooth settings, and close its maker's app, then try again.",
    ),
)


class _RefusedError(SensorSilentError):
    """What will be the same the next time: a sensor that says no, or that must be seen to first."""


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
    return _could_not(error)


def _could_not(error: BaseException) -> SensorSilentError:
    """Return what the host said of a sensor that it reached, or could not reach."""
    cause = _cause(error)
    meant = next((reason for reason in _REASONS if reason.pattern.search(cause)), None)
    if meant is None:
        return SensorSilentError(
            "The sensor could not be connected.",
            found=cause,
            expected="a connection",
            do="Move closer, and close the maker's app; it is tried again.",
        )
    kind = _RefusedError if meant.is_settled else SensorSilentError
    return kind(meant.what, found=cause, expected=meant.expected, do=meant.do)


def _cause(error: BaseException) -> str:
    """Return what the host said, as it said it."""
    from bleak.exc import BleakGATTProtocolError

    if isinstance(error, BleakGATTProtocolError):
        return f"{error.args[1]} (0x{int(error.args[0]):02x})"
    return f"{type(error).__name__}: {error}"[:200]


def is_settled(error: BaseException) -> bool:
    """Tell whether trying again is of no use: somebody must do something first."""
    return isinstance(error, _RefusedError)


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


def unreachable(title: str, tries: int, last: LinkError | None) -> SensorSilentError:
    """Return the refusal where a sensor is there, but sends nothing; `last` is why the last try failed."""
    tried = f"{tries} tries without a sample"
    if last is None:
        return SensorSilentError(
            f"{title} was seen, but could not be used.",
            found=tried,
            expected="a connection and a stream of samples",
            do="Close the maker's app, restart the sensor, and move closer.",
        )
    what = last.what.replace("The sensor", title, 1)
    is_plain = last.what.startswith("The sensor could not be connected.")
    do = "Close the maker's app, restart the sensor, and move closer." if is_plain else last.do
    return SensorSilentError(what, found=f"{tried}; {last.found}", expected=last.expected, do=do)


def refused(title: str, answer: str) -> _RefusedError:
    """Return the refusal where a sensor answered no: ``why. what to do``, in its own words."""
    why, _, do = answer.partition(". ")
    return _RefusedError(
        f"{title} refuses: {why}.", found=f"its answer: {why}", expected="a sensor that starts to send", do=do
    )


def other_mode(title: str, found: bytes, expected: bytes) -> _RefusedError:
    """Return the refusal where a sensor does not run in the mode that was set."""
    return _RefusedError(
        f"{title} is in another mode than the one that was set.",
        found=found.hex(" ") or "nothing",
        expected=expected.hex(" "),
        do="Close its maker's app, restart the sensor, then try again.",
    )


def not_understood(title: str, last: bytes, packets: int, expected: str) -> _RefusedError:
    """Return the refusal where packets come that hold no sample; `expected` is a line that would, if any."""
    text = last.decode("ascii", "replace").strip()
    shown = text if text.isascii() and text.isprintable() and text else last.hex(" ")
    return _RefusedError(
        f"{title} sends packets, and none is understood.",
        found=f"{packets} packets; the last one: {shown[:100]}",
        expected=expected or "packets as `surefoot show devices` describes them",
        do="Correct what it sends, say with --kind what it is, or describe it with --describe.",
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
