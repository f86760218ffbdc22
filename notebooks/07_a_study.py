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
# # A study: ICC, SEM, MDC and Bland-Altman
#
# Eight people, two sessions: how well does a number tell people apart, and how large must a change be? The people are
# simulated, each with a sway of their own.

# %%
import numpy as np

import surefoot as sf
from surefoot import simulate

rng = np.random.default_rng(7)
setup = sf.Setup(leg="left", eyes="open", sensor_height_m=1.0)
rows = []
for person in range(8):
    own_deg = 0.5 * np.exp(rng.normal(0, 0.4))
    for session in (1, 2):
        today_deg = own_deg * np.exp(rng.normal(0, 0.12))
        made, truth = simulate.stance(
            10 * person + session, sway_ap_deg=today_deg, sway_ml_deg=0.8 * today_deg
        )
        rows.append((f"p{person}", session, sf.assess(sf.prepare(made, setup)).values["path_rate_mps3"]))
people, sessions, values = zip(*rows)

# %%
found = sf.repeatability(people, sessions, values)
icc = found.icc_2_1
print(f"ICC(2,1) {icc.estimate:.2f} ({icc.low:.2f} to {icc.high:.2f})")
print(f"SEM {found.sem_agreement:.3f} m/s³, MDC {found.mdc_agreement:.3f} m/s³")

# %% [markdown]
# On logarithms the error is a share of the value, as sway asks for.

# %%
in_ln = sf.repeatability(people, sessions, values, ln=True)
print(f"typical error {in_ln.cv_pct:.0f} %, a real change is a factor of {in_ln.mdc_factor:.2f}")

# %% [markdown]
# Do the two sessions agree? The picture of Bland and Altman serves for two devices as well.

# %%
first, second = values[0::2], values[1::2]
agreement = sf.compare_methods(first, second, ln=True)
print(
    f"session 2 is {agreement.bias:.2f} times session 1, limits {agreement.lower_limit:.2f} to {agreement.upper_limit:.2f}"
)

# %%
sf.plot_agreement(first, second, agreement, ("session 1", "session 2"))
