"""A trial that lost samples is marked wherever its numbers are shown."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np

from exports import zipped
from motion import standing
from surefoot.model import Recording
from surefoot.sources.formats import phyphox

CONDITIONS = ["--leg", "left", "--eyes", "open", "--surface", "floor", "--placement", "lumbar"]


def exported(folder, day, *, lossy):
    recording = replace(standing(day), started=datetime(2026, 3, 2, 8, 30, tzinfo=UTC) + timedelta(days=day))
    kept = np.arange(recording.time_s.size) // 4 % (10 if lossy else 10_000) != 5
    left = Recording(
        recording.time_s[kept], recording.acc_mps2[kept], recording.gyr_radps[kept], started=recording.started
    )
    path = folder / f"{day}.zip"
    path.write_bytes(zipped(phyphox.write(left)))
    return path


def test_lost_samples_are_marked_in_list_and_trend(run, tmp_path):
    paths = [exported(tmp_path, day, lossy=day == 1) for day in range(3)]
    code, *_ = run("import", *paths, *CONDITIONS)
    assert code == 0
    _, out, _ = run("list")
    assert out.count("samples_missing") == 1
    _, out, _ = run("trend", "--metric", "rms_ml_mps2")
    marked = [line for line in out.splitlines() if "samples_missing" in line]
    assert len(marked) == 1
    assert "2026-03-03" in marked[0]
    _, out, _ = run("trend", "--metric", "rms_ml_mps2", "--json")
    (row,) = json.loads(out)
    assert row["notes"] == [[], ["samples_missing"], []]
    _, out, _ = run("trend", "--json")
    path = next(row for row in json.loads(out) if row["metric"] == "path_rate_mps3")
    assert len(path["values"]) == 2
