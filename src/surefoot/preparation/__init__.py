"""Recording → Trial: one clean stretch on a uniform grid, in the body frame, its steady part found."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from surefoot import dsp
from surefoot.metrics import METRICS_VERSION
from surefoot.model import Event, Floats, Issue, Protocol, Recording, SensorAxes, Setup, Trial
from surefoot.preparation import quality
from surefoot.preparation.board import find_board_stance
from surefoot.preparation.checks import (
    check_agreement,
    check_clock,
    check_creep,
    check_ends,
    check_samples,
    check_sway,
)
from surefoot.preparation.events import find_events
from surefoot.preparation.grid import Grid, horizontal, make_grid
from surefoot.preparation.stance import Stance, find_stance
from surefoot.preparation.tilt import Tilt, board_tilt, body_tilt
from surefoot.protocols import protocol_for, window_length

_Placed = tuple[Floats, Tilt, Stance, tuple[Issue, ...]]


@quality.advised
def prepare(
    recording: Recording,
    setup: Setup,
    *,
    axes: SensorAxes | None = None,
    by_hand: Sequence[Event] = (),
    noise_floor_mps2: float | None = None,
) -> Trial:
    """Turn a recording into a trial of the test that `setup` names, by the way of its kind.

    Of a stance, gaps are flagged or split at, the longest stretch is put on a 100 Hz grid (the measured rate
    where that is lower), steady standing is found, and the last part of it, of the protocol's length, in
    which the foot stayed up becomes the analysed window, over which gravity gives the body frame; what
    happened in the stance is found. `axes` tells of a sensor whose marked axes are not a phone's; events set
    `by_hand` win over those found; `noise_floor_mps2` is what this device reads at rest after the 3.5 Hz
    low-pass. Raises TooShortError, LowRateError, UnitError, NotQuietStandingError, TooStillError,
    StuckAxisError or MountingError where no trial can be made; whatever else is doubtful becomes an `Issue`.
    """
    protocol = protocol_for(setup)
    by_kind = KINDS[protocol.kind]
    return by_kind(recording, protocol, setup, axes or SensorAxes(), tuple(by_hand), noise_floor_mps2)


def _prepare_stance(
    recording: Recording,
    protocol: Protocol,
    setup: Setup,
    axes: SensorAxes,
    by_hand: tuple[Event, ...],
    noise_floor_mps2: float | None,
) -> Trial:
    recording = quality.leave_stuck(recording)
    grid, issues = make_grid(recording)
    issues += check_ends(recording, grid) + quality.check_gravity(grid.acc_mps2)
    issues += quality.check_turning_rate(grid.acc_mps2, grid.gyr_radps, grid.rate_hz)
    on_board = setup.facing == "up"
    place = _on_board if on_board else _on_body
    body, tilt, stance, found = place(grid, protocol, setup, axes, by_hand)
    issues += found + check_clock(recording, grid, body, stance.window)
    # A board's tilt at any moment rests on all turning since somebody stepped on.
    since_s = grid.span(stance.calm)[0] if on_board else grid.span(stance.window)[0]
    issues += check_samples(recording, grid.span(stance.window), since_s, on_board=on_board)
    issues += quality.check_scale(grid.acc_mps2, grid.rate_hz, stance.window)
    issues += check_agreement(grid, body, tilt, stance, on_board=on_board)
    if not on_board and stance.is_whole:
        issues += check_sway(recording, grid, body, setup, stance.window, noise_floor_mps2)
    if not on_board:
        issues += check_creep(grid, stance, tilt.angle_deg, issues)
    trial = _trial(
        recording,
        setup=setup,
        protocol=protocol,
        grid=grid,
        body=body,
        tilt=tilt,
        stance=stance,
        issues=issues + tilt.issues,
        by_hand=by_hand,
    )
    return replace(trial, events=find_events(trial))


_Prepare = Callable[[Recording, Protocol, Setup, SensorAxes, tuple[Event, ...], float | None], Trial]
# How a recording of each kind of test becomes a trial; a new kind is one entry, and a module for it.
KINDS: Final[dict[str, _Prepare]] = {"stance": _prepare_stance}


def _on_body(
    grid: Grid, protocol: Protocol, setup: Setup, axes: SensorAxes, by_hand: Sequence[Event]
) -> _Placed:
    """Find the stance of a sensor that is worn: gravity over its window gives the body's axes."""
    quality.check_standing(grid.acc_mps2, grid.gyr_radps, grid.rate_hz)
    stance = find_stance(grid, protocol, setup, by_hand)
    quality.check_swing([grid.acc_mps2[piece] for piece in stance.clean], grid.rate_hz)
    issues = stance.issues + quality.check_moments([grid.span(moment) for moment in stance.moments])
    up = grid.acc_mps2[stance.window].mean(axis=0)
    quality.check_alive(horizontal(grid.acc_mps2[stance.window], up), grid.rate_hz)
    body, mounting = _body_frame(up, axes, setup.facing or "back")
    return body, body_tilt(grid, body, stance, setup), stance, issues + mounting


