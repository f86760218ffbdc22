"""Spoil exports at random and read them: ``python tests/edge/fuzz.py [CASES] [SEED]``.

A reader may refuse a file with a SurefootError, or read it; nothing else. What is read must hold gravity
where it is quietest.
"""

from __future__ import annotations

import faulthandler
import signal
import sys
from collections import Counter
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from surefoot.errors import SurefootError
from surefoot.model import Recording
from surefoot.sources import discover, parse

sys.path.append(str(Path(__file__).parents[1] / "support"))
from writers import write

CASES, SEED = 200_000, 20261121
LONGEST_S = 5
GRAVITY_MPS2 = (8.8, 10.8)


def fixtures():
    """What each source writes of a short stance, by the source's name."""
    time_s = np.arange(0, 3.0, 0.01)
    sway = [0.11 * np.sin(1.7 * time_s), 0.03 * np.cos(3.1 * time_s), 0.13 * np.sin(2.3 * time_s + 0.4)]
    acc = np.column_stack(sway) + [0.4, 9.7, 1.1]
    gyr = 0.02 * np.column_stack([np.cos(1.7 * time_s), np.sin(0.9 * time_s), np.cos(2.3 * time_s)])
    written = Recording(
        time_s, acc, gyr, platform="ios", device_model="Model 7", started=datetime(2026, 3, 2, tzinfo=UTC)
    )
    return {name: write(name, written) for name in discover()}


def flip(data, draw):
    spoilt = bytearray(data)
    for _ in range(int(draw.integers(1, 9))):
        spoilt[int(draw.integers(len(spoilt)))] = int(draw.integers(256))
    return bytes(spoilt)


def cut(data, draw):
    first, last = sorted(draw.integers(0, len(data) + 1, 2).tolist())
    return data[:last] if draw.random() < 0.5 else data[:first] + data[last:]


def shuffle_rows(data, draw):
    rows = data.split(b"\n")
    first, last = sorted(draw.integers(0, len(rows) + 1, 2).tolist())
    part = rows[first:last]
    order = draw.permutation(len(part)) if draw.random() < 0.5 else [*range(len(part))] * 2
    part = [part[index] for index in order]
    return b"\n".join(rows[:first] + part + rows[last:])


def shuffle_columns(data, draw):
    separator = [b",", b";", b"\t"][int(draw.integers(3))]
    rows = [row.split(separator) for row in data.split(b"\n")]
    width = max(len(row) for row in rows)
    order = draw.permutation(width) if draw.random() < 0.6 else draw.integers(0, width, width)
    return b"\n".join(
        separator.join(row[index] for index in order) if len(row) == width else separator.join(row)
        for row in rows
    )


def swap_locale(data, draw):
    swaps = [
        (b".", b","),
        (b",", b";"),
        (b",", b"."),
        (b"-", "\u2212".encode()),
        (b"e", b"E"),
        (b" ", b"\xa0"),
    ]
    old, new = swaps[int(draw.integers(len(swaps)))]
    return data.replace(old, new)


def insert(data, draw):
    words = [b"NaN", b"", b"\x00", b"1e999", b"-", b"inf", b"9" * 40, b"\xff\xfe", b"<x>", b'"', b"{", b"\r"]
    at = int(draw.integers(len(data) + 1))
    return data[:at] + words[int(draw.integers(len(words)))] * int(draw.integers(1, 4)) + data[at:]


SPOILERS = (flip, cut, shuffle_rows, shuffle_columns, swap_locale, insert)


def spoil(files, draw):
    """One to three faults in one or more members of an export."""
    spoilt = dict(files)
    for _ in range(int(draw.integers(1, 4))):
        name = list(spoilt)[int(draw.integers(len(spoilt)))]
        if spoilt[name]:
            spoilt[name] = SPOILERS[int(draw.integers(len(SPOILERS)))](spoilt[name], draw)
    return spoilt


@contextmanager
def no_hang():
    """Raise TimeoutError in what takes longer than five seconds, where the system can."""
    if not hasattr(signal, "SIGALRM"):
        yield
        return

    def give_up(*_):
        raise TimeoutError(f"more than {LONGEST_S} s")

    before = signal.signal(signal.SIGALRM, give_up)
    signal.alarm(LONGEST_S)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def quietest(norms):
    """The median of the quarter that varies least, in stretches of a twentieth, ten samples at least."""
    size = min(len(norms), max(10, len(norms) // 20))
    blocks = np.lib.stride_tricks.sliding_window_view(norms, size)[::size]
    order = np.argsort(np.ptp(blocks, axis=1), kind="stable")
    return float(np.median(blocks[order[: max(1, len(order) // 4)]]))


def try_case(files):
    """Return what became of an export: ``read``, or the code of the refusal; raise for anything else."""
    try:
        with no_hang():
            recordings = parse(files)
    except SurefootError as error:
        if not all(error.to_dict().values()):
            raise AssertionError(f"a refusal with an empty part: {error.to_dict()}") from error
        return error.code
    for recording in recordings:
        norm = quietest(np.linalg.norm(recording.acc_mps2, axis=1))
        if not GRAVITY_MPS2[0] <= norm <= GRAVITY_MPS2[1]:
            raise AssertionError(f"read with {norm:.3f} m/s² at rest")
    return "read"


def run(cases, seed):
    """Return how often what became of the cases, and the faulty ones as (number, source, error)."""
    whole = fixtures()
    names = sorted(whole)
    ends, faults = Counter(), []
    for case in range(cases):
        if case % 10_000 == 0:
            sys.stderr.write(f"case {case}\n")
        name = names[case % len(names)]
        spoilt = spoil(whole[name], np.random.default_rng([seed, case]))
        try:
            ends[try_case(spoilt)] += 1
        except Exception as error:  # noqa: BLE001  (every other end is what is looked for)
            faults.append((case, name, repr(error)))
    return ends, faults


if __name__ == "__main__":
    # Compiled readers may end the whole program, which would otherwise say nothing.
    faulthandler.enable()
    given = [int(word) for word in sys.argv[1:]]
    cases, seed = given + [CASES, SEED][len(given) :]
    counted, wrong = run(cases, seed)
    lines = [str(dict(counted)), *(" ".join(map(str, fault)) for fault in wrong[:50])]
    lines.append(f"{len(wrong)} of {cases} cases ended in neither a recording nor a refusal")
    sys.stdout.write("\n".join(lines) + "\n")
    sys.exit(bool(wrong))
