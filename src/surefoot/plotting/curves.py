"""What the pictures of a trial are made of, as arrays: the tables beside them show the same numbers."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from surefoot import dsp
from surefoot.model import PRESET_CUTOFF_HZ, Floats, Trial

# Areas and spectra need three overlapping segments of 10 s and more; spectra also a rate that reaches 10 Hz.
AREA_LENGTH_S: Final = 20.0
SPECTRUM_RATE_HZ: Final = 40.0
BAND_HZ: Final = (0.15, 5.0)


@dataclass(frozen=True, slots=True, eq=False)
class SwayPath:
    """The path of the analysed window: `ap`, `ml` (n,) in `unit`, and its 95 % prediction ellipse.

    On the body it is acceleration with the mean removed, on a board tilt about level. `centre` is the
    (ap, ml) middle of the ellipse; the ellipse is None where the window is too short for an area.
    """

    ap: Floats
    ml: Floats
    unit: str
    quantity: str
    cutoff_hz: float
    centre: tuple[float, float]
    ellipse: dsp.Ellipse | None


@dataclass(frozen=True, slots=True, eq=False)
class SwaySpectra:
    """Power spectra of the analysed window in `unit`, forward–back and left–right."""

    ap: dsp.Spectrum
    ml: dsp.Spectrum
    unit: str
    quantity: str


def on_board(trial: Trial) -> bool:
    """Whether the sensor lay on a wobble board, where tilt about level is what counts."""
    return trial.setup.placement == "board"


def cutoff_of(trial: Trial) -> float:
    """Return the low-pass cut-off in Hz of the time domain: 3.5 on the body, 10 on a board."""
    return PRESET_CUTOFF_HZ["wide" if on_board(trial) else "isway"]


def _smooth(signal: Floats, rate_hz: float, cutoff_hz: float) -> Floats:
    return dsp.low_pass(signal, rate_hz, cutoff_hz) if cutoff_hz < rate_hz / 2 else signal


def smooth_signal(trial: Trial, name: str) -> Floats:
    """Return the signal `name` of the whole trial after the low-pass of the time domain."""
    return _smooth(getattr(trial, name), trial.rate_hz, cutoff_of(trial))


def shown_signal(trial: Trial, name: str) -> Floats:
    """Return the signal `name` in the analysed window as the traces draw it: acceleration low-passed."""
    drawn = smooth_signal(trial, name) if name.endswith("_mps2") else getattr(trial, name)
    return np.asarray(drawn[trial.samples(trial.window_s)])


def _window_of(trial: Trial, names: tuple[str, str], cutoff_hz: float) -> tuple[Floats, Floats]:
    # As the metrics do: the steady stretch is filtered, then cut, which keeps filter ends out of the window.
    stretch, window = trial.samples(trial.steady_s), trial.samples(trial.window_s)
    inside = slice(window.start - stretch.start, window.stop - stretch.start)
    pair = [_smooth(getattr(trial, name)[stretch], trial.rate_hz, cutoff_hz)[inside] for name in names]
    return pair[0], pair[1]


def _signals_of(trial: Trial) -> tuple[tuple[str, str], str, str]:
    if on_board(trial):
        return ("tilt_ap_deg", "tilt_ml_deg"), "°", "Tilt"
    return ("ap_mps2", "ml_mps2"), "m/s²", "Acceleration"


def _window_is(trial: Trial, length_s: float) -> bool:
    start_s, end_s = trial.window_s
    return end_s - start_s >= length_s - 0.5 / trial.rate_hz


def sway_path(trial: Trial) -> SwayPath:
    """Return the path of the analysed window of `trial`, low-passed as its area is."""
    names, unit, quantity = _signals_of(trial)
    ap, ml = _window_of(trial, names, cutoff_of(trial))
    if not on_board(trial):
        ap, ml = ap - ap.mean(), ml - ml.mean()
    ellipse = dsp.prediction_ellipse(ap, ml) if _window_is(trial, AREA_LENGTH_S) else None
    centre = (float(ap.mean()), float(ml.mean()))
    return SwayPath(ap, ml, unit, quantity, cutoff_of(trial), centre, ellipse)


def sway_size(trial: Trial, *, whole: bool = False) -> Floats:
    """Return how far each moment of the steady stretch is from the middle of the sway, in its own unit (n,).

    That is acceleration from its mean, on a board tilt from level, after the low-pass of `sway_path`. With
    `whole` it is every moment of the recording.
    """
    names, _, _ = _signals_of(trial)
    stretch = slice(None) if whole else trial.samples(trial.steady_s)
    ap, ml = (_smooth(getattr(trial, name)[stretch], trial.rate_hz, cutoff_of(trial)) for name in names)
    if not on_board(trial):
        ap, ml = ap - ap.mean(), ml - ml.mean()
    return np.asarray(np.hypot(ap, ml))


def ellipse_outline(path: SwayPath, points: int = 181) -> tuple[Floats, Floats]:
    """Return the closed outline (ap, ml) of the ellipse of `path`, empty where it has none."""
    if path.ellipse is None:
        return np.empty(0), np.empty(0)
    around = np.linspace(0.0, 2 * np.pi, points)
    turn = np.radians(path.ellipse.angle_deg)
    along, across = path.ellipse.major * np.cos(around), path.ellipse.minor * np.sin(around)
    ap = path.centre[0] + along * np.cos(turn) - across * np.sin(turn)
    return ap, path.centre[1] + along * np.sin(turn) + across * np.cos(turn)


def spectra_withheld(trial: Trial) -> str | None:
    """Return why `trial` has no spectrum to show, or None where it has."""
    start_s, end_s = trial.window_s
    if not _window_is(trial, AREA_LENGTH_S):
        return f"A spectrum needs {AREA_LENGTH_S:.0f} s; this trial has {end_s - start_s:.0f} s."
    if trial.rate_hz < SPECTRUM_RATE_HZ:
        return f"A spectrum needs {SPECTRUM_RATE_HZ:.0f} samples per s; this trial has {trial.rate_hz:.0f}."
    return None


def sway_spectra(trial: Trial) -> SwaySpectra | None:
    """Return Welch spectra (three Hann segments, after the 10 Hz low-pass), None where they are withheld."""
    if spectra_withheld(trial) is not None:
        return None
    names, unit, quantity = _signals_of(trial)
    pair = _window_of(trial, names, PRESET_CUTOFF_HZ["wide"])
    ap, ml = (dsp.power_spectrum(s, trial.rate_hz, dsp.half_segment(len(s))) for s in pair)
    return SwaySpectra(ap, ml, f"({unit})²/Hz" if "/" in unit else f"{unit}²/Hz", quantity)
