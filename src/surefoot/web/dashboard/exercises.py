"""Today's exercises on the page: what to do and how, ticked off with one tap, and how the ankle feels."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from surefoot.training import LogEntry, key_of, name_of
from surefoot.web.dashboard.about import read_words
from surefoot.web.dashboard.lookup import find_person

if TYPE_CHECKING:
    from surefoot.diary import Diary
    from surefoot.training import DueExercise
    from surefoot.words.language import Language

# What the log calls the answer to "How does the ankle feel?".
CHECK: Final = "check"
_NUMBERS: Final = ("sets", "reps", "seconds", "pain")
_LONGEST_BAND: Final = 20


@dataclass(frozen=True, slots=True)
class ExerciseCard:
    """One exercise of today in words; the amounts are those ticked today, else those of the last time."""

    key: str
    side: str
    title: str
    aim: str
    drawing: str
    steps: tuple[str, ...]
    mind: str
    stop: str
    offer: str
    is_done: bool
    is_held: bool
    has_band: bool
    sets: int | str
    reps: int | str
    seconds: int | str
    band: str
    easy: bool


@dataclass(frozen=True, slots=True)
class TrainingToday:
    """Today's exercises, how many are done, and the pain noted today (None where none was)."""

    exercises: tuple[ExerciseCard, ...]
    done: int
    pain: int | None


def describe_exercises(
    language: Language, due: Sequence[DueExercise], log: Sequence[LogEntry], today: date
) -> TrainingToday:
    """Return what a page shows of today's exercises."""
    pain = [entry.pain for entry in log if entry.when.date() == today and entry.pain is not None]
    cards = tuple(_card(language, each, log) for each in due)
    return TrainingToday(cards, sum(card.is_done for card in cards), pain[-1] if pain else None)


def _card(language: Language, due: DueExercise, log: Sequence[LogEntry]) -> ExerciseCard:
    exercise, words = due.exercise, f"exercise.{due.exercise.key}"
    last = due.done or next((e for e in reversed(log) if key_of(e.exercise) == exercise.key), None)
    title = language.tell(f"{words}.name")
    if due.side and exercise.by_side:
        side = language.say(f"plan.side_{due.side}")
        title = language.tell("plan.exercise_side", exercise=title, side=side)
    drawing = f"stand-{due.side}" if exercise.drawing == "stand-right" and due.side else exercise.drawing
    return ExerciseCard(
        key=exercise.key,
        side=due.side or "",
        title=title,
        aim=_aim(language, due),
        drawing=drawing,
        steps=language.tell_each(f"{words}.step"),
        mind=language.tell(f"{words}.mind"),
        stop=language.tell(f"stop.{exercise.stop}"),
        offer=_offer(language, due),
        is_done=due.done is not None,
        is_held=due.hold_s is not None,
        has_band="band" in exercise.needs,
        sets=(last.sets or "") if last else "",
        reps=(last.reps or "") if last else "",
        seconds=(last.seconds or "") if last else "",
        band=last.band if last else "",
        easy=due.done.easy if due.done else False,
    )


def _aim(language: Language, due: DueExercise) -> str:
    if due.hold_s is not None:
        return language.tell("plan.aim_hold", seconds=f"{due.hold_s:.0f}")
    if due.reps is not None:
        return language.tell("plan.aim_reps", low=due.reps[0], high=due.reps[1])
    return language.tell(f"dose.{due.exercise.dose}")


def _offer(language: Language, due: DueExercise) -> str:
    if not due.is_easy:
        return ""
    return language.tell("plan.harder_band" if "band" in due.exercise.needs else "plan.harder_form")


class Exercises:
    """Where exercises are ticked off. `clock` tells the wall time with its zone."""

    def __init__(self, diary: Diary, clock: Callable[[], datetime]) -> None:
        self._diary = diary
        self._clock = clock

    def routes(self) -> list[Route]:
        """Return the one route that notes what was done, or takes it back."""
        return [Route("/people/{person}/log", self.note, methods=["POST"])]

    async def note(self, request: Request) -> Response:
        """Note an exercise of today or how the ankle feels; or take today's entry back."""
        person, _ = find_person(self._diary, request)
        words, now = read_words(await request.body()), self._clock()
        entry = read_entry(words, person, now)
        todays = [each for each in self._diary.log(person) if _is_same(each, entry)]
        # Ticked once more with other amounts is corrected, not done twice.
        for each in todays:
            self._diary.remove_log(replace(each, person=person))
        if "undo" not in words:
            self._diary.add_log(entry)
        return RedirectResponse(f"/people/{person}#plan", 303)


def _is_same(known: LogEntry, entry: LogEntry) -> bool:
    return known.exercise == entry.exercise and known.when.date() == entry.when.date()


def read_entry(words: Mapping[str, str], person: str, now: datetime) -> LogEntry:
    """Return what a form says was done. Raises HTTPException 400 for an exercise or a number that is none."""
    key = key_of(words.get("exercise", ""))
    if not key and words.get("exercise") != CHECK:
        raise HTTPException(400)
    try:
        numbers: dict[str, Any] = {name: int(words[name]) for name in _NUMBERS if words.get(name)}
    except ValueError:
        raise HTTPException(400) from None
    when = now.replace(microsecond=0)
    name = name_of(key) if key else CHECK
    band = "".join(letter for letter in words.get("band", "") if letter.isprintable())[:_LONGEST_BAND]
    side, easy = words.get("side", ""), words.get("easy") == "yes"
    return LogEntry(person, name, when, **numbers, side=side, band=band, easy=easy)
