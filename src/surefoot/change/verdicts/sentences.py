"""What a trend says of its verdict: every sentence, with the state it stands for, and which trend leads."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime
from typing import Final, Literal

from surefoot.change.verdicts.judging import SAME
from surefoot.metrics import find_metric
from surefoot.model import Metric, OtherLeg, Trend
from surefoot.reliability import prior_noise
from surefoot.reliability.follow_up import FIRST_LOOK, RULE

State = Literal[
    "shown",
    "wait",
    "steadier",
    "steadier, fading",
    "less steady",
    "less steady, fading",
    "same",
    "no longer steadier",
    "no longer less steady",
    "unsure",
    "leaning",
    "unsure for long",
]
Kind = Literal["sway", "hold", "other"]

_HELPS: Final = "the same time of day, the same place and three trials each time help"
_OTHER: Final = "{label}: your {lately} are about {pct} % {way} ({low} to {high} %) than your {before}"

# A state and the kind of measure → its sentence; where a kind has none of its own, that of "sway" serves.
SENTENCES: Final[dict[tuple[State, Kind], str]] = {
    ("shown", "sway"): "{label} is only shown; no verdict rests on it.",
    (
        "wait",
        "sway",
    ): "{done} of {needed} sessions {are} done. {more} more, and I can compare your last with your first.",
    ("steadier", "sway"): (
        "{On}your {lately} are about {pct} % steadier ({low} to {high} %) than your {before}: "
        "more than chance{other}."
    ),
    ("steadier", "hold"): (
        "{On}you held about {pct} % longer ({low} to {high} %) in your {lately} than in your {before}: "
        "more than chance{other}."
    ),
    ("steadier", "other"): f"{_OTHER}. {{Way}} is steadier, and this is more than chance{{other}}.",
    ("steadier, fading", "sway"): (
        "{On}your {lately} are still about {pct} % steadier ({low} to {high} %) than your {before}, "
        "if less clearly than before{other}."
    ),
    ("steadier, fading", "hold"): (
        "{On}you still held about {pct} % longer ({low} to {high} %) in your {lately} than in your {before}, "
        "if less clearly than before{other}."
    ),
    ("steadier, fading", "other"): f"{_OTHER}. {{Way}} is steadier, if less clearly so than before{{other}}.",
    ("less steady", "sway"): (
        "{On}your {lately} are about {pct} % less steady ({low} to {high} %) than your {before}: "
        "more than chance{other}."
    ),
    ("less steady", "hold"): (
        "{On}you held about {pct} % shorter ({low} to {high} %) in your {lately} than in your {before}: "
        "more than chance{other}."
    ),
    ("less steady", "other"): f"{_OTHER}. {{Way}} is less steady, and this is more than chance{{other}}.",
    ("less steady, fading", "sway"): (
        "{On}your {lately} are still about {pct} % less steady ({low} to {high} %) than your {before}, "
        "if less clearly than before{other}."
    ),
    ("less steady, fading", "hold"): (
        "{On}you still held about {pct} % shorter ({low} to {high} %) in your {lately} than in your "
        "{before}, if less clearly than before{other}."
    ),
    (
        "less steady, fading",
        "other",
    ): f"{_OTHER}. {{Way}} is less steady, if less clearly so than before{{other}}.",
    ("same", "sway"): (
        "{On}your {lately} are about the same as your {before}: "
        "a change of {same} % or more would have shown by now."
    ),
    ("same", "other"): (
        "{label}: your {lately} are about the same as your {before}. "
        "A change of {same} % or more would have shown by now."
    ),
    ("no longer steadier", "sway"): (
        "{On}you were steadier for a while; your {lately} have moved back towards your {before}, "
        "so that no longer holds."
    ),
    ("no longer less steady", "sway"): (
        "{On}you were less steady for a while; your {lately} have come back towards your {before}, "
        "so that no longer holds."
    ),
    ("unsure", "sway"): (
        "{On}your {lately} and your {before} differ by no more than chance can do. "
        "With about {more}{pace}, a change of {same} % would show."
    ),
    ("leaning", "sway"): (
        "{On}your {lately} are a little {lean} than your {before}, but chance can do as much. "
        "The next sessions will tell."
    ),
    ("unsure for long", "sway"): (
        "{On}your {lately} and your {before} differ by no more than chance can do. "
        "Results like these vary so much that only large changes show; " + _HELPS + "."
    ),
}

# What may follow, in this order.
PARTS: Final[dict[str, str]] = {
    "level": "Lately it stays about there.",
    "practice": "Some of it may be practice.",
    "practice, beyond the other leg": "A part of it may still be practice.",
    "beyond practice": "That is more than practice alone tends to give.",
    "likewise steadier": "Your {leg} leg gained too in the same time, so it may be practice or the days.",
    "likewise less steady": "Your {leg} leg slipped too in the same time: it may be the days, not the leg.",
    "scatter": f"Your results vary more than I was tried for, so take this with care: {_HELPS}.",
}
# What stands in the sentence itself where the other leg did less.
OTHER_DID_LESS: Final[dict[tuple[str, Kind], str]] = {
    (
        "steadier",
        "sway",
    ): ", and more than your {leg} leg did: {then} times as much sway then, {now} times now",
    (
        "steadier",
        "hold",
    ): ", and more than your {leg} leg did: {then} times as long a hold then, {now} times now",
    ("steadier", "other"): ", and more than your {leg} leg did: {then} times its value then, {now} times now",
    ("less steady", "sway"): (
        ", and your {leg} leg did not slip as much: {then} times as much sway then, {now} times now"
    ),
    ("less steady", "hold"): (
        ", and your {leg} leg did not slip as much: {then} times as long a hold then, {now} times now"
    ),
    (
        "less steady",
        "other",
    ): ", and your {leg} leg did not slip as much: {then} times its value then, {now} times now",
}
NOISE: Final[dict[str, str]] = {
    "seen": "With this phone and your way of testing, a change of {size} % can be seen after {sessions}.",
    "unseen": f"With your way of testing only very large changes can be seen: {_HELPS}.",
}
MANY: Final = (
    "I looked at {count} trends. The more there are, the more often one of them moves by chance: go by the "
    "test that you chose beforehand."
)
_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
)  # fmt: skip
_NUMBERS: Final = (
    "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
)  # fmt: skip
SHORT: Final[dict[State, str]] = {
    "shown": "only shown",
    "wait": "too early to say",
    "steadier": "steadier",
    "steadier, fading": "steadier",
    "less steady": "less steady",
    "less steady, fading": "less steady",
    "same": "about the same",
    "no longer steadier": "moved back",
    "no longer less steady": "back up",
    "unsure": "no sure change yet",
    "leaning": "no sure change yet",
    "unsure for long": "no sure change yet",
}


def state_of(trend: Trend) -> State:
    """Return which of the states a trend is in; each has its sentence."""
    if trend.smallest_real_change_pct is None:
        return "shown"
    if trend.before is None or trend.change_interval_pct is None:
        return "wait"
    low, high = trend.change_interval_pct
    fading = low < 0 < high
    if trend.verdict == "steadier":
        return "steadier, fading" if fading else "steadier"
    if trend.verdict == "less steady":
        return "less steady, fading" if fading else "less steady"
    return "same" if trend.verdict == "no real change" else _untold(trend)


def _untold(trend: Trend) -> State:
    if trend.withdrawn is not None:
        return "no longer steadier" if trend.withdrawn == "steadier" else "no longer less steady"
    if trend.sessions_wanted is None:
        return "unsure for long"
    return "leaning" if trend.sessions_wanted == 1 and len(trend.values) >= RULE.first_same else "unsure"


def explain(trend: Trend) -> str:
    """Return what a trend says of its verdict, and on what it rests, in whole sentences."""
    state, kind = state_of(trend), _kind(find_metric(trend.metric))
    sentence = SENTENCES.get((state, kind), SENTENCES[state, "sway"])
    said = sentence.format(**_facts(trend, state, kind))
    return " ".join([said[:1].upper() + said[1:], *_parts(trend, state)])


def explain_noise(trend: Trend) -> str:
    """Return which change this person's own noise lets be seen, and after how many sessions; may be empty."""
    if trend.smallest_real_change_pct is None:
        return ""
    if trend.detectable_pct is None or trend.detectable_sessions is None:
        return NOISE["unseen"]
    return NOISE["seen"].format(
        size=f"{trend.detectable_pct:.0f}", sessions=_sessions(trend.detectable_sessions)
    )


