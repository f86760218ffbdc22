"""Sessions of one metric → a verdict: what is told, on what it rests, and the sentences that say it."""

from surefoot.change.verdicts.judging import Judged, ask_other_leg, judge_sessions
from surefoot.change.verdicts.progress import PROGRESS, describe_progress
from surefoot.change.verdicts.sentences import (
    SENTENCES,
    SHORT,
    State,
    explain,
    explain_many,
    explain_noise,
    lead,
    name_verdict,
    state_of,
)

__all__ = [
    "PROGRESS",
    "SENTENCES",
    "SHORT",
    "Judged",
    "State",
    "ask_other_leg",
    "describe_progress",
    "explain",
    "explain_many",
    "explain_noise",
    "judge_sessions",
    "lead",
    "name_verdict",
    "state_of",
]
