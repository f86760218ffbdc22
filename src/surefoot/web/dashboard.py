"""The dashboard: people, sessions, trials and trends of the diary, on this computer only."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Final

from starlette.routing import Route

from surefoot.web.deleting import Deleting
from surefoot.web.importing import Importing
from surefoot.web.pages import static_route
from surefoot.web.people import People
from surefoot.web.sides import Sides
from surefoot.web.training import Training
from surefoot.web.transfer import Transfer
from surefoot.web.trials import Trials

if TYPE_CHECKING:
    from surefoot.diary import Diary
    from surefoot.pipeline import NoiseFloor

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


def dashboard_routes(
    diary: Diary,
    forget: Callable[[str], None],
    noise_floor: NoiseFloor,
    clock: Callable[[], datetime],
) -> list[Route]:
    """Return every route of the dashboard over `diary`.

    `forget` is told the pseudonym of a person who was deleted; `noise_floor` tells what a device reads at
    rest, in m/s²; `clock` the wall time with its zone.
    """
    return [
        *People(diary, clock).routes(),
        *Sides(diary).routes(),
        *Training(diary, clock).routes(),
        *Trials(diary, noise_floor).routes(),
        *Importing(diary, noise_floor).routes(),
        *Transfer(diary).routes(),
        *Deleting(diary, forget).routes(),
        static_route(FILES),
    ]
