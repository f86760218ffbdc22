"""What every way in must do with what a crash, a network or a disk made of its journal."""

import errno
import json
import os
import random
import zlib
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from phone_takes import rows_of
from pushing import pushes
from surefoot import pipeline
from surefoot.diary import Diary
from surefoot.errors import SurefootError
from surefoot.live import phone_page, sensor_logger
from surefoot.live.arrival import arrival_of
from surefoot.live.ble.arrival import sender_of
from surefoot.live.ble.devices import discover
from surefoot.live.ble.scanner import Target
from surefoot.live.guide import Attempt, Take
from surefoot.live.inbox import Inbox
from surefoot.live.incoming import Chunk, Limits
from surefoot.live.log import Header, Log, Packet, read_log, write_log
from surefoot.live.phone_page import Ending, PhoneInfo, ending_mark
from surefoot.live.phyphox import protocol
from surefoot.live.phyphox.puller import CHARS, META, ROWS
from surefoot.live.recovery import recover
from surefoot.live.takes import begin_mark, take_mark, takes_in
from surefoot.model import Setup, to_plain
from surefoot.settings import Settings
from surefoot.simulate import Imu, stance

WHEN = datetime(2026, 3, 2, 18, 30, tzinfo=UTC)
SETUP = Setup(person="p01", test="single-leg", leg="left")
SHORT = stance(4, duration_s=8.0, imu=Imu(rate_hz=50.0))[0]
NAMES = {protocol.ACCELEROMETER: ("t", "x", "y", "z")}
LIMITS = Limits(parts=1000, samples=100_000, under_way=4, remembered=8)


def bluetooth():
    device = discover()["surefoot_open"]
    header = replace(sender_of(Target(device, None, 50.0)).header(SETUP), host_zero=WHEN)
    return header, [Packet(each.time_s + 5.0, 0, each.char, each.data) for each in device.encode(SHORT)]


def phyphox():
    text = protocol.write_layout(protocol.Experiment("Surefoot", NAMES))
    header = Header(protocol.KEY, CHARS, WHEN, 0.0, text, to_plain(SETUP))
    table = np.column_stack([SHORT.time_s, SHORT.acc_mps2])
    packets = [Packet(5.0, 0, META, zlib.compress(b'{"deviceModel": "Pixel 7"}'))]
    for rows in np.array_split(table, 40):
        buffers = {name: {"buffer": column.tolist()} for name, column in zip("txyz", rows.T, strict=True)}
        told = {"buffer": buffers, "status": {"session": "a1", "measuring": True}}
        packets.append(Packet(5.01 + rows[-1, 0], 0, ROWS, zlib.compress(json.dumps(told).encode())))
    return header, packets


def page(device=phone_page.PAGE, rows=None):
    header = PhoneInfo("android", "x").header(device, SETUP, WHEN)
    rows = rows_of(1)[:480] if rows is None else rows
    parts = [rows[start : start + 20] for start in range(0, len(rows), 20)]
    return header, [phone_page.pack(number, part) for number, part in enumerate(parts)]


def phone_on_the_board():
    return page(phone_page.BOARD)


def push(recording=SHORT):
    header = sensor_logger.header_of(SETUP, "android")
    bodies = pushes(recording, batch_s=0.5)
    return header, [sensor_logger.pack(sensor_logger.read_message(body)) for body in bodies]


def log_of(way):
    """A whole log of one take that was held."""
    header, packets = way()
    first_s, last_s = packets[0].arrival_s, packets[-1].arrival_s
    start_s = 0.0 if header.device == phone_page.BOARD else first_s
    take = Take(Attempt("left"), start_s, (start_s, last_s), "held")
    return Log(header, tuple(packets), (begin_mark(start_s, take.attempt), take_mark(take)), whole=True)


def samples_of(log, take):
    arrival = arrival_of(log.header)
    recording, _ = arrival.read(arrival.export(log, take))
    return np.column_stack([recording.time_s, recording.acc_mps2])


def lines_of(log):
    """The lines of the journal as they are written: its mark of the beginning before the packets."""
    header, *lines = write_log(log).splitlines(keepends=True)
    marks = [line for line in lines if line.startswith(b"m ")]
    packets = [line for line in lines if line.startswith(b"p ")]
    return [header, marks[0], *packets, marks[1], lines[-1]]


