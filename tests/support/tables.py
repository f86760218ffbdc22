"""Tables of no known app, written by the tests: any names, order, units, signs, rates and delimiters."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from hypothesis import strategies as st

from motion import standing
from surefoot.model import Recording

G = 9.80665
ACCELERATION_MPS2 = {"m/s2": 1.0, "g": G, "mg": G / 1000}
ROTATION_RADPS = {"rad/s": 1.0, "deg/s": np.pi / 180, "mdeg/s": np.pi / 180_000}
TIME_S = {"s": 1.0, "ms": 1e-3, "us": 1e-6, "ns": 1e-9}

TIME_NAMES = ("t", "time", "Timestamp", "Elapsed", "time stamp", "Zeit", "tiempo")
ACCELERATION_NAMES = (
    "a{x}", "Acc{X}", "accel_{x}", "acc.{x}", "Acceleration {X}", "{x}Accel", "pelvis_ACCEL_{x}", "{x}",
    "accelerometer{X}", "Beschleunigung {x}", "aceleracion_{x}",
)  # fmt: skip
GYROSCOPE_NAMES = (
    "w{x}",
    "Gyro{X}",
    "gyro_{x}",
    "gyr.{x}",
    "Rotation Rate {X}",
    "{x}Gyro",
    "omega_{x}",
    "Drehrate {X}",
    "giroscopio.{x}",
)
STATED = {"": "{name}", "round": "{name} ({unit})", "square": "{name} [{unit}]", "last word": "{name}_{unit}"}
LAST_WORDS = {"m/s2": "mps2", "deg/s": "dps", "rad/s": "radps", "mdeg/s": "mdps"}


@dataclass(frozen=True)
class Logger:
    """How a made logger writes: the names of its columns, its units, its sign, its clock."""

    time: str = "time"
    time_unit: str = "s"
    time_stated: str = "round"
    acceleration: str = "a{x}"
    acceleration_unit: str = "m/s2"
    acceleration_stated: str = ""
    sign: int = 1
    gyroscope: str = ""
    gyroscope_unit: str = "rad/s"
    gyroscope_stated: str = "round"
    epoch_s: int = 0
    delimiter: str = ","
    decimal: str = "."
    others: tuple[str, ...] = ()
    order: tuple[int, ...] = ()

    def names(self, **false_units: str) -> list[str]:
        """The names of its columns, before they are put in order; `false_units` are stated instead."""
        units = {q: getattr(self, f"{q}_unit") for q in ("time", "acceleration", "gyroscope")} | false_units
        names = [_stated(self.time, units["time"], self.time_stated)]
        for quantity in ("acceleration", "gyroscope"):
            pattern = getattr(self, quantity)
            style = getattr(self, f"{quantity}_stated")
            names += [
                _stated(pattern.format(x=x, X=x.upper()), units[quantity], style)
                for x in "xyz" * bool(pattern)
            ]
        return names + list(self.others)

    def write(self, recording: Recording, **false_units: str) -> bytes:
        """The bytes of a recording."""
        return self.write_columns(self.names(**false_units), recording)

    def write_columns(self, names: list[str], recording: Recording) -> bytes:
        """The bytes of a recording under other names, an empty list for no header."""
        columns = self.columns(recording)
        order = self.order or range(len(columns))
        rows = zip(*(columns[place] for place in order), strict=True)
        lines = [self.delimiter.join(cell.replace(".", self.decimal) for cell in row) for row in rows]
        head = [self.delimiter.join(names[place] for place in order)] if names else []
        return ("\n".join(head + lines) + "\n").encode()

    def columns(self, recording: Recording) -> list[list[str]]:
        """The cells, column by column, in the order of `names`."""
        ticks = np.rint(recording.time_s * 1e9).astype(np.int64) + self.epoch_s * 10**9
        scale = round(1e9 * TIME_S[self.time_unit])
        exact = not (ticks % scale).any()
        times = [str(int(tick) // scale) if exact else f"{int(tick) / scale:.9f}" for tick in ticks]
        values = [recording.acc_mps2 * self.sign / ACCELERATION_MPS2[self.acceleration_unit]]
        if self.gyroscope:
            values.append(recording.gyr_radps / ROTATION_RADPS[self.gyroscope_unit])
        numbers = [[f"{value:.9f}" for value in column] for column in np.hstack(values).T]
        noise = np.random.default_rng(len(self.others))
        made = {
            "temp": lambda n: [f"{24 + 0.1 * (i % 3):.1f}" for i in range(n)],
            "index": lambda n: [str(i) for i in range(n)],
            "battery": lambda n: ["87"] * n,
        }
        size = recording.time_s.size
        others = [
            made.get(name, lambda n: [f"{v:.3f}" for v in 30 + noise.normal(0, 5, n)])(size)
            for name in self.others
        ]
        return [times, *numbers, *others]


@st.composite
def loggers(draw: st.DrawFn, *, gyroscope: bool | None = None) -> Logger:
    """Any logger whose names tell what its columns hold; whether they state units is left to chance."""
    with_gyroscope = draw(st.booleans()) if gyroscope is None else gyroscope
    others = draw(st.sampled_from([(), ("temp",), ("index", "battery"), ("mag_x", "mag_y", "mag_z", "temp")]))
    delimiter = draw(st.sampled_from([",", ";", "\t"]))
    styles = st.sampled_from(sorted(STATED))
    logger = Logger(
        time=draw(st.sampled_from(TIME_NAMES)),
        time_unit=draw(st.sampled_from(sorted(TIME_S))),
        time_stated=draw(styles),
        acceleration=draw(st.sampled_from(ACCELERATION_NAMES)),
        acceleration_unit=draw(st.sampled_from(sorted(ACCELERATION_MPS2))),
        acceleration_stated=draw(styles),
        sign=draw(st.sampled_from([1, -1])),
        gyroscope=draw(st.sampled_from(GYROSCOPE_NAMES)) if with_gyroscope else "",
        gyroscope_unit=draw(st.sampled_from(sorted(ROTATION_RADPS))),
        gyroscope_stated=draw(styles),
        epoch_s=draw(st.sampled_from([0, 1_700_000_000])),
        delimiter=delimiter,
        decimal="." if delimiter == "," else draw(st.sampled_from([".", ","])),
        others=others,
    )
    size = len(logger.names())
    return replace(logger, order=tuple(draw(st.permutations(range(size)))))


@dataclass(frozen=True)
class Stance:
    """Somebody standing for eight seconds, the sensor turned any way; told by three numbers."""

    seed: int
    rate_hz: float
    turned: int

    def record(self) -> Recording:
        """The recording."""
        recording = standing(self.seed, rate_hz=self.rate_hz, duration_s=8.0)
        turn = _rotation(np.random.default_rng(self.turned))
        return replace(
            recording, acc_mps2=recording.acc_mps2 @ turn.T, gyr_radps=recording.gyr_radps @ turn.T
        )


stances = st.builds(
    Stance, st.integers(1, 50), st.sampled_from([25.0, 50.0, 100.0]), st.integers(0, 2**32 - 1)
)


def _rotation(noise: np.random.Generator) -> Any:
    turn, _ = np.linalg.qr(noise.normal(size=(3, 3)))
    return turn * np.sign(np.linalg.det(turn))


def _stated(name: str, unit: str, style: str) -> str:
    shown = LAST_WORDS.get(unit, unit) if style == "last word" else unit
    return STATED[style].format(name=name, unit=shown)
