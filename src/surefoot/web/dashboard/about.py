"""What Surefoot knows about somebody: a name for this computer, the hurt ankle, the height; or nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from surefoot import history
from surefoot.errors import DiaryError, SetupError
from surefoot.model import MEASURES, Injury, Person
from surefoot.protocols.conditions import check_past
from surefoot.web.dashboard.home import latest_injury
from surefoot.web.dashboard.lookup import find_person
from surefoot.web.languages import COOKIE, language_of
from surefoot.web.pages import show_page
from surefoot.words.home_language import LANGUAGES

if TYPE_CHECKING:
    from surefoot.diary import Diary
    from surefoot.settings import Settings

LONGEST_NAME: Final = 60
ANKLES: Final = ("left", "right", "none")
_YEAR_S: Final = 365 * 86400


class About:
    """The page of what is known of somebody, and of somebody new; `clock` tells the time with its zone."""

    def __init__(self, diary: Diary, settings: Settings, clock: Callable[[], datetime]) -> None:
        self._diary = diary
        self._settings = settings
        self._clock = clock

    def routes(self) -> list[Route]:
        """Return the routes that show and change it, and the choice of a language."""
        about = "/people/{person}/about"
        return [
            Route("/people/new", self.show_new),
            Route("/people/new", self.add_person, methods=["POST"]),
            Route(about, self.show_about),
            Route(about, self.change_about, methods=["POST"]),
            Route("/language", self.choose_language, methods=["POST"]),
        ]

    def show_new(self, request: Request) -> Response:
        """Show the form for somebody new."""
        return self._show(request, "", "", None)

    def show_about(self, request: Request) -> Response:
        """Show what is known of somebody."""
        person, _ = find_person(self._diary, request)
        return self._show(
            request, person, self._settings.names().get(person, ""), history.person_of(self._diary, person)
        )

    async def add_person(self, request: Request) -> Response:
        """Take somebody new into the diary, under a pseudonym that tells nothing."""
        words = read_words(await request.body())
        known = self._diary.everybody()
        person = history.next_pseudonym(known)
        described = describe_from(words, Person(person), self._clock().date())
        self._diary.welcome(described)
        self._name(person, words)
        return RedirectResponse(f"/people/{person}", 303)

    async def change_about(self, request: Request) -> Response:
        """Change what is known of somebody."""
        person, _ = find_person(self._diary, request)
        words = read_words(await request.body())
        self._diary.welcome(
            describe_from(
                words, history.person_of(self._diary, person) or Person(person), self._clock().date()
            )
        )
        self._name(person, words)
        return RedirectResponse(f"/people/{person}", 303)

    async def choose_language(self, request: Request) -> Response:
        """Remember the language that a browser chose, and show the page it came from."""
        words = read_words(await request.body())
        answer = RedirectResponse(_own_path(words.get("back", "")), 303)
        if words.get("language") in LANGUAGES:
            answer.set_cookie(COOKIE, words["language"], max_age=_YEAR_S, httponly=True, samesite="strict")
        return answer

    def _name(self, person: str, words: Mapping[str, str]) -> None:
        name = "".join(letter for letter in words.get("name", "") if letter.isprintable())[:LONGEST_NAME]
        stopped = self._settings.remember_name(person, name)
        if stopped is not None:
            raise DiaryError(
                "This computer cannot keep the name.",
                found=f"{stopped.strerror} at {stopped.filename}",
                expected="settings that can be written",
                do="Make room or free the folder, then save once more.",
            )

    def _show(self, request: Request, person: str, name: str, described: Person | None) -> Response:
        language, injury = language_of(request), latest_injury(described)
        height_m = described.height_m if described else None
        return show_page(
            "about",
            language=language,
            person=person,
            name=name,
            ankle=injury.side if injury else "",
            since=injury.on.isoformat() if injury else "",
            latest=self._clock().date().isoformat(),
            height_cm=f"{100 * height_m:.0f}" if height_m else "",
            languages=LANGUAGES,
        )


def read_words(body: bytes) -> dict[str, str]:
    """Return the words of a sent form; of a field given twice the last, of too many fields none."""
    try:
        sent = parse_qs(body.decode("utf-8", "replace"), max_num_fields=20)
    except ValueError:
        return {}
    return {name: words[-1].strip() for name, words in sent.items()}


def describe_from(words: Mapping[str, str], known: Person, today: date) -> Person:
    """Return a person with ankle, day and height of a form; an empty field forgets.

    An ankle without a day was hurt today. Raises SetupError for a day ahead and for a height that nobody has.
    """
    injuries = known.injuries
    ankle, latest = words.get("ankle", ""), latest_injury(known)
    if ankle in ("left", "right"):
        on = _day(words.get("since", "")) or (latest.on if latest and latest.side == ankle else today)
        check_past(words.get("since", ""), on, today)
        others = tuple(each for each in injuries if each != latest)
        injuries = (*others, Injury("left" if ankle == "left" else "right", on))
    elif ankle == "none":
        injuries = ()
    return replace(known, injuries=injuries, height_m=_height_m(words.get("height_cm", "")))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _height_m(text: str) -> float | None:
    if not text:
        return None
    measure = MEASURES["body_height_m"]
    try:
        height_m = float(text.replace(",", ".")) / 100
    except ValueError:
        height_m = 0.0
    if not measure.low <= height_m <= measure.high:
        raise SetupError(
            "This height cannot be meant.",
            found=repr(text),
            expected="50 to 250 centimetres",
            do="Give the height in centimetres, or leave it empty.",
        )
    return height_m


def _own_path(path: str) -> str:
    """Return `path` where it is one of this site, else the first page."""
    return path if re.fullmatch(r"/[\w/.-]*", path) and not path.startswith("//") else "/"
