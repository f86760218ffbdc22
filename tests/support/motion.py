"""Trials and recordings of known motion, built in the tests without the package's own simulator."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np

from surefoot.model import Protocol, Recording, Setup, Trial

G = 9.80665

PROTOCOL = Protocol(
    key="test",
    title="Test",
    task="",
    settle_s=0.0,
    hold_s=20.0,
    rest_s=0.0,
    window_s=20.0,
    attempts=(),
    metric_groups=("acceleration", "angle", "frequency"),
    primary="path_rate_mps3",
)


def body_trial(ap, ml, *, rate_hz=100.0, v=None, tilt_ap=None, tilt_ml=None, **fields: Any) -> Trial:
    """A trial whose steady stretch and window are all of the given body-frame signals."""
    ap, ml = np.asarray(ap, float), np.asarray(ml, float)
    still = np.zeros_like(ap)
    tilt_ap = still if tilt_ap is None else np.asarray(tilt_ap, float)
    tilt_ml = still if tilt_ml is None else np.asarray(tilt_ml, float)
    span = (0.0, len(ap) / rate_hz)
    signals = {
        "time_s": np.arange(len(ap)) / rate_hz,
        "ap_mps2": ap,
        "ml_mps2": ml,
        "v_mps2": still if v is None else v,
        "tilt_ap_deg": tilt_ap,
        "tilt_ml_deg": tilt_ml,
        "rate_ap_degps": np.gradient(tilt_ap, 1 / rate_hz),
        "rate_ml_degps": np.gradient(tilt_ml, 1 / rate_hz),
    }
    settings = {
        "setup": Setup(leg="left"),
        "protocol": PROTOCOL,
        "rate_hz": rate_hz,
        "has_gyroscope": True,
        "tilt_method": "complementary",
        "steady_s": span,
        "window_s": span,
    }
    return Trial(**{**signals, **settings, **fields})


def noise(seed: int, samples: int = 3000, rate_hz: float = 100.0, corner_hz: float = 1.0) -> np.ndarray:
    """Unit-RMS noise with a falling spectrum, periodic over its length: the same motion at any rate."""
    generator = np.random.default_rng(seed)
    lines = 200
    frequency = np.arange(1, lines + 1) * rate_hz / samples
    amplitude = 1 / (1 + (frequency / corner_hz) ** 2)
    phase = generator.uniform(0, 2 * np.pi, lines)
    time = np.arange(samples) / rate_hz
    signal = (amplitude[:, None] * np.cos(2 * np.pi * frequency[:, None] * time + phase[:, None])).sum(axis=0)
    return signal / np.sqrt((amplitude**2).sum() / 2)


@cache
def standing(
    seed: int = 1, *, rate_hz: float = 100.0, duration_s: float = 36.0, gyroscope: bool = True
) -> Recording:
    """A phone at the lumbar spine (portrait, screen back, 1 m high) on a swaying rigid body.

    Exact to first order: sums of sines with exact derivatives, so that any rate samples the same motion.
    """
    generator = np.random.default_rng(seed)
    frequency = np.arange(1, 100) / 33.0
    amplitude = 1 / (1 + (frequency / 0.5) ** 2)
    amplitude *= np.sqrt(2 / (amplitude**2).sum())
    phases = generator.uniform(0, 2 * np.pi, (2, len(frequency)))
    time = np.arange(round(duration_s * rate_hz)) / rate_hz
    omega = 2 * np.pi * frequency[:, None]
    columns = []
    for size_deg, phase in zip((0.45, 0.6), phases, strict=True):
        wave = np.radians(size_deg) * amplitude[:, None]
        argument = omega * time + phase[:, None]
        angle = (wave * np.sin(argument)).sum(axis=0)
        rate = (wave * omega * np.cos(argument)).sum(axis=0)
        bend = -(wave * omega**2 * np.sin(argument)).sum(axis=0)
        columns.append((angle, rate, bend - G * np.sin(angle)))
    (lean_ap, rate_ap, ap), (lean_ml, rate_ml, ml) = columns
    up = G * np.cos(np.hypot(lean_ap, lean_ml))
    acc = np.column_stack([ml, up, -ap])
    gyr = np.column_stack([-rate_ap, np.zeros_like(time), -rate_ml]) if gyroscope else None
    return Recording(time, acc, gyr, source="test", sha256=f"{seed:064x}")


def turned(recording: Recording, rotation: np.ndarray) -> Recording:
    """The same motion seen by a sensor that was turned by `rotation` (3, 3)."""
    gyr = None if recording.gyr_radps is None else recording.gyr_radps @ rotation.T
    return replace(recording, acc_mps2=recording.acc_mps2 @ rotation.T, gyr_radps=gyr)


def touched(
    edges: list[tuple[float, float]], lean: tuple[float, float] = (0.0, 0.0), *, gyroscope: bool = True
) -> Recording:
    """A board moved slowly to each (ap, ml) tilt in degrees and held there for two seconds."""
    stops = [(0.0, 0.0)]
    for edge in edges:
        stops += [edge, (0.0, 0.0)]
    times = np.arange(len(stops) * 2) * 2.0
    path = np.repeat(np.radians(np.add(stops, lean)), 2, axis=0)
    time = np.arange(round(times[-1] * 100)) / 100
    ap, ml = (np.interp(time, times, column) for column in path.T)
    acc = G * np.column_stack([-np.sin(ml) * np.cos(ap), -np.sin(ap), np.cos(ap) * np.cos(ml)])
    rates = np.column_stack([-np.gradient(ap, 0.01), np.gradient(ml, 0.01), np.zeros_like(ap)])
    return Recording(time, acc, rates if gyroscope else None)


EDGES = [(15.0, 0.0), (-14.0, 0.0), (0.0, 20.0), (0.0, -19.0)]
