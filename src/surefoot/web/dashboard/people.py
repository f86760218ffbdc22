"""The pages of people: everybody on the first, then each with verdicts, trends and sessions."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from surefoot import history, pipeline, plotting, words
from surefoot._version import __version__
from surefoot.change.trends import find_trends
from surefoot.model import Trend
from surefoot.report import Report, make_report, sections
from surefoot.web.dashboard import cards as overview
from surefoot.web.dashboard.all_tests import list_tests
from surefoot.web.dashboard.everybody import PersonRow, describe_person, headline_of, sort_rows, tabs_of
from surefoot.web.dashboard.exercises import describe_exercises
from surefoot.web.dashboard.home import describe_today, latest_injury, plan_next_test
from surefoot.web.dashboard.lookup import find_person
from surefoot.web.dashboard.ratios import compare_legs
from surefoot.web.dashboard.reminder import write_calendar
from surefoot.web.dashboard.training import describe_training, weeks_of
from surefoot.web.languages import language_of
from surefoot.web.pages import show_page
from surefoot.web.pictures import picture_response

if TYPE_CHECKING:
    from surefoot.diary import Diary, Entry
    from surefoot.model import Person
    from surefoot.settings import Settings
    from surefoot.words.language import Language


SESSIONS_SHOWN: Final = 12
_LONGEST_PAGE: Final = 6


class People:
    """The pages of the people in a diary. `clock` tells the wall time with its zone."""

    def __init__(self, diary: Diary, settings: Settings, clock: Callable[[], datetime]) -> None:
        self._diary = diary
        self._settings = settings
        self._clock = clock
        self._labels = words.metric_labels()
        # The rows of everybody, as they were shown last, by all that they rest on.
        self._rows: dict[tuple[Hashable, ...], PersonRow] = {}

    def routes(self) -> list[Route]:
        """Return the routes of people and their pictures."""
        person = "/people/{person}"
        return [
            Route("/", self.show_first),
            Route("/people", self.show_people),
            Route(person, self.show_today),
            Route(f"{person}/next.ics", self.remind),
            Route(f"{person}/tests", self.show_tests),
            Route(f"{person}/numbers", self.show_numbers),
            Route(f"{person}/report.pdf", self.print_report),
            Route(f"{person}/trends/{{number:int}}.svg", self.draw_trend),
        ]

    def show_first(self, request: Request) -> Response:
        """Show the page of today where there is one person, else everybody."""
        names = self._diary.everybody()
        if not names:
            return show_page("welcome", language=language_of(request))
        if len(names) > 1:
            return self.show_people(request)
        return self._today(request, names[0], self._diary.entries(names[0]))

    def show_today(self, request: Request) -> Response:
        """Show a person's page of today."""
        return self._today(request, *find_person(self._diary, request))

    def _today(self, request: Request, person: str, entries: Sequence[Entry]) -> Response:
        language, log = language_of(request), self._diary.log(person)
        described = history.person_of(self._diary, person)
        name = self._settings.name_of(person)
        now = self._clock()
        today = describe_today(language, entries, log, described, name, now)
        due = history.exercises_of(self._diary, person, history.assessments_of(entries), now.date())
        training = describe_exercises(language, due, log, now.date())
        return show_page("today", language=language, person=person, today=today, training=training)

    def remind(self, request: Request) -> Response:
        """Give the next test as a calendar file."""
        person, entries = find_person(self._diary, request)
        language, now = language_of(request), self._clock()
        day = max(plan_next_test(entries) or now.date(), now.date())
        text = write_calendar(day, language.tell("today.ics_title"), now)
        name = {"content-disposition": f'attachment; filename="surefoot-{person}.ics"'}
        return Response(text, media_type="text/calendar", headers=name)

    def print_report(self, request: Request) -> Response:
        """Give the report of a person for their physio, to print on A4."""
        person, entries = find_person(self._diary, request)
        if not entries:
            raise HTTPException(404)
        known = history.assessments_of(entries)
        newest = max(entries, key=lambda entry: entry.when.timestamp())
        report = Report(
            person,
            find_trends(known),
            known,
            pipeline.recall(newest, self._diary),
            words.metric_labels(),
            __version__,
            history.ratios_of(self._diary, entries),
        )
        name = {"content-disposition": f'inline; filename="surefoot-{person}.pdf"'}
        return Response(make_report(report, ".pdf"), media_type="application/pdf", headers=name)

    def show_people(self, request: Request) -> Response:
        """Show everybody: who tests today, who changed."""
        language, today, names = language_of(request), self._clock().date(), self._settings.names()
        people = {person.pseudonym: person for person in self._diary.people()}
        known: dict[tuple[Hashable, ...], PersonRow] = {}
        for person, state in self._diary.states().items():
            described, name = people.get(person), names.get(person, person)
            key = (person, state, described, name, language.code, today)
            known[key] = self._rows.get(key) or self._describe(language, person, name, described, today)
        self._rows, rows = known, sort_rows(known.values())
        headline, tabs = headline_of(language, rows), tabs_of(language, rows)
        return show_page("everybody", language=language, rows=rows, headline=headline, tabs=tabs)

    def _describe(
        self, language: Language, person: str, name: str, described: Person | None, today: date
    ) -> PersonRow:
        entries, log = self._diary.entries(person), self._diary.log(person)
        return describe_person(language, person, name, described, entries, log, today)

    def show_tests(self, request: Request) -> Response:
        """Show all of a person's tests, one row a day, in pages."""
        person, entries = find_person(self._diary, request)
        language, injury = language_of(request), latest_injury(history.person_of(self._diary, person))
        asked = request.query_params.get("page", "")
        page = int(asked) if asked.isdecimal() and len(asked) < _LONGEST_PAGE else 1
        side = injury.side if injury else ""
        tests = list_tests(language, entries, side, page, self._clock().date())
        name = self._settings.name_of(person)
        return show_page("tests", language=language, person=person, name=name, tests=tests)

    def show_numbers(self, request: Request) -> Response:
        """Show all of a person's verdicts, trends and sessions, with every number."""
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
            trends=[self._describe_family(*named) for named in sections.named_families(trends)],
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
    ) -> tuple[str, str, list[sections.TextTable]]:
        label = words.name_metric(family[0].metric, self._labels)
        described = " ".join(words.describe_trend(trend, label) for trend in family)
        tables = [sections.trend_table(trend, name) for trend, name in zip(family, names, strict=True)]
        return sections.name_picture(family, names, self._labels), described, tables
