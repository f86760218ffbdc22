"""Balancing on a wobble board, with the sensor lying on the board."""

import numpy as np
from numpy.typing import NDArray

from surefoot.dsp import runs
from surefoot.model import Event, Floats, Recording
from surefoot.simulate.body import (
    MOUNTINGS,
    Angle,
    Imu,
    Truth,
    balance,
    period_for,
    read_out,
    ring,
    rotation_rate,
    sample_times,
    specific_force,
)

FINE_HZ = 1000.0
SMOOTHING_S = 0.012
STEPPING_S = 1.5
IMPACT_HZ, IMPACT_DECAY_S = 25.0, 0.03
IMPACT_MPS2 = np.array([0.0, 0.0, 8.0])


def board(
    seed: int,
    *,
    duration_s: float = 36.0,
    tilt_ap_deg: float = 4.0,
    tilt_ml_deg: float = 3.5,
    max_tilt_deg: float = 13.0,
    level_ap_deg: float = 0.0,
    level_ml_deg: float = 0.0,
    sensor_height_m: float = 0.08,
    still_s: float = 0.0,
    imu: Imu | None = None,
) -> tuple[Recording, Truth]:
    """Return a recording of a board being balanced, and what really happened.

    `tilt_ap_deg` and `tilt_ml_deg` are RMS tilts about the usual tilt `level_*_deg` before the rim stops the
    board at `max_tilt_deg`. Each edge contact is a plateau with an impact at its start, told as an event.
    Where `still_s` is given, the board rests at its usual tilt so long before it is stepped on, and again for
    a moment at the end, so that the recording can be played over and over.
    """
    imu = imu or Imu()
    motion, electronics = (np.random.default_rng(s) for s in np.random.SeedSequence(seed).spawn(2))
    fine_s = np.arange(round(duration_s * FINE_HZ) + 1) / FINE_HZ
    ap, ml = (
        np.degrees(balance(motion, fine_s, np.radians(size), period_for(duration_s)).value)
        * _stepped_on(fine_s, still_s)
        + level
        for size, level in ((tilt_ap_deg, level_ap_deg), (tilt_ml_deg, level_ml_deg))
    )
    lean = np.hypot(ap, ml)
    touching = lean >= max_tilt_deg
    share = np.where(touching, max_tilt_deg / np.maximum(lean, 1e-9), 1.0)
    events = _contacts(touching, fine_s)
    time_s = sample_times(imu, duration_s, electronics)
    ap_angle, ml_angle = (_sampled(fine_s, np.radians(axis * share), time_s) for axis in (ap, ml))
    acc, gyr = specific_force(ap_angle, ml_angle, sensor_height_m), rotation_rate(ap_angle, ml_angle)
    for event in events:
        acc = acc + ring(time_s - event.start_s, IMPACT_HZ, IMPACT_DECAY_S, IMPACT_MPS2)
    mounting = MOUNTINGS["board"]
    acc, gyr_read = read_out(imu, acc @ mounting.T, gyr @ mounting.T, electronics)
    truth = Truth.of(time_s, ap_angle, ml_angle, (still_s, duration_s), events)
    return Recording(time_s, acc, gyr_read, source="simulated", sha256=f"{seed:064x}"), truth


def _stepped_on(time_s: Floats, still_s: float) -> Floats:
    """Return how much of its motion the board makes, from none at rest to all of it, smoothly."""
    if not still_s:
        return np.ones_like(time_s)
    since_s = np.clip((time_s - still_s) / STEPPING_S, 0.0, 1.0)
    until_s = np.clip((time_s[-1] - STEPPING_S / 2 - time_s) / STEPPING_S, 0.0, 1.0)
    return np.asarray(
        np.prod([share**3 * (10 - 15 * share + 6 * share**2) for share in (since_s, until_s)], axis=0)
    )


def _contacts(touching: NDArray[np.bool_], time_s: Floats) -> tuple[Event, ...]:
    last = len(time_s) - 1
    spans = [(run.start, min(run.stop, last)) for run in runs(touching)]
    return tuple(Event("edge_contact", float(time_s[start]), float(time_s[end])) for start, end in spans)


def _sampled(fine_s: Floats, angle: Floats, time_s: Floats) -> Angle:
    """Smooth the corners that the rim makes, and return angle and derivatives at `time_s`."""
    from scipy.interpolate import make_interp_spline
    from scipy.ndimage import gaussian_filter1d

    spline = make_interp_spline(fine_s, gaussian_filter1d(angle, SMOOTHING_S * FINE_HZ), k=5)
    return Angle(*(np.asarray(spline.derivative(order)(time_s)) for order in range(3)))
