"""Read exports in a process of their own and tell as JSON how each ended: ``python alone.py PATH...``.

Peak memory counts from the moment in which one sound export has been read, so that libraries do not count.
"""

import json
import resource
import sys
import time
from pathlib import Path

import numpy as np

from surefoot.errors import SurefootError
from surefoot.model import Recording
from surefoot.sources import collect, discover, keep_originals, parse
from writers import write

# A mistake must end this process and not the machine.
LARGEST_BYTES = 4 * 10**9
STATUS = Path("/proc/self/status")
# Writing 5 here makes the peak begin anew.
FORGET = Path("/proc/self/clear_refs")


def peak_mb():
    """The most memory held so far; what `getrusage` tells begins with the parent's where the system forks."""
    if STATUS.is_file():
        line = next(line for line in STATUS.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1000
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)


def warm_up():
    """Read what every source writes, so that its libraries are loaded."""
    time_s = np.arange(300) / 100
    acc = np.column_stack([0.1 * np.sin(time_s), 9.8 + 0 * time_s, 0.1 * np.cos(time_s)])
    for key in discover():
        parse(write(key, Recording(time_s, acc, 0.02 * acc + 0.01, platform="android")))


def read_and_keep(paths):
    """Return the samples read and the last refusal; what the diary would keep of each export is made too."""
    samples, refused = 0, None
    for export in collect(paths):
        try:
            sizes = [(recording.time_s.size, recording.source) for recording in parse(export.files)]
            samples += sum(size for size, _ in sizes)
            keep_originals(export.files, sizes[0][1])
        except SurefootError as error:
            refused = error
    return samples, refused


def outcome(paths):
    try:
        samples, refused = read_and_keep(paths)
    except SurefootError as error:
        samples, refused = 0, error
    except Exception as error:  # noqa: BLE001  (what else may come is what is looked for)
        return {"end": repr(error)[:300]}
    if refused is not None:
        return {"end": refused.code, "error": refused.to_dict(), "samples": samples}
    return {"end": "read", "samples": samples}


def measured(path):
    """Return how reading a path ended, the memory it took on top, and how long."""
    if FORGET.exists():
        FORGET.write_text("5")
    before_mb, started = peak_mb(), time.perf_counter()
    told = outcome([path])
    return told | {
        "peak_mb": round(peak_mb() - before_mb, 1),
        "seconds": round(time.perf_counter() - started, 2),
    }


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (LARGEST_BYTES, LARGEST_BYTES))
    warm_up()
    sys.stdout.write(json.dumps([measured(path) for path in sys.argv[1:]]) + "\n")
