"""A profile: each measure of the newest session against the person's own first sessions; and two devices."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from surefoot import words
from surefoot.change.likeness import days_of, scored_by_time
from surefoot.metrics import find_metric
from surefoot.model import Assessment
from surefoot.plotting import style
from surefoot.plotting.style import Box
from surefoot.plotting.trend_chart import write_lines
from surefoot.plotting.trend_view import FIRST_SESSIONS, percent_ticks, steadiness
from surefoot.reliability import Agreement, mean_of

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MEASURES: Final = (
    "rms_ml_mps2",
    "rms_ap_mps2",
    "path_ml_mps2",
    "path_ap_mps2",
    "gyro_rms_ml_degps",
    "gyro_rms_ap_degps",
    "osi_deg",
    "hold_time_s",
)
ROW_INCH: Final = 0.62
_FRAME_INCH: Final = 1.55


@dataclass(frozen=True, slots=True)
class ProfileRow:
    """One measure: ln of how many times as steady the newest session was as the first, and both means."""

    metric: str
    height: float
    first: float
    newest: float


def profile_of(assessments: Sequence[Assessment]) -> tuple[ProfileRow, ...]:
    """Return the measures of like-for-like trials, the newest session against the first ones (up to four).

    Beside the main one a few that grow with the sway itself, so that their per cents mean the same; sessions
    are geometric means of their trials.
    """
    days = days_of(scored_by_time(assessments))
    keys = dict.fromkeys((days[-1][0].primary, *MEASURES)) if days else {}
    rows = (_row(key, days[: min(FIRST_SESSIONS, len(days) - 1)], days[-1]) for key in keys if key)
    return tuple(row for row in rows if row is not None)


def _row(key: str, first: Sequence[Sequence[Assessment]], newest: Sequence[Assessment]) -> ProfileRow | None:
    metric = find_metric(key)
    parts = [[each.values[key] for each in day if key in each.values] for day in (*first, newest)]
    if metric.scale != "ln" or metric.better == "neither" or len(parts) < 2:
        return None
    if not all(part and min(part) > 0 for part in parts):
        return None
    *before, now = (mean_of(part, ln=True) for part in parts)
    then = mean_of(before, ln=True)
    sign = -1.0 if metric.better == "lower" else 1.0
    return ProfileRow(key, sign * math.log(now / then), then, now)


def plot_profile(assessments: Sequence[Assessment], labels: Mapping[str, str]) -> Figure:
    """Draw each measure of the newest session in per cent of the first sessions: right is steadier.

    `assessments` are like-for-like trials of one person; `labels` name metrics by key. Raises
    ValueError where there are fewer than two sessions with a measure in common.
    """
    rows = sorted(profile_of(assessments), key=lambda row: -row.height)
    if not rows:
        raise ValueError("there is no profile to draw")
    title = f"{words.describe_setup(assessments[-1].setup)}: newest session against the first"
    height = _FRAME_INCH + ROW_INCH * len(rows)
    reach = max(0.45, *(abs(row.height) for row in rows)) * 1.12
    with style.drawing_style():
        figure = style.new_figure(height, laid_out=False)
        box = Box(0, 0, style.WIDTH_INCH, height)
        down = write_lines(figure, box, title, style.TEXT_PT, bold=True)
        style.write(figure, style.EDGE_INCH, height - down, "steadier →", style.TEXT_PT, color=style.FAINT)
        right = style.width_of("1000 %", style.TEXT_PT) + 2 * style.EDGE_INCH
        axes = box.within(0.4, down + 0.34, right, 0.45).add_axes(figure)
        axes.set(xlim=(-reach, reach), ylim=(len(rows) - 0.4, -0.6))
        axes.axvline(0, color=style.RAW, lw=1.5, zorder=0)
        for number, row in enumerate(rows):
            axes.plot([0, row.height], [number, number], color=style.ACCENT, lw=3, label="_reach")
            axes.plot([row.height], [number], "o", ms=9, color=style.ACCENT, label=row.metric)
            name = words.name_metric(row.metric, labels)
            axes.annotate(
                name, (-reach, number), (0, 7), textcoords="offset points", va="bottom", color=style.INK,
                bbox={"boxstyle": "square,pad=0.05", "fc": style.PAPER, "ec": "none"},
            )  # fmt: skip
            axes.annotate(
                steadiness(row.height), (reach, number), (8, 0), textcoords="offset points", va="center",
                fontweight=700, annotation_clip=False,
            )  # fmt: skip
        ticks = percent_ticks(-reach, reach)
        axes.set_xticks([at for at, _ in ticks], [name for _, name in ticks])
        axes.set_yticks([])
        axes.grid(visible=False)
        axes.tick_params(length=0, labelcolor=style.FAINT)
        for side in axes.spines.values():
            side.set_visible(False)
    told = ", ".join(f"{words.name_metric(row.metric, labels)} {steadiness(row.height)}" for row in rows)
    return style.describe(figure, f"{title}, in per cent as steady: {told}.")


def plot_agreement(
    first: Sequence[float], second: Sequence[float], found: Agreement, names: tuple[str, str]
) -> Figure:
    """Draw what two devices measured at the same time by Bland and Altman: ratio over geometric mean.

    `found` is the agreement of ln values; `names` are the devices. Bias and limits are named at their lines.
    """
    with style.drawing_style():
        figure = style.new_figure(4.4, laid_out=False)
        draw_agreement(figure, Box(0, 0, style.WIDTH_INCH, 4.4), first, second, found, names)
    text = f"bias {found.bias:.2f}, limits of agreement {found.lower_limit:.2f} to {found.upper_limit:.2f}"
    return style.describe(figure, f"{names[1]} against {names[0]}, {found.pairs} pairs: {text}.")


def draw_agreement(
    figure: Figure, box: Box, first: Sequence[float], second: Sequence[float], found: Agreement,
    names: tuple[str, str],
) -> None:  # fmt: skip
    """Draw into `box` what `plot_agreement` draws."""
    one, two = np.asarray(first, float), np.asarray(second, float)
    title = f"{names[1]} ÷ {names[0]}, {found.pairs} pairs"
    down = write_lines(figure, box, title, style.TEXT_PT, bold=True)
    axes = box.within(0.85, down + 0.12, 0.85, 0.75).add_axes(figure)
    axes.plot(np.sqrt(one * two), two / one, "o", ms=7, color=style.ACCENT, label="pair")
    for level, name in ((found.bias, "bias"), (found.lower_limit, "lower"), (found.upper_limit, "upper")):
        axes.axhline(level, color=style.INK, lw=1.4, ls="-" if name == "bias" else (0, (3, 2)), label=name)
        axes.annotate(
            f"{level:.2f}", (1, level), (5, 0), xycoords=("axes fraction", "data"),
            textcoords="offset points", va="center", annotation_clip=False,
        )  # fmt: skip
    axes.set_yscale("log")
    axes.margins(0.1, 0.2)
    style.plain_ticks(axes)
    axes.set_xlabel("Geometric mean of both")
    axes.grid(visible=False)
