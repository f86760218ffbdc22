"""What trends are called where several stand together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from surefoot.model import Setup, Trend
from surefoot.plotting.style import describe_date, describe_setup

WORN: Final = {
    "lumbar": "on the lower back",
    "chest": "on the chest",
    "pocket": "in the pocket",
    "thigh": "on the thigh",
    "shin": "on the shin",
    "board": "on the board",
}
_DETAILS: Final[tuple[Callable[[Setup], str], ...]] = (
    lambda setup: setup.person,
    lambda setup: setup.test.replace("-", " "),
    lambda setup: f"sensor {WORN[setup.placement]}",
    lambda setup: setup.footwear,
    lambda setup: setup.board,
    lambda setup: setup.device_model,
)


def name_trends(trends: Sequence[Trend]) -> tuple[str, ...]:
    """Return leg, eyes and surface of each trend, and of those alike what else tells them apart.

    That is whose they are, or a condition in which they differ, else the day they begin.
    """
    plain = [describe_setup(trend.setup) for trend in trends]
    return tuple(
        _name(trend, [other for other, called in zip(trends, plain, strict=True) if called == name])
        for trend, name in zip(trends, plain, strict=True)
    )


def _name(trend: Trend, alike: Sequence[Trend]) -> str:
    details = [detail for detail in _DETAILS if len({detail(other.setup) for other in alike}) > 1]
    same = [o for o in alike if all(detail(o.setup) == detail(trend.setup) for detail in details)]
    since = [f"from {describe_date(trend.dates[0])}"] if len(same) > 1 else []
    told = [detail(trend.setup) for detail in details]
    return ", ".join(word for word in (describe_setup(trend.setup), *told, *since) if word)
