"""What a live session becomes: each take of a journal a trial, as if its file had been imported."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from surefoot import pipeline, sources, words
from surefoot.assessment import WITHHELD
from surefoot.cli.commands.assess import outcome_to_plain
from surefoot.cli.output import print_error, print_issues
from surefoot.errors import SurefootError
from surefoot.model import Recording, broken_off, setup_from_plain
from surefoot.sources import Export

if TYPE_CHECKING:
    from surefoot.diary import Diary
    from surefoot.live.ble.device import Device
    from surefoot.live.guide import Take
    from surefoot.live.log import Header, Log
    from surefoot.settings import Settings

    Read = Callable[[Log, Take], tuple[Export, Recording, dict[str, Any]]]

PACKETS = "packets.txt"
PHYPHOX = "phyphox"
ENDINGS = {
    "held": "held to the end",
    "stopped": "stopped early",
    "touchdown": "ended by a touchdown",
    "lost": "the sensor was lost",
    "interrupted": "the recording was interrupted",
}
# Endings that are no doing of the person.
BROKE_OFF = {
    "lost": "The sensor was lost",
    "interrupted": "The program was ended",
}


@dataclass(frozen=True, slots=True, eq=False)
class Kept:
    """What became of a take."""

    take: Take
    row: dict[str, Any]
    error: SurefootError | None = None

    @property
    def trial(self) -> str:
        """Its id in the diary, empty where it could not be assessed."""
        return str(self.row.get("trial", ""))


def device_of(header: Header) -> Device:
    """Return the device that a journal is of, described in it where it is a custom one."""
    from surefoot.live.ble.devices import discover
    from surefoot.live.ble.devices.custom_gatt import describe as describe_device

    return describe_device(header.description) if header.description else discover()[header.device]


def keep_takes(log: Log, takes: Sequence[Take], diary: Diary, settings: Settings) -> list[Kept]:
    """Assess each take and add it to the diary; one that cannot be assessed is told, and stops no other."""
    read = _read_phone if log.header.device == PHYPHOX else _read_sensor
    return [_keep(log, take, read, diary, settings) for take in takes]


def _keep(log: Log, take: Take, read: Read, diary: Diary, settings: Settings) -> Kept:
    base = setup_from_plain(log.header.setup)
    told: dict[str, Any] = {"take": asdict(take)}
    setup = replace(base, leg=take.attempt.leg, practice=base.practice or take.attempt.practice)
    try:
        export, recording, reception = read(log, take)
    except SurefootError as error:
        return Kept(take, {**told, "error": error.to_dict()}, error)
    if take.ending in BROKE_OFF:
        told_off = broken_off(
            f"{BROKE_OFF[take.ending]} {take.hold_s[1] - take.start_s:.0f} s into the attempt."
        )
        recording = replace(recording, issues=(*recording.issues, told_off))
    outcome = pipeline.analyse(export, recording, lambda *_: setup, settings)
    told |= {"reception": reception, **outcome_to_plain(outcome)}
    if outcome.error is not None:
        return Kept(take, told, outcome.error)
    kept = pipeline.keep(outcome, diary)
    return Kept(take, {**told, "trial": kept.trial, "new": kept.new})


def _read_sensor(log: Log, take: Take) -> tuple[Export, Recording, dict[str, Any]]:
    """Return what a Bluetooth sensor sent of a take, the recording in it, and how it came."""
    from surefoot.live.ble.assembly import assemble
    from surefoot.live.log import without_setup, write_log
    from surefoot.live.takes import log_of

    device, part = device_of(log.header), log_of(take, log)
    recording, reception = assemble(
        device, part.packets, nominal_hz=log.header.rate_hz, host_zero=part.header.host_zero
    )
    packets = {PACKETS: write_log(without_setup(part))}
    export = Export(f"{device.title}, {take.attempt.title}", packets, is_own=True)
    return export, recording, asdict(reception)


def _read_phone(log: Log, take: Take) -> tuple[Export, Recording, dict[str, Any]]:
    """Return a take as phyphox would have exported it, and the recording that its file holds."""
    from surefoot.cli.remote import export_take

    export = Export(f"{PHYPHOX}, {take.attempt.title}", export_take(log, take))
    (recording,) = sources.parse(export.files, PHYPHOX)
    rate_hz = recording.sensors["acceleration"].rate_hz
    return export, recording, {"method": "phone clock", "rate_hz": rate_hz}


def align_takes(first: Sequence[Kept], further: Sequence[Kept]) -> list[Kept]:
    """Return the takes of a further sensor with how its clock stands to the first one's.

    Both are on the computer's clock already: `later_s` is how much later its recording begins, right within
    `uncertainty_s`, the delays of both together (`ble.alignment` puts samples on one clock).
    """
    return [
        replace(own, row={**own.row, "aligned": _aligned(one, own)})
        if {"reception"} <= one.row.keys() & own.row.keys()
        else own
        for one, own in zip(first, further, strict=True)
    ]


def _aligned(one: Kept, own: Kept) -> dict[str, Any]:
    first, further = one.row["reception"], own.row["reception"]
    return {
        "with": one.trial,
        "later_s": round(further["zero_s"] - first["zero_s"], 6),
        "uncertainty_s": first["uncertainty_s"] + further["uncertainty_s"],
    }


def tell_takes(kept: Sequence[Kept], diary: Diary) -> None:
    """Print what became of each take."""
    for one in kept:
        head = f"{one.take.attempt.title.capitalize()} ({ENDINGS[one.take.ending]})"
        if one.error is not None:
            print_error(one.error, as_json=False, where=head)
            continue
        assessment = diary.entry(one.trial).assessment
        already = "" if one.row["new"] else " (already in the diary)"
        print(f"{head}: trial {one.trial}{already}, {words.describe_value(assessment)}")
        print_issues(issue for issue in assessment.issues if issue.code != WITHHELD)
        if "aligned" in one.row:
            bound_ms = 1000 * one.row["aligned"]["uncertainty_s"]
            print(f"  · On the clock of trial {one.row['aligned']['with']}, right within {bound_ms:.0f} ms.")
