"""``surefoot compare``: two trials, or with ``--sides`` the two legs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from surefoot import history, words
from surefoot.change.sides import SIDES_TEXT, Ratio
from surefoot.change.trends import find_trends
from surefoot.cli.options import EyesFilter, Json, LegFilter, PersonFilter, TestFilter, find_entries
from surefoot.cli.output import Check, leave_if_worse, print_json, print_table, print_words
from surefoot.diary import open_diary
from surefoot.errors import SetupError
from surefoot.metrics import load_metrics
from surefoot.model import Assessment, Change, Trend, to_plain
from surefoot.report.sections import courses_table

if TYPE_CHECKING:
    from surefoot.diary import Diary, Entry


def compare(
    before: Annotated[
        str | None, typer.Argument(help="Earlier trial; the first one if none is named.")
    ] = None,
    after: Annotated[
        str | None, typer.Argument(help="Later trial; the newest like it if none is named.")
    ] = None,
    person: PersonFilter = None,
    leg: LegFilter = None,
    eyes: EyesFilter = None,
    test: TestFilter = None,
    sides: Annotated[
        bool, typer.Option("--sides", help="Left against right; eyes closed, foam, board against without.")
    ] = False,
    check: Check = False,
    as_json: Json = False,
) -> None:
    """Say whether two trials differ by more than noise.

    With one id, that trial and the newest that can be compared with it; without, the first and the last of
    the trials that can be compared. With --sides, left is compared with right, and eyes closed with open.
    """
    from surefoot.change import comparison

    diary = open_diary()
    if sides:
        _show_sides(diary, find_entries(diary, person, leg=leg, eyes=eyes, test=test), as_json=as_json)
        return
    if before is not None and after is not None:
        first, last = diary.entry(before), diary.entry(after)
        alike: Sequence[Assessment] = history.group_with(diary, before)
    elif before is not None:
        first, last, alike = _newest_like(diary, before)
    else:
        first, last, alike = _first_and_last(find_entries(diary, person, leg=leg, eyes=eyes, test=test))
    changes = comparison.compare(first.assessment, last.assessment, alike)
    if as_json:
        trials = {"before_trial": first.trial, "after_trial": last.trial}
        print_json([to_plain(change) | trials for change in changes])
    else:
        tested = words.describe_test(first.assessment.setup)
        print(f"{tested}: {first.when:%Y-%m-%d} and {last.when:%Y-%m-%d}")
        _print_changes(changes)
    leave_if_worse(check, [change.verdict for change in changes[:1]])


def _newest_like(diary: Diary, trial: str) -> tuple[Entry, Entry, Sequence[Assessment]]:
    """Return a trial, the newest after it that can be compared with it, and all that can.

    Raises SetupError where there is none after it.
    """
    from surefoot.change.trends import group_of

    first = diary.entry(trial)
    entries = [first, *(entry for entry in diary.entries(first.person) if entry.trial != first.trial)]
    alike = group_of(first.assessment, history.assessments_of(entries))
    if not alike or alike[-1] is first.assessment:
        raise SetupError(
            "There is no later trial to compare with this one.",
            found="a practice trial, or one that broke off" if not alike else "the newest of its kind",
            expected="a later trial of the same test under the same settings",
            do="Name two trials from `surefoot list`, or test again.",
        )
    return first, next(entry for entry in entries if entry.assessment is alike[-1]), alike


def _first_and_last(entries: Sequence[Entry]) -> tuple[Entry, Entry, Sequence[Assessment]]:
    """Return the ends of the one set of comparable trials, and the set. Raises SetupError for several."""
    from surefoot.change.trends import like_for_like

    groups = [group for group in like_for_like(entry.assessment for entry in entries) if len(group) > 1]
    if len(groups) != 1:
        raise SetupError(
            "It is not clear which two trials to compare.",
            found=f"{len(groups)} sets of comparable trials",
            expected="two trial ids, or filters that leave one set",
            do="Name two trials from `surefoot list`, or add --person, --leg, --eyes or --test.",
        )
    (group,) = groups
    first, last = (
        next(entry for entry in entries if entry.assessment is end) for end in (group[0], group[-1])
    )
    return first, last, group


def _print_changes(changes: Sequence[Change]) -> None:
    primary = changes[0]
    print_words(f"{words.name_change(primary).capitalize()}. {primary.reason}", indent=2)
    smallest = words.describe_smallest_change(
        primary.smallest_real_change_pct, primary.smallest_real_change_source
    )
    print_words(f"Smallest real change: {smallest}.", indent=2)
    labels = words.metric_labels()
    rows = [
        (
            labels[change.metric],
            words.show_value(change.metric, change.before),
            words.show_value(change.metric, change.after),
            words.show_percent(change.change_pct, 0),
        )
        for change in changes
    ]
    print_table(("Measure", "Before", "After", "Change"), rows, numbers=(1, 2, 3))


def _show_sides(diary: Diary, entries: Sequence[Entry], *, as_json: bool) -> None:
    """Print sides and ratios of one person, each leg's own course beside them."""
    found = history.ratios_of(diary, entries)
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
    table = courses_table(courses)
    print_table(table.header, table.rows, numbers=(1, 2))
    print()
    print_words(SIDES_TEXT)


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
        print_words(f"Interval: {source}.", indent=2)
    if any("no injury is known" in ratio.formula for ratio in found):
        print_words("No injury is known: the left leg takes the injured one's place in the index.", indent=2)
    for ratio in found:
        if ratio.value is None and _is_tried(ratio, found):
            print_words(f"Undefined: {ratio.kind}, {ratio.condition}. {ratio.reason}", indent=2)


def _is_tried(ratio: Ratio, found: Sequence[Ratio]) -> bool:
    """Return whether a missing ratio is worth a line: not those of foam and board that nobody tried."""
    if ratio.kind in {"limb symmetry index", "asymmetry", "Romberg ratio"}:
        return ratio.kind != "asymmetry"
    return any(other.kind == ratio.kind and other.value is not None for other in found)
