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


def script_words(language: Language, part: str, *others: str) -> dict[str, str]:
    """Return what a script says: the texts of its `part` of the catalogue, and `others` by their key."""
    own = {key: text for key, text in language.texts.items() if key.startswith(f"{part}.") or key in others}
    return {key.removeprefix(f"{part}."): text for key, text in own.items()}


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
