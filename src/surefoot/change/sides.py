"""Left against right, eyes closed against open, foam or board against floor: ratios with their intervals.

Trials stand against one another that are alike in all but the leg, the eyes or the surface, on one day.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from statistics import NormalDist
from typing import Final, Literal

from surefoot.change.likeness import Fingerprint, day_of, fingerprint, settings_that_differ
from surefoot.errors import NotComparableError
from surefoot.metrics import load_metrics
from surefoot.model import Assessment, Metric
from surefoot.reliability import mean_of, prior_noise
from surefoot.words import ENGLISH, list_conditions

Kind = Literal["limb symmetry index", "asymmetry", "Romberg ratio", "foam ratio", "board ratio"]
OWN_FREEDOM: Final = 4
COVERAGE: Final = 0.95
SIDES_TEXT: Final = (
    "After a sprain both legs sway more and both recover (Evans et al. 2004, Foot Ankle Int 25:833; "
    "Hertel et al. 2001, J Athl Train 36:363), so the uninjured leg is not a clean reference. Look at your "
    "own first sessions, the other leg and the trend side by side."
)

Side = Literal["left", "right"]


@dataclass(frozen=True, slots=True)
class Split:
    """Which field of the fingerprint tells the two parts apart, and which others must follow it."""

    kind: Kind
    field: str
    words: tuple[str, str]
    followers: tuple[str, ...] = ()

    def key(self, assessment: Assessment, metric: str | None) -> Fingerprint:
        """Return what both parts must share: with a `metric` asked for, not what carries their verdict."""
        return fingerprint(assessment, metric, but=(self.field, *self.followers))


LEGS = Split("limb symmetry index", "leg", ("left", "right"))
CONDITIONS = (
    Split("Romberg ratio", "eyes", ("closed", "open")),
    Split("foam ratio", "surface", ("foam", "floor")),
    Split("board ratio", "surface", ("board", "floor"), ("board",)),
)


@dataclass(frozen=True, slots=True)
class Pair:
    """The trials of one condition in two parts, the day that counts, or the reason why there is none."""

    split: Split
    metric: Metric | None
    parts: tuple[tuple[Assessment, ...], tuple[Assessment, ...]]
    on: date | None
    reason: str

    @property
    def condition(self) -> str:
        """The settings that people know, without the one that differs."""
        setup = next(trial for part in self.parts for trial in part).setup
        return list_conditions(setup, but=self.split.field)

    def logs(self, index: int, day: date) -> list[float]:
        """Return ln values of one part on one day."""
        if self.metric is None:
            return []
        key = self.metric.key
        return [math.log(trial.values[key]) for trial in self.parts[index] if day_of(trial) == day]


def find_pairs(assessments: Iterable[Assessment], split: Split, metric: str | None) -> list[Pair]:
    """Return a pair for each condition of the scored trials. Raises NotComparableError for several people."""
    scored = [
        each
        for each in assessments
        if each.setup.when is not None and each.counts and (metric or each.primary)
    ]
    _check_one_person(scored)
    groups: dict[Fingerprint, list[Assessment]] = {}
    for assessment in scored:
        if getattr(assessment.setup, split.field) in split.words:
            groups.setdefault(split.key(assessment, metric), []).append(assessment)
    return [_pair(group, scored, split, metric) for group in groups.values()]


def _check_one_person(scored: Sequence[Assessment]) -> None:
    people = sorted({assessment.setup.person for assessment in scored})
    if len(people) > 1:
        raise NotComparableError(
            "Sides are compared within one person.",
            found="trials of " + ", ".join(people),
            expected="one person",
            do="Name one with --person.",
            fields=("person",),
        )


def _pair(
    group: Sequence[Assessment], everything: Sequence[Assessment], split: Split, wanted: str | None
) -> Pair:
    key = wanted or group[0].primary
    metric = load_metrics().get(key)
    held = [trial for trial in group if key in trial.values]
    first, second = (tuple(t for t in held if getattr(t.setup, split.field) == w) for w in split.words)
    days = {day_of(trial) for trial in first} & {day_of(trial) for trial in second}
    on = max(days, default=None)
    if metric is None or metric.scale != "ln" or metric.better == "neither":
        reason = ENGLISH.say("parts.no meaning", metric=key or "nothing")
        return Pair(split, None, (tuple(group), ()), None, reason)
    if on is not None:
        return Pair(split, metric, (first, second), on, "")
    reason = _why_not(split, (first, second), group, everything, wanted)
    return Pair(split, metric, (first, second) if held else (tuple(group), ()), None, reason)


def _why_not(
    split: Split,
    parts: tuple[Sequence[Assessment], Sequence[Assessment]],
    group: Sequence[Assessment],
    everything: Sequence[Assessment],
    wanted: str | None,
) -> str:
    if parts[0] and parts[1]:
        return ENGLISH.say("parts.no same day")
    missing = split.words[0 if parts[1] else 1]
    others = [each for each in everything if getattr(each.setup, split.field) == missing]
    told = {split.field, *split.followers}
    near = (other for other in others if other.setup.test == group[-1].setup.test)
    differences = (settings_that_differ(group[-1], other, wanted) for other in near)
    ways = [{name: pair for name, pair in each.items() if name not in told} for each in differences]
    part = ENGLISH.say(f"part of {split.field}", word=missing)
    ways = [way for way in ways if way]
    if not ways:
        return ENGLISH.say("parts.none", part=part)
    fields = (f"{name}: {a or 'none'} and {b or 'none'}" for name, (a, b) in min(ways, key=len).items())
    return ENGLISH.say("parts.none alike", part=part, fields=", ".join(fields))


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
    middle = mean_of(top) - mean_of(bottom)
    half, source = _half_width(pair, metric.key, (len(top), len(bottom)))
    low, high = sorted((show(middle - half), show(middle + half)))
    return replace(
        ratio, on=pair.on, top=math.exp(mean_of(top)), bottom=math.exp(mean_of(bottom)),
        trials=(len(top), len(bottom)), value=show(middle), low=low, high=high, interval_source=source,
    )  # fmt: skip


def _half_width(pair: Pair, key: str, trials: tuple[int, int]) -> tuple[float, str]:
    """Return half the interval of the difference of two means of ln values, and where it comes from."""
    spread = math.sqrt(1 / trials[0] + 1 / trials[1])
    squares, freedom = _within(pair)
    if freedom >= OWN_FREEDOM and squares > 0:
        from scipy.special import stdtrit  # scipy.stats has it as t.ppf, and takes a second to load

        quantile = float(stdtrit(freedom, (1 + COVERAGE) / 2))
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
    days = [(part, day) for part in (0, 1) for day in {day_of(trial) for trial in pair.parts[part]}]
    cells = [pair.logs(part, day) for part, day in days]
    squares = math.fsum((value - mean_of(cell)) ** 2 for cell in cells for value in cell)
    return squares, sum(len(cell) - 1 for cell in cells)
