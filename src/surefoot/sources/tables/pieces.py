"""What a file of an export can be taken apart into, so that some of it may be left out: text and JSON."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from typing import Any, Final, Protocol

from surefoot.errors import UnreadableFileError
from surefoot.sources.tables.text import clean_text, find_layout, split_cells

# Enough rows to tell what a reader looks at; the whole file is read once more to be sure.
_SAMPLE_BYTES: Final = 20_000
_SAMPLE_ROWS: Final = 120
_SAMPLE_RECORDS: Final = 64
_MAX_KEYS: Final = 400
_PART: Final = 200_000
_MAX_PATHS: Final = 2000
_OTHER_LINES: Final = "other lines"
_ODD: Final = "lines that are no row"
_MORE: Final = "cells without a column"
_KEY: Final = re.compile(r'\s*([^:=,;\t]{1,60})"?\s*[:=,;\t]')
_WIDE: Final = 3


class Document(Protocol):
    """A file that can be written again without some of its pieces."""

    @property
    def pieces(self) -> tuple[str, ...]:
        """The names of what can be left out."""

    @property
    def words(self) -> frozenset[int]:
        """The pieces that hold something else than numbers, which may be in the way of nothing but a name."""

    def told(self, dropped: AbstractSet[int]) -> set[str]:
        """Return the names of what is missing from the file without these pieces."""

    def silences(self, dropped: AbstractSet[int]) -> set[str]:
        """Return the names of columns, or of whole sensors, whose warnings go with these pieces."""

    def sample(self) -> Document:
        """Return a short document with the same pieces."""

    def without(self, dropped: AbstractSet[int], emptied: AbstractSet[int]) -> bytes:
        """Return the file less the pieces `dropped`; of those `emptied` the name stays and nothing else."""


def take_apart(data: bytes) -> Document | None:
    """Return the document in `data`, None where it cannot be taken apart."""
    try:
        text = clean_text(data).decode()
    except UnreadableFileError:
        return None
    if text.lstrip()[:1] in ("{", "["):
        return _from_json(text)
    return _from_text(text)


@dataclass(frozen=True, slots=True)
class _Text:
    """Lines: some that tell one thing each, rows of names, and below them rows of cells or such lines."""

    preface: tuple[str, ...]
    header: tuple[str, ...]
    body: str
    delimiter: str
    columns: tuple[str, ...]
    keyed: bool
    keys: tuple[str, ...]
    even: bool = False

    @property
    def pieces(self) -> tuple[str, ...]:
        uneven = (_MORE, _ODD) if self.columns and not self.even else ()
        return (*self.columns, *uneven, *self.keys)

    @property
    def words(self) -> frozenset[int]:
        return frozenset(range(len(self.pieces)))

    def told(self, dropped: AbstractSet[int]) -> set[str]:
        # Two pieces and the key of other lines may be of no line at all.
        return {self.pieces[place] for place in dropped} - {_MORE, _ODD, _OTHER_LINES}

    def silences(self, dropped: AbstractSet[int]) -> set[str]:
        return {name for name in self.told(dropped) if name in self.columns}

    def sample(self) -> _Text:
        size = max(_SAMPLE_BYTES, _SAMPLE_ROWS * (self.body.find("\n") + 1))
        end = self.body.rfind("\n", 0, size) + 1
        return replace(self, body=self.body[:end]) if len(self.body) > size and end else self

    def without(self, dropped: AbstractSet[int], emptied: AbstractSet[int]) -> bytes:
        names = self.pieces
        gone, hollow = ({names[i] for i in places if i >= len(self.columns)} for places in (dropped, emptied))
        above = [*_told(_numbered(self.preface), gone, hollow), *self._cut(self.header, dropped, frozenset())]
        parts = [f"{line}\n" for line in above]
        for part in _parts(self.body):
            lines: Iterable[str] = part.split("\n")
            if self.keyed:
                lines = _told(((_key(line, _OTHER_LINES, self.keys), line) for line in lines), gone, hollow)
            parts.append("\n".join(self._cut(lines, dropped, emptied)))
        return "".join(parts).encode()

    def _cut(
        self, lines: Iterable[str], dropped: AbstractSet[int], emptied: AbstractSet[int]
    ) -> Iterator[str]:
        """Yield rows without the cells of some columns."""
        width = len(self.columns)
        places = [place for place in range(width) if place not in dropped]
        whole = len(places) == width and not (emptied & set(range(width)))
        more, odd = (self.even or place not in dropped for place in (width, width + 1))
        if not width or (whole and more and odd):
            yield from lines
            return
        for line in lines:
            cells = split_cells(line, self.delimiter)
            if len(cells) < width:
                # What does not fit the columns cannot be cut along with them.
                if odd or not line:
                    yield line
                continue
            kept = ["" if place in emptied else cells[place] for place in places]
            yield self.delimiter.join(kept + (cells[width:] if more else []))


def _parts(text: str) -> Iterator[str]:
    """Yield whole lines some hundred thousand letters at a time, so that memory holds few lines at once."""
    start = 0
    while start < len(text):
        end = text.find("\n", start + _PART) + 1 or len(text)
        yield text[start:end]
        start = end


def _from_text(text: str) -> _Text:
    try:
        layout = find_layout(text.encode())
    except UnreadableFileError:
        return _from_lines(text)
    body = layout.body.decode(errors="replace")
    above = text[: len(text) - len(body)].split("\n")[:-1]
    count = _header_rows(above, layout.delimiter, len(layout.names)) if layout.has_header else 0
    preface, header = above[: len(above) - count], above[len(above) - count :]
    columns = layout.names if count or not layout.has_header else ()
    if not columns:
        return _from_lines(text)
    keys = tuple(dict.fromkeys(key for key, _ in _numbered(preface)))
    even = _is_even(body, layout.delimiter, len(columns))
    return _Text(
        tuple(preface), tuple(header), body, layout.delimiter, columns, keyed=False, keys=keys, even=even
    )


def _is_even(body: str, delimiter: str, width: int) -> bool:
    """Tell whether every line has a cell for each column and no more, as nearly all files' lines do."""
    lines = (line for part in _parts(body) for line in part.split("\n"))
    return '"' not in body and all(not line or line.count(delimiter) == width - 1 for line in lines)


