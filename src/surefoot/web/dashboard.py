"""The dashboard: people, sessions, trials and trends of the diary, on this computer only."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from surefoot import pipeline, plotting
from surefoot.errors import DiaryError
from surefoot.metrics import load_metrics
from surefoot.model import Assessment, Trend, Trial, to_plain
from surefoot.preparation import prepare
from surefoot.report import sections, wording
from surefoot.sources import discover
from surefoot.web import overview
from surefoot.web.correcting import KINDS, read_hands
from surefoot.web.pages import show_page, static_route
from surefoot.web.pictures import picture_response

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from surefoot.diary import Diary, Entry

FILES: Final[Mapping[str, str]] = {
    "style.css": "text/css",
    "dashboard.js": "text/javascript",
    "trial.js": "text/javascript",
    "tone.js": "text/javascript",
    "trainer.css": "text/css",
    "trainer.js": "text/javascript",
    "icon.svg": "image/svg+xml",
}
PICTURES: Final[Mapping[str, Callable[[Trial], Figure]]] = {
    "traces": plotting.plot_traces,
    "stabilogram": plotting.plot_stabilogram,
    "spectrum": plotting.plot_spectrum,
}
WITHHELD: Final = "withheld"
_TITLES: Final = {
    "traces": ("Over time", sections.traces_table),
    "stabilogram": ("From above", sections.path_table),
    "spectrum": ("How quick", sections.spectrum_table),
}


class Dashboard:
    """The pages over one diary. `forget` is told the pseudonym of a person who was deleted."""

    def __init__(self, diary: Diary, forget: Callable[[str], None]) -> None:
        self._diary = diary
        self._forget = forget
        self._labels = {key: metric.label for key, metric in load_metrics().items()}

    def routes(self) -> list[Route]:
        """Return the routes of the dashboard."""
        person, trial = "/people/{person}", "/trials/{trial}"
        return [
            Route("/", self.show_people),
            Route(person, self.show_person),
            Route(f"{person}/trends/{{number:int}}.svg", self.draw_trend),
            Route(f"{person}/delete", self.confirm_person),
            Route(f"{person}/delete", self.delete_person, methods=["POST"]),
            Route(trial, self.show_trial),
            Route(f"{trial}/{{picture}}.svg", self.draw_trial),
            Route(f"{trial}/events", self.correct_events, methods=["POST"]),
            Route(f"{trial}/export.zip", self.export_trial),
            Route(f"{trial}/delete", self.confirm_trial),
            Route(f"{trial}/delete", self.delete_trial, methods=["POST"]),
            static_route(FILES),
        ]

    def show_people(self, _: Request) -> Response:
        """Show everybody, and the place to drop exports."""
        entries = self._diary.entries()
        names = {entry.person for entry in entries} | {person.pseudonym for person in self._diary.people()}
        return show_page("people", people=overview.list_people(entries, sorted(names)))

    def show_person(self, request: Request) -> Response:
        """Show a person's verdicts, trends and sessions."""
        person, entries = self._person(request)
        families = sections.trend_families(overview.find_trends(entries))
        return show_page(
            "person",
            person=person,
            count=len(entries),
            span=wording.show_span([entry.when for entry in entries]),
            verdicts=sections.verdict_lines([trend for family in families for trend in family]),
            trends=[self._describe_family(family) for family in families],
            sessions=overview.list_sessions(entries),
        )

    def draw_trend(self, request: Request) -> Response:
        """Draw one of the person's trends, by its place on the page."""
        _, entries = self._person(request)
        families = sections.trend_families(overview.find_trends(entries))
        number = request.path_params["number"]
        if number >= len(families):
            raise HTTPException(404)
        return picture_response(plotting.plot_trend(families[number], self._labels))

    def show_trial(self, request: Request) -> Response:
        """Show one trial: its conditions, what to be careful about, pictures, events and numbers."""
        entry = self._entry(request)
        trial, assessment = self._prepare(entry), entry.assessment
        return show_page(
            "trial",
            trial=entry.trial,
            person=entry.person,
            when=wording.show_when(assessment.setup),
            title=trial.protocol.title,
            described=plotting.describe_setup(assessment.setup),
            setup=assessment.setup,
            worn=wording.show_placement(assessment.setup),
            mark=overview.mark_quality(assessment),
            main=overview.describe_headline(assessment, self._labels),
            issues=self._describe_issues(assessment, withheld=False),
            withheld=self._describe_issues(assessment, withheld=True),
            plates=[(key, title, table(trial)) for key, (title, table) in _TITLES.items()],
            events=_events_table(trial),
            event_rows=[(each.kind, f"{each.start_s:.2f}", f"{each.end_s:.2f}") for each in trial.events],
            event_kinds=KINDS,
            length=f"{trial.time_s[-1]:.2f}",
            numbers=sections.values_table(assessment, self._labels),
            source=_title_of(assessment.provenance.source),
        )

    def draw_trial(self, request: Request) -> Response:
        """Draw one picture of a trial."""
        draw = PICTURES.get(request.path_params["picture"])
        if draw is None:
            raise HTTPException(404)
        trial = self._prepare(self._entry(request))
        noted = tuple(issue for issue in trial.issues if issue.code != WITHHELD)
        return picture_response(draw(replace(trial, issues=noted)))

    async def correct_events(self, request: Request) -> Response:
        """Take corrected events; the trial is analysed again."""
        body = await request.body()
        return await run_in_threadpool(self._correct, self._entry(request), body)

    def _correct(self, entry: Entry, body: bytes) -> Response:
        trial = self._prepare(entry)
        hands = read_hands(body, trial.events, float(trial.time_s[-1]))
        pipeline.reassess(entry, self._diary, by_hand=hands)
        return RedirectResponse(f"/trials/{entry.trial}#events", 303)

    def export_trial(self, request: Request) -> Response:
        """Give the original export and the result of a trial as one zip."""
        entry = self._entry(request)
        result = json.dumps(to_plain(entry.assessment), indent=2, ensure_ascii=False).encode()
        packed = pack({**self._diary.originals(entry.trial), "surefoot-result.json": result})
        name = f"{entry.person}-{entry.when:%Y%m%d-%H%M}-{entry.trial}.zip"
        return Response(
            packed,
            media_type="application/zip",
            headers={"content-disposition": f'attachment; filename="{name}"'},
        )

    def confirm_trial(self, request: Request) -> Response:
        """Ask before a trial is deleted."""
        entry = self._entry(request)
        line = overview.trial_line(entry)
        what = f"the trial of {wording.show_when(entry.assessment.setup)} ({line.title.lower()})"
        return show_page("confirm", what=what, person=entry.person, back=f"/trials/{entry.trial}")

    def delete_trial(self, request: Request) -> Response:
        """Remove a trial from disk."""
        entry = self._entry(request)
        self._diary.delete(entry.trial)
        return RedirectResponse(f"/people/{entry.person}" if self._known(entry.person) else "/", 303)

    def confirm_person(self, request: Request) -> Response:
        """Ask before everything of a person is deleted."""
        person, entries = self._person(request)
        what = f"everything of {person} ({len(entries)} {'trial' if len(entries) == 1 else 'trials'})"
        return show_page("confirm", what=what, person=person, back=f"/people/{person}")

    def delete_person(self, request: Request) -> Response:
        """Remove everything of a person from disk."""
        person, _ = self._person(request)
        self._diary.delete_person(person)
        self._forget(person)
        return RedirectResponse("/", 303)

    def _person(self, request: Request) -> tuple[str, tuple[Entry, ...]]:
        person = request.path_params["person"]
        if not self._known(person):
            raise HTTPException(404)
        return person, self._diary.entries(person)

    def _known(self, person: str) -> bool:
        return any(person == someone.pseudonym for someone in self._diary.people()) or bool(
            self._diary.entries(person)
        )

    def _entry(self, request: Request) -> Entry:
        try:
            return self._diary.entry(request.path_params["trial"])
        except DiaryError:
            raise HTTPException(404) from None

    def _prepare(self, entry: Entry) -> Trial:
        assessment = entry.assessment
        hands = [event for event in assessment.events if event.by_hand]
        trial = prepare(self._diary.recording(entry.trial), assessment.setup, by_hand=hands)
        told = tuple(event for event in assessment.events if event.confidence > 0)
        return replace(trial, events=told, issues=assessment.issues)

    def _describe_issues(self, assessment: Assessment, *, withheld: bool) -> list[tuple[str, str]]:
        return [
            (issue.severity, wording.name_keys(issue.message, self._labels))
            for issue in assessment.issues
            if (issue.code == WITHHELD) == withheld
        ]

    def _describe_family(self, family: tuple[Trend, ...]) -> tuple[str, str, list[sections.Table]]:
        label = wording.name_metric(family[0].metric, self._labels)
        described = " ".join(wording.describe_trend(trend, label) for trend in family)
        return label, described, [sections.trend_table(trend) for trend in family]


def pack(files: Mapping[str, bytes]) -> bytes:
    """Return files as a zip; the same files give the same bytes."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def _title_of(source: str) -> str:
    known = discover()
    return known[source].TITLE if source in known else source


def _events_table(trial: Trial) -> sections.Table:
    rows = [
        (
            KINDS[event.kind],
            f"{event.start_s:.1f}",
            f"{event.end_s:.1f}",
            "by hand" if event.by_hand else f"found, {100 * event.confidence:.0f} % sure",
        )
        for event in trial.events
    ]
    return sections.Table("What happened", ("Event", "From (s)", "To (s)", "How known"), tuple(rows))
