"""`Trial`: a recording turned into the body frame; `Event`: something that happened in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal

from surefoot.model.protocol import Protocol
from surefoot.model.recording import Issue, is_same, made_anew
from surefoot.model.setup import Setup

if TYPE_CHECKING:
    from pandas import DataFrame

    from surefoot.model.arrays import Floats

EventKind = Literal["foot_lift", "touchdown", "step", "hop", "edge_contact", "correction"]
TiltMethod = Literal["complementary", "pendulum", "vqf", "inclination"]


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened in a trial, from `start_s` up to but not including `end_s`.

    One set `by_hand` with confidence 0 says that nothing of its kind happened there.
    """

    kind: EventKind
    start_s: float
    end_s: float
    confidence: float = 1.0
    by_hand: bool = False

    @property
    def breaks_stance(self) -> bool:
        """Whether standing on one leg ended here: a touchdown, a step or a hop."""
        return self.kind in ("touchdown", "step", "hop")


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Trial:
    """One attempt on a uniform grid in the body frame: AP forward +, ML right +, V up +.

    `time_s` (n,) counts from the start of the recording. Accelerations (n,) have gravity removed from `v`
    and are unfiltered. Tilt (n,) leans forward and right positive; rates (n,) are of the same angles, zero
    without a gyroscope (`has_gyroscope` tells). `steady_s` is the stretch found to be steady standing,
    `window_s` the analysed length inside it; both are ``[start, end)``. Outside the steady stretch tilt
    serves drawing only. `by_hand` are the corrections that somebody made to the `events`. `settings` holds
    whatever a result must match to be compared.
    """

    setup: Setup
    protocol: Protocol
    rate_hz: float
    time_s: Floats
    ap_mps2: Floats
    ml_mps2: Floats
    v_mps2: Floats
    tilt_ap_deg: Floats
    tilt_ml_deg: Floats
    rate_ap_degps: Floats
    rate_ml_degps: Floats
    has_gyroscope: bool
    tilt_method: TiltMethod
    steady_s: tuple[float, float]
    window_s: tuple[float, float]
    events: tuple[Event, ...] = ()
    by_hand: tuple[Event, ...] = ()
    issues: tuple[Issue, ...] = ()
    settings: Mapping[str, str] = field(default_factory=dict)
    source: str = ""
    source_sha256: str = ""
    part: str = ""

    def __post_init__(self) -> None:
        import numpy as np

        from surefoot.model.arrays import frozen_floats

        set_field = object.__setattr__
        set_field(self, "time_s", frozen_floats(self.time_s, "time_s", (None,)))
        for name in SIGNALS:
            set_field(self, name, frozen_floats(getattr(self, name), name, (self.time_s.size,)))
        set_field(self, "settings", MappingProxyType(dict(self.settings)))
        # A clock that counts from long ago tells no finer than its last binary digit.
        digit_s = float(np.spacing(np.abs(self.time_s).max(initial=1.0)))
        if not np.allclose(np.diff(self.time_s), 1 / self.rate_hz, rtol=1e-6, atol=1e-9 + 2 * digit_s):
            raise ValueError("time_s must be uniform at rate_hz")
        inside = self.steady_s[0] <= self.window_s[0] < self.window_s[1] <= self.steady_s[1]
        if not inside:
            raise ValueError(f"window {self.window_s} must lie inside the steady stretch {self.steady_s}")

    def __reduce__(self) -> tuple[Any, ...]:
        return made_anew(self)

    def __eq__(self, other: object) -> bool:
        return is_same(self, other)

    def __hash__(self) -> int:
        return hash((self.source_sha256, self.part, self.window_s, float(self.ml_mps2[-1])))

    def frame(self) -> DataFrame:
        """Return the signals as a DataFrame by ``time_s``, in the body's axes and unfiltered."""
        import pandas as pd

        columns = {name: getattr(self, name) for name in SIGNALS}
        return pd.DataFrame(columns, index=pd.Index(self.time_s, name="time_s"))

    def samples(self, span_s: tuple[float, float]) -> slice:
        """Return the samples of a span ``[start, end)`` of this trial."""
        half_s = 0.5 / self.rate_hz
        first, last = self.time_s.searchsorted([each_s - half_s for each_s in span_s])
        return slice(int(first), int(last))

    def __repr__(self) -> str:
        start_s, end_s = self.window_s
        span = f"{start_s:.1f} to {end_s:.1f} s at {self.rate_hz:.0f} Hz"
        return f"<Trial {self.setup.test} {self.setup.leg}: {span}>"


SIGNALS: tuple[str, ...] = (
    "ap_mps2",
    "ml_mps2",
    "v_mps2",
    "tilt_ap_deg",
    "tilt_ml_deg",
    "rate_ap_degps",
    "rate_ml_degps",
)
