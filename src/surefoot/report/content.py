"""What a report is about: everything that its three forms are made from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final, Literal, get_args

from surefoot.change.sides import Ratio
from surefoot.model import Assessment, Injury, Trend, Trial
from surefoot.training import LogEntry
from surefoot.words import ENGLISH, show_date, show_span

Reader = Literal["person", "clinician", "researcher"]
READERS: Final[tuple[Reader, ...]] = get_args(Reader)


@dataclass(frozen=True, slots=True)
class Report:
    """One person's trends, trials, ratios and training; `labels` name metrics by key.

    `newest` is the trial that is drawn for researchers, `on` the day the report is made. One to `share`
    holds no name, note, date or file name: days become weeks, counted from `injury` or the first trial.
    """

    person: str
    trends: Sequence[Trend]
    assessments: Sequence[Assessment]
    newest: Trial | None
    labels: Mapping[str, str]
    version: str
    ratios: Sequence[Ratio] = ()
    log: Sequence[LogEntry] = ()
    injury: Injury | None = None
    on: date | None = None
    share: bool = False

    @property
    def who(self) -> str:
        """Whose balance this is about."""
        return ENGLISH.say("report.somebody") if self.share else self.person

    @property
    def days(self) -> tuple[datetime, ...]:
        """When the trials were made, the earliest first."""
        return tuple(sorted((when for each in self.assessments if (when := each.setup.when)), key=_instant))

    @property
    def origin(self) -> date | None:
        """The day from which weeks count."""
        return self.injury.on if self.injury else self.days[0].date() if self.days else None

    @property
    def span(self) -> str:
        """The first and the last day, or week."""
        if not self.share or not self.days:
            return show_span(self.days)
        first, last = (self.day(when) for when in (self.days[0], self.days[-1]))
        return first if first == last else ENGLISH.say("days.span", first=first, last=last)

    def day(self, when: date | None) -> str:
        """Return a day as the report says it: its date, or in one to share the week."""
        if when is None:
            return ENGLISH.say("day.none")
        return self.week(when) if self.share else show_date(when)

    def week(self, when: date) -> str:
        """Return the week of a day, the first one being week 1."""
        day = when.date() if isinstance(when, datetime) else when
        return ENGLISH.say("report.week", n=(day - (self.origin or day)).days // 7 + 1)

    def shared(self) -> "Report":
        """Return the report as it may be handed on, without what tells who it is."""
        return replace(self, share=True)


def _instant(when: datetime) -> float:
    return when.timestamp()
