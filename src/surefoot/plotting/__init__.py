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
from surefoot.plotting.from_above import (
    describe_path,
    draw_path,
    plot_pair,
    plot_stabilogram,
    plot_tilt_map,
    reach_of,
)
from surefoot.plotting.output import draw_svg, render, save
from surefoot.plotting.own_files import check_free, new_file, write_all, write_bytes
from surefoot.plotting.profile_chart import draw_agreement, plot_agreement, plot_profile, profile_of
from surefoot.plotting.recovery_chart import draw_legs, plot_recovery, test_of
from surefoot.plotting.sides_chart import describe_ratio, drawn_sides, plot_sides
from surefoot.plotting.style import PALETTE, PAPER_PT
from surefoot.plotting.trend_chart import axis_label, plot_trend
from surefoot.plotting.trend_view import TrendLine, running_mean, steadiness, trend_line
from surefoot.plotting.trial import FREQUENCIES_HZ, plot_spectrum, plot_traces, plot_trial

__all__ = [
    "FREQUENCIES_HZ",
    "PALETTE",
    "PAPER_PT",
    "SwayPath",
    "SwaySpectra",
    "TrendLine",
    "axis_label",
    "check_free",
    "describe_path",
    "describe_ratio",
    "draw_agreement",
    "draw_legs",
    "draw_path",
    "draw_svg",
    "drawn_sides",
    "ellipse_outline",
    "exercises_of",
    "new_file",
    "plot_agreement",
    "plot_pair",
    "plot_profile",
    "plot_recovery",
    "plot_sides",
    "plot_spectrum",
    "plot_stabilogram",
    "plot_tilt_map",
    "plot_traces",
    "plot_training",
    "plot_trend",
    "plot_trial",
    "profile_of",
    "reach_of",
    "recent_entries",
    "render",
    "running_mean",
    "save",
    "shown_signal",
    "spectra_withheld",
    "steadiness",
    "sway_path",
    "sway_size",
    "sway_spectra",
    "test_of",
    "trend_line",
    "write_all",
    "write_bytes",
]
