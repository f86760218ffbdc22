"""What the phone shows of a take, and of the trend that it belongs to."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from surefoot import words
from surefoot.live.keeping import KeptTake, say_held
from surefoot.model import Assessment, Setup, Trend
from surefoot.report import sections
from surefoot.words.home import tell_refusal

if TYPE_CHECKING:
    from surefoot.diary import Diary
    from surefoot.words import Language


def take_result(
    setup: Setup, kept: KeptTake, touched_s: float | None, diary: Diary, now: datetime, language: Language
) -> dict[str, Any]:
    """Return what the phone shows of a take, a refusal too; `touched_s` as `describe_held` takes it."""
    head = {"title": words.describe_setup(setup), "practice": setup.practice}
    if kept.kept is None:
        error = kept.error.to_dict() if kept.error is not None else {}
        return {**head, "error": error, "why": " ".join(tell_refusal(language, error.get("code", "")))}
    held = describe_held(kept.kept.assessment, touched_s, diary, now, language)
    return {**head, "trial": kept.trial, **describe_result(kept.kept.assessment), **held}


def describe_held(
    assessment: Assessment, touched_s: float | None, diary: Diary, now: datetime, language: Language
) -> dict[str, Any]:
    """Return how long the stance was held and how that is said, against the last day that counts.

    Where the page felt the foot come down it has told the seconds (`touched_s`): they are told again.
    """
    told = {"has_trend": bool(assessment.primary)}
    held_s = assessment.values.get("hold_time_s")
    if held_s is None or assessment.is_cut_off:
        return told
    said = say_held(assessment, touched_s, diary, now, language)
    return {**told, "held_s": held_s if touched_s is None else touched_s, "said": said}


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
