"""Spoil clocks, count every row, measure what is left of the numbers, and write clocks.md.

``python docs/validation/make_clocks.py [CASES]``: a few minutes.
"""

import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve()
sys.path.insert(0, str(HERE.parents[2] / "tests" / "support"))

from clock_faults import KINDS, ROWS, Books, Fault
from radio import arrivals
from signal_faults import arrive_late

from surefoot.assessment import assess
from surefoot.live.ble.clock import find_slips
from surefoot.errors import SurefootError
from surefoot.model import Recording, Setup
from surefoot.preparation import prepare
from surefoot.simulate import Imu, stance
from surefoot.sources import discover

CASES, SEED = 20_000, 20261201
# The limits were set on seeds 0 to 3.
SEEDS = range(100, 112)
SETUP = Setup(leg="left", sensor_height_m=1.0)
TOLD = {"jitter", "times_unsure", "samples_missing", "low_rate", "gap", "gap_split", "too_short"}


def draw_fault(draw):
    """Return a fault of any kind on any rows, in half of the cases on a few."""
    first, last = sorted(draw.integers(0, ROWS, 2).tolist())
    stop = first + int(draw.integers(1, 20)) if draw.random() < 0.5 else last + 1
    size_s = float(draw.choice([-1, 1]) * 10 ** draw.uniform(0, 9))
    return Fault(
        str(draw.choice(KINDS)), first, min(ROWS, max(stop, first + 1)), size_s, int(draw.integers(1e6))
    )


def count_rows(cases):
    """Return what became of the faults of each kind."""
    draw = np.random.default_rng(SEED)
    books = [Books(key) for key in discover()]
    counted = {kind: Counter() for kind in KINDS}
    for case in range(cases):
        fault = draw_fault(draw)
        account = books[case % len(books)].account(fault)
        mine = counted[fault.kind]
        mine["cases"] += account is not None
        if account is None:
            continue
        mine["refused"] += bool(account.refused)
        mine["whole"] += not account.refused and account.left_out == 0
        mine["open"] += account.unaccounted != 0
        mine["wrong"] += account.silently_wrong
        if account.unaccounted or account.silently_wrong:
            print(books[case % len(books)].key, fault, account)
    return counted


def rounded(step_s):
    def restamp(recording, _):
        return np.rint(recording.time_s / step_s) * step_s

    return restamp


