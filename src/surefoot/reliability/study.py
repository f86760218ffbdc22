"""A study of people who repeat: reliability by condition and metric, of trials and of sessions."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np

from surefoot.errors import TooShortError
from surefoot.metrics import load_metrics
from surefoot.model import Floats
from surefoot.reliability.noise import mean_of
from surefoot.reliability.repeatability import CONFIDENCE, Interval, Repeatability, repeatability

SESSIONS: Final = "sessions"

Units = Literal["raw", "ln"]


@dataclass(frozen=True, slots=True)
class Observation:
    """One value of one trial in a study; `condition` names everything that must be alike."""

    person: str
    session: str
    trial: str
    condition: str
    metric: str
    value: float


@dataclass(frozen=True, slots=True)
class StudyResult:
    """The repeatability of a metric in one condition, at one level, in one scale of values.

    `level` is ``sessions`` (means of each session's trials; geometric ones on ln values) or ``trials of
    session …``, single trials within that session. `sem` and `mdc` are for agreement, with 95 % intervals,
    in the metric's unit, or of ln values; then `cv_pct` and `mdc_pct` say them in per cent (a rise).
    `left_out` people lack a repeat that others have. Where it could not be computed `found` and what follows
    is None and `reason` says why.
    """

    condition: str
    metric: str
    level: str
    scale: Units
    found: Repeatability | None = None
    sem: Interval | None = None
    mdc: Interval | None = None
    cv_pct: Interval | None = None
    mdc_pct: Interval | None = None
    left_out: int = 0
    reason: str = ""


def analyse_study(observations: Iterable[Observation]) -> tuple[StudyResult, ...]:
    """Return the repeatability of each condition and metric, raw and, where the metric asks for it, on ln.

    Trials are counted within their person and session. People who lack a repeat are left out of its table, so
    that every number has an interval. The interval of SEM and MDC is that of a standard
    deviation with (people - 1)(repeats - 1) degrees of freedom (chi-square), which is exact for
    consistency and on the wide side for agreement. Raises ValueError for two values of one trial.
    """
    groups: dict[tuple[str, str], list[Observation]] = {}
    for each in observations:
        groups.setdefault((each.condition, each.metric), []).append(each)
    return tuple(result for group in groups.values() for result in _analyse_group(group))


def _analyse_group(group: Sequence[Observation]) -> list[StudyResult]:
    cells = {(each.person, each.session, each.trial) for each in group}
    if len(cells) < len(group):
        raise ValueError("a trial of a study has two values; give each its own number")
    scales: tuple[Units, ...] = ("raw", "ln") if load_metrics()[group[0].metric].scale == "ln" else ("raw",)
    sessions = sorted({each.session for each in group})
    trials = [_trials_level(group, session) for session in sessions]
    return [
        _result(group[0], scale, *level)
        for scale in scales
        for level in (_sessions_level(group, scale), *trials)
    ]


Table = tuple[str, list[str], list[str], list[float]]


def _sessions_level(group: Sequence[Observation], scale: Units) -> Table:
    """Return the means of each person and session."""
    cells: dict[tuple[str, str], list[float]] = {}
    for each in group:
        cells.setdefault((each.person, each.session), []).append(each.value)
    means = [mean_of(values, ln=scale == "ln") for values in cells.values()]
    return SESSIONS, [person for person, _ in cells], [session for _, session in cells], means


def _trials_level(group: Sequence[Observation], session: str) -> Table:
    """Return the single trials of one session."""
    inside = [each for each in group if each.session == session]
    people, trials = [each.person for each in inside], [each.trial for each in inside]
    return f"trials of session {session}", people, trials, [each.value for each in inside]


def _result(
    head: Observation, scale: Units, level: str, people: list[str], repeats: list[str], values: list[float]
) -> StudyResult:
    cells, every = set(zip(people, repeats, strict=True)), set(repeats)
    whole = {person for person in people if all((person, repeat) in cells for repeat in every)}
    left_out = len(set(people) - whole)
    result = StudyResult(head.condition, head.metric, level, scale, left_out=left_out)
    rows = [row for row in zip(people, repeats, values, strict=True) if row[0] in whole]
    if not rows:
        return replace(result, reason="Nobody has every repeat.")
    people, repeats, values = (list(column) for column in zip(*rows, strict=True))
    try:
        found = repeatability(people, repeats, values, ln=scale == "ln")
    except TooShortError as error:
        return replace(result, reason=f"{error.what} Found: {error.found}.")
    sem, mdc = _deviation(found.sem_agreement, found), _deviation(found.mdc_agreement, found)
    if scale == "raw":
        return replace(result, found=found, sem=sem, mdc=mdc)
    return replace(result, found=found, sem=sem, mdc=mdc, cv_pct=_as_rise(sem), mdc_pct=_as_rise(mdc))


def _deviation(estimate: float, found: Repeatability) -> Interval:
    """Return a standard deviation with its chi-square interval."""
    from scipy.stats import chi2

    free = (found.people - 1) * (found.sessions - 1)
    tail = (1 - CONFIDENCE) / 2
    low, high = (estimate * math.sqrt(free / float(chi2.ppf(point, free))) for point in (1 - tail, tail))
    return Interval(estimate, low, high)


def _as_rise(of_ln: Interval) -> Interval:
    low, high = (None if end is None else 100 * math.expm1(end) for end in (of_ln.low, of_ln.high))
    return Interval(100 * math.expm1(of_ln.estimate), low, high)


def split_variance(observations: Sequence[Observation]) -> dict[str, float]:
    """Return the variance that lies between people, between a person's sessions, and between trials.

    Of one condition and metric, on ln values where the metric asks for it. Nested analysis of variance with
    unequal numbers (Searle, Casella & McCulloch 1992, Variance Components); equals restricted maximum
    likelihood where numbers are equal and no component is negative; a negative one is 0. Raises
    TooShortError where one of them cannot be told from the rest.
    """
    ln = load_metrics()[observations[0].metric].scale == "ln"
    people: dict[str, dict[str, list[float]]] = {}
    for each in observations:
        value = math.log(each.value) if ln else each.value
        people.setdefault(each.person, {}).setdefault(each.session, []).append(value)
    return _nested([[np.array(trials) for trials in sessions.values()] for sessions in people.values()])


def _nested(people: Sequence[Sequence[Floats]]) -> dict[str, float]:
    counts = [np.array([len(trials) for trials in sessions]) for sessions in people]
    persons = [np.concatenate(sessions) for sessions in people]
    everything = np.concatenate(persons)
    size, sessions = len(everything), sum(len(each) for each in counts)
    free = (len(people) - 1, sessions - len(people), size - sessions)
    _check_freedom(free)
    grand = everything.mean()
    squares = (
        sum(len(values) * (values.mean() - grand) ** 2 for values in persons),
        sum(
            len(trials) * (trials.mean() - values.mean()) ** 2
            for values, trials_of in zip(persons, people, strict=True)
            for trials in trials_of
        ),
        sum(np.square(trials - trials.mean()).sum() for trials_of in people for trials in trials_of),
    )
    person, session, trial = (float(total) / each for total, each in zip(squares, free, strict=True))
    within = sum(float(np.square(each).sum() / each.sum()) for each in counts)
    across = sum(float(np.square(each).sum()) for each in counts) / size
    of_session = max(0.0, (session - trial) * free[1] / (size - within))
    heads = (size - sum(float(each.sum()) ** 2 for each in counts) / size) / free[0]
    of_person = (person - trial - (within - across) / free[0] * of_session) / heads
    return {"person": max(0.0, of_person), "session": of_session, "trial": trial}


def _check_freedom(free: tuple[int, int, int]) -> None:
    for name, count in zip(("people", "sessions of a person", "trials of a session"), free, strict=True):
        if count < 1:
            raise TooShortError(
                f"The variance between {name} cannot be told.",
                found="one only",
                expected="at least two",
                do="Measure more of them, or leave this table out.",
            )
