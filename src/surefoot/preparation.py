"""Recording → Trial: one clean stretch on a uniform grid, in the body frame, its steady part found."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from surefoot import dsp, quality
from surefoot.errors import TooShortError
from surefoot.metrics import METRICS_VERSION
from surefoot.model import Floats, Issue, Protocol, Recording, SensorAxes, Setup, TiltMethod, Trial
from surefoot.protocols import protocol_for, window_length

GRID_RATE_HZ = 100.0
LEAD_IN_S = 3.0
LEAD_OUT_S = 1.0

# Sensor height where nobody gave one, for a body of 1.70 m: 0.57 and 0.72 of it for lumbar and chest are in
# use in the field (unverified), the others are rough. A 20 % error changes the tilt RMS by about 4 %.
USUAL_HEIGHT_M = {"lumbar": 0.97, "chest": 1.22, "pocket": 0.85, "thigh": 0.65, "shin": 0.30, "board": 0.10}


@dataclass(frozen=True, slots=True, eq=False)
class _Gridded:
    """A gap-free stretch on a uniform grid, still in the sensor's frame."""

    time_s: Floats
    acc_mps2: Floats
    gyr_radps: Floats | None
    rate_hz: float
    measured_hz: float


@dataclass(frozen=True, slots=True, eq=False)
class _Tilt:
    """Tilt and its rate (n, 2) in degrees, AP and ML, and how they were found."""

    angle_deg: Floats
    rate_degps: Floats
    method: TiltMethod
    issues: tuple[Issue, ...] = ()


def prepare(recording: Recording, setup: Setup, *, axes: SensorAxes | None = None) -> Trial:
    """Turn a recording into a trial of the test that `setup` names.

    Gaps are flagged or split at, the longest stretch is put on a 100 Hz grid (the measured rate where that
    is lower), steady standing is found, and the last part of it, of the protocol's length, becomes the
    analysed window, over which gravity gives the body frame. `axes` tells of a sensor whose marked axes
    are not a phone's. Raises TooShortError, LowRateError, UnitError, NotQuietStandingError, TooStillError
    or MountingError where no trial can be made; whatever else is doubtful becomes an `Issue`.
    """
    protocol = protocol_for(setup)
    axes = axes or SensorAxes()
    grid, issues = _grid(recording)
    issues += quality.check_gravity(grid.acc_mps2)
    quality.check_standing(grid.acc_mps2, grid.gyr_radps, grid.rate_hz)
    stance = _find_stance(grid, protocol, setup)
    issues += quality.check_moments([_span(grid, moment) for moment in stance.moments])
    up = grid.acc_mps2[stance.window].mean(axis=0)
    quality.check_alive(_horizontal(grid.acc_mps2[stance.window], up), grid.rate_hz)
    facing = setup.facing or "back"
    on_board = facing == "up"
    # The frame of a board is the board itself: its screen says level, so that a lean is not aligned away.
    vertical = np.asarray(axes.face) * np.sign(up @ axes.face) if on_board else up
    body, _ = dsp.body_axes(vertical, np.asarray(axes.face), facing, np.asarray(axes.top))
    _, off_deg = dsp.body_axes(up, np.asarray(axes.face), facing, np.asarray(axes.top))
    issues += quality.check_mounting(off_deg, facing)
    if not on_board:
        resolution = quality.resolution_class(recording.acc_mps2)
        sway = (grid.acc_mps2 @ body[:, :2])[stance.window]
        issues += quality.check_resolution(sway, resolution, grid.rate_hz)
    tilt = _board_tilt(grid, body, setup) if on_board else _body_tilt(grid, body, stance.calm, setup)
    return _trial(
        recording,
        setup=setup,
        protocol=protocol,
        grid=grid,
        body=body,
        tilt=tilt,
        stance=stance,
        issues=issues + tilt.issues,
    )


