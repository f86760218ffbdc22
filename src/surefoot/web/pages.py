"""Templates and static files to answers."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from surefoot._version import __version__
from surefoot.errors import SurefootError, UnreadableFileError
from surefoot.web.languages import language_of
from surefoot.words.home import tell_refusal

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

_CODE: Final = re.compile(r"`([^`]+)`")
_TITLE: Final = re.compile(r"<title>[^<]*</title>")
STATIC: Final = Path(__file__).parent / "static"
DRAWINGS: Final = Path(__file__).parent / "drawings"


def static_route(files: Mapping[str, str]) -> Route:
    """Return the route of the named static files; `files` maps each to its type, and nothing else is given.

    No path is ever made from what is asked for.
    """
    contents = {name: (STATIC / name).read_bytes() for name in files}

    def static(request: Request) -> Response:
        name = request.path_params["name"]
        if name not in contents:
            return PlainTextResponse("There is no such file.", 404)
        return Response(contents[name], media_type=files[name])

    return Route("/static/{name}", static)


def show_page(template: str, *, status: int = 200, **content: Any) -> HTMLResponse:
    """Return a page; every text in `content` is escaped."""
    text = _environment().get_template(f"{template}.html.j2").render(version=__version__, **content)
    return HTMLResponse(text, status)


async def read_json(request: Request) -> Any:
    """Return the JSON that one of our pages sent. Raises UnreadableFileError for anything else."""
    try:
        return json.loads(await request.body())
    except (ValueError, RecursionError):
        raise UnreadableFileError(
            "The page sent something that is not understood.",
            found="no JSON",
            expected="what the page sends",
            do="Load the page again.",
        ) from None


def explain_on_page(request: Request, error: Exception) -> Response:
    """Return the page of a refusal: in a sentence, its four parts folded, and the way back."""
    if not isinstance(error, SurefootError):
        raise error
    page, _, form = request.url.path.rpartition("/")
    language = language_of(request)
    what, do = tell_refusal(language, error.code)
    back = page if form in ("events", "conditions") else "/"
    return show_page("problem", status=400, language=language, what=what, do=do, error=error, back=back)


def explain_as_json(_: Request, error: Exception) -> Response:
    """Return a refusal in four parts for a script."""
    if not isinstance(error, SurefootError):
        raise error
    return JSONResponse({"error": error.to_dict()}, 400)


def show_missing(request: Request, error: Exception) -> Response:
    """Return the page for an address that leads nowhere."""
    if request.method in ("GET", "HEAD"):
        return show_page("missing", status=404, language=language_of(request))
    return say_missing(request, error)


def say_missing(request: Request, _: Exception) -> Response:
    """Return one line for an address that leads nowhere."""
    return PlainTextResponse(language_of(request).tell("refused.missing"), 404)


def show_code(text: str) -> Markup:
    """Return `text` escaped, with what stands between backticks as code.

    >>> show_code("See `surefoot list`, <b>.")
    Markup('See <code>surefoot list</code>, &lt;b&gt;.')
    """
    from markupsafe import Markup, escape

    code = Markup("<code>{}</code>")
    parts = enumerate(_CODE.split(text))
    return Markup("").join(code.format(part) if number % 2 else escape(part) for number, part in parts)


def draw(name: str, number: int, label: str = "") -> Markup:
    """Return one of our drawings as part of a page; `number` tells those of one page apart.

    Without a `label` it says nothing that the words beside it do not say, and a screen reader passes it.
    """
    from markupsafe import Markup, escape

    drawing = _TITLE.sub("", (DRAWINGS / f"{name}.svg").read_text(encoding="utf-8"))
    role = f'role="img" aria-label="{escape(label)}"' if label else 'aria-hidden="true"'
    named = drawing.replace("<svg ", f"<svg {role} ", 1)
    # Where two masks of a page have one name, a hidden one hides what the other draws.
    return Markup(named.replace('id="', f'id="d{number}-').replace("url(#", f"url(#d{number}-"))  # noqa: S704


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("surefoot.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["coded"] = show_code
    environment.globals["draw"] = draw
    return environment
