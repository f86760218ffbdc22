"""Phones that know the way: let in again by a key of their own, for tests of their own person and no more."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from surefoot import history
from surefoot.errors import UsageError
from surefoot.web.languages import language_of
from surefoot.web.live_view import LiveView, read_moment
from surefoot.web.pages import read_json
from surefoot.web.phone_book import KnownPhone, PhoneBook
from surefoot.web.server.middleware import Refusal, explain_as_text
from surefoot.web.server.proofs import Questions, is_key, is_signed, read_bytes
from surefoot.web.server.tokens import Pass

if TYPE_CHECKING:
    from surefoot.diary import Diary
    from surefoot.settings import Settings

IDLE_S: Final = 2 * 3600.0
_GUEST: Final = "surefoot.guest"
# What a phone may ask to prove itself, before it is let in.
_KNOCKING: Final = ("/api/phones/question", "/api/phones/proof")
# What a known phone may ask without an invitation: to test, and its own person's last result.
_MAY: Final = re.compile(r"/api/(hello|last|live|sessions|phones/forget|takes/[^/]+/.+)")
_NO_PASS: Final = Refusal(401, "no_code")
_PASS_UNKNOWN: Final = Refusal(401, "code_used")
_NOT_KNOWN: Final = Refusal(401, "not_known")
_MORE: Final = Refusal(403, "test_only")


@dataclass(frozen=True, slots=True)
class _Guest:
    """A phone that was let in: by the code that it scanned, or by its key alone."""

    phone: str
    is_invited: bool
    passport: Pass


class KnownPhones:
    """Who may ask what of the phone's site: whoever scanned the code, and phones that did so once.

    `clock` tells the wall time with its zone, `ticks` seconds that only rise; `live` shows what they do.
    """

    def __init__(
        self,
        diary: Diary,
        settings: Settings,
        passport: Pass,
        clock: Callable[[], datetime],
        ticks: Callable[[], float] = time.monotonic,
        live: LiveView | None = None,
    ) -> None:
        self._diary, self._settings = diary, settings
        self._passport = passport
        self._clock, self._ticks = clock, ticks
        self._live = live or LiveView()
        self._book = PhoneBook(settings)
        self._questions = Questions(ticks)
        self._guests: dict[str, _Guest] = {}

    def routes(self) -> list[Route]:
        """Return the routes by which a phone is known, comes back, and is forgotten."""
        return [
            Route("/api/phones", self.welcome, methods=["POST"]),
            Route("/api/phones/question", lambda _: JSONResponse({"question": self._questions.ask()})),
            Route("/api/phones/proof", self.let_in, methods=["POST"]),
            Route("/api/phones/forget", self.forget, methods=["POST"]),
            Route("/api/last", self.tell_last),
            Route("/api/live", self.take_moment, methods=["POST"]),
        ]

    def admit(self, request: Request) -> Refusal | None:
        """Return why a request is refused, None where it may go on."""
        path = str(request.scope["path"])
        if not path.startswith("/api/") or path in _KNOCKING:
            return None
        given = request.headers.get("authorization", "").removeprefix("Bearer").strip()
        if self._passport.accepts(given):
            self._live.arrive()
            return None
        guest = next((each for each in self._guests.values() if each.passport.accepts(given)), None)
        if guest is None:
            return _PASS_UNKNOWN if given else _NO_PASS
        if self._book.find(guest.phone, self._clock()) is None:
            del self._guests[guest.phone]
            return _NOT_KNOWN
        if not guest.is_invited and not _MAY.fullmatch(path):
            return _MORE
        self._passport.use()
        self._live.arrive()
        request.scope[_GUEST] = guest
        return None

    def person_called(self, request: Request, called: str) -> str:
        """Return whom a phone calls so; without the code that is its own person, and never somebody new."""
        own = self._own_person(request)
        if not own:
            return history.person_called(self._diary, self._settings, called)
        name = " ".join(called.split()).casefold()
        if name in ("", own.casefold(), self._settings.name_of(own).casefold()):
            return own
        raise _another_person()

    def begin(self, request: Request, person: str) -> None:
        """Take note of whose test comes. Raises UsageError for another's than a known phone's own."""
        own = self._own_person(request)
        if own and own.casefold() != person.casefold():
            raise _another_person()
        self._live.begin(person)

    async def take_moment(self, request: Request) -> Response:
        """Take where the test stands, for the computer's screen; answer whether that asks to stop it."""
        return JSONResponse({"stop": self._live.take(read_moment(await read_json(request)))})

    def note_person(self, request: Request, person: str) -> None:
        """Remember whom a phone has tested: its own person from now on."""
        guest, phone = self._who(request)
        if guest is not None and phone is not None and (guest.is_invited or not phone.person):
            self._book.note(guest.phone, self._clock(), person)

    async def welcome(self, request: Request) -> Response:
        """Make a phone known that came by the code; where it cannot be kept, it goes on with the code."""
        told = await read_json(request)
        key = read_bytes(told.get("key")) if isinstance(told, dict) else b""
        if not is_key(key):
            raise _no_proof()
        origin = f"https://{request.headers['host']}"
        phone = await run_in_threadpool(self._book.welcome, key, origin, self._clock())
        if phone is None:
            return JSONResponse({"known": False})
        return self._enter(request, phone, is_invited=True)

    async def let_in(self, request: Request) -> Response:
        """Let a phone in that signed its question; 401 for every other."""
        told = await read_json(request)
        told = told if isinstance(told, dict) else {}
        question, signature = str(told.get("question", "")), read_bytes(told.get("signature"))
        phone = self._book.find(str(told.get("phone", "")), self._clock())
        message = f"surefoot\n{request.headers['host']}\n{question}".encode()
        is_proven = (
            phone is not None
            and self._questions.is_open(question)
            and is_signed(phone.key, signature, message)
            and self._questions.answer(question)
        )
        if phone is None or not is_proven:
            return explain_as_text(request, _NOT_KNOWN)
        await run_in_threadpool(self._book.note, phone.name, self._clock())
        self._passport.use()
        return self._enter(request, phone, is_invited=False)

    def forget(self, request: Request) -> Response:
        """Forget the phone that asks for it."""
        guest, _ = self._who(request)
        if guest is not None:
            self._book.forget(guest.phone)
            self._guests.pop(guest.phone, None)
        return JSONResponse({"said": language_of(request).tell("settings.phone_forgotten")})

    def tell_last(self, request: Request) -> Response:
        """Tell what the phone's own person is called, and the last day's seconds on each leg."""
        _, phone = self._who(request)
        if phone is None or not phone.person:
            return JSONResponse({})
        told = {"person": phone.person, "name": self._settings.names().get(phone.person, "")}
        return JSONResponse({**told, **_last_of(self._diary, phone.person)})

    def _enter(self, request: Request, phone: KnownPhone, *, is_invited: bool) -> Response:
        guest = _Guest(phone.name, is_invited, Pass(IDLE_S, self._ticks))
        self._guests[phone.name] = guest
        language = language_of(request)
        called = language.tell(f"settings.phone_called.{phone.number}")
        return JSONResponse(
            {
                "known": True,
                "phone": phone.name,
                "pass": guest.passport.show(),
                "said": language.tell("settings.phone_known", phone=called),
                "forget": language.tell("settings.phone_forget"),
            }
        )

    def _own_person(self, request: Request) -> str:
        """Return whom alone the phone that asks may test; empty where it may test everybody."""
        guest, phone = self._who(request)
        return phone.person if guest is not None and phone is not None and not guest.is_invited else ""

    def _who(self, request: Request) -> tuple[_Guest | None, KnownPhone | None]:
        guest: _Guest | None = request.scope.get(_GUEST)
        return guest, self._book.find(guest.phone, self._clock()) if guest is not None else None


def _last_of(diary: Diary, person: str) -> dict[str, Any]:
    entries = [entry for entry in diary.entries(person) if not entry.assessment.setup.practice]
    if not entries:
        return {}
    day = entries[-1].when.date()
    held = {
        entry.assessment.setup.leg: entry.assessment.values["hold_time_s"]
        for entry in entries
        if entry.when.date() == day and "hold_time_s" in entry.assessment.values
    }
    return {"when": entries[-1].when.isoformat(), "held_s": held}


def _another_person() -> UsageError:
    return UsageError(
        "This phone knows the way for another person.",
        found="somebody else",
        expected="the person whom this phone tested last",
        do="Scan the code on the computer to test somebody else.",
    )


def _no_proof() -> UsageError:
    return UsageError(
        "This phone cannot be known.",
        found="no key",
        expected="the public key that the page makes",
        do="Load the page again.",
    )
