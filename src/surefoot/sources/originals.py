"""What of an export is kept: the least that reads to the same recordings.

No list of names decides, neither of what is private nor of what each source needs. Whatever can be left out
without a number, a time or a device's model reading otherwise is left out: members, columns, lines, keys.
What stays is written anew from those pieces, and a member's name is shortened to what the source needs of it.
Notes travel with the trial, so they need not stay in the export. What cannot be taken apart is not kept: the
samples that were read from it stand in its place, as a table.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import PurePosixPath
from typing import Final, Literal

from surefoot.model import Recording
from surefoot.sources.tables import Document, Files, take_apart

Parse = Callable[[Files], Sequence[Recording]]
Holds = Callable[["frozenset[_Change]"], bool]
Way = Literal["dropped", "emptied", "plain", "short"]


@dataclass(frozen=True, slots=True)
class Originals:
    """The files of an export that are kept, and what is not: by ``member`` or ``member: column``."""

    files: dict[str, bytes]
    left_out: tuple[str, ...]


@dataclass(frozen=True, slots=True, order=True)
class _Change:
    """One thing done to an export: to a piece of a member, or to the member itself where `piece` is -1."""

    member: str
    piece: int
    way: Way


_MEMBER: Final = -1
_NAMES_TOLD: Final = 12
_LAST_WORD: Final = re.compile(r"[A-Za-z]+\d*$")
# Names that apps give, which tell nobody anything else.
_OWN_NAMES: Final = re.compile(
    r"(meta/)?(Total|Linear )?(Acceleration|Accelerometer|Gyroscope|Gravity|Metadata|WristMotion|ACC|device|"
    r"time|motion|channels|recording)(Uncalibrated)?[-\d]*\.[a-z]{1,5}"
)


@dataclass(frozen=True, slots=True, eq=False)
class _Export:
    """Files, and a short document of each; a whole one is made where it is asked for, as memory holds few."""

    files: Files
    documents: dict[str, Document | None]
    is_short: bool = False
    cache: dict[tuple[str, frozenset[_Change]], bytes] = field(default_factory=dict)

    def changed(self, changes: AbstractSet[_Change]) -> dict[str, bytes]:
        """Return the files after some changes."""
        of_member: dict[str, set[_Change]] = {}
        for change in changes:
            of_member.setdefault(change.member, set()).add(change)
        kept: dict[str, bytes] = {}
        for member in self.files:
            own = frozenset(of_member.get(member, ()))
            ways = {change.way for change in own if change.piece == _MEMBER}
            if "dropped" not in ways:
                kept[_unused(_renamed(member, ways), kept)] = self._content(member, own)
        return kept

    def _content(self, member: str, changes: frozenset[_Change]) -> bytes:
        inside = frozenset(change for change in changes if change.piece != _MEMBER)
        document = self.documents[member]
        if document is None or not (inside or self.is_short):
            return self.files[member]
        if (member, inside) not in self.cache:
            whole = document if self.is_short else take_apart(self.files[member]) or document
            dropped, emptied = (
                {change.piece for change in inside if change.way == way} for way in ("dropped", "emptied")
            )
            self.cache[member, inside] = whole.without(dropped, emptied)
        return self.cache[member, inside]


def least(files: Files, parse: Parse, rewrite: Callable[[Recording], dict[str, bytes]]) -> Originals:
    """Return the least of `files` that `parse` reads as it reads them, and what was left out; all, if none.

    `rewrite` gives a recording as a table, for what cannot be taken apart.
    """
    right = _read(files, parse)
    if right is None:
        return Originals({}, tuple(sorted(files)))
    whole = _Export(files, {member: _short(data) for member, data in files.items()})
    changes = _least_of(whole, parse, right)
    left_out = _left_out(whole, changes)
    gone = _dropped_members(changes)
    opaque = [m for m, document in whole.documents.items() if document is None and files[m] and m not in gone]
    if not opaque:
        return Originals(whole.changed(changes), left_out)
    tables = _rewritten([rewrite(part) for part in parse(files)])
    samples_alone = [f"{member}: all but its samples" for member in opaque]
    return Originals(tables, tuple(sorted([*left_out, *samples_alone])))


def _short(data: bytes) -> Document | None:
    document = take_apart(data)
    return document and document.sample()


def describe_left_out(names: Sequence[str]) -> str:
    """Return what of an export is not kept, the first few by name.

    >>> describe_left_out(["Location.csv"])
    'Not kept with a trial, as no number rests on it: Location.csv.'
    """
    more = f" and {len(names) - _NAMES_TOLD} more" if len(names) > _NAMES_TOLD else ""
    return f"Not kept with a trial, as no number rests on it: {', '.join(names[:_NAMES_TOLD])}{more}."


def _rewritten(tables: Sequence[Files]) -> dict[str, bytes]:
    """Return the tables of an export's recordings as its files."""
    names = [f"recording-{number}.csv" for number in range(1, len(tables) + 1)]
    contents = [data for table in tables for data in table.values()]
    return dict(zip(names if len(tables) > 1 else ["recording.csv"], contents, strict=True))


def _left_out(whole: _Export, changes: AbstractSet[_Change]) -> tuple[str, ...]:
    gone = _dropped_members(changes)
    names = set(gone)
    for member, document in whole.documents.items():
        if document is not None and member not in gone:
            told = document.told(_pieces_in(member, changes))
            names |= {f"{member}: {name}" for name in told}
    return tuple(sorted(names))


