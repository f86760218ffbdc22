"""``surefoot record``: a guided test with a Bluetooth sensor or a phone on the network, then import."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from surefoot.cli.link_log import link_log
from surefoot.cli.options import MADE_UP, Json, is_made_up, takes_setup
from surefoot.cli.prompts import ask_missing, read_setup, remember_conditions
from surefoot.cli.sensors import Described, Kind, Rate, SensorName, Verbose, choose_near, choose_simulated
from surefoot.diary import open_diary
from surefoot.errors import UsageError
from surefoot.model import Setup
from surefoot.protocols import load_protocols
from surefoot.protocols.conditions import build_setup

if TYPE_CHECKING:
    from surefoot.cli import guided as sessions
    from surefoot.live.sender import Sender

VIRTUAL_HEIGHT_M = 1.0
PHONE_PORT = 8766


@takes_setup
def record(
    setup_words: dict[str, Any],
    ble: Annotated[bool, typer.Option("--ble", help="From a Bluetooth sensor.")] = False,
    simulated: Annotated[
        bool, typer.Option("--simulated", help="From a virtual sensor that plays a made person.")
    ] = False,
    phone: Annotated[
        bool, typer.Option("--phone", help="From a phone's browser on this network, opened by a code.")
    ] = False,
    phyphox: Annotated[
        str | None, typer.Option("--phyphox", help="From phyphox on a phone, at the address that it shows.")
    ] = None,
    recover: Annotated[
        bool, typer.Option("--recover", help="Keep what a recording held that was interrupted.")
    ] = False,
    sensor: SensorName = None,
    also: Annotated[
        list[str] | None, typer.Option("--also", help="A further sensor, as NAME@PLACEMENT; may be repeated.")
    ] = None,
    describe: Described = None,
    rate: Rate = None,
    kind: Kind = None,
    verbose: Verbose = False,
    as_json: Json = False,
) -> None:
    """Record a guided test from a sensor or a phone into the diary.

    In a terminal you are led through the attempts; without one, a single scored attempt runs by itself.
    """
    _demand_one_way(ble=ble, phone=phone, phyphox=phyphox is not None, simulated=simulated, recover=recover)
    from surefoot.cli import guided as sessions

    if phone:
        _record_in_a_browser(setup_words, sensor, also, describe, rate, kind)
        return
    diary = open_diary()
    if recover:
        sessions.show_recovered(diary, as_json=as_json)
        return
    attended = sys.stdin.isatty() and sys.stderr.isatty() and not as_json
    sessions.offer_interrupted(diary, attended=attended)
    setup, leg = _conditions(setup_words, attended=attended, simulated=simulated)
    with link_log(verbose=verbose) if phyphox is None else nullcontext():
        if phyphox is None:
            sender = _choose(sensor, rate, describe, setup, kind, simulated=simulated)
        else:
            sender = _choose_phone(phyphox, sensor, describe, rate, kind)
        parts = [sessions.Part(sender, setup), *_further(also or [], setup, simulated=simulated)]
        scored = setup_words.get("practice") is False
        kept, left = sessions.run_session(parts, leg, diary, attended=attended, scored=scored)
    said = sessions.sentence_of(kept, diary, datetime.now().astimezone())
    with sessions.spoken(said, attended=attended):
        sessions.show(kept, left, diary, as_json=as_json, made_up=setup.person if simulated else "")


def _demand_one_way(**ways: bool) -> None:
    """Refuse to guess from what to record."""
    named = [f"--{way}" for way, given in ways.items() if given]
    if len(named) != 1:
        raise UsageError(
            "It is not clear what to record from.",
            found=" and ".join(named) or "none of the ways to record",
            expected="one of " + ", ".join(f"--{way}" for way in ways),
            do="Give one of them; `surefoot record --simulated` needs no sensor.",
        )


def _record_in_a_browser(*told: object) -> None:
    """Let phones in until stopped; each tells its conditions itself, and each result is printed."""
    from surefoot.cli.network import Doors

    if any(told):
        raise UsageError(
            "A phone's page asks for the conditions itself.",
            found="other options beside --phone",
            expected="--phone alone",
            do="Leave them out, and choose on the phone.",
        )
    doors = Doors(open_diary(), None)
    doors.let_phones_in(PHONE_PORT)

    def tell() -> None:
        doors.tell()
        print("Results are told here too. Stop with Ctrl+C.", flush=True)

    doors.serve(tell)


def _further(also: Sequence[str], setup: Setup, *, simulated: bool) -> Iterator[sessions.Part]:
    """Yield the further sensors, each named with its placement."""
    from surefoot.cli import guided as sessions

    for words in also:
        name, placement = _split(words)
        worn = build_setup({"placement": placement, "surface": setup.surface}, base=setup)
        yield sessions.Part(_choose(name, None, None, worn, simulated=simulated), worn)


def _choose(
    name: str | None,
    rate: float | None,
    describe: Path | None,
    setup: Setup,
    kind: str | None = None,
    *,
    simulated: bool,
) -> Sender:
    if simulated:
        return choose_simulated(kind or name, rate, describe, setup).sender
    return choose_near(name, rate, describe, kind).sender


def _choose_phone(address: str, *of_radio: object) -> Sender:
    """Return the phone; what is only for Bluetooth sensors is refused."""
    from surefoot.live.phyphox.arrival import sender_at

    if any(given is not None for given in of_radio):
        raise UsageError(
            "--sensor, --kind, --describe and --rate are for Bluetooth sensors.",
            found="one of them beside --phyphox",
            expected="the phone's address alone; the experiment on the phone sets the rate",
            do="Leave them out.",
        )
    return sender_at(address)


def _split(words: str) -> tuple[str, Any]:
    """Return name and placement of a further sensor, told as ``name@placement``."""
    name, at, placement = words.rpartition("@")
    if not (name and at):
        raise UsageError(
            "It is not clear where the further sensor is.",
            found=words,
            expected="its name and its placement, such as waist@lumbar",
            do="Give --also in this form.",
        )
    return name, placement


def _conditions(words: dict[str, Any], *, attended: bool, simulated: bool) -> tuple[Setup, str | None]:
    """Return the setup, and the leg where only one was asked for."""
    given = _made_up(words, attended=attended) if simulated else dict(words)
    leg = given.get("leg")
    if attended:
        given.setdefault("leg", _first_leg(given.get("test", "")))
    answers = ask_missing(given, "this test", remember=False)
    setup = read_setup(answers)
    _keep_apart(setup.person, simulated=simulated)
    if not simulated:
        remember_conditions(answers)
    return setup, leg


def _first_leg(test: str) -> str:
    """Return the leg of a test's first attempt; the attempts themselves tell it where none was asked for."""
    protocol = load_protocols().get(test)
    return protocol.attempts[0].split()[-1] if protocol else "left"


