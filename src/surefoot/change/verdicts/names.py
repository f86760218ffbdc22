"""The few words that stand for a verdict in a list, and the one trend that speaks first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from surefoot.change.verdicts.sentences import State, state_of
from surefoot.model import Trend

SHORT: Final[dict[State, str]] = {
    "shown": "only shown",
    "wait": "too early to say",
    "steadier": "steadier",
    "steadier, fading": "steadier",
    "less steady": "less steady",
    "less steady, fading": "less steady",
    "same": "about the same",
    "no longer steadier": "moved back",
    "no longer less steady": "back up",
    "unsure": "no sure change yet",
    "leaning": "no sure change yet",
    "unsure for long": "no sure change yet",
}


def name_verdict(trend: Trend) -> str:
    """Return the verdict of a trend in two or three plain words."""
    return SHORT[state_of(trend)]


def lead(trends: Sequence[Trend], injured: str = "") -> Trend | None:
    """Return the trend that speaks first; None where there is none.

    It is chosen by what was tested, never by what came out, so that many lines do not speak by chance: the
    injured leg, in the test done in most sessions; eyes open before closed.
    """

    def place(trend: Trend) -> tuple[bool, int, bool, bool]:
        setup = trend.setup
        return (setup.leg == injured, len(trend.values), setup.eyes == "open", setup.surface == "floor")

    return max(trends, key=place, default=None)
