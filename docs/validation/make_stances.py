"""Count what the rules about standing do on recordings that they were not set on, and write stances.md.

``python docs/validation/make_stances.py``: a minute or two. Limits were set on seeds below 100.
"""

import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests" / "support"))

from signal_faults import slip, stand_still
from varied_stances import varied

from surefoot.assessment import assess
from surefoot.errors import SurefootError
from surefoot.model import Recording, Setup
from surefoot.preparation import prepare
from surefoot.simulate import Imu, stance

PAGE = Path(__file__).with_name("stances.md")
SEEDS = range(1000, 1020)
LEFT = Setup(leg="left", sensor_height_m=1.0)
PHONE = Imu(acc_noise_mps2=0.008)
# Sway relative to a healthy leg with open eyes, and how it is called.
SIZES = {0.6: "two legs", 1.0: "one leg", 2.0: "one leg, eyes closed", 3.0: "eyes closed on foam"}
TOLD = ("mount_slip", "lean_changed", "drift", "frozen", "frozen_long", "two_stances", "not_quiet_standing")


def standing(seed, seconds, size, **options):
    """Return somebody who stands, `size` times as unsteadily as on a healthy leg."""
    return stance(seed, duration_s=seconds, sway_ap_deg=0.45 * size, sway_ml_deg=0.6 * size, **options)[0]


def joined(*recordings):
    """Return recordings one after the other, without a gap."""
    acc = np.vstack([recording.acc_mps2 for recording in recordings])
    gyr = np.vstack([recording.gyr_radps for recording in recordings])
    return Recording(np.arange(len(acc)) / 100, acc, gyr)


def look(recording, setup=LEFT):
    """Return window and codes of a recording; a refusal is a code."""
    try:
        trial = prepare(recording, setup)
    except SurefootError as error:
        return None, {error.code}
    return trial.window_s, {issue.code for issue in assess(trial).issues}


def count(recordings, setup=LEFT):
    """Return how many recordings were told each of the codes."""
    found = Counter()
    for recording in recordings:
        found.update(look(recording, setup)[1] & set(TOLD))
    return found


def clean_rows():
    """Yield how often clean recordings are told something."""
    for size, name in SIZES.items():
        for eyes in ("open", "closed"):
            setup = replace(LEFT, eyes=eyes)
            found = count([standing(seed, 36.0, size) for seed in SEEDS], setup)
            yield f"{name}, window of {20 if eyes == 'open' else 10} s", len(SEEDS), found
    trials = [varied(seed) for seed in SEEDS]
    found = Counter()
    for trial in trials:
        found.update(look(trial.recording, trial.setup)[1] & set(TOLD))
    yield "one leg with touchdowns, hops and arms", len(trials), found


def level_rows():
    """Yield how often the stance on one leg is the one that is analysed, or told, where two were recorded."""
    for two_s, one_s in ((12.0, 36.0), (25.0, 30.0), (45.0, 30.0), (60.0, 25.0), (40.0, 14.0)):
        for times in (2.4, 3.0, 5.0):
            right = told = 0
            for seed in SEEDS[:12]:
                parts = standing(seed, two_s, 1 / times), standing(seed + 500, one_s, 1.0)
                window_s, codes = look(joined(*parts))
                within = window_s is not None and window_s[0] >= two_s - 0.5
                right += within
                told += not within and "two_stances" in codes
            yield two_s, one_s, times, right, told, 12 - right - told


def slip_rows():
    """Yield what is told of a strap that slips once."""
    for degrees in (1, 2, 3, 4, 6, 8, 16):
        found = Counter()
        for size in (0.6, 1.0, 2.0):
            found += count([slip(standing(seed, 36.0, size), degrees) for seed in SEEDS[:15]])
        yield degrees, found


def frozen_rows():
    """Yield what is told of a sensor that stands still, by its steps and size of sway."""
    for step, gyroscope in ((0.0024, True), (0.0024, False), (0.02, False), (0.1, True), (0.1, False)):
        imu = Imu(acc_step_mps2=step, gyr_step_radps=0.001, gyroscope=gyroscope)
        made = [standing(seed, 36.0, 1.0, imu=imu) for seed in SEEDS[:10]]
        for seconds in (0.5, 1.5, 4.0):
            yield step, gyroscope, seconds, count([stand_still(each, seconds) for each in made])


def step_rows():
    """Yield by how much rounding moves the path where it is given."""
    for step in (0.03, 0.05, 0.08):
        for size in (0.6, 1.0, 2.0, 3.0):
            moved, kept = [], 0
            for seed in SEEDS[:10]:
                fine = standing(seed, 36.0, size, imu=PHONE)
                rounded = replace(fine, acc_mps2=np.round(fine.acc_mps2 / step) * step)
                true, given = (
                    assess(prepare(each, LEFT)).values.get("path_rate_mps3") for each in (fine, rounded)
                )
                if given is not None:
                    moved.append(100 * (given / true - 1))
                    kept += 1
            yield step, size, kept, moved


def write():
    """Return the page."""
    clean = "\n".join(
        f"| {name} | {n} | " + " | ".join(str(found[code]) for code in TOLD) + " |"
        for name, n, found in clean_rows()
    )
    levels = "\n".join(
        f"| {two:.0f} s, then {one:.0f} s | {times:g} | {right} | {told} | {silent} |"
        for two, one, times, right, told, silent in level_rows()
    )
    slips = "\n".join(
        f"| {degrees} | {found['mount_slip']} | {found['lean_changed']} | {found['not_quiet_standing']} |"
        for degrees, found in slip_rows()
    )
    frozen = "\n".join(
        f"| {step:g} | {'yes' if gyroscope else 'no'} | {seconds:g} | {found['frozen']} | {found['frozen_long']} |"
        for step, gyroscope, seconds, found in frozen_rows()
    )
    steps = "\n".join(
        f"| {step:g} | {SIZES[size]} | {kept} of 10 | "
        + (f"{np.mean(moved):+.1f} %, at most {np.abs(moved).max():.1f} |" if moved else "left out |")
        for step, size, kept, moved in step_rows()
    )
    codes = " | ".join(f"`{code}`" for code in TOLD)
    return f"""# What the rules about standing do

Made by `python docs/validation/make_stances.py`, on seeds that the limits were not set on.

**Clean recordings**: how many are told what.

| recordings | of | {codes} |
|---|---|---|---|---|---|---|---|---|
{clean}

**Two stances in one recording**: first on two legs, then on one, which sways so many times as much, 12 each. *Right*: the
window lies on one leg. *Told*: it does not, and `two_stances` says so.

| on two legs, on one | times | right | told | silent |
|---|---|---|---|---|
{levels}

**A strap that slips once**, 45 recordings a row (two legs, one leg, eyes closed). A slip up to 3° cannot be told from
a body that leans another way; it is told as that.

| degrees | `mount_slip` | `lean_changed` | refused |
|---|---|---|---|
{slips}

**A sensor that stands still**, on one leg, 10 each. With coarse steps a body rests as long by itself.

| step, m/s² | gyroscope | s | `frozen` | `frozen_long`, numbers withheld |
|---|---|---|---|---|
{frozen}

**Rounded acceleration**: in how many the path is given, and by how much it is off there.

| step, m/s² | sway of | given | path off by |
|---|---|---|---|
{steps}
"""


def main():
    """Write the page."""
    PAGE.write_text(write(), encoding="utf-8")


if __name__ == "__main__":
    main()
