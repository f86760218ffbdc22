"""Spoil exports whose number is known, see which numbers go wrong without a word, and write mutations.md.

``python docs/validation/make_mutations.py [CASES] [SEED]``, with the reference recordings where
``$SUREFOOT_REFERENCE_DATA`` says. A case is *silently wrong* where the number that carries the verdict differs by more
than 2 % from that of the whole export and no issue is told that the whole one does not have. Where a spoilt export is
read as several recordings, each is one case's worth of harm: one wrong is a wrong case.
"""

from __future__ import annotations

import os
import re
import resource
import sys
import time
import warnings
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, partial
from io import BytesIO
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from surefoot.assessment import assess
from surefoot.errors import SurefootError
from surefoot.model import Setup
from surefoot.preparation import prepare
from surefoot.simulate import stance
from surefoot.sources import discover, parse

sys.path.append(str(Path(__file__).parents[2] / "tests" / "support"))
from writers import write as write_as

PAGE = Path(__file__).with_name("mutations.md")
BUNDLED = Path(__file__).parents[2] / "recordings"
CASES, SEED = 9_000, 20261201
WRONG = 0.02
PROCESSES = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
# How often each kind is drawn, in per cent.
SHARES = {
    "frozen blocks": 3, "cut lines": 3, "scaled or turned tails": 5, "single cells": 2, "gaps and shifts of time": 2,
    "columns exchanged": 2, "bytes and digits": 7, "rounding": 3, "words for numbers": 3, "layout and rows": 70,
}  # fmt: skip
_NUMBER = re.compile(rb"^\s*\"?[-+]?\d[\d.,]*(?:[eE][-+]?\d+)?\"?\s*$")


@dataclass(frozen=True)
class Base:
    """An export whose number is known: its files, the setup, the number and the issues it has when whole."""

    name: str
    files: dict
    setup: Setup
    key: str
    value: float
    codes: frozenset


@dataclass
class Table:
    """The rows of a text table as cells; `first` is the first row of numbers."""

    rows: list
    separator: bytes
    first: int

    @property
    def width(self) -> int:
        return len(self.rows[self.first])

    @property
    def body(self) -> range:
        return range(self.first, len(self.rows))

    def join(self) -> bytes:
        return b"\n".join(self.separator.join(row) for row in self.rows) + b"\n"


