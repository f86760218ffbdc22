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
from surefoot.training.ladder import RUNGS, LadderStep, Rung, climb

__all__ = [
    "PLAN",
    "RUNGS",
    "SAFETY_TEXT",
    "START_TEXT",
    "Exercise",
    "LadderStep",
    "LogEntry",
    "Rung",
    "Week",
    "adherence",
    "climb",
    "describe_entry",
    "hurts_on",
    "is_planned",
    "review_due",
]
