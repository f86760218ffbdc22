"""The path of a trial seen from above: one trial, two side by side, a board's tilt."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from surefoot import words
from surefoot.model import Event, Floats, Trial
from surefoot.plotting import style
from surefoot.plotting.curves import SwayPath, ellipse_outline, on_board, sway_path
from surefoot.plotting.style import Box
from surefoot.plotting.trend_chart import write_lines

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

EVENT_NAMES: Final = {
    "foot_lift": ("foot lift", "^"),
    "touchdown": ("foot down", "X"),
    "step": ("step", "P"),
    "hop": ("hop", "D"),
    "edge_contact": ("edge touched", "s"),
    "correction": ("correction", "o"),
}


def plot_stabilogram(trial: Trial, *, reach: float | None = None) -> Figure:
    """Draw the path of the analysed window of `trial` from above, pale at first, dark at the end.

    Up is forward, right is right. On the body it is acceleration (m/s²) about its mean, on a board tilt (°)
    about level. The dotted line holds 95 of 100 moments (prediction ellipse); of a window too short for an
    area it is left out. The outer of three rings is at `reach`, the same for pictures to lay side by side.
    Events within the window are marked and named.
    """
    with style.drawing_style():
        figure = style.new_figure(style.WIDTH_INCH + 0.75, laid_out=False)
        box = Box(0, 0, style.WIDTH_INCH, style.WIDTH_INCH + 0.75)
        draw_path(figure, box, trial, words.describe_setup(trial.setup), reach or reach_of([trial]))
    return style.describe(figure, describe_path(trial))


def plot_pair(before: Trial, after: Trial) -> Figure:
    """Draw the paths of two trials side by side on the same rings, the earlier one at the left."""
    reach, width = reach_of([before, after]), style.WIDTH_INCH / 2
    with style.drawing_style():
        figure = style.new_figure(width + 1.2, laid_out=False)
        for number, (trial, word) in enumerate(((before, "before"), (after, "after"))):
            when = trial.setup.when
            day = f", {words.show_date(when)}" if when else ""
            box = Box(number * width, 0, width, width + 1.2)
            draw_path(figure, box, trial, f"{word.capitalize()}{day}", reach)
    return style.describe(figure, f"Before. {describe_path(before)} After. {describe_path(after)}")


def reach_of(trials: Sequence[Trial]) -> float:
    """Return the radius that holds the paths and ellipses of `trials`."""
    paths = [sway_path(trial) for trial in trials]
    around = [values for path in paths for values in (*ellipse_outline(path), path.ap, path.ml)]
    return max((float(np.abs(values).max()) for values in around if values.size), default=0.0) or 1.0


def draw_path(figure: Figure, box: Box, trial: Trial, title: str, reach: float) -> Axes:
    """Draw the path of `trial` into `box` and return its axes; `reach` is the radius of the outer ring."""
    size_pt = style.TEXT_PT
    path, line = sway_path(trial), style.LINE * size_pt / 72
    down = write_lines(figure, box, title, size_pt, bold=True)
    told = f"Outer ring: {words.show_number(reach)} {path.unit}".replace(" °", "°")
    style.write(
        figure, box.left + style.EDGE_INCH, box.top - down, told, size_pt, color=style.FAINT
    )  # fmt: skip
    side = min(box.width - 2 * style.EDGE_INCH, box.height - down - line - style.EDGE_INCH)
    left = box.left + (box.width - side) / 2
    axes = Box(left, box.bottom + style.EDGE_INCH / 2, side, side).add_axes(figure)
    _draw_rings(axes, reach, side, size_pt)
    _draw_ellipse(axes, path)
    _draw_course(axes, path)
    _mark_events(axes, path, trial, size_pt)
    return axes


def _draw_rings(axes: Axes, reach: float, side_inch: float, size_pt: float) -> None:
    """Draw the rings and the four directions, in a square with room for their words."""
    from matplotlib.patches import Circle

    beside = style.width_of("right", size_pt) + 0.08
    room = side_inch / (side_inch - 2 * beside)
    limits = (-room * reach, room * reach)
    axes.set(xlim=limits, ylim=limits, aspect="equal")
    axes.axis("off")
    for part in (1 / 3, 2 / 3, 1):
        axes.add_patch(Circle((0, 0), part * reach, fill=False, ec=style.GRID, lw=1.2, zorder=0))
    axes.plot([-reach, reach], [0, 0], color=style.GRID, lw=1.2, zorder=0, label="_cross")
    axes.plot([0, 0], [-reach, reach], color=style.GRID, lw=1.2, zorder=0, label="_cross")
    ends = (("forward", (0, 1), "center", "bottom"), ("back", (0, -1), "center", "top"))
    sides = (("left", (-1, 0), "left", "bottom"), ("right", (1, 0), "right", "bottom"))
    for text, (x, y), across, up in (*ends, *sides):
        at = (x * room * reach, 0.03 * reach) if x else (0, y * 1.04 * reach)
        axes.text(at[0], at[1], text, ha=across, va=up, color=style.FAINT, fontsize=size_pt)


def _draw_ellipse(axes: Axes, path: SwayPath) -> None:
    if path.ellipse is None:
        return
    ap, ml = ellipse_outline(path)
    axes.fill(ml, ap, color=style.WINDOW, alpha=0.6, lw=0, zorder=1, label="_inside")
    dots = (0, (1, 2.2))
    axes.plot(ml, ap, color=style.INK, lw=1.6, ls=dots, zorder=3, label="95 % prediction ellipse")


def _draw_course(axes: Axes, path: SwayPath) -> None:
    """Draw the path in four parts, each darker than the one before: few objects, and light files."""
    count = len(path.ml)
    for number, alpha in enumerate((0.3, 0.5, 0.75, 1.0)):
        part = slice(number * count // 4, (number + 1) * count // 4 + 1)
        axes.plot(
            path.ml[part], path.ap[part], color=style.ACCENT, lw=1.5, alpha=alpha, zorder=2, label="path"
        )
    axes.plot(
        path.ml[-1:], path.ap[-1:], "o", ms=10, color=style.ACCENT, mec=style.PAPER, mew=2, zorder=5,
        label="end",
    )  # fmt: skip


def events_within(trial: Trial) -> list[Event]:
    """Return the events that begin within the analysed window."""
    start_s, end_s = trial.window_s
    return [event for event in trial.events if start_s <= event.start_s < end_s]


def _mark_events(axes: Axes, path: SwayPath, trial: Trial, size_pt: float) -> None:
    """Mark where the path was when something happened; the first of each kind is named."""
    named: set[str] = set()
    for event in events_within(trial):
        name, marker = EVENT_NAMES[event.kind]
        at = min(round((event.start_s - trial.window_s[0]) * trial.rate_hz), len(path.ap) - 1)
        x, y = float(path.ml[at]), float(path.ap[at])
        axes.plot(
            [x], [y], marker=marker, markersize=11, color=style.INK, markeredgecolor=style.PAPER,
            markeredgewidth=1.4, zorder=6, linestyle="none", label=name,
        )  # fmt: skip
        if name not in named:
            right = (x <= 0) == (len(named) % 2 == 0)
            axes.annotate(
                name, (x, y), (9 if right else -9, 0), textcoords="offset points", va="center",
                ha="left" if right else "right", fontweight=700, fontsize=size_pt, zorder=7,
                bbox={"boxstyle": "square,pad=0.1", "fc": style.PAPER, "ec": "none", "alpha": 0.85},
            )  # fmt: skip
        named.add(name)


def plot_tilt_map(trial: Trial) -> Figure:
    """Draw how long a board leaned which way: darker where it was more often, edges where they are known.

    Tilt about level in degrees, forward up; each square is a tenth of the width. Raises ValueError for a
    sensor that did not lie on a board.
    """
    if not on_board(trial):
        raise ValueError("only a board has a map of its tilt")
    edge = trial.setup.board_max_tilt_deg
    reach = max(reach_of([trial]), edge or 0.0)
    with style.drawing_style():
        height = style.WIDTH_INCH + 0.75
        figure = style.new_figure(height, laid_out=False)
        title = f"{words.describe_setup(trial.setup)}: where it leaned"
        box = Box(0, 0, style.WIDTH_INCH, height)
        down = write_lines(figure, box, title, style.TEXT_PT, bold=True)
        told = f"Outer ring: {words.show_number(reach)}°{', the edge' if edge == reach else ''}"
        style.write(figure, style.EDGE_INCH, height - down, told, style.TEXT_PT, color=style.FAINT)
        side = height - down - 0.4
        axes = Box((style.WIDTH_INCH - side) / 2, 0.06, side, side).add_axes(figure)
        _draw_squares(axes, trial, reach)
        _draw_rings(axes, reach, side, style.TEXT_PT)
    return style.describe(figure, describe_path(trial))


def tilt_shares(trial: Trial, reach: float, squares: int = 20) -> tuple[Floats, Floats]:
    """Return the share of time (squares, squares) in each square of tilt, rows forward, and their edges."""
    path = sway_path(trial)
    edges = np.linspace(-reach, reach, squares + 1)
    counts, _, _ = np.histogram2d(path.ap, path.ml, bins=[edges, edges])
    return counts / max(len(path.ap), 1), edges


def _draw_squares(axes: Axes, trial: Trial, reach: float) -> None:
    from matplotlib.patches import Rectangle

    shares, edges = tilt_shares(trial, reach)
    most, step = float(shares.max()) or 1.0, edges[1] - edges[0]
    for row, column in zip(*np.nonzero(shares), strict=True):
        alpha = 0.12 + 0.88 * float(np.sqrt(shares[row, column] / most))
        at = (float(edges[column]), float(edges[row]))
        axes.add_patch(Rectangle(at, step, step, fc=style.ACCENT, lw=0, alpha=alpha, zorder=2))


def describe_path(trial: Trial) -> str:
    """Return what the picture from above shows, for those who do not see it."""
    path = sway_path(trial)
    ends = (
        ("forward", path.ap.max()),
        ("back", -path.ap.min()),
        ("right", path.ml.max()),
        ("left", -path.ml.min()),
    )
    unit = path.unit if path.unit == "°" else f" {path.unit}"
    far = ", ".join(f"{words.show_number(float(value))}{unit} {name}" for name, value in ends)
    counts = {name: 0 for name, _ in EVENT_NAMES.values()}
    for event in events_within(trial):
        counts[EVENT_NAMES[event.kind][0]] += 1
    happened = ", ".join(f"{name}: {count}" for name, count in counts.items() if count)
    text = f"{words.describe_setup(trial.setup)}, from above: {far}."
    return f"{text} {happened}." if happened else text