def explain_many(trends: Sequence[Trend]) -> str:
    """Return how many trends with a verdict of their own were looked at; empty for a single one."""
    count = sum(trend.smallest_real_change_pct is not None for trend in trends)
    return MANY.format(count=_number(count)) if count > 1 else ""


def _kind(metric: Metric) -> Kind:
    if metric.key in ("hold_time_s", "longest_hold_s"):
        return "hold"
    return "sway" if metric.better == "lower" and metric.gain == 1 else "other"


def _facts(trend: Trend, state: State, kind: Kind) -> dict[str, object]:
    leg, done, wanted = trend.setup.leg, len(trend.values), trend.sessions_wanted or 1
    facts: dict[str, object] = {"label": find_metric(trend.metric).label}
    facts["On"] = "" if leg == "both" else f"on your {leg} leg, "
    if state == "wait":
        more, are = _number(wanted).capitalize(), "is" if done == 1 else "are"
        return facts | {"done": done, "needed": done + wanted, "more": more, "are": are}
    return facts if state == "shown" else facts | _facts_of_change(trend, state, kind, wanted)


def _facts_of_change(trend: Trend, state: State, kind: Kind, wanted: int) -> dict[str, object]:
    change = trend.change_pct or 0.0
    low, high = trend.change_interval_pct or (0.0, 0.0)
    near, far = sorted((abs(low), abs(high)))
    if state.endswith("fading"):
        near, far = 0.0, abs(low if change < 0 else high)
    gain = prior_noise(trend.metric, trend.setup).gain
    way = "lower" if change < 0 else "higher"
    return {
        "lately": _period(trend, trend.lately),
        "before": _period(trend, trend.before),
        "pct": f"{abs(change):.0f}",
        "low": f"{near:.0f}",
        "high": f"{far:.0f}",
        "way": way,
        "Way": way.capitalize(),
        "lean": "steadier" if way == find_metric(trend.metric).better else "less steady",
        "same": f"{-100 * math.expm1(-SAME * gain):.0f}",
        "more": f"{_number(wanted)} more session" + "s" * (wanted != 1),
        "pace": _pace(trend, wanted),
        "other": _other_did_less(trend, kind),
    }


