"""One measure over weeks: steadier is up, in per cent of the first sessions, one panel a leg or condition."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Final

from surefoot import words
from surefoot.errors import NotComparableError
from surefoot.model import Trend
from surefoot.plotting import style
from surefoot.plotting.style import Box
from surefoot.plotting.trend_view import TrendLine, percent_ticks, trend_line, week_ticks
from surefoot.training import Week
from surefoot.units import unit_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

PANEL_INCH: Final = 3.3
STRIP_INCH: Final = 1.2
# The part of a panel below its values, where the compared periods are marked.
_RAIL: Final = 0.24
_LEAST_SPAN: Final = math.log(1.6)


def plot_trend(trends: Sequence[Trend], labels: Mapping[str, str], *, weeks: Sequence[Week] = ()) -> Figure:
    """Draw trends of one metric, one panel each, on one scale; `labels` names the metric by its key.

    Up is steadier, in per cent of each trend's own first sessions, on a logarithmic scale; a measure without
    a steadier side keeps its unit. Points are sessions. Once the rule may speak the line is the running mean
    of three sessions, the shade what chance could do, and the two periods compared are marked; before that
    the points stand alone. The title is the verdict. `weeks` of the training log stand beneath.
    Raises ValueError for no trend and NotComparableError for several metrics.
    """
    _check_one_metric(trends)
    start = min((trend.dates[0] for trend in trends), key=lambda when: when.timestamp()).date()
    lines = [trend_line(trend, start) for trend in trends]
    strip, foot = STRIP_INCH * bool(weeks), 0.5
    height = PANEL_INCH * len(lines) + strip + foot
    with style.drawing_style():
        figure = style.new_figure(height, laid_out=False)
        reach, last = _shared_reach(lines), _last_day(lines, weeks, start)
        top, label = height, labels.get(trends[0].metric, trends[0].metric)
        for line, name in zip(lines, words.name_trends(trends), strict=True):
            top -= PANEL_INCH
            box = Box(0, top, style.WIDTH_INCH, PANEL_INCH)
            draw_panel(figure, box, line, f"{name}: {words.name_verdict(line.trend)}", label, reach, last)
        if weeks:
            _draw_weeks(figure, Box(0, foot, style.WIDTH_INCH, strip), weeks, start, last)
        days = [when for trend in trends for when in trend.dates]
        style.write(figure, style.EDGE_INCH, 0.34, words.show_span(days), style.TEXT_PT, color=style.FAINT)
    told = zip(trends, words.name_trends(trends), strict=True)
    return style.describe(figure, " ".join(words.describe_trend(trend, label, name) for trend, name in told))


def _check_one_metric(trends: Sequence[Trend]) -> None:
    if not trends:
        raise ValueError("there is no trend to draw")
    keys = sorted({trend.metric for trend in trends})
    if len(keys) > 1:
        raise NotComparableError(
            "These trends cannot share a picture.",
            found="the metrics " + ", ".join(keys),
            expected="one metric",
            do="Draw one picture for each metric.",
            fields=("metric",),
        )


def _shared_reach(lines: Sequence[TrendLine]) -> tuple[float, float]:
    """Return lowest and highest of all lines, widened so that noise does not fill a panel."""
    low, high = min(line.reach[0] for line in lines), max(line.reach[1] for line in lines)
    least = _LEAST_SPAN if lines[0].is_relative else 0.2 * max(abs(low), abs(high)) or 1.0
    widen = max(0.0, least - (high - low)) / 2
    return low - widen, high + widen


def _last_day(lines: Sequence[TrendLine], weeks: Sequence[Week], start: date) -> float:
    logged = [(week.starts - start).days + week.days - 1 for week in weeks]
    return max(1.0, *logged, *(line.days[-1] for line in lines))


def draw_panel(
    figure: Figure, box: Box, line: TrendLine, title: str, label: str, reach: tuple[float, float],
    last: float,
) -> None:  # fmt: skip
    """Draw one trend into `box`: title, which way is up, values, the weeks below."""
    size_pt, look = style.TEXT_PT, style.WATCHED
    height = style.LINE * size_pt / 72
    down = write_lines(figure, box, title, size_pt, bold=True)
    say_up(figure, box, down, up_text(line, label, box, size_pt), size_pt)
    ticks = value_ticks(line, reach)
    left = max((style.width_of(name, size_pt) for _, name in ticks), default=0.0) + style.EDGE_INCH + 0.1
    inner = box.within(left, down + 1.5 * height, 2 * style.EDGE_INCH, 1.6 * height)
    axes = inner.add_axes(figure)
    dress(axes, reach, last, ticks, size_pt)
    draw_band(axes, line, size_pt)
    draw_line(axes, line, look, size_pt)
    mark_periods(axes, line, inner.width, size_pt)


def write_lines(figure: Figure, box: Box, text: str, size_pt: float, *, bold: bool) -> float:
    """Write `text` at the top of a box, as wide as it, and return how far down it reaches."""
    down, height = style.EDGE_INCH, style.LINE * size_pt / 72
    for part in style.wrap_to(text, box.width - 2 * style.EDGE_INCH, size_pt, bold=bold):
        style.write(figure, box.left + style.EDGE_INCH, box.top - down, part, size_pt, bold=bold)
        down += height
    return down


def say_up(figure: Figure, box: Box, down: float, text: str, size_pt: float) -> None:
    """Say which way is up, where the eye starts."""
    style.write(
        figure, box.left + style.EDGE_INCH, box.top - down, f"↑ {text}", size_pt, color=style.FAINT
    )  # fmt: skip


def up_text(line: TrendLine, label: str, box: Box, size_pt: float) -> str:
    """Return what up means, as long as the room allows."""
    if not line.is_relative:
        return axis_label(line.trend.metric, {line.trend.metric: label})
    room = box.width - 2 * style.EDGE_INCH
    texts = ("steadier, in % of the first sessions", "steadier, % of first tests", "steadier")
    return next(each for each in texts if style.width_of(f"↑ {each}", size_pt) <= room or each == texts[-1])


def axis_label(metric: str, labels: Mapping[str, str]) -> str:
    """Return the name of a metric with its unit."""
    unit, name = unit_of(metric), labels.get(metric, metric)
    return f"{name} ({unit})" if unit else f"{name} (no unit)"


def value_ticks(line: TrendLine, reach: tuple[float, float]) -> tuple[tuple[float, str], ...]:
    """Return the heights to name: per cent of the first sessions, or values in their unit."""
    if line.is_relative:
        return percent_ticks(*reach)
    from matplotlib.ticker import MaxNLocator

    found = MaxNLocator(nbins=3, steps=[1, 2, 5, 10]).tick_values(*reach)
    return tuple((float(each), f"{each:g}") for each in found if reach[0] <= each <= reach[1])


def dress(
    axes: Axes, reach: tuple[float, float], last: float, ticks: Sequence[tuple[float, str]], size_pt: float,
    *, first: float = 0.0, origin: float = 0.0, word: str = "week",
) -> None:  # fmt: skip
    """Set weeks below and few words at the left; nothing else, no grid."""
    low, high = reach
    span = (high - low) or 1.0
    axes.set_ylim(low - (_RAIL + 0.06) * span, high + 0.06 * span)
    margin = max(0.03 * (last - first), 0.7)
    axes.set_xlim(first - margin, last + margin)
    axes.set_yticks([height for height, _ in ticks], [name for _, name in ticks])
    weeks = week_ticks(first, last, origin)
    names = [f"{word} {number}" if at == 0 else f"{number}" for at, (_, number) in enumerate(weeks)]
    axes.set_xticks([day for day, _ in weeks], names)
    axes.tick_params(length=0, labelcolor=style.FAINT, labelsize=size_pt, pad=4)
    axes.grid(visible=False)
    for side in axes.spines.values():
        side.set_visible(False)
    axes.spines["bottom"].set(visible=True, color=style.GRID, linewidth=1.5)


def draw_band(axes: Axes, line: TrendLine, size_pt: float) -> None:
    """Shade what chance could do, once that is known."""
    if line.band is None:
        return
    axes.axhspan(*line.band, color=style.WINDOW, linewidth=0, zorder=0, label="could be chance")
    axes.annotate(
        "could be chance", (axes.get_xlim()[1], line.band[0]), (-4, 3), textcoords="offset points",
        ha="right", va="bottom", color=style.FAINT, fontsize=size_pt, zorder=1,
    )  # fmt: skip


def draw_line(axes: Axes, line: TrendLine, look: style.LineStyle, size_pt: float) -> None:
    """Draw the sessions, and their running mean once the rule may speak."""
    part = size_pt / style.TEXT_PT
    hollow = line.trend.setup.eyes == "closed"
    axes.plot(
        line.days, line.heights, linestyle="none", marker=look.marker, markersize=7 * part, color=look.color,
        markerfacecolor=style.PAPER if hollow else look.color, markeredgewidth=1.4 * part,
        alpha=0.55 if line.mean else 1.0, label="session", zorder=3, clip_on=False,
    )  # fmt: skip
    if line.mean:
        axes.plot(
            line.days, line.mean, color=look.color, linestyle=look.line, linewidth=3.2 * part,
            label="running mean", zorder=4, clip_on=False,
        )  # fmt: skip


def mark_periods(axes: Axes, line: TrendLine, width_inch: float, size_pt: float) -> None:
    """Mark the two periods that the verdict compares, below the values, with how many sessions each has."""
    spans = [each for each in (line.trend.before, line.trend.lately) if each is not None]
    low, high = axes.get_ylim()
    left, right = axes.get_xlim()
    up = low + 0.03 * (high - low)
    for (begin, end), (first, last), word in zip(line.periods, spans, ("first", "last"), strict=False):
        named = "earlier" if word == "first" and first > 0 else word
        text = f"{named} {last - first + 1}"
        axes.hlines(up, begin, end, color=style.INK, linewidth=4, label="compared")
        wide = style.width_of(text, size_pt) / width_inch * (right - left)
        at = min(max(left, (begin + end - wide) / 2), right - wide)
        if word == "first" and len(line.periods) > 1:
            other = style.width_of(f"last {spans[1][1] - spans[1][0] + 1}", size_pt) / width_inch
            at = min(at, right - wide - other * (right - left) * 1.15)
        axes.annotate(
            text, (at, up), (0, 4), textcoords="offset points", va="bottom", color=style.INK, fontsize=size_pt
        )  # fmt: skip


def _draw_weeks(figure: Figure, box: Box, weeks: Sequence[Week], start: date, last: float) -> None:
    """Draw the share of the plan done in each week; a week without any keeps a line at zero."""
    style.write(
        figure, style.EDGE_INCH, box.top, "Exercises done, % of the plan each week", style.TEXT_PT, bold=True
    )  # fmt: skip
    axes = box.within(0.85, 0.34, 2 * style.EDGE_INCH, 0.1).add_axes(figure)
    for week in weeks:
        begin = (week.starts - start).days
        axes.bar(begin, week.adherence_pct, 6.4, align="edge", color=style.ACCENT, label="exercises")
        axes.hlines(0, begin, begin + 6.4, color=style.FAINT, linewidth=2)
    first = min(0.0, *((week.starts - start).days for week in weeks))
    margin = max(0.03 * last, 0.7)
    axes.set_xlim(min(-margin, first), max(last + margin, (weeks[-1].starts - start).days + 6.4))
    axes.set_ylim(0, 108)
    axes.set_yticks([0, 100], ["0 %", "100 %"])
    axes.set_xticks([])
    axes.grid(visible=False)
    axes.tick_params(length=0, labelcolor=style.FAINT)
    for side in axes.spines.values():
        side.set_visible(False)
