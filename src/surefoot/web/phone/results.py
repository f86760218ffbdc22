"""A whole take into the diary, and what the phone shows of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from surefoot import pipeline, sources, words
from surefoot.change import trends
from surefoot.live.phone_page import Ending, Reception
from surefoot.model import Assessment, Trend
from surefoot.report import sections
from surefoot.sources.formats.phone_page import write_rows

if TYPE_CHECKING:
    from surefoot.diary import Diary
    from surefoot.settings import Settings

_LONGEST_S: Final = 3600.0


def keep_take(
    reception: Reception,
    ending: Ending,
    diary: Diary,
    settings: Settings,
    now: datetime,
    browser: str,
) -> dict[str, Any]:
    """Assess the rows of a take, keep it, and return the result for the phone; a refusal is a result too.

    `now` is when that was told, by this computer's clock, which a phone's need not agree with.
    """
    rows = reception.rows
    length_s = (float(rows[-1][0] or 0) - float(rows[0][0] or 0)) / 1000 if rows else 0.0
    files = write_rows(
        rows,
        platform=ending.platform,
        started=now - timedelta(seconds=ending.ago_s + min(max(length_s, 0.0), _LONGEST_S)),
        browser=browser,
        hidden=ending.hidden,
        stopped_s=ending.stopped_s,
        lasted_s=ending.lasted_s,
    )
    export = sources.Export("phone", files)
    (outcome,) = pipeline.walk([export], lambda *_: reception.setup, settings)
    head = {"title": words.describe_setup(reception.setup), "practice": reception.setup.practice}
    if outcome.error is not None:
        return {**head, "error": outcome.error.to_dict()}
    kept = pipeline.keep(outcome, diary)
    return {**head, "trial": kept.trial, **describe_result(kept.assessment)}


def describe_result(assessment: Assessment) -> dict[str, Any]:
    """Return the main value, a few others and what to be careful about, as text."""
    return {
        "main": words.describe_headline(assessment),
        "values": words.describe_beside(assessment),
        "issues": words.describe_issues(assessment.issues, words.metric_labels(), withheld=False),
    }


def trend_of(trial: str, diary: Diary) -> Trend | None:
    """Return the trend that a trial belongs to; None for practice, or where it has no main value."""
    assessment = diary.entry(trial).assessment
    if not assessment.primary:
        return None
    return trends.trend_of(assessment, (entry.assessment for entry in diary.entries(assessment.setup.person)))


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
