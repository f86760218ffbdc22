"""``surefoot show``: what is built in."""

from enum import StrEnum
from typing import Annotated

import typer

from surefoot.cli.options import Json
from surefoot.cli.output import print_entries, print_json, print_table
from surefoot.metrics import load_metrics


class Catalogue(StrEnum):
    """What `show` can show."""

    metrics = "metrics"
    protocols = "protocols"
    formats = "formats"
    devices = "devices"


def show(what: Annotated[Catalogue, typer.Argument(help="Which catalogue.")], as_json: Json = False) -> None:
    """Show what is built in: metrics, protocols, formats, devices."""
    headings, rows = {
        Catalogue.metrics: _metric_rows,
        Catalogue.protocols: _protocol_rows,
        Catalogue.formats: _format_rows,
        Catalogue.devices: _device_rows,
    }[what]()
    if as_json:
        print_json([dict(zip(headings, row, strict=True)) for row in rows])
    elif what is Catalogue.protocols:
        print_entries(headings, rows)
    elif what is Catalogue.metrics:
        # References are too long for a terminal beside four other columns.
        print_table(headings[:-1], [row[:-1] for row in rows], whole=(0,))
        print("Where each comes from: surefoot show metrics --json")
    else:
        print_table(headings, rows, whole=(0,))


Rows = tuple[tuple[str, ...], list[tuple[str, ...]]]


def _metric_rows() -> Rows:
    rows: list[tuple[str, ...]] = [
        (metric.key, metric.label, metric.unit, metric.better, metric.reference)
        for metric in load_metrics().values()
    ]
    return ("key", "label", "unit", "better", "reference"), rows


def _protocol_rows() -> Rows:
    from surefoot.protocols import load_protocols

    rows: list[tuple[str, ...]] = [
        (p.key, p.title, p.task, p.primary, p.safety_text) for p in load_protocols().values()
    ]
    return ("key", "title", "task", "primary", "safety"), rows


def _format_rows() -> Rows:
    from surefoot.sources import discover

    return ("key", "title"), [(key, module.TITLE) for key, module in discover().items()]


def _device_rows() -> Rows:
    from surefoot.live.ble.devices import discover

    rows: list[tuple[str, ...]] = [
        (
            device.key,
            device.title,
            ", ".join(f"{rate:g}" for rate in device.rates_hz) or "as its firmware sends",
            "yes" if device.gyroscope else "no",
            "its own" if device.clock else "order of samples",
        )
        for device in discover().values()
    ]
    return ("key", "title", "rates in Hz", "gyroscope", "clock"), rows
