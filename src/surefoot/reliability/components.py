"""Variance components: how much of the spread lies between people, days, trials."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from surefoot.errors import TooShortError
from surefoot.model import Floats

RESIDUAL = "residual"


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
