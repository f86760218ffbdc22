"""People followed over sessions: the best-supported *before* and *lately*, one limit for all looks."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from surefoot.model import Floats
from surefoot.reliability.noise import SessionValues, own_variances

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

FIRST_LOOK: Final = 5
# "No change" is a change of 35 % of the movement that would have shown.
SAME: Final = math.log(1 / 0.65)
# z that 80 % of people reach beyond a limit whose change is just so large.
POWER_Z: Final = 0.84
# How long it is said that a verdict was withdrawn.
SESSIONS_TOLD_BACK: Final = 6


@dataclass(frozen=True, slots=True)
class Rule:
    """The numbers of the rule. They were set on made people; docs/validation/verdicts.md reports on others.

    `limit` and `limit_up` hold for a whole follow-up, in SD of the difference where nothing changed, toward
    lower and toward higher values: single bad days are commoner than single good ones. `release` is the
    distance below which a told verdict leaves. `lately` and `firsts` are how many of the newest and of the
    first sessions are taken; all earlier ones and the `just_before` ones are *befores* too. Days are taken
    to hang together by `correlation`, more than is likely, so that none needs to be known. A session counts
    as at most `clip` session SDs off the middle one of the five nearest. The first four sessions are named
    as *before* unless another is better by `prefer`. "No change" is said where nothing leans beyond `lean`,
    nor the very first session alone beyond `first_lean` above *lately*, for `hold` sessions running, from
    session `first_same` on.
    """

    limit: float = 3.2
    limit_up: float = 3.8
    release: float = 1.0
    lately: tuple[int, ...] = (3, 6)
    firsts: tuple[int, ...] = (2, 4)
    just_before: int = 8
    correlation: float = 0.6
    clip: float = 2.2
    prefer: float = 0.5
    lean: float = 1.0
    first_lean: float = 0.9
    hold: int = 2
    first_same: int = 10


RULE: Final = Rule()


@dataclass(frozen=True, slots=True)
class Periods:
    """Two periods: the sessions from `start` up to but not `end`, and the newest `lately`."""

    start: int
    end: int
    lately: int


@dataclass(frozen=True, slots=True)
class FollowUp:
    """What could be said after each session, all arrays (people, sessions), on ln values.

    `state` is -1 for lower than before, 1 for higher, 0 for neither. `start`, `end` and `lately` are the
    `Periods` that are told, or held where none are; `level` is the mean of *before*, `difference` that of
    *lately* less it, `sd` the SD that this difference has where nothing changed. `strongest` is the largest
    difference of all pairs in SD, `gained` how many SD the first session lies above the newest six, from the
    tenth on; `detectable` the smallest change that four of five would have been told by now. `back` is the
    state that was withdrawn in the last few sessions. Before the fifth session there is none of all this:
    `end` is 0 and `detectable` infinite.
    """

    state: Ints
    start: Ints
    end: Ints
    lately: Ints
    level: Floats
    difference: Floats
    sd: Floats
    strongest: Floats
    gained: Floats
    detectable: Floats
    back: Ints
    rule: Rule


def pairs_after(count: int, rule: Rule = RULE) -> tuple[Periods, ...]:
    """Return the pairs that can be compared after `count` sessions.

    >>> pairs_after(6)
    (Periods(start=0, end=2, lately=3), Periods(start=0, end=3, lately=3))
    """
    found = []
    for lately in rule.lately:
        rest = count - lately
        befores = {(0, first) for first in (*rule.firsts, rest) if 2 <= first <= rest}
        if rest >= rule.just_before:
            befores.add((rest - rule.just_before, rest))
        found += [Periods(start, end, lately) for start, end in sorted(befores)]
    return tuple(found)


def named_pair(count: int) -> Periods:
    """Return the pair that is named where nothing is told after `count` sessions, five or more."""
    return Periods(0, 2 if count < 7 else 4, 3 if count < 10 else 6)


class InterimLook:
    """What one session later shows: means of clipped sessions, and the spread that noise gives a pair."""

    def __init__(
        self, sessions: SessionValues, noise: tuple[Floats, Floats], middles: Floats, rule: Rule, count: int
    ) -> None:
        prior = sessions.prior
        part = sessions.trials[:, :count]
        self.count = count
        # One row serves all where everybody did equally many trials.
        self._trials = part[:1] if bool((part == part[0, 0]).all()) else part
        session_var = prior.day_sd**2 + prior.trial_sd**2 / self._trials
        self._weight = 1 / session_var
        centre = np.take(middles, np.clip(np.arange(count) - 2, 0, count - FIRST_LOOK), axis=1)
        reach = rule.clip * np.sqrt(session_var)
        values = np.clip(sessions.values[:, :count], centre - reach, centre + reach)
        self._sums = _running(self._weight * values)
        self._weights = _running(np.broadcast_to(self._weight, values.shape))
        self._day, self._trial = noise[0][:, count - 1], noise[1][:, count - 1]
        self._powers = rule.correlation ** np.arange(count)

    def mean(self, start: Ints | int, end: Ints | int) -> Floats:
        """Return each person's weighted mean from session `start` up to but not `end`."""
        row = np.arange(len(self._sums))
        weight = self._weights[row, end] - self._weights[row, start]
        return np.asarray((self._sums[row, end] - self._sums[row, start]) / weight)

    def difference(self, pair: Periods) -> Floats:
        """Return each person's *lately* less *before*."""
        return self.mean(self.count - pair.lately, self.count) - self.mean(pair.start, pair.end)

    def sd(self, pair: Periods) -> Floats:
        """Return the SD of each person's difference where nothing changed."""
        newest = self.count - pair.lately
        inside = np.r_[pair.start : pair.end, newest : self.count]
        early, share = pair.end - pair.start, self._weight[:, inside]
        before = -share[:, :early] / share[:, :early].sum(1, keepdims=True)
        lately = share[:, early:] / share[:, early:].sum(1, keepdims=True)
        share = np.hstack([before, lately])
        together = self._powers[np.abs(inside[:, None] - inside)]
        days, trials = ((share @ together) * share).sum(1), (share**2 / self._trials[:, inside]).sum(1)
        return np.asarray(np.sqrt(self._day * days + self._trial * trials))


