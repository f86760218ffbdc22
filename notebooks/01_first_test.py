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
# # A first test
#
# From a phone's export to numbers, a picture, and an honest comparison. The recordings are simulated; your own go
# the same way. Open this file in Jupyter with jupytext, or run it as a script.

# %%
from pathlib import Path

import surefoot as sf

recordings = Path("../recordings")
recording = sf.read(recordings / "2026-03-03_right_eyes-open.zip")[0]
recording

# %% [markdown]
# `read` recognised the app by the file's content. What did the sensor deliver?

# %%
for name, sensor in recording.sensors.items():
    print(f"{name}: {sensor.rate_hz:.1f} Hz in {sensor.unit}, gravity included: {sensor.includes_gravity}")

# %% [markdown]
# `prepare` finds steady standing, picks the analysed window, and turns the phone's axes into the body's. It has to be
# told how the test was done: a file cannot know the leg.

# %%
setup = sf.Setup(person="p01", test="single-leg", leg="right", eyes="open", sensor_height_m=1.0)
trial = sf.prepare(recording, setup)
print(trial, "steady:", trial.steady_s)

# %%
assessment = sf.assess(trial)
metrics = sf.load_metrics()
for key in ("path_rate_mps3", "rms_ap_mps2", "rms_ml_mps2", "tilt_rms_ap_deg", "tilt_rms_ml_deg"):
    print(f"{metrics[key].label:40} {assessment.values[key]:.3f} {metrics[key].unit}")

# %%
sf.plot_trial(trial)

# %% [markdown]
# Six weeks later. Is the difference more than noise alone would give?

# %%
later_recording = sf.read(recordings / "2026-04-14_right_eyes-open.zip")[0]
later = sf.assess(sf.prepare(later_recording, setup))
change = sf.compare(assessment, later)[0]
print(change.verdict, "-", change.reason)
print("Ruler:", change.smallest_real_change_source)

# %% [markdown]
# Two trials made under different settings are not compared: the answer names the field.

# %%
left = sf.assess(sf.prepare(later_recording, sf.Setup(person="p01", leg="left", sensor_height_m=1.0)))
try:
    sf.compare(assessment, left)
except sf.NotComparableError as error:
    print(error.found)
