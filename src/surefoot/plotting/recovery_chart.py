"""The weeks after an injury: both legs of a test on one scale, a row for each test."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Final

from surefoot import words
from surefoot.change.recovery import Milestone
from surefoot.model import Injury, Trend
from surefoot.plotting import style, trend_chart
from surefoot.plotting.style import Box
from surefoot.plotting.trend_view import TrendLine, trend_line

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

ROW_INCH: Final = 3.1
MARKS_SHOWN: Final = 8


def plot_recovery(
    trends: Sequence[Trend], labels: Mapping[str, str], injury: Injury, marks: Sequence[Milestone] = ()
) -> Figure:
    """Draw the sessions of one person over the weeks since `injury`, one row a test, named by it.

    Up is steadier. Both legs share a row: per cent of the injured leg's first sessions, so that the other leg
    shows how far there is to go. Eyes closed are hollow. Points are joined within one set of settings only.
    Numbered triangles are `marks`, the latest eight told beneath. Raises ValueError for no trend.
    """
    if not trends:
        raise ValueError("there is no trend to draw")
    rows = [tuple(group) for _, group in groupby(sorted(trends, key=test_of), key=test_of)]
    shown = [mark for mark in marks if _inside(mark, trends)][-MARKS_SHOWN:]
    with style.drawing_style():
        told = _told(shown)
        under = 0.24 * len(told) + 0.55
        height = ROW_INCH * len(rows) + under
        figure = style.new_figure(height, laid_out=False)
        for number, row in enumerate(rows, 1):
            box = Box(0, height - number * ROW_INCH, style.WIDTH_INCH, ROW_INCH)
            axes = draw_legs(figure, box, row, labels, injury=injury)
            _draw_marks(axes, shown, injury)
        for number, line in enumerate((_since(injury), *told)):
            down = under - 0.06 - 0.24 * number
            style.write(figure, style.EDGE_INCH, down, line, style.TEXT_PT, color=style.FAINT)
    names = words.name_trends(trends)
    described = zip(trends, names, strict=True)
    text = " ".join(
        words.describe_trend(trend, labels.get(trend.metric, trend.metric), name) for trend, name in described
    )
    return style.describe(figure, f"{_since(injury)}. {text}")


def _since(injury: Injury) -> str:
    return f"Weeks since the injury: {injury.side} ankle, {words.show_date(injury.on)}"


def test_of(trend: Trend) -> tuple[object, ...]:
    """Return what a row of the picture shares: everything but the leg, the board last."""
    setup = trend.setup
    return (setup.surface == "board", setup.eyes == "closed", setup.surface, setup.test, trend.metric)


def draw_legs(
    figure: Figure, box: Box, row: Sequence[Trend], labels: Mapping[str, str], *,
    injury: Injury | None = None, title: str = "", size_pt: float = style.TEXT_PT,
) -> Axes:  # fmt: skip
    """Draw both legs of one test into `box` and return the axes; `title` names the test by itself.

    The leg to watch is the injured one, else the first of `row`. Days count from the injury, or the first
    session; the names of the legs stand at the end of their lines.
    """
    own = next((each for each in row if injury and each.setup.leg == injury.side), row[0])
    begin = min((when for each in row for when in each.dates), key=lambda when: when.timestamp()).date()
    origin = injury.on if injury else begin
    lines = [trend_line(each, origin, own if each.metric == own.metric else None) for each in row]
    label, height = labels.get(own.metric, own.metric), style.LINE * size_pt / 72
    down = trend_chart.write_lines(figure, box, title or words.describe_stance(own.setup), size_pt, bold=True)
    mine = lines[row.index(own)]
    trend_chart.say_up(figure, box, down, _up(mine, own, label), size_pt)
    reach = _reach(lines)
    ticks = trend_chart.value_ticks(mine, reach)
    left = max((style.width_of(name, size_pt) for _, name in ticks), default=0.0) + style.EDGE_INCH + 0.1
    names = [words.name_leg(each.setup.leg) for each in row]
    right = max(style.width_of(name, size_pt, bold=True) for name in names) + 2.2 * style.EDGE_INCH
    inner = box.within(left, down + 1.5 * height, right, 1.6 * height)
    axes = inner.add_axes(figure)
    first, last = min(line.days[0] for line in lines), max(line.days[-1] for line in lines)
    trend_chart.dress(axes, reach, max(last, first + 1), ticks, size_pt, first=first)
    trend_chart.draw_band(axes, mine, size_pt)
    for line in lines:
        look = style.WATCHED if line.trend.setup.leg == own.setup.leg else style.BESIDE
        trend_chart.draw_line(axes, line, look, size_pt)
    trend_chart.mark_periods(axes, mine, inner.width, size_pt)
    _name_legs(axes, lines, own, inner.height, size_pt)
    return axes


def _up(line: TrendLine, own: Trend, label: str) -> str:
    if not line.is_relative:
        return trend_chart.axis_label(own.metric, {own.metric: label})
    leg = "" if own.setup.leg == "both" else f" {own.setup.leg} leg's"
    return f"steadier, % of the{leg} first sessions"


def _reach(lines: Sequence[TrendLine]) -> tuple[float, float]:
    low, high = min(line.reach[0] for line in lines), max(line.reach[1] for line in lines)
    widen = max(0.0, 0.47 - (high - low)) / 2 if lines[0].is_relative else 0.0
    return low - widen, high + widen


def _name_legs(axes: Axes, lines: Sequence[TrendLine], own: Trend, high_inch: float, size_pt: float) -> None:
    """Name each leg at the end of its newest line; the names keep apart."""
    low, high = axes.get_ylim()
    room = 1.5 * size_pt / 72 / high_inch * (high - low)
    newest = {line.trend.setup.leg: line for line in sorted(lines, key=lambda line: line.days[-1])}
    ends = sorted(((line.mean or line.heights)[-1], leg) for leg, line in newest.items())
    places: list[float] = []
    for height, _ in ends:
        places.append(max(height, places[-1] + room) if places else height)
    over = max(0.0, places[-1] + room / 2 - high)
    for place, (_, leg) in zip(places, ends, strict=True):
        watched = leg == own.setup.leg
        axes.annotate(
            words.name_leg(leg), (axes.get_xlim()[1], place - over), (4, 0), textcoords="offset points",
            va="center", fontsize=size_pt, fontweight=700, color=style.ACCENT if watched else style.INK,
            annotation_clip=False,
        )  # fmt: skip


def _inside(mark: Milestone, trends: Sequence[Trend]) -> bool:
    days = [date.date() for trend in trends for date in trend.dates]
    return min(days) <= mark.on <= max(days)


def _draw_marks(axes: Axes, marks: Sequence[Milestone], injury: Injury) -> None:
    across = axes.get_xaxis_transform()
    for number, mark in enumerate(marks, 1):
        day = (mark.on - injury.on).days
        if not axes.get_xlim()[0] <= day <= axes.get_xlim()[1]:
            continue
        axes.plot([day], [1.0], marker="v", markersize=7, color=style.INK, transform=across, clip_on=False,
                  label="_mark")  # fmt: skip
        axes.annotate(
            str(number), (day, 1.0), (5, 2), xycoords=across, textcoords="offset points",
            fontsize=style.TEXT_PT, color=style.INK, annotation_clip=False,
        )  # fmt: skip


def _told(marks: Sequence[Milestone]) -> list[str]:
    """Return the lines that tell the marks, each short enough for the figure."""
    room, lines = style.WIDTH_INCH - 2 * style.EDGE_INCH, []
    for number, mark in enumerate(marks, 1):
        day = words.show_date(mark.on, year=False)
        lines += style.wrap_to(f"{number}  {day}: {mark.text}", room, style.TEXT_PT)
    return lines