def _running(values: Floats) -> Floats:
    return np.hstack([np.zeros((len(values), 1)), np.cumsum(values, 1)])


def looks(sessions: SessionValues, rule: Rule = RULE, first: int = FIRST_LOOK) -> Iterator[InterimLook]:
    """Yield the look after each session from the fifth, or a later `first`, on."""
    if sessions.count < FIRST_LOOK:
        return
    noise = own_variances(sessions)
    middles = np.median(np.lib.stride_tricks.sliding_window_view(sessions.values, FIRST_LOOK, axis=1), 2)
    for count in range(first, sessions.count + 1):
        yield InterimLook(sessions, noise, middles, rule, count)


def newest_look(sessions: SessionValues) -> InterimLook:
    """Return the look after the newest of five sessions or more."""
    (look,) = looks(sessions, first=sessions.count)
    return look


def follow(sessions: SessionValues, rule: Rule = RULE) -> FollowUp:
    """Return what could be said after each session; lower is better, turn the sign where higher is.

    From the fifth session on the mean of the newest three and of the newest six is held against four
    *befores*: the first two, the first four, all earlier ones, and the eight just before. Each difference is
    divided by the SD that it has where nothing changes, and the largest is held against one limit, a higher
    one for less steady. What was told keeps its own *before*, so that the named one never jumps; only
    *lately* moves on. It leaves when the newest six sessions have come back to within one SD, or for a later
    change the other way. Own rule: docs/validation/verdicts.md shows how often it is wrong, and how often it
    sees.
    """
    people = len(sessions.values)
    told, found = _Told.nobody(people), _empty(people, sessions.count, rule)
    for look in looks(sessions, rule):
        pairs = pairs_after(look.count, rule)
        z, sds = _standardised(look, pairs)
        told = told.release(look, rule).renew(z, sds, pairs, rule)
        _write(found, look, told, z, sds)
    return found


