"""The sway path seen from above."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from surefoot.model import Trial
from surefoot.plotting import style
from surefoot.plotting.curves import AREA_LENGTH_S, SwayPath, ellipse_outline, on_board, sway_path
from surefoot.plotting.traces import EVENT_NAMES

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure, SubFigure

HEIGHT_INCH: Final = 6.4


def plot_stabilogram(trial: Trial) -> Figure:
    """Draw the path of the analysed window of `trial` from above, with its 95 % prediction ellipse.

    Right is right and up is forward, on equal axes: acceleration (m/s²) about its mean after the 3.5 Hz
    low-pass, or on a board tilt (°) about level after the 10 Hz one. Events within the window are marked
    where the path was when they began.
    """
    with style.drawing_style():
        figure = style.new_figure(HEIGHT_INCH)
        draw_stabilogram(figure, trial)
    return figure


def draw_stabilogram(figure: Figure | SubFigure, trial: Trial) -> None:
    """Draw the path of `trial` into an empty `figure`."""
    path = sway_path(trial)
    axes = figure.subplots()
    axes.axhline(0, color=style.FAINT, linewidth=0.9)
    axes.axvline(0, color=style.FAINT, linewidth=0.9)
    axes.plot(path.ml, path.ap, color=style.BLUE, linewidth=1.0, alpha=0.85, label="path")
    if path.ellipse is not None:
        _draw_ellipse(axes, path)
    _mark_events(figure, axes, path, trial)
    _frame(axes, path)
    axes.set_title(_title(trial, path), fontsize=style.SMALL_PT)


def _title(trial: Trial, path: SwayPath) -> str:
    seen = f"{path.quantity} about {'level' if on_board(trial) else 'its mean'}, seen from above"
    if path.ellipse is None:
        return f"{seen}\nno ellipse: an area needs {AREA_LENGTH_S:.0f} s"
    return f"{seen}\ndashed: 95 % prediction ellipse and its axes"


def _draw_ellipse(axes: Axes, path: SwayPath) -> None:
    ap, ml = ellipse_outline(path)
    axes.plot(ml, ap, color=style.INK, linewidth=1.8, linestyle="--", label="95 % prediction ellipse")
    quarter = (len(ap) - 1) // 4
    for first in (0, quarter):
        ends = [first, first + 2 * quarter]
        axes.plot(ml[ends], ap[ends], color=style.INK, linewidth=1.0, linestyle="--")


def _frame(axes: Axes, path: SwayPath) -> None:
    outline = ellipse_outline(path)
    reach = max(float(np.abs(values).max()) for values in (path.ap, path.ml, *outline) if values.size)
    limit = 1.08 * reach if reach > 0 else 1.0
    axes.set_aspect("equal", adjustable="box")
    axes.set_xlim(-limit, limit)
    axes.set_ylim(-limit, limit)
    style.limit_ticks(axes, across=5, up=5)
    axes.set_xlabel(f"← left    {path.quantity} ({path.unit})    right →")
    axes.set_ylabel(f"← back    {path.quantity} ({path.unit})    forward →")


def _mark_events(figure: Figure | SubFigure, axes: Axes, path: SwayPath, trial: Trial) -> None:
    """Mark where the path was when something happened within the analysed window."""
    start_s, end_s = trial.window_s
    inside = [event for event in trial.events if start_s <= event.start_s < end_s]
    marks: list[Artist] = []
    for kind, (name, marker) in EVENT_NAMES.items():
        at = [_index(event.start_s - start_s, trial, path) for event in inside if event.kind == kind]
        if at:
            marks += axes.plot(
                path.ml[at], path.ap[at], linestyle="none", marker=marker, markersize=9,
                color=style.VERMILION, markeredgecolor=style.INK, zorder=4, label=f"{name} ({len(at)})",
            )  # fmt: skip
    if marks:
        style.write_key(figure, marks, "outside lower left")


def _index(second: float, trial: Trial, path: SwayPath) -> int:
    return min(round(second * trial.rate_hz), len(path.ap) - 1)
