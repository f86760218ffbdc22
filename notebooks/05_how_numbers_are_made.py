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
# # How the numbers are made
#
# Every number is one formula on one signal. Here is the sway path per second, by hand and by Surefoot.

# %%
import numpy as np
from scipy.signal import butter, sosfiltfilt

import surefoot as sf

setup = sf.Setup(leg="right", eyes="open", sensor_height_m=1.0)
trial = sf.prepare(sf.read("../recordings/2026-03-03_right_eyes-open.zip")[0], setup)
print(sf.load_metrics()["path_rate_mps3"].description)

# %% [markdown]
# A trial keeps its signals unfiltered, in the body's own axes: `ap` forward, `ml` to the right. First the filter (fourth
# order, 3.5 Hz, run forward and backward), then the window that every number shares.

# %%
low_pass = butter(4, 3.5, fs=trial.rate_hz, output="sos")
in_window = (trial.time_s >= trial.window_s[0]) & (trial.time_s < trial.window_s[1])
print(f"window: {trial.window_s[1] - trial.window_s[0]:.0f} s at {trial.rate_hz:.0f} Hz")

# %%
ap, ml = (sosfiltfilt(low_pass, signal)[in_window] for signal in (trial.ap_mps2, trial.ml_mps2))
path_mps2 = np.hypot(np.diff(ap), np.diff(ml)).sum()
by_hand = path_mps2 / ((len(ap) - 1) / trial.rate_hz)
print(f"by hand {by_hand:.3f} m/s³, Surefoot {sf.assess(trial).values['path_rate_mps3']:.3f} m/s³")

# %% [markdown]
# The same signals from above, and by frequency.

# %%
sf.plot_stabilogram(trial)

# %%
sf.plot_spectrum(trial)
