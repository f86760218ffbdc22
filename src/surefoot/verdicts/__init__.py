"""Sessions of one metric → a verdict: what is told, on what it rests, and the sentences that say it."""

from surefoot.verdicts.judging import Judged, judge_sessions
from surefoot.verdicts.other_leg import ask_other_leg
from surefoot.verdicts.sentences import SENTENCES, State, explain, explain_many, explain_noise, state_of

__all__ = [
    "SENTENCES",
    "Judged",
    "State",
    "ask_other_leg",
    "explain",
    "explain_many",
    "explain_noise",
    "judge_sessions",
    "state_of",
]
