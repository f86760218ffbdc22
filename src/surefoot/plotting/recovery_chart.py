"""The weeks after an injury: both legs on the same axes, a row for eyes open, eyes closed, and the board."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Final

import numpy as np

from surefoot import words
from surefoot.change.recovery import Milestone, weeks_since
from surefoot.metrics import load_metrics
from surefoot.model import Injury, Setup, Trend
from surefoot.plotting import style
from surefoot.plotting.trend_chart import axis_label

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

ROW_INCH: Final = 2.5
LINE_INCH: Final = 0.27
MARKS_SHOWN: Final = 8
_ROOM: Final = 0.18


def plot_recovery(
    trends: Sequence[Trend], labels: Mapping[str, str], injury: Injury, marks: Sequence[Milestone] = ()
) -> Figure:
    """Draw the sessions of one person over the weeks since `injury`, one row a condition.

    Left leg ● solid, right ■ dashed, both ◆; eyes closed hollow. Points are joined within one set of settings
    only. `labels` names metrics by key. Numbered triangles are `marks`, the latest eight told beneath. Raises
    ValueError for no trend.
    """
    if not trends:
        raise ValueError("there is no trend to draw")
    rows = [list(group) for _, group in groupby(sorted(trends, key=_row), key=_row)]
    shown = [mark for mark in marks if _inside(mark, trends)][-MARKS_SHOWN:]
    told = _told(shown)
    with style.drawing_style():
        figure = style.new_figure(ROW_INCH * len(rows) + LINE_INCH * len(told) + 1.7)
        panels = figure.subplots(len(rows), 1, sharex=True, squeeze=False)[:, 0]
        for axes, row in zip(panels, rows, strict=True):
            _draw_row(axes, row, labels, injury)
            _draw_marks(axes, shown, injury)
        _frame(list(panels), trends, injury)
        style.write_key(figure, _key(trends, injury), "outside upper left", _direction(trends))
        if told:
            style.write_beneath(figure, told)
    return figure


def _row(trend: Trend) -> tuple[object, ...]:
    setup = trend.setup
    return (setup.surface == "board", setup.eyes == "closed", setup.surface, setup.test, trend.metric)


def _inside(mark: Milestone, trends: Sequence[Trend]) -> bool:
    days = [date.date() for trend in trends for date in trend.dates]
    return min(days) <= mark.on <= max(days)


def _draw_row(axes: Axes, row: Sequence[Trend], labels: Mapping[str, str], injury: Injury) -> None:
    for trend in row:
        look = style.LEGS[trend.setup.leg]
        weeks = [weeks_since(injury, date) for date in trend.dates]
        hollow = trend.setup.eyes == "closed"
        axes.plot(
            weeks, trend.values, color=look.color, linestyle=look.line, linewidth=1.2, marker=look.marker,
            markersize=7, markeredgewidth=1.6, markerfacecolor=style.PAPER if hollow else look.color,
            label=trend.setup.leg,
        )  # fmt: skip
    axes.set_title(_name_row(row[0].setup), fontweight="bold")
    axes.set_ylabel(style.wrap_text(axis_label(row[0].metric, labels), 18))
    low, high = axes.get_ylim()
    axes.set_ylim(low - 0.04 * (high - low), high + _ROOM * (high - low))
    style.limit_ticks(axes, up=4)


def _name_row(setup: Setup) -> str:
    if setup.surface == "board":
        return "On the board"
    eyes = f"Eyes {setup.eyes}"
    return eyes if setup.surface == "floor" else f"{eyes}, {setup.surface}"


def _draw_marks(axes: Axes, marks: Sequence[Milestone], injury: Injury) -> None:
    across = axes.get_xaxis_transform()
    for number, mark in enumerate(marks, 1):
        week = (mark.on - injury.on).days / 7
        axes.plot(
            [week], [0.97], marker="v", markersize=7, color=style.INK, linestyle="none", transform=across,
            label="_mark",
        )  # fmt: skip
        axes.annotate(
            str(number), (week, 0.97), xycoords=across, xytext=(5, -2), textcoords="offset points",
            fontsize=style.SMALL_PT, va="center", color=style.INK,
        )  # fmt: skip


def _frame(panels: list[Axes], trends: Sequence[Trend], injury: Injury) -> None:
    weeks = np.array([weeks_since(injury, date) for trend in trends for date in trend.dates])
    margin = max(0.04 * (weeks.max() - weeks.min()), 0.15)
    panels[0].set_xlim(weeks.min() - margin, weeks.max() + margin)
    if weeks.min() <= 0 <= weeks.max():
        for axes in panels:
            axes.axvline(0, color=style.INK, linewidth=1.5, label="_injury")
    style.limit_ticks(panels[-1], across=7)
    day = words.show_date(injury.on)
    panels[-1].set_xlabel(f"Weeks since the injury ({injury.side}, {day})")


def _key(trends: Sequence[Trend], injury: Injury) -> list[Artist]:
    from matplotlib.lines import Line2D

    legs = [leg for leg in style.LEGS if any(trend.setup.leg == leg for trend in trends)]
    entries: list[Artist] = []
    for leg in legs:
        look = style.LEGS[leg]
        name = words.name_leg(leg) + (" (injured)" if leg == injury.side else "")
        entries.append(Line2D([], [], color=look.color, linestyle=look.line, marker=look.marker, label=name))
    return entries


def _direction(trends: Sequence[Trend]) -> str:
    known = load_metrics()
    ways = {known[trend.metric].better for trend in trends if trend.metric in known}
    return words.name_better(ways.pop()) if len(ways) == 1 else ""


def _told(marks: Sequence[Milestone]) -> list[str]:
    """Return the lines that tell the marks, each short enough for the figure."""
    lines: list[str] = []
    for number, mark in enumerate(marks, 1):
        day = words.show_date(mark.on, year=False)
        lines += style.wrap_text(f"{number}  {day}: {mark.text}").split("\n")
    return lines
