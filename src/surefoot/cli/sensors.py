"""Which sensor is meant: by nickname, address, name or kind, the only one near, or a virtual one."""

from __future__ import annotations

import sys
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass
from itertools import chain, count
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from surefoot.cli.output import was_remembered
from surefoot.errors import DescriptionError, SensorNotFoundError, UsageError
from surefoot.model import Setup
from surefoot.settings import open_settings

if TYPE_CHECKING:
    from surefoot.live.ble.device import Device
    from surefoot.live.ble.scanner import DiscoveredSensor, Radio, Target
    from surefoot.live.log import Packet
    from surefoot.live.sender import Sender

    _Pair = tuple[DiscoveredSensor, Device]

SensorName = Annotated[
    str | None, typer.Option("--sensor", help="Nickname, address, name or kind; see `show devices`.")
]
Kind = Annotated[
    str | None, typer.Option("--kind", help="What the sensor is, if it does not say; see `show devices`.")
]
Verbose = Annotated[bool, typer.Option("--verbose", help="Show everything that Bluetooth does.")]
Described = Annotated[
    Path | None, typer.Option("--describe", help="Description (TOML) of a sensor that is not built in.")
]
Rate = Annotated[float | None, typer.Option("--rate", help="Samples a second, one that the sensor offers.")]
SCAN_S = 6.0
MACOS_TEXT = "If this program is ended at once, allow the terminal in Privacy & Security, Bluetooth."
SIMULATED = "surefoot_open"
SIMULATED_S = 120.0
# The grid of a board's motion is fine: twice as long takes four times as much memory.
SIMULATED_BOARD_S = 60.0


@dataclass(frozen=True, slots=True, eq=False)
class SensorChoice:
    """A sensor to record from: target, radio (None: the computer's), and its description where it has one."""

    target: Target
    radio: Radio | None
    description: str = ""

    @property
    def sender(self) -> Sender:
        """The sensor as what sends during a test."""
        from surefoot.live.ble.arrival import sender_of

        return sender_of(self.target, self.radio, self.description)


def choose_simulated(
    kind: str | None,
    rate_hz: float | None,
    description: Path | None,
    setup: Setup | None = None,
    *,
    lies: bool = False,
) -> SensorChoice:
    """Return a virtual sensor of a kind that plays a made person under the conditions of `setup`, or `lies`.

    Raises SetupError for what no made person does.
    """
    from surefoot.live.ble.scanner import Target
    from surefoot.live.ble.virtual import VirtualSensor
    from surefoot.live.ble.virtual_radio import virtual_radio
    from surefoot.simulate import Imu, perform, stance

    text = _read_description(description)
    device = _device(kind or SIMULATED, text)
    rate = rate_of(device, rate_hz)
    played = setup or Setup(leg="left")
    length_s = SIMULATED_BOARD_S if played.surface == "board" else SIMULATED_S
    imu = Imu(rate_hz=rate or 100.0)
    if lies:
        recording, _ = stance(1, duration_s=length_s, sway_ap_deg=0.0, sway_ml_deg=0.0, imu=imu)
    else:
        recording, _ = perform(played, duration_s=length_s, imu=imu)
    sensor = VirtualSensor(device, recording)
    return SensorChoice(Target(device, sensor.address, rate), virtual_radio(sensor), text)


def choose_near(
    wanted: str | None, rate_hz: float | None, description: Path | None, kind: str | None = None
) -> SensorChoice:
    """Return the sensor that is meant, or the only one near; asks on a terminal.

    It is known by its nickname, by what it advertises, or by its services; `kind` says outright what it is.
    Raises SensorNotFoundError where none is recognised, UsageError where it is not clear which is meant.
    """
    from surefoot.live.ble.scanner import Target

    need_bluetooth()
    text = _read_description(description)
    known = open_settings().sensors().get(wanted or "")
    if known is not None:
        text = text or known.get("description", "")
        device = _device(kind or known["kind"], text)
        return SensorChoice(Target(device, known["address"], rate_of(device, rate_hz)), None, text)
    own = _device(kind or "", text) if kind or text else None
    seen = _scan()
    seen_one, device = _pick(_recognised(seen, wanted, own) or _looked_inside(seen, wanted, own), text)
    return SensorChoice(Target(device, seen_one.address, rate_of(device, rate_hz)), None, text)


