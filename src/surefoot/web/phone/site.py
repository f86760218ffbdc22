"""The phone's site: the recorder page and the few routes it needs, and nothing else."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from surefoot import history, plotting, words
from surefoot.errors import SurefootError
from surefoot.live.guide.timetable import make_timetable, timetable_to_plain
from surefoot.live.inbox import Inbox
from surefoot.live.incoming import Chunk, IncomingTake, Limits
from surefoot.live.phone_page import (
    MAX_PARTS,
    MAX_ROWS,
    PAGE,
    Ending,
    PhoneInfo,
    Row,
    check_part,
    ending_mark,
    pack,
    read_ending,
    read_platform,
)
from surefoot.model import Protocol, Trend, setup_from_plain
from surefoot.protocols import load_protocols
from surefoot.training import hurts_on
from surefoot.web.errors import explain_to_script, report
from surefoot.web.forms import read_plan
from surefoot.web.languages import language_of, script_words
from surefoot.web.live_view import LiveView
from surefoot.web.pages import explain_as_json, read_json, say_missing, show_page, static_route
from surefoot.web.phone.known import KnownPhones
from surefoot.web.pictures import picture_response
from surefoot.web.results import describe_trend, take_result
from surefoot.web.server.middleware import Guard
from surefoot.web.server.tokens import Pass
from surefoot.web.trainer.phone import board_routes
from surefoot.web.trainer.trainer import Trainer

if TYPE_CHECKING:
    from surefoot.diary import Diary
    from surefoot.settings import Settings
    from surefoot.words import Language

FILES: Final[Mapping[str, str]] = {
    "style.css": "text/css",
    "board.js": "text/javascript",
    "phone.css": "text/css",
    "phone.js": "text/javascript",
    "test.css": "text/css",
    "test.js": "text/javascript",
    "player.js": "text/javascript",
    "motion.js": "text/javascript",
    "results.js": "text/javascript",
    "sensors.js": "text/javascript",
    "sending.js": "text/javascript",
    "voice.js": "text/javascript",
    "known.js": "text/javascript",
    "telling.js": "text/javascript",
    "phone.webmanifest": "application/manifest+json",
    "icon-180.png": "image/png",
    "icon-192.png": "image/png",
    "icon-512.png": "image/png",
    "words.js": "text/javascript",
    "icon.svg": "image/svg+xml",
}
MAX_TAKES: Final = 64
LIMITS: Final = Limits(MAX_PARTS, MAX_ROWS, MAX_TAKES, MAX_TAKES)
LARGEST_BODY: Final = 128 * 1024
Telling = Callable[[Mapping[str, Any]], None]


def tell_nobody(_: Mapping[str, Any]) -> None:
    """Keep a result to the phone."""


# What the page says to whom it knows, and where the computer does not answer it.
_OTHERS: Final = (
    *("start.first", "start.same"),
    *("error.computer_away", "error.computer_closed", "error.old_link", "error.forgotten"),
)


def show_phone(request: Request) -> Response:
    """Show the page that makes a phone the sensor, in the language of its browser."""
    language = language_of(request)
    return show_page("phone", language=language, words=script_words(language, "phone", *_OTHERS))


class PhoneDesk:
    """What a phone may ask.

    `clock` tells the wall time with its zone; `known` which phone asks; `tell` is told each take's result.
    """

    def __init__(
        self,
        diary: Diary,
        settings: Settings,
        clock: Callable[[], datetime],
        known: KnownPhones,
        protocols: Mapping[str, Protocol] | None = None,
        tell: Telling = tell_nobody,
    ) -> None:
        self._diary = diary
        self._settings = settings
        self._known = known
        self._tell = tell
        self._clock = clock
        self._protocols = load_protocols() if protocols is None else protocols
        self._inbox = Inbox(diary, settings, explain=report)
        self._finishing = Lock()

    def routes(self) -> list[Route]:
        """Return the routes of the phone's site."""
        take = "/api/takes/{take}"
        return [
            Route("/", show_phone),
            static_route(FILES),
            Route("/api/hello", lambda _: JSONResponse({"welcome": True})),
            Route("/api/sessions", self.announce, methods=["POST"]),
            Route(f"{take}/parts/{{number:int}}", self.take_rows, methods=["POST"]),
            Route(f"{take}/finish", self.finish, methods=["POST"]),
            Route(f"{take}/trend", self.tell_trend),
            Route(f"{take}/trend.svg", self.draw_trend),
        ]

    async def announce(self, request: Request) -> Response:
        """Take the conditions of a session; answer with its whole timetable."""
        words = await read_json(request)
        if isinstance(words, dict) and isinstance(words.get("called"), str):
            words = {**words, "person": self._known.person_called(request, words["called"])}
        plan, phone = read_plan(words), PhoneInfo(read_platform(words), _browser_of(request))
        protocol = self._protocols[plan.test]
        person = plan.setups[0].person
        self._known.begin(request, person)
        may_retry = not hurts_on(self._diary.log(person), self._clock().date())
        timetable = make_timetable(
            protocol, plan.setups[0], plan.attempts, may_retry=may_retry, language=language_of(request).code
        )
        # Each attempt may be tried again while the computer cannot be asked.
        setups = (*plan.setups, *plan.setups)
        names = self._inbox.open([phone.header(PAGE, setup, self._clock()) for setup in setups], LIMITS)
        told = timetable_to_plain(
            timetable, names[: len(plan.setups)], names[len(plan.setups) :], plan.lead_s
        )
        texts = {"title": protocol.title, "stop": protocol.stop_text, "safety": told["words"]["safety"]}
        return JSONResponse({**texts, "task": told["takes"][0]["screen"]["posture"], **told})

    async def take_rows(self, request: Request) -> Response:
        """Take one numbered part of a take."""
        name, number = request.path_params["take"], request.path_params["number"]
        self._find(name)
        # Not on the event loop: it is put on disk, and every other page would wait.
        await run_in_threadpool(self._add, name, number, await read_json(request))
        return Response(status_code=204)

    def _add(self, name: str, number: int, rows: list[Row]) -> None:
        check_part(number, rows)
        packet = pack(number, rows)
        zero = self._clock() - timedelta(seconds=packet.arrival_s) if rows else None
        with suppress(KeyError):  # it made room for others just now: what comes next is told so
            self._inbox.add(name, Chunk(number, packet, len(rows), zero))

    async def finish(self, request: Request) -> Response:
        """Close a take: answer with its result, or with the numbers of the parts that are missing."""
        name = request.path_params["take"]
        take, ending = self._find(name), read_ending(await read_json(request))
        self._known.note_person(request, setup_from_plain(take.header.setup).person)
        return await run_in_threadpool(self._finish, name, take, ending, language_of(request))

    def _finish(self, name: str, take: IncomingTake, ending: Ending, language: Language) -> Response:
        with self._finishing:
            is_news = take.kept is None
            missing = self._inbox.missing(name, ending.parts) if is_news else []
            if missing:
                return JSONResponse({"missing": missing}, 409)
            kept = self._inbox.finish(name, ending_mark(ending, self._clock(), 0.0))
            setup = setup_from_plain(take.header.setup)
            now = self._clock()
            result = take_result(setup, kept, ending.touched_s, self._diary, now, language)
            if is_news:
                with suppress(OSError, ValueError):  # whom it is told may be gone: a closed terminal
                    self._tell(result)
        return JSONResponse(result)

    def close(self) -> tuple[str, ...]:
        """Leave what is not whole to be recovered, as the program ends; return what is left to say."""
        return self._inbox.close()

    def tell_trend(self, request: Request) -> Response:
        """Tell the trend that a finished take belongs to."""
        return JSONResponse(describe_trend(self._trend(request), language_of(request)))

    def draw_trend(self, request: Request) -> Response:
        """Draw the trend that a finished take belongs to."""
        labels = words.metric_labels()
        return picture_response(plotting.plot_trend([self._trend(request)], labels))

    def _find(self, name: str) -> IncomingTake:
        take = self._inbox.find(name)
        if take is None:
            raise HTTPException(404)
        return take

    def _trend(self, request: Request) -> Trend:
        kept = self._find(request.path_params["take"]).kept
        trend = history.trend_with(self._diary, kept.trial) if kept is not None and kept.trial else None
        if trend is None:
            raise HTTPException(404)
        return trend


