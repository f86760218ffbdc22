"""Geometry of a two-dimensional path: length, ellipse, hull, areas.

The functions take two coordinates `ap` and `ml` (n,) in any one unit, those of a hull its corners, and return
that unit, or its square. They serve acceleration, tilt and centre of pressure alike.
"""

import math
from dataclasses import dataclass

import numpy as np

from surefoot.model import Floats

# Quantile 0.95 of the chi-squared distribution with two degrees of freedom has a closed form.
CHI2_95 = -2.0 * math.log(0.05)


@dataclass(frozen=True, slots=True)
class Ellipse:
    """An ellipse by its semi-axes, its area, and the signed angle of its long axis from AP toward right."""

    major: float
    minor: float
    area: float
    angle_deg: float


def path_length(ap: Floats, ml: Floats) -> float:
    """Sum of the distances between neighbouring points."""
    return float(np.hypot(np.diff(ap), np.diff(ml)).sum())


def prediction_ellipse(ap: Floats, ml: Floats, scale: float = CHI2_95) -> Ellipse:
    """Return the ellipse ``x' inv(S) x = scale`` of the sample covariance S (n - 1 in its divisor).

    With the default scale, the 0.95 quantile of chi-squared, it holds 95 % of Gaussian points
    (Schubert & Kirchner 2014, Gait Posture 39:518). The F-based form of force-plate papers
    is ``scale = 2 F(.95; 2, n - 2) (n - 1) (n + 1) / (n (n - 2))``. The angle lies in (-90, 90].
    """
    covariance = np.cov(np.vstack([ap, ml]))
    half_trace = (covariance[0, 0] + covariance[1, 1]) / 2
    half_gap = math.hypot((covariance[0, 0] - covariance[1, 1]) / 2, covariance[0, 1])
    major = math.sqrt(scale * (half_trace + half_gap))
    minor = math.sqrt(scale * max(0.0, half_trace - half_gap))
    angle = 0.5 * math.atan2(2 * covariance[0, 1], covariance[0, 0] - covariance[1, 1])
    return Ellipse(major, minor, math.pi * major * minor, math.degrees(angle))


def convex_hull(ap: Floats, ml: Floats) -> Floats:
    """Return the corners (m, 2) of the convex hull as (ap, ml) rows; the line's two ends where it is flat."""
    from scipy.spatial import ConvexHull, QhullError

    points = np.column_stack([ap, ml])
    try:
        return np.asarray(points[ConvexHull(points).vertices])
    except QhullError:
        centred = points - points.mean(axis=0)
        along = centred @ centred[np.argmax(np.hypot(*centred.T))]
        return np.asarray(points[[int(np.argmin(along)), int(np.argmax(along))]])


def hull_area(corners: Floats) -> float:
    """Area of a convex hull by its corners (m, 2)."""
    x, y = corners.T
    return float(0.5 * abs(x @ np.roll(y, -1) - y @ np.roll(x, -1)))


def hull_diameter(corners: Floats) -> float:
    """Largest distance between any two points whose convex hull has these corners (m, 2)."""
    return float(np.linalg.norm(corners[:, None] - corners[None, :], axis=2).max())


def swept_area(ap: Floats, ml: Floats) -> float:
    """Sum of the triangles between the centre and each pair of neighbouring points (Prieto's AREA-SW)."""
    return float(0.5 * np.abs(ap[1:] * ml[:-1] - ap[:-1] * ml[1:]).sum())


def circle_area(ap: Floats, ml: Floats) -> float:
    """Area of the circle that holds 95 % of the distances from the centre (Prieto's AREA-CC)."""
    distance = np.hypot(ap, ml)
    return float(math.pi * (distance.mean() + 1.645 * distance.std()) ** 2)
