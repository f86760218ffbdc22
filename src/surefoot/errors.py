"""Everything that can be refused, and why.

::

    SurefootError
    ├── SourceError               a file could not be turned into a recording
    │   ├── UnreadableFileError       empty, cut off, not what it claims to be
    │   ├── UnknownFormatError        no source recognises it
    │   ├── AmbiguousFormatError      more than one source claims it
    │   ├── UnknownColumnsError       a table of no known app, whose names do not tell enough
    │   └── UnitError                 the acceleration is not gravity in any known unit
    ├── SignalError               a recording could not be turned into a trial
    │   ├── TooShortError             not enough steady standing
    │   ├── LowRateError              sampled too slowly to measure sway
    │   ├── TooStillError             quieter than a living person: a phone on a table
    │   ├── NotQuietStandingError     walking, turning, handling
    │   ├── StuckAxisError            an axis of the accelerometer never moves
    │   ├── MountingError             the marked face cannot be where it is said to be
    │   └── CalibrationError          a board's limits could not be found
    ├── LinkError                 a sensor could not be heard
    │   ├── NoBluetoothError          Bluetooth is missing, switched off, or not allowed
    │   ├── SensorNotFoundError       no sensor, or not the wanted one, was seen
    │   ├── SensorSilentError         it was found, but did not send what it should
    │   ├── NoSamplesError            what it sent holds too few samples
    │   └── PhoneError                a phone on the network cannot be recorded from
    │       ├── PhoneAwayError            it does not answer
    │       └── ExperimentError           the experiment open on it has not the sensors
    ├── SetupError                a word of the test setup is not known, or is missing
    ├── UsageError                the command was not understood
    ├── DescriptionError          the description of a sensor is not understood
    ├── NotComparableError        two results were made under different settings
    ├── DiaryError                the diary cannot be read or written
    ├── OutputError               a picture or page cannot be written
    ├── EngineError               nobody is there to do the work of a cohort
    ├── WorkerLostError           the process that worked on a file died with it
    └── UnforeseenError           a mistake of Surefoot's own, which stopped one file of several

Every message has four parts: what went wrong, what was found, what was expected, what to do.
*Cannot compute* is one of these errors; *can compute, but be careful* is a `surefoot.Issue`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Final

# Of more words than can be read over, those most like the one given are named.
_LISTED: Final = 40

# A command is named as it is typed, in Python too.
_OPTION: Final = re.compile(r"`[^`]*`|\bsurefoot [^.;]*|(?<![\w-])--([a-z]+(?:-[a-z]+)*)")
# Options that are shorter than what they set.
_SHORTER: Final = {
    "height": "sensor_height_m",
    "body_height": "body_height_m",
    "board_tilt": "board_max_tilt_deg",
    "board_level_ap": "board_level_ap_deg",
    "board_level_ml": "board_level_ml_deg",
    "metric": "keys",
}


def _argument(option: re.Match[str]) -> str:
    name = (option[1] or "").replace("-", "_")
    return _SHORTER.get(name, name) or option[0]


class SurefootError(Exception):
    """Root of all refusals. Carries the four parts as fields.

    They name the options of the command line; as text, as Python prints it, an error names arguments.

    >>> error = TooShortError("The trial is too short.", found="9.2 s", expected="20 s", do="Hold longer.")
    >>> error.code, error.found
    ('too_short', '9.2 s')
    >>> print(error)
    The trial is too short. Found: 9.2 s. Expected: 20 s. What to do: Hold longer.
    >>> print(SetupError("No.", found="3", expected="1 m", do="Give --height in metres."))
    No. Found: 3. Expected: 1 m. What to do: Give sensor_height_m in metres.
    """

    code: ClassVar[str] = "refused"

    def __init_subclass__(cls, *, code: str = "") -> None:
        cls.code = code or cls.code

    def __init__(self, what: str, *, found: str, expected: str, do: str) -> None:
        self.what = what
        self.found = found
        self.expected = expected
        self.do = do
        super().__init__(what, found, expected, do)

    def __reduce__(self) -> tuple[Any, ...]:
        # By its fields: what reaches another process was made with names, which pickle does not repeat.
        return type(self).__new__, (type(self), *self.args), self.__dict__

    def __str__(self) -> str:
        found, expected = self.found.rstrip("."), self.expected.rstrip(".")
        return _OPTION.sub(
            _argument, f"{self.what} Found: {found}. Expected: {expected}. What to do: {self.do}"
        )

    def to_dict(self) -> dict[str, str]:
        """Return the four parts and the code, as the command line prints them."""
        return {
            "code": self.code,
            "what": self.what,
            "found": self.found,
            "expected": self.expected,
            "do": self.do,
        }


class SourceError(SurefootError, code="source"):
    """A file could not be turned into a recording."""


class UnreadableFileError(SourceError, code="unreadable"):
    """The file is empty, cut off, or not what it claims to be."""


class UnknownFormatError(SourceError, code="unknown_format"):
    """No source recognises the file."""


class AmbiguousFormatError(SourceError, code="ambiguous_format"):
    """More than one source claims the file."""


class UnknownColumnsError(SourceError, code="unknown_columns"):
    """The names of a table's columns do not tell enough; `mapping` is a draft, in TOML, of what would."""

    def __init__(self, what: str, *, found: str, expected: str, do: str, mapping: str = "") -> None:
        self.mapping = mapping
        super().__init__(what, found=found, expected=expected, do=do)

    def to_dict(self) -> dict[str, str]:
        """Return the four parts, the code and the draft."""
        return {**super().to_dict(), "mapping": self.mapping}


