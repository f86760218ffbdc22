"""Words to the setup of a trial: the one rule, whichever way the words come."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from difflib import get_close_matches
from typing import Any, Final

from surefoot.errors import SetupError
from surefoot.model import MEASURES, SETUP_FIELDS, Setup
from surefoot.protocols import load_protocols, protocol_for, usual_test

ASKED: Final = ("leg", "eyes", "surface", "placement")
EARLIEST: Final = date(1950, 1, 1)
YES: Final = ("yes", "true", "1")
NO: Final = ("no", "false", "0", "")
# What people call a condition; each could be taken for a column of one's own and silently not be read.
_MEANT: Final[Mapping[str, str]] = {
    "side": "leg", "limb": "leg", "foot": "leg", "stanceleg": "leg", "tested": "leg", "legtested": "leg",
    "vision": "eyes", "eye": "eyes", "eyesopen": "eyes", "eyesclosed": "eyes",
    "ground": "surface", "support": "surface", "floor": "surface",
    "position": "placement", "location": "placement", "mount": "placement",
    "sensorplacement": "placement", "sensorposition": "placement", "sensorlocation": "placement",
    "height": "sensor_height_m or body_height_m", "heightm": "sensor_height_m or body_height_m",
    "heightcm": "sensor_height_m or body_height_m, in metres", "bodyheight": "body_height_m",
    "sensorheight": "sensor_height_m", "boardtilt": "board_max_tilt_deg", "maxtilt": "board_max_tilt_deg",
    "boardlevelap": "board_level_ap_deg", "boardlevelml": "board_level_ml_deg",
    "shoes": "footwear", "shod": "footwear", "screen": "facing", "subject": "person",
    "participant": "person", "filename": "file", "path": "file", "recording": "file", "visit": "session",
}  # fmt: skip
_ALIKE: Final = 0.8


def build_setup(words: Mapping[str, Any], base: Setup | None = None) -> Setup:
    """Return the setup that `words` tell, over `base` where a trial is corrected.

    What follows from a word is not asked for: a sensor on a board is stood on, a board alone holds the
    sensor, and leg and placement tell the test where nobody named one. Raises SetupError for a word that is
    not known, and for words that contradict one another.

    >>> setup = build_setup({"leg": "left", "surface": "board"})
    >>> setup.test, setup.leg, setup.placement
    ('wobble-board', 'left', 'board')
    """
    fields = dict(words)
    if base is None:
        _add_board(fields)
        fields.setdefault("test", usual_test(fields.get("leg", "both"), fields.get("placement", "lumbar")))
        setup = Setup(**fields)
    else:
        setup = replace(base, **_with_consequences(fields, base))
    if base is None or fields.keys() & {"test", "leg", "surface", "placement"}:
        _check_contradictions(setup, is_leg_told="leg" in fields or base is not None)
    return setup


def read_words(words: Mapping[str, Any], today: date, base: Setup | None = None) -> Setup:
    """Return the setup of words whose time, `when`, may be text; `today` is the day at Greenwich.

    Raises SetupError as `build_setup` and `parse_when` do.
    """
    if isinstance(words.get("when"), str):
        before = None if base is None else base.when
        words = {**words, "when": parse_when(words["when"], today, before)}
    return build_setup(words, base)


def untold(words: Mapping[str, Any]) -> list[str]:
    """Return which conditions neither stand among `words` nor follow from them.

    >>> untold({"eyes": "open", "surface": "board"})
    ['leg']
    """
    implied = dict(words)
    _add_board(implied)
    return [word for word in ASKED if word not in implied]


def _add_board(fields: dict[str, Any]) -> None:
    """Add what a board tells of the rest: the sensor lies on it, unless somebody says where it is worn."""
    named = load_protocols().get(fields.get("test", ""))
    if fields.get("surface") == "board" or (named and named.stance == "board"):
        fields.setdefault("placement", "board")
    if fields.get("placement") == "board":
        fields.setdefault("surface", "board")


def _with_consequences(fields: dict[str, Any], base: Setup) -> dict[str, Any]:
    """Add to corrected words what followed from them before: the screen's side, the surface, the test."""
    if "placement" in fields:
        fields.setdefault("facing", None)
        if fields["placement"] == "board":
            fields.setdefault("surface", "board")
    if base.test == usual_test(base.leg, base.placement):
        leg, placement = fields.get("leg", base.leg), fields.get("placement", base.placement)
        fields.setdefault("test", usual_test(leg, placement))
    return fields


