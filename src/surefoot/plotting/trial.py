"""One trial in pictures: acceleration and tilt over time, the spectrum, or all of it under the path."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from surefoot import words
from surefoot.model import WITHHELD, Event, Floats, Trial
from surefoot.plotting import style
from surefoot.plotting.curves import (
    BAND_HZ,
    SwaySpectra,
    cutoff_of,
    smooth_signal,
    spectra_withheld,
    sway_spectra,
)
from surefoot.plotting.from_above import EVENT_NAMES, describe_path, draw_path, reach_of
from surefoot.plotting.style import Box

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure, SubFigure

TRACES_INCH: Final = 8.6

# Signal, what it is, direction of a positive value.
ACCELERATION: Final = (
    ("ap_mps2", "Acceleration, forward +"),
    ("ml_mps2", "Acceleration, right +"),
)
TILT: Final = (
    ("tilt_ap_deg", "Tilt, forward +"),
    ("tilt_ml_deg", "Tilt, right +"),
)
_ISSUES_SHOWN: Final = 3
SPECTRUM_INCH: Final = 4.6
WITHHELD_INCH: Final = 1.2
FREQUENCIES_HZ: Final = (0.2, 0.5, 1.0, 2.0, 5.0)
_VIEW_HZ: Final = (0.1, 10.0)
_DECADES: Final = 5.0


def plot_trial(trial: Trial) -> Figure:
    """Draw `trial` as one sheet: the path from above first, then traces and spectrum."""
    path_inch = style.WIDTH_INCH + 0.75
    heights = (path_inch, TRACES_INCH, _spectrum_inch(trial))
    with style.drawing_style():
        figure = style.new_figure(sum(heights))
        rows: Any = figure.subfigures(3, 1, height_ratios=heights)
        box = Box(0, sum(heights[1:]), style.WIDTH_INCH, path_inch)
        draw_path(figure, box, trial, _title_sheet(trial), reach_of([trial]))
        for row, draw in zip(rows[1:], (_draw_traces, _draw_spectrum), strict=True):
            draw(row, trial)
        # An empty row leaves the layout without one answer, and files would differ from time to time.
        rows[0].subplots().set_axis_off()
    return style.describe(figure, f"{describe_path(trial)} {describe_spectrum(trial)}")


def _title_sheet(trial: Trial) -> str:
    title, when = words.describe_setup(trial.setup), trial.setup.when
    return title if when is None else f"{title}, {words.show_date(when)}"


def plot_traces(trial: Trial) -> Figure:
    """Draw acceleration (m/s²) and tilt (°) of `trial`, forward–back and left–right, over time (s).

    Thin grey behind the acceleration is the unfiltered signal. The steady stretch and the analysed window
    are shaded, events marked, issues written beneath. The two directions share one scale.
    """
    with style.drawing_style():
        figure = style.new_figure(TRACES_INCH)
        _draw_traces(figure, trial)
    return style.describe(figure, describe_traces(trial))


def describe_traces(trial: Trial) -> str:
    """Return what the traces show, for those who do not see them."""
    start_s, end_s = trial.window_s
    when = ", ".join(f"{EVENT_NAMES[e.kind][0]} at {e.start_s:.1f} s" for e in trial.events) or "no event"
    told = (
        f"acceleration and tilt over {float(trial.time_s[-1]):.0f} s, analysed {start_s:.1f} to {end_s:.1f} s"
    )
    return f"{words.describe_setup(trial.setup)}: {told}; {when}."


def _draw_traces(figure: Figure | SubFigure, trial: Trial) -> None:
    """Draw the four traces of `trial` into an empty `figure`."""
    panels = list(figure.subplots(4, 1, sharex=True))
    for pair, names in ((panels[:2], ACCELERATION), (panels[2:], TILT)):
        _draw_pair(pair, trial, names)
    for axes in panels:
        _shade_spans(axes, trial)
        _mark_over_time(axes, trial.events)
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
        axes.set_title(label, fontsize=style.TEXT_PT, pad=4)
        axes.set_ylabel(unit)
        style.limit_ticks(axes, up=5)


def _half_range(signals: list[Floats]) -> float:
    widest = max(float(np.ptp(signal)) for signal in signals) / 2
    return 1.25 * widest if widest > 0 else 1.0


def _shade_spans(axes: Axes, trial: Trial) -> None:
    axes.axvspan(*trial.steady_s, color=style.STEADY, linewidth=0, zorder=0)
    axes.axvspan(*trial.window_s, color=style.WINDOW, linewidth=0, zorder=0.1)


def _span_entries(trial: Trial) -> list[Artist]:
    start_s, end_s = trial.window_s
    return [
        style.shade_patch(style.WINDOW, f"analysed, {start_s:.1f}–{end_s:.1f} s"),
        style.shade_patch(style.STEADY, "steady"),
    ]


def _mark_over_time(axes: Axes, events: tuple[Event, ...]) -> None:
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
            label = f"{name.capitalize()} ({count})"
            entries.append(Line2D([], [], color=style.INK, linestyle=":", marker=marker, label=label))
    return entries


def _notes(trial: Trial) -> list[str]:
    leads = {"warning": "Take care", "info": "Note"}
    lines = [f"Acceleration after a {cutoff_of(trial):g} Hz low-pass (grey: before)."]
    told = [issue for issue in trial.issues if issue.code != WITHHELD]
    lines += [f"{leads[issue.severity]}: {issue.what.replace('`', '')}" for issue in told[:_ISSUES_SHOWN]]
    hidden = len(told) - _ISSUES_SHOWN
    return [*lines, f"And {hidden} more, listed with the numbers."] if hidden > 0 else lines


def plot_spectrum(trial: Trial) -> Figure:
    """Draw the power spectral density of the analysed window of `trial`, both directions, on log axes.

    Welch with three Hann segments of half the window, after the 10 Hz low-pass, of acceleration in
    (m/s²)²/Hz, or on a board of tilt in °²/Hz; the band from 0.15 to 5 Hz is shaded. Where the window is
    shorter than 20 s, or the rate below 40 Hz, the picture says so instead.
    """
    with style.drawing_style():
        figure = style.new_figure(_spectrum_inch(trial))
        _draw_spectrum(figure, trial)
    return style.describe(figure, describe_spectrum(trial))


def describe_spectrum(trial: Trial) -> str:
    """Return what the spectrum shows, for those who do not see it."""
    spectra = sway_spectra(trial)
    if spectra is None:
        return spectra_withheld(trial) or ""
    named = (("forward-back", spectra.ap), ("left-right", spectra.ml))
    peaks = (f"{name} strongest at {s.frequency_hz[int(np.argmax(s.power))]:.1f} Hz" for name, s in named)
    return f"Spectrum: {', '.join(peaks)}."


def _spectrum_inch(trial: Trial) -> float:
    """Return the height in inches of the spectrum of `trial`: a line of text needs little."""
    return SPECTRUM_INCH if spectra_withheld(trial) is None else WITHHELD_INCH


def _draw_spectrum(figure: Figure | SubFigure, trial: Trial) -> None:
    """Draw the spectra of `trial` into an empty `figure`."""
    spectra, axes = sway_spectra(trial), figure.subplots()
    if spectra is None:
        axes.set_axis_off()
        reason = style.wrap_text(spectra_withheld(trial) or "", 44)
        axes.text(0.5, 0.5, reason, ha="center", va="center", transform=axes.transAxes)
        return
    _draw_curves(axes, spectra)
    _frame_spectra(axes, spectra)
    axes.set_title(f"{spectra.quantity}: how quick the sway is", fontsize=style.TEXT_PT)


def _draw_curves(axes: Axes, spectra: SwaySpectra) -> None:
    named = ((spectra.ap, style.AP_LOOK, "forward–back"), (spectra.ml, style.ML_LOOK, "left–right"))
    for spectrum, look, name in named:
        seen = spectrum.frequency_hz >= _VIEW_HZ[0] - 1e-9
        axes.loglog(
            spectrum.frequency_hz[seen], spectrum.power[seen],
            color=look.color, linestyle=look.line, linewidth=1.9, label=name,
        )  # fmt: skip


def _frame_spectra(axes: Axes, spectra: SwaySpectra) -> None:
    from matplotlib.ticker import FixedLocator, FuncFormatter, LogLocator, NullLocator

    axes.axvspan(*BAND_HZ, fc=style.STEADY, ec=style.RAW, lw=0.6, zorder=0, label="0.15–5 Hz")
    axes.set_xlim(*_VIEW_HZ)
    peak = max(float(np.max(each.power)) for each in (spectra.ap, spectra.ml))
    if peak > 0:
        axes.set_ylim(peak * 10**-_DECADES, peak * 4)
    axes.xaxis.set_major_locator(FixedLocator(FREQUENCIES_HZ))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_major_locator(LogLocator(numticks=5))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: _power_of_ten(value)))
    axes.yaxis.set_minor_locator(NullLocator())
    axes.set_xlabel("Frequency (Hz)")
    axes.set_ylabel(f"Power ({spectra.unit})")
    axes.legend(loc="lower left", handlelength=2.6)


def _power_of_ten(value: float) -> str:
    raised = str(round(np.log10(value))).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return f"10{raised}"
