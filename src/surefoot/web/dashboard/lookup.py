"""What the address of a page names: a person or a trial of the diary, else nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException
from starlette.requests import Request

from surefoot.errors import DiaryError

if TYPE_CHECKING:
    from surefoot.diary import Diary, Entry


def find_person(diary: Diary, request: Request) -> tuple[str, tuple[Entry, ...]]:
    """Return the pseudonym in the address and the person's trials. Raises HTTPException 404 for nobody."""
    person = diary.known_as(request.path_params["person"])
    entries = diary.entries(person)
    if not entries and person not in diary.everybody():
        raise HTTPException(404)
    return person, entries


def find_entry(diary: Diary, request: Request) -> Entry:
    """Return the trial in the address. Raises HTTPException 404 for none."""
    try:
        return diary.entry(request.path_params["trial"])
    except DiaryError:
        raise HTTPException(404) from None
