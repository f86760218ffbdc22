"""What a radio makes of a sensor's packets: connection events, stalls, jitter, drift. No package code."""

from __future__ import annotations

import numpy as np


def arrivals(
    sent_s, *, seed=1, interval_s=0.030, stall_share=0.002, jitter_s=0.002, drift_ppm=80.0, start_s=5.0
):
    """When (n,) packets sent at `sent_s` (n,) by the sensor's clock are delivered, in order."""
    generator = np.random.default_rng(seed)
    ready = start_s + np.asarray(sent_s) * (1 + drift_ppm * 1e-6) + 0.001
    event = np.ceil(ready / interval_s) * interval_s
    held, delivered = 0.0, []
    for moment in event:
        if generator.random() < stall_share:
            held = generator.uniform(0.1, 0.4)
        held = max(0.0, held - 0.02)
        delivered.append(moment + held + generator.exponential(jitter_s))
    return np.maximum.accumulate(delivered)
