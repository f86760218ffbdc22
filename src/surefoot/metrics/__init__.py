"""The numbers, one file a family; a function with ``@metric`` in this folder is a new metric."""

import sys
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from surefoot.errors import unknown_word
from surefoot.model import Metric, metrics_in
from surefoot.plugins import load

# Part of every result's settings: raise it whenever a number changes for the same recording.
METRICS_VERSION: Final = 2


@lru_cache(maxsize=1)
def load_metrics() -> MappingProxyType[str, Metric]:
    """Return every metric by its key, in the order of files and of definition.

    Those of entry points ``surefoot.metrics`` come last.
    """
    found: dict[str, Metric] = {}
    for module in load(sys.modules[__name__], None, "surefoot.metrics").values():
        found.update({each.key: each for each in metrics_in(module)})
    return MappingProxyType(found)


def find_metric(key: str) -> Metric:
    """Return the metric of this key. Raises SetupError where there is none."""
    known = load_metrics()
    if key in known:
        return known[key]
    raise unknown_word("metric", key, known, "See `surefoot show metrics` for all of them.")
