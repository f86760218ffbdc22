"""``surefoot trend``: the course over sessions, in words, tables and pictures."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from surefoot import history, words
from surefoot.change.recovery import ANKLE_GO_TEXT, weeks_since
from surefoot.change.sides import SIDES_TEXT
from surefoot.change.verdicts import explain_now
from surefoot.cli.options import (
    EyesFilter,
    Json,
    LegFilter,
    PersonFilter,
    TestFilter,
    choose_person,
    find_entries,
    matching_entries,
)
from surefoot.cli.output import (
    Check,
    Force,
    leave_if_worse,
    print_json,
    print_table,
    print_warning,
    print_words,
)
from surefoot.diary import open_diary
from surefoot.errors import SetupError
from surefoot.history import AnkleGo, Recovery
from surefoot.metrics import load_metrics
from surefoot.model import Assessment, Injury, Setup, Trend, to_plain
from surefoot.plotting import check_free
from surefoot.preparation.quality import BLURRED
from surefoot.training import Week, adherence

if TYPE_CHECKING:
    from surefoot.diary import Diary, Entry


def trend(
    metric: Annotated[
        str | None, typer.Option("--metric", help="Another metric than the primary one.")
    ] = None,
    person: PersonFilter = None,
    leg: LegFilter = None,
    eyes: EyesFilter = None,
    test: TestFilter = None,
    picture: Annotated[Path | None, typer.Option("-o", "--output", help="Draw it: PNG, SVG, PDF.")] = None,
    show_picture: Annotated[bool, typer.Option("--open", help="Open the picture.")] = False,
    recovery: Annotated[bool, typer.Option("--recovery", help="By weeks since the injury.")] = False,
    errors: Annotated[
        int | None, typer.Option("--errors", help="With --recovery: errors counted on the injured leg.")
    ] = None,
    insecure: Annotated[
        bool | None, typer.Option("--insecure/--secure", help="With --recovery: how that ankle felt.")
    ] = None,
    why: Annotated[bool, typer.Option("--why", help="Say what each verdict rests on.")] = False,
    check: Check = False,
    force: Force = False,
    as_json: Json = False,
) -> None:
    """Show the trend over sessions, like for like.

    A line for each trend; of a single one its reason and its sessions too.
    """
    if picture is not None:
        check_free(picture, force=force)
    diary = open_diary()
    entries = find_entries(diary, person, leg=leg, eyes=eyes, test=test)
    if recovery:
        if check:
            raise _no_verdict_to_check()
        path = Path("surefoot-recovery.png") if show_picture and picture is None else picture
        weeks = history.recovery_of(diary, entries, choose_person(diary, person), errors, insecure)
        _show_recovery(weeks, path, as_json=as_json, force=force)
        if show_picture:
            typer.launch(str(path))
        return
    if errors is not None or insecure is not None:
        raise _only_for_recovery()
    beside = matching_entries(diary, person, eyes=eyes, test=test) if leg else []
    found = _show_trends(entries, metric, beside, as_json=as_json, why=why)
    if picture is not None or show_picture:
        _draw(found, diary, picture or Path("surefoot-trend.png"), show_picture=show_picture, force=force)
    leave_if_worse(check, [item.verdict for item in found if not _is_over(item, found)])


def _no_verdict_to_check() -> SetupError:
    return SetupError(
        "The weeks since an injury have no verdict to check.",
        found="--check beside --recovery",
        expected="one of them",
        do="Use --check without --recovery.",
    )


def _only_for_recovery() -> SetupError:
    return SetupError(
        "Errors and how the ankle felt belong to the weeks since an injury.",
        found="--errors, --insecure or --secure alone",
        expected="--recovery beside them",
        do="Add --recovery.",
    )


def _show_trends(
    entries: Sequence[Entry], metric: str | None, beside: Sequence[Entry], *, as_json: bool, why: bool
) -> list[Trend]:
    from surefoot.change import trends

    assessments = [entry.assessment for entry in entries]
    others = [entry.assessment for entry in beside]
    found = list(trends.find_trends(assessments, metric, beside=others))
    if not found:
        trends.trend([], metric)
    groups = trends.like_for_like(assessments, metric)
    kept = [group for group in groups if trends.has_value(group, metric)]
    notes = [_notes(item, group) for item, group in zip(found, kept, strict=True)]
    if as_json:
        print_json([_trend_to_plain(item) | {"notes": told} for item, told in zip(found, notes, strict=True)])
        return found
    if len(found) > 1 and not why:
        _print_lines(found)
    else:
        for index, item in enumerate(found):
            _print_trend(item, assessments, notes[index], why=why)
            _print_apart(kept[:index], kept[index], metric)
    if words.explain_many(found):
        print_words(words.explain_many(found))
    return found


def _notes(item: Trend, group: Sequence[Assessment]) -> list[list[str]]:
    """Return for each session the codes of what blurs one of its trials, such as samples that are missing."""
    by_day: dict[date, set[str]] = {}
    for each in group:
        if each.setup.when is not None and item.metric in each.values:
            codes = {issue.code for issue in each.issues if issue.code in BLURRED}
            by_day.setdefault(each.setup.when.date(), set()).update(codes)
    return [sorted(by_day[when.date()]) for when in item.dates]


def _kind(setup: Setup) -> tuple[str, ...]:
    return (setup.person, setup.test, setup.leg, setup.eyes)


def _is_over(item: Trend, found: Sequence[Trend]) -> bool:
    """Tell whether a later trend of the same task took a trend's place, as with a new phone."""

    def task(setup: Setup) -> tuple[str, ...]:
        return (*_kind(setup), setup.surface, setup.board)

    alike = (other for other in found if task(other.setup) == task(item.setup))
    return any(other.dates[0] > item.dates[-1] for other in alike)


