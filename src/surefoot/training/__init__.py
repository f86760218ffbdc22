"""Training between tests: the plan of exercises, the log of what was done, and the ladder of stances."""

from surefoot.training.exercises import (
    PLAN,
    SAFETY_TEXT,
    START_TEXT,
    Exercise,
    LogEntry,
    Week,
    adherence,
    describe_entry,
    hurts_on,
    is_planned,
    review_due,
)
from surefoot.training.guides import EXERCISES, GuideExercise, key_of, name_of, nearest_name
from surefoot.training.ladder import RUNGS, LadderStep, Rung, climb
from surefoot.training.today import (
    DAYS_BETWEEN,
    DueExercise,
    earns_harder,
    held_back_until,
    next_test,
    todays_exercises,
)

__all__ = [
    "DAYS_BETWEEN",
    "EXERCISES",
    "PLAN",
    "RUNGS",
    "SAFETY_TEXT",
    "START_TEXT",
    "DueExercise",
    "Exercise",
    "GuideExercise",
    "LadderStep",
    "LogEntry",
    "Rung",
    "Week",
    "adherence",
    "climb",
    "describe_entry",
    "earns_harder",
    "held_back_until",
    "hurts_on",
    "is_planned",
    "key_of",
    "name_of",
    "nearest_name",
    "next_test",
    "review_due",
    "todays_exercises",
]