def _other_did_less(trend: Trend, kind: Kind) -> str:
    other = trend.other_leg
    if other is None or other.did != "less":
        return ""
    then, now = f"{other.ratio_before:.1f}", f"{other.ratio_lately:.1f}"
    return OTHER_DID_LESS[trend.verdict, kind].format(leg=other.leg, then=then, now=now)


def _parts(trend: Trend, state: State) -> list[str]:
    other, told = trend.other_leg, trend.verdict in ("steadier", "less steady")
    found = []
    if told and trend.standing == "level":
        found.append("level")
    if trend.verdict == "steadier":
        found.append(_practice(trend, other))
    if told and other is not None and other.did == "likewise":
        found.append(f"likewise {trend.verdict}")
    if trend.scatter and state not in ("shown", "unsure for long"):
        found.append("scatter")
    leg = "" if other is None else other.leg
    return [PARTS[name].format(leg=leg) for name in found]


def _practice(trend: Trend, other: OtherLeg | None) -> str:
    if not trend.practice:
        return "beyond practice"
    return "practice, beyond the other leg" if other is not None and other.did == "less" else "practice"


def _period(trend: Trend, sessions: tuple[int, int] | None) -> str:
    """Return a period as the sentence names it, such as ``last 3 sessions (7–14 April)``."""
    first, last = sessions or (0, 0)
    count, newest = last - first + 1, len(trend.dates) - 1
    years = trend.dates[0].year != trend.dates[-1].year
    when = days_between(trend.dates[first], trend.dates[last], year=years)
    if last == newest:
        return f"last {count} sessions ({when})" if count > 1 else f"last session ({when})"
    # The word "sessions" was just said of those lately.
    return f"first {count} ({when})" if first == 0 else f"{count} earlier ones ({when})"


def days_between(first: datetime, last: datetime, *, year: bool = False) -> str:
    """Return the days from one to another as they are read aloud.

    >>> days_between(datetime(2026, 4, 7), datetime(2026, 4, 14))
    '7–14 April'
    >>> days_between(datetime(2025, 12, 28), datetime(2026, 1, 3), year=True)
    '28 December 2025 to 3 January 2026'
    """
    end = f"{last.day} {_MONTHS[last.month - 1]}" + f" {last.year}" * year
    if first.date() == last.date():
        return end
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{end}"
    begin = f"{first.day} {_MONTHS[first.month - 1]}" + f" {first.year}" * (year and first.year != last.year)
    return f"{begin} to {end}"


def _number(count: int) -> str:
    return _NUMBERS[count] if count < len(_NUMBERS) else str(count)


def _sessions(count: int) -> str:
    return f"{_number(count)} session" + "s" * (count != 1)


def _pace(trend: Trend, wanted: int) -> str:
    """Return how long so many sessions take at the pace of the last ones, where it is a matter of weeks."""
    recent = trend.dates[-FIRST_LOOK:]
    days = (recent[-1] - recent[0]).total_seconds() / 86400 / max(len(recent) - 1, 1)
    weeks = round(wanted * days / 7)
    return f" ({_number(weeks)} weeks at your pace)" if weeks >= 2 else ""


def name_verdict(trend: Trend) -> str:
    """Return the verdict of a trend in two or three plain words."""
    return SHORT[state_of(trend)]


def lead(trends: Sequence[Trend], injured: str = "") -> Trend | None:
    """Return the trend that speaks first; None where there is none.

    It is chosen by what was tested, never by what came out, so that many lines do not speak by chance: the
    injured leg, in the test done in most sessions; eyes open before closed.
    """

    def place(trend: Trend) -> tuple[bool, int, bool, bool]:
        setup = trend.setup
        return (setup.leg == injured, len(trend.values), setup.eyes == "open", setup.surface == "floor")

    return max(trends, key=place, default=None)
