"""What the phone shows of a take, and of the trend that it belongs to."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from surefoot import words
from surefoot.live.keeping import KeptTake, say_held
from surefoot.model import WITHHELD, Assessment, Issue, Setup, Trend
from surefoot.report import sections
from surefoot.words.home import name_short, name_standing, tell_issue, tell_refusal

if TYPE_CHECKING:
    from surefoot.diary import Diary
    from surefoot.words import Language


def take_result(
    setup: Setup, kept: KeptTake, touched_s: float | None, diary: Diary, now: datetime, language: Language
) -> dict[str, Any]:
    """Return what the phone shows of a take, a refusal too; `touched_s` as `describe_held` takes it."""
    title = words.describe_setup(setup) if language.code == "en" else name_standing(language, setup)
    head = {"title": title[:1].upper() + title[1:], "practice": setup.practice}
    if kept.kept is None:
        error = kept.error.to_dict() if kept.error is not None else {}
        return {**head, "error": error, "why": " ".join(tell_refusal(language, error.get("code", "")))}
    held = describe_held(kept.kept.assessment, touched_s, diary, now, language)
    return {**head, "trial": kept.trial, **describe_result(kept.kept.assessment, language), **held}


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


def describe_result(assessment: Assessment, language: Language) -> dict[str, Any]:
    """Return the main value, a few others and what to be careful about, as text."""
    name = language.name_measure
    return {
        "main": [name(text) for text in words.describe_headline(assessment)],
        "values": [[name(text) for text in pair] for pair in words.describe_beside(assessment)],
        "issues": describe_issues(assessment, language),
    }


def describe_issues(assessment: Assessment, language: Language) -> list[tuple[str, str]]:
    """Return severity and text of what to be careful about: English with its numbers, else in plain words."""
    labels = words.metric_labels()
    return [
        (issue.severity, _tell(issue, language) or words.name_keys(issue.message, labels))
        for issue in assessment.issues
        if issue.code != WITHHELD
    ]


def _tell(issue: Issue, language: Language) -> str:
    return "" if language.code == "en" else " ".join(tell_issue(language, issue.code))


def describe_trend(trend: Trend, language: Language) -> dict[str, Any]:
    """Return verdict, reason and table of a trend as text; another language has the verdict alone."""
    table, label = sections.trend_table(trend), words.name_metric(trend.metric, words.metric_labels())
    told = {
        "label": language.name_measure(label),
        "header": [language.name_measure(each) for each in table.header],
    }
    if language.code == "en":
        sentence = f"{words.verdict_sentence(trend)}."
        return {**told, "sentence": sentence, "reason": trend.reason, "rows": table.rows}
    days = [language.date_of(date, trend.dates[-1]) for date in trend.dates]
    values = [language.name_measure(value) for _, value in table.rows]
    rows = list(zip(days, values, strict=True))
    return {**told, "sentence": name_short(language, trend), "reason": "", "rows": rows}
