"""Left against right: the asymmetry of each condition with its interval, about a line of no difference."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from surefoot.change.sides import Ratio
from surefoot.metrics import load_metrics
from surefoot.plotting import style
from surefoot.words import show_ratio

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

ROW_INCH: Final = 0.75
FRAME_INCH: Final = 2.1
_LEAST_PCT: Final = 20.0


def plot_sides(ratios: Sequence[Ratio]) -> Figure:
    """Draw every defined asymmetry among `ratios` (%) with its 95 % interval, one row a condition.

    A point on the line means that both legs sway alike; an interval that crosses it, that the day cannot
    tell them apart. Raises ValueError where no asymmetry is defined.
    """
    shown = drawn_sides(ratios)
    if not shown:
        raise ValueError("there is no asymmetry to draw")
    with style.drawing_style():
        figure = style.new_figure(FRAME_INCH + ROW_INCH * len(shown))
        axes = figure.subplots()
        marks = [_draw(axes, row, ratio) for row, ratio in enumerate(shown)]
        axes.axvline(0, color=style.INK, linewidth=1.2)
        reach = max(_LEAST_PCT, *(abs(end) for ratio in shown for end in _ends(ratio)))
        axes.set_xlim(-1.1 * reach, 1.1 * reach)
        axes.set_ylim(len(shown) - 0.4, -0.6)
        axes.set_yticks(range(len(shown)), [style.wrap_text(ratio.condition, 14) for ratio in shown])
        axes.grid(visible=False, axis="y")
        style.limit_ticks(axes, across=6)
        axes.set_xlabel(f"Asymmetry (%)\n{_direction(shown)}")
        style.write_key(figure, marks[:1], "outside upper left")
    return style.describe(figure, f"Left against right. {' '.join(describe_ratio(each) for each in shown)}")


def describe_ratio(ratio: Ratio) -> str:
    """Return an asymmetry and its interval, for those who do not see the picture."""
    value, low, high = (show_ratio(each, ratio.unit) for each in (ratio.value, ratio.low, ratio.high))
    return f"{ratio.condition}: asymmetry {value}, 95 % interval {low} to {high}."


def drawn_sides(ratios: Sequence[Ratio]) -> tuple[Ratio, ...]:
    """Return the asymmetries that `plot_sides` draws: those that are defined."""
    return tuple(ratio for ratio in ratios if ratio.kind == "asymmetry" and ratio.value is not None)


def _ends(ratio: Ratio) -> tuple[float, ...]:
    return tuple(end for end in (ratio.low, ratio.value, ratio.high) if end is not None)


def _draw(axes: Axes, row: int, ratio: Ratio) -> Artist:
    if ratio.low is not None and ratio.high is not None:
        axes.plot([ratio.low, ratio.high], [row, row], color=style.ACCENT, linewidth=2.5, label="interval")
    (mark,) = axes.plot(
        [ratio.value or 0.0], [row], marker="D", markersize=9, color=style.ACCENT, linewidth=2.5,
        label="right less left, of their mean; line: 95 % interval",
    )  # fmt: skip
    return mark


def _direction(shown: Sequence[Ratio]) -> str:
    known = load_metrics()
    ways = {known[ratio.metric].better for ratio in shown}
    if ways == {"lower"}:
        return "← right leg steadier        left leg steadier →"
    if ways == {"higher"}:
        return "← left leg steadier        right leg steadier →"
    return "← left value larger        right value larger →"
