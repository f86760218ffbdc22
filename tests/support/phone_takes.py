"""What a phone's page sends of a take, sent by hand."""

import numpy as np

from surefoot.simulate import Imu, stance

WORDS = {
    "person": "p01", "legs": "each", "eyes": "open", "surface": "floor", "footwear": "barefoot",
    "placement": "lumbar", "repeats": 1, "lead_s": 5, "practice": False,
}  # fmt: skip


def rows_of(seed, *, step=0.0, sway_deg=0.6, gyroscope=True, sign=1.0):
    """Rows as a browser gives them: 60 Hz, rounded to `step` where it is not zero."""
    recording, _ = stance(seed, imu=Imu(rate_hz=60.0), sway_ap_deg=sway_deg, sway_ml_deg=sway_deg)
    acc, gyr = sign * recording.acc_mps2, np.degrees(recording.gyr_radps)
    if step:
        acc, gyr = np.round(acc / step) * step, np.round(gyr / step) * step
    time_ms = 5000 + 1000 * recording.time_s
    table = np.column_stack([time_ms, acc, gyr]).tolist()
    return table if gyroscope else [[*row[:4], None, None, None] for row in table]


def announce(guest, **words):
    answer = guest.post("/api/sessions", json={**WORDS, **words})
    assert answer.status_code == 200, answer.text
    return answer.json()


def send(guest, take, rows, *, size=60):
    parts = [rows[start : start + size] for start in range(0, len(rows), size)]
    for number, part in enumerate(parts):
        assert guest.post(f"/api/takes/{take}/parts/{number}", json=part).status_code == 204
    return len(parts)


def finish(guest, take, parts, **words):
    ending = {"parts": parts, "hidden": False, "stopped_s": None, "platform": "android", **words}
    return guest.post(f"/api/takes/{take}/finish", json=ending)


def record(guest, rows, **words):
    """Announce one take of one leg, send it, and return its result."""
    session = announce(guest, legs="left")
    take = session["takes"][0]["take"]
    return take, finish(guest, take, send(guest, take, rows), **words).json()
