"""A phone on the board as the trainer's sensor: rows in numbered parts, some twenty-five times a second."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from math import inf
from typing import TYPE_CHECKING, Any, Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from surefoot.errors import UsageError
from surefoot.live.disk_sync import Saving
from surefoot.live.log import State
from surefoot.live.phone_page import BOARD, PhoneInfo, Row, check_rows, follow, pack, read_platform
from surefoot.live.sender import Follow
from surefoot.model import Setup
from surefoot.web.languages import language_of, script_words
from surefoot.web.pages import read_json, show_page
from surefoot.web.trainer.feeds import BoardSensor, RoundJournal, TakeSamples, Tell
from surefoot.web.trainer.trainer import Trainer

if TYPE_CHECKING:
    from surefoot.diary import Diary

PHONE: Final = "phone"
PRESENT_S: Final = 3.0
MOST_ROWS: Final = 60_000
HERE: Final = "The phone is here."
INSTEAD: Final = f"Another phone is here, in place of one that had sent nothing for {PRESENT_S:g} s."


class PhoneFeed:
    """A phone that has still to come, or has; its rows are in a journal as it sent them."""

    def __init__(self, clock: Callable[[], datetime] = lambda: datetime.now().astimezone()) -> None:
        self.name = ""
        self._phone = PhoneInfo()
        self._clock = clock
        self._next = 0
        self._take: TakeSamples | None = None
        self._tell: Tell = lambda _: None
        self.round, self._kept = RoundJournal(), 0
        self._zero: datetime | None = None
        self._follow: Follow | None = None
        self._said = "Waiting for the phone: scan the code below with it."

    async def run(self, take: TakeSamples, tell: Tell) -> None:
        """Wait until cancelled; the rows come by `take_part`. A round cut short is left to be recovered."""
        self._take, self._tell = take, tell
        tell(self._said)

        def told(state: State) -> None:
            tell(state.text)

        try:
            await Saving(lambda: [self.round.journal], told).run()
        finally:
            self.round.leave()

    def adopt(self, phone: PhoneInfo, said: str = HERE) -> str:
        """Take a phone as the one that sends, and return the name under which it does."""
        self.name, self._phone = secrets.token_urlsafe(16), phone
        self._follow = follow(phone.header(BOARD, Setup(), self._clock()))
        self._say(said)
        return self.name

    def turn_away(self) -> None:
        """Say that a further phone wanted to send."""
        self._say(
            f"A second phone was turned away; the first one stays until it is silent for {PRESENT_S:g} s."
        )

    def _say(self, text: str) -> None:
        self._said = text
        self._tell(text)

    def take_part(self, number: int, rows: list[Row]) -> bool:
        """Take the next part; one that came before changes nothing. False where one is missing before it."""
        if number != self._next:
            return number < self._next
        self._next += 1
        if not rows:
            return True
        packet = pack(number, rows)
        if self._zero is None:
            self._zero = self._clock() - timedelta(seconds=packet.arrival_s)
        if self._kept < MOST_ROWS:
            self._kept += len(rows)
            self.round.append(packet)
        if self._take is not None and self._follow is not None:
            for samples in self._follow(packet):
                self._take(samples)
        return True

    def begin(self, start_s: float, setup: Setup, diary: Diary) -> None:
        """Keep the rows from now on."""
        self._kept = 0
        header = self._phone.header(BOARD, setup, self._zero or self._clock())
        self.round.begin(header, start_s, diary.live_folder(setup.person))


PHONE_SOURCE: Final = BoardSensor("a phone on the board", PhoneFeed)


def board_routes(trainer: Trainer) -> list[Route]:
    """Return the routes of the phone's site with which it becomes the sensor of `trainer`."""
    desk = _BoardDesk(trainer)
    return [
        Route("/board", show_board),
        Route("/api/board", desk.announce, methods=["POST"]),
        Route("/api/board/{name}/parts/{number:int}", desk.take_rows, methods=["POST"]),
    ]


def show_board(request: Request) -> Response:
    """Show the page of a phone on the board, in the language of its browser."""
    language = language_of(request)
    # The scripts that read the sensors and send what they tell are those of the test.
    shared = script_words(language, "phone", "error.computer_away", "error.computer_closed")
    return show_page("board", language=language, words={**shared, **script_words(language, "board")})


class _BoardDesk:
    def __init__(self, trainer: Trainer) -> None:
        self._trainer = trainer
        self._seen_s = -inf
        self._changing = asyncio.Lock()

    async def announce(self, request: Request) -> Response:
        """Make the phone that asks the sensor; 400 where the trainer listens to another one."""
        browser = request.headers.get("user-agent", "")[:300]
        phone = PhoneInfo(read_platform(await read_json(request)), browser)
        async with self._changing:
            feed, said = await self._free_feed()
            self._seen_s = _now_s()
            return JSONResponse({"board": feed.adopt(phone, said)})

    async def take_rows(self, request: Request) -> Response:
        """Take the next rows; answer with where the trainer stands."""
        feed = self._trainer.feed
        name, number = request.path_params["name"], request.path_params["number"]
        if not isinstance(feed, PhoneFeed) or not feed.name or feed.name != name:
            raise HTTPException(404)
        rows: Any = await read_json(request)
        check_rows(rows)
        self._seen_s = _now_s()
        if not feed.take_part(number, rows):
            return JSONResponse({"missing": True}, 409)
        state = self._trainer.feedback
        return JSONResponse({"phase": state.phase, "left_s": round(state.left_s, 1)})

    async def _free_feed(self) -> tuple[PhoneFeed, str]:
        """Return a feed that no other phone uses, and what to say; the trainer is connected if free."""
        feed = self._trainer.feed
        if isinstance(feed, PhoneFeed) and not feed.name:
            return feed, HERE
        is_gone = isinstance(feed, PhoneFeed) and _now_s() - self._seen_s > PRESENT_S
        if self._trainer.source == "" or is_gone:
            opened = await self._trainer.connect(PHONE)
            if isinstance(opened, PhoneFeed):
                return opened, INSTEAD if is_gone else HERE
        if isinstance(feed, PhoneFeed):
            feed.turn_away()
            raise _another("phone", f"Stop the page on the other phone and wait {PRESENT_S:g} s")
        raise _another("sensor", "Press Disconnect on the trainer's page")


def _another(kind: str, do: str) -> UsageError:
    return UsageError(
        f"The board trainer listens to another {kind}.",
        found=f"another {kind}",
        expected="no sensor, or a phone that is awaited",
        do=f"{do}, then press Begin again.",
    )


def _now_s() -> float:
    return asyncio.get_running_loop().time()
