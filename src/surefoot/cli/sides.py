"""``surefoot compare --sides``: left against right, and one condition against another."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from surefoot import pipeline
from surefoot.cli.output import format_value, print_json, print_table
from surefoot.errors import SurefootError
from surefoot.metrics import load_metrics
from surefoot.model import Assessment, Person, Trend, to_plain
from surefoot.sides import SIDES_TEXT, Ratio, Side, compare_conditions, compare_sides
from surefoot.trends import like_for_like, trend

if TYPE_CHECKING:
    from surefoot.diary import Diary, Entry


def show_sides(diary: Diary, entries: Sequence[Entry], *, as_json: bool) -> None:
    """Print sides and ratios of one person, each leg's own course beside them."""
    found = ratios(diary, entries)
    courses = [trend(group) for group in like_for_like(entry.assessment for entry in entries) if _legs(group)]
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


def ratios(diary: Diary, entries: Sequence[Entry]) -> tuple[Ratio, ...]:
    """Return sides, Romberg, foam and board ratios; for Romberg both windows are made equally long."""
    known = [entry.assessment for entry in entries]
    sides = compare_sides(known, injured=_injured(diary, entries))
    conditions = [ratio for ratio in compare_conditions(known) if ratio.kind != "Romberg ratio"]
    level = compare_conditions(_level_windows(diary, entries))
    return (*sides, *(ratio for ratio in level if ratio.kind == "Romberg ratio"), *conditions)


def _injured(diary: Diary, entries: Sequence[Entry]) -> Side | None:
    people = {entry.person for entry in entries}
    return injured_side(person for person in diary.people() if person.pseudonym in people)


def injured_side(people: Iterable[Person]) -> Side | None:
    """Return the side of the latest injury, None where there is none."""
    injuries = [injury for person in people for injury in person.injuries]
    return max(injuries, key=lambda injury: injury.on).side if injuries else None


def _level_windows(diary: Diary, entries: Sequence[Entry]) -> list[Assessment]:
    """Return assessments, those with eyes open over the window of that day's trials with eyes closed.

    Where a stance was tried both ways on one day, its longer windows of other days stay out.
    """
    closed = {_stand(e): _window_s(e.assessment) for e in entries if e.assessment.setup.eyes == "closed"}
    shared = {_stand(e)[1:] for e in entries if e.assessment.setup.eyes == "open" and _stand(e) in closed}
    return [
        _levelled(diary, entry, closed.get(_stand(entry)))
        for entry in entries
        if _stand(entry) in closed or _stand(entry)[1:] not in shared
    ]


def _stand(entry: Entry) -> tuple[object, ...]:
    setup = entry.assessment.setup
    return (entry.when.date(), entry.person, setup.test, setup.leg, setup.surface)


def _window_s(assessment: Assessment) -> float:
    start_s, end_s = assessment.provenance.window_s
    return end_s - start_s


def _levelled(diary: Diary, entry: Entry, window_s: float | None) -> Assessment:
    # A failed trial has no primary value; its clean part must not get one by being cut.
    failed = not entry.assessment.primary
    if failed or window_s is None or _window_s(entry.assessment) < window_s + 1:
        return entry.assessment
    try:
        return pipeline.shorten(entry, diary, window_s)
    except SurefootError:
        # The windows then differ, and the ratio says so.
        return entry.assessment


def _legs(group: Sequence[Assessment]) -> bool:
    return group[0].setup.leg != "both" and bool(group[0].primary)


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
            _number(ratio, ratio.value),
            f"{_number(ratio, ratio.low)} to {_number(ratio, ratio.high)}",
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


def _number(ratio: Ratio, value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:.0f} %" if ratio.unit == "%" else f"{value:.2f}"


def _is_tried(ratio: Ratio, found: Sequence[Ratio]) -> bool:
    """Return whether a missing ratio is worth a line: not those of foam and board that nobody tried."""
    if ratio.kind in {"limb symmetry index", "asymmetry", "Romberg ratio"}:
        return ratio.kind != "asymmetry"
    return any(other.kind == ratio.kind and other.value is not None for other in found)


def _print_courses(courses: Sequence[Trend]) -> None:
    rows = [
        (
            f"{course.setup.leg} leg, eyes {course.setup.eyes}, {course.setup.surface}",
            format_value(course.metric, course.values[0]),
            format_value(course.metric, course.values[-1]),
            course.verdict,
        )
        for course in sorted(courses, key=lambda course: (course.setup.eyes != "open", course.setup.surface))
    ]
    print_table(("Side by side", "First session", "Latest", "Trend"), rows, numbers=(1, 2))
