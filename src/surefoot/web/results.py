"""What the phone shows of a take, and of the trend that it belongs to."""

from __future__ import annotations

from typing import Any

from surefoot import words
from surefoot.live.keeping import KeptTake
from surefoot.model import Assessment, Setup, Trend
from surefoot.report import sections


def take_result(setup: Setup, kept: KeptTake) -> dict[str, Any]:
    """Return what the phone shows of a take, a refusal too."""
    head = {"title": words.describe_setup(setup), "practice": setup.practice}
    if kept.kept is None:
        return {**head, "error": kept.error.to_dict() if kept.error is not None else {}}
    return {**head, "trial": kept.trial, **describe_result(kept.kept.assessment)}


def describe_result(assessment: Assessment) -> dict[str, Any]:
    """Return the main value, a few others and what to be careful about, as text."""
    return {
        "main": words.describe_headline(assessment),
        "values": words.describe_beside(assessment),
        "issues": words.describe_issues(assessment.issues, words.metric_labels(), withheld=False),
    }


def describe_trend(trend: Trend) -> dict[str, Any]:
    """Return verdict, reason and table of a trend as text."""
    table = sections.trend_table(trend)
    return {
        "sentence": f"{words.verdict_sentence(trend)}.",
        "reason": trend.reason,
        "label": words.name_metric(trend.metric, words.metric_labels()),
        "header": table.header,
        "rows": table.rows,
    }