def _pick(meant: Sequence[_Pair], text: str) -> _Pair:
    """Return the sensor that is meant, with a nickname and `text` as its description.

    Raises UsageError where nobody can be asked which of several it is.
    """
    if len(meant) == 1:
        return _greet(*meant[0], text)
    if not is_attended():
        raise UsageError(
            "It is not clear which sensor is meant.",
            found=", ".join(_describe(pair) for pair in meant),
            expected="one sensor",
            do="Give --sensor with its address or name, and --kind where it may be of several.",
        )
    return _ask_which(meant, text)


def _recognised(seen: Sequence[DiscoveredSensor], wanted: str | None, own: Device | None) -> list[_Pair]:
    """Return the sensors that are meant, by what they advertise; one that was named may be called `own`."""
    from surefoot.live.ble.devices import recognise

    if own is not None and wanted not in (None, own.key):
        return [(one, own) for one in seen if wanted in (one.address, one.name)]
    pairs = [
        (one, device)
        for one in seen
        for device in ((own,) if own is not None else recognise(one.advertisement))
        if device.matches(one.advertisement)
    ]
    return [(s, d) for s, d in pairs if wanted is None or wanted in (s.address, s.name, d.key)]


def _looked_inside(seen: Sequence[DiscoveredSensor], wanted: str | None, own: Device | None) -> list[_Pair]:
    """Return what the sensor that is meant can be by its services, where its advertisement tells nothing.

    Raises SensorNotFoundError where it is not near, or has no services that are known.
    """
    from surefoot.live.ble.devices import recognise_connected
    from surefoot.live.ble.scanner import look_inside

    named = [one for one in seen if wanted in (one.address, one.name)]
    if not named and wanted is None and seen and is_attended():
        typer.echo(
            "None of these tells what it is; which is the sensor? Its services are looked at.", err=True
        )
        named = [seen[_ask_number([f"{one.name} ({one.rssi} dBm, {one.address})" for one in seen])]]
    if not named:
        raise _nothing_near(seen, wanted)
    if len(named) > 1:
        raise _several_alike(named)
    if own is not None:
        return [(named[0], own)]
    print(f"Looking at the services of {named[0].name}…", file=sys.stderr)
    advertisement, sending = run_loop(look_inside(named[0]))
    devices = recognise_connected(advertisement, sending)
    if not devices:
        raise _not_known(named[0], advertisement.services)
    return [(named[0], device) for device in devices]


