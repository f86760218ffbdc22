"""The weeks after an injury: how long ago it was, what was noted on the way, and one item of the Ankle-GO."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from surefoot.errors import SetupError
from surefoot.model import Assessment, Injury, Person
from surefoot.training import LogEntry

ANKLE_GO_TEXT: Final = (
    "Single-leg item of the Ankle-GO (Picot et al. 2024, Sports Med Open 10:23): no error 2, 1 to 3 errors "
    "1, more 0; one more point where the ankle did not feel insecure. It is one item of a form of 25 points "
    "and says nothing alone."
)


def newest_injury(person: Person | None) -> Injury | None:
    """Return the latest injury of a person, None where none is known."""
    return max(person.injuries, key=lambda each: each.on) if person and person.injuries else None


def latest_injury(person: Person) -> Injury:
    """Return the latest injury of a person. Raises SetupError where none is known."""
    newest = newest_injury(person)
    if newest is None:
        raise SetupError(
            "No injury of this person is known.",
            found=f"{person.pseudonym} without an injury",
            expected="a side and a day",
            do=f"Add it: surefoot edit --person {person.pseudonym} --injury right:2026-03-01",
        )
    return newest


def weeks_since(injury: Injury, when: datetime) -> float:
    """Return the weeks from the day of an injury to the day of `when`; negative before it.

    >>> weeks_since(Injury("right", date(2026, 3, 1)), datetime(2026, 3, 22, 8, 30))
    3.0
    """
    return (when.date() - injury.on).days / 7


@dataclass(frozen=True, slots=True)
class Milestone:
    """A day with something to remember: pain, or a note."""

    on: date
    text: str


def collect_marks(assessments: Iterable[Assessment], log: Sequence[LogEntry]) -> tuple[Milestone, ...]:
    """Return the notes of trials, and pain and notes of the training log, by day; each is told once a day."""
    found = [(each.setup.when.date(), each.setup.note) for each in assessments if each.setup.when is not None]
    for entry in log:
        pain = f"pain {entry.pain} of 10 ({entry.exercise})" if entry.pain else ""
        found += [(entry.when.date(), pain), (entry.when.date(), entry.note)]
    told = dict.fromkeys((day, " ".join(text.split())) for day, text in found if text.strip())
    return tuple(Milestone(day, text) for day, text in sorted(told, key=lambda each: each[0]))


def ankle_go_single_leg(errors: int, *, felt_insecure: bool) -> int:
    """Return the points, 0 to 3, of the Ankle-GO's single-leg stance item.

    More than three errors 0, one to three 1, none 2, and one more where the ankle did not feel insecure
    (Picot et al. 2024, Sports Med Open 10:23). Raises SetupError for a negative number of errors.

    >>> [ankle_go_single_leg(errors, felt_insecure=True) for errors in (0, 1, 3, 4)]
    [2, 1, 1, 0]
    """
    if errors < 0:
        raise SetupError(
            "The number of errors cannot be meant.",
            found=str(errors),
            expected="0 or more",
            do="Give --errors with what was counted.",
        )
    points = 2 if errors == 0 else 1 if errors <= 3 else 0
    return points + (not felt_insecure)
