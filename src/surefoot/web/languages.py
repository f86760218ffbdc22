"""Which language a browser is answered in: the one it chose here, else one that it asks for."""

from typing import Final

from starlette.requests import Request

from surefoot.words import Language
from surefoot.words.home_language import LANGUAGES, home_language

COOKIE: Final = "surefoot_language"


def language_of(request: Request) -> Language:
    """Return the language of an answer: of the cookie, else of ``Accept-Language``, else English."""
    chosen = request.cookies.get(COOKIE, "")
    if chosen in LANGUAGES:
        return home_language(chosen)
    wanted = [_wish(part) for part in request.headers.get("accept-language", "").split(",")[:20]]
    spoken = [(weight, code) for weight, code in wanted if code in LANGUAGES and weight > 0]
    return home_language(max(spoken, key=lambda wish: wish[0])[1] if spoken else "en")


def _wish(part: str) -> tuple[float, str]:
    """Return weight and language of one part of the header, such as ``de-AT;q=0.8``.

    >>> _wish(" de-AT;q=0.8"), _wish("en")
    ((0.8, 'de'), (1.0, 'en'))
    """
    name, _, weight = part.partition(";q=")
    try:
        weighed = float(weight) if weight else 1.0
    except ValueError:
        weighed = 0.0
    return weighed, name.strip().lower().split("-")[0]
