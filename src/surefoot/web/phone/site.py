"""The phone's site: the recorder page and the few routes it needs, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from datetime import UTC, datetime
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
from surefoot.live.phone_page import Desk, Ending, Reception, read_ending, take_part
from surefoot.model import Protocol, Trend
from surefoot.protocols import load_protocols
from surefoot.training import hurts_on
from surefoot.web.errors import explain_to_script
from surefoot.web.forms import read_plan
from surefoot.web.pages import explain_as_json, read_json, say_missing, show_page, static_route
from surefoot.web.phone.results import describe_trend, keep_take
from surefoot.web.pictures import picture_response
from surefoot.web.server.middleware import Guard, Refusal
from surefoot.web.server.tokens import Pass
from surefoot.web.trainer.phone import board_routes
from surefoot.web.trainer.trainer import Trainer

if TYPE_CHECKING:
    from surefoot.diary import Diary
    from surefoot.settings import Settings

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
    "icon.svg": "image/svg+xml",
}
LARGEST_BODY: Final = 128 * 1024
_SCAN: Final = (
    "Scan the code that the computer shows now under “Record with a phone” or “Board trainer”, or start "
    "Surefoot there anew."
)
_NO_PASS: Final = Refusal(401, f"This page is opened by a code. {_SCAN}")
_PASS_UNKNOWN: Final = Refusal(401, f"The code of this page is used up. {_SCAN}")


Telling = Callable[[Mapping[str, Any]], None]


def tell_nobody(_: Mapping[str, Any]) -> None:
    """Keep a result to the phone."""


class PhoneDesk:
    """What a phone may ask.

    `clock` tells the wall time with its zone; `tell` is told each take's result.
    """

    def __init__(
        self,
        diary: Diary,
        settings: Settings,
        clock: Callable[[], datetime],
        protocols: Mapping[str, Protocol] | None = None,
        tell: Telling = tell_nobody,
    ) -> None:
        self._diary = diary
        self._settings = settings
        self._tell = tell
        self._clock = clock
        self._protocols = load_protocols() if protocols is None else protocols
        self._desk = Desk()

    def routes(self) -> list[Route]:
        """Return the routes of the phone's site."""
        take = "/api/takes/{take}"
        return [
            Route("/", lambda _: show_page("phone")),
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
        plan = read_plan(await read_json(request))
        protocol = self._protocols[plan.test]
        person = plan.setups[0].person
        may_retry = not hurts_on(self._diary.log(person), self._clock().date())
        timetable = make_timetable(protocol, plan.setups[0], plan.attempts, may_retry=may_retry)
        # Each attempt may be tried again while the computer cannot be asked.
        names = self._desk.announce((*plan.setups, *plan.setups))
        told = timetable_to_plain(
            timetable, names[: len(plan.setups)], names[len(plan.setups) :], plan.lead_s
        )
        texts = {"title": protocol.title, "stop": protocol.stop_text, "safety": told["words"]["safety"]}
        return JSONResponse({**texts, "task": told["takes"][0]["screen"]["posture"], **told})

    async def take_rows(self, request: Request) -> Response:
        """Take one numbered part of a take."""
        reception = self._find(request)
        # Not on the event loop: while a take is assessed its lock is held, and every other page would wait.
        await run_in_threadpool(take_part, reception, request.path_params["number"], await read_json(request))
        return Response(status_code=204)

    async def finish(self, request: Request) -> Response:
        """Close a take: answer with its result, or with the numbers of the parts that are missing."""
        reception = self._find(request)
        ending = read_ending(await read_json(request))
        browser = request.headers.get("user-agent", "")[:300]
        return await run_in_threadpool(self._close, reception, ending, browser)

    def _close(self, reception: Reception, ending: Ending, browser: str) -> Response:
        with reception.lock:
            if reception.result is None:
                missing = reception.missing(ending.parts)
                if missing:
                    return JSONResponse({"missing": missing}, 409)
                reception.result = keep_take(
                    reception, ending, self._diary, self._settings, self._clock(), browser
                )
                reception.parts.clear()
                with suppress(OSError, ValueError):  # whom it is told may be gone: a closed terminal
                    self._tell(reception.result)
        return JSONResponse(reception.result)

    def tell_trend(self, request: Request) -> Response:
        """Tell the trend that a finished take belongs to."""
        return JSONResponse(describe_trend(self._trend(request)))

    def draw_trend(self, request: Request) -> Response:
        """Draw the trend that a finished take belongs to."""
        labels = words.metric_labels()
        return picture_response(plotting.plot_trend([self._trend(request)], labels))

    def _find(self, request: Request) -> Reception:
        reception = self._desk.find(request.path_params["take"])
        if reception is None:
            raise HTTPException(404)
        return reception

    def _trend(self, request: Request) -> Trend:
        result = self._find(request).result or {}
        trend = history.trend_with(self._diary, result["trial"]) if "trial" in result else None
        if trend is None:
            raise HTTPException(404)
        return trend


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
) -> Starlette:
    """Return the phone's site: the page for everybody, all else for who holds `passport`.

    `hosts` are the names under which phones reach it; `protocols` takes the place of the known ones,
    with a `trainer` a phone can be its sensor on the board; `tell` is told the result of each take.
    """

    def admit(request: Request) -> Refusal | None:
        if not str(request.scope["path"]).startswith("/api/"):
            return None
        given = request.headers.get("authorization", "").removeprefix("Bearer").strip()
        if passport.accepts(given):
            return None
        return _PASS_UNKNOWN if given else _NO_PASS

    return Starlette(
        routes=[
            *PhoneDesk(diary, settings, clock, protocols, tell).routes(),
            *(board_routes(trainer) if trainer else ()),
        ],
        exception_handlers={
            SurefootError: explain_as_json,
            404: say_missing,
            Exception: explain_to_script,
        },
        middleware=[Middleware(Guard, hosts=hosts, admit=admit, largest_body=LARGEST_BODY)],
    )
