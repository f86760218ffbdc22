"""Sessions of one metric → a verdict: what is told, on what it rests, and the sentences that say it."""

from surefoot.verdicts.judging import Judged, judge_sessions
from surefoot.verdicts.names import SHORT, lead, name_verdict
from surefoot.verdicts.other_leg import ask_other_leg
from surefoot.verdicts.progress import PROGRESS, describe_progress
from surefoot.verdicts.sentences import SENTENCES, State, explain, explain_many, explain_noise, state_of

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
