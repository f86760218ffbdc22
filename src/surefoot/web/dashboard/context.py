"""What the dashboard is told from outside the diary: what this computer knows, and its clock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from surefoot.model import Recording
from surefoot.sources import Export

if TYPE_CHECKING:
    from surefoot.pipeline import NoiseFloor


def _forget_nobody(_: str) -> None:
    """Nothing is remembered of anybody."""


def _no_noise_floor(_: Recording) -> None:
    return None


def _as_it_is(export: Export) -> Export:
    return export


def _now() -> datetime:
    return datetime.now(UTC).astimezone()


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What lies around a diary; by itself a computer that remembers nothing.

    `forget` is told the pseudonym of a person who was deleted; `noise_floor` tells what a device reads at
    rest, in m/s²; `complete` adds to an export what was told before of such tables; `clock` tells the wall
    time with its zone.
    """

    forget: Callable[[str], None] = _forget_nobody
    noise_floor: NoiseFloor = _no_noise_floor
    complete: Callable[[Export], Export] = _as_it_is
    clock: Callable[[], datetime] = _now