def _print_apart(
    earlier: Sequence[Sequence[Assessment]], group: Sequence[Assessment], metric: str | None
) -> None:
    """Say why a trend was not joined with an earlier one of the same person, test, leg and eyes."""
    from surefoot.change.likeness import settings_that_differ

    alike = [other for other in earlier if _kind(other[0].setup) == _kind(group[0].setup)]
    if alike:
        differences = settings_that_differ(alike[-1][0], group[0], metric)
        pairs = ", ".join(
            f"{name} ({a or 'none'}, then {b or 'none'})" for name, (a, b) in differences.items()
        )
        print_words(f"Apart from the earlier trend of this leg, as these differ: {pairs}.", indent=2)
        print()


def _trend_to_plain(item: Trend) -> dict[str, Any]:
    """Return a trend as ``trend --json`` lists it."""
    plain: dict[str, Any] = to_plain(item)
    plain["slope_per_week"] = plain["slope_per_week_pct"]
    plain["smallest_real_change"] = {
        "rise_pct": plain.pop("smallest_real_change_pct"),
        "drop_pct": item.smallest_drop_pct,
        "source": plain.pop("smallest_real_change_source"),
    }
    return plain


def _print_lines(found: Sequence[Trend]) -> None:
    """Print a line for each trend: whose and what, the verdict, and the newest value."""
    people = {item.setup.person for item in found}
    names = words.name_trends(found)
    rows = [
        (
            *([item.setup.person] if len(people) > 1 else []),
            name.removesuffix(f", {item.setup.person}"),
            words.name_verdict(item),
            words.show_value(item.metric, item.values[-1]),
            f"{len(item.values)}",
        )
        for item, name in zip(found, names, strict=True)
    ]
    columns = ("Test", "Verdict", "Newest", "Sessions")
    whose = ("Person",) if len(people) > 1 else ()
    print_table((*whose, *columns), rows, numbers=(len(whose) + 2, len(whose) + 3))
    print()
    print_words("One with its sessions: add --leg, --eyes or --test. What they rest on: --why.")
    print()


def _print_trend(
    item: Trend, assessments: Sequence[Assessment], notes: Sequence[Sequence[str]], *, why: bool
) -> None:
    """Print a trend: its verdict, what it rests on, its values, and what blurs them."""
    known = load_metrics()
    print(f"{item.setup.person}, {words.describe_test(item.setup)}: {words.name_verdict(item)}")
    print_words(explain_now(item, assessments), indent=2)
    smallest = words.describe_smallest_change(
        item.smallest_real_change_pct, item.smallest_real_change_source, item.smallest_drop_pct
    )
    slope = words.explain_slope(item) if item.interval is not None else ""
    told = (slope, words.explain_noise(item), f"Smallest real change: {smallest}.")
    for text in filter(None, told if why else ()):
        print_words(text, indent=2)
    noted = any(notes)
    rows = [
        (f"{when:%Y-%m-%d}", words.show_value(item.metric, value), *([", ".join(told)] if noted else []))
        for when, value, told in zip(item.dates, item.values, notes, strict=True)
    ]
    columns = ("Session", known[item.metric].label, *(["To note"] if noted else []))
    print_table(columns, rows, numbers=(1,))
    print()


