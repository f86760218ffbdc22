"""The journal: what was appended is there, whatever happens to the program."""

import errno
import os
import random
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surefoot.errors import DiaryError, UnreadableFileError
from surefoot.live.journal import Journal, find_unfinished, read_unfinished
from surefoot.live.log import Header, Log, LogMark, Packet, read_log, write_log

CHARS = ("0000ffe4-0000-1000-8000-00805f9a34fb", "0000ffe9-0000-1000-8000-00805f9a34fb")
HEADER = Header("witmotion", CHARS, datetime(2026, 3, 2, 8, 30, tzinfo=UTC), 100.0, "", {"leg": "left"})
PACKETS = st.lists(
    st.builds(
        Packet,
        st.floats(0, 1e6).map(lambda s: round(s, 6)),
        st.integers(0, 9),
        st.sampled_from(CHARS),
        st.binary(max_size=80),
    ),
    max_size=20,
)


@given(packets=PACKETS, notes=st.lists(st.text(max_size=20), max_size=3))
def test_what_is_written_is_read_back(packets, notes, tmp_path_factory):
    journal = Journal.create(tmp_path_factory.mktemp("journal"), HEADER, "take")
    for packet in packets:
        journal.append(packet)
    for note in notes:
        journal.mark(LogMark(1.5, note))
    path = journal.close()
    log = read_log(path.read_bytes())
    assert path.suffix == ".journal"
    assert (log.header, list(log.packets), log.whole) == (HEADER, packets, True)
    assert [mark.text for mark in log.marks] == notes
    assert read_log(write_log(log)) == log


@given(packets=PACKETS, cut=st.integers(0, 4000), noise=st.binary(max_size=40))
def test_a_torn_end_costs_the_torn_line_only(packets, cut, noise):
    data = write_log(Log(HEADER, tuple(packets), (), whole=True))
    lines = data.split(b"\n")
    at = len(lines[0]) + 1 + cut % (len(data) - len(lines[0]))
    kept = data[:at].count(b"\n") - 1
    log = read_log(data[:at] + noise.replace(b"\n", b""))
    assert list(log.packets[:kept]) == packets[:kept]
    assert len(log.packets) <= kept + 1


def test_a_damaged_line_ends_what_counts():
    packets = tuple(Packet(float(i), 0, CHARS[0], bytes([i])) for i in range(10))
    data = write_log(Log(HEADER, packets, (), whole=True))
    damaged = data.replace(b"p 5.000000", b"p 5.100000")
    assert read_log(damaged).packets == packets[:5]
    assert not read_log(damaged).whole


@pytest.mark.parametrize("data", [b"", b"hello\n", b"surefoot-journal {}\n", b"\xff\xfe\x00"])
def test_what_is_no_journal_is_refused(data):
    with pytest.raises(UnreadableFileError):
        read_log(data)


def test_a_part_keeps_the_replies_that_explain_it():
    reply = Packet(0.5, 0, CHARS[1], b"factor")
    stream = [Packet(float(i), 0, CHARS[0], bytes([i])) for i in range(1, 20)]
    log = Log(HEADER, (reply, *stream), (), whole=True)
    assert log.between(10.0, 13.0).packets == (reply, *stream[9:12])


def test_two_of_one_name_and_one_being_written(tmp_path):
    first, second = (Journal.create(tmp_path, HEADER, "take") for _ in range(2))
    assert first.path != second.path
    assert find_unfinished(tmp_path) == ()
    with pytest.raises(KeyError):
        first.append(Packet(0.0, 0, "unknown", b""))
    assert {first.close("a1b2c3").name, second.close().name} == {"take_a1b2c3.journal", "take-2.journal"}
    first.sync()