def _grid(recording: Recording) -> tuple[_Gridded, tuple[Issue, ...]]:
    stretches = dsp.split_at_gaps(recording.time_s, quality.GAP_SPLITS_S)
    stretch = max(stretches, key=lambda s: recording.time_s[s.stop - 1] - recording.time_s[s.start])
    time_s = recording.time_s[stretch]
    if len(time_s) < 4:
        raise _too_short(
            "Hardly any samples follow one another without a hole.", f"{len(time_s)} samples", 20.0
        )
    measured_hz = dsp.sampling_rate(time_s)
    issues = quality.check_gaps(recording) + quality.check_rate(measured_hz)
    rate_hz = min(GRID_RATE_HZ, measured_hz)
    has_gyroscope = recording.gyr_radps is not None
    channels = [recording.acc_mps2[stretch]]
    if recording.gyr_radps is not None:
        channels.append(recording.gyr_radps[stretch])
    grid_s, values = dsp.resample(time_s, np.hstack(channels), rate_hz)
    gyr = values[:, 3:] if has_gyroscope else None
    return _Gridded(grid_s, values[:, :3], gyr, rate_hz, measured_hz), recording.issues + issues


def _horizontal(acc_mps2: Floats, up: Floats) -> Floats:
    """Two perpendicular horizontal components (n, 2) in any heading."""
    first = np.cross(up, np.eye(3)[int(np.argmin(np.abs(up)))])
    first = dsp.unit_vector(first)
    second = np.cross(dsp.unit_vector(up), first)
    return np.asarray(acc_mps2 @ np.column_stack([first, second]))


@dataclass(frozen=True, slots=True)
class _Stance:
    """Samples without handling, of these the steady stance, at its end the window, and its moments."""

    calm: slice
    steady: slice
    window: slice
    moments: tuple[slice, ...]


def _find_stance(grid: _Gridded, protocol: Protocol, setup: Setup) -> _Stance:
    horizontal = _horizontal(grid.acc_mps2, np.median(grid.acc_mps2, axis=0))
    mask = dsp.calm_samples(horizontal, grid.gyr_radps, grid.rate_hz)
    calm, moments = dsp.calm_stretch(mask, grid.rate_hz)
    first = max(calm.start, round(LEAD_IN_S * grid.rate_hz))
    last = min(calm.stop, len(mask) - round(LEAD_OUT_S * grid.rate_hz))
    steady = slice(first, max(first, last))
    length_s = window_length(protocol, setup)
    samples = round(length_s * grid.rate_hz)
    found = steady.stop - steady.start
    if found < samples:
        raise _too_short(
            "There is not enough steady standing to measure sway.",
            f"{found / grid.rate_hz:.1f} s of steady standing in {grid.time_s[-1] - grid.time_s[0]:.1f} s",
            length_s,
        )
    window = slice(steady.stop - samples, steady.stop)
    return _Stance(calm, steady, window, tuple(m for m in moments if m.stop > window.start))


def _too_short(what: str, found: str, length_s: float) -> TooShortError:
    return TooShortError(
        what,
        found=found,
        expected=f"at least {length_s:.0f} s in one piece, after 3 s to settle and before the last second",
        do="Start the recording, take position, stand still until the end, then stop it.",
    )


def _body_tilt(grid: _Gridded, body: Floats, calm: slice, setup: Setup) -> _Tilt:
    height_m = setup.sensor_height_m or USUAL_HEIGHT_M[setup.placement]
    gravity_mps2 = float(np.median(np.linalg.norm(grid.acc_mps2, axis=1)))
    horizontal = grid.acc_mps2 @ body[:, :2]
    slow_deg = dsp.pendulum_tilt(horizontal, grid.rate_hz, height_m, gravity_mps2)
    if grid.gyr_radps is None:
        issues = _height_issue(setup, height_m)
        return _Tilt(slow_deg, np.zeros_like(slow_deg), "pendulum", issues)
    forward, right, _ = body.T
    rate_degps = np.degrees(grid.gyr_radps @ np.column_stack([-right, forward]))
    angle_deg = slow_deg.copy()
    # Handling before the stance would leak into it through the integral, so only the calm part is fused.
    angle_deg[calm] = dsp.complementary_tilt(slow_deg[calm], rate_degps[calm], grid.rate_hz)
    return _Tilt(angle_deg, rate_degps, "complementary")


