"""Reports for people: one self-contained HTML page, or a PDF booklet to print."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from surefoot.change.sides import Ratio
from surefoot.errors import OutputError
from surefoot.model import Assessment, Trend, Trial
from surefoot.plotting import write_bytes
from surefoot.report.content import Report

__all__ = ["Report", "make_report", "write_report"]


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
    force: bool = False,
) -> Path:
    """Write a report about `person` to `path`, as HTML or PDF by its ending, and return the path.

    It says the verdict of each trend, shows trends, `ratios` of sides and conditions, and the `newest` trial,
    with a table beneath every picture, and lists all trials. `labels` names metrics by key; `version` is
    Surefoot's own. It holds no script and asks nothing of any other place. The same input gives the same
    bytes. Raises OutputError for another ending, where the file cannot be written, or where one is there that
    Surefoot did not write, unless `force` insists.
    """
    report = Report(person, trends, assessments, newest, labels, version, ratios)
    return write_bytes(path, make_report(report, path.suffix.lower()), force=force)


def make_report(report: Report, ending: str) -> bytes:
    """Return what `write_report` writes to a file with this ending."""
    if ending in (".html", ".htm"):
        from surefoot.report.page import fill_page

        return fill_page(report).encode("utf-8")
    if ending == ".pdf":
        from surefoot.report.booklet import print_booklet

        return print_booklet(report)
    raise OutputError(
        "This kind of report cannot be written.",
        found=ending or "no ending",
        expected="a name that ends in .html or .pdf",
        do="Give the report a name such as report.html.",
    )
