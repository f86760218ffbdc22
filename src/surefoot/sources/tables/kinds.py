"""What a file is that is no table: told by its first bytes, so that its owner knows why it is not read."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Final

_BEGINNINGS: Final[tuple[tuple[bytes, str], ...]] = (
    (b"\xff\xd8\xff", "a picture (JPEG)"),
    (b"\x89PNG\r\n\x1a\n", "a picture (PNG)"),
    (b"GIF8", "a picture (GIF)"),
    (b"II*\0", "a picture (TIFF)"),
    (b"MM\0*", "a picture (TIFF)"),
    (b"%PDF-", "a document (PDF)"),
    (b"{\\rtf", "a document (RTF)"),
    (b"ID3", "a sound file (MP3)"),
    (b"\xff\xfb", "a sound file (MP3)"),
    (b"fLaC", "a sound file (FLAC)"),
    (b"OggS", "a sound file or video (Ogg)"),
    (b"caff", "a sound file (CAF)"),
    (b"\x1aE\xdf\xa3", "a video (WebM or Matroska)"),
    (b"Rar!", "an archive (RAR)"),
    (b"7z\xbc\xaf\x27\x1c", "an archive (7z)"),
    (b"\x1f\x8b", "an archive (gzip)"),
    (b"BZh", "an archive (bzip2)"),
    (b"\xfd7zXZ", "an archive (xz)"),
    (b"SQLite format 3\0", "a database (SQLite)"),
    (b"PAR1", "a table in Parquet"),
    (b"\x89HDF\r\n\x1a\n", "a file in HDF5"),
    (b"MZ", "a program"),
    (b"\x7fELF", "a program"),
    (b"bplist", "a property list"),
)
# Of boxes and containers, the letters behind the length or the size tell the kind.
_PARTS: Final[tuple[tuple[bytes, bytes, str], ...]] = (
    (b"RIFF", b"WEBP", "a picture (WebP)"),
    (b"RIFF", b"WAVE", "a sound file (WAV)"),
    (b"RIFF", b"AVI ", "a video (AVI)"),
)
_PICTURES: Final = (b"heic", b"heix", b"mif1", b"avif", b"heim", b"msf1")
_BY_ENDING: Final = {
    "picture": "gif heic jpeg jpg png bmp tif tiff webp",
    "sound file": "aac caf m4a mp3 ogg wav flac",
    "video": "3gp avi mov mp4 webm mkv",
    "track of places": "gpx kml kmz fit tcx",
}


def kind_of(data: bytes) -> str:
    r"""Return what a file is by its beginning; an empty string where that is not known, or may be a table.

    >>> kind_of(b"\xff\xd8\xff\xe0..JFIF"), kind_of(b"\0\0\0\x18ftypheic"), kind_of(b"time,x,y,z\n")
    ('a picture (JPEG)', 'a picture (HEIC)', '')
    """
    if data[4:8] == b"ftyp":
        return "a picture (HEIC)" if data[8:12] in _PICTURES else "a video or sound file (MP4)"
    parted = (kind for head, part, kind in _PARTS if data.startswith(head) and data[8:12] == part)
    begun = (kind for beginning, kind in _BEGINNINGS if data.startswith(beginning))
    return next(parted, "") or next(begun, "")


def kind_called(name: str) -> str:
    """Return what a file is by the ending of its name; an empty string where that tells nothing.

    >>> kind_called("IMG_0001.HEIC"), kind_called("walk.gpx"), kind_called("a.csv")
    ('a picture', 'a track of places', '')
    """
    ending = PurePosixPath(name).suffix.lower().removeprefix(".")
    kind = next((kind for kind, endings in _BY_ENDING.items() if ending in endings.split()), "")
    return f"a {kind}" if kind else ""
