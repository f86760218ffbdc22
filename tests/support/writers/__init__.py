"""What each app or sensor exports, made of any recording: one file a source, called as the source is.

`write` gives the same files as the app does, so that no test needs anybody's real data. A source whose writer
Surefoot itself needs, or that comes alone, has it beside `parse`. A format that cannot carry everything says
in `FIDELITY` what it keeps.
"""

from importlib import import_module
from importlib.util import find_spec

from surefoot.model import Recording
from surefoot.sources import discover
from writers.rows import Fidelity

__all__ = ["Fidelity", "fidelity_of", "write", "writer_of"]


def writer_of(key: str):
    """Return the module that writes what a source reads: its own here, else the source itself."""
    return import_module(f"writers.{key}") if find_spec(f"writers.{key}") else discover()[key]


def write(key: str, recording: Recording) -> dict[str, bytes]:
    """Return a recording as the files that an app exports."""
    return writer_of(key).write(recording)


def fidelity_of(key: str) -> Fidelity:
    """Return the largest errors of reading back what was written."""
    return getattr(writer_of(key), "FIDELITY", Fidelity())
