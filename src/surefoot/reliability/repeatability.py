"""How repeatable a measure is: variance components, intraclass correlation, standard error, real change."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from surefoot.errors import TooShortError
from surefoot.model import Floats

RESIDUAL = "residual"
CONFIDENCE = 0.95


def variance_components(values: Floats, factors: Mapping[str, Sequence[object]]) -> dict[str, float]:
    """Return the variance that each random factor adds to `values` (n,), and what is left as ``residual``.

    `factors` gives each factor's level per value: crossed (person and session) or nested (person, day
    within person), balanced or with missing cells. Restricted maximum likelihood (Patterson & Thompson
    1971, doi:10.1093/biomet/58.3.545) with a common mean; equals the analysis of variance where the table
    is complete and no component is negative. Raises TooShortError where a factor has one level only or a
    level for every value, and where the levels of all factors explain every value exactly.
    """
    values = np.asarray(values, dtype=float)
    codes = [_codes(name, levels, len(values)) for name, levels in factors.items()]
    check_left_over(values, factors)
    sums = _sum_up(values, codes)
    shares = _best_shares(sums)
    residual = _deviance(shares, sums)[1]
    return {
        **{name: float(share * residual) for name, share in zip(factors, shares, strict=True)},
        RESIDUAL: float(residual),
    }


def check_left_over(values: Floats, factors: Mapping[str, Sequence[object]]) -> None:
    """Raise TooShortError where one number a level explains every value: nothing tells of the error then."""
    levels = [np.unique([str(level) for level in each], return_inverse=True)[1] for each in factors.values()]
    design = np.hstack([np.eye(codes.max() + 1)[codes] for codes in levels])
    level, moved = values.mean(), values - values.mean()
    left = moved - design @ np.linalg.lstsq(design, moved, rcond=None)[0]
    # Hold times at their ceiling and counts of nothing do this.
    if np.abs(left).max() <= 1e-9 * max(abs(level), np.abs(moved).max()):
        raise TooShortError(
            "Repeats do not differ, so nothing tells their error.",
            found=f"{len(values)} values that {' and '.join(factors)} explain exactly",
            expected="repeated measurements that differ",
            do="Add repeated measurements, or give values with more digits.",
        )


def _codes(name: str, levels: Sequence[object], count: int) -> NDArray[np.intp]:
    """Return the number of each value's level."""
    codes = np.unique([str(level) for level in levels], return_inverse=True)[1]
    found = int(codes.max()) + 1
    if not 1 < found < count:
        raise TooShortError(
            f"The factor {name} cannot be told from the rest.",
            found=f"{found} levels in {count} values",
            expected="at least two levels, and more values than levels",
            do="Add repeated measurements, or leave this factor out.",
        )
    return codes


@dataclass(frozen=True, slots=True)
class _Sums:
    """All that the likelihood needs of n values in q levels, the levels of all factors one after the other.

    `factors` (q,) tells whose a level is, `together` (q, q) how many values two levels share, `columns`
    (q, 2) count and sum of each level, `squares` (2, 2) those of all values. Values are about their mean.
    """

    factors: NDArray[np.intp]
    together: Floats
    columns: Floats
    squares: Floats


def _sum_up(values: Floats, codes: Sequence[NDArray[np.intp]]) -> _Sums:
    levels = np.hstack([np.eye(each.max() + 1)[each] for each in codes])
    factors = np.repeat(np.arange(len(codes)), [each.max() + 1 for each in codes])
    columns = np.column_stack([np.ones(len(values)), values - values.mean()])
    return _Sums(factors, levels.T @ levels, levels.T @ columns, columns.T @ columns)


def _best_shares(sums: _Sums) -> Floats:
    """Return the ratio of each component to the residual that the data like best; none below zero."""
    from scipy.optimize import minimize

    # Square roots keep the ratios from going below zero without walls that a search could stick to.
    def cost(roots: Floats) -> float:
        return _deviance(np.square(roots), sums)[0]

    searches = [
        minimize(
            cost,
            np.full(sums.factors.max() + 1, first),
            method="Nelder-Mead",
            options={"xatol": 1e-9, "fatol": 1e-12, "maxiter": 4000, "maxfev": 4000},
        )
        for first in (0.3, 1.0)
    ]
    best = min(searches, key=lambda search: float(search.fun))
    return np.asarray(np.square(best.x), dtype=float)


