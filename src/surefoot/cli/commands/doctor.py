"""``surefoot doctor``: is everything in place?"""

import asyncio
import platform
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from surefoot._version import __version__
from surefoot.cli.link_log import link_log
from surefoot.cli.options import Json
from surefoot.cli.output import print_json, print_warning, was_remembered
from surefoot.cli.sensors import Described, Kind, Rate, SensorName, Verbose
from surefoot.diary import open_diary
from surefoot.errors import SurefootError
from surefoot.metrics import METRICS_VERSION
from surefoot.model import to_plain
from surefoot.settings import config_folder, open_settings

MEASURED_S = 10.0
TURNED_S = 8.0
TURN_TEXT = f"Press Enter, then lay the sensor on another side, slowly, within {TURNED_S:.0f} s"
SCANNED_S, ANSWERED_S = 0.2, 10.0
PACKAGES = (
    "numpy",
    "scipy",
    "matplotlib",
    "msgspec",
    "vqf",
    "typer",
    "rich",
    "jinja2",
    "platformdirs",
    "bleak",
    "starlette",
    "uvicorn",
    "segno",
    "cryptography",
    "ifaddr",
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    what: str
    fine: bool
    found: str
    do: str = ""


def doctor(
    board: Annotated[
        Path | None,
        typer.Option("--board", help="Recording of a wobble board, each edge held down: find its limits."),
    ] = None,
    noise: Annotated[
        Path | None,
        typer.Option("--noise", help="Recording of the phone lying on a table: find its own noise."),
    ] = None,
    ble: Annotated[
        bool, typer.Option("--ble", help="Measure a Bluetooth sensor that lies still, for 10 s.")
    ] = False,
    simulated: Annotated[
        bool, typer.Option("--simulated", help="With --ble: measure a virtual sensor.")
    ] = False,
    sensor: SensorName = None,
    describe: Described = None,
    rate: Rate = None,
    kind: Kind = None,
    verbose: Verbose = False,
    as_json: Json = False,
) -> None:
    """Check that everything is in place, or measure a sensor or board."""
    if board is not None or noise is not None:
        if board is not None:
            _measure_board(board, as_json=as_json)
        if noise is not None:
            _measure_noise(noise, as_json=as_json)
        return
    if ble:
        with link_log(verbose=verbose):
            findings = _measure_sensor(sensor, rate, describe, kind, simulated=simulated)
        _tell(findings, as_json=as_json)
        return
    findings = [
        _versions(),
        *_packages(),
        *_guarded("diary", lambda: [_diary()]),
        *_guarded("interrupted", _interrupted),
        *_guarded("files", _files),
        *_guarded("settings", lambda: [_settings()]),
        _bluetooth(),
    ]
    _tell(findings, as_json=as_json)


def _tell(findings: Sequence[Finding], *, as_json: bool) -> None:
    if as_json:
        print_json([{"what": f.what, "fine": f.fine, "found": f.found, "do": f.do} for f in findings])
    else:
        for finding in findings:
            print(f"{'fine' if finding.fine else 'LOOK':<5}{finding.what}: {finding.found}")
            if finding.do and not finding.fine:
                print(f"     {finding.do}")
    if not all(finding.fine for finding in findings):
        raise typer.Exit(2)


def _measure_sensor(
    name: str | None, rate_hz: float | None, description: Path | None, kind: str | None, *, simulated: bool
) -> list[Finding]:
    from surefoot.cli.sensors import choose_near, choose_simulated, is_attended, listen
    from surefoot.live.ble.diagnostics import check_turn, check_up

    if simulated:
        chosen = choose_simulated(kind or name, rate_hz, description, lies=True)
    else:
        chosen = choose_near(name, rate_hz, description, kind)
    print_warning(f"Lay the sensor still. Measuring for {MEASURED_S:.0f} s…")
    packets = listen(chosen, MEASURED_S)
    device = chosen.target.device
    checks = [*check_up(device, packets, nominal_hz=chosen.target.rate_hz)]
    if device.gyroscope and not simulated and is_attended():
        typer.prompt(TURN_TEXT, default="", show_default=False, err=True)
        checks.append(check_turn(device, listen(chosen, TURNED_S)))
    return [Finding(check.what, check.fine, check.found, check.do) for check in checks]


def _measure_board(path: Path, *, as_json: bool) -> None:
    from surefoot.preparation.calibration import limits_from_edges
    from surefoot.sources import read

    limits = limits_from_edges(read(path)[0])
    if as_json:
        print_json({**to_plain(limits), "max_tilt_deg": limits.max_tilt_deg})
        return
    front, back, right, left = limits.front_deg, limits.back_deg, limits.right_deg, limits.left_deg
    print(f"Edges touch at {front:.1f}° front, {back:.1f}° back, {right:.1f}° right, {left:.1f}° left.")
    ap, ml = limits.level_ap_deg, limits.level_ml_deg
    print(f"At rest the sensor reads {ap:+.1f}° forward and {ml:+.1f}° right.")
    level = f"--board-level-ap {ap:.1f} --board-level-ml {ml:.1f}"
    print(f"Give --board-tilt {limits.max_tilt_deg:.1f} {level} with the trials on this board.")


def _measure_noise(path: Path, *, as_json: bool) -> None:
    from surefoot.preparation.calibration import noise_floor
    from surefoot.sources import read

    floor = noise_floor(read(path)[0])
    kept = was_remembered(open_settings().remember_noise(floor.device, floor.noise_mps2, floor.rate_hz))
    if as_json:
        print_json(to_plain(floor))
        return
    print(
        f"{floor.device} reads {floor.noise_mps2:.4f} m/s² at rest, below 3.5 Hz, at {floor.rate_hz:.0f} Hz."
    )
    if kept:
        print("Later trials of this device say how far their sway stands above it.")


def _guarded(what: str, look: Callable[[], list[Finding]]) -> list[Finding]:
    try:
        return look()
    except SurefootError as error:
        return [Finding(what, fine=False, found=f"{error.what} {error.found}", do=error.do)]
    except OSError as error:
        return [Finding(what, fine=False, found=str(error), do="Check the folder's owner and free space.")]


def _versions() -> Finding:
    found = f"Surefoot {__version__}, metrics version {METRICS_VERSION}, Python {platform.python_version()}"
    return Finding("version", sys.version_info >= (3, 11), f"{found} on {platform.system()}")


def _packages() -> list[Finding]:
    from importlib.metadata import PackageNotFoundError, version

    findings = []
    for name in PACKAGES:
        try:
            findings.append(Finding(name, fine=True, found=version(name)))
        except PackageNotFoundError:
            findings.append(Finding(name, fine=False, found="not installed", do=f"pip install {name}"))
    return findings


def _diary() -> Finding:
    diary = open_diary()
    if not diary.root.exists():
        return Finding("diary", fine=True, found=f"none yet; the first import makes {diary.root}")
    entries = diary.entries()
    stale = sum(entry.assessment.provenance.metrics_version != METRICS_VERSION for entry in entries)
    trials, people = len(entries), len(diary.people())
    held = f"{trials} trial{'s' * (trials != 1)} of {people} {'person' if people == 1 else 'people'}"
    found = f"{held} in {diary.root}"
    if stale:
        return Finding(
            "diary", fine=False, found=f"{found}; {stale} analysed by another version", do="surefoot reassess"
        )
    return Finding("diary", fine=True, found=found)


def _interrupted() -> list[Finding]:
    from surefoot.live.keeping import RECOVERABLE
    from surefoot.live.recovery import find_interrupted

    count = len(find_interrupted(open_diary()))
    found = f"{count} recording{'s' * (count != 1)} that a stop cut short"
    return (
        [
            Finding(
                "interrupted",
                fine=False,
                found=found,
                do=RECOVERABLE,
            )
        ]
        if count
        else []
    )


def _files() -> list[Finding]:
    """Return what in the diary is not as it was left."""
    from surefoot.diary.survey import find_oddities

    diary = open_diary()
    odd = [
        Finding("files", fine=False, found=f"{oddity.what}: {oddity.path}", do=oddity.do)
        for oddity in find_oddities(diary)
    ]
    old = len(diary.old_names())
    if old:
        told = f"{old} trial{'s' * (old != 1)} kept under names of an earlier version; all are read"
        odd.append(Finding("files", fine=True, found=f"{told}. `surefoot reassess` gives them today's"))
    return odd or [Finding("files", fine=True, found="every recording belongs to its result")]


def _settings() -> Finding:
    return Finding("settings", fine=True, found=str(config_folder()))


def _bluetooth() -> Finding:
    """Tell whether there is an adapter; who tests with a phone needs none."""
    if sys.platform == "darwin":
        # The system ends a program that may not use Bluetooth without a word.
        return Finding("bluetooth", fine=True, found="not looked at on macOS; `surefoot doctor --ble` does")
    from surefoot.cli.sensors import run_loop
    from surefoot.live.ble.scanner import scan

    async def look() -> None:
        await asyncio.wait_for(scan(SCANNED_S), ANSWERED_S)

    try:
        run_loop(look())
    except SurefootError as error:
        found = f"{error.what} Only Bluetooth sensors need it. {error.do}"
    except (ImportError, TimeoutError):
        found = "no answer from Bluetooth. Only Bluetooth sensors need it."
    else:
        found = "an adapter that is switched on"
    return Finding("bluetooth", fine=True, found=found)
