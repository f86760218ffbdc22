"""What the phone shows of a take, and of the trend that it belongs to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from surefoot import plotting
from surefoot.assessment import WITHHELD
from surefoot.change import trends
from surefoot.live.keeping import KeptTake
from surefoot.metrics import load_metrics
from surefoot.model import Assessment, Setup, Trend
from surefoot.report import sections, wording
from surefoot.web.dashboard import cards as overview

if TYPE_CHECKING:
    from surefoot.diary import Diary

_SHOWN: Final = (
    "hold_time_s",
    "touchdowns_count",
    "rms_ml_mps2",
    "rms_ap_mps2",
    "gyro_rms_ml_degps",
    "gyro_rms_ap_degps",
    "osi_centred_deg",
    "osi_deg",
)


def take_result(setup: Setup, kept: KeptTake) -> dict[str, Any]:
    """Return what the phone shows of a take, a refusal too."""
    head = {"title": plotting.describe_setup(setup), "practice": setup.practice}
    if kept.kept is None:
        return {**head, "error": kept.error.to_dict() if kept.error is not None else {}}
    return {**head, "trial": kept.trial, **describe_result(kept.kept.assessment)}


def describe_result(assessment: Assessment) -> dict[str, Any]:
    """Return the main value, a few others and what to be careful about, as text."""
    labels = {key: metric.label for key, metric in load_metrics().items()}
    shown = [key for key in _SHOWN if key in assessment.values and key != assessment.headline]
    return {
        "main": overview.describe_headline(assessment, labels),
        "values": [[labels[key], wording.show_of(assessment, key)] for key in shown],
        "issues": [
            [each.severity, wording.name_keys(each.message, labels)]
            for each in assessment.issues
            if each.code != WITHHELD
        ],
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
        "sentence": f"{plotting.verdict_sentence(trend)}.",
        "reason": trend.reason,
        "label": wording.name_metric(trend.metric, {k: m.label for k, m in load_metrics().items()}),
        "header": table.header,
        "rows": table.rows,
    }