def _height_issue(setup: Setup, height_m: float) -> tuple[Issue, ...]:
    if setup.sensor_height_m is not None:
        return ()
    what = f"No gyroscope and no sensor height: tilt assumes the sensor {height_m:.2f} m above the floor."
    return (Issue("height_assumed", "info", what, "Give --height, or record the gyroscope too."),)


def _board_issues(setup: Setup) -> tuple[Issue, ...]:
    if setup.board:
        return ()
    what = "Boards differ: compare within one board, or as per cent of its own largest tilt."
    return (Issue("board_unnamed", "info", what, "Name the board with --board."),)


def _board_tilt(grid: _Gridded, body: Floats, setup: Setup) -> _Tilt:
    # `body` is left-handed; its columns are the board's own axes, fixed in the sensor.
    issues = _board_issues(setup)
    if grid.gyr_radps is None:
        up = grid.acc_mps2 / np.linalg.norm(grid.acc_mps2, axis=1, keepdims=True)
        what = "No gyroscope: the board's tilt comes from acceleration alone and reads too high."
        issues += (Issue("acceleration_only", "warning", what, "Record the gyroscope too."),)
        rate_degps = np.zeros((len(up), 2))
        method: TiltMethod = "inclination"
    else:
        up = dsp.board_tilt(grid.acc_mps2, grid.gyr_radps, grid.rate_hz)
        forward, right, _ = body.T
        rate_degps = np.degrees(grid.gyr_radps @ np.column_stack([-right, forward]))
        method = "vqf"
    angle_deg = -np.degrees(np.arcsin(np.clip(up @ body[:, :2], -1.0, 1.0)))
    return _Tilt(angle_deg, rate_degps, method, issues)


def _span(grid: _Gridded, samples: slice) -> tuple[float, float]:
    start_s = float(grid.time_s[0])
    return (start_s + samples.start / grid.rate_hz, start_s + samples.stop / grid.rate_hz)


def _trial(
    recording: Recording,
    *,
    setup: Setup,
    protocol: Protocol,
    grid: _Gridded,
    body: Floats,
    tilt: _Tilt,
    stance: _Stance,
    issues: tuple[Issue, ...],
) -> Trial:
    gravity_mps2 = np.linalg.norm(grid.acc_mps2[stance.window].mean(axis=0))
    ap, ml, v = (grid.acc_mps2 @ body).T
    return Trial(
        setup=setup,
        protocol=protocol,
        rate_hz=grid.rate_hz,
        time_s=grid.time_s,
        ap_mps2=ap,
        ml_mps2=ml,
        v_mps2=v - gravity_mps2,
        tilt_ap_deg=tilt.angle_deg[:, 0],
        tilt_ml_deg=tilt.angle_deg[:, 1],
        rate_ap_degps=tilt.rate_degps[:, 0],
        rate_ml_degps=tilt.rate_degps[:, 1],
        has_gyroscope=grid.gyr_radps is not None,
        tilt_method=tilt.method,
        steady_s=_span(grid, stance.steady),
        window_s=_span(grid, stance.window),
        issues=issues,
        settings=_settings(recording, setup, protocol, grid, tilt.method),
        source=recording.source,
        source_sha256=recording.sha256,
        part=recording.part,
    )


def _settings(
    recording: Recording, setup: Setup, protocol: Protocol, grid: _Gridded, tilt_method: str
) -> dict[str, str]:
    """Whatever a result must share with another to be compared with it."""
    return {
        "test": setup.test,
        "leg": setup.leg,
        "eyes": setup.eyes,
        "surface": setup.surface,
        "footwear": setup.footwear,
        "placement": setup.placement,
        "facing": setup.facing or "",
        "board": setup.board,
        "device_model": setup.device_model or recording.device_model,
        "resolution_class": quality.resolution_class(recording.acc_mps2),
        "rate_class": quality.rate_class(grid.measured_hz),
        "window": f"{window_length(protocol, setup):.0f} s",
        "filters": "isway 3.5 Hz, wide 10 Hz, Butterworth 4 zero-phase",
        "tilt_method": tilt_method,
        "metrics_version": str(METRICS_VERSION),
    }
