"""The rule that verdicts rested on before, kept to be counted beside the present one; nothing else uses it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np

from surefoot.reliability import Noise

PRIOR_WEIGHT = 20.0
SESSIONS_FOR_OWN = 3
BASELINE_SESSIONS = 4
PRACTICE_SESSIONS = 2
# Settled: the second half of the baseline is better than the first by less than this share of a session's SD.
PLATEAU_SDS = 0.1
# Nor may it be worse by this many: a setback within the baseline would become the level to be held against.
SETBACK_SDS = 2.0
MEMORY = 0.3
CORRELATION = 0.8
LIMIT = 2.88
# Practice only ever makes steadier, so that the allowance for it guards that side already.
EARLY_UP_TIMES = 1.4
# So that no single session can carry a verdict alone.
OUTLIER_SDS = 2.5
ALLOWED_SD = 0.5
# What healthy people still gain after the mean of their first four sessions: errors 26.8 to 19.7 over six
# sessions, taken as a straight line on ln values.
LEARNING = math.log(26.8 / 19.7) * (1 - 1.5 / 5)

Answer = Literal["down", "up", "same", "practice", "unsettled"]


@dataclass(frozen=True, slots=True)
class Look:
    """What can be said after one session, and on what it rests.

    `shift` is the weighted mean of ln values since the baseline, less the baseline; beyond `limits` (down
    and up, both positive) it is more than noise. Both are None where nothing could be said yet. `early`
    says that it rests on the first four sessions instead, and that practice is allowed for: `practice` is
    the answer where noise alone would not give the shift, but practice and noise could.
    """

    answer: Answer
    shift: float | None = None
    limits: tuple[float, float] | None = None
    early: bool = False


@dataclass(frozen=True, slots=True)
class FollowUp:
    """The looks after each session, the sessions of the settled baseline, and the noise judged by.

    `baseline` is None until it is settled; `level` is then its mean of ln values, and `running` the
    weighted mean after each session since.
    """

    looks: tuple[Look, ...]
    baseline: slice | None
    level: float | None
    noise: Noise
    running: tuple[float, ...] = ()


@dataclass(slots=True)
class _Chart:
    """A running mean with the memory of the last few sessions, about the level of a baseline."""

    level: float
    baseline_part: float
    shift: float = 0.0
    own_part: float = 0.0
    age: int = 0

    @classmethod
    def about(cls, days: Sequence[Sequence[float]]) -> _Chart:
        part = math.fsum(1 / len(day) for day in days) / len(days) ** 2
        return cls(math.fsum(_mean(day) for day in days) / len(days), part)

    def add(self, day: Sequence[float], noise: Noise) -> None:
        furthest = OUTLIER_SDS * noise.session_sd(len(day))
        surprise = _mean(day) - self.level - self.shift
        self.shift += MEMORY * max(-furthest, min(furthest, surprise))
        self.own_part = (1 - MEMORY) ** 2 * self.own_part + MEMORY**2 / len(day)
        self.age += 1

    def limit(self, noise: Noise) -> float:
        learnt = 1 - (1 - MEMORY) ** self.age
        trials = self.own_part + learnt**2 * self.baseline_part
        return LIMIT * math.sqrt(noise.day_sd**2 * _day_part(self.age) + noise.trial_sd**2 * trials)


def follow(sessions: Sequence[Sequence[float]], prior: Noise) -> FollowUp:
    """Return what could be said after each of `sessions`, the ln values of the trials of each day.

    Lower is better; turn the sign for a metric where higher is. A baseline is four sessions in a row, the
    first two of all left out as practice, in which no more is gained and nothing lost beyond noise. From the
    next session on, an exponentially weighted mean of the sessions (memory 0.3; an outlier counts as 2.5 SD)
    is held against limits for the whole follow-up: looking after every session is allowed for. They assume a
    day-to-day correlation of 0.8, more than is likely, so that none needs to be known. Until the baseline is
    settled only a change beyond wider limits about the first four sessions counts, downward less what
    practice alone gives healthy people. Own rule; docs/validation/verdicts.md shows how often it is wrong.
    """
    looks: list[Look] = []
    running: list[float] = []
    baseline: slice | None = None
    chart: _Chart | None = None
    early: _Chart | None = None
    noise = prior
    for index, day in enumerate(sessions):
        seen = sessions[: index + 1]
        noise = personal_noise(seen, prior, sessions[baseline] if baseline else ())
        _add(chart, day, noise)
        _add(early, day, noise)
        if chart is not None:
            running.append(chart.level + chart.shift)
        looks.append(_look(chart, early, noise, prior.times * LEARNING))
        if baseline is None and _is_settled(seen, noise):
            baseline = slice(index + 1 - BASELINE_SESSIONS, index + 1)
            chart = _Chart.about(sessions[baseline])
        if index + 1 == BASELINE_SESSIONS:
            early = _Chart.about(seen)
    level = None if chart is None else chart.level
    return FollowUp(tuple(looks), baseline, level, noise, tuple(running))


def _add(chart: _Chart | None, day: Sequence[float], noise: Noise) -> None:
    if chart is not None:
        chart.add(day, noise)


def _look(chart: _Chart | None, early: _Chart | None, noise: Noise, learning: float) -> Look:
    settled = None
    if chart is not None:
        limit = chart.limit(noise)
        settled = _judge(chart.shift, limit, limit)
    if settled is not None and settled.answer != "same":
        return settled
    if early is not None:
        limit = early.limit(noise)
        first = _judge(early.shift, limit + learning, EARLY_UP_TIMES * limit, early=True)
        if first.answer != "same":
            return first
        if early.shift < -limit:
            return Look("practice", early.shift, first.limits, early=True)
    return settled or Look("unsettled")


def _judge(shift: float, limit_down: float, limit_up: float, *, early: bool = False) -> Look:
    answer: Answer = "down" if shift < -limit_down else "up" if shift > limit_up else "same"
    return Look(answer, shift, (limit_down, limit_up), early)


def _is_settled(sessions: Sequence[Sequence[float]], noise: Noise) -> bool:
    if len(sessions) < PRACTICE_SESSIONS + BASELINE_SESSIONS:
        return False
    days = sessions[-BASELINE_SESSIONS:]
    half = BASELINE_SESSIONS // 2
    gained = math.fsum(map(_mean, days[:half])) / half - math.fsum(map(_mean, days[half:])) / half
    trials = BASELINE_SESSIONS / math.fsum(1 / len(day) for day in days)
    session_sd = noise.session_sd(trials)
    return -SETBACK_SDS * session_sd < gained < PLATEAU_SDS * session_sd


@lru_cache(maxsize=4096)
def _day_part(age: int) -> float:
    """Return the variance of a chart of so many sessions, for correlated day effects of variance 1."""
    baseline = np.full(BASELINE_SESSIONS, -(1 - (1 - MEMORY) ** age) / BASELINE_SESSIONS)
    since = MEMORY * (1 - MEMORY) ** np.arange(age - 1, -1, -1)
    weights = np.concatenate([baseline, since])
    place = np.arange(len(weights))
    return float(weights @ CORRELATION ** np.abs(place[:, None] - place) @ weights)


def _mean(day: Sequence[float]) -> float:
    return math.fsum(day) / len(day)


def personal_noise(
    sessions: Sequence[Sequence[float]], prior: Noise, steady: Sequence[Sequence[float]] = ()
) -> Noise:
    """Return the blend of `prior` and the person's own noise; the prior alone below three sessions.

    `sessions` holds the ln values of the trials of each day, `steady` those days between which nothing
    changed. Each variance is ``(20 prior + n own) / (20 + n)``: n is the number of trials beyond the first
    of each day for the trial part, of days beyond the first of `steady` for the day part, whose own value
    is the variance of the days' means less what the trials explain, never below zero. Own formula, as for
    a variance with a scaled inverse chi-squared prior worth 20 degrees of freedom.

    >>> blend = personal_noise([[0.0, 0.1], [0.0, 0.1], [0.0, 0.1]], Noise(0.09, 0.15, "made"))
    >>> round(blend.trial_sd, 4)
    0.1422
    """
    if len(sessions) < SESSIONS_FOR_OWN:
        return prior
    trial_weight = sum(len(day) - 1 for day in sessions)
    spread = math.fsum(_squares(day) for day in sessions)
    trial_variance = (PRIOR_WEIGHT * prior.trial_sd**2 + spread) / (PRIOR_WEIGHT + trial_weight)
    day_weight = max(0, len(steady) - 1)
    day_variance = PRIOR_WEIGHT * prior.day_sd**2
    if day_weight:
        explained = trial_variance * math.fsum(1 / len(day) for day in steady) / len(steady)
        own = _squares([math.fsum(day) / len(day) for day in steady]) / day_weight - explained
        day_variance += day_weight * max(0.0, own)
    source = (
        f"your own noise ({trial_weight} repeated trials and {day_weight} repeated days) and, counted as "
        f"{PRIOR_WEIGHT:.0f} of each, what is taken for everybody: {prior.source}"
    )
    return Noise(math.sqrt(day_variance / (PRIOR_WEIGHT + day_weight)), math.sqrt(trial_variance), source)


def _squares(values: Sequence[float]) -> float:
    """Return the sum of squares about the mean."""
    mean = math.fsum(values) / len(values)
    return math.fsum((value - mean) ** 2 for value in values)


def states(sessions: Sequence[Sequence[float]]) -> list[int]:
    """Return -1, 0 or 1 after each session."""
    looks = follow(sessions, Noise(0.09, 0.15, "made")).looks
    return [{"down": -1, "up": 1}.get(look.answer, 0) for look in looks]
