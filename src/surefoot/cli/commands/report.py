"""``surefoot report``: one person's page, sheet of A4 or every number, to open, to print or to share."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from surefoot import history, pipeline, words
from surefoot._version import __version__
from surefoot.change import trends
from surefoot.change.recovery import newest_injury
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
from surefoot.report.content import READERS, Reader

if TYPE_CHECKING:
    from surefoot.diary import Diary, Entry


def _reader(word: str) -> str:
    if word not in READERS:
        raise SetupError(
            "This reader of a report is not known.",
            found=word,
            expected="one of " + ", ".join(READERS),
            do="Give --for with one of these words.",
        )
    return word


def report(
    path: Annotated[
        Path, typer.Option("-o", "--output", help="Where to write it; the ending says HTML or PDF.")
    ] = Path("surefoot-report.html"),
    reader: Annotated[
        str,
        typer.Option(
            "--for",
            help="person: one sentence, one picture. clinician: one A4 page. researcher: every number.",
            callback=_reader,
        ),
    ] = "clinician",
    share: Annotated[
        bool, typer.Option("--share", help="Without names, notes, dates and file names: weeks only.")
    ] = False,
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
    known: Reader = next(each for each in READERS if each == reader)
    written = report_on(
        diary,
        entries,
        path,
        found=trends.find_trends(
            (entry.assessment for entry in entries), beside=[entry.assessment for entry in beside]
        ),
        newest=_recall_newest(diary, entries) if reader == "researcher" else None,
        reader=known,
        share=share,
        on=datetime.now(UTC).astimezone().date(),
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
    reader: Reader = "clinician",
    share: bool = False,
    on: date | None = None,
    force: bool = False,
) -> Path:
    """Write the report of `entries`, all of one person, with these trends and the trial to draw."""
    from surefoot.report import write_report

    person = entries[0].person
    described = history.person_of(diary, person)
    return write_report(
        path,
        person=person,
        trends=found,
        assessments=[entry.assessment for entry in entries],
        newest=newest,
        labels=words.metric_labels(),
        version=__version__,
        ratios=history.ratios_of(diary, entries) if reader != "person" else (),
        reader=reader,
        log=diary.log(person),
        injury=newest_injury(described),
        on=on,
        share=share,
        force=force,
    )


def _recall_newest(diary: Diary, entries: Sequence[Entry]) -> Trial | None:
    newest = max(entries, key=lambda entry: entry.when.timestamp())
    try:
        return pipeline.recall(newest, diary)
    except SurefootError as error:
        print_warning(f"The newest trial is not drawn: {error}")
        return None
