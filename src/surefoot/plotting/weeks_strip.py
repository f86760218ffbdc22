"""How much of the exercise plan was done, week by week, as a strip under a trend."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Final

import numpy as np

from surefoot.plotting import style
from surefoot.training import Week

if TYPE_CHECKING:
    from matplotlib.axes import Axes

STRIP_INCH: Final = 1.5
_GAP = timedelta(hours=8)


def draw_weeks(axes: Axes, weeks: Sequence[Week]) -> None:
    """Draw the adherence of `weeks` as bars from 0 to 100 %, each as wide as the week.

    A week without any exercise keeps a line at zero, so that it is not mistaken for one without a log.
    """
    starts = [datetime.combine(week.starts, time()) + _GAP for week in weeks]
    left = np.array(starts, dtype="datetime64[us]")
    width = np.timedelta64(timedelta(days=7) - 2 * _GAP)
    heights = [week.adherence_pct for week in weeks]
    axes.bar(
        left, heights, width, align="edge", color=style.RAW, edgecolor=style.FAINT, linewidth=0.8,
        label="exercises",
    )  # fmt: skip
    axes.hlines(
        [0] * len(weeks), left, left + width, color=style.FAINT, linewidth=2.5, clip_on=False, zorder=3
    )
    axes.set_ylim(0, 108)
    axes.set_yticks([0, 50, 100], ["0", "50", "100"])
    axes.set_ylabel("Done (%)")
    axes.set_title("Exercises done, of the plan for each week")


def days_of(weeks: Sequence[Week]) -> list[datetime]:
    """Return the first and the last moment of `weeks`, none where there are none."""
    if not weeks:
        return []
    last = datetime.combine(weeks[-1].starts, time()) + timedelta(days=7)
    return [datetime.combine(weeks[0].starts, time()), last]
