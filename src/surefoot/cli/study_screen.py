"""What the command line shows of a study: the repeatability of the metrics that carry a verdict."""

from __future__ import annotations

from collections.abc import Sequence

from surefoot.cli.output import print_table
from surefoot.metrics import load_metrics
from surefoot.reliability import SESSIONS, Interval, StudyResult

LARGEST_SHOWN = 999


def print_results(results: Sequence[StudyResult], primary: set[str]) -> None:
    """Print the repeatability of the `primary` metrics, and why that of sessions is missing."""
    known = load_metrics()
    shown = [each for each in results if each.metric in primary]
    shown = [each for each in shown if each.scale == "ln" or known[each.metric].scale != "ln"]
    rows = [
        (
            f"{each.condition}; {known[each.metric].label}; {each.level}",
            f"{each.found.people} × {each.found.sessions}",
            _show(each.found.icc_2_1),
            _show(each.cv_pct, "%") if each.cv_pct else _show(each.sem),
            _show(each.mdc_pct, "%") if each.mdc_pct else _show(each.mdc),
        )
        for each in shown
        if each.found is not None
    ]
    if rows:
        print_table(("Condition; metric; level", "People × repeats", "ICC(2,1)", "SEM", "MDC95"), rows)
    for each in shown:
        if each.reason and each.level == SESSIONS:
            print(f"  {each.condition}; {known[each.metric].label}; {each.level}: {each.reason}")


def _show(interval: Interval | None, unit: str = "") -> str:
    if interval is None:
        return ""
    form = ".0f" if unit == "%" else ".2f"
    shown = f"{interval.estimate:{form}} {unit}".rstrip()
    if interval.low is None or interval.high is None:
        return shown
    high = f"{interval.high:{form}}" if interval.high < LARGEST_SHOWN else f"over {LARGEST_SHOWN}"
    return f"{shown} ({interval.low:{form}} to {high})"
