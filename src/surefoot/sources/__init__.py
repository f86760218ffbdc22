"""File bytes to recordings: which app wrote them, and what its numbers mean.

Each file in `formats` is one source, found by its content and never by a file name's ending. A source has
a `TITLE`, ``claims(files)`` and ``parse(files)``; where an app writes one file, `one_table` or `one_file`
makes these two. `read` does everything at once; `collect`, `identify` and `parse` are its steps.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Final, Protocol, cast

from surefoot.errors import AmbiguousFormatError, SourceError, UnknownFormatError, unknown_word
from surefoot.model import Recording
from surefoot.plugins import load
from surefoot.sources import formats
from surefoot.sources.collection import Export, collect, with_mapping
from surefoot.sources.inference.mapping import Proposal, Question, keys_of
from surefoot.sources.named import check_name, contradictions, propose_conditions
from surefoot.sources.originals import Originals, describe_left_out, least
from surefoot.sources.passed_over import not_read
from surefoot.sources.tables import Asked, Files, asking, first_text, kind_of, private_names

__all__ = [
    "GENERIC",
    "MAPPING",
    "Export",
    "Files",
    "Originals",
    "Proposal",
    "Question",
    "Source",
    "check_name",
    "collect",
    "contradictions",
    "describe_left_out",
    "discover",
    "hash_files",
    "identify",
    "keep_originals",
    "keys_of",
    "parse",
    "propose_conditions",
    "read",
    "with_mapping",
]

GENERIC: Final = "generic_csv"
_LOOKED_AT: Final = 40_000
MAPPING: Final = "mapping.toml"


class Source(Protocol):
    """What a source's module offers."""

    TITLE: str

    def claims(self, files: Files) -> bool:
        """Tell by the first bytes whether the files are this app's."""

    def parse(self, files: Files) -> tuple[Recording, ...]:
        """Return the recordings in an export."""


@cache
def discover() -> Mapping[str, Source]:
    """Return every source by its key: the files in `formats`, and entry points ``surefoot.sources``."""
    return MappingProxyType(cast("dict[str, Source]", load(formats, "parse", "surefoot.sources")))


def identify(files: Files, source: str | None = None) -> str:
    """Return the key of the source that wrote the files; `source` settles it.

    Raises UnknownFormatError where none claims them, AmbiguousFormatError where several do.
    """
    known = discover()
    if source is not None:
        if source in known:
            return source
        do = "See `surefoot show formats` for all of them, or leave --source out."
        raise unknown_word("source", source, known, do, UnknownFormatError)
    claimed = [key for key, module in known.items() if key != GENERIC and module.claims(files)]
    if MAPPING in files or (not claimed and known[GENERIC].claims(files)):
        return GENERIC
    if len(claimed) == 1:
        return claimed[0]
    raise _undecided(files, claimed)


def parse(files: Files, source: str | None = None) -> tuple[Recording, ...]:
    """Return the recordings in an export, with their source, hash and what must not be kept.

    The hash is SHA-256 over the sorted names and bytes of the files, the column mapping aside.
    """
    key = identify(files, source)
    with asking(asked := Asked()):
        recordings = discover()[key].parse(files)
    if not recordings:
        raise _undecided(files, [])
    sha256, dropped = hash_files(files, but=MAPPING), private_names(files)
    told = [(part, (*part.issues, *not_read(files, asked, part))) for part in recordings]
    return tuple(
        replace(part, source=key, sha256=sha256, dropped_columns=dropped, issues=issues)
        for part, issues in told
    )


def keep_originals(files: Files, source: str) -> Originals:
    """Return what of an export is kept: the least of its files from which `source` reads the same recordings.

    The files that stay are still known as this source's where they were before.
    """
    from surefoot.sources.formats.generic_csv import write

    is_own = _is_known_as(files, source)

    def parse_own(some: Files) -> tuple[Recording, ...]:
        parts = discover()[source].parse(some)
        return parts if not is_own or _is_known_as(some, source) else ()

    return least(files, parse_own, write)


def _is_known_as(files: Files, source: str) -> bool:
    try:
        return identify(files) == source
    except SourceError:
        return False


def read(
    paths: Path | str | Iterable[Path | str], source: str | None = None, mapping: Path | str | None = None
) -> tuple[Recording, ...]:
    """Return every recording in files and folders: loose tables, zips, JSON.

    `mapping` names a TOML file that tells the columns of a table no app is known for. Raises a SourceError
    that says what was found and what to do.
    """
    exports = collect(paths)
    if mapping is not None:
        told = collect(mapping)[0].files
        exports = tuple(with_mapping(export, MAPPING, next(iter(told.values()))) for export in exports)
    return tuple(recording for export in exports for recording in parse(export.files, source))


def _undecided(files: Files, claimed: list[str]) -> UnknownFormatError | AmbiguousFormatError:
    members = ", ".join(sorted(files))[:120]
    if not claimed:
        return UnknownFormatError(
            "No known app wrote this.",
            found=f"{members}: {_impression(files)}" if members else "no files",
            expected="the export of an app or a sensor, or a table of numbers with a header",
            do="Export as CSV or JSON; `surefoot show formats` lists what is known.",
        )
    choices = " or ".join(f"--source {key}" for key in claimed)
    return AmbiguousFormatError(
        "More than one app could have written this.",
        found=f"{members}: {' and '.join(claimed)}",
        expected="files of one app",
        do=f"Choose with {choices}, or give each app's files by themselves.",
    )


def _impression(files: Files) -> str:
    """Say what the largest file looks like, so that its owner can tell why nobody knows it."""
    data = max(files.values(), key=len, default=b"")
    text = first_text(data, _LOOKED_AT)
    if not data or not text:
        return kind_of(data) or "binary data" if data else "nothing"
    if len(data) > _LOOKED_AT and "\n" not in text:
        return f"a first line of more than {_LOOKED_AT:,} letters"
    return f"text that begins with {text.strip()[:40]!r}"


def hash_files(files: Files, but: str = "") -> str:
    """Return SHA-256 over the sorted names and bytes of files, `but` one of them."""
    digest = hashlib.sha256()
    for member, data in sorted(files.items()):
        if member != but:
            digest.update(f"{member}\0{len(data)}\0".encode())
            digest.update(data)
    return digest.hexdigest()
