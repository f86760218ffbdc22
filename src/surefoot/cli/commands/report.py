"""``surefoot report``: one person's verdicts, trends and trials as a page to open or a booklet to print."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from surefoot import history, pipeline, words
from surefoot._version import __version__
from surefoot.change import trends
from surefoot.cli.options import (
    EyesFilter,
    LegFilter,
    PersonFilter,
    TestFilter,
    find_entries,
    matching_entries,
)
from surefoot.cli.output import Force, print_warning
from surefoot.diary import open_diary
from surefoot.errors import SetupError, SurefootError
from surefoot.model import Trend, Trial
from surefoot.plotting import check_free

if TYPE_CHECKING:
    from surefoot.diary import Diary, Entry


def report(
    path: Annotated[
        Path, typer.Option("-o", "--output", help="Where to write it; the ending says HTML or PDF.")
    ] = Path("surefoot-report.html"),
    person: PersonFilter = None,
    leg: LegFilter = None,
    eyes: EyesFilter = None,
    test: TestFilter = None,
    show_report: Annotated[bool, typer.Option("--open", help="Open it when done.")] = False,
    force: Force = False,
) -> None:
    """Write a report of one person, to open (HTML) or to print (PDF)."""
    check_free(path, force=force)
    diary = open_diary()
    entries = find_entries(diary, person, leg=leg, eyes=eyes, test=test)
    people = sorted({entry.person for entry in entries})
    if len(people) > 1:
        raise SetupError(
            "A report is about one person.",
            found=f"trials of {', '.join(people)}",
            expected="one person",
            do="Add --person with one of these names.",
        )
    beside = matching_entries(diary, entries[0].person, eyes=eyes, test=test) if leg else []
    written = report_on(
        diary,
        entries,
        path,
        found=trends.find_trends(
            (entry.assessment for entry in entries), beside=[entry.assessment for entry in beside]
        ),
        newest=_recall_newest(diary, entries),
        force=force,
    )
    print_warning(f"Written: {written}")
    if show_report:
        typer.launch(str(written))


def report_on(
    diary: Diary,
    entries: Sequence[Entry],
    path: Path,
    *,
    found: Sequence[Trend],
    newest: Trial | None,
    force: bool = False,
) -> Path:
    """Write the report of `entries`, all of one person, with these trends and the trial to draw."""
    from surefoot.report import write_report

    return write_report(
        path,
        person=entries[0].person,
        trends=found,
        assessments=[entry.assessment for entry in entries],
        newest=newest,
        labels=words.metric_labels(),
        version=__version__,
        ratios=history.ratios_of(diary, entries),
        force=force,
    )


def _recall_newest(diary: Diary, entries: Sequence[Entry]) -> Trial | None:
    newest = max(entries, key=lambda entry: entry.when.timestamp())
    try:
        return pipeline.recall(newest, diary)
    except SurefootError as error:
        print_warning(f"The newest trial is not drawn: {error}")
        return None
