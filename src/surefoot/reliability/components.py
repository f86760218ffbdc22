"""Variance components: how much of the spread lies between people, days, trials."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

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
    relations = [_relation(name, levels, len(values)) for name, levels in factors.items()]
    check_left_over(values, factors)
    shares = _best_shares(values, relations)
    residual = _deviance(shares, values, relations)[1]
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


def _relation(name: str, levels: Sequence[object], count: int) -> Floats:
    """Return the matrix (n, n) that is 1 where two values share a level."""
    codes = np.unique([str(level) for level in levels], return_inverse=True)[1]
    found = int(codes.max()) + 1
    if not 1 < found < count:
        raise TooShortError(
            f"The factor {name} cannot be told from the rest.",
            found=f"{found} levels in {count} values",
            expected="at least two levels, and more values than levels",
            do="Add repeated measurements, or leave this factor out.",
        )
    return np.asarray(codes[:, None] == codes[None, :], dtype=float)


def _best_shares(values: Floats, relations: Sequence[Floats]) -> Floats:
    """Return the ratio of each component to the residual that the data like best; none below zero."""
    from scipy.optimize import minimize

    # Square roots keep the ratios from going below zero without walls that a search could stick to.
    def cost(roots: Floats) -> float:
        return _deviance(np.square(roots), values, relations)[0]

    searches = [
        minimize(
            cost,
            np.full(len(relations), first),
            method="Nelder-Mead",
            options={"xatol": 1e-9, "fatol": 1e-12, "maxiter": 4000, "maxfev": 4000},
        )
        for first in (0.3, 1.0)
    ]
    best = min(searches, key=lambda search: float(search.fun))
    return np.asarray(np.square(best.x), dtype=float)


def _deviance(shares: Floats, values: Floats, relations: Sequence[Floats]) -> tuple[float, float]:
    """Return minus twice the restricted log likelihood (but for a constant) and the residual variance."""
    count = len(values)
    covariance = np.eye(count) + sum(
        share * relation for share, relation in zip(shares, relations, strict=True)
    )
    factor = np.linalg.cholesky(covariance)
    one, data = (np.linalg.solve(factor, column) for column in (np.ones(count), values))
    information = float(one @ one)
    left = data - one * float(one @ data) / information
    residual = float(left @ left) / (count - 1)
    log_determinant = 2 * float(np.log(np.diag(factor)).sum())
    return (count - 1) * float(np.log(residual)) + log_determinant + float(np.log(information)), residual
