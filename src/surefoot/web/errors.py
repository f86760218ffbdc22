"""What Surefoot has no words of its own for, in four parts: a full disk, a driver, a mistake of ours."""

import traceback
from contextlib import suppress

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from surefoot.errors import LinkError, SurefootError, UsageError
from surefoot.live.keeping import CANNOT_WRITE, unwritten
from surefoot.web.pages import explain_as_json, explain_on_page
from surefoot.web.server.middleware import HEADERS


def in_words(error: Exception) -> SurefootError:
    """Return `error` as a refusal that a page can show; it tells of no file and no address."""
    if isinstance(error, SurefootError):
        return error
    if isinstance(error, CANNOT_WRITE):
        return unwritten(error)
    return UsageError(
        "Surefoot has made a mistake here.",
        found=type(error).__name__,
        expected="an answer",
        do="Try again. If that does not help, report what Surefoot printed where it was started.",
    )


def report(error: Exception, advice: str = "") -> SurefootError:
    """Return `error` in words, with more to do where something is known; a mistake of ours is printed."""
    if not isinstance(error, (SurefootError, *CANNOT_WRITE)):
        _print(error)
    told = in_words(error)
    told.do = f"{told.do} {advice}".rstrip()
    return told


def link_in_words(error: Exception, title: str) -> SurefootError:
    """Return what stopped a sensor as a refusal; what nobody foresaw is printed with where it happened."""
    if isinstance(error, SurefootError):
        return error
    _print(error)
    return LinkError(
        f"The link to {title} failed for a reason that Surefoot does not know.",
        found=f"{type(error).__name__}: {error}"[:300],
        expected="a sensor that can be heard",
        do="Connect again. If that does not help, switch sensor and Bluetooth off and on.",
    )


def explain_to_script(request: Request, error: Exception) -> Response:
    """Answer a script whose request met what nobody foresaw; the server prints it and where it happened."""
    return _failed(explain_as_json(request, in_words(error)))


def explain_to_person(request: Request, error: Exception) -> Response:
    """Answer a person in the same case, on a page."""
    return _failed(explain_on_page(request, in_words(error)))


def explain_to_app(_: Request, error: Exception) -> Response:
    """Answer an app in the same case, as text."""
    told = in_words(error)
    return _failed(PlainTextResponse(f"{told.what} {told.do}"))


def _failed(answer: Response) -> Response:
    # The guard stands inside of what catches these errors, so its headers are put here.
    answer.status_code = 500
    answer.headers.update(HEADERS)
    return answer


def _print(error: Exception) -> None:
    with suppress(OSError, ValueError):  # the terminal may be closed
        traceback.print_exception(error)
