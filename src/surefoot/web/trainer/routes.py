"""The board trainer's page of the dashboard, what it asks for, and the stream it draws."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from surefoot.protocols import load_protocols, usual_test
from surefoot.web.entrance import Entrance
from surefoot.web.invitations import write_code
from surefoot.web.pages import read_json, show_missing, show_page
from surefoot.web.trainer.rounds import read_round
from surefoot.web.trainer.trainer import Trainer

if TYPE_CHECKING:
    from surefoot.diary import Diary


def trainer_routes(trainer: Trainer, diary: Diary, entrance: Entrance) -> list[Route]:
    """Return the routes of the board trainer over `diary`; `entrance` is for a phone on the board."""
    desk = _Desk(trainer, diary, entrance)
    return [
        Route("/trainer", desk.show),
        Route("/trainer/code.svg", desk.draw_code),
        Route("/trainer/stream", desk.stream),
        Route("/trainer/result", desk.tell_result),
        Route("/trainer/connect", desk.connect, methods=["POST"]),
        Route("/trainer/leave", desk.leave, methods=["POST"]),
        Route("/trainer/level", desk.take_level, methods=["POST"]),
        Route("/trainer/start", desk.start, methods=["POST"]),
        Route("/trainer/stop", desk.stop, methods=["POST"]),
    ]


class _Desk:
    def __init__(self, trainer: Trainer, diary: Diary, entrance: Entrance) -> None:
        self._trainer, self._diary, self._entrance = trainer, diary, entrance

    async def show(self, _: Request) -> Response:
        """Show the page."""
        people = await run_in_threadpool(self._diary.people)
        return show_page(
            "trainer",
            sources=[(key, source.title) for key, source in self._trainer.sources.items()],
            person=people[0].pseudonym if len(people) == 1 else "" if people else "me",
            protocol=load_protocols()[usual_test("both", "board")],
            invitation=self._entrance.invitation,
        )

    async def draw_code(self, request: Request) -> Response:
        """Draw the code that leads a phone to the page that makes it the sensor."""
        invitation = self._entrance.invitation
        if invitation is None:
            return show_missing(request, Exception())
        return Response(write_code(invitation.board_address), media_type="image/svg+xml")

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
    words = await read_json(request)
    return words if isinstance(words, dict) else {}
