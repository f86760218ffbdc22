"""The dashboard: people, sessions, trials and trends of the diary, on this computer only."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Final

from starlette.routing import Route

from surefoot.web.dashboard.about import About
from surefoot.web.dashboard.deleting import Deleting
from surefoot.web.dashboard.exercises import Exercises
from surefoot.web.dashboard.exports import Transfer
from surefoot.web.dashboard.imports import Importing
from surefoot.web.dashboard.people import People
from surefoot.web.dashboard.ratios import Sides
from surefoot.web.dashboard.training import Training
from surefoot.web.dashboard.trials import Trials
from surefoot.web.pages import static_route

if TYPE_CHECKING:
    from surefoot.diary import Diary
    from surefoot.settings import Settings

FILES: Final[Mapping[str, str]] = {
    "style.css": "text/css",
    "home.css": "text/css",
    "records.css": "text/css",
    "people.js": "text/javascript",
    "today.js": "text/javascript",
    "import.js": "text/javascript",
    "events.css": "text/css",
    "events.js": "text/javascript",
    "tone.js": "text/javascript",
    "words.js": "text/javascript",
    "trainer.css": "text/css",
    "trainer.js": "text/javascript",
    "live.js": "text/javascript",
    "icon.svg": "image/svg+xml",
}


def dashboard_routes(diary: Diary, settings: Settings, clock: Callable[[], datetime]) -> list[Route]:
    """Return every route of the dashboard over `diary`; `clock` tells the wall time with its zone."""
    return [
        *About(diary, settings, clock).routes(),
        *People(diary, settings, clock).routes(),
        *Sides(diary).routes(),
        *Training(diary, clock).routes(),
        *Exercises(diary, clock).routes(),
        *Trials(diary, settings, clock).routes(),
        *Importing(diary, settings, clock).routes(),
        *Transfer(diary).routes(),
        *Deleting(diary, settings).routes(),
        static_route(FILES),
    ]