def _on_board(
    grid: Grid, protocol: Protocol, setup: Setup, axes: SensorAxes, by_hand: Sequence[Event]
) -> _Placed:
    """Find the stance on a board, whose tilt is known before: its axes are the sensor's own."""
    quality.check_riding(grid.acc_mps2, grid.gyr_radps, grid.rate_hz)
    body, mounting = _body_frame(np.median(grid.acc_mps2, axis=0), axes, "up")
    tilt = board_tilt(grid, body, setup)
    stance = find_board_stance(grid, tilt.angle_deg, protocol, setup, by_hand)
    quality.check_ridden(tilt.angle_deg[stance.window], grid.rate_hz)
    return body, tilt, stance, stance.issues + mounting


def _body_frame(up: Floats, axes: SensorAxes, facing: str) -> tuple[Floats, tuple[Issue, ...]]:
    """Return the body's axes, the columns of a (3, 3) matrix, and what is doubtful about the mounting."""
    face, top = np.asarray(axes.face), np.asarray(axes.top)
    # The frame of a board is the board itself: its screen says level, so that a lean is not aligned away.
    vertical = face * (np.sign(up @ face) or 1.0) if facing == "up" else up
    body, _ = dsp.body_axes(vertical, face, facing, top)
    _, off_deg = dsp.body_axes(up, face, facing, top)
    return body, quality.check_mounting(off_deg, facing)


def _trial(
    recording: Recording,
    *,
    setup: Setup,
    protocol: Protocol,
    grid: Grid,
    body: Floats,
    tilt: Tilt,
    stance: Stance,
    issues: tuple[Issue, ...],
    by_hand: Sequence[Event],
) -> Trial:
    gravity_mps2 = np.linalg.norm(grid.acc_mps2[stance.window].mean(axis=0))
    ap, ml, v = (grid.acc_mps2 @ body).T
    worst_hz = quality.worst_rate(grid.sampled_s[grid.within(stance.window)])
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
        steady_s=grid.span(stance.steady),
        window_s=grid.span(stance.window),
        events=stance.events,
        by_hand=tuple(by_hand),
        issues=issues,
        settings=_settings(recording, setup, protocol, worst_hz, tilt.method),
        source=recording.source,
        source_sha256=recording.sha256,
        part=recording.part,
    )


def _settings(
    recording: Recording, setup: Setup, protocol: Protocol, worst_hz: float, tilt_method: str
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
        "board_level": "told" if setup.board_level_ap_deg is not None else "",
        "device_model": setup.device_model or recording.device_model,
        "resolution_class": quality.resolution_class(quality.resolution(recording)),
        "rate_class": quality.rate_class(worst_hz),
        "window": f"{window_length(protocol, setup):.0f} s",
        "filters": "isway 3.5 Hz, wide 10 Hz, Butterworth 4 zero-phase",
        "tilt_method": tilt_method,
        "metrics_version": str(METRICS_VERSION),
    }