def _standardised(look: InterimLook, pairs: tuple[Periods, ...]) -> tuple[Floats, Floats]:
    """Return differences in SD, and the SDs, (people, pairs)."""
    sds = np.stack([np.broadcast_to(look.sd(pair), len(look.difference(pair))) for pair in pairs], 1)
    return np.stack([look.difference(pair) for pair in pairs], 1) / sds, sds


@dataclass(frozen=True, slots=True)
class _Told:
    """What each person was told: state, its pair, its SD then; the state withdrawn, and how long ago."""

    state: Ints
    start: Ints
    end: Ints
    lately: Ints
    sd: Floats
    back: Ints
    age: Ints

    @classmethod
    def nobody(cls, people: int) -> _Told:
        none = np.zeros(people, np.int64)
        return cls(none, none, none + 2, none + 3, np.ones(people), none, none)

    def release(self, look: InterimLook, rule: Rule) -> _Told:
        """Let go of what the newest six sessions have come back from."""
        newest = look.mean(look.count - self._wide(look, rule), look.count)
        left = self.state * (newest - look.mean(self.start, self.end))
        gone = (self.state != 0) & (left <= rule.release * self.sd)
        age = np.where(gone, 0, self.age + 1)
        back = np.where(gone, self.state, np.where(age < SESSIONS_TOLD_BACK, self.back, 0))
        state = np.where(gone, 0, self.state)
        return _Told(state, self.start, self.end, self.lately, self.sd, back, age)

    def renew(self, z: Floats, sds: Floats, pairs: tuple[Periods, ...], rule: Rule) -> _Told:
        """Tell the strongest pair beyond its limit; against a kept verdict only from a later *before*."""
        start, end, lately = np.array([(pair.start, pair.end, pair.lately) for pair in pairs]).T
        beyond = np.where(z < 0, -z / rule.limit, z / rule.limit_up) > 1
        turned = (np.sign(z) != self.state[:, None]) & (start > self.start[:, None])
        allowed = beyond & ((self.state[:, None] == 0) | turned)
        rank = np.where(allowed, np.abs(z) + rule.prefer * ((start == 0) & (end == 4)), 0)
        best, row = rank.argmax(1), np.arange(len(z))
        new = allowed[row, best]
        state = np.where(new, np.sign(z[row, best]).astype(np.int64), self.state)
        return _Told(
            state=state,
            start=np.where(new, start[best], self.start),
            end=np.where(new, end[best], self.end),
            lately=np.where(new, lately[best], self.lately),
            sd=np.where(new, sds[row, best], self.sd),
            back=np.where(new, 0, self.back),
            age=self.age,
        )

    def named(self, look: InterimLook, rule: Rule) -> tuple[Ints, Ints, Ints]:
        """Return start, end and lately of the pair that is named: the told one, else the first sessions.

        Of what was told on the newest three the newest six are named once the three alone have come back.
        """
        usual = named_pair(look.count)
        before = look.mean(self.start, self.end)
        near = (
            self.state * (look.mean(look.count - self.lately, look.count) - before) <= rule.release * self.sd
        )
        lately = np.where(near, self._wide(look, rule), self.lately)
        told = self.state != 0
        return (
            np.where(told, self.start, usual.start),
            np.where(told, self.end, usual.end),
            np.where(told, lately, usual.lately),
        )

    def _wide(self, look: InterimLook, rule: Rule) -> Ints:
        """Return how many of the newest sessions a told verdict rests on: six, fewer beside its before."""
        return np.maximum(self.lately, np.minimum(max(rule.lately), look.count - self.end))


