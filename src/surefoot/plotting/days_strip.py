"""Which exercise was done on which day: a strip of the last weeks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from surefoot import words
from surefoot.plotting import style
from surefoot.training import PLAN, LogEntry

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

DAYS_SHOWN: Final = 42
ROW_INCH: Final = 0.42
FRAME_INCH: Final = 1.7
_SIDE: Final = 0.8


def plot_training(log: Sequence[LogEntry], until: date) -> Figure:
    """Draw the training of one person in the six weeks up to and with `until`, one square a day.

    A row for each exercise of the plan, done or not, then for any other in the log; a cross marks a day on
    which pain was noted with it. Lines stand before Mondays. The days are those of the person's own clock.
    """
    names = exercises_of(log, until)
    with style.drawing_style():
        figure = style.new_figure(FRAME_INCH + ROW_INCH * len(names))
        axes = figure.subplots()
        marks = _draw_days(axes, recent_entries(log, until), names, until)
        _frame(axes, names, until)
        if marks:
            style.write_key(figure, marks, "outside upper left")
    days = len({entry.when.date() for entry in recent_entries(log, until)})
    return style.describe(figure, f"Training in the six weeks up to {_name_day(until)}: {days} days.")


def recent_entries(log: Sequence[LogEntry], until: date) -> tuple[LogEntry, ...]:
    """Return the entries of the days that `plot_training` shows."""
    first = until - timedelta(days=DAYS_SHOWN - 1)
    return tuple(entry for entry in log if first <= entry.when.date() <= until)


def exercises_of(log: Sequence[LogEntry], until: date) -> tuple[str, ...]:
    """Return the rows of the strip: the plan in its order, then whatever else was done."""
    done = [entry.exercise for entry in recent_entries(log, until)]
    return tuple(dict.fromkeys((*(exercise.name for exercise in PLAN), *done)))


def _draw_days(axes: Axes, log: Sequence[LogEntry], names: Sequence[str], until: date) -> list[Artist]:
    marks: list[Artist] = []
    for row, name in enumerate(names):
        own = [entry for entry in log if entry.exercise == name]
        done = {(entry.when.date() - until).days for entry in own}
        hurt = sorted({(entry.when.date() - until).days for entry in own if entry.pain})
        _draw_squares(axes, row, set(range(1 - DAYS_SHOWN, 1)) - done, style.STEADY)
        _draw_squares(axes, row, done, style.ACCENT)
        if done:
            marks[:1] = [style.shade_patch(style.ACCENT, "done")]
        if hurt:
            marks[1:] = axes.plot(
                hurt, [row] * len(hurt), linestyle="none", marker="x", markersize=8, markeredgewidth=2.2,
                color=style.INK, label="pain noted",
            )  # fmt: skip
    return marks


def _draw_squares(axes: Axes, row: int, days: set[int], color: str) -> None:
    spans = [(day - _SIDE / 2, _SIDE) for day in sorted(days)]
    axes.broken_barh(spans, (row - _SIDE / 2, _SIDE), facecolor=color, linewidth=0)


def _frame(axes: Axes, names: Sequence[str], until: date) -> None:
    mondays = [-ago for ago in range(DAYS_SHOWN) if (until - timedelta(days=ago)).weekday() == 0]
    for monday in mondays:
        axes.axvline(monday - 0.5, color=style.GRID, linewidth=1.0, zorder=0)
    axes.set_xlim(-DAYS_SHOWN + 0.5, 0.5)
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.grid(visible=False)
    axes.set_yticks(range(len(names)), [style.wrap_text(name, 18) for name in names])
    shown = mondays[::2]
    axes.set_xticks(shown, [_name_day(until + timedelta(days=monday)) for monday in shown])
    axes.set_xlabel(f"Weeks from Monday, up to {_name_day(until)} {until.year}")


def _name_day(day: date) -> str:
    return words.show_date(day, year=False)
