"""The page: sections into a template, one self-contained HTML text."""

from typing import Any

from surefoot import words
from surefoot.report import sections
from surefoot.report.content import LIMITS, NO_TREND, NO_TRIALS, Report


def fill_page(report: Report) -> str:
    """Return the report as one HTML page that opens, prints and travels without anything else."""
    return _fill_template(
        title=report.title,
        span=report.span,
        count=report.count,
        verdicts=sections.verdict_lines(report.trends, report.assessments),
        lines=words.explain_many(report.trends),
        trends=sections.trend_plates(report.trends, report.labels),
        sides=sections.sides_table(report.ratios, report.labels),
        newest=_describe_newest(report),
        trials=sections.trials_table(report.assessments, report.labels),
        no_trend=NO_TREND,
        no_trials=NO_TRIALS,
        limits=LIMITS,
        origin=report.origin,
    )


def _describe_newest(report: Report) -> dict[str, Any] | None:
    trial = report.newest
    if trial is None:
        return None
    return {
        "described": words.describe_trial(trial, sections.assessment_of(trial, report.assessments)),
        "plates": sections.trial_plates(trial),
        "numbers": sections.newest_numbers(report),
        "issues": sections.newest_issues(report),
    }


def _fill_template(**content: Any) -> str:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("surefoot.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("report.html.j2").render(**content)
