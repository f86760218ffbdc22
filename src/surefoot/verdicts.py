"""Sessions of one metric → steadier, less steady, no real change or cannot say, with the reason."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from surefoot.model import Metric, Setup, Verdict
from surefoot.reliability import FollowUp, Look, cumulative_sums, follow, prior_noise, real_change
from surefoot.reliability.follow_up import BASELINE_SESSIONS, PRACTICE_SESSIONS

EARLIEST = BASELINE_SESSIONS + PRACTICE_SESSIONS
NOT_JUDGED = "none, as this measure is only shown"


@dataclass(frozen=True, slots=True)
class Judged:
    """A verdict and what it rests on.

    `band` is the range of values within which nothing is said; `rise_pct` its upper end above the baseline,
    or the smallest real change between two sessions where there is no baseline yet. `baseline` are the
    first and the last session of the baseline, by number from 0; None until it is settled. A metric that is
    only shown has no `rise_pct`, and the range of its values for a band. `running` is the
    running mean after each session since then, `sums` the cumulative sums below and above the baseline.
    """

    verdict: Verdict
    reason: str
    baseline: tuple[int, int] | None
    band: tuple[float, float]
    rise_pct: float | None
    source: str
    running: tuple[float, ...] = ()
    sums: tuple[tuple[float, float], ...] = ()


def judge_sessions(metric: Metric, setup: Setup, days: Sequence[Sequence[float]]) -> Judged:
    """Return the verdict on a metric after the newest of `days`, the values of the trials of each.

    Only a metric on the scale of logarithms, of which one direction is better, is judged.
    """
    if metric.scale != "ln" or metric.better == "neither":
        means = [math.fsum(day) / len(day) for day in days]
        reason = f"{metric.label}: only shown, no verdict rests on it."
        return Judged("cannot say", reason, None, (min(means), max(means)), None, NOT_JUDGED)
    prior = prior_noise(metric.key, setup)
    sign = 1.0 if metric.better == "lower" else -1.0
    logs = [[sign * math.log(value) for value in day] for day in days]
    followed = follow(logs, prior)
    look = followed.looks[-1]
    if followed.level is None or look.limits is None or look.early:
        band, rise_pct = _first_band(days, followed)
    else:
        # Alike both ways on ln values, once there is a baseline.
        _, limit = look.limits
        middle = math.exp(sign * followed.level)
        band, rise_pct = (middle * math.exp(-limit), middle * math.exp(limit)), 100 * math.expm1(limit)
    verdict, reason = _say(metric, look, sign, len(days))
    settled = followed.baseline
    baseline = None if settled is None else (settled.start, settled.stop - 1)
    running, sums = _beside(logs, followed, sign)
    return Judged(verdict, reason, baseline, band, rise_pct, followed.noise.source, running, sums)


def _beside(
    logs: Sequence[Sequence[float]], followed: FollowUp, sign: float
) -> tuple[tuple[float, ...], tuple[tuple[float, float], ...]]:
    """Return running means and cumulative sums of the value, one each session after the baseline."""
    running = tuple(math.exp(sign * log) for log in followed.running)
    sums = cumulative_sums(logs, followed)
    return running, sums if sign > 0 else tuple((up, down) for down, up in sums)


def _first_band(days: Sequence[Sequence[float]], followed: FollowUp) -> tuple[tuple[float, float], float]:
    """Return what noise would give about the mean of the first sessions, up to four."""
    first = days[:BASELINE_SESSIONS]
    middle = math.exp(math.fsum(math.log(v) for day in first for v in day) / sum(len(day) for day in first))
    usual = sum(len(day) for day in days) / len(days)
    change = real_change(followed.noise, usual, usual)
    return (middle / change.factor, middle * change.factor), change.rise_pct


def _say(metric: Metric, look: Look, sign: float, sessions: int) -> tuple[Verdict, str]:
    if look.shift is None or look.limits is None:
        return "cannot say", _wait(sessions)
    moved = _moved(metric, look.shift, sign)
    _, limit = look.limits
    needed = f"{-100 * math.expm1(-limit):.0f} % lower or {100 * math.expm1(limit):.0f} % higher"
    if look.answer == "practice":
        reason = f"{moved} than in your first four sessions; practice and noise together could give that."
        return "cannot say", reason
    if look.answer == "same":
        return "no real change", f"{moved} than your baseline, within your usual variation ({needed})."
    verdict: Verdict = "steadier" if look.answer == "down" else "less steady"
    if not look.early:
        return verdict, f"{moved} than your baseline, outside your usual variation ({needed})."
    practice = " and practice" if look.answer == "down" else ""
    return verdict, f"{moved} than in your first four sessions, more than noise{practice} alone would give."


def _moved(metric: Metric, shift: float, sign: float) -> str:
    change_pct = 100 * math.expm1(sign * shift)
    return f"{metric.label}: lately {abs(change_pct):.0f} % {'lower' if change_pct < 0 else 'higher'}"


def _wait(sessions: int) -> str:
    if sessions < EARLIEST:
        more = EARLIEST - sessions
        count = "one session" if sessions == 1 else f"{sessions} sessions"
        return f"A baseline takes {EARLIEST} sessions, the first two as practice; after {count}, {more} more."
    return (
        "The baseline is not settled: the last four sessions still get steadier, by practice or by recovery, "
        "or got much less steady. At least one more session."
    )