def read_table(data: bytes) -> Table | None:
    """Return `data` as a table where at least a hundred rows of one width are numbers, else None."""
    if b"\0" in data[:4096]:
        return None
    lines = data.replace(b"\r\n", b"\n").rstrip(b"\n").split(b"\n")
    for separator in (b"\t", b";", b","):
        rows = [line.split(separator) for line in lines]
        width = len(rows[len(rows) // 2])
        first = next((i for i, row in enumerate(rows) if len(row) == width and _is_numeric(row)), None)
        if width > 2 and first is not None and len(rows) - first >= 100:
            return Table(
                [row for row in rows if len(row) == width or rows.index(row) < first], separator, first
            )
    return None


def _is_numeric(row: list) -> bool:
    return sum(bool(_NUMBER.match(cell)) for cell in row) >= max(3, len(row) - 2)


# --- the mutations of a table: each changes it in place --------------------------------------------------------------
def _inner(table: Table, draw, least_share=0.05):
    """Return a stretch of rows inside the body, never reaching either end of it."""
    count = len(table.body)
    length = max(2, int(draw.integers(2, max(3, int(count * 0.2)))))
    start = table.first + 1 + int(draw.integers(max(1, count - length - 2)))
    return start, min(start + length, len(table.rows) - 1)


def _sensor_columns(table: Table) -> list:
    """Columns whose numbers do not only rise: everything but clocks."""
    found = []
    for column in range(table.width):
        values = [_number(table.rows[row][column]) for row in table.body]
        known = np.array([value for value in values if value is not None])
        if known.size > 10 and np.any(np.diff(known) < 0):
            found.append(column)
    return found


def _clock_columns(table: Table) -> list:
    return [column for column in range(table.width) if column not in _sensor_columns(table)]


def _number(cell: bytes):
    try:
        return float(cell.strip().strip(b'"').replace(b",", b"."))
    except ValueError:
        return None


def _write(value: float, like: bytes) -> bytes:
    text = repr(float(value)).encode()
    if b"," in like and b"." not in like:
        text = text.replace(b".", b",")
    return b'"' + text + b'"' if like.strip().startswith(b'"') else text


def _change(table: Table, rows, columns, new: Callable[[float], float]) -> None:
    for row in rows:
        for column in columns:
            value = _number(table.rows[row][column])
            if value is not None:
                table.rows[row][column] = _write(new(value), table.rows[row][column])


def freeze(table: Table, draw) -> None:
    start, stop = _inner(table, draw)
    columns = _sensor_columns(table)
    for row in range(start, stop):
        for column in columns:
            table.rows[row][column] = table.rows[start][column]


def cut_lines(table: Table, draw) -> None:
    """Cut some lines inside, or the last line in its middle."""
    count = int(draw.integers(1, 30))
    for row in draw.integers(table.first, len(table.rows), count).tolist():
        line = table.separator.join(table.rows[row])
        table.rows[row] = line[: int(draw.integers(1, max(2, len(line))))].split(table.separator)


def turn_tail(table: Table, draw) -> None:
    start = table.first + int(draw.integers(len(table.body)))
    factor = float(draw.choice([-1.0, 0.5, 2.0, 9.80665, 1 / 9.80665, 1.1, 0.9, 1000.0]))
    columns = _sensor_columns(table)
    chosen = columns if draw.random() < 0.5 or not columns else [int(draw.choice(columns))]
    _change(table, range(start, len(table.rows)), chosen, lambda value: value * factor)


def change_cell(table: Table, draw) -> None:
    row, column = int(draw.integers(table.first, len(table.rows))), int(draw.integers(table.width))
    kind = int(draw.integers(4))
    changes = (lambda v: v * 10, lambda v: -v, lambda v: 0.0, lambda v: v + 100)
    _change(table, [row], [column], changes[kind])


def shift_time(table: Table, draw) -> None:
    clocks = _clock_columns(table)
    if not clocks:
        return
    start = table.first + 1 + int(draw.integers(len(table.body) - 1))
    size = float(draw.choice([0.03, 0.2, 1, 10, 512, 1e6])) * float(draw.choice([-1, 1]))
    chosen = clocks if draw.random() < 0.5 else [int(draw.choice(clocks))]
    _change(table, range(start, len(table.rows)), chosen, lambda value: value + size)


def exchange_columns(table: Table, draw) -> None:
    a, b = draw.choice(table.width, 2, replace=False).tolist()
    whole = draw.random() < 0.5
    for row in range(0 if whole else table.first, len(table.rows)):
        cells = table.rows[row]
        if len(cells) == table.width:
            cells[a], cells[b] = cells[b], cells[a]


def round_cells(table: Table, draw) -> None:
    digits = int(draw.integers(0, 4))
    columns = range(table.width) if draw.random() < 0.5 else _sensor_columns(table)
    _change(table, table.body, columns, lambda value: round(value, digits))


def say_words(table: Table, draw) -> None:
    word = [b"NaN", b"n/a", b"", b"error", b"-", b"null", b"#REF!", "–".encode()][int(draw.integers(8))]
    share = float(draw.choice([0.001, 0.01, 0.05, 0.2]))
    columns = _sensor_columns(table) if draw.random() < 0.5 else range(table.width)
    for row in table.body:
        if draw.random() < share and columns:
            table.rows[row][int(draw.choice(list(columns)))] = word


def double_rows(table: Table, draw) -> None:
    start, stop = _inner(table, draw)
    part = [list(row) for row in table.rows[start:stop]]
    if draw.random() < 0.5:
        table.rows[stop:stop] = part
    else:
        table.rows[start:stop] = [copy for row in part for copy in (row, list(row))]


def reverse_rows(table: Table, draw) -> None:
    start, stop = (table.first, len(table.rows)) if draw.random() < 0.3 else _inner(table, draw)
    table.rows[start:stop] = table.rows[start:stop][::-1]


def drop_rows(table: Table, draw) -> None:
    if draw.random() < 0.5:
        start, stop = _inner(table, draw)
        del table.rows[start:stop]
        return
    share = float(draw.choice([0.01, 0.05, 0.2, 0.5]))
    middle = [row for row in table.rows[table.first + 1 : -1] if draw.random() >= share]
    table.rows[table.first + 1 : -1] = middle


def shuffle_rows(table: Table, draw) -> None:
    start, stop = (table.first, len(table.rows)) if draw.random() < 0.3 else _inner(table, draw)
    part = table.rows[start:stop]
    table.rows[start:stop] = [part[index] for index in draw.permutation(len(part))]


def append_again(table: Table, draw) -> None:
    """The whole export pasted beneath itself, with its header or without."""
    first = 0 if draw.random() < 0.5 else table.first
    table.rows += [list(row) for row in table.rows[first:]]


def add_column(table: Table, draw) -> None:
    name = [b"Label", b"note", b"pain", b"HR (bpm)", b""][int(draw.integers(5))]
    at = 0 if draw.random() < 0.3 else table.width
    for index, row in enumerate(table.rows):
        row.insert(at, name if index < table.first else str(int(draw.integers(100))).encode())


def drop_column(table: Table, draw) -> None:
    at = int(draw.integers(table.width))
    for row in table.rows:
        if at < len(row):
            del row[at]


def separate_otherwise(table: Table, draw) -> None:
    table.separator = [b",", b";", b"\t", b"|", b" "][int(draw.integers(5))]


def write_comma(table: Table, draw) -> None:
    """Decimal commas, with a separator that goes with them or not."""
    table.rows = [[cell.replace(b".", b",") for cell in row] for row in table.rows]
    if draw.random() < 0.8:
        table.separator = b";"


def drop_header(table: Table, draw) -> None:
    del table.rows[: table.first]
    table.first = 0


def write_above(table: Table, draw) -> None:
    lines = [[b"Exported by my phone"], [b""], [b"# comment"], [b"sep=" + table.separator]]
    table.rows[:0] = [lines[int(draw.integers(4))] for _ in range(int(draw.integers(1, 4)))]


def quote_cells(table: Table, draw) -> None:
    table.rows = [[b'"' + cell.strip(b'"') + b'"' for cell in row] for row in table.rows]


def pad_cells(table: Table, draw) -> None:
    table.rows = [[b" " + cell + b"  " for cell in row] for row in table.rows]


def end_with_separator(table: Table, draw) -> None:
    table.rows = [[*row, b""] for row in table.rows]


def blank_lines(table: Table, draw) -> None:
    every = int(draw.choice([2, 10, 100]))
    table.rows = [row for i, r in enumerate(table.rows) for row in ([r, [b""]] if i % every == 0 else [r])]


# --- of bytes ---------------------------------------------------------------------------------------------------------
def flip_bytes(data: bytes, draw) -> bytes:
    spoilt = bytearray(data)
    for _ in range(int(draw.integers(1, 9))):
        spoilt[int(draw.integers(len(spoilt)))] = int(draw.integers(256))
    return bytes(spoilt)


def change_digits(data: bytes, draw) -> bytes:
    places = [match.start() for match in re.finditer(rb"\d", data)]
    spoilt = bytearray(data)
    for place in draw.choice(places or [0], int(draw.integers(1, 9))).tolist():
        spoilt[place] = 48 + int(draw.integers(10))
    return bytes(spoilt)


def encode_otherwise(data: bytes, draw) -> bytes:
    text = data.decode("utf-8", "replace")
    name = ["utf-16", "utf-8-sig", "utf-16-le", "latin-1", "utf-32", "cp1252"][int(draw.integers(6))]
    return text.encode(name, "replace")


def end_lines_otherwise(data: bytes, draw) -> bytes:
    return data.replace(b"\n", [b"\r\n", b"\r", b"\n\n", b"\r\r\n"][int(draw.integers(4))])


def append_rubbish(data: bytes, draw) -> bytes:
    return data + [b"\x1a", b"\0" * 512, b"<html>", b"\n\n--- end ---\n", b"NaN"][int(draw.integers(5))]


TABLES = {
    "frozen blocks": (freeze,),
    "cut lines": (cut_lines,),
    "scaled or turned tails": (turn_tail,),
    "single cells": (change_cell,),
    "gaps and shifts of time": (shift_time,),
    "columns exchanged": (exchange_columns,),
    "rounding": (round_cells,),
    "words for numbers": (say_words,),
    "layout and rows": (
        double_rows, reverse_rows, drop_rows, shuffle_rows, append_again, add_column, drop_column, separate_otherwise,
        write_comma, drop_header, write_above, quote_cells, pad_cells, end_with_separator, blank_lines,
    ),
}  # fmt: skip
BYTES = {
    "bytes and digits": (flip_bytes, change_digits),
    "layout and rows": (encode_otherwise, end_lines_otherwise, append_rubbish),
}


def spoil(files: dict, kind: str, draw) -> tuple[str, dict] | None:
    """Return the name of the fault and `files` with it in one member; None where the kind does not fit."""
    tables = {name: table for name, data in files.items() if (table := read_table(data))}
    choices = [*TABLES.get(kind, ())] * bool(tables) + [*BYTES.get(kind, ())]
    if not choices:
        return None
    fault = choices[int(draw.integers(len(choices)))]
    if fault in BYTES.get(kind, ()):
        name = [*files][int(draw.integers(len(files)))]
        return (fault.__name__, {**files, name: fault(files[name], draw)}) if files[name] else None
    name = [*tables][int(draw.integers(len(tables)))]
    fault(tables[name], draw)
    return fault.__name__, {**files, name: tables[name].join()}


# --- the exports -----------------------------------------------------------------------------------------------------
def _unzipped(data: bytes) -> dict:
    with zipfile.ZipFile(BytesIO(data)) as packed:
        return {name: packed.read(name) for name in packed.namelist() if not name.endswith("/")}


def exports() -> Iterator[tuple[str, dict, Setup]]:
    """Yield exports with names and setups: bundled ones, what each source writes, real ones."""
    for path in sorted(BUNDLED.glob("*.zip"))[::3]:
        leg = "left" if "left" in path.name else "right"
        eyes = "closed" if "closed" in path.name else "open"
        setup = Setup(leg=leg, eyes=eyes, sensor_height_m=1.0)
        if "board" in path.name:
            setup = Setup(test="wobble-board", placement="board", surface="board")
        yield path.stem, _unzipped(path.read_bytes()), setup
    for number, name in enumerate(sorted(discover())):
        recording = stance(100 + number)[0]
        started = datetime(2026, 3, 2, 8, tzinfo=UTC)
        told = {"platform": "ios", "device_model": "Model 7", "started": started}
        written = type(recording)(recording.time_s, recording.acc_mps2, recording.gyr_radps, **told)
        yield f"made, {name}", dict(write_as(name, written)), Setup(leg="left", sensor_height_m=1.0)
    data = Path(os.environ["SUREFOOT_REFERENCE_DATA"])
    two = Setup(test="two-legs", placement="pocket")
    yield "mPower", _folder(data / "phone/mpower/DERIVED_deviceMotion_balance.json"), two
    for name in ("example", "_609d", "_3ca5"):
        (path,) = (data / "phone/dispel_sbt").glob(f"{name}*.json")
        yield f"static balance test {name}", _folder(path), Setup(test="two-legs")
    yield (
        "phone on a table, phyphox",
        _folder(data / "phone/phyphox/ios_custom_static60s"),
        Setup(test="two-legs"),
    )
    yield (
        "mhealthtools",
        _folder(data / "balance/mpower_style_balance_mhealthtools/mhealthtools_balance_iphone.csv"),
        two,
    )


def _folder(path: Path) -> dict:
    if path.is_file():
        return {path.name: path.read_bytes()}
    return {
        str(each.relative_to(path)): each.read_bytes() for each in sorted(path.rglob("*")) if each.is_file()
    }


def look(files: dict, setup: Setup) -> list:
    """Return key, number and issues' codes of each recording of an export that is assessed; refusals as their code."""
    try:
        recordings = parse(files)
    except SurefootError as error:
        return [error.code]
    found = []
    for recording in recordings:
        try:
            result = assess(prepare(recording, setup))
        except SurefootError as error:
            found.append(error.code)
            continue
        key = result.headline
        codes = frozenset(issue.code for issue in result.issues)
        found.append((key, result.values.get(key, 0.0), codes))
    return found


@cache
def bases() -> list:
    """Return the exports that have a number when whole."""
    found = []
    for name, files, setup in exports():
        seen = [each for each in look(files, setup) if not isinstance(each, str)]
        if len(seen) == 1:
            ((key, value, codes),) = seen
            found.append(Base(name, files, setup, key, value, codes))
    return found


def judge(base: Base, files: dict) -> str:
    """Return ``refused``, ``told``, ``right`` or ``wrong``; raise whatever is not a refusal."""
    numbers = [each for each in look(files, base.setup) if not isinstance(each, str)]
    if not numbers:
        return "refused"
    ends = [_judge_number(base, *number) for number in numbers]
    return next(end for end in ("wrong", "told", "right") if end in ends)


def _judge_number(base: Base, key: str, value: float, codes: frozenset) -> str:
    if codes - base.codes or key != base.key:
        return "told"
    return "right" if abs(value / base.value - 1) <= WRONG else "wrong"


def attempt(seed: int, case: int) -> tuple:
    """Return how a case ended as (kind, fault, base, end, seconds of CPU)."""
    draw = np.random.default_rng([seed, case])
    weights = np.array([*SHARES.values()], dtype=float) / sum(SHARES.values())
    kind = [*SHARES][int(draw.choice(len(SHARES), p=weights))]
    spoilt = None
    while spoilt is None:
        base = bases()[int(draw.integers(len(bases())))]
        spoilt = spoil(base.files, kind, draw)
    before = time.process_time()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            end = judge(base, spoilt[1])
    except Exception as error:  # noqa: BLE001  (every other end is what is looked for)
        end = f"crash: {error!r}"
    row = (kind, spoilt[0], base.name, end, time.process_time() - before)
    if end.startswith(("wrong", "crash")):
        print(case, *row, flush=True)
    return row


def run(cases: int, seed: int) -> list:
    """Return how each case ended, on two processors."""
    bases()
    with ProcessPoolExecutor(2, get_context("fork")) as pool:
        return list(pool.map(partial(attempt, seed), range(cases), chunksize=20))


def write(rows: list, cases: int, seed: int) -> str:
    """Return the page."""
    ends = Counter(row[3].split(":")[0] for row in rows)
    assessed = ends["wrong"] + ends["told"] + ends["right"]
    lines = []
    for kind in SHARES:
        mine = Counter(row[3].split(":")[0] for row in rows if row[0] == kind)
        lines.append(
            f"| {kind} | {sum(mine.values())} | {mine['refused']} | {mine['told']} | {mine['right']} | {mine['wrong']} |"
        )
    table = "\n".join(lines)
    slowest = max(row[4] for row in rows)
    peak_mb = max(resource.getrusage(who).ru_maxrss for who in PROCESSES) / 1024
    by_fault = Counter(row[1] for row in rows if row[3] == "wrong")
    which = ", ".join(f"{name.replace('_', ' ')} {count}" for name, count in by_fault.most_common()) or "none"
    return f"""# Spoilt exports

Made by `python docs/validation/make_mutations.py {cases} {seed}`: one fault in one of {len(bases())} exports whose number is
known (bundled simulated ones, what each source writes of a simulated stance, real ones). *Silently wrong*: the number that
carries the verdict is off by more than 2 % and nothing is told that the whole export does not tell as well.

**Of {assessed} spoilt exports that were assessed, {ends["wrong"]} ({100 * ends["wrong"] / max(1, assessed):.2f} %) were silently wrong**;
{ends["crash"]} of {len(rows)} ended in anything but a number or a refusal. The slowest took {slowest:.1f} s of CPU; the process
needed {peak_mb:.0f} MB at its peak.

| kind | cases | refused | told | right | silently wrong |
|---|---|---|---|---|---|
{table}

Silently wrong by fault: {which}.

A file cut cleanly at the end of a line is only shorter, and not among the cases.

**What this is worth.** What is left, by hand: one horizontal axis a tenth larger or smaller in an export that writes all
digits a number has (where an app writes so many digits or decimals, what was multiplied has others, and is told), from
before the window on (in real people who stand, what the gyroscope tells makes gravity 0.8 to 1.4 times as large as it is,
so that a tenth all along cannot be seen) or within it where noise hides it; such an axis without a gyroscope; acceleration
without gravity, scaled together with the gyroscope; rows dropped where nothing tells the time. A spreadsheet that rounds
what it multiplied to the decimals it had hides it from the check of digits.
"""


def main() -> None:
    """Write the page."""
    given = [int(word) for word in sys.argv[1:]]
    cases, seed = given + [CASES, SEED][len(given) :]
    PAGE.write_text(write(run(cases, seed), cases, seed), encoding="utf-8")


if __name__ == "__main__":
    main()
