"""A phone on the board as the trainer's sensor: rows in numbered parts, some twenty-five times a second."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import inf
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from surefoot import pipeline, sources
from surefoot.errors import SignalError, SourceError, UsageError
from surefoot.live.feedback import Samples
from surefoot.live.phone_page import PLATFORMS, Row, check_rows
from surefoot.model import Setup
from surefoot.sources.formats.phone_page import write_rows
from surefoot.web.errors import report
from surefoot.web.pages import read_json, show_page
from surefoot.web.phone.spool import write_aside
from surefoot.web.trainer.feeds import Raw, Source, TakeSamples, Tell, kept_or_raised
from surefoot.web.trainer.trainer import Trainer

if TYPE_CHECKING:
    from surefoot.diary import Diary
    from surefoot.settings import Settings

PHONE: Final = "phone"
PRESENT_S: Final = 3.0
HERE: Final = "The phone is here."
INSTEAD: Final = f"Another phone is here, in place of one that had sent nothing for {PRESENT_S:g} s."
MOST_ROWS: Final = 60_000


@dataclass(frozen=True, slots=True)
class Handset:
    """The phone that sends: its platform, which tells the sign of its acceleration, and its browser."""

    platform: str
    browser: str

    def read(self, rows: list[Row]) -> Samples:
        """Return rows of the phone page as samples; without a whole rotation there is no gyroscope."""
        table = np.array([[np.nan if cell is None else cell for cell in row] for row in rows], dtype=float)
        gyr = np.radians(table[:, 4:]) if np.isfinite(table[:, 4:]).all() else None
        return Samples(table[:, 0] / 1000, (-1.0 if self.platform == "ios" else 1.0) * table[:, 1:4], gyr)


class PhoneFeed:
    """A phone that has still to come, or has; its rows are kept as it sent them."""

    def __init__(self, clock: Callable[[], datetime] = lambda: datetime.now().astimezone()) -> None:
        self.name = ""
        self.handset = Handset("", "")
        self._clock = clock
        self._next = 0
        self._take: TakeSamples | None = None
        self._tell: Tell = lambda _: None
        self._rows: list[Row] | None = None
        self._start_s = 0.0
        self._said = "Waiting for the phone: scan the code below with it."

    async def run(self, take: TakeSamples, tell: Tell) -> None:
        """Wait until cancelled; the rows come by `take_part`."""
        self._take, self._tell = take, tell
        tell(self._said)
        await asyncio.Event().wait()

    def adopt(self, handset: Handset, said: str = HERE) -> str:
        """Take a phone as the one that sends, and return the name under which it does."""
        self.name, self.handset = secrets.token_urlsafe(16), handset
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
        if self._rows is not None and len(self._rows) < MOST_ROWS:
            self._rows += rows
        if self._take is not None and rows:
            self._take(self.handset.read(rows))
        return True

    def begin(self, start_s: float, _setup: Setup, _diary: Diary, /) -> None:
        """Keep the rows from now on."""
        self._rows, self._start_s = [], start_s

    def end(self, end_s: float) -> Raw:
        """Return the rows of the round."""
        rows, self._rows = self._rows or [], None
        inside = tuple(row for row in rows if self._start_s <= float(row[0] or 0.0) / 1000 <= end_s)
        return PhoneRaw(inside, self.handset, self._clock())

    def drop(self) -> None:
        """Forget the rows."""
        self._rows = None


@dataclass(frozen=True, slots=True)
class PhoneRaw:
    """The rows of a round that ended at `ended` by this computer's clock."""

    rows: tuple[Row, ...]
    handset: Handset
    ended: datetime

    def keep(self, setup: Setup, diary: Diary, settings: Settings) -> pipeline.Kept:
        """Make a trial of the rows, as of any recording of the phone page.

        Where not the rows but the diary is the reason that there is none, they go to a file.
        """
        length_s = (float(self.rows[-1][0] or 0) - float(self.rows[0][0] or 0)) / 1000 if self.rows else 0.0
        files = write_rows(
            list(self.rows),
            platform=self.handset.platform,
            started=self.ended - timedelta(seconds=length_s),
            browser=self.handset.browser,
        )
        try:
            (outcome,) = pipeline.walk([sources.Export("phone", files)], lambda *_: setup, settings)
            return kept_or_raised(outcome, diary)
        except (SourceError, SignalError):
            raise
        except Exception as error:
            (data,) = files.values()
            path = write_aside(
                data, diary.live_folder(setup.person), f"board-{self.ended:%Y%m%dT%H%M%S}.json"
            )
            lies = (
                f"The round is in {path}: `surefoot import` reads it."
                if path
                else "The round is lost: it could be written nowhere."
            )
            raise report(error, lies) from error


PHONE_SOURCE: Final = Source("a phone on the board", PhoneFeed)


def board_routes(trainer: Trainer) -> list[Route]:
    """Return the routes of the phone's site with which it becomes the sensor of `trainer`."""
    desk = _BoardDesk(trainer)
    return [
        Route("/board", lambda _: show_page("board")),
        Route("/api/board", desk.announce, methods=["POST"]),
        Route("/api/board/{name}/parts/{number:int}", desk.take_rows, methods=["POST"]),
    ]


class _BoardDesk:
    def __init__(self, trainer: Trainer) -> None:
        self._trainer = trainer
        self._seen_s = -inf
        self._changing = asyncio.Lock()

    async def announce(self, request: Request) -> Response:
        """Make the phone that asks the sensor; 400 where the trainer listens to another one."""
        told = await read_json(request)
        platform = told.get("platform") if isinstance(told, dict) else ""
        browser = request.headers.get("user-agent", "")[:300]
        handset = Handset(platform if platform in PLATFORMS else "", browser)
        async with self._changing:
            feed, said = await self._free_feed()
            self._seen_s = _now_s()
            return JSONResponse({"board": feed.adopt(handset, said)})

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
