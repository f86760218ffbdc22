"""Read what should never have been given and write bad-input.md: ``python docs/validation/make_bad_input.py``.

Every case is read in a process of its own, which tells its peak memory. Takes some minutes and 100 MB of disk.
"""

import re
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parents[1] / "tests" / "support"))

import bad_input

PAGE = HERE / "bad-input.md"
HEAD = """# Bad input

Made by `python docs/validation/make_bad_input.py`: each case of `tests/support/bad_input` is made on disk and read in a
process of its own, what the diary would keep of it included. Memory is the peak above that of the same process after
it has read one sound export of every app; it may not pass 300 MB. Memory and time are rounded up, and are those of
one machine with two cores.

"""
COLUMNS = ("given", "ended", "memory", "time")
MEMORY_MB = (10, 50, 100, 150, 200, 250, 300)
FOLDER = re.compile(r"/\S*(?=/export/)")
TIMES_S = (1, 5, 20, 60)


def rounded_up(value, steps, unit):
    return next((f"< {step} {unit}" for step in steps if value < step), f"**{value:.0f} {unit}**")


def ended(told):
    """Return how a case ended, in the words that its user sees."""
    if told["end"] == "read":
        return f"read, {told['samples']:,} samples"
    error = told.get("error", {"what": told["end"], "found": ""})
    text = FOLDER.sub("…", f"refused: {error['what']} Found: {error['found']}")
    return (text if len(text) <= 160 else text[:159] + "…").replace("|", "\\|").replace("\n", " ")


def row(case, told):
    cells = (
        case.title,
        ended(told),
        rounded_up(told["peak_mb"], MEMORY_MB, "MB"),
        rounded_up(told["seconds"], TIMES_S, "s"),
    )
    return "| " + " | ".join(cells) + " |"


def page():
    """Return the page."""
    lines = []
    for case in bad_input.CASES:
        with TemporaryDirectory() as folder:
            (told,) = bad_input.read_alone(bad_input.made(case, Path(folder)))
        lines.append(row(case, told))
    head = ["| " + " | ".join(COLUMNS) + " |", "|" + " --- |" * len(COLUMNS)]
    return HEAD + "\n".join(head + lines) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
