"""How large a region: ellipse, hull, circle and swept area of the sway acceleration."""

from functools import lru_cache, partial

from surefoot import dsp
from surefoot.metrics._sway import acceleration, hull
from surefoot.model import Trial, metric

SCHUBERT = "Schubert & Kirchner 2014, Gait Posture 39:518"
PRIETO = "Prieto et al. 1996, doi:10.1109/10.532130"

_area = partial(metric, group="acceleration", min_duration_s=20.0)


@lru_cache(maxsize=8)
def _ellipse(trial: Trial) -> dsp.Ellipse:
    sway = acceleration(trial)
    return dsp.prediction_ellipse(sway.ap, sway.ml)


@_area("95 % prediction ellipse", reference=SCHUBERT, gain=2.0)
def ellipse_area_m2ps4(trial: Trial) -> float:
    """``π · 5.9915 · sqrt(det S)``, S the sample covariance: holds 95 % of Gaussian points.

    Departure: the chi-squared quantile instead of F, free of n; 0.2 % smaller at 2000 samples.
    """
    return _ellipse(trial).area


@_area("95 % ellipse, long semi-axis", reference=SCHUBERT)
def ellipse_major_mps2(trial: Trial) -> float:
    """``sqrt(5.9915 · largest eigenvalue of S)``."""
    return _ellipse(trial).major


@_area("95 % ellipse, short semi-axis", reference=SCHUBERT)
def ellipse_minor_mps2(trial: Trial) -> float:
    """``sqrt(5.9915 · smallest eigenvalue of S)``."""
    return _ellipse(trial).minor


@_area("95 % ellipse, direction", reference="own", better="neither", scale="none", mirror="negated", gain=0.0)
def ellipse_angle_deg(trial: Trial) -> float:
    """Angle of the long axis from forward toward right, in (-90, 90]: the sign is kept."""
    return _ellipse(trial).angle_deg


@_area(
    "Convex hull", reference="convex hull by Qhull (Barber et al. 1996, doi:10.1145/235815.235821)", gain=2.0
)
def hull_area_m2ps4(trial: Trial) -> float:
    """Area of the smallest convex region that holds the whole path. Grows with the length of the window."""
    return dsp.hull_area(hull(trial))


@_area("Swept area per second", reference=f"{PRIETO} (AREA-SW)", min_rate_hz=40.0, gain=2.0)
def area_rate_m2ps5(trial: Trial) -> float:
    """``1/(2T) · sum |ap[i+1] ml[i] - ap[i] ml[i+1]|``: triangles swept about the centre, per second."""
    sway = acceleration(trial)
    return dsp.swept_area(sway.ap, sway.ml) / sway.duration_s


@_area("95 % circle", reference=f"{PRIETO} (AREA-CC)", gain=2.0)
def circle_area_m2ps4(trial: Trial) -> float:
    """``π (mean distance + 1.645 · SD of the distance)²``."""
    sway = acceleration(trial)
    return dsp.circle_area(sway.ap, sway.ml)