def _deviance(shares: Floats, sums: _Sums) -> tuple[float, float]:
    """Return minus twice the restricted log likelihood (but for a constant) and the residual variance.

    By the levels instead of the values, of which there are many more (Woodbury's identity).
    """
    root = np.sqrt(shares)[sums.factors]
    count = float(sums.squares[0, 0])
    factor = np.linalg.cholesky(np.eye(root.size) + root[:, None] * sums.together * root)
    explained = np.linalg.solve(factor, root[:, None] * sums.columns)
    (information, mixed), (_, total) = sums.squares - explained.T @ explained
    # What rounding cannot tell from nothing is not less than nothing.
    left = max(float(total - mixed**2 / information), float(np.finfo(float).eps * total))
    residual = left / (count - 1)
    log_determinant = 2 * float(np.log(np.diag(factor)).sum())
    return (count - 1) * float(np.log(residual)) + log_determinant + float(np.log(information)), residual


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimate with its 95 % confidence interval; the ends are None where cells are missing."""

    estimate: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Repeatability:
    """What people x sessions say of a measure. ICCs are named by model, type and unit.

    `icc_2_1` and `icc_2_k`: agreement of one session and of the mean of k; `icc_3_1` and `icc_3_k`:
    consistency. Errors and changes are in the measure's unit; of ln values, `cv_pct` is the typical error in
    per cent and `mdc_factor` the smallest real change as a factor, both None for raw values.
    """

    people: int
    sessions: int
    missing: int
    icc_2_1: Interval
    icc_2_k: Interval
    icc_3_1: Interval
    icc_3_k: Interval
    sem_agreement: float
    sem_consistency: float
    mdc_agreement: float
    mdc_consistency: float
    cv_pct: float | None = None
    mdc_factor: float | None = None


def repeatability(
    people: Sequence[object], sessions: Sequence[object], values: Sequence[float], *, ln: bool = False
) -> Repeatability:
    """Return the repeatability of a measure from a long table: one row per person and session.

    With `ln` everything is done on ln values, as sway metrics ask for. Complete tables: mean squares of the
    two-way analysis of variance (Shrout & Fleiss 1979, doi:10.1037/0033-2909.86.2.420) with the F-based
    intervals of McGraw & Wong 1996 (doi:10.1037/1082-989X.1.1.30). Missing cells: restricted maximum
    likelihood, without intervals. SEM is the square root of error variance (Weir 2005, J Strength Cond Res
    19:231), MDC is ``1.96 sqrt(2) SEM``. Raises TooShortError for fewer than two people or sessions, for
    people who do not differ at all, and where people and sessions explain every value exactly; ValueError for
    repeated cells or values that ln does not take.
    """
    table = _table(people, sessions, values)
    if ln and not (table[np.isfinite(table)] > 0).all():
        raise ValueError("ln needs values above zero")
    table = np.log(table) if ln else table
    missing = int(np.isnan(table).sum())
    n, k = table.shape
    row, column = np.nonzero(np.isfinite(table))
    check_left_over(table[row, column], {"person": row.tolist(), "session": column.tolist()})
    iccs, agreement, consistency = _incomplete(table) if missing else _complete(table)
    detectable = 1.96 * math.sqrt(2)
    return Repeatability(
        people=n,
        sessions=k,
        missing=missing,
        icc_2_1=iccs[0],
        icc_2_k=iccs[1],
        icc_3_1=iccs[2],
        icc_3_k=iccs[3],
        sem_agreement=agreement,
        sem_consistency=consistency,
        mdc_agreement=detectable * agreement,
        mdc_consistency=detectable * consistency,
        cv_pct=100 * math.expm1(agreement) if ln else None,
        mdc_factor=math.exp(detectable * agreement) if ln else None,
    )


def _table(people: Sequence[object], sessions: Sequence[object], values: Sequence[float]) -> Floats:
    """Return people x sessions (n, k), NaN where a cell is missing."""
    rows, row = np.unique([str(person) for person in people], return_inverse=True)
    columns, column = np.unique([str(session) for session in sessions], return_inverse=True)
    if len(rows) < 2 or len(columns) < 2:
        raise TooShortError(
            "Repeatability needs people who repeat.",
            found=f"{len(rows)} people, {len(columns)} sessions",
            expected="at least two of each",
            do="Measure more people, or the same people again.",
        )
    if len({*zip(row.tolist(), column.tolist(), strict=True)}) < len(values):
        raise ValueError("a person has two values in one session; average them first")
    table = np.full((len(rows), len(columns)), np.nan)
    table[row, column] = np.asarray(values, dtype=float)
    return table


def _complete(table: Floats) -> tuple[tuple[Interval, ...], float, float]:
    n, k = table.shape
    grand, rows, columns = table.mean(), table.mean(axis=1), table.mean(axis=0)
    people = float(k * np.square(rows - grand).sum() / (n - 1))
    sessions = float(n * np.square(columns - grand).sum() / (k - 1))
    error = float(np.square(table - rows[:, None] - columns + grand).sum() / ((n - 1) * (k - 1)))
    if people <= 1e-12 * error:
        raise TooShortError(
            "Repeatability needs people who differ.",
            found=f"{n} people with the same mean",
            expected="people with different means",
            do="Measure more people.",
        )
    single_2 = (people - error) / (people + (k - 1) * error + k * (sessions - error) / n)
    single_3 = (people - error) / (people + (k - 1) * error)
    low_2, high_2 = _agreement_interval(people, sessions, error, single_2, (n, k))
    low_3, high_3 = _consistency_interval(people / error, n, k)
    mean_2 = (people - error) / (people + (sessions - error) / n)
    iccs = (
        Interval(single_2, low_2, high_2),
        Interval(mean_2, _of_mean(low_2, k), _of_mean(high_2, k)),
        Interval(single_3, (low_3 - 1) / (low_3 + k - 1), (high_3 - 1) / (high_3 + k - 1)),
        Interval((people - error) / people, 1 - 1 / low_3, 1 - 1 / high_3),
    )
    return iccs, math.sqrt(error + max(0.0, (sessions - error) / n)), math.sqrt(error)


def _incomplete(table: Floats) -> tuple[tuple[Interval, ...], float, float]:
    k = table.shape[1]
    row, column = np.nonzero(np.isfinite(table))
    found = variance_components(table[row, column], {"person": row.tolist(), "session": column.tolist()})
    person, session, error = found["person"], found["session"], found[RESIDUAL]
    iccs = (
        Interval(person / (person + session + error)),
        Interval(person / (person + (session + error) / k)),
        Interval(person / (person + error)),
        Interval(person / (person + error / k)),
    )
    return iccs, math.sqrt(error + session), math.sqrt(error)


def _of_mean(single: float, k: int) -> float:
    return k * single / (1 + (k - 1) * single)


def _quantile(above: float, below: float) -> float:
    from scipy.stats import f

    return float(f.ppf(1 - (1 - CONFIDENCE) / 2, above, below))


def _consistency_interval(ratio: float, n: int, k: int) -> tuple[float, float]:
    """Return the two ends of the F ratio of people to error."""
    free = (n - 1) * (k - 1)
    return ratio / _quantile(n - 1, free), ratio * _quantile(free, n - 1)


def _agreement_interval(
    people: float, sessions: float, error: float, icc: float, shape: tuple[int, int]
) -> tuple[float, float]:
    n, k = shape
    ratio, weight = sessions / error, n * (1 + (k - 1) * icc) - k * icc
    free = (k - 1) * (n - 1) * (k * icc * ratio + weight) ** 2
    free /= (n - 1) * (k * icc * ratio) ** 2 + weight**2
    below, above = _quantile(n - 1, free), _quantile(free, n - 1)
    rest = k * sessions + (k * n - k - n) * error
    low = n * (people - below * error) / (below * rest + n * people)
    return low, n * (above * people - error) / (rest + n * above * people)
