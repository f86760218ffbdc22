"""AndroSensor (Android): one table, semicolons after a ``sep=;`` line, or commas.

Specific force in m/s², rotation in rad/s, both named in the header; cheap phones lack the gyroscope. Time in
whole ms since the start, the second-last column. Its default of two rows a second is too slow for sway.
Source: real exports.
"""

import re
from typing import Final

from surefoot.sources.assembly.one_file import Columns, one_table
from surefoot.sources.tables import first_text

TITLE: Final = "AndroSensor (CSV)"

_HEADER: Final = re.compile(r"Time since start in ms|^\"?ACCELEROMETER X \(m/s", re.MULTILINE)
_COLUMNS: Final = Columns(
    "ACCELEROMETER {}",
    "m/s2",
    "GYROSCOPE {}",
    "rad/s",
    gravity_free="LINEAR ACCELERATION {}",
    held=True,
    hint="In AndroSensor, switch on the accelerometer and the gyroscope, at the fastest interval.",
)

claims, parse = one_table(
    lambda data: _HEADER.search(first_text(data, 4000)),
    _COLUMNS,
    time=("Time since start in ms", 1000),
    sign=+1,
    platform="android",
)
