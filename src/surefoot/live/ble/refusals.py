"""What a link or a session refuses, in words for the person."""

from __future__ import annotations

from collections.abc import Sequence

from surefoot.errors import (
    LinkError,
    NoBluetoothError,
    NotQuietStandingError,
    SensorNotFoundError,
    SensorSilentError,
)
from surefoot.live.ble.scanner import Seen, Target
from surefoot.live.monitor import Glance


def not_found(target: Target, sought_s: float, heard: Sequence[Seen]) -> SensorNotFoundError:
    """Return the refusal where a sensor was not seen, with what was seen instead."""
    nearby = ", ".join(f"{seen.name} ({seen.rssi} dBm)" for seen in heard[:8]) or "nothing at all"
    return SensorNotFoundError(
        f"{target.device.title} was not seen for {sought_s:.0f} s.",
        found=f"nearby: {nearby}",
        expected=target.address or target.device.title,
        do="Is it switched on and charged? Is it connected to a phone? Close the maker's app.",
    )


def unreachable(title: str, tries: int) -> SensorSilentError:
    """Return the refusal where a sensor is there, but sends nothing."""
    return SensorSilentError(
        f"{title} was seen, but could not be used.",
        found=f"{tries} tries without a sample",
        expected="a connection and a stream of samples",
        do="Close the maker's app, restart the sensor, and move closer.",
    )


def battery_empty(title: str, percent: int, needed: int) -> LinkError:
    """Return the refusal of a sensor whose battery would not last."""
    return LinkError(
        f"The battery of {title} is nearly empty.",
        found=f"{percent} %",
        expected=f"at least {needed} %",
        do="Charge it, or change its battery, and record then.",
    )


def cut_short(size: int, needed: int) -> SensorSilentError:
    """Return the refusal where the connection carries less than a whole packet."""
    return SensorSilentError(
        "The packets of the sensor are cut short on their way.",
        found=f"This computer gives {size}-byte packets",
        expected=f"{needed} bytes",
        do="Use another Bluetooth adapter or computer: this one does not offer a larger packet size.",
    )


def stayed_away(title: str, seconds: float) -> SensorSilentError:
    """Return the refusal of a sensor that was lost for good."""
    return SensorSilentError(
        f"{title} was lost and did not come back.",
        found=f"nothing for {seconds:.0f} s",
        expected="a sensor that is on, charged and near",
        do="Look after the sensor, then record again.",
    )


def not_still(glance: Glance | None) -> NotQuietStandingError:
    """Return the refusal of a sensor that reads anything but gravity before a test."""
    found = "nothing to go by" if glance is None else f"{glance.norm_g:.2f} g, {glance.turn_degps:.1f} °/s"
    return NotQuietStandingError(
        "The sensor was not still before the test, or its scale is wrong.",
        found=found,
        expected="1 g within 5 %, and less than 5 °/s, for 3 s",
        do="Fasten it and stand still; measure it with `surefoot doctor --ble` if it lies still.",
    )


def no_bleak(found: str) -> NoBluetoothError:
    """Return the refusal where the package that talks to Bluetooth is not there or does not load."""
    return NoBluetoothError(
        "The package bleak, by which Surefoot talks to Bluetooth, cannot be loaded.",
        found=found,
        expected="bleak 3.0.2 or later",
        do="Run `pip install 'bleak>=3.0.2,<4'`.",
    )