WAYS = [bluetooth, phyphox, page, phone_on_the_board, push]
NETWORK = [page, phone_on_the_board, push]


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
class TestEveryWayIn:
    """Contracts of every way in."""

    def test_a_journal_cut_at_any_line_is_the_beginning_of_the_take_or_refused(self, way):
        log = log_of(way)
        lines, whole = lines_of(log), samples_of(log, takes_in(log)[0])
        lengths = []
        for count in range(1, len(lines)):
            torn = lines[count][: len(lines[count]) // 2]
            cut = read_log(b"".join(lines[:count]) + torn)
            try:
                (found,) = [samples_of(cut, take) for take in takes_in(cut)] or [whole[:0]]
            except SurefootError:
                found = whole[:0]
            np.testing.assert_allclose(found[:, 1:], whole[: len(found), 1:])
            lengths.append(len(found))
        # A radio's clock is fitted to all that came; who tells no end has not ended before the last line.
        assert lengths == sorted(lengths)
        assert len(whole) - lengths[len(log.packets) + 1] <= 1
        assert sum(length > 0 for length in lengths) > 0.7 * len(lengths)

    def test_what_is_read_live_is_what_is_kept(self, way):
        log = log_of(way)
        follow = arrival_of(log.header).follow(log.header)
        live = [samples for packet in log.packets for samples in follow(packet)]
        acc = np.vstack([each.acc_mps2 for each in live]) if live else np.empty((0, 3))
        acc = acc[np.isfinite(acc).all(axis=1)]
        assert way is push or len(acc) > 300
        kept = samples_of(log, takes_in(log)[0])[:, 1:]
        assert {tuple(row) for row in acc.round(3)} >= {tuple(row) for row in kept.round(3)} or way is push


@pytest.mark.parametrize("way", NETWORK, ids=lambda way: way.__name__)
def test_parts_that_come_twice_late_and_in_any_order_are_the_same_take(way):
    log = log_of(way)
    shuffled = [*log.packets, *log.packets[:7]]
    random.Random(3).shuffle(shuffled)
    (take,) = takes_in(log)
    arrival = arrival_of(log.header)
    assert (
        arrival.export(replace(log, packets=tuple(shuffled)), take).files == arrival.export(log, take).files
    )


def received(inbox, way, **options):
    """Give a take to an inbox as its site does; return what became of it, or what refused it."""
    header, packets = way(**options)
    (name,) = inbox.open([header], LIMITS)
    for number, packet in enumerate(packets):
        assert inbox.add(name, Chunk(number, packet, 20))
        assert not inbox.add(name, Chunk(number, packet, 20))
    ending = Ending(len(packets), hidden=False, stopped_s=None, platform="android")
    return inbox.finish(name, ending_mark(ending, WHEN, 0.0))


PAGE = {"rows": rows_of(1)}
PUSH = {"recording": stance(4, duration_s=36.0, imu=Imu(rate_hz=50.0))[0]}


@pytest.mark.parametrize(
    ("way", "options", "room"),
    [
        pytest.param(page, PAGE, 0, id="page, none"),
        pytest.param(page, PAGE, 20_000, id="page, half", marks=pytest.mark.slow),
        pytest.param(push, PUSH, 20_000, id="push, half", marks=pytest.mark.slow),
    ],
)
def test_a_full_disk_makes_the_same_trial(way, options, room, tmp_path, monkeypatch):
    expected = received(inbox_of(tmp_path / "free"), way, **options)
    write = os.write

    def refuse(file, data):
        nonlocal room
        room -= len(data)
        if room < 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(file, data)

    monkeypatch.setattr("surefoot.live.journal.os.write", refuse)
    kept = received(inbox_of(tmp_path / "full"), way, **options)
    assert kept.kept.assessment.values == expected.kept.assessment.values


@pytest.mark.slow
@pytest.mark.parametrize(("way", "options"), [(page, PAGE), (push, PUSH)], ids=["page", "push"])
def test_what_the_diary_refuses_is_recovered_with_the_same_numbers(way, options, tmp_path, monkeypatch):
    expected = received(inbox_of(tmp_path / "free"), way, **options)
    inbox = inbox_of(tmp_path / "full")

    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(pipeline, "keep", full)
        with pytest.raises(SurefootError, match="could not be read or written"):
            received(inbox, way, **options)
        inbox.close()
    found = recover(inbox._diary, Settings())
    assert [one.kept.assessment.values for one in found.kept] == [expected.kept.assessment.values]
    assert [one.take.ending for one in found.kept] == ["held"]


def inbox_of(folder):
    return Inbox(Diary(folder, cache=folder / "cache"), Settings())
