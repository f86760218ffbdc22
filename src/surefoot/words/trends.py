"""What a trend says: its verdict in few words and in whole sentences, and the numbers beside it."""

import math
from collections.abc import Sequence
from typing import Final, Literal

from surefoot.metrics import find_metric
from surefoot.model import Change, Metric, OtherLeg, Trend
from surefoot.words.conditions import days_between, describe_setup
from surefoot.words.language import ENGLISH, Language
from surefoot.words.numbers import show_percent, show_value

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
_HOLDS: Final = ("hold_time_s", "longest_hold_s")


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
    from surefoot.reliability.follow_up import RULE

    if trend.withdrawn is not None:
        return "no longer steadier" if trend.withdrawn == "steadier" else "no longer less steady"
    if trend.sessions_wanted is None:
        return "unsure for long"
    return "leaning" if trend.sessions_wanted == 1 and len(trend.values) >= RULE.first_same else "unsure"


def kind_of(metric: Metric) -> Kind:
    """Return which sentences fit a metric: those of sway, of a hold, or of any other value."""
    if metric.key in _HOLDS:
        return "hold"
    return "sway" if metric.better == "lower" and metric.gain == 1 else "other"


def name_verdict(trend: Trend, language: Language = ENGLISH) -> str:
    """Return the verdict of a trend in two or three plain words."""
    return language.say(f"short.{state_of(trend)}")


def verdict_sentence(trend: Trend, language: Language = ENGLISH) -> str:
    """Return the verdict in a few plain words, such as ``Right leg, eyes open: steadier``."""
    return f"{describe_setup(trend.setup, language)}: {name_verdict(trend, language)}"


def explain(trend: Trend, language: Language = ENGLISH) -> str:
    """Return what a trend says of its verdict, and on what it rests, in whole sentences."""
    state, kind = state_of(trend), kind_of(find_metric(trend.metric))
    said = language.say(_sentence(state, kind, language), **_facts(trend, state, kind, language))
    return " ".join([said[:1].upper() + said[1:], *_parts(trend, state, language)])


def _sentence(state: State, kind: Kind, language: Language) -> str:
    """Return the key of a sentence; where a kind has none of its own, that of sway serves."""
    own = f"verdict.{state}.{kind}"
    return own if own in language.texts else f"verdict.{state}.sway"


def _facts(trend: Trend, state: State, kind: Kind, language: Language) -> dict[str, object]:
    from surefoot.reliability import prior_noise
    from surefoot.reliability.follow_up import SAME

    metric, wanted = find_metric(trend.metric), trend.sessions_wanted or 1
    facts: dict[str, object] = {"label": metric.label, "On": _on(trend, language)}
    if state in ("shown", "wait"):
        done, more = len(trend.values), language.count(wanted).capitalize()
        return facts | {"n": done, "needed": done + wanted, "More": more}
    change = trend.change_pct or 0.0
    low, high = sorted(abs(end) for end in trend.change_interval_pct or (0.0, 0.0))
    way = "lower" if change < 0 else "higher"
    lean = "steadier" if way == metric.better else "less steady"
    return facts | {
        "lately": _period(trend, trend.lately, language),
        "before": _period(trend, trend.before, language),
        "pct": f"{abs(change):.0f}",
        "low": "0" if state.endswith("fading") else f"{low:.0f}",
        "high": f"{_far_end(trend, change) if state.endswith('fading') else high:.0f}",
        "way": language.say(f"way.{way}"),
        "Way": language.say(f"way.{way}").capitalize(),
        "lean": language.say(f"way.{lean}"),
        "same": f"{-100 * math.expm1(-SAME * prior_noise(trend.metric, trend.setup).gain):.0f}",
        "more": count_of("more sessions", wanted, language),
        "pace": _pace(trend, wanted, language),
        "other": _other_did_less(trend, kind, language),
    }


def count_of(what: str, number: int, language: Language = ENGLISH) -> str:
    """Return how many of something there are, as a sentence has it.

    >>> count_of("sessions", 1), count_of("sessions", 11)
    ('one session', 'eleven sessions')
    """
    key = f"count.{what}.{'one' if number == 1 else 'other'}"
    return language.say(key, n=language.count(number))


def _far_end(trend: Trend, change: float) -> float:
    low, high = trend.change_interval_pct or (0.0, 0.0)
    return abs(low if change < 0 else high)


def _on(trend: Trend, language: Language) -> str:
    leg = trend.setup.leg
    return "" if leg == "both" else language.say("on leg", leg=language.say(f"side.{leg}"))


def _other_did_less(trend: Trend, kind: Kind, language: Language) -> str:
    other = trend.other_leg
    if other is None or other.did != "less":
        return ""
    facts = {"then": f"{other.ratio_before:.1f}", "now": f"{other.ratio_lately:.1f}"}
    leg = language.say(f"side.{other.leg}")
    return language.say(f"other leg.{trend.verdict}.{kind}", leg=leg, **facts)


def _parts(trend: Trend, state: State, language: Language) -> list[str]:
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
    leg = "" if other is None else language.say(f"side.{other.leg}")
    return [language.say(f"part.{name}", leg=leg) for name in found]


