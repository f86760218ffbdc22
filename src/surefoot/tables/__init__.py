"""Bytes to named columns: encodings, delimiters, decimals, zips, workbooks, and what must not be kept.

Nothing here opens a file. `read_table` reads a numeric table, `read_rows` a small text table, `unpack` a
zip, `read_xls` and `read_xlsx` a workbook, and `scrub` removes whatever identifies a place or a device from
the original export.
"""

from surefoot.tables.archive import Files, is_zip, unpack
from surefoot.tables.asked import Asked, asking, note_member, note_passed_over
from surefoot.tables.columns import Table, read_rows, read_table
from surefoot.tables.encoding import clean_text, first_text, skip_preface, table_head
from surefoot.tables.kinds import kind_called, kind_of
from surefoot.tables.privacy import is_media, private_names, scrub
from surefoot.tables.workbook import is_xls, is_xlsx, read_xls, read_xlsx

__all__ = [
    "Asked",
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
    "scrub",
    "skip_preface",
    "table_head",
    "unpack",
]
