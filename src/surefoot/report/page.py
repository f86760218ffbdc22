"""The page itself: sections into a template, and the template into a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from surefoot.model import Assessment, Trend, Trial
from surefoot.plotting import write_bytes
from surefoot.report import sections, wording
from surefoot.sides import Ratio


def write_report(
    path: Path,
    *,
    person: str,
    trends: Sequence[Trend],
    assessments: Sequence[Assessment],
    newest: Trial | None,
    labels: Mapping[str, str],
    version: str,
    ratios: Sequence[Ratio] = (),
) -> Path:
    """Write one self-contained HTML page about `person` to `path` and return the path.

    It says the verdict of each trend, shows trends, `ratios` of sides and conditions, and the `newest` trial,
    with a table beneath every picture, and lists all trials. `labels` names metrics by key; `version` is
    Surefoot's own. The page holds no script and asks nothing of any other place. The same input gives the
    same bytes. Raises OutputError where the file cannot be written.
    """
    text = _fill_page(
        person=person,
        span=wording.show_span([each.setup.when for each in assessments if each.setup.when is not None]),
        count=len(assessments),
        verdicts=sections.verdict_lines(trends),
        trends=sections.trend_plates(trends, labels),
        sides=sections.sides_table(ratios, labels),
        newest=_describe_newest(newest, assessments, labels),
        trials=sections.trials_table(assessments, labels),
        version=version,
        metrics_versions=_metrics_versions(assessments),
    )
    return write_bytes(path, text.encode("utf-8"))


def _describe_newest(
    trial: Trial | None, assessments: Sequence[Assessment], labels: Mapping[str, str]
) -> dict[str, Any] | None:
    if trial is None:
        return None
    assessment = sections.assessment_of(trial, assessments)
    return {
        "when": wording.show_when(assessment.setup if assessment else trial.setup),
        "title": trial.protocol.title,
        "setup": trial.setup,
        "worn": wording.show_placement(trial.setup),
        "plates": sections.trial_plates(trial),
        "numbers": None if assessment is None else sections.values_table(assessment, labels),
        "issues": [issue.message for issue in (assessment.issues if assessment else trial.issues)],
    }


def _metrics_versions(assessments: Sequence[Assessment]) -> str:
    versions = sorted({each.provenance.metrics_version for each in assessments})
    return ", ".join(str(version) for version in versions) or "none"


def _fill_page(**content: Any) -> str:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("surefoot.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("report.html.j2").render(**content)
