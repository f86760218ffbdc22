"""JSON exports: read once, wrong shapes refused in plain words."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from surefoot.errors import UnreadableFileError
from surefoot.sources.tables import clean_text, first_text, note_member

# A value takes up to a hundred bytes in memory, an object three times as much.
_MAX_VALUES: Final = 2_000_000
_MAX_BYTES: Final = 30_000_000


def json_members(files: Mapping[str, bytes]) -> Iterator[tuple[str, str]]:
    """Yield the name and the first few thousand characters of each JSON member."""
    heads = ((member, json_head(data)) for member, data in sorted(files.items()))
    yield from ((member, text) for member, text in heads if text)


def json_head(data: bytes) -> str:
    """Return the first few thousand characters of JSON, an empty string of anything else; never raises."""
    return first_text(data) if data.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\0")[:1] in (b"{", b"[") else ""


def read_json(data: bytes, member: str) -> Any:
    """Return the JSON in `data`; raises UnreadableFileError where it is cut off, malformed or too large."""
    note_member(member)
    values = data.count(b",") + data.count(b"[") + 3 * data.count(b"{")
    if values > _MAX_VALUES or len(data) > _MAX_BYTES:
        raise UnreadableFileError(
            f"{member} is larger than any recording of a test.",
            found=f"{len(data) / 1e6:.0f} MB of JSON",
            expected="at most 30 MB, or 20 minutes of samples",
            do="Export as CSV, which takes less memory, or a shorter part of the recording.",
        )
    try:
        return json.loads(clean_text(data, member))
    except (ValueError, RecursionError) as error:
        raise UnreadableFileError(
            f"{member} is not whole JSON.",
            found=str(error)[:80],
            expected="the JSON file as the app wrote it",
            do="Export or copy the file again.",
        ) from None


@contextmanager
def expecting(member: str, shape: str) -> Iterator[None]:
    """Turn the errors of walking through unknown JSON into one refusal."""
    try:
        yield
    except (AttributeError, IndexError, KeyError, OverflowError, TypeError, ValueError) as error:
        raise UnreadableFileError(
            f"{member} does not hold what this app writes.",
            found=f"{type(error).__name__}: {error}"[:80],
            expected=shape,
            do="Export the recording again from the app.",
        ) from None
