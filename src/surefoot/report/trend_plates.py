"""Trends as pictures with their tables, under names that tell them apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from surefoot import plotting, words
from surefoot.model import Trend
from surefoot.report.pictures import inline_svg
from surefoot.report.sections import Plate, trend_families, trend_table


def trend_plates(trends: Sequence[Trend], labels: Mapping[str, str]) -> tuple[Plate, ...]:
    """Return one picture for all trends of the same metric, eyes and surface: the legs stand together."""
    groups = enumerate(named_families(trends), 1)
    return tuple(_trend_plate(group, names, labels, number) for number, (group, names) in groups)


def named_families(trends: Sequence[Trend]) -> tuple[tuple[tuple[Trend, ...], tuple[str, ...]], ...]:
    """Return the families of `trend_families`, each with names that tell its trends from all others."""
    families = trend_families(trends)
    names = iter(words.name_trends([trend for family in families for trend in family]))
    return tuple((family, tuple(next(names) for _ in family)) for family in families)


def name_picture(family: Sequence[Trend], names: Sequence[str], labels: Mapping[str, str]) -> str:
    """Return what a picture of a family shows, and of which trends where its titles do not tell."""
    label = words.name_metric(family[0].metric, labels)
    return label if tuple(names) == words.name_trends(family) else f"{label}: {'; '.join(names)}"


def _trend_plate(
    trends: Sequence[Trend], names: Sequence[str], labels: Mapping[str, str], number: int
) -> Plate:
    label = words.name_metric(trends[0].metric, labels)
    described = " ".join(words.describe_trend(trend, label) for trend in trends)
    svg = inline_svg(plotting.plot_trend(trends, labels), f"trend{number}", described)
    tables = tuple(trend_table(trend, name) for trend, name in zip(trends, names, strict=True))
    return Plate(svg, name_picture(trends, names, labels), tables)
