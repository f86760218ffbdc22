"""The third listener: plain HTTP for an app that can do no better, with the pass in its path.

It takes what Sensor Logger pushes and gives the experiment for phyphox; it shows nothing of the diary.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Collection
from threading import Timer
from typing import TYPE_CHECKING, Final

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from surefoot.errors import SetupError, SurefootError
from surefoot.live.inbox import RETRY_S, Inbox
from surefoot.live.incoming import Chunk, Ended, Limits
from surefoot.live.phyphox.experiment import NAME
from surefoot.live.sensor_logger import (
    MAX_MESSAGES,
    MAX_ROWS,
    Message,
    PushedBy,
    header_of,
    pack,
    read_message,
)
from surefoot.model import Setup
from surefoot.web.errors import explain_to_app, report
from surefoot.web.invitations import give_experiment
from surefoot.web.pages import say_missing
from surefoot.web.server.middleware import Guard, Refusal
from surefoot.web.server.tokens import Pass

if TYPE_CHECKING:
    from surefoot.diary import Diary
    from surefoot.settings import Settings

QUIET_S: Final = 15.0
MOST_SESSIONS: Final = 4
# So many are remembered once they are over: the app repeats what it had no answer to, however late.
MOST_OVER: Final = 8
LIMITS: Final = Limits(MAX_MESSAGES, MAX_ROWS, MOST_SESSIONS, MOST_OVER, QUIET_S)
LARGEST_PUSH: Final = 1024 * 1024
# A timer may go off one tick of the clock too soon, 16 ms on Windows, and nothing would look again.
SLACK_S: Final = 0.1
_PASS_UNKNOWN: Final = Refusal(401, "push_used")

Schedule = Callable[[float, Callable[[], None]], None]


def call_later(seconds: float, work: Callable[[], None]) -> None:
    """Have work done after a while, on a thread of its own."""
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:  # asked for by work that was put off itself
        timer = Timer(seconds, work)
        timer.daemon = True
        timer.start()
    else:
        loop.call_later(seconds, lambda: loop.run_in_executor(None, work))


class PushDesk:
    """Takes what is pushed; a session that has been quiet for a while becomes a trial under `setup`.

    Without a setup nothing is taken, and only the experiment is given.
    `tell` hears of each, `clock` tells seconds that only rise, `schedule` has something done later.
    """

    def __init__(
        self,
        diary: Diary,
        settings: Settings,
        setup: Setup | None,
        pushed_by: PushedBy | None = None,
        *,
        tell: Callable[[Ended], None] = lambda _: None,
        clock: Callable[[], float] = time.monotonic,
        schedule: Schedule = call_later,
    ) -> None:
        self._header = None if setup is None else header_of(setup, pushed_by)
        self._inbox = Inbox(diary, settings, tell, clock, report)
        self._schedule = schedule
        self._is_retrying = False

    def routes(self) -> list[Route]:
        """Return the two routes, both below the pass."""
        return [
            Route("/{given}/data", self.take, methods=["POST"]),
            Route(f"/{{given}}/{NAME}", give_experiment),
        ]

    async def take(self, request: Request) -> Response:
        """Take one message; a test message holds nothing and is welcome."""
        message = await run_in_threadpool(read_message, await request.body())
        if message.size:
            await run_in_threadpool(self.add, message)
            self._schedule(QUIET_S + SLACK_S, self.keep_quiet_ones)
        return PlainTextResponse("Thank you.")

    def add(self, message: Message) -> None:
        """Add a message to its session. Raises what `Inbox.add` does."""
        if self._header is None:
            raise _no_setup()
        chunk = Chunk(message.number, pack(message), message.size)
        self._inbox.add(message.session, chunk, (self._header, LIMITS))

    def keep_quiet_ones(self) -> None:
        """Make a trial of every session that fell quiet; come back to those that the diary cannot take."""
        if self._inbox.keep_quiet_ones() and not self._is_retrying:
            self._is_retrying = True
            self._schedule(RETRY_S + SLACK_S, self._retry)

    def close(self) -> tuple[str, ...]:
        """Keep what was pushed and not yet kept, as the program ends; return what is left to say."""
        return self._inbox.close()

    def _retry(self) -> None:
        self._is_retrying = False
        self.keep_quiet_ones()


def build_push(desk: PushDesk, passport: Pass, hosts: Collection[str]) -> Starlette:
    """Return the site of the third listener: nothing without `passport` as the first part of the path."""

    def admit(request: Request) -> Refusal | None:
        given = str(request.scope["path"]).removeprefix("/").partition("/")[0]
        return None if passport.accepts(given) else _PASS_UNKNOWN

    return Starlette(
        routes=desk.routes(),
        exception_handlers={SurefootError: _say, 404: say_missing, Exception: explain_to_app},
        middleware=[Middleware(Guard, hosts=hosts, admit=admit, largest_body=LARGEST_PUSH)],
    )


def _no_setup() -> SetupError:
    return SetupError(
        "Whose trial this is, and under which conditions, is not known.",
        found="`surefoot web --push` without leg, eyes, surface and placement",
        expected="the conditions of what is pushed",
        do="Start `surefoot web --push` with --person, --leg, --eyes, --surface and --placement.",
    )


def _say(_: Request, error: Exception) -> Response:
    """Return a refusal as the text that Sensor Logger shows, under the status at which it does."""
    if not isinstance(error, SurefootError):
        raise error
    return PlainTextResponse(f"{error.what} {error.do}", 499)