def _check_contradictions(setup: Setup, *, is_leg_told: bool) -> None:
    """Refuse a test on legs it is not done on, and a sensor on a board that nobody stands on."""
    protocol = protocol_for(setup)
    if setup.placement == "board" and setup.surface != "board":
        raise SetupError(
            "The sensor cannot be on a board where nobody stands on one.",
            found=f"placement board, surface {setup.surface}",
            expected="surface board, or a sensor worn on the body",
            do="Correct one of the two.",
        )
    on_board = protocol.stance == "board"
    if (setup.placement == "board") != on_board:
        where = "on the board" if on_board else "worn on the body"
        raise SetupError(
            "The test and the place of the sensor contradict each other.",
            found=f"test {setup.test}, placement {setup.placement}",
            expected=f"a sensor {where} for this test",
            do="Correct one of the two; where no test is named, it follows from leg and placement.",
        )
    legs = dict.fromkeys(attempt.split()[-1] for attempt in protocol.attempts)
    if setup.leg not in legs and not on_board:
        raise SetupError(
            "This test is not done on these legs.",
            found=f"test {setup.test}, " + (f"leg {setup.leg}" if is_leg_told else "no leg"),
            expected="leg " + " or ".join(legs),
            do="Tell the leg, or another test.",
        )


def parse_when(text: str, today: date, before: datetime | None = None) -> datetime:
    """Return the time in `text`; one without a zone is taken in this computer's zone.

    Where a time `before` is corrected, a day alone leaves its time of day, and a time without a zone its
    zone. Raises SetupError for what is no time, and for one that no trial can have; `today` is the day at
    Greenwich.
    """
    try:
        when = _read_time(text, before)
    except ValueError:
        raise SetupError(
            "The time of the trial was not understood.",
            found=repr(text),
            expected="a time such as 2026-03-02T08:30+01:00",
            do="Give --when in this form.",
        ) from None
    check_past(text, when.date(), today)
    return when if when.tzinfo else when.astimezone()


def _read_time(text: str, before: datetime | None) -> datetime:
    """Return the time in `text`, completed by the one `before`. Raises ValueError."""
    when = datetime.fromisoformat(text)
    if before is None:
        return when
    try:
        return datetime.combine(date.fromisoformat(text), before.timetz())
    except ValueError:  # it tells a time of day
        return when if when.tzinfo else when.replace(tzinfo=before.tzinfo)


def check_past(text: str, day: date, today: date) -> None:
    """Raise SetupError where `day`, given as `text`, lies ahead, or before anything could be recorded."""
    # Somewhere it is tomorrow already.
    latest = today + timedelta(days=1)
    if not EARLIEST <= day <= latest:
        raise SetupError(
            "This day lies ahead." if day > latest else "This day lies too long ago.",
            found=repr(text),
            expected=f"a day from {EARLIEST} to today",
            do="Check year, month and day, in this order.",
        )


def parse_cells(cells: Mapping[str, str]) -> dict[str, Any]:
    """Return the words in the cells of a table that are fields of a setup; an empty cell tells nothing.

    Raises ValueError for what is no number, or neither yes nor no, where one is wanted.

    >>> parse_cells({"file": "a.zip", "leg": "left", "sensor_height_m": "1,02", "practice": "yes"})
    {'leg': 'left', 'sensor_height_m': 1.02, 'practice': True}
    """
    return {name: _value(name, cells[name]) for name in SETUP_FIELDS if cells.get(name)}


def _value(name: str, cell: str) -> Any:
    if name == "practice" and cell.casefold() in (*YES, *NO):
        return cell.casefold() in YES
    if name in MEASURES:
        try:
            return float(cell.replace(",", "."))
        except ValueError:
            pass
    elif name != "practice":
        return cell
    raise ValueError(f"{name} {cell!r}")


def nearly_known(columns: Sequence[str], own: Sequence[str]) -> dict[str, str]:
    """Return which column is meant by each of a table's that is nearly one of ours, or one of `own`.

    A side beside a leg is somebody's own: that of the injury, say.

    >>> nearly_known(("file", "vision", "placment", "group"), ("file",))
    {'vision': 'eyes', 'placment': 'placement'}
    """
    known = (*own, *SETUP_FIELDS)
    strange = [name for name in columns if name not in known]
    return {
        name: meant
        for name in strange
        if (meant := _spelled(name, known) or _absent(_meant(name, known), columns))
    }


def _spelled(name: str, known: Sequence[str]) -> str:
    """Return the column of ours that is spelled with other capitals, blanks or dashes; empty without one.

    >>> _spelled("Sensor height (m)", ("eyes", "sensor_height_m"))
    'sensor_height_m'
    """
    return next((word for word in known if _plain(word) == _plain(name)), "")


def _meant(name: str, known: Sequence[str]) -> str:
    """Return which column is meant by a name that is nearly one; empty where it is one of somebody's own.

    >>> [_meant(name, ("eyes", "leg", "placement")) for name in ("vision", "side", "placment", "group")]
    ['eyes', 'leg', 'placement', '']
    """
    close = get_close_matches(_plain(name), [_plain(word) for word in known], 1, _ALIKE)
    return _MEANT.get(_plain(name), "") or (_spelled(close[0], known) if close else "")


def _absent(meant: str, columns: Sequence[str]) -> str:
    """Return the columns that are meant, empty where the table has them all beside."""
    words = [word for word in re.findall(r"\w+", meant) if word not in ("or", "in", "metres")]
    return "" if all(word in columns for word in words) else meant


def _plain(name: str) -> str:
    return re.sub(r"\W|_", "", name.casefold())
