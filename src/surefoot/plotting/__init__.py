"""Pictures of trials and trends: the only place that draws. Nothing is ever shown, only returned or saved."""

from surefoot.plotting.curves import (
    SwayPath,
    SwaySpectra,
    ellipse_outline,
    shown_signal,
    spectra_withheld,
    sway_path,
    sway_size,
    sway_spectra,
)
from surefoot.plotting.days_strip import exercises_of, plot_training, recent_entries
from surefoot.plotting.output import COLOR_NAMES, draw_svg, render, save
from surefoot.plotting.own_files import check_free, new_file, write_all, write_bytes
from surefoot.plotting.recovery_chart import plot_recovery
from surefoot.plotting.sides_chart import drawn_sides, plot_sides
from surefoot.plotting.trend_chart import axis_label, fitted_line, plot_trend
from surefoot.plotting.trial import (
    FREQUENCIES_HZ,
    Frame,
    find_frame,
    plot_spectrum,
    plot_stabilogram,
    plot_traces,
    plot_trial,
)

__all__ = [
    "COLOR_NAMES",
    "FREQUENCIES_HZ",
    "Frame",
    "SwayPath",
    "SwaySpectra",
    "axis_label",
    "check_free",
    "draw_svg",
    "drawn_sides",
    "ellipse_outline",
    "exercises_of",
    "find_frame",
    "fitted_line",
    "new_file",
    "plot_recovery",
    "plot_sides",
    "plot_spectrum",
    "plot_stabilogram",
    "plot_traces",
    "plot_training",
    "plot_trend",
    "plot_trial",
    "recent_entries",
    "render",
    "save",
    "shown_signal",
    "spectra_withheld",
    "sway_path",
    "sway_size",
    "sway_spectra",
    "write_all",
    "write_bytes",
]
