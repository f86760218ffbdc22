"""Physics Toolbox Sensor Suite (Vieyra): one table of one or several sensors, both locales.

``gF`` is acceleration with gravity in g, ``a`` is gravity-removed in m/s², ``w`` rotation in rad/s. Times in
s since the start. A row is written at any sensor's event and repeats the other sensors, so only rows in
which a sensor changed are its samples. European locale: semicolon, decimal comma, U+2212 for minus. The
table does not tell the platform: specific force, as on Android, is assumed and said. Source: real Android
exports; fourMs/micromotion, ``docs/formats.md``.
"""

from typing import Final

from surefoot.sources.assembly.one_file import Columns, begins, one_table
from surefoot.sources.assembly.recordings import sign_assumed

TITLE: Final = "Physics Toolbox Sensor Suite (CSV)"

_HEADER: Final = r"\s*time,([^\n]*,)?(gFx|TgF|aT|wT|Gain)\b"
_SIGN: Final = sign_assumed(
    "The file does not tell whether Physics Toolbox ran on Android; that it writes +g upward, as there, was "
    "assumed."
)
_COLUMNS: Final = Columns(
    "gF{}",
    "g",
    "w{}",
    "rad/s",
    gravity_free="a{}",
    held=True,
    hint="In Physics Toolbox, choose Multi Record, switch on G-Force Meter and Gyroscope, and record.",
)

claims, parse = one_table(begins(_HEADER, 2000), _COLUMNS, time=("time", 1), sign=+1, issues=(_SIGN,))
