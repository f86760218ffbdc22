"""`Person`, `Setup`: who stood, on which leg, under which conditions; `SensorAxes`: how a sensor is built."""

import re
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Literal, get_args

from surefoot.errors import SetupError

Leg = Literal["left", "right", "both"]
Eyes = Literal["open", "closed"]
Surface = Literal["floor", "foam", "board"]
Footwear = Literal["barefoot", "shoes"]
Placement = Literal["lumbar", "chest", "pocket", "thigh", "shin", "board"]
Facing = Literal["front", "back", "left", "right", "up"]

WORDS: dict[str, tuple[str, ...]] = {
    "leg": get_args(Leg),
    "eyes": get_args(Eyes),
    "surface": get_args(Surface),
    "footwear": get_args(Footwear),
    "placement": get_args(Placement),
    "facing": get_args(Facing),
}

# Where the screen looks when nobody says otherwise: a phone is worn with its back to the body.
USUAL_FACING: dict[str, Facing] = {
    "lumbar": "back",
    "chest": "front",
    "pocket": "front",
    "thigh": "front",
    "shin": "front",
    "board": "up",
}


@dataclass(frozen=True, slots=True)
class Measure:
    """What somebody measures before a trial: its name, the plausible range, and how to give it."""

    name: str
    low: float
    high: float
    expected: str
    do: str


MEASURES: dict[str, Measure] = {
    "sensor_height_m": Measure(
        "the height of the sensor", 0.03, 2.2, "0.03 to 2.2 m above the floor", "Give --height in metres."
    ),
    "body_height_m": Measure(
        "the height of the body", 0.5, 2.5, "0.5 to 2.5 m", "Give the body's height in metres."
    ),
    "board_max_tilt_deg": Measure(
        "the largest tilt of the board",
        1.0,
        60.0,
        "1 to 60 degrees",
        "Give the tilt in degrees at which the board's edge touches the floor.",
    ),
    "board_level_ap_deg": Measure(
        "the tilt of the level board, forward",
        -20.0,
        20.0,
        "-20 to 20 degrees",
        "Give what `surefoot doctor --board` reads at rest.",
    ),
    "board_level_ml_deg": Measure(
        "the tilt of the level board, right",
        -20.0,
        20.0,
        "-20 to 20 degrees",
        "Give what `surefoot doctor --board` reads at rest.",
    ),
}


@dataclass(frozen=True, slots=True)
class Injury:
    """An injured side and the day it happened."""

    side: Literal["left", "right"]
    on: date


@dataclass(frozen=True, slots=True)
class Person:
    """A person under a pseudonym; everything but the pseudonym is optional."""

    pseudonym: str
    height_m: float | None = None
    birth_year: int | None = None
    injuries: tuple[Injury, ...] = ()


@dataclass(frozen=True, slots=True)
class SensorAxes:
    """Two marked directions in the sensor's own frame: the face (a phone's screen) and its top edge.

    The face says which way is forward once gravity has said which way is up. The top edge is needed only
    where the face itself looks up, as on a board.
    """

    face: tuple[float, float, float] = (0.0, 0.0, 1.0)
    top: tuple[float, float, float] = (0.0, 1.0, 0.0)


@dataclass(frozen=True, slots=True)
class Setup:
    """The conditions of one trial. Raises SetupError for a word that is not known.

    `facing` says which way the screen (or the sensor's marked face) looks; without it the placement's
    usual one holds. `body_height_m` makes displacements of the body possible, `board_max_tilt_deg`, the tilt
    at which the board's edge touches the floor, shares of it. `board_level_ap_deg` and `board_level_ml_deg`
    are what the sensor reads on the level board: tilt counts from there. `when` carries its time zone.

    >>> Setup(leg="left").facing
    'back'
    """

    person: str = "me"
    test: str = "single-leg"
    leg: Leg = "both"
    eyes: Eyes = "open"
    surface: Surface = "floor"
    footwear: Footwear = "barefoot"
    placement: Placement = "lumbar"
    facing: Facing | None = None
    sensor_height_m: float | None = None
    board: str = ""
    device_model: str = ""
    when: datetime | None = None
    practice: bool = False
    note: str = ""
    body_height_m: float | None = None
    board_max_tilt_deg: float | None = None
    board_level_ap_deg: float | None = None
    board_level_ml_deg: float | None = None

    def __post_init__(self) -> None:
        if self.facing is None:
            object.__setattr__(self, "facing", USUAL_FACING.get(self.placement))
        for name, known in WORDS.items():
            if getattr(self, name) not in known:
                raise SetupError(
                    f"This word for the {name} is not known.",
                    found=repr(getattr(self, name)),
                    expected="one of " + ", ".join(known),
                    do=f"Give --{name} with one of these words.",
                )
        self._check_values()

    def _check_values(self) -> None:
        if self.when is not None and self.when.tzinfo is None:
            raise SetupError(
                "The time of the trial has no time zone.",
                found=self.when.isoformat(),
                expected="a time with its zone, such as 2026-03-02T08:30:00+01:00",
                do="Give --when with a zone.",
            )
        for name, measure in MEASURES.items():
            value = getattr(self, name)
            if value is not None and not measure.low <= value <= measure.high:
                raise SetupError(
                    f"{measure.name.capitalize()} is not plausible.",
                    found=f"{value}",
                    expected=measure.expected,
                    do=measure.do,
                )
        # A longer one does not fit into the names of files.
        if not re.fullmatch(r"[A-Za-z0-9]{1,150}", self.person):
            raise SetupError(
                "The pseudonym cannot be used.",
                found=repr(self.person),
                expected="letters from A to Z and digits, at most 150, such as p01",
                do="Give a pseudonym without spaces, accents or signs; never a full name.",
            )


SETUP_FIELDS: tuple[str, ...] = tuple(field.name for field in fields(Setup))
