"""The page of one trial: conditions, pictures, events and numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from surefoot import pipeline, plotting, words
from surefoot.model import WITHHELD, WORDS, Assessment, Trial
from surefoot.report import sections
from surefoot.sources import discover
from surefoot.web.dashboard.event_form import KINDS, list_rows, read_hands, sign_events
from surefoot.web.dashboard.lookup import find_entry
from surefoot.web.dashboard.one_test import describe_test
from surefoot.web.dashboard.sway_picture import draw_sway
from surefoot.web.forms import read_correction
from surefoot.web.languages import language_of
from surefoot.web.pages import show_page
from surefoot.web.pictures import picture_response
from surefoot.words.home import name_standing, tell_issue

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from surefoot.diary import Diary, Entry
    from surefoot.report.blocks import TextTable
    from surefoot.settings import Settings
    from surefoot.words.language import Language

PICTURES: Final[Mapping[str, Callable[[Trial], Figure]]] = {
    "traces": plotting.plot_traces,
    "stabilogram": plotting.plot_stabilogram,
    "spectrum": plotting.plot_spectrum,
}
SAVED: Final = "saved"
CORRECTED: Final = "corrected"
# What the script of the page says of the marks on the picture.
_MARKS: Final = ("move", "end", "span", "until", "remove", "kind", "start", "stop")
_TITLES: Final = {
    "traces": ("Over time", sections.traces_table),
    "stabilogram": ("From above", sections.path_table),
    "spectrum": ("How quick", sections.spectrum_table),
}


class Trials:
    """The pages of the trials in a diary; `clock` tells the wall time with its zone."""

    def __init__(self, diary: Diary, settings: Settings, clock: Callable[[], datetime]) -> None:
        self._diary = diary
        self._clock = clock
        self._settings = settings
        self._labels = words.metric_labels()

    def routes(self) -> list[Route]:
        """Return the routes of a trial, its pictures and its events."""
        trial = "/trials/{trial}"
        return [
            Route(trial, self.show_trial),
            Route(f"{trial}/{{picture}}.svg", self.draw_trial),
            Route(f"{trial}/events", self.correct_events, methods=["POST"]),
            Route(f"{trial}/conditions", self.correct_conditions, methods=["POST"]),
        ]

    def show_trial(self, request: Request) -> Response:
        """Show one trial: the answer, its sway, and folded how it was done, events, numbers and files."""
        entry, language = find_entry(self._diary, request), language_of(request)
        trial, assessment = self._prepare(entry), entry.assessment
        own, names = self._diary.entries(entry.person), self._diary.everybody()
        return show_page(
            "trial",
            language=language,
            trial=entry.trial,
            person=entry.person,
            people={name: self._settings.name_of(name) for name in names},
            test=describe_test(language, entry, trial, own, self._clock().date()),
            pictures=draw_sway(language, trial),
            setup=assessment.setup,
            words=WORDS,
            saved=SAVED in request.query_params,
            corrected=CORRECTED in request.query_params,
            **_describe_events(trial),
            **self._describe_numbers(language, trial, assessment),
        )

    def _describe_numbers(self, language: Language, trial: Trial, assessment: Assessment) -> dict[str, Any]:
        plates = [
            (key, language.name_measure(title), _in_language(language, table(trial)))
            for key, (title, table) in _TITLES.items()
        ]
        return {
            "stance": name_standing(language, assessment.setup, bare=True),
            "issues": self._describe_issues(language, assessment),
            "withheld": words.describe_issues(assessment.issues, self._labels, withheld=True),
            "plates": plates,
            "numbers": _in_language(language, sections.values_table(assessment, self._labels)),
            "source": _title_of(assessment.provenance.source),
        }

    def _describe_issues(self, language: Language, assessment: Assessment) -> list[tuple[str, str, str]]:
        """Return severity, text and language of each issue: English with its numbers, else plain words."""
        told: list[tuple[str, str, str]] = []
        for issue in assessment.issues:
            if issue.code == WITHHELD:
                continue
            plain = " ".join(tell_issue(language, issue.code))
            code, text = (language.code, plain) if plain and language.code != "en" else ("en", issue.message)
            told.append((issue.severity, words.name_keys(text, self._labels), code))
        return told

    def draw_trial(self, request: Request) -> Response:
        """Draw one picture of a trial."""
        draw = PICTURES.get(request.path_params["picture"])
        if draw is None:
            raise HTTPException(404)
        return picture_response(draw(self._prepare(find_entry(self._diary, request))))

    async def correct_events(self, request: Request) -> Response:
        """Take corrected events; the trial is analysed again."""
        body = await request.body()
        return await run_in_threadpool(self._correct, find_entry(self._diary, request), body)

    def _correct(self, entry: Entry, body: bytes) -> Response:
        trial = self._prepare(entry)
        hands = read_hands(body, entry.assessment.events, float(trial.time_s[-1]))
        pipeline.reassess(entry, self._diary, self._settings, by_hand=hands)
        return RedirectResponse(f"/trials/{entry.trial}?{SAVED}=1#events", 303)

    async def correct_conditions(self, request: Request) -> Response:
        """Take a corrected leg, person or the like; the trial is analysed again."""
        body = await request.body()
        return await run_in_threadpool(self._correct_setup, find_entry(self._diary, request), body)

    def _correct_setup(self, entry: Entry, body: bytes) -> Response:
        setup = read_correction(body, entry.assessment.setup)
        pipeline.reassess(entry, self._diary, self._settings, setup)
        return RedirectResponse(f"/trials/{entry.trial}?{CORRECTED}=1", 303)

    def _prepare(self, entry: Entry) -> Trial:
        trial = pipeline.recall(entry, self._diary)
        return replace(trial, issues=tuple(issue for issue in trial.issues if issue.code != WITHHELD))


def _describe_events(trial: Trial) -> dict[str, Any]:
    return {
        "events": list_rows(trial.events),
        "seen": sign_events(trial.events),
        "event_kinds": KINDS,
        "said_of_marks": [(name, f"trial.marks.{name}") for name in _MARKS],
        "begins": f"{trial.time_s[0]:.2f}",
        "length": f"{trial.time_s[-1]:.2f}",
    }


def _in_language(language: Language, table: TextTable) -> TextTable:
    """Return a table of numbers in the words of a language."""
    rows = tuple(tuple(map(language.name_measure, row)) for row in table.rows)
    header = tuple(map(language.name_measure, table.header))
    return replace(table, caption=language.name_measure(table.caption), header=header, rows=rows)


def _title_of(source: str) -> str:
    known = discover()
    return known[source].TITLE if source in known else source
