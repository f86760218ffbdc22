"""The pages of people: everybody on the first, then each with verdicts, trends and sessions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from surefoot import history, plotting, words
from surefoot.change.trends import find_trends
from surefoot.model import Trend
from surefoot.report import sections
from surefoot.report.trend_plates import name_picture, named_families
from surefoot.web.dashboard import cards as overview
from surefoot.web.dashboard.lookup import find_person
from surefoot.web.dashboard.ratios import compare_legs
from surefoot.web.dashboard.training import describe_training, weeks_of
from surefoot.web.pages import show_page
from surefoot.web.pictures import picture_response

if TYPE_CHECKING:
    from surefoot.diary import Diary


SESSIONS_SHOWN: Final = 12


class People:
    """The pages of the people in a diary. `clock` tells the wall time with its zone."""

    def __init__(self, diary: Diary, clock: Callable[[], datetime]) -> None:
        self._diary = diary
        self._clock = clock
        self._labels = words.metric_labels()

    def routes(self) -> list[Route]:
        """Return the routes of people and their pictures."""
        person = "/people/{person}"
        return [
            Route("/", self.show_people),
            Route(person, self.show_person),
            Route(f"{person}/trends/{{number:int}}.svg", self.draw_trend),
        ]

    def show_people(self, _: Request) -> Response:
        """Show everybody, and the place to drop exports."""
        entries = self._diary.entries()
        names = history.everybody(self._diary, entries)
        return show_page("people", people=overview.list_people(entries, self._diary.people(), names))

    def show_person(self, request: Request) -> Response:
        """Show a person's verdicts, trends and sessions."""
        person, entries = find_person(self._diary, request)
        trends, log = find_trends(entry.assessment for entry in entries), self._diary.log(person)
        families = sections.trend_families(trends)
        return show_page(
            "person",
            person=person,
            count=len(entries),
            span=words.show_span([entry.when for entry in entries]),
            verdicts=sections.verdict_lines(
                [trend for family in families for trend in family], [entry.assessment for entry in entries]
            ),
            lines=words.explain_many(trends),
            trends=[self._describe_family(*named) for named in named_families(trends)],
            strip=bool(log),
            sides=compare_legs(self._diary, entries, trends),
            training=describe_training(log, entries, self._clock().date()),
            sessions=overview.list_sessions(entries),
            shown=SESSIONS_SHOWN,
        )

    def draw_trend(self, request: Request) -> Response:
        """Draw one of the person's trends, by its place on the page."""
        person, entries = find_person(self._diary, request)
        families = sections.trend_families(find_trends(entry.assessment for entry in entries))
        number = request.path_params["number"]
        if number >= len(families):
            raise HTTPException(404)
        shown = families[number]
        weeks = weeks_of(self._diary.log(person), [day for trend in shown for day in trend.dates])
        return picture_response(plotting.plot_trend(shown, self._labels, weeks=weeks))

    def _describe_family(
        self, family: tuple[Trend, ...], names: Sequence[str]
    ) -> tuple[str, str, list[sections.Table]]:
        label = words.name_metric(family[0].metric, self._labels)
        described = " ".join(words.describe_trend(trend, label) for trend in family)
        tables = [sections.trend_table(trend, name) for trend, name in zip(family, names, strict=True)]
        return name_picture(family, names, self._labels), described, tables