class UnitError(SourceError, code="not_gravity"):
    """The acceleration at rest is not gravity in any known unit."""


class SignalError(SurefootError, code="signal"):
    """A recording could not be turned into a trial."""


class TooShortError(SignalError, code="too_short"):
    """There is not enough steady standing in the recording."""


class LowRateError(SignalError, code="rate_too_low"):
    """The recording was sampled too slowly to measure sway."""


class TooStillError(SignalError, code="too_still"):
    """The recording is quieter than a living person."""


class NotQuietStandingError(SignalError, code="not_quiet_standing"):
    """The recording shows walking, turning or handling instead of standing."""


class StuckAxisError(SignalError, code="stuck_axis"):
    """The acceleration, or an axis of it, has one value throughout the recording or for most of it."""


class MountingError(SignalError, code="mounting"):
    """The marked face of the sensor cannot look where it is said to look."""


class CalibrationError(SignalError, code="calibration"):
    """The limits of a board could not be found."""


class LinkError(SurefootError, code="link"):
    """A sensor could not be heard."""


class NoBluetoothError(LinkError, code="no_bluetooth"):
    """Bluetooth is missing, switched off, or not allowed."""


class SensorNotFoundError(LinkError, code="sensor_not_found"):
    """No sensor, or not the wanted one, was seen."""


class SensorSilentError(LinkError, code="sensor_silent"):
    """The sensor was found, but did not send what it should."""


class NoSamplesError(LinkError, code="no_samples"):
    """What the sensor sent holds too few samples."""


class PhoneError(LinkError, code="phone"):
    """A phone on the network cannot be recorded from."""


class PhoneAwayError(PhoneError, code="phone_away"):
    """The phone does not answer."""


class ExperimentError(PhoneError, code="experiment"):
    """The experiment that is open on the phone has not the sensors."""


class SetupError(SurefootError, code="setup"):
    """A word of the test setup is not known, or is missing."""


class UsageError(SurefootError, code="usage"):
    """The command was not understood."""


class DescriptionError(SurefootError, code="description"):
    """The description of a sensor is not understood."""


class NotComparableError(SurefootError, code="not_comparable"):
    """Two results were made under different settings; `fields` names the differences."""

    def __init__(self, what: str, *, found: str, expected: str, do: str, fields: tuple[str, ...]) -> None:
        self.fields = fields
        super().__init__(what, found=found, expected=expected, do=do)


class DiaryError(SurefootError, code="diary"):
    """The diary cannot be read or written."""


class UnforeseenError(SurefootError, code="unforeseen"):
    """Surefoot made a mistake with one file; the others are done first, then the mistake is told whole.

    >>> UnforeseenError.about(KeyError("sub")).found
    "KeyError: 'sub'"
    """

    @classmethod
    def about(cls, bug: Exception) -> UnforeseenError:
        """Return the refusal for an exception that nobody foresaw."""
        return cls(
            "Surefoot has made a mistake with this file.",
            found=f"{type(bug).__name__}: {bug}"[:200],
            expected="numbers, or a reason why there are none",
            do="Report what is printed at the end, with the file if you may share it.",
        )


class OutputError(SurefootError):
    """A picture or page cannot be written."""

    code = "output"


class EngineError(SurefootError, code="engine"):
    """Nobody is there to do the work of a cohort: a cluster does not answer, or went away."""


class WorkerLostError(SurefootError, code="worker_lost"):
    """The process that worked on a file died with it, twice."""


def refusal_from_plain(plain: Mapping[str, str]) -> SurefootError:
    """Return the refusal that `SurefootError.to_dict` wrote; of a code that is not known, its four parts.

    >>> refusal_from_plain(SetupError("No.", found="a", expected="b", do="c").to_dict())
    SetupError('No.', 'a', 'b', 'c')
    """
    waiting = [SurefootError]
    kinds: dict[str, type[SurefootError]] = {}
    for kind in waiting:
        kinds.setdefault(kind.code, kind)
        waiting += kind.__subclasses__()
    said = {name: text for name, text in plain.items() if name != "code"}
    return kinds.get(plain["code"], SurefootError)(**said)


def unknown_word(
    name: str, given: object, known: Iterable[str], do: str = "", kind: type[SurefootError] = SetupError
) -> SurefootError:
    """Return the refusal of a word for `name` that is none of those known, with the likeliest that is.

    >>> error = unknown_word("test", "single_leg", ["single-leg", "two-legs"])
    >>> error.expected, error.do
    ('one of single-leg, two-legs', 'Did you mean single-leg? Give --test with one of these.')
    """
    from difflib import get_close_matches

    words, text = list(known), str(given)
    near = get_close_matches(text, words, n=3)
    like = near or [word for word in words if text and text in word][:3] or words[:3]
    return kind(
        f"This {name} is not known.",
        found=repr(given),
        expected="one of " + ", ".join(words)
        if len(words) <= _LISTED
        else "a word such as " + ", ".join(like),
        do=(f"Did you mean {near[0]}? " if near else "") + (do or f"Give --{name} with one of these."),
    )
