"""What an import tells of the trials it kept, and of the trends they belong to."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from shlex import quote
from typing import TYPE_CHECKING

from surefoot.assessment import WITHHELD
from surefoot.change.trends import has_value, like_for_like, trend_of
from surefoot.change.verdicts import name_verdict
from surefoot.cli.output import describe, format_of, print_issues
from surefoot.metrics import load_metrics
from surefoot.report.sections import explain_now
from surefoot.sources import describe_left_out

if TYPE_CHECKING:
    from surefoot import pipeline
    from surefoot.diary import Diary
    from surefoot.model import Assessment, Setup

# A folder of somebody else's study has more trends than anyone reads here.
TRENDS_TOLD = 6
_FLAGS = {
    "sensor_height_m": "height",
    "body_height_m": "body-height",
    "board_max_tilt_deg": "board-tilt",
    "board_level_ap_deg": "board-level-ap",
    "board_level_ml_deg": "board-level-ml",
}


def tell_kept(outcome: pipeline.Outcome, kept: pipeline.Kept) -> None:
    """Print which trial a recording became, its value, and what to be careful about."""
    name = f"{outcome.export.name} {outcome.part}".rstrip()
    if not kept.new:
        print(f"{name}: already in the diary as trial {kept.trial}; nothing was changed.")
        if kept.differs and outcome.assessment is not None:
            print(f"  {_advise(outcome.assessment.setup, kept)}")
        return
    print(f"{name}: trial {kept.trial}, {describe_value(kept.assessment)}")
    print_issues(issue for issue in kept.assessment.issues if issue.code != WITHHELD)
    if kept.left_out:
        print(f"  · {describe_left_out(kept.left_out)}")


def _advise(given: Setup, kept: pipeline.Kept) -> str:
    """Return what an import said otherwise than the diary of a trial that is there, and how to correct it."""
    options = " ".join(_option(name, getattr(given, name)) for name in kept.differs)
    told = kept.describe_differences(given)
    return f"This time you said {told}. If that is right: surefoot edit {kept.trial} {options}"


def _flag(name: str) -> str:
    return _FLAGS.get(name, name).replace("_", "-")


def _option(name: str, value: object) -> str:
    if isinstance(value, bool):
        return f"--{_flag(name)}" if value else "--scored"
    text = value.isoformat() if isinstance(value, datetime) else str(value)
    return f"--{_flag(name)} {quote(text)}"


def tell_trends(diary: Diary, trials: Collection[str]) -> None:
    """Print the verdict and its reason of every trend that these trials belong to, if they are a few."""
    entries = diary.entries()
    new = {id(entry.assessment) for entry in entries if entry.trial in trials}
    known = [entry.assessment for entry in entries]
    groups = [
        group
        for group in like_for_like(known)
        if has_value(group) and any(id(assessment) in new for assessment in group)
    ]
    for group in groups if len(groups) <= TRENDS_TOLD else ():
        found = trend_of(group[0], known)
        if found is not None:
            said = explain_now(found, known)
            print(f"{found.setup.person}, {describe(group[0])}: {name_verdict(found)}. {said}")


def describe_value(assessment: Assessment) -> str:
    """Return the conditions of a trial, and the number to show first where it has one."""
    from surefoot.report.wording import within_sentence

    key = assessment.headline
    if not key:
        return describe(assessment)
    said = within_sentence(load_metrics()[key].label)
    return f"{describe(assessment)}, {said} {format_of(assessment, key)}"