def is_attended() -> bool:
    """Tell whether somebody sits at a terminal and can be asked."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def _greet(seen: DiscoveredSensor, device: Device, text: str) -> _Pair:
    """Tell which sensor was found; one that has no nickname yet gets one where somebody can be asked."""
    print(f"Found {_describe((seen, device))}.", file=sys.stderr)
    if not _nickname(seen) and is_attended():
        _ask_nickname(seen, device, text)
    return seen, device


def _ask_nickname(seen: DiscoveredSensor, device: Device, text: str) -> None:
    """Ask for the nickname that `--sensor` takes next time, and keep it; no two sensors share one."""
    settings = open_settings()
    taken = settings.sensors()
    numbered = (f"{device.key}-{number}" for number in count(2))
    free = next(name for name in chain([device.key], numbered) if name not in taken)
    while (nickname := typer.prompt("Nickname to remember it by", default=free, err=True)) in taken:
        typer.echo(f"  {nickname} is another sensor.", err=True)
    if was_remembered(settings.remember_sensor(nickname, seen.address, device.key, text)):
        typer.echo(f"Next time: --sensor {nickname}", err=True)


def _nickname(seen: DiscoveredSensor) -> str:
    known = open_settings().sensors().items()
    return next((nickname for nickname, sensor in known if sensor.get("address") == seen.address), "")


def _ask_which(pairs: Sequence[_Pair], text: str) -> _Pair:
    seen, device = pairs[_ask_number([_describe(pair) for pair in pairs])]
    if not _nickname(seen):
        _ask_nickname(seen, device, text)
    return seen, device


def _ask_number(lines: Sequence[str]) -> int:
    """Return which of the lines, from 0, somebody chose."""
    for number, line in enumerate(lines, start=1):
        typer.echo(f"  {number}  {line}", err=True)
    number = 0
    while not 1 <= number <= len(lines):
        number = typer.prompt("Which one", type=int, default=1, err=True)
    return number - 1


def _describe(pair: _Pair) -> str:
    seen, device = pair
    nickname = _nickname(seen)
    called = f"{nickname}: " if nickname else ""
    signal = "still connected from before" if seen.held else f"{seen.rssi} dBm"
    return f"{called}{seen.name} ({device.title}, {signal}, {seen.address})"


def _nothing_near(seen: Sequence[DiscoveredSensor], wanted: str | None) -> SensorNotFoundError:
    nearby = ", ".join(f"{one.name} ({one.rssi} dBm)" for one in seen[:8]) or "nothing at all"
    do = "Switch it on, and close the maker's app on the phone."
    if seen:
        do += " If it is one of these, name it with --sensor, and --kind says outright what it is."
    return SensorNotFoundError(
        "No sensor was recognised nearby." if wanted is None else f"{wanted} was not seen.",
        found=f"nearby: {nearby}",
        expected="a sensor of `surefoot show devices`, switched on",
        do=do,
    )


def _not_known(seen: DiscoveredSensor, services: Sequence[str]) -> SensorNotFoundError:
    return SensorNotFoundError(
        f"{seen.name} is there, but its services are of no sensor that Surefoot knows.",
        found=", ".join(services) or "no services",
        expected="a sensor of `surefoot show devices`",
        do="Describe it in a file with --describe, or say with --kind what it is.",
    )


def _several_alike(named: Sequence[DiscoveredSensor]) -> UsageError:
    return UsageError(
        "It is not clear which sensor is meant.",
        found=", ".join(f"{one.name} ({one.rssi} dBm, {one.address})" for one in named),
        expected="one sensor",
        do="Give --sensor with its address.",
    )


def need_bluetooth() -> None:
    """Say on macOS what may end the program. Raises NoBluetoothError where bleak cannot be loaded."""
    try:
        import bleak  # noqa: F401
    except (ImportError, OSError) as error:
        from surefoot.live.ble.errors import no_bleak

        raise no_bleak(f"{type(error).__name__}: {error}") from error
    if sys.platform == "darwin":
        # The system ends a program that may not use Bluetooth without a word, so this comes before.
        print(MACOS_TEXT, file=sys.stderr)


def run_loop(work: Coroutine[Any, Any, Any]) -> Any:
    """Run a coroutine to its end on an event loop of its own."""
    import asyncio

    return asyncio.run(work)


def listen(chosen: SensorChoice, seconds: float) -> list[Packet]:
    """Return what a sensor sends within `seconds` from its first packet on; states go to stderr."""
    return list(run_loop(_listen(chosen, seconds)))


async def _listen(chosen: SensorChoice, seconds: float) -> list[Packet]:
    import asyncio

    from surefoot.live.ble.link import Link

    packets: list[Packet] = []
    heard = asyncio.Event()

    def take(packet: Packet) -> None:
        packets.append(packet)
        heard.set()

    link = Link(chosen.target, take, lambda state: print(state.text, file=sys.stderr), radio=chosen.radio)
    linked, first = asyncio.ensure_future(link.run()), asyncio.ensure_future(heard.wait())
    await asyncio.wait([linked, first], return_when=asyncio.FIRST_COMPLETED)
    if first.done():
        await asyncio.wait([linked], timeout=seconds)
    first.cancel()
    link.stop()
    await linked
    return packets


def rate_of(device: Device, wanted_hz: float | None) -> float:
    """Return the rate to ask for. Raises UsageError for one that the sensor does not offer."""
    if wanted_hz is None:
        return device.rate_near(100.0)
    if device.rates_hz and wanted_hz not in device.rates_hz:
        raise UsageError(
            f"{device.title} does not offer this rate.",
            found=f"{wanted_hz:g} Hz",
            expected=", ".join(f"{rate:g}" for rate in device.rates_hz) + " Hz",
            do="Give --rate with one of these, or leave it out.",
        )
    return wanted_hz


def _scan() -> tuple[DiscoveredSensor, ...]:
    from surefoot.live.ble.scanner import scan

    print(f"Looking for sensors ({SCAN_S:.0f} s)…", file=sys.stderr)
    seen: tuple[DiscoveredSensor, ...] = run_loop(
        scan(SCAN_S, waited=lambda text: print(text, file=sys.stderr))
    )
    return seen


def _device(kind: str, text: str) -> Device:
    from surefoot.live.ble.devices import discover
    from surefoot.live.ble.devices.custom_gatt import describe

    if text:
        return describe(text)
    if kind not in discover():
        raise UsageError(
            "There is no such kind of sensor.",
            found=repr(kind),
            expected=", ".join(discover()),
            do="See `surefoot show devices`, or describe it with --describe.",
        )
    return discover()[kind]


def _read_description(path: Path | None) -> str:
    if path is None:
        return ""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise DescriptionError(
            "The description cannot be read.",
            found=str(error),
            expected="a TOML file",
            do="Check --describe.",
        ) from error
