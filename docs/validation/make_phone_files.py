"""Read every real phone file at hand and write phone-files.md: ``python docs/validation/make_phone_files.py``.

The files are other people's and are not in the repository: they lie in ``$SUREFOOT_REFERENCE_DATA/phone``, a folder an
app. What each should be read as was written down by hand before it was parsed, in ``tests/sources``.
"""

import os
import re
from pathlib import Path

from surefoot.dsp import find_gaps
from surefoot.errors import SurefootError
from surefoot.sources import collect, parse

HERE = Path(__file__).parent
DATA = Path(os.environ.get("SUREFOOT_REFERENCE_DATA", HERE.parents[2] / "shared" / "data")) / "phone"
PAGE = HERE / "phone-files.md"
HEAD = """# Real files of phones and loggers

Made by `python docs/validation/make_phone_files.py` from files that others published; none is in this repository. Sign: +
where the file holds specific force, − where it holds the opposite and is turned round. Gravity is in every acceleration
that is read. Rates are measured. What was expected stands in `tests/sources/test_real_exports.py` and
`test_real_loggers.py`, by hand.

"""
COLUMNS = ("file", "read as", "acceleration", "gyroscope", "length", "gaps", "said with it")


def shown(name):
    """Return a file's name, shortened, without the address of a device."""
    name = re.sub(r"_[0-9A-F]{12}_", "_…_", name)
    return name if len(name) <= 60 else f"{name[:28]}…{name[-28:]}"


def sensor_text(sensor, *, signed):
    sign = {1: "+", -1: "−"}.get(sensor.sign, "") if signed else ""
    return f"{sign}{' ' * bool(sign)}{sensor.unit}, {sensor.rate_hz:.2f} Hz"


def recording_row(name, recording):
    """Return the cells of one recording."""
    longest_s = max(0.1, 1.5 / recording.sensors["acceleration"].rate_hz)
    gaps = [f"{start:.1f} to {end:.1f} s" for start, end in find_gaps(recording.time_s, longest_s)]
    sensors = recording.sensors
    gyroscope = sensor_text(sensors["gyroscope"], signed=False) if "gyroscope" in sensors else "none"
    part = f", part {recording.part}" if recording.part else ""
    source = f"`{recording.source}`{part}" + (f", {recording.platform}" if recording.platform else "")
    length = f"{recording.duration_s:.1f} s, {recording.time_s.size} samples"
    return (
        f"`{name}`",
        source,
        sensor_text(sensors["acceleration"], signed=True),
        gyroscope,
        length,
        f"{len(gaps)}: {', '.join(gaps[:2])}" if gaps else "none",
        ", ".join(dict.fromkeys(f"`{issue.code}`" for issue in recording.issues)),
    )


def export_rows(folder, export):
    """Return one row a recording, or why the file was refused."""
    name = f"{folder}/{shown(export.name)}"
    try:
        return [recording_row(name, recording) for recording in parse(export.files)]
    except SurefootError as error:
        told = error.to_dict()
        why = f"**refused**: {told['what']} Found: {told['found']}"
        return [(f"`{name}`", why[:200].replace("\n", " ").replace("|", "\\|"), "", "", "", "", "")]


def page():
    """Return the page."""
    rows = []
    for folder in sorted(path for path in DATA.iterdir() if path.is_dir()):
        for export in collect(folder):
            rows += export_rows(folder.name, export)
    read = sum(1 for row in rows if row[2])
    lines = [
        f"{len(rows)} recordings and refusals: {read} read, {len(rows) - read} refused.\n",
        "| " + " | ".join(COLUMNS) + " |",
        "|" + " --- |" * len(COLUMNS),
        *("| " + " | ".join(row) + " |" for row in rows),
    ]
    return HEAD + "\n".join(lines) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
