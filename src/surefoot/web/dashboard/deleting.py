"""Deleting: asked once on a page of its own, then gone from disk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from surefoot import words
from surefoot.errors import DiaryError
from surefoot.web.dashboard import cards as overview
from surefoot.web.dashboard.lookup import find_entry, find_person
from surefoot.web.pages import show_page

if TYPE_CHECKING:
    from surefoot.diary import Diary
    from surefoot.settings import Settings


class Deleting:
    """The pages that remove a trial or a person; of a person `settings` keep nothing either."""

    def __init__(self, diary: Diary, settings: Settings) -> None:
        self._diary = diary
        self._settings = settings

    def routes(self) -> list[Route]:
        """Return the routes that ask, and those that delete."""
        person, trial = "/people/{person}/delete", "/trials/{trial}/delete"
        return [
            Route(person, self.confirm_person),
            Route(person, self.delete_person, methods=["POST"]),
            Route(trial, self.confirm_trial),
            Route(trial, self.delete_trial, methods=["POST"]),
        ]

    def confirm_trial(self, request: Request) -> Response:
        """Ask before a trial is deleted."""
        entry = find_entry(self._diary, request)
        line = overview.trial_line(entry)
        what = (
            f"the trial of {entry.person}, {words.show_when(entry.assessment.setup)} ({line.title.lower()})"
        )
        return show_page("confirm", what=what, person=entry.person, back=f"/trials/{entry.trial}")

    def delete_trial(self, request: Request) -> Response:
        """Remove a trial from disk."""
        entry = find_entry(self._diary, request)
        self._diary.delete(entry.trial)
        left = entry.person in self._diary.everybody()
        return RedirectResponse(f"/people/{entry.person}" if left else "/", 303)

    def confirm_person(self, request: Request) -> Response:
        """Ask before everything of a person is deleted."""
        person, entries = find_person(self._diary, request)
        what = f"everything of {person} ({len(entries)} {'trial' if len(entries) == 1 else 'trials'})"
        return show_page("confirm", what=what, person=person, back=f"/people/{person}")

    def delete_person(self, request: Request) -> Response:
        """Remove everything of a person from disk."""
        person, _ = find_person(self._diary, request)
        self._diary.delete_person(person)
        stopped = self._settings.forget_person(person)
        if stopped is not None:
            raise DiaryError(
                f"Everything of {person} is deleted, but this computer still offers the name.",
                found=f"{stopped.strerror} at {stopped.filename}",
                expected="settings that can be written",
                do="Delete this file, or name another person at the next import.",
            )
        return RedirectResponse("/", 303)
