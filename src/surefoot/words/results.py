"""The result of a trial as people read it: its numbers under their names, and the one to show first."""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from surefoot.metrics import load_metrics
from surefoot.model import WITHHELD, Assessment, Issue, Trial
from surefoot.words.conditions import describe_test, list_conditions, show_placement, show_when
from surefoot.words.language import ENGLISH, Language
from surefoot.words.numbers import show_value

_KEY: Final = re.compile(r"[a-z0-9]+(?:_[a-z0-9]+)+")
_BESIDE: Final = (
    "hold_time_s",
    "touchdowns_count",
    "rms_ml_mps2",
    "rms_ap_mps2",
    "gyro_rms_ml_degps",
    "gyro_rms_ap_degps",
    "osi_centred_deg",
    "osi_deg",
)


def metric_labels() -> dict[str, str]:
    """Return the name of every metric by its key."""
    return {key: metric.label for key, metric in load_metrics().items()}


def name_metric(key: str, labels: Mapping[str, str]) -> str:
    """Return the label of a metric, its key where `labels` has none."""
    return labels.get(key, key)


def within_sentence(label: str) -> str:
    """Return a label as it stands within a sentence; abbreviations keep their capitals.

    >>> within_sentence("Sway path per second"), within_sentence("RMS tilt")
    ('sway path per second', 'RMS tilt')
    """
    return label if label[:2].isupper() else label[:1].lower() + label[1:]


def name_keys(text: str, labels: Mapping[str, str]) -> str:
    """Return `text` with each key of a metric in it replaced by its label.

    >>> name_keys("It rests on hold_time_s.", {"hold_time_s": "Hold time"})
    'It rests on hold time.'
    """
    return _KEY.sub(lambda key: within_sentence(labels.get(key[0], key[0])), text)


def show_of(assessment: Assessment, key: str, language: Language = ENGLISH) -> str:
    """Return a value of a trial with its unit, and that it is a least one where the recording broke off."""
    value = show_value(key, assessment.values[key], language)
    return language.say("value.at least", value=value) if assessment.is_at_least(key) else value


def show_primary(assessment: Assessment, language: Language = ENGLISH) -> str:
    """Return the value that carries the verdict of a trial, how long a failed one was held, or neither."""
    shown = assessment.headline
    if not shown:
        return language.say("value.none")
    value = show_of(assessment, shown, language)
    return value if shown == assessment.primary else language.say("value.held", value=value)


def describe_headline(assessment: Assessment, language: Language = ENGLISH) -> tuple[str, str]:
    """Return name and value of the number to show first; of a failed trial how long it was held."""
    key = assessment.headline
    if not key:
        return language.say("value.main"), language.say("value.none")
    return name_metric(key, metric_labels()), show_of(assessment, key, language)


def describe_beside(assessment: Assessment, language: Language = ENGLISH) -> tuple[tuple[str, str], ...]:
    """Return name and value of the few numbers that stand beside the headline."""
    return list_values(assessment, [key for key in _BESIDE if key != assessment.headline], language)


def list_values(
    assessment: Assessment, keys: Sequence[str], language: Language = ENGLISH
) -> tuple[tuple[str, str], ...]:
    """Return name and value of those of `keys` that a trial has, each once."""
    labels = metric_labels()
    shown = [key for key in dict.fromkeys(keys) if key in assessment.values]
    return tuple((name_metric(key, labels), show_of(assessment, key, language)) for key in shown)


def describe_value(assessment: Assessment, language: Language = ENGLISH) -> str:
    """Return the conditions of a trial, and the number to show first where it has one."""
    conditions = describe_test(assessment.setup, language)
    if not assessment.headline:
        return conditions
    name, value = describe_headline(assessment, language)
    return f"{conditions}, {within_sentence(name)} {value}"


def describe_trial(trial: Trial, assessment: Assessment | None, language: Language = ENGLISH) -> str:
    """Return what was done, when and how; `assessment` may know the date better than `trial`."""
    setup = trial.setup
    when = show_when(assessment.setup if assessment else setup, language)
    conditions = list_conditions(setup, but="test", language=language)
    worn = show_placement(setup, language)
    return f"{trial.protocol.title}, {when}: {conditions}, {setup.footwear}, {worn}."


def describe_issues(
    issues: Sequence[Issue], labels: Mapping[str, str], *, withheld: bool
) -> tuple[tuple[str, str], ...]:
    """Return severity and message of what to be careful about, or of what was left out and why."""
    told = [issue for issue in issues if (issue.code == WITHHELD) == withheld]
    return tuple((issue.severity, name_keys(issue.message, labels)) for issue in told)
