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
# # Your own table, and DataFrames
#
# A table of any app will do: a time, and acceleration with gravity in x, y and z. Here one is made up first.

# %%
import tempfile
from pathlib import Path

import pandas as pd

import surefoot as sf

phone = sf.read("../recordings/2026-03-06_left_eyes-open.zip")[0]
table = pd.DataFrame(phone.acc_mps2 / 9.80665, columns=["ax", "ay", "az"]).assign(
    stamp_ms=phone.time_s * 1000
)
folder = Path(tempfile.mkdtemp())
table.to_csv(folder / "walk.csv", index=False)
table.head(3)

# %% [markdown]
# A mapping says which column is which. Where something is left open, the refusal holds a draft of it.

# %%
mapping = """
time = "stamp_ms"
time_unit = "ms"
x = "ax"
y = "ay"
z = "az"
acceleration_unit = "g"
sign = 1
"""
(folder / "mapping.toml").write_text(mapping)
recording = sf.read(folder / "walk.csv", mapping=folder / "mapping.toml")[0]

# %% [markdown]
# From there on all is as ever, and every step leaves as a DataFrame.

# %%
trial = sf.prepare(recording, sf.Setup(leg="left", eyes="open", sensor_height_m=1.0))
trial.frame().head(3).round(3)

# %%
values = sf.frame([sf.assess(trial)], wide=False)
values[["leg", "metric", "value", "unit"]].head(8)

# %%
sf.plot_traces(trial)
