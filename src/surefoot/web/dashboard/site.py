"""Routes and guard put together: the dashboard's site."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from surefoot.errors import SurefootError
from surefoot.web.dashboard.phone_way import PhoneWay
from surefoot.web.dashboard.routes import dashboard_routes
from surefoot.web.entrance import Entrance
from surefoot.web.errors import explain_to_person, explain_to_script
from surefoot.web.invitations import PushInvitation
from surefoot.web.languages import language_of
from surefoot.web.pages import explain_as_json, explain_on_page, show_missing, show_page
from surefoot.web.server.middleware import Guard, Refusal, explain_as_text
from surefoot.web.server.tokens import Pass
from surefoot.web.trainer.routes import trainer_routes
from surefoot.web.trainer.trainer import Trainer

if TYPE_CHECKING:
    from surefoot.diary import Diary
    from surefoot.settings import Settings

LOOPBACK: Final = ("127.0.0.1", "localhost")
COOKIE: Final = "surefoot_pass"
LARGEST_IMPORT: Final = 64_000_000


def build_dashboard(
    diary: Diary,
    settings: Settings,
    passport: Pass,
    *,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC).astimezone(),
    entrance: Entrance | None = None,
    push: PushInvitation | None = None,
    trainer: Trainer | None = None,
) -> Starlette:
    """Return the dashboard's site over `diary`, opened at ``/open?pass=…`` by `passport`.

    `entrance` lets phones in, `push` leads to the listener for apps; `trainer` is behind the board
    trainer's page (by itself one with a simulated board); `clock` tells the wall time with its zone.
    """
    entrance = entrance or Entrance()

    def open_pages(request: Request) -> Response:
        if not passport.accepts(request.query_params.get("pass", "")):
            return explain_refusal(request, _STRANGER)
        answer = RedirectResponse("/", 303)
        answer.set_cookie(COOKIE, passport.show(), httponly=True, samesite="strict", path="/")
        return answer

    def admit(request: Request) -> Refusal | None:
        path = str(request.scope["path"])
        if path == "/open" or path.startswith("/static/"):
            return None
        return None if passport.accepts(request.cookies.get(COOKIE, "")) else _STRANGER

    return Starlette(
        routes=[
            Route("/open", open_pages),
            *PhoneWay(entrance, push, settings, clock).routes(),
            *trainer_routes(trainer or Trainer(diary, settings), diary, settings, entrance),
            *dashboard_routes(diary, settings, clock),
        ],
        exception_handlers={SurefootError: _explain, 404: show_missing, Exception: _explain_unforeseen},
        middleware=[
            Middleware(
                Guard, hosts=LOOPBACK, admit=admit, largest_body=LARGEST_IMPORT, explain=explain_refusal
            )
        ],
    )


_STRANGER: Final = Refusal(401, "closed")


def explain_refusal(request: Request, refusal: Refusal) -> Response:
    """Return the answer to somebody without a pass: a page for a person, else its text."""
    wants_page = request.method == "GET" and "text/html" in request.headers.get("accept", "")
    if refusal is not _STRANGER or not wants_page:
        return explain_as_text(request, refusal)
    return show_page("closed", status=refusal.status, language=language_of(request))


def _explain(request: Request, error: Exception) -> Response:
    """Explain a refusal to whoever asked: a script in JSON, a person on a page."""
    explain = explain_as_json if _is_script(request) else explain_on_page
    return explain(request, error)


def _explain_unforeseen(request: Request, error: Exception) -> Response:
    explain = explain_to_script if _is_script(request) else explain_to_person
    return explain(request, error)


def _is_script(request: Request) -> bool:
    return request.url.path in ("/import", "/import/look") or request.url.path.startswith("/trainer/")
