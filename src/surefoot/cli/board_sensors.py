"""The Bluetooth sensors that the board trainer offers."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from surefoot.cli.sensors import SensorChoice, choose_near
from surefoot.settings import open_settings

if TYPE_CHECKING:
    from surefoot.web.trainer.feeds import BoardSensor, RadioFeed


def list_sensors(wanted: str | None, description: Path | None) -> dict[str, BoardSensor]:
    """Return the sensors that the board trainer offers: the one asked for, then all that are remembered."""
    from surefoot.web.trainer.feeds import BoardSensor

    sensors: dict[str, BoardSensor] = {}
    if wanted is not None:
        chosen = choose_near(wanted, None, description)
        sensors[f"ble-{wanted}"] = BoardSensor(
            f"{wanted} ({chosen.target.device.title})", partial(_feed, chosen)
        )
    for name in open_settings().sensors():
        sensors.setdefault(f"ble-{name}", BoardSensor(name, partial(_remembered, name)))
    return sensors


def _remembered(name: str) -> RadioFeed:
    return _feed(choose_near(name, None, None))


def _feed(chosen: SensorChoice) -> RadioFeed:
    from surefoot.web.trainer.feeds import RadioFeed

    return RadioFeed(chosen.sender)