def _browser_of(request: Request) -> str:
    return request.headers.get("user-agent", "")[:300]


def build_phone(
    diary: Diary,
    settings: Settings,
    passport: Pass,
    hosts: Collection[str],
    *,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC).astimezone().replace(microsecond=0),
    protocols: Mapping[str, Protocol] | None = None,
    trainer: Trainer | None = None,
    tell: Telling = tell_nobody,
    ticks: Callable[[], float] = time.monotonic,
    live: LiveView | None = None,
) -> Starlette:
    """Return the phone's site: the page for everybody, all else for who holds `passport`, or did.

    `hosts` are the names under which phones reach it; `protocols` takes the place of the known ones,
    with a `trainer` a phone can be its sensor on the board; `tell` is told the result of each take.
    `ticks` tells seconds that only rise; `live` shows the test on the computer. Call ``state.close`` of the
    site when the program ends.
    """
    live = live or LiveView()
    known = KnownPhones(diary, settings, passport, clock, ticks, live)

    def tell_both(result: Mapping[str, Any]) -> None:
        live.tell_result(result)
        tell(result)

    desk = PhoneDesk(diary, settings, clock, known, protocols, tell_both)
    site = Starlette(
        routes=[*desk.routes(), *known.routes(), *(board_routes(trainer) if trainer else ())],
        exception_handlers={
            SurefootError: explain_as_json,
            404: say_missing,
            Exception: explain_to_script,
        },
        middleware=[Middleware(Guard, hosts=hosts, admit=known.admit, largest_body=LARGEST_BODY)],
    )
    site.state.close = desk.close
    return site
