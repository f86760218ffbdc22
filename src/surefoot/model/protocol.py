"""`Protocol`: a test as data."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

Footing = Literal["one_leg", "both_feet", "tandem", "board", "other"]


@dataclass(frozen=True, slots=True)
class Protocol:
    """A test: of which kind, how long, in which order, which numbers, and what to say.

    `kind` chooses how a recording of it is prepared, and which metrics may be computed. `usual_for` are the
    legs, or ``board`` for a sensor that lies on one, with which this test is meant where nobody names one.
    `stance` tells how somebody stands: words of guides go by it, and a ``board`` holds the sensor.
    `metric_groups` names the groups of metrics computed, so that a new metric needs no edit here.
    `window_s` is the one analysed length that serves every metric of the test; `short_window_s` holds for
    conditions (``"eyes"``/``"leg"`` words joined by a plus) that few people hold longer.
    `primary` carries the verdict; `stand_ins` take its place, in order, where it is withheld.
    """

    key: str
    title: str
    task: str
    settle_s: float
    hold_s: float
    rest_s: float
    window_s: float
    attempts: tuple[str, ...]
    metric_groups: tuple[str, ...]
    primary: str
    stand_ins: tuple[str, ...] = ()
    kind: str = "stance"
    usual_for: tuple[str, ...] = ()
    stance: Footing = "other"
    short_window_s: Mapping[str, float] = field(default_factory=dict)
    start_text: str = ""
    stop_text: str = ""
    safety_text: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "short_window_s", MappingProxyType(dict(self.short_window_s)))
