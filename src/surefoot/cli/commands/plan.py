"""``surefoot plan``: what to do between tests."""

from datetime import datetime
from typing import Any

from surefoot import history
from surefoot.cli.options import Json, Whose, choose_person
from surefoot.cli.output import print_json, print_table
from surefoot.diary import open_diary
from surefoot.model import to_plain
from surefoot.training import (
    PLAN,
    RUNGS,
    SAFETY_TEXT,
    START_TEXT,
    LadderStep,
    Week,
    adherence,
    climb,
    review_due,
)
from surefoot.words.home_language import home_language

WEEKS_SHOWN = 6


def plan(person: Whose = None, as_json: Json = False) -> None:
    """Show the exercise plan, how much was done, and what comes next."""
    diary = open_diary()
    whose = choose_person(diary, person)
    log, today = diary.log(whose), datetime.now().astimezone().date()
    trials = [entry.assessment for entry in diary.entries(whose)]
    steps = [climb(trials, log, leg, today) for leg in ("left", "right")]
    weeks = adherence(log, today)
    if as_json:
        print_json(_plan_to_plain(whose, steps, weeks, review_due(log, today)))
        return
    print(f"Plan of {whose}. {START_TEXT}")
    rows = [(exercise.name, exercise.how_often, exercise.how) for exercise in PLAN]
    print_table(("Exercise", "How often", "How"), rows)
    _print_weeks(weeks)
    for step in steps:
        print(f"{step.leg.capitalize()} leg: {step.text}")
    due = history.exercises_of(diary, whose, trials, today)
    told = home_language("en")
    print("Today: " + "; ".join(told.tell(f"exercise.{each.exercise.key}.name") for each in due) + ".")
    print(f"{review_due(log, today)}\n{SAFETY_TEXT}")


def _plan_to_plain(
    whose: str, steps: list[LadderStep], weeks: tuple[Week, ...], review: str
) -> dict[str, Any]:
    return {
        "person": whose,
        "start": START_TEXT,
        "exercises": [{**to_plain(exercise), "how_often": exercise.how_often} for exercise in PLAN],
        "weeks": [{**to_plain(week), "adherence_pct": week.adherence_pct} for week in weeks],
        "ladder": [_step_to_plain(step) for step in steps],
        "rungs": [rung.title for rung in RUNGS],
        "review": review,
        "safety": SAFETY_TEXT,
    }


def _step_to_plain(step: LadderStep) -> dict[str, Any]:
    return {
        "leg": step.leg,
        "mastered": step.mastered and step.mastered.title,
        "next": step.following and step.following.title,
        "clean_sessions": step.clean_sessions,
        "offered": step.offered,
        "text": step.text,
    }


def _print_weeks(weeks: tuple[Week, ...]) -> None:
    if not weeks:
        print('Nothing is logged yet: surefoot log "calf raises" --sets 3 --reps 15')
        return
    names = [exercise.name for exercise in PLAN if exercise.days_low]
    rows = [
        (
            f"{week.starts:%Y-%m-%d}",
            *(f"{week.done[name]} of {week.planned[name]:.0f}" for name in names),
            f"{week.adherence_pct:.0f} %",
        )
        for week in weeks[-WEEKS_SHOWN:]
    ]
    heads = ("Week of", *(f"{name}, days" for name in names), "Done of the plan")
    print_table(heads, rows, numbers=(len(heads) - 1,))
