"""``surefoot compare``: two trials, or with ``--sides`` the two legs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from surefoot import words
from surefoot.cli.commands.assess import Json
from surefoot.cli.output import (
    Check,
    leave_if_worse,
    print_json,
    print_table,
)
from surefoot.cli.selection import EyesFilter, LegFilter, PersonFilter, TestFilter, find_entries
from surefoot.diary import open_diary
from surefoot.errors import SetupError
from surefoot.model import Assessment, Change, to_plain

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
    """Tell whether two trials differ by more than noise.

    Without ids, the first and the last of the trials that can be compared. With --sides, left is compared
    with right, and eyes closed with open.
    """
    from surefoot.change import comparison

    diary = open_diary()
    if sides:
        from surefoot.cli.commands.compare_sides import show_sides

        show_sides(diary, find_entries(diary, person, leg=leg, eyes=eyes, test=test), as_json=as_json)
        return
    if before is not None and after is not None:
        first, last, history = _named(diary, before, after)
    else:
        entries = find_entries(diary, person, leg=leg, eyes=eyes, test=test)
        first, last, history = _first_and_last(entries, named=before is not None)
    changes = comparison.compare(first.assessment, last.assessment, history)
    if as_json:
        trials = {"before_trial": first.trial, "after_trial": last.trial}
        print_json([to_plain(change) | trials for change in changes])
    else:
        tested = words.describe_test(first.assessment.setup)
        print(f"{tested}: {first.when:%Y-%m-%d} and {last.when:%Y-%m-%d}")
        _print_changes(changes)
    leave_if_worse(check, [change.verdict for change in changes[:1]])


def _named(diary: Diary, before: str, after: str) -> tuple[Entry, Entry, Sequence[Assessment]]:
    """Return two trials by their ids, and all that are like the first of them."""
    from surefoot.change.trends import like_for_like

    first, last = diary.entry(before), diary.entry(after)
    groups = like_for_like(entry.assessment for entry in diary.entries(first.person))
    return first, last, next((group for group in groups if first.assessment in group), ())


def _first_and_last(entries: Sequence[Entry], *, named: bool) -> tuple[Entry, Entry, Sequence[Assessment]]:
    """Return the ends of the one set of comparable trials, and the set. Raises SetupError for several."""
    from surefoot.change.trends import like_for_like

    groups = [group for group in like_for_like(entry.assessment for entry in entries) if len(group) > 1]
    if named or len(groups) != 1:
        raise SetupError(
            "It is not clear which two trials to compare.",
            found="one trial" if named else f"{len(groups)} sets of comparable trials",
            expected="two trial ids, or filters that leave one set",
            do="Name two trials from `surefoot list`, or add --person, --leg, --eyes or --test.",
        )
    by_assessment = {id(entry.assessment): entry for entry in entries}
    first, last = (by_assessment[id(groups[0][end])] for end in (0, -1))
    return first, last, groups[0]


def _print_changes(changes: Sequence[Change]) -> None:
    primary = changes[0]
    print(f"  {words.name_change(primary).capitalize()}. {primary.reason}")
    smallest = words.describe_smallest_change(
        primary.smallest_real_change_pct, primary.smallest_real_change_source
    )
    print(f"  Smallest real change: {smallest}.")
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
