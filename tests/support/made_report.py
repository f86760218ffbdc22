"""What a report is made from, made by hand: a trial, assessments, trends."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np

from surefoot.metrics import load_metrics
from surefoot.model import Assessment, Provenance, Setup, Trend, Trial
from surefoot.protocols import protocol_for

LABELS = {key: metric.label for key, metric in load_metrics().items()}
FIRST = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
HOSTILE = "<script>alert('x')</script>\"><img src=x onerror=alert(1)>&"


def trial(**changes):
    setup = Setup(leg="left", when=FIRST + timedelta(days=30))
    time_s = np.arange(3400) / 100
    ap, ml = 0.1 * np.sin(2 * np.pi * 0.8 * time_s), 0.2 * np.sin(2 * np.pi * 0.5 * time_s)
    still = 0 * ap
    made = Trial(
        setup, protocol_for(setup), 100.0, time_s, ap, ml, still, 10 * ap, 10 * ml, still, still, True,
        "complementary", (3.5, 32.5), (12.0, 32.0), source_sha256="ab" * 32,
    )  # fmt: skip
    return replace(made, **changes)


def assessment(number=0, *, issues=(), **setup):
    words = {"leg": "left", "when": FIRST + timedelta(days=3 * number), **setup}
    origin = Provenance(
        "0.1.0", 7, "phyphox", f"{number:064x}", "", 100.0, 34.0, (3.5, 32.5), (12.0, 32.0), {}
    )
    values = {"path_rate_mps3": 0.5 + number / 100, "rms_ml_mps2": 0.1}
    return Assessment(Setup(**words), "single-leg", "path_rate_mps3", values, issues, (), origin)


def trend(leg="left", **changes):
    dates = tuple(FIRST + timedelta(days=3 * count) for count in range(6))
    values = (0.61, 0.58, 0.55, 0.53, 0.51, 0.487)
    made = Trend(
        "path_rate_mps3", Setup(leg=leg), dates, values, -9.2, (-11.0, -7.5), None, None, 26.0, "a study",
        (0.484, 0.769), "steadier", "Sway path per second is 20 % lower over 2 weeks.",
    )  # fmt: skip
    compared = {"before": (0, 1), "lately": (3, 5), "change_pct": -16.0, "change_interval_pct": (-25.0, -6.0)}
    return replace(made, **(compared | changes))
