"""Deleting: asked once on a page of its own, then gone from disk."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from surefoot.errors import DiaryError
from surefoot.web.dashboard.lookup import find_entry, find_person
from surefoot.web.languages import language_of
from surefoot.web.pages import show_page
from surefoot.words.home import name_standing

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
        entry, language = find_entry(self._diary, request), language_of(request)
        facts = {
            "name": self._settings.name_of(entry.person),
            "day": language.date_of(entry.when.date(), date.min),
            "time": language.time(entry.when),
            "stance": name_standing(language, entry.assessment.setup),
        }
        what = language.tell("delete.test", **facts)
        return show_page("confirm", language=language, what=what, back=f"/trials/{entry.trial}")

    def delete_trial(self, request: Request) -> Response:
        """Remove a trial from disk."""
        entry = find_entry(self._diary, request)
        self._diary.delete(entry.trial)
        left = entry.person in self._diary.everybody()
        return RedirectResponse(f"/people/{entry.person}" if left else "/", 303)

    def confirm_person(self, request: Request) -> Response:
        """Ask before everything of a person is deleted."""
        person, entries = find_person(self._diary, request)
        language, count = language_of(request), len(entries)
        facts = {"name": self._settings.name_of(person), "n": language.count(count)}
        what = language.tell_count("delete.person", count, **facts)
        return show_page("confirm", language=language, what=what, back=f"/people/{person}")

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
