"""What a reader asked for while it read an export, so that what it passed over can be told.

A `Table` notes its columns as they are asked for, and the functions that read whole files note those; nothing
is noted outside `asking`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Final

_NOW: Final[ContextVar[Asked | None]] = ContextVar("asked", default=None)


@dataclass(slots=True)
class Asked:
    """Files read whole, the columns of tables, those that were asked for, and what was passed over."""

    members: set[str] = field(default_factory=set)
    tables: dict[str, tuple[str, ...]] = field(default_factory=dict)
    columns: set[tuple[str, str]] = field(default_factory=set)
    passed_over: list[str] = field(default_factory=list)

    def unread(self, member: str) -> tuple[str, ...] | None:
        """Return the columns of a file that nobody asked for, None where nothing in it was asked for.

        >>> asked = Asked(tables={"a.csv": ("t", "x", "bpm")}, columns={("a.csv", "t"), ("a.csv", "x")})
        >>> asked.unread("a.csv"), asked.unread("b.csv")
        (('bpm',), None)
        """
        names = self.tables.get(member, ())
        own = tuple(name for name in names if (member, name) not in self.columns)
        if names and len(own) < len(names):
            return own
        return () if member in self.members else None


@contextmanager
def asking(asked: Asked | None) -> Iterator[None]:
    """Note in `asked` whatever is read meanwhile; None lets nothing be noted, as while columns are tried."""
    token = _NOW.set(asked)
    try:
        yield
    finally:
        _NOW.reset(token)


def note_member(member: str) -> None:
    """Note that a file is read as a whole."""
    now = _NOW.get()
    if now is not None:
        now.members.add(member)


def note_table(member: str, names: tuple[str, ...]) -> None:
    """Note the columns of a table that is made of a file."""
    now = _NOW.get()
    if now is not None and member:
        now.tables[member] = names


def note_column(member: str, name: str) -> None:
    """Note that a column of a table is asked for."""
    now = _NOW.get()
    if now is not None:
        now.columns.add((member, name))


def note_passed_over(names: Iterable[str]) -> None:
    """Note sensors that a reader knows of and leaves aside."""
    now = _NOW.get()
    if now is not None:
        now.passed_over += names