def _silenced(export: _Export, changes: AbstractSet[_Change]) -> set[str]:
    """Return the names of members and columns that are left out: a warning of one goes with it."""
    gone = _dropped_members(changes)
    names = {PurePosixPath(member).stem for member in gone}
    for member, document in export.documents.items():
        if document is not None and member not in gone:
            names |= document.silences(_pieces_in(member, changes))
    return names - {""}


def _pieces_in(member: str, changes: AbstractSet[_Change]) -> set[int]:
    return {change.piece for change in changes if change.member == member} - {_MEMBER}


def _dropped_members(changes: AbstractSet[_Change]) -> set[str]:
    return {change.member for change in changes if change.piece == _MEMBER and change.way == "dropped"}


def _least_of(whole: _Export, parse: Parse, right: _Reading) -> frozenset[_Change]:
    """Return changes after which the export still reads as it did, as many as can be.

    They are found on a short piece of it, where that can be read, and then tried on the whole.
    """
    short = replace(whole, is_short=True, cache={})
    aim = _read(short.changed(frozenset()), parse)
    tried = short if aim else whole
    holds = _holding(tried, parse, aim or right)
    done: frozenset[_Change] = frozenset()
    for open_to in (_members, _pieces("dropped"), _pieces("emptied"), _names("plain"), _names("short")):
        done = _all_that_hold(tuple(open_to(tried, done)), done, holds)
    return _all_that_hold(sorted(done), frozenset(), _holding(whole, parse, right))


def _holding(export: _Export, parse: Parse, right: _Reading) -> Holds:
    """Return the test whether an export reads after some changes as it does without them."""

    def holds(changes: frozenset[_Change]) -> bool:
        now = _read(export.changed(changes), parse)
        if now is None or now.facts != right.facts:
            return False
        if right.warnings.keys() == now.warnings.keys():
            return True
        silenced = _silenced(export, changes)
        lost = [right.warnings[code] for code in right.warnings.keys() - now.warnings.keys()]
        return right.warnings.keys() >= now.warnings.keys() and all(
            any(name in message for name in silenced) for message in lost
        )

    return holds


def _all_that_hold(changes: Sequence[_Change], done: frozenset[_Change], holds: Holds) -> frozenset[_Change]:
    """Return `done` with as many of `changes` as hold together, found by halving."""
    if not changes:
        return done
    together = done | frozenset(changes)
    if holds(together):
        return together
    if len(changes) == 1:
        return done
    half = len(changes) // 2
    return _all_that_hold(changes[half:], _all_that_hold(changes[:half], done, holds), holds)


def _members(export: _Export, _: AbstractSet[_Change]) -> Iterable[_Change]:
    return (_Change(member, _MEMBER, "dropped") for member in export.files)


def _pieces(way: Way) -> Callable[[_Export, AbstractSet[_Change]], Iterable[_Change]]:
    def open_to(export: _Export, done: AbstractSet[_Change]) -> Iterable[_Change]:
        for member, document in export.documents.items():
            places = range(len(document.pieces)) if document else range(0)
            for piece in places if way == "dropped" or document is None else sorted(document.words):
                if not {_Change(member, _MEMBER, "dropped"), _Change(member, piece, "dropped")} & done:
                    yield _Change(member, piece, way)

    return open_to


def _names(way: Way) -> Callable[[_Export, AbstractSet[_Change]], Iterable[_Change]]:
    def open_to(export: _Export, done: AbstractSet[_Change]) -> Iterable[_Change]:
        settled = {change.member for change in done if change.piece == _MEMBER}
        return (
            _Change(m, _MEMBER, way) for m in export.files if m not in settled and _renamed(m, {way}) != m
        )

    return open_to


def _renamed(member: str, ways: AbstractSet[Way]) -> str:
    """Return a member's name less what its owner may have added: a folder, a person, a date."""
    if _OWN_NAMES.fullmatch(member):
        return member
    path = PurePosixPath(member)
    suffix = path.suffix.lower() if re.fullmatch(r"\.[A-Za-z]{1,5}", path.suffix) else ""
    word = _LAST_WORD.search(path.stem)
    if "plain" in ways:
        return f"recording{suffix}"
    return f"{word[0]}{suffix}" if "short" in ways and word else member


def _unused(name: str, taken: AbstractSet[str] | dict[str, bytes]) -> str:
    path = PurePosixPath(name)
    count, free = 1, name
    while free in taken:
        count += 1
        free = f"{path.stem}-{count}{path.suffix}"
    return free


@dataclass(frozen=True, slots=True)
class _Reading:
    """What is read from files, to be compared: every number and name, and the warnings by their codes."""

    facts: Hashable
    warnings: Mapping[str, str]


def _read(files: Files, parse: Parse) -> _Reading | None:
    """Return what is read from files; None where they are refused."""
    try:
        parts = parse(files)
    except Exception:  # noqa: BLE001 (half an export may confuse a reader in any way; then it is not enough)
        return None
    issues = [issue for part in parts for issue in part.issues if issue.severity == "warning"]
    warnings = {
        code: " ".join(i.message for i in issues if i.code == code) for code in {i.code for i in issues}
    }
    return _Reading(tuple(_facts(part) for part in parts), warnings) if parts else None


def _facts(part: Recording) -> Hashable:
    arrays = (part.time_s, part.acc_mps2, part.gyr_radps)
    told = (part.part, part.platform, part.device_model, str(part.started), str(sorted(part.sensors.items())))
    return (told, *(None if values is None else sha256(values.tobytes()).digest() for values in arrays))
