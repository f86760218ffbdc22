"""The dashboard: people, sessions, trials and trends of the diary, on this computer only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from starlette.routing import Route

from surefoot.web.deleting import Deleting
from surefoot.web.importing import Importing
from surefoot.web.pages import static_route
from surefoot.web.people import People
from surefoot.web.sides import Sides
from surefoot.web.surroundings import Surroundings
from surefoot.web.training import Training
from surefoot.web.transfer import Transfer
from surefoot.web.trials import Trials

if TYPE_CHECKING:
    from surefoot.diary import Diary

FILES: Final[Mapping[str, str]] = {
    "style.css": "text/css",
    "dashboard.js": "text/javascript",
    "events.css": "text/css",
    "events.js": "text/javascript",
    "tone.js": "text/javascript",
    "trainer.css": "text/css",
    "trainer.js": "text/javascript",
    "icon.svg": "image/svg+xml",
}


def dashboard_routes(diary: Diary, around: Surroundings) -> list[Route]:
    """Return every route of the dashboard over `diary`."""
    return [
        *People(diary, around.clock).routes(),
        *Sides(diary).routes(),
        *Training(diary, around.clock).routes(),
        *Trials(diary, around.noise_floor).routes(),
        *Importing(diary, around).routes(),
        *Transfer(diary).routes(),
        *Deleting(diary, around.forget).routes(),
        static_route(FILES),
    ]
