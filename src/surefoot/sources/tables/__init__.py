"""Bytes to named columns: encodings, delimiters, decimals, zips, workbooks, and their pieces.

Nothing here opens a file. `read_table` reads a numeric table, `read_rows` a small text table, `unpack` a
zip, `read_xls` and `read_xlsx` a workbook, and `take_apart` opens a file so that some of it can be left out.
"""

from surefoot.sources.tables.asked import Asked, asking, note_member, note_passed_over
from surefoot.sources.tables.columns import Table, read_rows, read_table
from surefoot.sources.tables.containers import Files, is_xls, is_xlsx, is_zip, read_xls, read_xlsx, unpack
from surefoot.sources.tables.pieces import Document, take_apart
from surefoot.sources.tables.privacy import is_media, private_names
from surefoot.sources.tables.text import (
    clean_text,
    first_text,
    kind_called,
    kind_of,
    skip_preface,
    table_head,
)

__all__ = [
    "Asked",
    "Document",
    "Files",
    "Table",
    "asking",
    "clean_text",
    "first_text",
    "is_media",
    "is_xls",
    "is_xlsx",
    "is_zip",
    "kind_called",
    "kind_of",
    "note_member",
    "note_passed_over",
    "private_names",
    "read_rows",
    "read_table",
    "read_xls",
    "read_xlsx",
    "skip_preface",
    "table_head",
    "take_apart",
    "unpack",
]
