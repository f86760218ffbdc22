"""``surefoot trend --recovery``: the weeks since an injury, both legs and every condition side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from surefoot import words
from surefoot.change.recovery import (
    ANKLE_GO_TEXT,
    Milestone,
    ankle_go_single_leg,
    collect_marks,
    latest_injury,
    weeks_since,
)
from surefoot.change.sides import SIDES_TEXT
from surefoot.change.trends import find_trends
from surefoot.cli.commands.plan import find_person
from surefoot.cli.output import print_json, print_table, print_warning
from surefoot.errors import SetupError
from surefoot.metrics import load_metrics
from surefoot.model import Assessment, Injury, Trend, to_plain

if TYPE_CHECKING:
    from surefoot.diary import Diary, Entry


@dataclass(frozen=True, slots=True)
class Recovery:
    """What is shown of the weeks since an injury."""

    person: str
    injury: Injury
    trends: tuple[Trend, ...]
    marks: tuple[Milestone, ...]
    ankle_go: dict[str, Any]


def gather(
    diary: Diary, entries: Sequence[Entry], person: str | None, errors: int | None, insecure: bool | None
) -> Recovery:
    """Return the recovery of one person. Raises SetupError where no injury of theirs is known."""
    whose = find_person(diary, person)
    known = {someone.pseudonym: someone for someone in diary.people()}
    if whose not in known:
        raise SetupError(
            "Nobody in the diary has this pseudonym.",
            found=repr(whose),
            expected="one of " + (", ".join(known) or "nobody yet"),
            do="See `surefoot list` for the people.",
        )
    injury = latest_injury(known[whose])
    own = [entry.assessment for entry in entries if entry.person == whose]
    return Recovery(
        person=whose,
        injury=injury,
        trends=find_trends(own),
        marks=collect_marks(own, diary.log(whose)),
        ankle_go=_ankle_go(own, injury, errors, insecure),
    )


def _ankle_go(
    own: Sequence[Assessment], injury: Injury, errors: int | None, insecure: bool | None
) -> dict[str, Any]:
    """Return the item with what it rests on; without the answer to its question, the points that are left."""
    when, found = _touchdowns(own, injury)
    counted = found if errors is None else errors
    answers = (True, False) if insecure is None else (insecure,)
    points = [] if counted is None else [ankle_go_single_leg(counted, felt_insecure=each) for each in answers]
    return {
        "errors": counted,
        "errors_from": "given" if errors is not None else "touchdowns found" if when else "nothing",
        "on": when.isoformat() if when and errors is None else None,
        "felt_insecure": insecure,
        "points": points[0] if len(points) == 1 else None,
        "possible_points": sorted(points),
        "out_of": 3,
        "about": ANKLE_GO_TEXT,
    }


def _touchdowns(own: Sequence[Assessment], injury: Injury) -> tuple[date | None, int | None]:
    """Return day and touchdowns of the newest scored floor trial on the injured leg, eyes open."""
    wanted = (injury.side, "open", "floor", True)
    trials = [
        (each.setup.when, int(each.values["touchdowns_count"]))
        for each in own
        if each.setup.when is not None
        and "touchdowns_count" in each.values
        and (each.setup.leg, each.setup.eyes, each.setup.surface, each.counts) == wanted
    ]
    if not trials:
        return None, None
    when, count = max(trials)
    return when.date(), count


def show_recovery(found: Recovery, picture: Path | None, *, as_json: bool, force: bool) -> None:
    """Print, and draw where asked, the weeks since an injury."""
    if as_json:
        print_json(_to_plain(found))
    else:
        _print(found)
    if picture is not None:
        from surefoot.plotting import plot_recovery, save

        labels = words.metric_labels()
        save(plot_recovery(found.trends, labels, found.injury, found.marks), picture, force=force)
        print_warning(f"Drawn: {picture}")


def _to_plain(found: Recovery) -> dict[str, Any]:
    sessions = [
        {
            "weeks": round(weeks_since(found.injury, when), 3),
            "date": when.isoformat(),
            "metric": course.metric,
            "value": value,
            "setup": to_plain(course.setup),
        }
        for course in found.trends
        for when, value in zip(course.dates, course.values, strict=True)
    ]
    return {
        "person": found.person,
        "injury": to_plain(found.injury),
        "sessions": sorted(sessions, key=lambda session: str(session["date"])),
        "verdicts": [_verdict(course) for course in found.trends],
        "marks": to_plain(found.marks),
        "ankle_go": found.ankle_go,
        "note": SIDES_TEXT,
    }


def _verdict(course: Trend) -> dict[str, Any]:
    keys = ("metric", "setup", "verdict", "reason")
    return {key: to_plain(getattr(course, key)) for key in keys}


def _print(found: Recovery) -> None:
    print(f"{found.person}: {found.injury.side} ankle, injured {found.injury.on.isoformat()}")
    for name, courses in _conditions(found.trends).items():
        _print_condition(name, courses, found.injury)
    for mark in found.marks:
        print(f"  {mark.on.isoformat()}: {mark.text}")
    _print_ankle_go(found.ankle_go)
    print(f"\n{SIDES_TEXT}")


def _conditions(courses: Sequence[Trend]) -> dict[str, list[Trend]]:
    """Return the courses by what was tested, eyes open before eyes closed, the board last."""
    order = sorted(courses, key=lambda c: (c.setup.surface == "board", c.setup.eyes == "closed", c.setup.leg))
    found: dict[str, list[Trend]] = {}
    for course in order:
        setup = course.setup
        label = load_metrics()[course.metric].label
        name = f"{setup.test}, eyes {setup.eyes}, {setup.surface}: {label}"
        found.setdefault(name, []).append(course)
    return found


def _print_condition(name: str, courses: Sequence[Trend], injury: Injury) -> None:
    cells: dict[date, dict[int, str]] = {}
    for index, course in enumerate(courses):
        for when, value in zip(course.dates, course.values, strict=True):
            cells.setdefault(when.date(), {})[index] = words.show_value(course.metric, value)
    print(f"\n{name}")
    rows = [
        (f"{(day - injury.on).days / 7:.1f}", f"{day}", *(cells[day].get(i, "") for i in range(len(courses))))
        for day in sorted(cells)
    ]
    legs = [f"{course.setup.leg}{' (injured)' * (course.setup.leg == injury.side)}" for course in courses]
    print_table(("Week", "Session", *legs), rows, numbers=(0, *range(2, 2 + len(courses))))
    for leg, course in zip(legs, courses, strict=True):
        print(f"  {leg}: {words.name_verdict(course)}. {course.reason}")


def _print_ankle_go(item: dict[str, Any]) -> None:
    print(f"\n{item['about']}")
    if item["errors"] is None:
        print("  No trial on the injured leg to fill it from; give --errors.")
        return
    source = "given" if item["errors_from"] == "given" else f"touchdowns found on {item['on']}"
    points = " or ".join(str(each) for each in item["possible_points"])
    print(f"  Errors: {item['errors']} ({source}). Points: {points} of {item['out_of']}.")
    if item["errors_from"] != "given":
        print("  A sensor sees touchdowns only; give --errors where somebody counted more.")
    if item["felt_insecure"] is None:
        print("  Did the ankle feel insecure? Answer with --insecure or --secure.")
