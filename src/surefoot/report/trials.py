"""The list of all trials, as plain data for a page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from surefoot import words
from surefoot.assessment import WITHHELD
from surefoot.model import Assessment
from surefoot.protocols import load_protocols
from surefoot.report.sections import Row, Table


def trials_table(assessments: Sequence[Assessment], labels: Mapping[str, str]) -> Table:
    """Return one row per trial, the newest first.

    The caption tells which value is the main one of each test; a row tells it where that is another.
    """
    shared = len({each.primary for each in assessments if each.primary}) == 1
    rows = [_trial_row(each, {} if shared else labels) for each in newest_first(assessments)]
    header = ("Date", "Test", "Leg", "Eyes", "Surface", "Main value", "Issues")
    caption = "; ".join(["All trials, the newest first", *_main_values(assessments, labels, shared=shared)])
    return Table(caption, header, tuple(rows))


def _main_values(
    assessments: Sequence[Assessment], labels: Mapping[str, str], *, shared: bool
) -> Iterator[str]:
    """Yield what the main value is, once for all where they share it, else for each test."""
    if shared:
        (primary,) = {each.primary for each in assessments if each.primary}
        yield f"main value: {words.name_metric(primary, labels)}"
        return
    for test in sorted({each.protocol for each in assessments}):
        if usual := _usual_primary(test):
            yield f"main value of {test}: {words.name_metric(usual, labels)}"


def _usual_primary(test: str) -> str:
    protocol = load_protocols().get(test)
    return protocol.primary if protocol else ""


def newest_first(assessments: Sequence[Assessment]) -> list[Assessment]:
    """Return dated assessments by falling date, those without a date after them."""
    dated = [each for each in assessments if each.setup.when is not None]
    dated.sort(key=lambda each: each.setup.when.timestamp() if each.setup.when else 0.0, reverse=True)
    return dated + [each for each in assessments if each.setup.when is None]


def _trial_row(assessment: Assessment, labels: Mapping[str, str]) -> Row:
    setup = assessment.setup
    leads = {"warning": "Take care: ", "info": ""}
    told = [issue for issue in assessment.issues if issue.code != WITHHELD]
    issues = " ".join(leads[issue.severity] + issue.what for issue in told)
    test = f"{assessment.protocol} (practice)" if setup.practice else assessment.protocol
    value = words.show_primary(assessment)
    if labels and assessment.primary not in ("", _usual_primary(assessment.protocol)):
        value = f"{value} ({words.name_metric(assessment.primary, labels)})"
    conditions = (setup.leg, setup.eyes, setup.surface)
    return (words.show_when(setup), test, *conditions, value, issues or "none")