def test_a_crash_before_the_first_line_is_whole_leaves_no_recording(tmp_path, monkeypatch):
    """Found by killing: an empty journal was offered for recovery at every start, and could not be."""

    def crash(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("surefoot.live.journal.os.write", crash)
        with pytest.raises(KeyboardInterrupt):
            Journal.create(tmp_path, HEADER, "take")
    assert find_unfinished(tmp_path) == ()
    following = Journal.create(tmp_path, HEADER, "take")
    following.append(Packet(1.0, 0, CHARS[0], b"1"))
    following.leave()
    assert [path.name for path in find_unfinished(tmp_path)] == ["take-2.part"]


@pytest.mark.skipif(os.name == "nt", reason="folder modes are of POSIX")
def test_it_is_for_its_owner_alone(tmp_path):
    path = Journal.create(tmp_path / "diary" / ".recordings", HEADER, "take").close()
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


WRITER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from surefoot.live.log import Packet
from surefoot.live.journal import Journal
from surefoot.live.log import Header

header = Header("witmotion", ("a",), datetime(2026, 3, 2, tzinfo=UTC))
journal = Journal.create(Path(sys.argv[1]), header, "take")
for number in range(10**9):
    journal.append(Packet(number / 100, 0, "a", number.to_bytes(4, "little") * 10))
    if number % 100 == 0:
        journal.sync()
    sys.stdout.write(f"{number}\\n")
    sys.stdout.flush()
"""


def killed_writer(folder: Path, after_packets: int) -> int:
    """Kill a process that writes a journal, once it told of some packets; return the last one it told of."""
    writer = subprocess.Popen([sys.executable, "-c", WRITER, str(folder)], stdout=subprocess.PIPE, text=True)
    told = -1
    while told < after_packets:
        told = int(writer.stdout.readline())
    writer.send_signal(signal.SIGKILL)
    # What stood in the pipe was said before the end; a line cut short was not said.
    rest = writer.stdout.read().split("\n")[:-1]
    writer.stdout.close()
    writer.wait()
    return int(rest[-1]) if rest else told


# More with SUREFOOT_KILLS=200; whole recordings are killed by tests/support/kills.py.
KILLS = int(os.environ.get("SUREFOOT_KILLS", "10"))


@pytest.mark.skipif(os.name == "nt", reason="SIGKILL is of POSIX")
@pytest.mark.parametrize("kill", range(KILLS))
def test_killed_at_any_moment_nothing_told_is_lost(kill, tmp_path):
    earlier = Journal.create(tmp_path, HEADER, "earlier").close()
    before = earlier.read_bytes()
    told = killed_writer(tmp_path, random.Random(kill).randrange(3000))
    (left,) = find_unfinished(tmp_path)
    log = read_unfinished(left).log
    numbers = [int.from_bytes(packet.data[:4], "little") for packet in log.packets]
    assert numbers == list(range(len(numbers)))
    assert len(numbers) > told
    assert not log.whole
    read_unfinished(left).mark_recovered()
    assert find_unfinished(tmp_path) == ()
    assert left.with_suffix(".recovered").exists()
    assert earlier.read_bytes() == before


class FullDisk:
    """Takes so many bytes more, tearing the line that does not fit; `free` makes room."""

    def __init__(self, monkeypatch, room, error=errno.ENOSPC):
        self.room, self.error, self._write = room, error, os.write
        monkeypatch.setattr("surefoot.live.journal.os.write", self.write)

    def write(self, file, data):
        taken = bytes(data[: max(self.room, 0)])
        if not taken:
            raise OSError(self.error, os.strerror(self.error))
        self.room -= len(taken)
        return self._write(file, taken)


@pytest.mark.parametrize("room", [0, 1, 50, 333])
def test_a_full_disk_loses_and_tears_no_line(room, tmp_path, monkeypatch):
    packets = tuple(Packet(float(i), 0, CHARS[0], bytes([i])) for i in range(40))
    journal = Journal.create(tmp_path, HEADER, "take")
    with monkeypatch.context() as patch:
        FullDisk(patch, room)
        for packet in packets[:20]:
            journal.append(packet)
        assert journal.is_behind
        assert journal.trouble.errno == errno.ENOSPC
        assert read_log(journal.read()).packets == packets[:20]
        with pytest.raises(DiaryError, match="No space left"):
            journal.close()
        assert journal.is_open
    for packet in packets[20:]:
        journal.append(packet)
    assert (journal.is_behind, journal.trouble) == (False, None)
    assert read_log(journal.path.read_bytes()).packets == packets
    journal.close()


def test_a_disk_that_does_not_confirm_is_noted(tmp_path, monkeypatch):
    def fsync(_):
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    journal = Journal.create(tmp_path, HEADER, "take")
    with monkeypatch.context() as patch:
        patch.setattr("surefoot.live.journal.os.fsync", fsync)
        journal.sync()
        assert journal.trouble.errno == errno.EIO
    journal.sync()
    assert journal.trouble is None
    journal.close()


def test_a_journal_that_cannot_be_begun_leaves_nothing(tmp_path, monkeypatch):
    FullDisk(monkeypatch, 30)
    with pytest.raises(DiaryError, match="No space left"):
        Journal.create(tmp_path, HEADER, "take")
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(DiaryError):
        Journal.create(tmp_path / "file" / "below", HEADER, "take")


def test_a_journal_that_cannot_be_read_is_offered_and_refused(tmp_path, monkeypatch):
    """As one that was written as another user: nobody is stopped from recording by it."""
    path = tmp_path / "theirs.part"
    path.write_bytes(b"")

    def closed(self, *_, **__):
        raise PermissionError(errno.EACCES, "Permission denied", str(self))

    monkeypatch.setattr(Path, "open", closed)
    assert find_unfinished(tmp_path) == (path,)
    with pytest.raises(DiaryError, match="Permission denied"):
        read_unfinished(path)
