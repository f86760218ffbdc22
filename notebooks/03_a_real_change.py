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
# # Is it a real change?
#
# Nobody stands the same twice. A change is real when it is larger than your own ups and downs.

# %%
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import surefoot as sf

setup = sf.Setup(leg="right", eyes="open", sensor_height_m=1.0)
files = sorted(Path("../recordings").glob("*_right_eyes-open.zip"))
assessments = []
for path in files:
    when = datetime.fromisoformat(f"{path.name[:10]}T08:30Z")
    assessments.append(sf.assess(sf.prepare(sf.read(path)[0], replace(setup, when=when))))

# %% [markdown]
# With two trials only, the ruler comes from published studies of other people. It is long.

# %%
ruler = sf.smallest_real_change("path_rate_mps3", setup)
print(f"{ruler.drop_pct:.0f} % less or {ruler.rise_pct:.0f} % more ({ruler.source})")

# %%
change = sf.compare(assessments[0], assessments[1])[0]
print(f"{change.change_pct:+.0f} %: {change.verdict}. {change.reason}")

# %% [markdown]
# With your own sessions it is your noise that decides, and the answer is about weeks, not about one good day.

# %%
trend = sf.trend(assessments)
print(trend.verdict)
print(trend.reason)

# %%
sf.plot_trend([trend], {trend.metric: "sway path per second"})

# %% [markdown]
# Trials made in different ways are not compared. The refusal names what differs.

# %%
try:
    sf.compare(assessments[0], sf.assess(sf.prepare(sf.read(files[1])[0], sf.Setup(leg="left"))))
except sf.NotComparableError as error:
    print(error)
