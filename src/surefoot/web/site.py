"""Routes and guard put together: the dashboard's site."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from surefoot.errors import SurefootError
from surefoot.web.dashboard import Dashboard
from surefoot.web.guard import Guard, Refusal
from surefoot.web.importing import Completing, Importing
from surefoot.web.invitation import Invitation, invitation_routes
from surefoot.web.pages import explain_as_json, explain_on_page, show_missing
from surefoot.web.passes import Pass

if TYPE_CHECKING:
    from surefoot.diary import Diary

LOOPBACK: Final = ("127.0.0.1", "localhost")
COOKIE: Final = "surefoot_pass"
LARGEST_IMPORT: Final = 64_000_000


def build_dashboard(
    diary: Diary,
    passport: Pass,
    *,
    forget: Callable[[str], None] = lambda _: None,
    invitation: Invitation | None = None,
    complete: Completing = lambda export: export,
) -> Starlette:
    """Return the dashboard's site over `diary`, opened at ``/open?pass=…`` by `passport`.

    `forget` is told the pseudonym of a person who was deleted; `invitation` leads to the phone page;
    `complete` adds to a dropped export what was told before of such tables.
    """

    def open_pages(request: Request) -> Response:
        if not passport.accepts(request.query_params.get("pass", "")):
            return explain_pass()
        answer = RedirectResponse("/", 303)
        answer.set_cookie(COOKIE, passport.show(), httponly=True, samesite="strict", path="/")
        return answer

    def admit(request: Request) -> Refusal | None:
        path = request.url.path
        if path == "/open" or path.startswith("/static/"):
            return None
        return None if passport.accepts(request.cookies.get(COOKIE, "")) else _NO_PASS

    importing = Importing(diary, complete)
    return Starlette(
        routes=[
            Route("/open", open_pages),
            Route("/import", importing.take_files, methods=["POST"]),
            *invitation_routes(invitation),
            *Dashboard(diary, forget).routes(),
        ],
        exception_handlers={SurefootError: _explain, 404: show_missing},
        middleware=[Middleware(Guard, hosts=LOOPBACK, admit=admit, largest_body=LARGEST_IMPORT)],
    )


_NO_PASS: Final = Refusal(401, "This pass is not known. Open the address that `surefoot web` has printed.")


def explain_pass() -> Response:
    """Return the answer to somebody without a pass."""
    return PlainTextResponse(_NO_PASS.text, _NO_PASS.status)


def _explain(request: Request, error: Exception) -> Response:
    """Explain a refusal to whoever asked: a script in JSON, a person on a page."""
    explain = explain_as_json if request.url.path == "/import" else explain_on_page
    return explain(request, error)
