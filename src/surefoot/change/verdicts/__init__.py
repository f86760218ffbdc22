"""Sessions of one metric → a verdict: what is told and on what it rests; before it, what is true already."""

from surefoot.change.verdicts.judging import Judged, ask_other_leg, judge_sessions
from surefoot.change.verdicts.progress import describe_progress, explain_now

__all__ = ["Judged", "ask_other_leg", "describe_progress", "explain_now", "judge_sessions"]
