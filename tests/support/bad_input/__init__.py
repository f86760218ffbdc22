"""What should never have been given to a program that reads exports; `CASES` makes each in a folder.

A case is `cheap` where it is made and read in about a second. Sizes are those at which an unguarded reader
would take gigabytes.
"""

import json
import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path

from bad_input.making import CASES

# In the order of the page that tells how they end.
PARTS = ("zips", "tables", "samples", "documents", "workbooks", "binaries", "places")
for part in PARTS:
    import_module(f"bad_input.{part}")

MOST_MB, LONGEST_S = 300, 120
ALONE = Path(__file__).with_name("alone.py")

__all__ = ["CASES", "MOST_MB", "made", "read_alone"]


def read_alone(*paths):
    """Read each path in a process of its own; return what it told of each."""
    done = subprocess.run(
        [sys.executable, str(ALONE), *map(str, paths)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        capture_output=True,
        text=True,
        timeout=LONGEST_S,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    if done.returncode:
        ended = {"end": f"exit code {done.returncode}: {done.stderr[-300:]}", "peak_mb": 0.0, "seconds": 0.0}
        return [ended] * len(paths)
    return json.loads(done.stdout)


def made(chosen, folder):
    """Make a case in a folder of a fixed name, as messages tell it."""
    place = folder / chosen.make.__name__ / "export"
    place.mkdir(parents=True)
    return chosen.make(place)
