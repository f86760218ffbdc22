"""The page that lets a phone in: opens the door, shows the code and the warning, shuts the door again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from surefoot.errors import DiaryError
from surefoot.live.phyphox.experiment import NAME
from surefoot.web.dashboard.about import read_words
from surefoot.web.entrance import Entrance
from surefoot.web.invitations import PushInvitation, give_experiment, write_code
from surefoot.web.languages import language_of
from surefoot.web.pages import show_missing, show_page
from surefoot.web.phone_book import PhoneBook

if TYPE_CHECKING:
    from surefoot.settings import Settings

# Where a form may ask to be led back to: the page of the code, and that of the board.
_BACK: Final = {"/trainer": "/trainer"}


class PhoneWay:
    """What the dashboard shows and does for phones and their apps; `clock` tells the time with its zone."""

    def __init__(
        self,
        entrance: Entrance,
        push: PushInvitation | None,
        settings: Settings,
        clock: Callable[[], datetime],
    ) -> None:
        self._entrance = entrance
        self._push = push
        self._settings = settings
        self._book = PhoneBook(settings)
        self._clock = clock

    def routes(self) -> list[Route]:
        """Return the routes of the pages and of their codes."""
        return [
            Route("/phone", self.show),
            Route("/phone", self.open, methods=["POST"]),
            Route("/phone/shut", self.shut, methods=["POST"]),
            Route("/phone/forget", self.forget, methods=["POST"]),
            Route("/phone/live", self.stream),
            Route("/phone/stop", self.stop_test, methods=["POST"]),
            Route("/phone/code.svg", self.draw_code),
            Route("/phone/apps", self.show_apps),
            Route("/phone/experiment.svg", self.draw_experiment_code),
            Route(f"/phone/{NAME}", give_experiment),
        ]

    def show(self, request: Request) -> Response:
        """Show the code, or the button that opens the door; and the phones that need no code."""
        invitation, now = self._entrance.invitation, self._clock()
        phones = self._book.phones(now)
        return show_page(
            "invite",
            language=language_of(request),
            invitation=invitation,
            phones=phones,
            today=now.date(),
            is_expected=any(invitation and phone.origin == invitation.origin for phone in phones),
        )

    def show_apps(self, request: Request) -> Response:
        """Show how to record with an app."""
        return show_page("apps", language=language_of(request), push=self._push)

    async def open(self, request: Request) -> Response:
        """Open the door, at one of this computer's addresses where one is chosen."""
        words = read_words(await request.body())
        await self._entrance.open(words.get("address") or None)
        return RedirectResponse(_BACK.get(words.get("back", ""), "/phone"), 303)

    async def shut(self, _: Request) -> Response:
        """Shut the door."""
        await self._entrance.shut()
        return RedirectResponse("/phone", 303)

    async def forget(self, request: Request) -> Response:
        """Forget a phone: it is out at once, and must scan the code to come in again."""
        stopped = self._book.forget(read_words(await request.body()).get("phone", ""))
        if stopped is not None:
            raise DiaryError(
                "This computer cannot forget the phone.",
                found=f"{stopped.strerror} at {stopped.filename}",
                expected="settings that can be written",
                do="Make room or free the folder, then try once more. Shut the door meanwhile.",
            )
        return RedirectResponse("/phone", 303)

    async def stream(self, request: Request) -> Response:
        """Tell what the phone does, for as long as the page listens."""
        told = self._entrance.live.watch(language_of(request), self._settings)
        return StreamingResponse(told, media_type="text/event-stream")

    async def stop_test(self, _: Request) -> Response:
        """Ask the phone to stop the test that is under way."""
        self._entrance.live.ask_stop()
        return Response(status_code=204)

    def draw_code(self, request: Request) -> Response:
        """Draw the code that leads a phone to its page."""
        invitation = self._entrance.invitation
        return _code_or_nothing(request, invitation.address if invitation else "")

    def draw_experiment_code(self, request: Request) -> Response:
        """Draw the code that leads phyphox to Surefoot's experiment."""
        return _code_or_nothing(request, self._push.experiment if self._push else "")


def _code_or_nothing(request: Request, address: str) -> Response:
    if not address:
        return show_missing(request, Exception())
    return Response(write_code(address), media_type="image/svg+xml")
