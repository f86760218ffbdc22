"""One metric over weeks, one panel a leg or condition."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from textwrap import fill
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from surefoot import words
from surefoot.errors import NotComparableError
from surefoot.metrics import load_metrics
from surefoot.model import Floats, Trend
from surefoot.plotting import style
from surefoot.training import Week
from surefoot.units import unit_of

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

PANEL_INCH: Final = 2.9
TITLE_LETTERS: Final = 44
_WEEK_S: Final = 7 * 86400.0
_DATES_SHOWN: Final = 4
STRIP_INCH: Final = 1.5
# A bar is narrower than its week.
_GAP: Final = timedelta(hours=8)


def plot_trend(trends: Sequence[Trend], labels: Mapping[str, str], *, weeks: Sequence[Week] = ()) -> Figure:
    """Draw trends of one metric, one panel each, on one scale; `labels` names the metric by its key.

    Points are sessions (left leg ● solid, right ■ dashed, eyes closed hollow), the line is the Theil–Sen
    slope where there is one, the bars are the means of the two periods that the verdict names, the shading is
    what chance could give about the earlier one, once it may speak, and the title is the verdict. `weeks` of
    the training log stand beneath.
    Raises ValueError for no trend and NotComparableError for several metrics.
    """
    _check_one_metric(trends)
    with style.drawing_style():
        figure = style.new_figure(PANEL_INCH * len(trends) + STRIP_INCH * bool(weeks) + 1.2)
        panels, bottom = _panels(figure, len(trends), strip=bool(weeks))
        for axes, trend, name in zip(panels, trends, words.name_trends(trends), strict=True):
            _draw_panel(axes, trend)
            axes.set_title(fill(f"{name}: {words.name_verdict(trend)}", TITLE_LETTERS), fontweight="bold")
        if weeks:
            _draw_weeks(bottom, weeks)
        _frame(panels, bottom, trends, _days_of(weeks))
        style.write_key(figure, _key(trends), "outside lower left", _direction(trends[0].metric))
        _label_values(figure, panels, axis_label(trends[0].metric, labels))
    return figure


def _panels(figure: Figure, count: int, *, strip: bool) -> tuple[list[Axes], Axes]:
    """Return `count` panels that share both axes, and the lowest axes: their last, or a strip beneath."""
    heights = [PANEL_INCH] * count + [STRIP_INCH] * strip
    grid = figure.add_gridspec(len(heights), 1, height_ratios=heights)
    first = figure.add_subplot(grid[0])
    panels = [first, *(figure.add_subplot(grid[row], sharex=first, sharey=first) for row in range(1, count))]
    bottom = figure.add_subplot(grid[count], sharex=first) if strip else panels[-1]
    for axes in panels:
        axes.tick_params(labelbottom=axes is bottom)
    return panels, bottom


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


def axis_label(metric: str, labels: Mapping[str, str]) -> str:
    """Return the name of a metric with its unit."""
    unit, name = unit_of(metric), labels.get(metric, metric)
    return f"{name} ({unit})" if unit else f"{name} (no unit)"


def _clock_times(dates: Sequence[datetime]) -> Any:
    return np.array(dates, dtype="datetime64[us]")


def _wall_clock(trend: Trend) -> list[datetime]:
    # The day a person remembers is the one on their own clock.
    return [date.replace(tzinfo=None) for date in trend.dates]


def _draw_panel(axes: Axes, trend: Trend) -> None:
    look, days = style.LEGS[trend.setup.leg], _clock_times(_wall_clock(trend))
    if trend.band is not None and trend.smallest_real_change_pct is not None:
        axes.axhspan(*trend.band, color=style.WINDOW, linewidth=0, zorder=0, label="could be chance")
    fitted = fitted_line(trend)
    if fitted is not None:
        axes.plot(days, fitted, color=look.color, linestyle=look.line, linewidth=2.0, label="trend")
    for first, last in filter(None, (trend.before, trend.lately)):
        level = math.exp(math.fsum(map(math.log, trend.values[first : last + 1])) / (last + 1 - first))
        axes.plot(days[[first, last]], [level, level], color=style.INK, linewidth=3.0, label="compared")
    hollow = trend.setup.eyes == "closed"
    axes.plot(
        days, trend.values, linestyle="none", marker=look.marker, markersize=7.5, markeredgewidth=1.8,
        color=look.color, markerfacecolor=style.PAPER if hollow else look.color, label="session",
        clip_on=False,
    )  # fmt: skip


def fitted_line(trend: Trend) -> Floats | None:
    """Return the Theil–Sen line of `trend` at its dates (n,), None where it has no slope.

    The intercept is the median of what the slope leaves of the ln values (Sen 1968).
    """
    if trend.slope_per_week_pct is None or min(trend.values) <= 0:
        return None
    weeks = np.array([(date - trend.dates[0]).total_seconds() / _WEEK_S for date in trend.dates])
    rise = math.log1p(trend.slope_per_week_pct / 100) * weeks
    start = np.median(np.log(trend.values) - rise)
    return np.asarray(np.exp(start + rise))


def _frame(panels: list[Axes], bottom: Axes, trends: Sequence[Trend], more: Sequence[datetime]) -> None:
    dates = sorted([*more, *(date for trend in trends for date in _wall_clock(trend))])
    margin = max((dates[-1] - dates[0]) * 0.04, timedelta(days=1))
    panels[0].set_xlim(dates[0] - margin, dates[-1] + margin)  # type: ignore[arg-type]
    one_year = dates[0].year == dates[-1].year
    _set_dates(bottom, dates, one_year=one_year)
    bottom.set_xlabel(f"Date ({dates[0].year})" if one_year else "Date")
    _set_heights(panels[0], trends)
    style.limit_ticks(panels[0], up=4)


def _set_dates(axes: Axes, dates: Sequence[datetime], *, one_year: bool) -> None:
    days = (dates[-1] - dates[0]).days
    step = timedelta(days=max(1, -(-days // (_DATES_SHOWN - 1))))
    shown = [dates[0] + step * count for count in range(_DATES_SHOWN) if dates[0] + step * count <= dates[-1]]
    axes.set_xticks(_clock_times(shown), [words.show_date(date, year=not one_year) for date in shown])


def _set_heights(axes: Axes, trends: Sequence[Trend]) -> None:
    heights = [height for trend in trends for height in (*trend.values, *(trend.band or ()))]
    margin = 0.08 * (max(heights) - min(heights)) or 1.0
    axes.set_ylim(min(heights) - margin, max(heights) + margin)


def _label_values(figure: Figure, panels: list[Axes], label: str) -> None:
    if len(panels) == 1:
        panels[0].set_ylabel(style.wrap_text(label, 20))
    else:
        figure.supylabel(style.wrap_text(label, 34), fontsize=style.TEXT_PT)


def _key(trends: Sequence[Trend]) -> list[Artist]:
    from matplotlib.lines import Line2D

    entries: list[Artist] = []
    if any(trend.band is not None and trend.smallest_real_change_pct is not None for trend in trends):
        entries.append(style.shade_patch(style.WINDOW, "could be chance"))
    if any(trend.before for trend in trends):
        entries.append(Line2D([], [], color=style.INK, linewidth=3.0, label="means compared"))
    for trend in trends:
        if fitted_line(trend) is not None:
            look = style.LEGS[trend.setup.leg]
            line = Line2D([], [], color=look.color, linestyle=look.line, linewidth=2, label="trend")
            return [*entries, line]
    return entries


def _direction(metric: str) -> str:
    known = load_metrics().get(metric)
    return "" if known is None else words.name_better(known.better)


def _draw_weeks(axes: Axes, weeks: Sequence[Week]) -> None:
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


def _days_of(weeks: Sequence[Week]) -> list[datetime]:
    """Return the first and the last moment of `weeks`, none where there are none."""
    if not weeks:
        return []
    last = datetime.combine(weeks[-1].starts, time()) + timedelta(days=7)
    return [datetime.combine(weeks[0].starts, time()), last]