def _made_up(words: dict[str, Any], *, attended: bool) -> dict[str, Any]:
    """Return the conditions of a made-up person: whatever was not said is as the virtual sensor plays it."""
    named = load_protocols().get(words.get("test", ""))
    on_board = "board" in (words.get("surface"), words.get("placement")) or (
        named and named.stance == "board"
    )
    where = "board" if on_board else "floor"
    played = {"eyes": "open", "surface": where, "placement": "board" if on_board else "lumbar"}
    given = {"person": MADE_UP, "note": "a virtual sensor", **played, **words}
    if given["placement"] == "lumbar":
        given.setdefault("sensor_height_m", VIRTUAL_HEIGHT_M)
    if on_board or _first_leg(given.get("test", "")) == "both":
        given.setdefault("leg", "both")
    elif not attended:
        given.setdefault("leg", "left")
    return given


def _keep_apart(person: str, *, simulated: bool) -> None:
    """Refuse to file a made-up person's trials under a real one, and the other way round."""
    if is_made_up(person) == simulated:
        return
    raise UsageError(
        "A made-up person and a real one must not share a name.",
        found=f"--person {person}",
        expected=f"a name that begins with {MADE_UP}" if simulated else f"a name other than {MADE_UP}",
        do=f"Leave --person out, or give --person {MADE_UP}2."
        if simulated
        else "Give the person another pseudonym with --person.",
    )
