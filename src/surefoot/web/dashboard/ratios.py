"""Left against right on a person's page, and every ratio on a page of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from surefoot import plotting, words
from surefoot.history import ratios_of, sides_of
from surefoot.model import Trend
from surefoot.report.blocks import TextTable
from surefoot.report.sections import courses_table, sides_table
from surefoot.web.dashboard.lookup import find_person
from surefoot.web.pages import show_page
from surefoot.web.pictures import picture_response

if TYPE_CHECKING:
    from surefoot.diary import Diary, Entry


@dataclass(frozen=True, slots=True)
class SidesPart:
    """Left against right: the picture has `drawn` rows, told in `alt`; `undefined` says what is missing."""

    drawn: int
    alt: str
    table: TextTable | None
    courses: TextTable
    undefined: tuple[str, ...]


def compare_legs(diary: Diary, entries: Sequence[Entry], trends: Sequence[Trend]) -> SidesPart | None:
    """Return left against right of one person, None where no trial stands on one leg."""
    legs = [trend for trend in trends if trend.setup.leg != "both"]
    if not legs:
        return None
    labels = words.metric_labels()
    found = sides_of(diary, entries)
    shown = plotting.drawn_sides(found)
    return SidesPart(
        drawn=len(shown),
        alt=" ".join(plotting.describe_ratio(ratio) for ratio in shown),
        table=sides_table(found, labels, "Left against right, on the last day with both"),
        courses=courses_table(legs),
        undefined=tuple(f"{r.condition}: {r.reason}" for r in found if r.kind == "asymmetry" and r.reason),
    )


class Sides:
    """The picture of left against right, and the page of all ratios."""

    def __init__(self, diary: Diary) -> None:
        self._diary = diary
        self._labels = words.metric_labels()

    def routes(self) -> list[Route]:
        """Return both routes."""
        person = "/people/{person}"
        return [Route(f"{person}/sides.svg", self.draw_sides), Route(f"{person}/ratios", self.show_ratios)]

    def draw_sides(self, request: Request) -> Response:
        """Draw the asymmetry of each condition."""
        _, entries = find_person(self._diary, request)
        found = sides_of(self._diary, entries)
        if not plotting.drawn_sides(found):
            raise HTTPException(404)
        return picture_response(plotting.plot_sides(found))

    def show_ratios(self, request: Request) -> Response:
        """Show sides, eyes, foam and board; equal windows are made for this, which takes a while."""
        person, entries = find_person(self._diary, request)
        table = sides_table(ratios_of(self._diary, entries), self._labels)
        return show_page("ratios", person=person, table=table)
