"""How quick the sway is: power over frequency."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from surefoot.model import Trial
from surefoot.plotting import style
from surefoot.plotting.curves import BAND_HZ, SwaySpectra, spectra_withheld, sway_spectra

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure, SubFigure

HEIGHT_INCH: Final = 4.6
WITHHELD_INCH: Final = 1.2
FREQUENCIES_HZ: Final = (0.2, 0.5, 1.0, 2.0, 5.0)
_VIEW_HZ: Final = (0.1, 10.0)
_DECADES: Final = 5.0


def plot_spectrum(trial: Trial) -> Figure:
    """Draw the power spectral density of the analysed window of `trial`, both directions, on log axes.

    Welch with three Hann segments of half the window, after the 10 Hz low-pass, of acceleration in
    (m/s²)²/Hz, or on a board of tilt in °²/Hz; the band from 0.15 to 5 Hz is shaded. Where the window is
    shorter than 20 s, or the rate below 40 Hz, the picture says so instead.
    """
    with style.drawing_style():
        figure = style.new_figure(height_of(trial))
        draw_spectrum(figure, trial)
    return figure


def height_of(trial: Trial) -> float:
    """Return the height in inches of the spectrum of `trial`: a line of text needs little."""
    return HEIGHT_INCH if spectra_withheld(trial) is None else WITHHELD_INCH


def draw_spectrum(figure: Figure | SubFigure, trial: Trial) -> None:
    """Draw the spectra of `trial` into an empty `figure`."""
    spectra, axes = sway_spectra(trial), figure.subplots()
    if spectra is None:
        axes.set_axis_off()
        reason = style.wrap_text(spectra_withheld(trial) or "", 44)
        axes.text(0.5, 0.5, reason, ha="center", va="center", transform=axes.transAxes)
        return
    _draw_curves(axes, spectra)
    _frame(axes, spectra)
    axes.set_title(f"{spectra.quantity}: how quick the sway is", fontsize=style.SMALL_PT)


def _draw_curves(axes: Axes, spectra: SwaySpectra) -> None:
    named = ((spectra.ap, style.AP_LOOK, "forward–back"), (spectra.ml, style.ML_LOOK, "left–right"))
    for spectrum, look, name in named:
        seen = spectrum.frequency_hz >= _VIEW_HZ[0] - 1e-9
        axes.loglog(
            spectrum.frequency_hz[seen], spectrum.power[seen],
            color=look.color, linestyle=look.line, linewidth=1.9, label=name,
        )  # fmt: skip


def _frame(axes: Axes, spectra: SwaySpectra) -> None:
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
