"""The line below all arrivals: every packet is late by an unknown, never negative delay.

Source: linear-programming fit of clock skew, Moon, Skelly and Towsley 1999, doi:10.1109/INFCOM.1999.749287.
"""

from __future__ import annotations

import numpy as np

from surefoot.model import Floats


def fit_envelope(position: Floats, arrival_s: Floats) -> tuple[float, float]:
    """Return offset and slope of the highest line below all points that has the smallest summed distance.

    It is the edge of the lower convex hull under the mean position. Needs two different positions.

    >>> fit_envelope(np.array([0.0, 1, 2, 3]), np.array([5.0, 6.5, 7.0, 8.9]))
    (5.0, 1.0)
    """
    hull: list[tuple[float, float]] = []
    order = np.lexsort((arrival_s, position))
    for x, y in zip(position[order].tolist(), arrival_s[order].tolist(), strict=True):
        if hull and hull[-1][0] == x:
            continue
        while len(hull) > 1 and _turns_down(hull[-2], hull[-1], (x, y)):
            hull.pop()
        hull.append((x, y))
    if len(hull) < 2:
        raise ValueError("a line needs two different positions")
    middle = float(np.mean(position))
    right = next(i for i in range(1, len(hull)) if hull[i][0] >= middle)
    (x0, y0), (x1, y1) = hull[right - 1], hull[right]
    slope = (y1 - y0) / (x1 - x0)
    return y0 - slope * x0, slope


def _turns_down(a: tuple[float, float], b: tuple[float, float], c: tuple[float, float]) -> bool:
    """Tell whether `b` lies on or above the line from `a` to `c`, so that it is not on the lower hull."""
    return (b[0] - a[0]) * (c[1] - a[1]) <= (b[1] - a[1]) * (c[0] - a[0])
