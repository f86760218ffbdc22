"""What was done between tests, on a person's page: the strip of days, the plan, the ladder."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from surefoot import plotting, words
from surefoot.report.blocks import TextTable
from surefoot.report.sections import days_table
from surefoot.training import PLAN, SAFETY_TEXT, LogEntry, Week, adherence, climb, review_due
from surefoot.web.dashboard.lookup import find_person
from surefoot.web.pictures import picture_response

if TYPE_CHECKING:
    from surefoot.diary import Diary, Entry

WEEKS_SHOWN = 6


@dataclass(frozen=True, slots=True)
class TrainingPart:
    """The training of one person: `rows` of the strip, its tables, and the next step of each leg."""

    rows: int
    alt: str
    days: TextTable | None
    weeks: TextTable | None
    plan: TextTable
    ladder: tuple[tuple[str, str], ...]
    review: str
    safety: str


def describe_training(log: Sequence[LogEntry], entries: Sequence[Entry], today: date) -> TrainingPart:
    """Return what a page shows of a log, and where each leg is on the ladder."""
    shown = plotting.recent_entries(log, today)
    assessments = [entry.assessment for entry in entries]
    trained = len({entry.when.date() for entry in shown})
    return TrainingPart(
        rows=len(plotting.exercises_of(log, today)) if shown else 0,
        alt=f"Exercises by day, six weeks up to {_name(today)}: {trained} days with training.",
        days=days_table(log, today) if shown else None,
        weeks=_weeks_table(adherence(log, today)),
        plan=_plan_table(),
        ladder=tuple(
            (leg.capitalize(), climb(assessments, log, leg, today).text) for leg in ("left", "right")
        ),
        review=review_due(log, today),
        safety=SAFETY_TEXT,
    )


def weeks_of(log: Sequence[LogEntry], dates: Sequence[datetime]) -> tuple[Week, ...]:
    """Return the weeks that stand under a trend of `dates`: up to its last session, or the last entry."""
    return adherence(log, max(log[-1].when.date(), *(each.date() for each in dates))) if log else ()


class Training:
    """The strip of days. `clock` tells the wall time with its zone."""

    def __init__(self, diary: Diary, clock: Callable[[], datetime]) -> None:
        self._diary = diary
        self._clock = clock

    def routes(self) -> list[Route]:
        """Return the route of the strip."""
        return [Route("/people/{person}/training.svg", self.draw_training)]

    def draw_training(self, request: Request) -> Response:
        """Draw which exercise was done on which day."""
        person, _ = find_person(self._diary, request)
        return picture_response(plotting.plot_training(self._diary.log(person), self._clock().date()))


def _weeks_table(weeks: Sequence[Week]) -> TextTable | None:
    names = [exercise.name for exercise in PLAN if exercise.days_low]
    rows = [
        (
            _name(week.starts),
            *(f"{week.done[name]} of {week.planned[name]:.0f}" for name in names),
            f"{week.adherence_pct:.0f} %",
        )
        for week in weeks[-WEEKS_SHOWN:]
    ]
    header = ("Week of", *(f"{name.capitalize()}, days" for name in names), "Done of the plan")
    return TextTable("How much of the plan was done", header, tuple(rows)) if rows else None


def _plan_table() -> TextTable:
    rows = [(exercise.name.capitalize(), exercise.how_often, exercise.how) for exercise in PLAN]
    return TextTable("The plan", ("Exercise", "How often", "How"), tuple(rows))


def _name(day: date) -> str:
    return words.show_date(datetime.combine(day, time()))
