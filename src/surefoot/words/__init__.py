"""How numbers, conditions, results and trends are said: once, for terminal, report, pages and pictures.

Every sentence is a text of a `Language`, found by its key; what fills it is said here, too.
"""

from surefoot.words.conditions import (
    days_between,
    describe_setup,
    describe_stance,
    describe_test,
    list_conditions,
    name_leg,
    name_place,
    name_test,
    name_trends,
    show_date,
    show_placement,
    show_span,
    show_when,
)
from surefoot.words.language import ENGLISH, Language
from surefoot.words.numbers import show_number, show_percent, show_ratio, show_value
from surefoot.words.progress import say_hold, say_legs, say_touches
from surefoot.words.results import (
    describe_beside,
    describe_headline,
    describe_issues,
    describe_trial,
    describe_value,
    list_values,
    metric_labels,
    name_keys,
    name_metric,
    show_of,
    show_primary,
    within_sentence,
)
from surefoot.words.trends import (
    count_of,
    describe_change,
    describe_smallest_change,
    describe_trend,
    explain,
    explain_band,
    explain_many,
    explain_noise,
    explain_slope,
    name_better,
    name_change,
    name_verdict,
    state_of,
    verdict_sentence,
)

__all__ = [
    "ENGLISH", "Language", "count_of", "days_between", "describe_beside", "describe_change",
    "describe_headline", "describe_issues", "describe_setup", "describe_stance",
    "describe_smallest_change", "describe_test", "describe_trend", "describe_trial", "describe_value",
    "explain", "explain_band", "explain_many", "explain_noise", "explain_slope", "list_conditions",
    "list_values", "metric_labels", "name_better", "name_change", "name_keys", "name_leg",
    "name_metric", "name_place", "name_test", "name_trends", "name_verdict", "say_hold", "say_legs", "say_touches",
    "show_date", "show_number", "show_of", "show_percent", "show_placement", "show_primary",
    "show_ratio", "show_span", "show_value", "show_when", "state_of", "verdict_sentence",
    "within_sentence",
]  # fmt: skip
