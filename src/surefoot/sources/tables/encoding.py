"""Bytes of unknown encoding to UTF-8 with plain line ends."""

from __future__ import annotations

import codecs
import re
from typing import Final

from surefoot.errors import UnreadableFileError
from surefoot.sources.tables.kinds import kind_of

_UTF16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_PAIRS: Final = re.compile(rb"[\xa1-\xf7][\xa1-\xfe]")
_PREFACE: Final = re.compile(r"\A(?:(?:sep=)?[,\s]*\n|sep=.?,*\s*\n)+", re.IGNORECASE)
_PART: Final = 100_000
_CONTROL: Final = re.compile(rb"[\x00-\x08\x0e-\x1f]")


def clean_text(data: bytes, name: str = "the file") -> bytes:
    r"""Return `data` as UTF-8 without byte order mark, its lines ended by ``\n``.

    UTF-8 and UTF-16 with or without their marks, GBK where high bytes come in pairs, Windows-1252 otherwise.
    Raises UnreadableFileError for an empty file and for binary data.

    >>> clean_text("\ufeffa;b\r\n1,5;−2".encode("utf-16")).decode()
    'a;b\n1,5;−2'
    """
    if not data or data.isspace():
        raise UnreadableFileError(
            f"{_named(name)} is empty.",
            found=f"{len(data)} bytes",
            expected="a recording",
            do="Export the recording again.",
        )
    text = _utf16(data, name) if data.startswith(_UTF16) else data.removeprefix(codecs.BOM_UTF8)
    if _CONTROL.search(text, 0, 4096) or b"\x00" in text:
        raise _not_text(name, kind_of(data))
    text = _utf8(text, name)
    return text.replace(b"\r\n", b"\n").replace(b"\r", b"\n") if b"\r" in text else text


def first_text(data: bytes, size: int = 4096) -> str:
    """Return the beginning of `data` as text, an empty string where it is none; never raises.

    >>> first_text(b"time,x"), first_text(bytes([0, 1, 2]))
    ('time,x', '')
    """
    try:
        return clean_text(data[:size]).decode()
    except UnreadableFileError:
        return ""


def table_head(data: bytes, size: int = 4096) -> str:
    r"""Return the beginning of a table as apps write it, however a spreadsheet re-saved it; never raises.

    Without a ``sep=`` line, blank lines and quotes, and with commas between the cells.

    >>> table_head(b'sep=;\r\n\r\n"time"; "x"\r\n0,5;1,5\r\n')
    'time,x\n0,5,1,5\n'
    """
    plain = re.sub(r"[;\t] *|, +", ",", first_text(data, size).replace('"', ""))
    return skip_preface(plain)


def skip_preface(text: str) -> str:
    r"""Return text without blank lines and a ``sep=`` line, whole or mangled, at its beginning.

    >>> skip_preface("sep=,,,,\n\ntime,x\n")
    'time,x\n'
    """
    return _PREFACE.sub("", text)


def _utf16(data: bytes, name: str) -> bytes:
    whole = data[: len(data) // 2 * 2]
    try:
        return whole.decode("utf-16").removeprefix("\ufeff").encode()
    except UnicodeError:
        raise _not_text(name) from None


def _utf8(text: bytes, name: str) -> bytes:
    if text.isascii():
        return text
    wrong = _first_wrong(text)
    if wrong >= len(text) - 3:
        return text[:wrong]
    try:
        return (_gbk(text) or text.decode("cp1252")).encode()
    except UnicodeDecodeError:
        raise _not_text(name) from None


def _first_wrong(text: bytes) -> int:
    """Return where `text` ceases to be UTF-8; decoded in parts, as one rare letter would swell them all."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    for start in range(0, len(text), _PART):
        pending, part = len(decoder.getstate()[0]), text[start : start + _PART]
        if not pending and part.isascii():
            continue
        try:
            decoder.decode(part)
        except UnicodeDecodeError as error:
            return start - pending + error.start
    return len(text) - len(decoder.getstate()[0])


def _gbk(text: bytes) -> str:
    """Return Chinese text; an empty string where high bytes do not come in pairs (``²`` stands alone).

    The last pair may be cut.
    """
    for whole in (text, text[:-1]):
        if not whole.isascii() and _PAIRS.sub(b"", whole).isascii():
            return whole.decode("gbk", errors="replace")
    return ""


def _not_text(name: str, kind: str = "") -> UnreadableFileError:
    return UnreadableFileError(
        f"{_named(name)} cannot be read as text.",
        found=kind or "binary data",
        expected="text (UTF-8, UTF-16, GBK or Windows-1252) or a zip of text files",
        do="Export as CSV or JSON; `surefoot show formats` lists what can be read.",
    )


def _named(name: str) -> str:
    return name[:1].upper() + name[1:] if name.startswith("the ") else name
