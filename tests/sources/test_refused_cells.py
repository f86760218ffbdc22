"""Where a cell is refused, the refusal shows it, and where it stands."""

import numpy as np
import pytest

from exports import edited
from motion import standing
from surefoot.errors import SourceError
from surefoot.sources import parse
from surefoot.sources.assembly.clocks import date_seconds
from writers import sensor_logger


def rows(cells):
    recording = standing(1, duration_s=12.0)
    lines = [f"{time_s:.3f},{cells(row)},1,2,3,4" for row, time_s in enumerate(recording.time_s)]
    return {"take.csv": "\n".join(["time (s),ax,ay,az,p,q,r,s", *lines, ""]).encode()}


@pytest.mark.parametrize(
    ("files", "shown"),
    [
        (rows(lambda row: f"{row}.5 g,{9 + row % 2}.8 g,up"), "'0.5 g'"),
        (rows(lambda _: "null,null,null"), "'null'"),
        (
            edited(
                {"TotalAcceleration.csv": sensor_logger.write(standing(1))["TotalAcceleration.csv"]},
                lambda text: text.replace("\n17", "\n-,17", 1).replace("-,17", "nought,17", 1),
            ),
            "nought",
        ),
    ],
    ids=["units in the cells", "no cells", "a word in a clock"],
)
def test_a_refused_cell_is_shown(files, shown):
    with pytest.raises(SourceError) as refused:
        parse(files)
    assert shown in refused.value.found


@pytest.mark.parametrize("row", [0, 3, 7])
def test_a_date_that_does_not_exist_is_shown_with_its_row(row):
    stamps = [f"2026-03-02 08:30:0{second}.250" for second in range(8)]
    assert np.array_equal(date_seconds(stamps), np.arange(8.0))
    stamps[row] = "2026-02-30 08:30:00.250"
    with pytest.raises(SourceError, match=f"'2026-02-30 08:30:00.250' in row {row + 1}"):
        date_seconds(stamps)