def _practice(trend: Trend, other: OtherLeg | None) -> str:
    if not trend.practice:
        return "beyond practice"
    return "practice, beyond the other leg" if other is not None and other.did == "less" else "practice"


def _period(trend: Trend, sessions: tuple[int, int] | None, language: Language) -> str:
    """Return a period as the sentence names it, such as ``last 3 sessions (7–14 April)``."""
    first, last = sessions or (0, 0)
    years = trend.dates[0].year != trend.dates[-1].year
    when = days_between(trend.dates[first], trend.dates[last], year=years, language=language)
    # Of the earlier period the word "sessions" was just said.
    named = "last" if last == len(trend.dates) - 1 else "first" if first == 0 else "earlier"
    return language.say(f"period.{named}", n=last - first + 1, when=when)


def _pace(trend: Trend, wanted: int, language: Language) -> str:
    """Return how long so many sessions take at the pace of the last ones, where it is a matter of weeks."""
    from surefoot.reliability.follow_up import FIRST_LOOK

    recent = trend.dates[-FIRST_LOOK:]
    days = (recent[-1] - recent[0]).total_seconds() / 86400 / max(len(recent) - 1, 1)
    weeks = round(wanted * days / 7)
    return language.say("period.pace", weeks=language.count(weeks)) if weeks >= 2 else ""


def explain_noise(trend: Trend, language: Language = ENGLISH) -> str:
    """Return which change this person's own noise lets be seen, and after how many sessions; may be empty."""
    if trend.smallest_real_change_pct is None:
        return ""
    if trend.detectable_pct is None or trend.detectable_sessions is None:
        return language.say("noise.unseen")
    sessions = count_of("sessions", trend.detectable_sessions, language)
    return language.say("noise.seen", size=f"{trend.detectable_pct:.0f}", sessions=sessions)


def explain_many(trends: Sequence[Trend], language: Language = ENGLISH) -> str:
    """Return how many trends with a verdict of their own were looked at; empty for a single one."""
    count = sum(trend.smallest_real_change_pct is not None for trend in trends)
    return language.say("many", count=language.count(count)) if count > 1 else ""


def explain_slope(trend: Trend, language: Language = ENGLISH) -> str:
    """Return the change per week with its 95 % interval, or that it is not given."""
    if trend.slope_per_week_pct is None:
        return language.say("trend.no slope")
    slope = show_percent(trend.slope_per_week_pct, language=language)
    if trend.interval is None:
        return language.say("trend.slope", slope=slope)
    low, high = (show_percent(end, language=language) for end in trend.interval)
    return language.say("trend.slope and interval", slope=slope, low=low, high=high)


def explain_band(trend: Trend, language: Language = ENGLISH) -> str:
    """Return the range of values that chance could give, or that it is not known yet."""
    if trend.band is None:
        return language.say("trend.no band")
    low, high = (show_value(trend.metric, end, language) for end in trend.band)
    return language.say("trend.band", low=low, high=high)


def describe_smallest_change(
    rise_pct: float | None, source: str, drop_pct: float | None = None, language: Language = ENGLISH
) -> str:
    """Return the smallest real change and where it came from; without a number only why.

    Where only the rise is given, the drop is the same factor downward.
    """
    if rise_pct is None:
        return source
    drop_pct = 100 * rise_pct / (100 + rise_pct) if drop_pct is None else drop_pct
    return language.say("trend.smallest", drop=f"{drop_pct:.0f}", rise=f"{rise_pct:.0f}", source=source)


def describe_change(
    label: str,
    moved_pct: float,
    drop_pct: float,
    rise_pct: float,
    *,
    beyond: bool,
    language: Language = ENGLISH,
) -> str:
    """Return by how much a value moved from one trial to another, and how far noise alone reaches."""
    moved = f"{abs(moved_pct):.0f} % {language.say('way.lower' if moved_pct < 0 else 'way.higher')}"
    facts = {"label": label, "moved": moved, "drop": f"{drop_pct:.0f}", "rise": f"{rise_pct:.0f}"}
    return language.say("pair.beyond" if beyond else "pair.within", **facts)


def name_change(change: Change, language: Language = ENGLISH) -> str:
    """Return the verdict on two trials in two or three plain words."""
    return language.say(f"pair.{change.verdict}")


def describe_trend(trend: Trend, label: str, name: str = "", language: Language = ENGLISH) -> str:
    """Return what a picture of `trend`, called `name`, shows, for those who do not see it."""
    first, last = (show_value(trend.metric, trend.values[end], language) for end in (0, -1))
    return language.say(
        "trend.picture",
        sentence=f"{name or describe_setup(trend.setup, language)}: {name_verdict(trend, language)}",
        label=label,
        sessions=count_of("sessions", len(trend.values), language),
        first=first,
        last=last,
    )


def name_better(better: str, language: Language = ENGLISH) -> str:
    """Return which way of a metric is steadier, as a sentence; empty where neither is."""
    return language.say(f"better.{better}")
