"""Bytes to named columns: encodings, delimiters, decimals, zips, and what must not be kept.

Nothing here opens a file. `read_table` reads a numeric table, `read_rows` a small text table, `unpack` a
zip, and `scrub` removes whatever identifies a place or a device from the original export.
"""

from surefoot.tables.archive import Files, is_zip, unpack
from surefoot.tables.columns import Table, read_rows, read_table
from surefoot.tables.encoding import clean_text, first_text
from surefoot.tables.privacy import is_media, private_names, scrub

__all__ = [
    "Files",
    "Table",
    "clean_text",
    "first_text",
    "is_media",
    "is_zip",
    "private_names",
    "read_rows",
    "read_table",
    "scrub",
    "unpack",
]
