"""Reports for people: a page for the person, one sheet of A4 for a clinician, every number for a study."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from surefoot.change.sides import Ratio
from surefoot.errors import OutputError
from surefoot.model import Assessment, Injury, Trend, Trial
from surefoot.plotting import write_bytes
from surefoot.report.blocks import Block
from surefoot.report.content import READERS, Reader, Report
from surefoot.training import LogEntry

__all__ = ["READERS", "Reader", "Report", "make_report", "make_sheet", "write_report"]


def write_report(
    path: Path,
    *,
    person: str,
    trends: Sequence[Trend],
    assessments: Sequence[Assessment],
    newest: Trial | None,
    labels: Mapping[str, str],
    version: str,
    ratios: Sequence[Ratio] = (),
    reader: Reader = "clinician",
    log: Sequence[LogEntry] = (),
    injury: Injury | None = None,
    on: date | None = None,
    share: bool = False,
    force: bool = False,
) -> Path:
    """Write a report about `person` to `path`, as HTML or PDF by its ending, and return the path.

    For the person it is one sentence, one picture and what is next; for a clinician one sheet of A4; for a
    researcher every number with its unit, settings and hashes. `labels` names metrics by key; `version` is
    Surefoot's own; `on` is the day it is made. One to `share` holds no name, note, date or file name: days
    are weeks. It holds no script and asks nothing of any other place. The same input gives the same bytes.
    Raises OutputError for another ending, where the file cannot be written, or where one is there that
    Surefoot did not write, unless `force` insists.
    """
    report = Report(
        person, trends, assessments, newest, labels, version, ratios, log, injury, on, share
    )  # fmt: skip
    return write_bytes(path, make_report(report, path.suffix.lower(), reader), force=force)


def make_report(report: Report, ending: str, reader: Reader = "clinician") -> bytes:
    """Return what `write_report` writes to a file with this ending."""
    from surefoot.report import clinician, person, researcher

    compose = {"person": person, "clinician": clinician, "researcher": researcher}[reader].compose
    return make_sheet(compose(report), f"Balance of {report.who}", ending)


def make_sheet(blocks: Sequence[Block], title: str, ending: str) -> bytes:
    """Return `blocks` as a page (.html) or on paper (.pdf)."""
    if ending in (".html", ".htm"):
        from surefoot.report.page import fill_page

        return fill_page(blocks, title).encode("utf-8")
    if ending == ".pdf":
        from surefoot.report.booklet import print_booklet

        return print_booklet(blocks, title)
    raise OutputError(
        "This kind of report cannot be written.",
        found=ending or "no ending",
        expected="a name that ends in .html or .pdf",
        do="Give the report a name such as report.html.",
    )
