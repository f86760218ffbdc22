"""Numbers, dates and verdicts as people read them."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from surefoot.model import Assessment, Setup, Trend, Trial
from surefoot.plotting import WORN, describe_date, verdict_sentence
from surefoot.units import unit_of

_WORD: Final = re.compile(r"[a-z0-9]+(?:_[a-z0-9]+)+")
_RAISED: Final = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def show_number(value: float) -> str:
    """Return `value` with three significant digits and a true minus sign.

    >>> show_number(0.043217), show_number(-12.34), show_number(1234.5), show_number(0.0)
    ('0.0432', '−12.3', '1234', '0')
    >>> show_number(9.07e-9)
    '9.07 × 10⁻⁹'
    """
    if value == 0:
        return "0"
    exponent = math.floor(math.log10(abs(value)))
    if exponent < -5:
        raised = str(exponent).translate(_RAISED)
        return f"{value / 10**exponent:.2f} × 10{raised}".replace("-", "−")
    return f"{value:.{max(0, 2 - exponent)}f}".replace("-", "−")


def show_value(key: str, value: float) -> str:
    """Return a metric's value with its unit.

    >>> show_value("path_rate_mps3", 0.5), show_value("tilt_ap_deg", 1.5), show_value("touchdowns_count", 2.0)
    ('0.500 m/s³', '1.50°', '2')
    """
    unit = unit_of(key)
    if unit == "count":
        return f"{value:.0f}"
    if not unit:
        return show_number(value)
    return f"{show_number(value)}{'' if unit.startswith('°') else ' '}{unit}"


def show_of(assessment: Assessment, key: str) -> str:
    """Return a value of a trial with its unit, and that it is a least one where the recording broke off."""
    return ("at least " if assessment.is_at_least(key) else "") + show_value(key, assessment.values[key])


def show_percent(value: float) -> str:
    """Return a signed percentage.

    >>> show_percent(-4.21), show_percent(0.04)
    ('−4.2 %', '+0.0 %')
    """
    return f"{value:+.1f} %".replace("-", "−")


def show_ratio(value: float | None, unit: str) -> str:
    """Return a ratio: whole per cent, or two decimals.

    >>> show_ratio(-12.4, "%"), show_ratio(1.888, ""), show_ratio(None, "")
    ('−12 %', '1.89', '')
    """
    if value is None:
        return ""
    return (f"{value:.0f} %" if unit == "%" else f"{value:.2f}").replace("-", "−")


def show_span(dates: Sequence[datetime]) -> str:
    """Return the first and the last of `dates`.

    >>> show_span([datetime(2026, 4, 14), datetime(2026, 3, 2)])
    '2 Mar 2026 to 14 Apr 2026'
    """
    if not dates:
        return "no dates"
    first, last = describe_date(min(dates)), describe_date(max(dates))
    return first if first == last else f"{first} to {last}"


def show_when(setup: Setup) -> str:
    """Return the day and the time of a trial on the clock of the place it was made."""
    when = setup.when
    return "no date" if when is None else f"{describe_date(when)}, {when:%H:%M}"


def show_placement(setup: Setup) -> str:
    """Return where the sensor was.

    >>> show_placement(Setup())
    'sensor on the lower back'
    """
    return f"sensor {WORN[setup.placement]}"


def describe_trial(trial: Trial, assessment: Assessment | None) -> str:
    """Return what was done, when and how; `assessment` may know the date better than `trial`."""
    setup = trial.setup
    when = show_when(assessment.setup if assessment else setup)
    leg = "both legs" if setup.leg == "both" else f"{setup.leg} leg"
    conditions = f"{leg}, eyes {setup.eyes}, {setup.surface}, {setup.footwear}"
    return f"{trial.protocol.title}, {when}: {conditions}, {show_placement(setup)}."


def show_primary(assessment: Assessment) -> str:
    """Return the value that carries the verdict of a trial, how long a failed one was held, or neither."""
    shown = assessment.headline
    if not shown:
        return "not available"
    held = "held " if shown != assessment.primary else ""
    return held + show_of(assessment, shown)


def name_keys(text: str, labels: Mapping[str, str]) -> str:
    """Return `text` with each key of a metric in it replaced by its label.

    >>> name_keys("It rests on hold_time_s.", {"hold_time_s": "Hold time"})
    'It rests on hold time.'
    """
    return _WORD.sub(lambda word: within_sentence(labels.get(word[0], word[0])), text)


def within_sentence(label: str) -> str:
    """Return a label as it stands within a sentence; abbreviations keep their capitals.

    >>> within_sentence("Sway path per second"), within_sentence("RMS tilt")
    ('sway path per second', 'RMS tilt')
    """
    return label if label[:2].isupper() else label[:1].lower() + label[1:]


def name_metric(key: str, labels: Mapping[str, str]) -> str:
    """Return the label of a metric, its key where `labels` has none."""
    return labels.get(key, key)


def explain_slope(trend: Trend) -> str:
    """Return the change per week with its 95 % interval, or that it is not given."""
    if trend.slope_per_week_pct is None:
        return "not given; the reason stands beside the verdict"
    slope = f"{show_percent(trend.slope_per_week_pct)} a week"
    if trend.interval is None:
        return slope
    low, high = (show_percent(end) for end in trend.interval)
    return f"{slope} (95 % interval {low} to {high}; Theil–Sen, taking sessions as independent)"


def explain_band(trend: Trend) -> str:
    """Return the range of values that chance could give, or that it is not known yet."""
    if trend.band is None:
        return "not known yet; the reason stands beside the verdict"
    low, high = (show_value(trend.metric, end) for end in trend.band)
    return f"{low} to {high}"


def explain_ruler(trend: Trend) -> str:
    """Return the smallest real change and where it came from."""
    rise_pct, drop_pct = trend.smallest_real_change_pct, trend.smallest_drop_pct
    if rise_pct is None or drop_pct is None:
        return trend.smallest_real_change_source
    source = trend.smallest_real_change_source
    return f"{drop_pct:.0f} % lower or {rise_pct:.0f} % higher, from {source}"


def describe_trend(trend: Trend, label: str) -> str:
    """Return what a picture of `trend` shows, for those who do not see it."""
    first, last = (show_value(trend.metric, value) for value in (trend.values[0], trend.values[-1]))
    sessions = f"{len(trend.values)} session" + ("s" if len(trend.values) != 1 else "")
    return f"{verdict_sentence(trend)}. {label}, {sessions}, from {first} to {last}."
