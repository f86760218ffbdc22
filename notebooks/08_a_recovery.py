# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # A recovery
#
# The right ankle was sprained on 25 February 2026. Six weeks of tests, both legs, by the weeks since then.

# %%
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import surefoot as sf
from surefoot.model import Injury

courses = {}
for leg in ("left", "right"):
    setup = sf.Setup(leg=leg, eyes="open", sensor_height_m=1.0)
    files = sorted(Path("../recordings").glob(f"*_{leg}_eyes-open.zip"))
    courses[leg] = []
    for path in files:
        when = datetime.fromisoformat(f"{path.name[:10]}T08:30Z")
        courses[leg].append(sf.assess(sf.prepare(sf.read(path)[0], replace(setup, when=when))))

# %%
trends = [
    sf.trend(courses["left"], other_leg=courses["right"]),
    sf.trend(courses["right"], other_leg=courses["left"]),
]
for trend in trends:
    print(f"{trend.setup.leg}: {trend.verdict}")

# %%
labels = {key: metric.label for key, metric in sf.load_metrics().items()}
sf.plot_recovery(trends, labels, Injury("right", date(2026, 2, 25)))

# %% [markdown]
# Only the right leg moved by more than its own noise. How it moved against its own first sessions, number by number:

# %%
sf.plot_profile(courses["right"], labels)
