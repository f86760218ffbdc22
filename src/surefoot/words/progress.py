"""What is already true before a verdict, in whole sentences: seconds held, touchdowns, the legs."""

from surefoot.words.language import ENGLISH, Language

# Seconds within which a hold is a whole one, or as long as the last.
ALIKE_S = 1.0


def say_hold(now_s: float, last_s: float | None, whole_s: float, language: Language = ENGLISH) -> str:
    """Return how long the newest session was held, beside the one before and the whole time of the test."""
    if now_s >= whole_s - ALIKE_S:
        return language.say("progress.held whole", now=f"{whole_s:.0f}")
    if last_s is None:
        return language.say("progress.held first", now=f"{now_s:.0f}")
    kind = "same" if abs(now_s - last_s) < ALIKE_S else "more" if now_s > last_s else "less"
    facts = {"now": now_s, "more": now_s - last_s, "last": last_s}
    return language.say(f"progress.held {kind}", **{name: f"{value:.0f}" for name, value in facts.items()})


def say_touches(now: int, last: int, language: Language = ENGLISH) -> str:
    """Return that the foot touched down less often than the last time."""
    if now == 0:
        return language.say("progress.touched never")
    return language.say("progress.touched fewer", now=_times(now, language), last=_times(last, language))


def _times(count: int, language: Language) -> str:
    known = f"times.{count}"
    return language.say(known if known in language.texts else "times", n=count)


def say_legs(leg: str, ratio: float, low: float, high: float, language: Language = ENGLISH) -> str:
    """Return how many times as much `leg` sways as the other one, with the ends of the interval.

    The leg that sways more is named first; where the interval holds 1, that no gap is sure.
    """
    if low <= 1 <= high:
        return language.say("progress.legs alike")
    other = "left" if leg == "right" else "right"
    if ratio < 1:
        leg, other = other, leg
        ratio, low, high = 1 / ratio, 1 / high, 1 / low
    leg, other = language.say(f"side.{leg}"), language.say(f"side.{other}")
    numbers = {"ratio": f"{ratio:.1f}", "low": f"{low:.1f}", "high": f"{high:.1f}"}
    return language.say("progress.legs differ", leg=leg, other=other, **numbers)
