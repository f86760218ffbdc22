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
# # A wobble board
#
# With the phone on the board its tilt is the number: how far, which way, and how long you stayed near level.

# %%
import surefoot as sf

setup = sf.Setup(test="wobble-board", surface="board", placement="board", board_max_tilt_deg=15.0)
days = ("2026-03-24", "2026-04-14")
trials = [sf.prepare(sf.read(f"../recordings/{day}_board.zip")[0], setup) for day in days]

# %%
sf.plot_tilt_map(trials[0])

# %% [markdown]
# How far your board leans before its edge touches follows from its shape. All in metres: the radius of the plate, its
# height above the floor, and the radius of the ball under it.

# %%
print(f"{sf.limit_from_geometry(radius_m=0.20, height_m=0.08, curvature_m=0.12):.1f} degrees")

# %%
metrics = sf.load_metrics()
for day, trial in zip(days, trials):
    values = sf.assess(trial).values
    print(day)
    for key in ("osi_centred_deg", "board_in_zone_5_pct"):
        print(f"  {metrics[key].label}: {values[key]:.1f} {metrics[key].unit}")

# %% [markdown]
# Before and after, drawn on one scale.

# %%
sf.plot_pair(trials[0], trials[1])
