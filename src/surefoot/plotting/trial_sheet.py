"""Everything about one trial on one sheet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from surefoot import words
from surefoot.model import Trial
from surefoot.plotting import spectrum, stabilogram, style, traces

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_DRAWN = (traces.draw_traces, stabilogram.draw_stabilogram, spectrum.draw_spectrum)


def plot_trial(trial: Trial) -> Figure:
    """Draw traces, stabilogram and spectrum of `trial` one beneath the other, under a title."""
    heights = (traces.HEIGHT_INCH, stabilogram.HEIGHT_INCH, spectrum.height_of(trial))
    with style.drawing_style():
        figure = style.new_figure(sum(heights) + 0.7)
        figure.suptitle(_title(trial), x=0.02, ha="left", fontsize=style.TEXT_PT, fontweight="bold")
        rows: Any = figure.subfigures(len(_DRAWN), 1, height_ratios=heights)
        for row, draw in zip(rows, _DRAWN, strict=True):
            draw(row, trial)
    return figure


def _title(trial: Trial) -> str:
    title = f"{trial.protocol.title}: {words.describe_setup(trial.setup).lower()}"
    when = trial.setup.when
    return title if when is None else f"{title}\n{words.show_date(when)}"
