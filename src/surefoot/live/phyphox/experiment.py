"""The experiment for phyphox that comes with Surefoot: accelerometer and gyroscope, whole, in named units.

Its format: the phyphox file format, version 1.8, which phyphox reads since 1.1.3.
"""

from pathlib import Path
from typing import Final

NAME: Final = "surefoot.phyphox"


def read_experiment() -> bytes:
    """Return the file as phyphox opens it."""
    return Path(__file__).with_name(NAME).read_bytes()


def link_for(address: str) -> str:
    """Return the link that opens a file at an ``http://`` address in phyphox.

    >>> link_for("http://10.0.0.5:8767/surefoot.phyphox")
    'phyphox://10.0.0.5:8767/surefoot.phyphox'
    """
    return "phyphox://" + address.removeprefix("http://")
