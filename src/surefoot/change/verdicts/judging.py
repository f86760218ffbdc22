"""Sessions of one metric → steadier, less steady, no real change or cannot say, and what that rests on.

Did the other leg do likewise? Asked once a leg has its verdict, over the very sessions that it names.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

import numpy as np

from surefoot.model import Floats, Metric, OtherLeg, Setup, Standing, Verdict
from surefoot.reliability import (
    FollowUp,
    Noise,
    SessionValues,
    follow,
    is_scattered,
    is_unchanged,
    mean_of,
    personal_noise,
    prior_noise,
    ratio_of_legs,
    real_change,
    sessions_of_one,
)
from surefoot.reliability.follow_up import (
    FIRST_LOOK,
    RULE,
    SAME,
    InterimLook,
    Ints,
    Periods,
    compare_periods,
    detectable_after,
    newest_look,
)
from surefoot.reliability.noise import COVERAGE

NOT_JUDGED: Final = "none, as this measure is only shown"
# A halving must be visible before waiting is over, however few the sessions.
WORTH_WAITING_FOR: Final = math.log(2)
# Healthy people's errors in single-leg stance fell from 26.8 to 19.7 over six sessions, by practice alone.
PRACTICE: Final = math.log(26.8 / 19.7)
LONGEST_WAIT: Final = 60
SIZES_PCT: Final = (25, 30, 35, 40, 50, 60, 70, 80)
SOON: Final = 12
ALLOWED_SD: Final = 0.5
# SDs by which one leg must have moved more than the other, or the other likewise.
MORE_SDS: Final = 2.5
LIKEWISE_SDS: Final = 1.96

Days = Sequence[tuple[date, Sequence[float]]]


@dataclass(frozen=True, slots=True)
class Judged:
    """A verdict and what it rests on; the fields are those of `Trend`, where they are explained."""

    verdict: Verdict
    band: tuple[float, float] | None
    smallest_real_change_pct: float | None
    smallest_real_change_source: str
    standing: Standing = "too early"
    before: tuple[int, int] | None = None
    lately: tuple[int, int] | None = None
    change_pct: float | None = None
    change_interval_pct: tuple[float, float] | None = None
    practice: bool = False
    sessions_wanted: int | None = None
    withdrawn: Verdict | None = None
    scatter: bool = False
    detectable_pct: float | None = None
    detectable_sessions: int | None = None
    running: tuple[float, ...] = ()
    sums: tuple[tuple[float, float], ...] = ()


def is_judged(metric: Metric) -> bool:
    """Tell whether a verdict can rest on a metric: on the scale of logarithms, one direction better."""
    return metric.scale == "ln" and metric.better != "neither"


def _sign(metric: Metric) -> float:
    """Return what turns values on logarithms so that lower is better."""
    return 1.0 if metric.better == "lower" else -1.0


def log_days(metric: Metric, days: Sequence[Sequence[float]]) -> list[list[float]]:
    """Return the values of the trials of each day on logarithms, turned so that lower is better."""
    return [[_sign(metric) * math.log(value) for value in day] for day in days]


def judge_sessions(metric: Metric, setup: Setup, days: Sequence[Sequence[float]]) -> Judged:
    """Return the verdict on a metric after the newest of `days`, the values of the trials of each."""
    if not is_judged(metric):
        means = [mean_of(day) for day in days]
        return Judged("cannot say", (min(means), max(means)), None, NOT_JUDGED)
    logs, prior = log_days(metric, days), prior_noise(metric.key, setup)
    noise, sessions = personal_noise(logs, prior), sessions_of_one(logs, prior)
    trials = len(days) / math.fsum(1 / len(day) for day in days)
    size, by = _visible(noise, trials)
    # Waiting is over after five sessions, or as many as it takes to see a halving.
    halved = _first_session(WORTH_WAITING_FOR * noise.times, noise, trials) or SOON
    waiting = Judged(
        verdict="cannot say",
        band=None,
        smallest_real_change_pct=real_change(noise, trials, trials).rise_pct,
        smallest_real_change_source=noise.source,
        sessions_wanted=min(halved, SOON) - len(days),
        scatter=bool(is_scattered(sessions)[0, -1]),
        detectable_pct=size,
        detectable_sessions=by,
    )
    return waiting if len(days) < FIRST_LOOK else _judge(waiting, metric, sessions, noise, trials)


def _judge(waiting: Judged, metric: Metric, sessions: SessionValues, noise: Noise, trials: float) -> Judged:
    """Judge five sessions or more: what is left of `waiting` is what needs no verdict."""
    sign = _sign(metric)
    followed, count = follow(sessions), sessions.count
    state, back = int(followed.state[0, -1]), int(followed.back[0, -1])
    same = bool(is_unchanged(sessions, followed, SAME * noise.gain)[0, -1])
    pair = Periods(int(followed.start[0, -1]), int(followed.end[0, -1]), int(followed.lately[0, -1]))
    level, shift, sd = (float(column[0, -1]) for column in (followed.level, followed.difference, followed.sd))
    band = sorted(math.exp(sign * (level + limit * sd)) for limit in (-RULE.limit, RULE.limit_up))
    interval = sorted(_as_pct(sign * (shift + part * COVERAGE * sd)) for part in (-1, 1))
    return replace(
        waiting,
        verdict="no real change" if same else _verdict(state),
        band=(band[0], band[1]),
        smallest_real_change_pct=100 * (band[1] / math.exp(sign * level) - 1),
        standing="level" if same else _standing(state, sessions),
        before=(pair.start, pair.end - 1),
        lately=(count - pair.lately, count - 1),
        change_pct=_as_pct(sign * shift),
        change_interval_pct=(interval[0], interval[1]),
        practice=state < 0 and shift + COVERAGE * sd > -PRACTICE * noise.times,
        sessions_wanted=None if state or same else _still_wanted(followed, noise, trials),
        withdrawn=_verdict(back) if back and not same else None,
        running=_running_means(sessions, pair, sign),
        sums=_sums(sessions, pair, level, noise, sign),
    )


def _as_pct(shift: float) -> float:
    return 100 * math.expm1(shift)


def _verdict(state: int) -> Verdict:
    verdicts: dict[int, Verdict] = {-1: "steadier", 1: "less steady"}
    return verdicts.get(state, "cannot say")


def _standing(state: int, sessions: SessionValues) -> Standing:
    """Return where somebody stands now: what was told goes on until the newest six lean on no further.

    They are held against the eight just before; before there are so many, what was told goes on.
    """
    if not state:
        return "too early"
    if sessions.count >= RULE.just_before + max(RULE.lately):
        look = newest_look(sessions)
        rest = look.count - max(RULE.lately)
        newest = Periods(rest - RULE.just_before, rest, max(RULE.lately))
        if state * float(look.difference(newest)[0]) < RULE.lean * float(look.sd(newest)[0]):
            return "level"
    return "improving" if state < 0 else "slipping"


def _first_session(size: float, noise: Noise, trials: float) -> int | None:
    """Return by which session four of five would be told of a change of `size`, at this noise and rhythm."""
    counts = range(FIRST_LOOK, LONGEST_WAIT + 1)
    day, trial = noise.day_sd**2, noise.trial_sd**2
    return next((n for n in counts if detectable_after(n, day, trial, trials) <= size), None)


def _still_wanted(followed: FollowUp, noise: Noise, trials: float) -> int | None:
    """Return how many sessions are wanted until "no change" could be earned; None if too many."""
    count = int(followed.state.shape[1])
    seen = _first_session(SAME * noise.gain, noise, trials)
    if float(followed.detectable[0, -1]) <= SAME * noise.gain:
        seen = count
    if seen is None:
        return None
    return max(seen + 1 - count, RULE.first_same - count, 1)


def _visible(noise: Noise, trials: float) -> tuple[float | None, int | None]:
    """Return the smallest change in steps that can be seen within twelve sessions, and by which of them."""
    for pct in SIZES_PCT:
        by = _first_session(-math.log1p(-pct / 100), noise, trials)
        if by is not None and by <= SOON:
            return float(pct), by
    return None, None


def _running_means(sessions: SessionValues, pair: Periods, sign: float) -> tuple[float, ...]:
    """Return the mean of *lately* after each session since *before*, of fewer sessions at first."""
    values = sessions.values[0]
    ends = range(pair.end + 1, sessions.count + 1)
    return tuple(
        math.exp(sign * float(values[max(pair.end, end - pair.lately) : end].mean())) for end in ends
    )


def _sums(
    sessions: SessionValues, pair: Periods, level: float, noise: Noise, sign: float
) -> tuple[tuple[float, float], ...]:
    """Return the sums of what lies more than half a session's SD below and above *before*, in SD.

    One pair for each session since (Page 1954, doi:10.1093/biomet/41.1-2.100); it decides nothing.
    """
    sums: list[tuple[float, float]] = []
    down = up = 0.0
    for value, trials in zip(sessions.values[0, pair.end :], sessions.trials[0, pair.end :], strict=True):
        score = sign * (float(value) - level) / noise.session_sd(float(trials))
        down, up = max(0.0, down - score - ALLOWED_SD), max(0.0, up + score - ALLOWED_SD)
        sums.append((down, up))
    return tuple(sums)


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
    columns = (np.array([at]) for at in (pair.start, pair.end, pair.lately))
    more, likewise = (float(z[0]) for z in leanings(state, ratio, newest_look(its), *columns))
    before = float(ratio.mean(pair.start, pair.end)[0])
    return OtherLeg(
        leg="left" if setup.leg == "right" else "right",
        did="less" if more > MORE_SDS else "likewise" if likewise > LIKEWISE_SDS else "open",
        ratio_before=math.exp(_sign(metric) * before),
        ratio_lately=math.exp(_sign(metric) * (before + float(ratio.difference(pair)[0]))),
    )


def leanings(
    state: Ints | int, ratio: InterimLook, other: InterimLook, start: Ints, end: Ints, lately: Ints
) -> tuple[Floats, Floats]:
    """Return by how many SD a leg moved more than the other one, and the other one likewise, each (people,).

    Over the pairs of which `state` (-1 steadier, 1 less steady) was told of the leg.
    """
    pairs = (compare_periods(look, start, end, lately) for look in (ratio, other))
    more, likewise = (np.asarray(state * difference / sd) for difference, sd in pairs)
    return more, likewise


def _common_pair(common: Sequence[int], before: tuple[int, int], lately: tuple[int, int]) -> Periods | None:
    """Return the pair among the sessions in common; None where a period has none, or there are too few."""
    index = np.array(common, dtype=np.int64)
    start, end = np.searchsorted(index, (before[0], before[1] + 1))
    newest = len(index) - int(np.searchsorted(index, lately[0]))
    if len(index) < FIRST_LOOK or end <= start or not newest:
        return None
    return Periods(int(start), int(end), newest)
