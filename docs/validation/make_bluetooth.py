"""Measure what Bluetooth adds to a recording and write bluetooth.md: ``python docs/validation/make_bluetooth.py``."""

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve()
sys.path.insert(0, str(HERE.parents[2] / "tests" / "support"))

from radio import arrivals

from surefoot.assessment import assess
from surefoot.live.ble.assembly import assemble
from surefoot.live.ble.reader import Reader
from surefoot.live.log import Packet
from surefoot.live.ble.devices import discover
from surefoot.live.monitor import Monitor
from surefoot.model import Recording, Setup
from surefoot.preparation import prepare
from surefoot.simulate import Imu, stance

SEEDS = range(12)
TRIALS = 300
KEYS = ("rms_ml_mps2", "path_rate_mps3", "ellipse_area_m2ps4")
SETUP = Setup(leg="left", sensor_height_m=1.0)
LINK = {"interval_s": 0.030, "stall_share": 0.01, "jitter_s": 0.003, "drift_ppm": 60.0}


def send(device, recording, seed):
    packets = device.encode(recording)
    arrived = arrivals([packet.time_s for packet in packets], seed=seed, **LINK)
    return [Packet(at, 0, p.char, p.data) for at, p in zip(arrived.tolist(), packets, strict=True)]


def compare(device):
    """Return time scatter in ms, rate error in ppm and the largest difference of each number in percent."""
    scatter, rates, differences = [], [], {key: [] for key in KEYS}
    rate_hz = device.rate_near(100.0) or 100.0
    for seed in SEEDS:
        made, _ = stance(seed, imu=Imu(rate_hz=rate_hz, acc_noise_mps2=0.005))
        made = made if device.gyroscope else replace(made, gyr_radps=None)
        got, seen = assemble(device, send(device, made, seed), nominal_hz=rate_hz)
        count = got.time_s.size
        gyr = None if made.gyr_radps is None else made.gyr_radps[:count]
        same = Recording(made.time_s[:count], made.acc_mps2[:count], gyr)
        scatter.append(1000 * np.std(got.time_s - same.time_s))
        rates.append(1e6 * (seen.rate_hz / rate_hz - 1))
        by_file, by_radio = (assess(prepare(r, SETUP)).values for r in (same, got))
        for key in KEYS:
            if key in by_file and key in by_radio:
                differences[key].append(100 * abs(by_radio[key] / by_file[key] - 1))
    largest = [f"{max(found):.2f}" if found else "left out" for found in differences.values()]
    return [f"{np.mean(scatter):.2f}", f"{np.max(np.abs(rates)):.0f}", *largest]


def touchdowns():
    """Return live hits, touchdowns, delays in ms, false alarms and minutes."""
    device, hits, count, delays, alarms, minutes = discover()["surefoot_open"], 0, 0, [], 0, 0.0
    for seed in range(TRIALS):
        draw = np.random.default_rng(seed)
        sway = draw.uniform(0.4, 2.0)
        at_s = [] if seed % 2 else [float(draw.uniform(8.0, 30.0))]
        made, _ = stance(seed, sway_ap_deg=0.45 * sway, sway_ml_deg=0.6 * sway, touchdowns_s=at_s)
        monitor, felt = Monitor(Reader(device).read, device.rates_hz), []
        for packet in device.encode(made):
            monitor.feed(Packet(packet.time_s, 0, packet.char, packet.data))
            felt += [packet.time_s] if monitor.felt_impact() else []
        first = felt[0] if felt else None
        minutes += (min([*at_s, 36.0])) / 60
        count += len(at_s)
        if at_s and first is not None and 0 <= first - at_s[0] < 0.5:
            hits += 1
            delays.append(1000 * (first - at_s[0]))
        elif first is not None:
            alarms += 1
    return hits, count, delays, alarms, minutes


def main():
    """Write the page."""
    rows = [[device.title, *compare(device)] for device in discover().values()]
    table = "\n".join("| " + " | ".join(row) + " |" for row in rows)
    hits, count, delays, alarms, minutes = touchdowns()
    HERE.with_name("bluetooth.md").write_text(
        f"""# Recording over Bluetooth

Made by `python docs/validation/make_bluetooth.py`. The same made stance, once as a file and once through a sensor's
packets and a made radio (connection every 30 ms, stalls of 0.1 to 0.4 s in one delivery of a hundred, 3 ms of jitter,
60 ppm of drift): {len(SEEDS)} stances of 36 s for each sensor.

| sensor | time scatter, ms | rate, ppm | `rms_ml_mps2`, % | `path_rate_mps3`, % | `ellipse_area_m2ps4`, % |
|---|---|---|---|---|---|
{table}

Scatter is the mean standard deviation of the times against the true ones, the rest is the largest difference. What
is left is the sensor's resolution: half a thousandth of g in WitMotion's packets, one thousandth in those of the H10.
Without a clock in the sensor a drift of 60 ppm cannot be seen in 36 s where deliveries come at a multiple of the sample
period.

**Touchdowns felt live**, to end an attempt: {hits} of {count} made ones, {np.median(delays):.0f} ms after the foot
(largest {max(delays):.0f} ms), {alarms} false alarms in {minutes:.0f} minutes. The simulator's touchdown is an impact of
4 m/s²; a soft one is not felt, and the trial's events are found again afterwards.

**A program that is killed.** `surefoot record --simulated` was killed without warning at 200 random moments (`python
tests/support/kills.py 100 2026`, and 2027), nine in ten of them after the first packet; 23 times it had just ended. Of
213,241 packets that the link had handed on, three were missing from the journal, each the very last, on its way when
the program ended. No file of an earlier trial had changed, the diary opened each time, and `record --recover` brought
back every attempt that had begun (121), or said that it was too short (9). A power cut costs a second at most: what had
been put on the disk is held against the packets at every moment of a session.

**A diary that something stops.** The diary is looked at by the official BIDS validator after each kill, before anything is
repeated or recovered. Of 225 kills at random moments (155 of `python tests/support/kills.py 200 13`, twice 35 of seeds 2101
and 2102, on a computer with ten times more to do than it can) none lost a packet but two that were on their way when the
program ended, of 199,743; none changed a file of an earlier trial, and none left an error: 119 attempts came back, 26 were
too short for a trial, 47 had no attempt and 23 no packet yet, 10 were over. A power cut at each of the 707 steps of adding,
correcting, moving and deleting a trial or a person, the first and the last included, left 189 different states of the
files, all of them valid, and no earlier trial changed (`tests/diary/test_crash.py` looks at every third of them).

**What it costs.** `python tests/benchmarks/bench_link.py`, the sensor and BlueZ in another process, 200 Hz in packets of
two: 2.6 % of a core for link, journal and live view, 4.6 % with the guided session's screen. Memory after an hour of
virtual time: within 1 MB of what it was after ten minutes (104 MB).

**What this is worth.** No real radio and no real sensor was at hand. Packets of WitMotion and Movesense were captured by
others from real sensors, those of Polar and MetaMotion come from their makers' tests, those of the Movella DOT from its
specification alone. Connection intervals, packet sizes and losses of real systems are on the
[list of checks by hand](../how-to/check-a-sensor-by-hand.md).
""",
        encoding="utf-8",
    )
    print(HERE.with_name("bluetooth.md").read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