def _draw(found: Sequence[Trend], diary: Diary, picture: Path, *, show_picture: bool, force: bool) -> None:
    from surefoot.plotting import plot_trend, save

    labels = words.metric_labels()
    by_metric: dict[str, list[Trend]] = {}
    for item in found:
        by_metric.setdefault(item.metric, []).append(item)
    for index, (key, group) in enumerate(by_metric.items()):
        path = picture if index == 0 else picture.with_stem(f"{picture.stem}-{key}")
        save(plot_trend(group, labels, weeks=_training_weeks(diary, group)), path, force=force)
        print_warning(f"Drawn: {path}")
        if show_picture:
            typer.launch(str(path))


def _training_weeks(diary: Diary, found: Sequence[Trend]) -> tuple[Week, ...]:
    """Return the weeks of the one person whose trends these are, up to the last session or entry."""
    people = {item.setup.person for item in found}
    log = diary.log(people.pop()) if len(people) == 1 else ()
    if not log:
        return ()
    return adherence(log, max(log[-1].when.date(), *(item.dates[-1].date() for item in found)))


def _show_recovery(found: Recovery, picture: Path | None, *, as_json: bool, force: bool) -> None:
    """Print, and draw where asked, the weeks since an injury."""
    if as_json:
        print_json(_recovery_to_plain(found))
    else:
        _print_recovery(found)
    if picture is not None:
        from surefoot.plotting import plot_recovery, save

        labels = words.metric_labels()
        save(plot_recovery(found.trends, labels, found.injury, found.marks), picture, force=force)
        print_warning(f"Drawn: {picture}")


def _recovery_to_plain(found: Recovery) -> dict[str, Any]:
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
        "ankle_go": _ankle_go_to_plain(found.ankle_go),
        "note": SIDES_TEXT,
    }


def _verdict(course: Trend) -> dict[str, Any]:
    keys = ("metric", "setup", "verdict", "reason")
    return {key: to_plain(getattr(course, key)) for key in keys}


def _print_recovery(found: Recovery) -> None:
    print(f"{found.person}: {found.injury.side} ankle, injured {found.injury.on.isoformat()}")
    for name, courses in _conditions(found.trends).items():
        _print_condition(name, courses, found.injury)
    for mark in found.marks:
        print(f"  {mark.on.isoformat()}: {mark.text}")
    _print_ankle_go(found.ankle_go)
    print()
    print_words(SIDES_TEXT)


def _conditions(courses: Sequence[Trend]) -> dict[str, list[Trend]]:
    """Return the courses by what was tested, eyes open before eyes closed, the board last."""
    order = sorted(courses, key=lambda c: (c.setup.surface == "board", c.setup.eyes == "closed", c.setup.leg))
    found: dict[str, list[Trend]] = {}
    for course in order:
        setup = course.setup
        name = f"{words.describe_stance(setup)}: {load_metrics()[course.metric].label}"
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
        print_words(f"{leg}: {words.name_verdict(course)}. {course.reason}", indent=2)


def _ankle_go_to_plain(item: AnkleGo) -> dict[str, Any]:
    plain: dict[str, Any] = to_plain(item)
    possible = plain.pop("possible_points")
    return {**plain, "points": item.points, "possible_points": possible, "out_of": 3, "about": ANKLE_GO_TEXT}


def _print_ankle_go(item: AnkleGo) -> None:
    print()
    print_words(ANKLE_GO_TEXT)
    if item.errors is None:
        print("  No trial on the injured leg to fill it from; give --errors.")
        return
    source = "given" if item.on is None else f"touchdowns found on {item.on}"
    points = " or ".join(str(each) for each in item.possible_points)
    print(f"  Errors: {item.errors} ({source}). Points: {points} of 3.")
    if item.on is not None:
        print_words("A sensor sees touchdowns only; give --errors where somebody counted more.", indent=2)
    if item.felt_insecure is None:
        print("  Did the ankle feel insecure? Answer with --insecure or --secure.")
