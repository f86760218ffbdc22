"""What to do, by the way a recording came: a file, a phone's page, Bluetooth, phyphox, or what an app pushes.

A check says what is wrong; whether a screen, a radio or an export is to blame depends on the way, and is
decided here alone.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import wraps
from typing import Final, Literal, ParamSpec

from surefoot.errors import SignalError, UnitError
from surefoot.model import Issue, Recording, Trial

Route = Literal["file", "page", "phyphox", "push", "bluetooth"]

# Whatever is not named came as a file: of an app, of a sensor's own memory, or a table of neither.
ROUTE_OF: Final[Mapping[str, Route]] = {
    "phone_page": "page",
    "phyphox": "phyphox",
    "sensor_logger": "push",
    "bluetooth": "bluetooth",
}
_RATE: Final[Mapping[Route, str]] = {
    "file": "Set the app or sensor to 100 Hz (10 ms) and record again.",
    "page": "Switch the phone's power saving off, close other apps, or record with an app such as phyphox.",
    "phyphox": "Record with Surefoot's experiment for phyphox, and switch the phone's power saving off.",
    "push": "Set Sensor Logger to 100 Hz (10 ms) and record again.",
    "bluetooth": "Set the sensor to 100 Hz, or use one that can.",
}
_HOLES: Final[Mapping[Route, str]] = {
    "file": "Record without interruption; with a phone, keep the screen on and close other apps.",
    "page": "Keep the page in front and the screen on, and close other apps.",
    "phyphox": "Keep phyphox in front and the screen on, and close other apps.",
    "push": "Keep Sensor Logger in front and the screen on, and close other apps.",
    "bluetooth": "Keep the sensor charged and within a few metres of the computer, with nothing between.",
}
_UNEVEN: Final[Mapping[Route, str]] = {
    "file": "Record at a fixed rate of 100 Hz; with a phone, close other apps and switch power saving off.",
    "page": "Close other apps and switch the phone's power saving off.",
    "phyphox": "Close other apps and switch the phone's power saving off.",
    "push": "Set Sensor Logger to 100 Hz, close other apps and switch the phone's power saving off.",
    "bluetooth": "Keep the sensor near the computer, and end other Bluetooth connections.",
}
_COARSE: Final[Mapping[Route, str]] = {
    "file": "Record with an app or a sensor that measures in finer steps.",
    "page": "Record with an app such as phyphox: a browser rounds acceleration.",
    "phyphox": "Record with a phone or a sensor that measures in finer steps.",
    "push": "Record with a phone or a sensor that measures in finer steps.",
    "bluetooth": "Choose a smaller range for the sensor, such as 2 g, or one that measures in finer steps.",
}
_FROZEN: Final[Mapping[Route, str]] = {
    "file": "Repeat the trial; with a phone, keep the screen on and close other apps.",
    "page": "Keep the page in front and the screen on, close other apps, and repeat the trial.",
    "phyphox": "Keep phyphox in front and the screen on, close other apps, and repeat the trial.",
    "push": "Keep Sensor Logger in front and the screen on, close other apps, and repeat the trial.",
    "bluetooth": "Restart the sensor, and repeat the trial.",
}
_STUCK: Final[Mapping[Route, str]] = {
    "file": "Check that all three axes are exported; restart the phone or sensor, and repeat.",
    "page": "Restart the phone and repeat, or record with an app such as phyphox.",
    "phyphox": "Restart the phone, and repeat.",
    "push": "Restart the phone, and repeat.",
    "bluetooth": "Restart the sensor, and try it with `surefoot doctor --ble`.",
}
_UNIT: Final[Mapping[Route, str]] = {
    "file": "Export acceleration with gravity, check its unit, and do not re-save the file.",
    "page": "Record with an app such as phyphox: this browser gives no acceleration with gravity.",
    "phyphox": "Record acceleration with gravity, which phyphox calls *Acceleration with g*.",
    "push": "Record total acceleration, or acceleration and gravity, and do not re-save the export.",
    "bluetooth": "Check the sensor with `surefoot doctor --ble`; describe one of your own with its scale.",
}
_STAND_STILL: Final[Mapping[Route, str]] = {
    "file": "Start the recording, take position, stand still until the end, then stop it.",
    "page": "Stand still until you hear that the test is over, and stop it no sooner.",
    "phyphox": "Stand still until the test is over, and stop it no sooner.",
    "push": "Start the recording, take position, stand still until the end, then stop it.",
    "bluetooth": "Stand still until you hear that the test is over, and press Enter no sooner.",
}


def _by_device(phone: str) -> Mapping[Route, str]:
    """Return the same advice for all ways, a sensor named where no phone is worn."""
    sensor = phone.replace("phone", "sensor")
    return {
        "page": phone, "phyphox": phone, "push": phone, "bluetooth": sensor,
        "file": phone.replace("phone", "phone or sensor"),
    }  # fmt: skip


_REFUSED: Final[Mapping[str, Mapping[Route, str]]] = {
    "rate_too_low": _RATE,
    "too_short": _STAND_STILL,
    "stuck_axis": _STUCK,
    "not_gravity": _UNIT,
    "too_still": _by_device("Wear the phone during the test: on a table it measures only its own noise."),
    "not_quiet_standing": _by_device(
        "Stand on the spot, and leave the phone alone until the test is over; walking and turning belong to "
        "other tests."
    ),
    "mounting": {
        **_by_device("Say how the phone was worn with --placement and --facing, or strap it upright."),
        "page": "Choose where the phone is worn, and strap it upright.",
    },
}
_TOLD: Final[Mapping[str, Mapping[Route, str]]] = {
    "low_rate": _RATE,
    "gap": _HOLES,
    "gap_split": _HOLES,
    "samples_missing": _HOLES,
    "frozen": _FROZEN,
    "frozen_long": _FROZEN,
    "jitter": _UNEVEN,
    "times_unsure": _UNEVEN,
    "held_samples": _RATE,
    "coarse": _COARSE,
    "unusable_acceleration": _COARSE,
    "resolution": _COARSE,
    "steps_too_large": _COARSE,
    "drift": _by_device("Let the phone lie for a minute before the test, and fasten the strap."),
    "gravity_off": _by_device("Use the same phone each time, or calibrate it."),
    "noise_floor": _by_device("Use a quieter phone, and always the same one."),
    "mount_slip": _by_device("Fasten the strap, press the phone flat, and repeat."),
    "turning": _by_device("Stand facing one way, and strap the phone so that it cannot slide round."),
    "up_axis_down": _by_device("Check how the phone is mounted: left and right may be exchanged."),
    "clipping": {
        **dict.fromkeys(("file", "push", "bluetooth"), "Choose a larger range, such as 4 g, and repeat."),
        **dict.fromkeys(("page", "phyphox"), "Record with a phone or a sensor of a larger range."),
    },
}
# What one app calls what is to be changed in it.
_IN_APP: Final[Mapping[tuple[str, str], str]] = {
    (
        "rate_too_low",
        "androsensor",
    ): "In AndroSensor's settings choose the interval “very fast”, and record again.",
    ("low_rate", "androsensor"): "In AndroSensor's settings choose the interval “very fast”.",
}


P = ParamSpec("P")


def advised(make: Callable[P, Trial]) -> Callable[P, Trial]:
    """Let whatever `make` refuses or doubts in a recording, its first argument, say what to do about it."""

    @wraps(make)
    def made(*args: P.args, **words: P.kwargs) -> Trial:
        recording = args[0] if args else words["recording"]
        source = recording.source if isinstance(recording, Recording) else ""
        try:
            trial = make(*args, **words)
        except (SignalError, UnitError) as error:
            raise _with_advice(error, source) from None
        return replace(trial, issues=tuple(advise(issue, source) for issue in trial.issues))

    return made


def advise(issue: Issue, source: str) -> Issue:
    """Return an issue that says what to do with a recording of this source.

    >>> advise(Issue("gap", "warning", "Samples are missing."), "bluetooth").do
    'Keep the sensor charged and within a few metres of the computer, with nothing between.'
    """
    do = _IN_APP.get((issue.code, source)) or _TOLD.get(issue.code, {}).get(_route(source))
    return replace(issue, do=do) if do else issue


def _with_advice(error: SignalError | UnitError, source: str) -> SignalError | UnitError:
    do = _IN_APP.get((error.code, source)) or _REFUSED.get(error.code, {}).get(_route(source))
    return type(error)(error.what, found=error.found, expected=error.expected, do=do) if do else error


def _route(source: str) -> Route:
    return ROUTE_OF.get(source, "file")
