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
# From a phone's export to numbers and a picture. The recording is simulated; your own goes the same way.

# %%
import surefoot as sf

recording = sf.read("../recordings/2026-03-03_right_eyes-open.zip")[0]
for name, sensor in recording.sensors.items():
    print(f"{name}: {sensor.rate_hz:.1f} Hz in {sensor.unit}, gravity included: {sensor.includes_gravity}")

# %% [markdown]
# `read` knew the app by what is in the file, never by its name. `prepare` finds the seconds of steady standing and turns
# the phone's axes into yours: forward, right, up. How you stood it cannot know, so you say it.

# %%
setup = sf.Setup(leg="right", eyes="open", sensor_height_m=1.0)
trial = sf.prepare(recording, setup)
print(f"You stood steadily from {trial.steady_s[0]:.1f} s to {trial.steady_s[1]:.1f} s.")

# %%
sf.plot_trial(trial)

# %% [markdown]
# `assess` computes every number that this recording allows. One of them carries the answer, the others stand beside it.

# %%
assessment = sf.assess(trial)
metrics = sf.load_metrics()
for key in (assessment.primary, "rms_ap_mps2", "rms_ml_mps2", "tilt_rms_ap_deg", "tilt_rms_ml_deg"):
    print(f"{metrics[key].label:40} {assessment.values[key]:.3f} {metrics[key].unit}")

# %% [markdown]
# What could not be computed is never a silent gap: it is told, with the reason.

# %%
for issue in assessment.issues:
    print(issue.severity, issue.code, "-", issue.what)
