"""Did the other leg do likewise? Asked once a leg has its verdict, over the very sessions that it names."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date
from typing import Final

import numpy as np

from surefoot.change.verdicts.judging import Judged, is_judged, log_days
from surefoot.model import Floats, Metric, OtherLeg, Setup
from surefoot.reliability import prior_noise, ratio_of_legs, sessions_of_one
from surefoot.reliability.follow_up import FIRST_LOOK, Ints, Look, Pair, compare_periods, newest_look

# SDs by which one leg must have moved more than the other, or the other likewise.
MORE_SDS: Final = 2.5
LIKEWISE_SDS: Final = 1.96

Days = Sequence[tuple[date, Sequence[float]]]


def ask_other_leg(metric: Metric, setup: Setup, judged: Judged, own: Days, other: Days) -> OtherLeg | None:
    """Return what the other leg did over the sessions of the verdict in `judged`.

    `own` and `other` are the values of the trials of each day of this leg and of the other one, under the
    same settings but for the leg. None without a verdict, and where the other leg was not tested on a day of
    each period. The ratio of the legs is not scanned by itself: it would find less, be wrong more often, and
    speak for this leg where only the other one moved.
    """
    told = judged.verdict in ("steadier", "less steady")
    if not told or judged.before is None or judged.lately is None or setup.leg == "both":
        return None
    there = dict(other)
    common = [index for index, (day, _) in enumerate(own) if day in there]
    pair = _common_pair(common, judged.before, judged.lately)
    if pair is None or not is_judged(metric):
        return None
    prior = prior_noise(metric.key, setup)
    mine, its = (
        sessions_of_one(log_days(metric, days), prior)
        for days in ([own[i][1] for i in common], [there[own[i][0]] for i in common])
    )
    ratio = newest_look(ratio_of_legs(mine, its))
    state = -1 if judged.verdict == "steadier" else 1
    more, likewise = (float(z[0]) for z in leanings(state, ratio, newest_look(its), *_columns(pair)))
    before = float(ratio.mean(pair.start, pair.end)[0])
    sign = 1.0 if metric.better == "lower" else -1.0
    return OtherLeg(
        leg="left" if setup.leg == "right" else "right",
        did="less" if more > MORE_SDS else "likewise" if likewise > LIKEWISE_SDS else "open",
        ratio_before=math.exp(sign * before),
        ratio_lately=math.exp(sign * (before + float(ratio.difference(pair)[0]))),
    )


def leanings(
    state: Ints | int, ratio: Look, other: Look, start: Ints, end: Ints, lately: Ints
) -> tuple[Floats, Floats]:
    """Return by how many SD a leg moved more than the other one, and the other one likewise, each (people,).

    Over the pairs of which `state` (-1 steadier, 1 less steady) was told of the leg.
    """
    pairs = (compare_periods(look, start, end, lately) for look in (ratio, other))
    more, likewise = (np.asarray(state * difference / sd) for difference, sd in pairs)
    return more, likewise


def _columns(pair: Pair) -> tuple[Ints, Ints, Ints]:
    return np.array([pair.start]), np.array([pair.end]), np.array([pair.lately])


def _common_pair(common: Sequence[int], before: tuple[int, int], lately: tuple[int, int]) -> Pair | None:
    """Return the pair among the sessions in common; None where a period has none, or there are too few."""
    index = np.array(common, dtype=np.int64)
    start, end = np.searchsorted(index, (before[0], before[1] + 1))
    newest = len(index) - int(np.searchsorted(index, lately[0]))
    if len(index) < FIRST_LOOK or end <= start or not newest:
        return None
    return Pair(int(start), int(end), newest)
