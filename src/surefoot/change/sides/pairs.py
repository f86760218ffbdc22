"""Which trials stand against which: alike in everything but the leg, the eyes or the surface, on one day."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from surefoot.change.likeness import height_behind, settings_that_differ
from surefoot.errors import NotComparableError
from surefoot.metrics import load_metrics
from surefoot.model import Assessment, Metric
from surefoot.words import ENGLISH, list_conditions

Kind = Literal["limb symmetry index", "asymmetry", "Romberg ratio", "foam ratio", "board ratio"]


@dataclass(frozen=True, slots=True)
class Split:
    """Which field of the fingerprint tells the two parts apart, and which others must follow it."""

    kind: Kind
    field: str
    words: tuple[str, str]
    followers: tuple[str, ...] = ()

    def key(self, assessment: Assessment, metric: str | None) -> tuple[tuple[str, str], ...]:
        """Return what both parts must share: with a `metric` asked for, not what carries their verdict."""
        left_out = {self.field, *self.followers}
        wanted = metric or assessment.primary
        settings = {
            **assessment.provenance.settings,
            **height_behind(assessment, wanted),
            "primary": wanted,
        }
        return tuple(sorted((name, value) for name, value in settings.items() if name not in left_out))


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

    def logs(self, index: int, day: date | None) -> list[float]:
        """Return ln values of one part on one day."""
        if self.metric is None:
            return []
        key = self.metric.key
        return [math.log(trial.values[key]) for trial in self.parts[index] if day_of(trial) == day]


def day_of(assessment: Assessment) -> date | None:
    """Return the day of a trial, or None where it has no date."""
    return None if assessment.setup.when is None else assessment.setup.when.date()


def find_pairs(assessments: Iterable[Assessment], split: Split, metric: str | None) -> list[Pair]:
    """Return a pair for each condition of the scored trials. Raises NotComparableError for several people."""
    scored = [
        each
        for each in assessments
        if each.setup.when is not None and each.counts and (metric or each.primary)
    ]
    _check_one_person(scored)
    groups: dict[tuple[tuple[str, str], ...], list[Assessment]] = {}
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
    on = max((day for day in days if day is not None), default=None)
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
