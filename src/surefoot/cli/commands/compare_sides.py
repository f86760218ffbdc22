"""``surefoot compare --sides``: left against right, and one condition against another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from surefoot import words
from surefoot.change.sides import SIDES_TEXT, Ratio
from surefoot.change.trends import find_trends
from surefoot.cli.output import print_json, print_table
from surefoot.metrics import load_metrics
from surefoot.model import Trend, to_plain
from surefoot.report.ratios import find_ratios

if TYPE_CHECKING:
    from surefoot.diary import Diary, Entry


def show_sides(diary: Diary, entries: Sequence[Entry], *, as_json: bool) -> None:
    """Print sides and ratios of one person, each leg's own course beside them."""
    found = find_ratios(diary, entries)
    trends = find_trends(entry.assessment for entry in entries)
    courses = [course for course in trends if course.setup.leg != "both"]
    if as_json:
        print_json(
            {
                "ratios": to_plain(found),
                "courses": [_course_to_plain(course) for course in courses],
                "note": SIDES_TEXT,
            }
        )
        return
    _print_ratios(found)
    print()
    _print_courses(courses)
    print(f"\n{SIDES_TEXT}")


def _course_to_plain(course: Trend) -> dict[str, Any]:
    return {
        "metric": course.metric,
        "setup": to_plain(course.setup),
        "first": course.values[0],
        "latest": course.values[-1],
        "sessions": len(course.values),
        "verdict": course.verdict,
    }


def _print_ratios(found: Sequence[Ratio]) -> None:
    known = load_metrics()
    rows = [
        (
            f"{ratio.kind}: {ratio.condition} ({ratio.on})",
            words.show_ratio(ratio.value, ratio.unit),
            f"{words.show_ratio(ratio.low, ratio.unit)} to {words.show_ratio(ratio.high, ratio.unit)}",
            ratio.formula.split(";")[0],
        )
        for ratio in found
        if ratio.value is not None
    ]
    if rows:
        print_table(("Ratio", "Value", "95 % interval", "Formula"), rows, numbers=(1, 2))
    for metric in dict.fromkeys(ratio.metric for ratio in found if ratio.value is not None):
        print(f"  Of: {known[metric].label}, {known[metric].better} is steadier.")
    for source in dict.fromkeys(ratio.interval_source for ratio in found if ratio.interval_source):
        print(f"  Interval: {source}.")
    if any("no injury is known" in ratio.formula for ratio in found):
        print("  No injury is known: the left leg takes the injured one's place in the index.")
    for ratio in found:
        if ratio.value is None and _is_tried(ratio, found):
            print(f"  Undefined: {ratio.kind}, {ratio.condition}. {ratio.reason}")


def _is_tried(ratio: Ratio, found: Sequence[Ratio]) -> bool:
    """Return whether a missing ratio is worth a line: not those of foam and board that nobody tried."""
    if ratio.kind in {"limb symmetry index", "asymmetry", "Romberg ratio"}:
        return ratio.kind != "asymmetry"
    return any(other.kind == ratio.kind and other.value is not None for other in found)


def _print_courses(courses: Sequence[Trend]) -> None:
    rows = [
        (
            words.list_conditions(course.setup, but="test"),
            words.show_value(course.metric, course.values[0]),
            words.show_value(course.metric, course.values[-1]),
            words.name_verdict(course),
        )
        for course in sorted(courses, key=lambda course: (course.setup.eyes != "open", course.setup.surface))
    ]
    print_table(("Side by side", "First session", "Latest", "Trend"), rows, numbers=(1, 2))
