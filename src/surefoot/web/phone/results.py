"""A whole take into the diary, and what the phone shows of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from surefoot import pipeline, sources, words
from surefoot.live.guide import tell_held
from surefoot.live.phone_page import Ending, Reception
from surefoot.model import Assessment, Setup, Trend
from surefoot.protocols import protocol_for
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
    held = describe_held(kept.assessment, ending.touched_s, diary, now)
    return {**head, "trial": kept.trial, **describe_result(kept.assessment), **held}


def describe_held(
    assessment: Assessment, touched_s: float | None, diary: Diary, now: datetime
) -> dict[str, Any]:
    """Return how long the stance was held and how that is said, against the last day that counts.

    Where the page felt the foot come down it has told the seconds (`touched_s`): they are told again.
    """
    setup, held_s = assessment.setup, assessment.values.get("hold_time_s")
    if held_s is None or assessment.is_cut_off:
        return {"has_trend": bool(assessment.primary)}
    held_s = held_s if touched_s is None else touched_s
    before = [
        (entry.when, entry.assessment.values["hold_time_s"])
        for entry in diary.entries(setup.person)
        if _is_alike(entry.assessment.setup, setup)
        and "hold_time_s" in entry.assessment.values
        and entry.when.date() < now.date()
    ]
    last = max(before, default=None)
    then = None if last is None else (last[1], _day(last[0], now))
    said = tell_held(setup.leg, held_s, protocol_for(setup).hold_s, then, "en")
    return {"held_s": held_s, "has_trend": bool(assessment.primary), "said": "" if setup.practice else said}


def _is_alike(one: Setup, other: Setup) -> bool:
    """Tell whether two setups are the same task for the person, whichever phone measured it."""
    compared = ("test", "leg", "eyes", "surface", "practice")
    return all(getattr(one, name) == getattr(other, name) for name in compared)


def _day(when: datetime, now: datetime) -> str:
    """Return a day as one speaks of it: its weekday within a week, else day and month."""
    return f"{when:%A}" if now.date() - when.date() < timedelta(days=7) else f"{when.day} {when:%B}"


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