def _header_rows(above: Sequence[str], delimiter: str, width: int) -> int:
    """Return how many of the last lines `above` the numbers hold a name, or a unit, for each column."""
    count = 0
    for line in reversed(above):
        if count == 2 or not width <= len(split_cells(line, delimiter)) <= width + 1:
            break
        count += 1
    return count


def _from_lines(text: str) -> _Text:
    """Return a text without a table of numbers: lines by what they tell, and columns where all have them."""
    lines = text.split("\n")
    first = next((place for place, line in enumerate(lines) if line.strip()), 0)
    delimiter = max(";\t,", key=lines[first].count)
    cells = split_cells(lines[first], delimiter)
    filled = [line for line in lines[first:] if line.strip()]
    even = len(filled) <= _MAX_KEYS and all(
        len(split_cells(line, delimiter)) == len(cells) for line in filled
    )
    wide = even and len(cells) >= _WIDE
    header, body = (lines[: first + 1], lines[first + 1 :]) if wide else ([], lines)
    found = dict.fromkeys(_key(line, _OTHER_LINES) for line in body if line.strip())
    keys = tuple(dict.fromkeys([*list(found)[:_MAX_KEYS], _OTHER_LINES]))
    columns = tuple(cell.strip(' "') for cell in cells) if wide else ()
    return _Text((), tuple(header), "\n".join(body), delimiter, columns, keyed=True, keys=keys)


def _numbered(lines: Iterable[str]) -> Iterator[tuple[str, str]]:
    return ((_key(line, f"line {number}"), line) for number, line in enumerate(lines, 1))


def _key(line: str, otherwise: str, known: Sequence[str] | None = None) -> str:
    """Return what a line is about: the words before its first colon, equals sign or delimiter.

    >>> _key("# Subject: Anna", "line 1"), _key("0A0B0C", "line 2")
    ('Subject', 'line 2')
    """
    match = _KEY.match(line)
    key = match[1].strip(' "#@/') if match else ""
    return key if key and (known is None or key in known) else otherwise


def _told(
    lines: Iterable[tuple[str, str]], gone: AbstractSet[str], hollow: AbstractSet[str]
) -> Iterator[str]:
    for key, line in lines:
        if not line.strip() or key not in gone | hollow:
            yield line
        elif key in hollow and key not in gone:
            match = _KEY.match(line)
            yield match[0] if match else ""


Path = tuple[str, ...]
_ITEMS: Final = "[]"


