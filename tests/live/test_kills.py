"""A recording that is killed without warning; 200 times by ``python tests/live/kills.py 200``."""

import os
import random

import pytest

from radio_failures import READS

if os.name == "nt":
    pytest.skip("SIGKILL is of POSIX", allow_module_level=True)

from live import kills

KILLS = 10


@pytest.mark.slow
def test_a_recording_killed_at_any_moment(tmp_path, monkeypatch):
    for name in ("DIARY", "CONFIG", "CACHE"):
        monkeypatch.setenv(f"SUREFOOT_{name}", str(tmp_path / name.lower()))
    length_s, draw = kills.whole_run(tmp_path), random.Random(6)
    falls = []
    for number in range(KILLS):
        # One in each tenth of the time, so that every phase is met.
        after_s = length_s * (number + draw.random()) / KILLS
        falls.append(kills.fall(tmp_path, after_s, draw.choice(kills.SENSORS)))
    assert "UNCLEAR" not in {one.outcome for one in falls}
    assert sum(one.kept for one in falls) > 100
    assert {"no packet had arrived", "a trial came back"} <= {one.outcome for one in falls}
    assert READS["interrupted"] in kills.announced(tmp_path)
