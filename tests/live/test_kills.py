"""A recording that is killed without warning; 200 times by ``python tests/support/kills.py 200``."""

import os
import random

import pytest

from radio_failures import READS

if os.name == "nt":
    pytest.skip("SIGKILL is of POSIX", allow_module_level=True)

import kills
import kills_every_way

KILLS = 10


@pytest.mark.slow
def test_a_recording_killed_at_any_moment(tmp_path, monkeypatch):
    for name in ("DIARY", "CONFIG", "CACHE"):
        monkeypatch.setenv(f"SUREFOOT_{name}", str(tmp_path / name.lower()))
    draw = random.Random(6)
    early_s, length_s = kills.whole_run(tmp_path)
    falls = [kills.fall(tmp_path, True, 0.8 * early_s, kills.SENSORS[0])]
    for number in range(KILLS - 1):
        # One in each ninth of the time from the first packet on, so that every phase is met.
        after_s = length_s * (number + draw.random()) / (KILLS - 1)
        falls.append(kills.fall(tmp_path, False, after_s, draw.choice(kills.SENSORS)))
    assert "UNCLEAR" not in {one.outcome for one in falls}
    assert sum(one.kept for one in falls) > 100
    assert kills.CAME_BACK in {one.outcome for one in falls}
    assert READS["interrupted"] in kills.announced(tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("way", ["phone page", "push", "phone on the board"])
def test_what_comes_by_network_killed_at_any_moment(way, tmp_path, monkeypatch):
    """phyphox and Bluetooth too, 40 times each, by ``python tests/support/kills_every_way.py 40``."""
    for name in ("DIARY", "CONFIG", "CACHE"):
        monkeypatch.setenv(f"SUREFOOT_{name}", str(tmp_path / name.lower()))
    found = kills_every_way.kill_each(4, 6, tmp_path, lambda _: None, [way])
    assert sum(found[way].values()) == 4
