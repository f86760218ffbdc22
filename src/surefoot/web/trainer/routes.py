"""The board trainer's page of the dashboard, what it asks for, and the stream it draws."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from surefoot.history import person_called
from surefoot.web.entrance import Entrance
from surefoot.web.invitations import write_code
from surefoot.web.languages import language_of, script_words
from surefoot.web.pages import read_json, show_missing, show_page
from surefoot.web.trainer.rounds import read_round
from surefoot.web.trainer.trainer import Trainer

if TYPE_CHECKING:
    from surefoot.diary import Diary
    from surefoot.settings import Settings


def trainer_routes(trainer: Trainer, diary: Diary, settings: Settings, entrance: Entrance) -> list[Route]:
    """Return the routes of the board trainer over `diary`; `entrance` is for a phone on the board."""
    desk = _Desk(trainer, diary, settings, entrance)
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
    def __init__(self, trainer: Trainer, diary: Diary, settings: Settings, entrance: Entrance) -> None:
        self._trainer, self._diary, self._settings, self._entrance = trainer, diary, settings, entrance

    async def show(self, request: Request) -> Response:
        """Show the page."""
        language, people = language_of(request), await run_in_threadpool(self._diary.everybody)
        return show_page(
            "trainer",
            language=language,
            said=script_words(language, "board"),
            sources=[(key, language.name_measure(each.title)) for key, each in self._trainer.sources.items()],
            called=self._settings.names().get(people[0], "") if len(people) == 1 else "",
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

    async def tell_result(self, request: Request) -> Response:
        """Tell what became of the last round, its rows in the language of the browser."""
        result, name = self._trainer.result, language_of(request).name_measure
        rows = [(name(what), name(value)) for what, value in (result or {}).get("rows", ())]
        return JSONResponse(result and {**result, "rows": rows})

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
        words = await _read_words(request)
        if isinstance(called := words.get("called"), str):
            person = await run_in_threadpool(person_called, self._diary, self._settings, called)
            words = {**words, "person": person}
        begun = self._trainer.start(*read_round(words))
        return Response(status_code=204 if begun else 409)

    async def stop(self, _: Request) -> Response:
        """End the round; answer with its result once it is kept."""
        return JSONResponse(await self._trainer.stop())


async def _read_words(request: Request) -> dict[str, Any]:
    words = await read_json(request)
    return words if isinstance(words, dict) else {}
