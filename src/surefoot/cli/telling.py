"""What an import tells of the trials it kept, and of the trends they belong to."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from surefoot.assessment import WITHHELD
from surefoot.cli.output import describe, format_value, print_issues
from surefoot.metrics import load_metrics
from surefoot.sources import describe_left_out
from surefoot.trends import like_for_like, trend

if TYPE_CHECKING:
    from surefoot import pipeline
    from surefoot.diary import Diary
    from surefoot.model import Assessment

# A folder of somebody else's study has more trends than anyone reads here.
TRENDS_TOLD = 6


def tell_kept(outcome: pipeline.Outcome, kept: pipeline.Kept) -> None:
    """Print which trial a recording became, its value, and what to be careful about."""
    name = f"{outcome.export.name} {outcome.part}".rstrip()
    if not kept.new:
        print(f"{name}: already in the diary as trial {kept.trial}; nothing was changed.")
        return
    print(f"{name}: trial {kept.trial}, {describe_value(kept.assessment)}")
    print_issues(issue for issue in kept.assessment.issues if issue.code != WITHHELD)
    if kept.left_out:
        print(f"  · {describe_left_out(kept.left_out)}")


def tell_trends(diary: Diary, trials: Collection[str]) -> None:
    """Print the verdict and its reason of every trend that these trials belong to, if they are a few."""
    entries = diary.entries()
    new = {id(entry.assessment) for entry in entries if entry.trial in trials}
    groups = [
        group
        for group in like_for_like(entry.assessment for entry in entries)
        if group[0].primary and any(id(assessment) in new for assessment in group)
    ]
    for group in groups if len(groups) <= TRENDS_TOLD else ():
        found = trend(group)
        print(f"{found.setup.person}, {describe(group[0])}: {found.verdict}. {found.reason}")


def describe_value(assessment: Assessment) -> str:
    """Return the conditions of a trial, and the number to show first where it has one."""
    from surefoot.report.wording import within_sentence

    key = assessment.headline
    if not key:
        return describe(assessment)
    said = within_sentence(load_metrics()[key].label)
    return f"{describe(assessment)}, {said} {format_value(key, assessment.values[key])}"
