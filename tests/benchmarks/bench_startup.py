"""How long `surefoot assess FILE` takes, against importing numpy and scipy.signal alone: ``python bench_startup.py``.

Prints the ratio of medians over pairs run in turn; wanted: at most 1.3. A figure, not a test.
"""

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

FILE = Path(__file__).resolve().parents[2] / "recordings" / "2026-03-03_right_eyes-open.zip"
IMPORTS = [sys.executable, "-c", "import numpy, scipy.signal"]
ASSESS = [sys.executable, "-m", "surefoot", "assess", str(FILE), "--leg", "right"]
PAIRS = 11


def seconds(command: list[str]) -> float:
    """Return the wall time of a command that must succeed."""
    start = time.perf_counter()
    subprocess.run(
        command, check=True, capture_output=True, env={**os.environ, "PYTHONDONTWRITEBYTECODE": ""}
    )
    return time.perf_counter() - start


def main() -> None:
    """Time both in turn, after one warm-up of each."""
    for command in (IMPORTS, ASSESS):
        seconds(command)
    pairs = [(seconds(ASSESS), seconds(IMPORTS)) for _ in range(PAIRS)]
    assess, imports = (statistics.median(column) for column in zip(*pairs, strict=True))
    ratio = statistics.median(a / b for a, b in pairs)
    print(f"assess {assess:.2f} s, imports {imports:.2f} s, ratio {ratio:.2f} (median of {PAIRS} pairs)")


if __name__ == "__main__":
    main()
