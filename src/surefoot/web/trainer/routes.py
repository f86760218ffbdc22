"""The board trainer's page of the dashboard, what it asks for, and the stream it draws."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from surefoot.errors import UnreadableFileError
from surefoot.protocols import load_protocols, usual_test
from surefoot.web.pages import show_page
from surefoot.web.trainer.desk import Trainer
from surefoot.web.trainer.rounds import read_round

if TYPE_CHECKING:
    from surefoot.diary import Diary


def trainer_routes(trainer: Trainer, diary: Diary) -> list[Route]:
    """Return the routes of the board trainer over `diary`."""
    desk = _Desk(trainer, diary)
    return [
        Route("/trainer", desk.show),
        Route("/trainer/stream", desk.stream),
        Route("/trainer/result", desk.tell_result),
        Route("/trainer/connect", desk.connect, methods=["POST"]),
        Route("/trainer/leave", desk.leave, methods=["POST"]),
        Route("/trainer/level", desk.take_level, methods=["POST"]),
        Route("/trainer/start", desk.start, methods=["POST"]),
        Route("/trainer/stop", desk.stop, methods=["POST"]),
    ]


class _Desk:
    def __init__(self, trainer: Trainer, diary: Diary) -> None:
        self._trainer, self._diary = trainer, diary

    async def show(self, _: Request) -> Response:
        """Show the page."""
        people = await run_in_threadpool(self._diary.people)
        return show_page(
            "trainer",
            sources=[(key, source.title) for key, source in self._trainer.sources.items()],
            person=people[0].pseudonym if people else "me",
            protocol=load_protocols()[usual_test("both", "board")],
        )

    async def stream(self, _: Request) -> Response:
        """Tell where the board is, for as long as the page listens."""
        return StreamingResponse(self._trainer.watch(), media_type="text/event-stream")

    async def tell_result(self, _: Request) -> Response:
        """Tell what became of the last round."""
        return JSONResponse(self._trainer.result)

    async def connect(self, request: Request) -> Response:
        """Listen to the sensor that is named."""
        words = await _read_words(request)
        await self._trainer.connect(str(words.get("sensor", "")))
        return Response(status_code=204)

    async def leave(self, _: Request) -> Response:
        """Let the sensor go."""
        await self._trainer.leave()
        return Response(status_code=204)

    async def take_level(self, _: Request) -> Response:
        """Take the level anew."""
        self._trainer.take_level()
        return Response(status_code=204)

    async def start(self, request: Request) -> Response:
        """Begin a round; 409 where none can begin now."""
        begun = self._trainer.start(*read_round(await _read_words(request)))
        return Response(status_code=204 if begun else 409)

    async def stop(self, _: Request) -> Response:
        """End the round; answer with its result once it is kept."""
        return JSONResponse(await self._trainer.stop())


async def _read_words(request: Request) -> dict[str, Any]:
    try:
        words = json.loads(await request.body())
    except (ValueError, RecursionError):
        words = None
    if isinstance(words, dict):
        return words
    raise UnreadableFileError(
        "The page sent something that is not understood.",
        found="no JSON object",
        expected="what the page sends",
        do="Load the page again.",
    )
