"""``surefoot list``: the trials of the diary."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from surefoot import words
from surefoot.cli.options import (
    EyesFilter,
    Json,
    LegFilter,
    PersonFilter,
    TestFilter,
    find_entries,
    matching_entries,
)
from surefoot.cli.output import print_json, print_table
from surefoot.diary import open_diary
from surefoot.model import to_plain

if TYPE_CHECKING:
    from surefoot.diary import Entry


def list_trials(
    person: PersonFilter = None,
    leg: LegFilter = None,
    eyes: EyesFilter = None,
    test: TestFilter = None,
    as_json: Json = False,
) -> None:
    """List the trials of the diary."""
    diary = open_diary()
    conditions = {"leg": leg, "eyes": eyes, "test": test}
    if as_json:
        print_json([_entry_to_plain(entry) for entry in matching_entries(diary, person, **conditions)])
        return
    entries = find_entries(diary, person, **conditions)
    print_table(
        ("Trial", "Person", "Date", "Test", "Value", "To note"),
        [_entry_cells(entry) for entry in entries],
        numbers=(4,),
    )


def _entry_to_plain(entry: Entry) -> dict[str, Any]:
    plain = to_plain(entry.assessment)
    keys = ("setup", "primary", "values", "issues")
    return {
        "trial": entry.trial,
        "person": entry.person,
        "when": entry.when.isoformat(),
        **{key: plain[key] for key in keys},
    }


def _entry_cells(entry: Entry) -> tuple[str, ...]:
    assessment = entry.assessment
    shown = assessment.headline
    value = words.show_of(assessment, shown) if shown else ""
    notes = {issue.code for issue in assessment.issues if issue.severity == "warning"}
    setup = assessment.setup
    practice = ["practice"] if setup.practice else []
    return (
        entry.trial[:6],
        entry.person,
        f"{entry.when:%Y-%m-%d}",
        words.describe_setup(setup),
        value,
        ", ".join([*practice, *sorted(notes)]),
    )
