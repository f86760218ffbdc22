"""Acceleration and tilt of a whole recording over time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from surefoot.assessment import WITHHELD
from surefoot.model import Event, Floats, Trial
from surefoot.plotting import style
from surefoot.plotting.curves import cutoff_of, smooth_signal

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure, SubFigure

HEIGHT_INCH: Final = 8.6

# Signal, what it is, direction of a positive value.
ACCELERATION: Final = (
    ("ap_mps2", "Acceleration, forward +"),
    ("ml_mps2", "Acceleration, right +"),
)
TILT: Final = (
    ("tilt_ap_deg", "Tilt, forward +"),
    ("tilt_ml_deg", "Tilt, right +"),
)
EVENT_NAMES: Final = {
    "foot_lift": ("Foot lift", "^"),
    "touchdown": ("Touchdown", "v"),
    "step": ("Step", "P"),
    "hop": ("Hop", "D"),
    "edge_contact": ("Edge contact", "s"),
    "correction": ("Correction", "X"),
}
_ISSUES_SHOWN: Final = 3


def plot_traces(trial: Trial) -> Figure:
    """Draw acceleration (m/s²) and tilt (°) of `trial`, forward–back and left–right, over time (s).

    Thin grey behind the acceleration is the unfiltered signal. The steady stretch and the analysed window
    are shaded, events marked, issues written beneath. The two directions share one scale.
    """
    with style.drawing_style():
        figure = style.new_figure(HEIGHT_INCH)
        draw_traces(figure, trial)
    return figure


@dataclass(frozen=True, slots=True)
class Frame:
    """Where a picture shows which time: the edges of its panels as parts of its width and height.

    `left` and `right` are counted from the left edge, `top` and `bottom` from the upper one; `start_s` is at
    `left`, `end_s` at `right`.
    """

    left: float
    right: float
    top: float
    bottom: float
    start_s: float
    end_s: float


def find_frame(figure: Figure) -> Frame:
    """Lay out the traces in `figure` and return where their time runs."""
    with style.drawing_style():
        figure.draw_without_rendering()
    first, last = (figure.axes[index].get_position() for index in (0, -1))
    start_s, end_s = figure.axes[0].get_xlim()
    return Frame(first.x0, first.x1, 1 - first.y1, 1 - last.y0, start_s, end_s)


def draw_traces(figure: Figure | SubFigure, trial: Trial) -> None:
    """Draw the four traces of `trial` into an empty `figure`."""
    panels = list(figure.subplots(4, 1, sharex=True))
    for pair, names in ((panels[:2], ACCELERATION), (panels[2:], TILT)):
        _draw_pair(pair, trial, names)
    for axes in panels:
        _shade(axes, trial)
        _mark_events(axes, trial.events)
    bottom = panels[-1]
    bottom.set_xlabel("Time (s)")
    bottom.set_xlim(float(trial.time_s[0]), float(trial.time_s[-1]))
    style.limit_ticks(bottom, across=6)
    figure.align_ylabels(panels)
    style.write_key(figure, [*_span_entries(trial), *_event_entries(trial.events)], "outside upper left")
    style.write_beneath(figure, _notes(trial))


def _draw_pair(pair: list[Axes], trial: Trial, names: tuple[tuple[str, str], ...]) -> None:
    unit, stretch = ("m/s²" if names is ACCELERATION else "degrees (°)"), trial.samples(trial.steady_s)
    looks = (style.AP_LOOK, style.ML_LOOK)
    shown = smooth_signal if names is ACCELERATION else getattr
    smooth = [shown(trial, name) for name, _ in names]
    half = _half_range([signal[stretch] for signal in smooth])
    for axes, (name, label), signal, look in zip(pair, names, smooth, looks, strict=True):
        if names is ACCELERATION:
            axes.plot(trial.time_s, getattr(trial, name), color=style.RAW, linewidth=0.5, label="unfiltered")
        axes.plot(trial.time_s, signal, color=look.color, linewidth=1.4, label="shown")
        middle = (signal[stretch].max() + signal[stretch].min()) / 2
        axes.set_ylim(middle - half, middle + half)
        axes.set_title(label, fontsize=style.SMALL_PT, pad=4)
        axes.set_ylabel(unit)
        style.limit_ticks(axes, up=5)


def _half_range(signals: list[Floats]) -> float:
    widest = max(float(np.ptp(signal)) for signal in signals) / 2
    return 1.25 * widest if widest > 0 else 1.0


def _shade(axes: Axes, trial: Trial) -> None:
    axes.axvspan(*trial.steady_s, color=style.STEADY, linewidth=0, zorder=0)
    axes.axvspan(*trial.window_s, color=style.WINDOW, linewidth=0, zorder=0.1)


def _span_entries(trial: Trial) -> list[Artist]:
    start_s, end_s = trial.window_s
    return [
        style.shade_patch(style.WINDOW, f"analysed, {start_s:.1f}–{end_s:.1f} s"),
        style.shade_patch(style.STEADY, "steady"),
    ]


def _mark_events(axes: Axes, events: tuple[Event, ...]) -> None:
    for event in events:
        if event.end_s > event.start_s:
            axes.axvspan(event.start_s, event.end_s, color=style.FAINT, alpha=0.35, linewidth=0, zorder=0.2)
        axes.axvline(event.start_s, color=style.INK, linewidth=0.9, linestyle=":")
        marker = EVENT_NAMES[event.kind][1]
        axes.plot(
            [event.start_s], [0.08], marker=marker, color=style.INK, markersize=7,
            transform=axes.get_xaxis_transform(), clip_on=False,
        )  # fmt: skip


def _event_entries(events: tuple[Event, ...]) -> list[Artist]:
    from matplotlib.lines import Line2D

    entries: list[Artist] = []
    for kind, (name, marker) in EVENT_NAMES.items():
        count = sum(event.kind == kind for event in events)
        if count:
            label = f"{name} ({count})"
            entries.append(Line2D([], [], color=style.INK, linestyle=":", marker=marker, label=label))
    return entries


def _notes(trial: Trial) -> list[str]:
    leads = {"warning": "Take care", "info": "Note"}
    lines = [f"Acceleration after a {cutoff_of(trial):g} Hz low-pass (grey: before)."]
    told = [issue for issue in trial.issues if issue.code != WITHHELD]
    lines += [f"{leads[issue.severity]}: {issue.what.replace('`', '')}" for issue in told[:_ISSUES_SHOWN]]
    hidden = len(told) - _ISSUES_SHOWN
    return [*lines, f"And {hidden} more, listed with the numbers."] if hidden > 0 else lines