def by_packet(samples):
    """Return what stamps each sample with the delivery of its packet, every 30 ms at the earliest."""

    def restamp(recording, seed):
        count = len(recording.time_s)
        ends = np.minimum(np.arange(count) // samples * samples + samples - 1, count - 1)
        packets, own = np.unique(ends, return_inverse=True)
        return arrivals(recording.time_s[packets], seed=seed, interval_s=0.03, stall_share=0.0)[own]

    return restamp


CLOCKS = {
    "rounded to 1 ms": rounded(0.001),
    "rounded to 10 ms": rounded(0.01),
    "rounded to 0.1 s": rounded(0.1),
    "that of the packet of 2": by_packet(2),
    "that of the packet of 4": by_packet(4),
    "that of the packet of 8": by_packet(8),
    "late by 0.4 steps on the mean": lambda recording, _: arrive_late(recording, 0.4).time_s,
    "late by 1.6 steps on the mean": lambda recording, _: arrive_late(recording, 1.6).time_s,
}


def measure_clock(restamp, rate_hz):
    """Return how many were told of, how many kept a path, and the largest errors of path and RMS in percent."""
    told, paths, amplitudes = 0, [], []
    for seed in SEEDS:
        made, _ = stance(seed, imu=Imu(rate_hz=rate_hz, acc_noise_mps2=0.01))
        # A microsecond between samples of one time, as no recording has two of them.
        time_s = restamp(made, seed) + 1e-6 * np.arange(len(made.time_s))
        clean, spoilt = (
            assess(prepare(each, SETUP)) for each in (made, Recording(time_s, made.acc_mps2, made.gyr_radps))
        )
        told += bool({issue.code for issue in spoilt.issues} & TOLD)
        off = {
            key: 100 * abs(spoilt.values[key] / clean.values[key] - 1)
            for key in ("path_rate_mps3", "rms_ml_mps2")
            if key in spoilt.values
        }
        paths += [off["path_rate_mps3"]] if "path_rate_mps3" in off else []
        amplitudes += [off["rms_ml_mps2"]] if "rms_ml_mps2" in off else []
    largest = [f"{max(found):.1f}" if found else "left out" for found in (paths, amplitudes)]
    return [f"{told} of {len(SEEDS)}", f"{len(paths)} of {len(SEEDS)}", *largest]


def find_losses(hole_s, seeds):
    """Return found and true losses of one stretch that a sensor without clock never sent, 100 Hz in 30 ms."""
    right, alarms = 0, 0
    for seed in seeds:
        sent = np.arange(3600) / 100
        at_s = np.random.default_rng(seed).uniform(5, 31)
        kept = ~((sent >= at_s) & (sent < at_s + hole_s))
        found = find_slips(
            np.arange(kept.sum(), dtype=float), arrivals(sent[kept], seed=seed, stall_share=0.01)
        )
        missing = int((~kept).sum())
        right += bool(missing) and abs(sum(size for _, size in found) - missing) <= 2
        alarms += bool(found) and not missing
    return right, alarms


def lost_numbers():
    """Return the largest error of a path that was kept, by the share of samples that were lost."""
    rows = []
    for share in (0.01, 0.02, 0.03, 0.05, 0.1):
        errors, kept = [], 0
        for seed in SEEDS:
            made, _ = stance(seed, imu=Imu(acc_noise_mps2=0.01))
            packets = np.arange(len(made.time_s)) // 4
            arrives = np.random.default_rng(seed).random(packets[-1] + 1)[packets] >= share
            arrives[0] = True
            left = replace(
                made,
                time_s=made.time_s[arrives],
                acc_mps2=made.acc_mps2[arrives],
                gyr_radps=made.gyr_radps[arrives],
            )
            try:
                clean, lossy = (assess(prepare(each, SETUP)).values for each in (made, left))
            except SurefootError:
                continue
            if "path_rate_mps3" in lossy:
                kept += 1
                errors.append(100 * abs(lossy["path_rate_mps3"] / clean["path_rate_mps3"] - 1))
        largest = f"{max(errors):.1f}" if errors else "left out"
        rows.append(f"| {100 * share:.0f} % | {kept} of {len(SEEDS)} | {largest} |")
    return "\n".join(rows)


def write(counted):
    """Return the page."""
    total = sum(counted.values(), Counter())
    kinds = "\n".join(
        f"| {kind} | {c['cases']} | {c['whole']} | {c['cases'] - c['whole'] - c['refused']} | {c['refused']} "
        f"| {c['open']} | {c['wrong']} |"
        for kind, c in counted.items()
    )
    clocks = "\n".join(
        f"| {rate_hz:.0f} Hz, {name} | " + " | ".join(measure_clock(restamp, rate_hz)) + " |"
        for rate_hz in (100.0, 50.0)
        for name, restamp in CLOCKS.items()
    )
    seeds = range(50)
    losses = "\n".join(
        f"| {hole_s:g} s | {find_losses(hole_s, seeds)[0]} of {len(seeds)} |"
        for hole_s in (0.1, 0.3, 1.0, 1.5)
    )
    alarms = find_losses(0.0, seeds)[1]
    return f"""# Clocks

Made by `python docs/validation/make_clocks.py`.

**Rows in = rows used + rows told.** {total["cases"]:,} times a source wrote {ROWS} rows whose clock had been spoilt, and read
them again: rows shuffled, doubled or dropped, a clock that stands still, begins anew, reads zero, or jumps by a second to
a thousand million seconds, on any rows. Each row must be in a recording or counted in an issue; a row in a wrong place must
be told of. Of {len(discover())} sources some hold no clock, or one for each packet: there is nothing to tell of in these.

| fault | cases | every row read | some rows left out, told | refused, with the cause | rows not accounted for | silently misplaced |
|---|---|---|---|---|---|---|
{kinds}

What is refused is two takes in one column (a clock that falls back to its first tenth), and a time that runs backwards
throughout: which row belongs where cannot be known.

**Times that are not those of the samples.** {len(SEEDS)} made stances, the times of their samples replaced. *Told* counts every
issue about the clock; errors are the largest against the true times, in per cent, of numbers that were kept.

| clock | told | path kept | path off by | RMS off by |
|---|---|---|---|---|
{clocks}

**Samples lost.** Of the same stances, 100 Hz, packets of four samples were lost at random. Above 3 % in the window, path,
jerk and spectra are left out.

| lost | path kept | path off by, % |
|---|---|---|
{lost_numbers()}

**A sensor without clock or counter** that never sent a stretch: found to within two samples, {len(seeds)} made links of 36 s
(a delivery every 30 ms, a stall of 0.1 to 0.4 s in one of a hundred); {alarms} false alarms in {len(seeds)} whole ones.

| never sent | found |
|---|---|
{losses}

**What this is worth.** The faults are made, one at a time; real files combine them. Limits were set on other seeds. A clock
that was set back is taken to go on at its usual step: nobody can know how long it was not read. Losses scattered over single
samples cannot be seen without clock or counter.
"""


def main():
    """Write the page."""
    cases = int(sys.argv[1]) if len(sys.argv) > 1 else CASES
    HERE.with_name("clocks.md").write_text(write(count_rows(cases)), encoding="utf-8")


if __name__ == "__main__":
    main()
