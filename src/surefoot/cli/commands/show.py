"""``surefoot show``: what is built in."""

from enum import StrEnum
from typing import Annotated

import typer

from surefoot.cli.options import Json
from surefoot.cli.output import print_entries, print_json, print_table
from surefoot.metrics import load_metrics
from surefoot.plugins import load, package_of


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
        (
            metric.key,
            metric.label,
            metric.unit,
            metric.better,
            package_of(metric.compute.__module__),
            metric.reference,
        )
        for metric in load_metrics().values()
    ]
    return ("key", "label", "unit", "better", "package", "reference"), rows


def _protocol_rows() -> Rows:
    from surefoot import protocols

    modules = load(protocols, "PROTOCOL", "surefoot.protocols").values()
    packages = {module.PROTOCOL.key: package_of(module.__name__) for module in modules}
    rows: list[tuple[str, ...]] = [
        (p.key, p.title, p.task, p.primary, packages[p.key], p.safety_text)
        for p in protocols.load_protocols().values()
    ]
    return ("key", "title", "task", "primary", "package", "safety"), rows


def _format_rows() -> Rows:
    from surefoot.sources import formats

    modules = load(formats, "parse", "surefoot.sources").items()
    rows: list[tuple[str, ...]] = [
        (key, module.TITLE, package_of(module.__name__)) for key, module in modules
    ]
    return ("key", "title", "package"), rows


def _device_rows() -> Rows:
    from surefoot.live.ble import devices

    modules = load(devices, "DEVICE", "surefoot.devices").values()
    rows: list[tuple[str, ...]] = [
        (
            device.key,
            device.title,
            ", ".join(f"{rate:g}" for rate in device.rates_hz) or "as its firmware sends",
            "yes" if device.gyroscope else "no",
            "its own" if device.clock else "order of samples",
            package_of(module.__name__),
        )
        for module in modules
        for device in (module.DEVICE,)
    ]
    return ("key", "title", "rates in Hz", "gyroscope", "clock", "package"), rows
