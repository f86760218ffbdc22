"""Signal processing: arrays in, arrays out. Nothing here knows of trials, files or people."""

from surefoot.dsp.filters import detrend_linear, low_pass, running_deviation, running_rms, second_means
from surefoot.dsp.frames import angles_deg, body_axes, unit_vector
from surefoot.dsp.levels import running_median, split_levels, sway_levels
from surefoot.dsp.nonlinear import (
    detrended_fluctuation,
    multiscale_entropy,
    sample_entropy,
    sample_entropy_counts,
)
from surefoot.dsp.planar import (
    CHI2_95,
    Ellipse,
    circle_area,
    convex_hull,
    hull_area,
    hull_diameter,
    path_length,
    prediction_ellipse,
    swept_area,
)
from surefoot.dsp.spectrum import (
    Spectrum,
    band,
    band_power,
    centroidal_frequency,
    frequency_dispersion,
    power_frequency,
    power_spectrum,
)
from surefoot.dsp.steadiness import calm_samples, calm_stretch, runs
from surefoot.dsp.tilt import board_tilt, complementary_tilt, pendulum_tilt
from surefoot.dsp.timebase import (
    find_gaps,
    merge_close,
    regrid,
    resample,
    resolution_step,
    sampling_rate,
    split_at_gaps,
)

__all__ = [
    "CHI2_95",
    "Ellipse",
    "Spectrum",
    "angles_deg",
    "band",
    "band_power",
    "board_tilt",
    "body_axes",
    "calm_samples",
    "calm_stretch",
    "centroidal_frequency",
    "circle_area",
    "complementary_tilt",
    "convex_hull",
    "detrend_linear",
    "detrended_fluctuation",
    "find_gaps",
    "frequency_dispersion",
    "hull_area",
    "hull_diameter",
    "low_pass",
    "merge_close",
    "multiscale_entropy",
    "path_length",
    "pendulum_tilt",
    "power_frequency",
    "power_spectrum",
    "prediction_ellipse",
    "regrid",
    "resample",
    "resolution_step",
    "running_deviation",
    "running_median",
    "running_rms",
    "runs",
    "sample_entropy",
    "sample_entropy_counts",
    "sampling_rate",
    "second_means",
    "split_at_gaps",
    "split_levels",
    "sway_levels",
    "swept_area",
    "unit_vector",
]
