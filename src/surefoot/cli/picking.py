"""Which of the sensors near is meant: the one named, the only one, or the one that somebody chooses."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from itertools import chain, count
from typing import TYPE_CHECKING

import typer

from surefoot.cli.output import was_remembered
from surefoot.errors import SensorNotFoundError, UsageError
from surefoot.settings import open_settings

if TYPE_CHECKING:
    from surefoot.live.ble.device import Device
    from surefoot.live.ble.scanner import Seen


def pick(
    found: tuple[list[tuple[Seen, Device]], tuple[Seen, ...]], wanted: str | None, text: str
) -> tuple[Seen, Device]:
    """Return the sensor that is meant among those recognised, told with all that was seen.

    The one that is chosen gets a nickname, with `text` as its description. Raises SensorNotFoundError where
    there is none, UsageError where nobody can be asked which of several it is.
    """
    pairs, seen = found
    meant = [(s, d) for s, d in pairs if wanted is None or wanted in (s.address, s.name, d.key)]
    if not meant:
        raise _nothing_near(seen, wanted)
    if len(meant) == 1:
        return _greet(*meant[0], text)
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise UsageError(
            "It is not clear which sensor is meant.",
            found=", ".join(_line(pair) for pair in meant),
            expected="one sensor",
            do="Give --sensor with its address or name.",
        )
    return _ask(meant, text)


def _greet(seen: Seen, device: Device, text: str) -> tuple[Seen, Device]:
    """Tell which sensor was found; one that has no nickname yet gets one where somebody can be asked."""
    print(f"Found {_line((seen, device))}.", file=sys.stderr)
    if not _nickname(seen) and sys.stdin.isatty() and sys.stderr.isatty():
        _remember(seen, device, text)
    return seen, device


def _remember(seen: Seen, device: Device, text: str) -> None:
    """Ask for the nickname that `--sensor` takes next time, and keep it; no two sensors share one."""
    settings = open_settings()
    taken = settings.sensors()
    numbered = (f"{device.key}-{number}" for number in count(2))
    free = next(name for name in chain([device.key], numbered) if name not in taken)
    while (nickname := typer.prompt("Nickname to remember it by", default=free, err=True)) in taken:
        typer.echo(f"  {nickname} is another sensor.", err=True)
    if was_remembered(settings.remember_sensor(nickname, seen.address, device.key, text)):
        typer.echo(f"Next time: --sensor {nickname}", err=True)


def _nickname(seen: Seen) -> str:
    known = open_settings().sensors().items()
    return next((nickname for nickname, sensor in known if sensor.get("address") == seen.address), "")


def _ask(pairs: Sequence[tuple[Seen, Device]], text: str) -> tuple[Seen, Device]:
    for number, pair in enumerate(pairs, start=1):
        typer.echo(f"  {number}  {_line(pair)}", err=True)
    number = 0
    while not 1 <= number <= len(pairs):
        number = typer.prompt("Which one", type=int, default=1, err=True)
    seen, device = pairs[number - 1]
    if not _nickname(seen):
        _remember(seen, device, text)
    return seen, device


def _line(pair: tuple[Seen, Device]) -> str:
    seen, device = pair
    nickname = _nickname(seen)
    called = f"{nickname}: " if nickname else ""
    signal = "still connected from before" if seen.held else f"{seen.rssi} dBm"
    return f"{called}{seen.name} ({device.title}, {signal}, {seen.address})"


def _nothing_near(seen: Sequence[Seen], wanted: str | None) -> SensorNotFoundError:
    nearby = ", ".join(f"{one.name} ({one.rssi} dBm)" for one in seen[:8]) or "nothing at all"
    return SensorNotFoundError(
        "No sensor was recognised nearby." if wanted is None else f"{wanted} was not seen.",
        found=f"nearby: {nearby}",
        expected="a sensor of `surefoot show devices`, switched on",
        do="Switch it on, close the maker's app on the phone, or describe it with --describe.",
    )
