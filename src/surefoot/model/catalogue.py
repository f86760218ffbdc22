"""`Metric`: one number of a trial, with everything a reader needs to trust it; `@metric` registers it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from types import ModuleType
from typing import Any, Final, Literal, Required, SupportsIndex, TypedDict, Unpack

from surefoot.model.trial import Trial
from surefoot.units import unit_of

Better = Literal["lower", "higher", "neither"]
Scale = Literal["ln", "square root", "logit", "none"]
Preset = Literal["isway", "wide", "none"]
Mirror = Literal["same", "negated", "swapped"]
Group = Literal["acceleration", "angle", "frequency", "board", "events", "nonlinear", "com"]

# Below this rate, and with coarse acceleration, small quick changes are lost.
DETAIL_RATE_HZ = 40.0

# The horizontal axes by their names in keys, and in words.
AXES: Final = {"ap": "forward-back", "ml": "left-right"}

# Cut-off of the zero-phase low-pass that each preset applies; `none` leaves the signal alone.
PRESET_CUTOFF_HZ: dict[str, float] = {"isway": 3.5, "wide": 10.0}


@dataclass(frozen=True, slots=True)
class Metric:
    """A named number: what it is, in which unit, which way is better, and when it may be computed.

    `mirror` says what happens to the value when left and right are exchanged: ``same``, ``negated``, or
    ``swapped`` with that of the key in which the words left and right are exchanged too.
    `gain` is the power with which the value grows when all motion is multiplied: 1 for an RMS, 2 for an
    area, 0 for a frequency; None where no such law holds. The contract tests check both.
    `kinds` are the kinds of test of which it can be computed, as a `Protocol` names its own.
    `needs_one_of` names measures of the setup (``body_height_m``, ...) of which at least one must be known.
    """

    key: str
    label: str
    group: Group
    reference: str
    compute: Callable[[Trial], float]
    better: Better = "lower"
    preset: Preset = "isway"
    scale: Scale = "ln"
    min_duration_s: float = 10.0
    min_rate_hz: float = 18.0
    needs_gyroscope: bool = False
    needs_one_of: tuple[str, ...] = ()
    mirror: Mirror = "same"
    gain: float | None = 1.0
    opt_in: bool = False
    kinds: tuple[str, ...] = ("stance",)

    @property
    def unit(self) -> str:
        """The printed unit, from the key's suffix."""
        return unit_of(self.key)

    @property
    def reads_acceleration(self) -> bool:
        """Whether the number comes from the accelerometer's own sway signal."""
        return self.group in ("acceleration", "frequency", "nonlinear")

    @property
    def reads_detail(self) -> bool:
        """Whether the number rests on small quick changes: path, jerk, spectra, entropy."""
        return self.reads_acceleration and self.min_rate_hz >= DETAIL_RATE_HZ

    @property
    def tells_direction(self) -> bool:
        """Whether the number turns round with the acceleration: left with right, or fore with aft."""
        return self.mirror != "same" or self.key.endswith("_mean_ap_deg")

    @property
    def description(self) -> str:
        """The docstring of the computing function."""
        return (self.compute.__doc__ or "").strip()

    def __call__(self, trial: Trial) -> float:
        """Compute the metric for a trial."""
        return self.compute(trial)

    def __reduce_ex__(self, protocol: SupportsIndex) -> str | tuple[Any, ...]:
        # In its module the function's name means the metric made of it, so that pickle finds no function.
        module = self.compute.__module__
        if self in metrics_in(import_module(module)):
            return _metric_in, (module, self.key)
        return object.__reduce_ex__(self, protocol)


def metrics_in(module: ModuleType) -> list[Metric]:
    """Return the metrics that a module defines, in order, those made `metric_for_each` part too."""
    held = vars(module).values()
    each = [one for value in held for one in (value if isinstance(value, tuple) else (value,))]
    return [one for one in each if isinstance(one, Metric)]


def _metric_in(module: str, key: str) -> Metric:
    return next(one for one in metrics_in(import_module(module)) if one.key == key)


class MetricFields(TypedDict, total=False):
    """What may be said of a `Metric` beside its label; `group` and `reference` must be."""

    group: Required[Group]
    reference: Required[str]
    better: Better
    preset: Preset
    scale: Scale
    min_duration_s: float
    min_rate_hz: float
    needs_gyroscope: bool
    needs_one_of: tuple[str, ...]
    mirror: Mirror
    gain: float | None
    opt_in: bool
    kinds: tuple[str, ...]


def metric(label: str, **fields: Unpack[MetricFields]) -> Callable[[Callable[[Trial], float]], Metric]:
    """Turn ``key(trial) -> float`` into a `Metric` whose key is the function's name."""
    return lambda function: Metric(key=function.__name__, label=label, compute=function, **fields)


def metric_for_each(
    parts: Mapping[str, str],
    key: str,
    register: Callable[[str, str], Callable[[Callable[[Trial], float]], Metric]],
) -> Callable[[Callable[[Trial, str], float]], tuple[Metric, ...]]:
    """Turn ``function(trial, part)`` into a metric for each of `parts`, given by their names and in words.

    ``{}`` in `key` stands for the name; `register` makes of name and words a decorator as `metric` does. In
    the docstring ``{name}`` and ``{words}`` stand for them, ``{Words}`` at the beginning of a sentence.
    """

    def one(function: Callable[[Trial, str], float], name: str, words: str) -> Metric:
        def compute(trial: Trial) -> float:
            return function(trial, name)

        text = function.__doc__ or ""
        for mark, meant in (("{name}", name), ("{words}", words), ("{Words}", words.capitalize())):
            text = text.replace(mark, meant)
        compute.__name__, compute.__doc__, compute.__module__ = key.format(name), text, function.__module__
        return register(name, words)(compute)

    return lambda function: tuple(one(function, name, words) for name, words in parts.items())