def _empty(people: int, count: int, rule: Rule) -> FollowUp:
    state, start, end, lately, back = np.zeros((5, people, count), np.int64)
    level, difference, sd, strongest, gained = np.zeros((5, people, count))
    never = np.full((people, count), np.inf)
    return FollowUp(state, start, end, lately, level, difference, sd, strongest, gained, never, back, rule)


def _write(into: FollowUp, look: InterimLook, told: _Told, z: Floats, sds: Floats) -> None:
    """Write what one look showed into its column."""
    rule, now = into.rule, look.count - 1
    start, end, lately = told.named(look, rule)
    into.state[:, now], into.back[:, now] = told.state, told.back
    into.start[:, now], into.end[:, now], into.lately[:, now] = start, end, lately
    into.level[:, now] = look.mean(start, end)
    into.difference[:, now], into.sd[:, now] = compare_periods(look, start, end, lately)
    into.strongest[:, now] = np.abs(z).max(1)
    into.detectable[:, now] = (rule.limit + POWER_Z) * sds.min(1)
    if look.count >= rule.first_same:
        alone = Periods(0, 1, max(rule.lately))
        into.gained[:, now] = -look.difference(alone) / look.sd(alone)


def compare_periods(look: InterimLook, start: Ints, end: Ints, lately: Ints) -> tuple[Floats, Floats]:
    """Return *lately* less *before* of each person's own pair, and its SD where nothing changed."""
    difference = look.mean(look.count - lately, look.count) - look.mean(start, end)
    sd = np.empty(len(start))
    keys = np.stack([start, end, lately], 1)
    for key in np.unique(keys, axis=0):  # there are only a few different ones
        chosen = (keys == key).all(1)
        sd[chosen] = np.broadcast_to(look.sd(Periods(*map(int, key))), len(sd))[chosen]
    return difference, sd


def is_unchanged(sessions: SessionValues, followed: FollowUp, size: float) -> Flags:
    """Tell after each session (people, sessions) whether "no change" of `size` (on ln values) is earned.

    Four of five would have been told of such a change by now, nothing leans by more than one SD, the very
    first session alone lies not 0.9 SD above the newest six (who recovers quickly has most of it behind them
    by the second), and none of the first four lies outside the band about their mean; all that for two
    sessions running, from the tenth on.
    """
    rule = followed.rule
    quiet = (followed.state == 0) & (followed.detectable <= size)
    quiet &= (followed.strongest <= rule.lean) & (followed.gained <= rule.first_lean)
    first = sessions.values[:, None, :4]
    low, high = (followed.level - rule.limit * followed.sd, followed.level + rule.limit_up * followed.sd)
    say = quiet & ((first >= low[:, :, None]) & (first <= high[:, :, None])).all(2)
    for _ in range(rule.hold - 1):
        say[:, 1:] &= say[:, :-1]
    say[:, : rule.first_same - 1] = False
    return np.asarray(say)


def detectable_after(count: int, day_var: float, trial_var: float, trials: float, rule: Rule = RULE) -> float:
    """Return the smallest change on ln values that four of five would be told of after `count` sessions.

    With so much noise and so many trials a session, if it came between the two periods.
    """
    day, trial = _equal_parts(count, rule)
    return float((rule.limit + POWER_Z) * np.sqrt((day * day_var + trial * trial_var / trials).min()))


@lru_cache(maxsize=512)
def _equal_parts(count: int, rule: Rule) -> tuple[Floats, Floats]:
    """Return the shares of day and trial variance in each pair's difference, for sessions all alike."""
    days, trials = [], []
    for pair in pairs_after(count, rule):
        inside = np.r_[pair.start : pair.end, count - pair.lately : count]
        early = pair.end - pair.start
        share = np.r_[np.full(early, -1 / early), np.full(pair.lately, 1 / pair.lately)]
        together = rule.correlation ** np.abs(inside[:, None] - inside)
        days.append(share @ together @ share)
        trials.append(share @ share)
    return np.array(days), np.array(trials)
