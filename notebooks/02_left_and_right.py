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
# # Left and right
#
# Two legs on one day. A difference only counts where its interval does not hold 100 %.

# %%
from datetime import datetime

import surefoot as sf


def assess(day, leg):
    recording = sf.read(f"../recordings/{day}_{leg}_eyes-open.zip")[0]
    setup = sf.Setup(leg=leg, eyes="open", sensor_height_m=1.0, when=datetime.fromisoformat(f"{day}T08:30Z"))
    return sf.assess(sf.prepare(recording, setup))


first_week = [
    assess(day, leg) for day in ("2026-03-03", "2026-03-06", "2026-03-10") for leg in ("left", "right")
]

# %% [markdown]
# `compare_sides` pairs what was done alike on the same day, and says which formula it used. The right ankle was hurt.

# %%
ratios = sf.compare_sides(first_week, injured="right")
for ratio in ratios:
    print(f"{ratio.on}  {ratio.kind}: {ratio.value:.0f} {ratio.unit} ({ratio.low:.0f} to {ratio.high:.0f})")
print(ratios[0].formula)

# %%
sf.plot_sides(ratios)

# %% [markdown]
# Five weeks later the legs are nearly alike. The other leg is no clean ruler after a sprain, though: it often sways more,
# too. Your own first sessions are the better one.

# %%
last_days = [assess(day, leg) for day in ("2026-04-10", "2026-04-14") for leg in ("left", "right")]
sf.plot_sides(sf.compare_sides([*first_week, *last_days], injured="right"))