@dataclass(frozen=True, slots=True)
class _Json:
    """A JSON document, and the paths of its keys; records of a list are told apart by their names."""

    content: Any
    paths: tuple[Path, ...]
    words: frozenset[int]
    separators: tuple[str, str]

    @property
    def pieces(self) -> tuple[str, ...]:
        return tuple(_path_name(path) for path in self.paths)

    def told(self, dropped: AbstractSet[int]) -> set[str]:
        gone = {self.paths[place] for place in dropped}
        tops = [path for path in gone if not any(path[:depth] in gone for depth in range(1, len(path)))]
        return {_path_name(path) for path in tops}

    def silences(self, dropped: AbstractSet[int]) -> set[str]:
        steps = (self.paths[place][-1] for place in dropped)
        return {step.strip("[]") for step in steps if step.startswith("[") and step != _ITEMS}

    def sample(self) -> _Json:
        return replace(self, content=_shortened(self.content))

    def without(self, dropped: AbstractSet[int], emptied: AbstractSet[int]) -> bytes:
        gone, hollow = ({self.paths[place] for place in places} for places in (dropped, emptied))
        out = io.BytesIO()
        self._write(out, self.content, (), (gone, hollow))
        return out.getvalue()

    def _write(self, out: io.BytesIO, value: Any, path: Path, left: tuple[set[Path], set[Path]]) -> None:
        """Write JSON less some of its paths, one record of a list at a time, as memory holds it once."""
        comma, colon = (mark.encode() for mark in self.separators)
        if isinstance(value, dict):
            kept = [(key, item) for key, item in value.items() if (*path, key) not in left[0]]
            for number, (key, item) in enumerate(kept):
                out.write((comma if number else b"{") + self._dumped(key) + colon)
                self._write(out, None if (*path, key) in left[1] else item, (*path, key), left)
            out.write(b"}" if kept else b"{}")
        elif isinstance(value, list):
            start = b"["
            for item in value:
                if (*path, _step(item)) not in left[0]:
                    out.write(start + self._dumped(_pruned([item], path, *left)[0]))
                    start = comma
            out.write(b"[]" if start == b"[" else b"]")
        else:
            out.write(self._dumped(value))

    def _dumped(self, value: Any) -> bytes:
        return json.dumps(value, ensure_ascii=False, separators=self.separators).encode()


def _from_json(text: str) -> _Json | None:
    # Of each path whether it ever held a text; a list of all would be larger than the document.
    held: dict[Path, bool] = {}
    try:
        content = json.loads(text)
        for path, value in _paths(content, ()):
            held[path] = held.get(path, False) or isinstance(value, str)
            if len(held) > _MAX_PATHS:
                return None
    except (ValueError, RecursionError):
        return None
    head = text[:4000]
    separators = (", " if re.search(r",\s", head) else ",", ": " if '": ' in head else ":")
    words = frozenset(place for place, is_text in enumerate(held.values()) if is_text)
    return _Json(content, tuple(held), words, separators)


def _paths(value: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    """Yield the path of every key with its value; the items of a list have one path."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield (*path, key), item
            yield from _paths(item, (*path, key))
    elif isinstance(value, list):
        for item in value:
            if isinstance(item, (dict, list, str)):
                yield (*path, _step(item)), item
                yield from _paths(item, (*path, _step(item)))


def _path_name(path: Path) -> str:
    """Return the key at the end of a path, or the sensor whose records are there."""
    steps = [step for step in path if step != _ITEMS]
    return steps[-1].strip("[]") if steps else "items"


def _step(item: Any) -> str:
    """Return what an item of a list is called: all alike, or by the sensor that a record is of."""
    names = (item.get("sensor"), item.get("name")) if isinstance(item, dict) else ()
    return next((f"[{name}]" for name in names if isinstance(name, str)), _ITEMS)


def _pruned(value: Any, path: Path, gone: AbstractSet[Path], hollow: AbstractSet[Path]) -> Any:
    if isinstance(value, dict):
        kept = ((key, item, (*path, key)) for key, item in value.items())
        return {
            key: None if where in hollow else _pruned(item, where, gone, hollow)
            for key, item, where in kept
            if where not in gone
        }
    if isinstance(value, list):
        steps = ((item, (*path, _step(item))) for item in value)
        return [
            None if where in hollow else _pruned(item, where, gone, hollow)
            for item, where in steps
            if where not in gone
        ]
    return value


def _shortened(value: Any) -> Any:
    """Return JSON with the first few hundred items of each list, of each sensor's in a list of records."""
    if isinstance(value, dict):
        return {key: _shortened(item) for key, item in value.items()}
    if not isinstance(value, list):
        return value
    counts: dict[str, int] = {}
    kept = []
    for item in value:
        step = _step(item)
        counts[step] = counts.get(step, 0) + 1
        if counts[step] <= _SAMPLE_RECORDS:
            kept.append(_shortened(item))
    return kept
