"""What the address of a page names: a person or a trial of the diary, else nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException
from starlette.requests import Request

from surefoot.diary.log import people_with_log
from surefoot.errors import DiaryError

if TYPE_CHECKING:
    from surefoot.diary import Diary, Entry


def find_person(diary: Diary, request: Request) -> tuple[str, tuple[Entry, ...]]:
    """Return the pseudonym in the address and the person's trials. Raises HTTPException 404 for nobody."""
    person = diary.known_as(request.path_params["person"])
    if not knows_person(diary, person):
        raise HTTPException(404)
    return person, diary.entries(person)


def knows_person(diary: Diary, person: str) -> bool:
    """Return whether the diary has anything of a person."""
    return person in list_known(diary, diary.entries(person))


def list_known(diary: Diary, entries: Sequence[Entry]) -> list[str]:
    """Return everybody of whom the diary has a trial, a training log or a word, by pseudonym."""
    described = {person.pseudonym for person in diary.people()}
    logging = {diary.known_as(person) for person in people_with_log(diary.root)}
    return sorted(described | {entry.person for entry in entries} | logging)


def find_entry(diary: Diary, request: Request) -> Entry:
    """Return the trial in the address. Raises HTTPException 404 for none."""
    try:
        return diary.entry(request.path_params["trial"])
    except DiaryError:
        raise HTTPException(404) from None
