"""Left against right, eyes closed against open, foam or board against floor: ratios with their intervals."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from statistics import NormalDist
from typing import Final, Literal

from surefoot.change.sides.pairs import CONDITIONS, LEGS, Kind, Pair, day_of, find_pairs
from surefoot.model import Assessment
from surefoot.reliability import prior_noise

OWN_FREEDOM: Final = 4
COVERAGE: Final = 0.95
SIDES_TEXT: Final = (
    "After a sprain both legs sway more and both recover (Evans et al. 2004, Foot Ankle Int 25:833; "
    "Hertel et al. 2001, J Athl Train 36:363), so the uninjured leg is not a clean reference. Look at your "
    "own first sessions, the other leg and the trend side by side."
)

Side = Literal["left", "right"]


@dataclass(frozen=True, slots=True)
class Ratio:
    """One measure of two parts of a test, such as both legs, on the last day that has both.

    `top` and `bottom` are the geometric means of `trials` (top, bottom) each, in the metric's unit, of the
    parts that `parts` names in this order; `value` follows from them by `formula`, in `unit`, with its 95 %
    interval `low` to `high` from `interval_source`. Where it is undefined `value` and what follows from it
    are None and `reason` says why.
    """

    kind: Kind
    metric: str
    condition: str
    parts: tuple[str, str]
    formula: str
    unit: str = ""
    on: date | None = None
    top: float | None = None
    bottom: float | None = None
    trials: tuple[int, int] = (0, 0)
    value: float | None = None
    low: float | None = None
    high: float | None = None
    interval_source: str = ""
    reason: str = ""


def compare_sides(
    assessments: Iterable[Assessment], *, injured: Side | None = None, metric: str | None = None
) -> tuple[Ratio, ...]:
    """Return limb symmetry index and signed asymmetry of one person for every condition measured.

    Limb symmetry index: 100 × other / injured where lower is steadier, 100 × injured / other where higher is;
    below 100 % the injured leg is the less steady one. Where no side is injured the left takes its place.
    Asymmetry: 100 × (right - left) / ((right + left) / 2). Other formulas give other numbers (Parkinson et
    al. 2021, J Sports Sci Med 20:594), so each names its own. Both are functions of ln(right / left); its
    interval is Student's with the trial variance pooled over the days and legs of this condition, or the
    published one while there are fewer than four degrees of freedom. It tells how well the day's difference
    is known; from day to day it varies more. Own choice throughout. Raises NotComparableError for several
    people.
    """
    return tuple(
        ratio for each in find_pairs(assessments, LEGS, metric) for ratio in _side_ratios(each, injured)
    )


def compare_conditions(assessments: Iterable[Assessment], *, metric: str | None = None) -> tuple[Ratio, ...]:
    """Return Romberg (eyes closed / open), foam / floor and board / floor ratios of one person.

    The interval is that of `compare_sides`. A ratio is undefined where a part is missing, was not measured on
    the same day or under settings that differ otherwise, the analysed length included; it is never 1 for want
    of a number. Raises NotComparableError for several people.
    """
    known = tuple(assessments)
    pairs = [pair for split in CONDITIONS for pair in find_pairs(known, split, metric)]
    return tuple(_ratio(pair, pair.split.kind, "{0} / {1}", "", math.exp) for pair in pairs)


def _side_ratios(pair: Pair, injured: Side | None) -> tuple[Ratio, Ratio]:
    """Return index and asymmetry; the pair's ln ratio is that of left over right."""
    lower = pair.metric is None or pair.metric.better == "lower"
    compared = injured or "left"
    sign = -1.0 if lower == (compared == "left") else 1.0
    other = "right" if compared == "left" else "left"
    top, bottom = (other, compared) if lower else (compared, other)
    why = "" if injured else "; no injury is known, so the left leg takes the injured one's place"
    return (
        _ratio(
            pair, "limb symmetry index", f"100 × {top} / {bottom}{why}", "%",
            lambda logs: 100 * math.exp(sign * logs),
        ),
        _ratio(
            pair, "asymmetry", "100 × (right - left) / ((right + left) / 2)", "%",
            lambda logs: -200 * math.tanh(logs / 2),
        ),
    )  # fmt: skip


def _ratio(pair: Pair, kind: Kind, formula: str, unit: str, show: Callable[[float], float]) -> Ratio:
    """Return a monotone function of the ln ratio of the two parts, with its interval."""
    words, metric = pair.split.words, pair.metric
    ratio = Ratio(kind, metric.key if metric else "", pair.condition, words, formula.format(*words), unit)
    if metric is None or pair.on is None:
        return replace(ratio, reason=pair.reason)
    top, bottom = pair.logs(0, pair.on), pair.logs(1, pair.on)
    middle = _mean(top) - _mean(bottom)
    half, source = _half_width(pair, metric.key, (len(top), len(bottom)))
    low, high = sorted((show(middle - half), show(middle + half)))
    return replace(
        ratio, on=pair.on, top=math.exp(_mean(top)), bottom=math.exp(_mean(bottom)),
        trials=(len(top), len(bottom)), value=show(middle), low=low, high=high, interval_source=source,
    )  # fmt: skip


def _mean(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values)


def _half_width(pair: Pair, key: str, trials: tuple[int, int]) -> tuple[float, str]:
    """Return half the interval of the difference of two means of ln values, and where it comes from."""
    spread = math.sqrt(1 / trials[0] + 1 / trials[1])
    squares, freedom = _within(pair)
    if freedom >= OWN_FREEDOM and squares > 0:
        from scipy.stats import t

        quantile = float(t.ppf((1 + COVERAGE) / 2, freedom))
        deviation = math.sqrt(squares / freedom)
        return quantile * deviation * spread, f"own trial-to-trial variance, {freedom} degrees of freedom"
    # Both parts are of one day, so that only the trials differ; on foam less than on the floor.
    noises = [prior_noise(key, part[0].setup) for part in pair.parts]
    quantile = NormalDist().inv_cdf((1 + COVERAGE) / 2)
    spread = math.hypot(*(n.trial_sd / math.sqrt(count) for n, count in zip(noises, trials, strict=True)))
    sources = "; and ".join(dict.fromkeys(noise.source for noise in noises))
    return quantile * spread, f"trial-to-trial part of: {sources}"


def _within(pair: Pair) -> tuple[float, int]:
    """Return sum of squares of ln values about their part's mean of the day, and its degrees of freedom."""
    cells: dict[tuple[int, date | None], list[float]] = {}
    for index in (0, 1):
        for day in {day_of(trial) for trial in pair.parts[index]}:
            cells[index, day] = pair.logs(index, day)
    squares = math.fsum((value - _mean(cell)) ** 2 for cell in cells.values() for value in cell)
    return squares, sum(len(cell) - 1 for cell in cells.values())
