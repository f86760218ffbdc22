"""How long, and how often the foot came down: single-leg stance by its events."""

from functools import partial

from surefoot.model import Event, Trial, metric

SPRINGER = "hold time after Springer et al. 2007, J Geriatr Phys Ther 30:8; counted by own event detection"
OWN = "own event detection (docs: steady standing)"


_holding = partial(
    metric, group="events", reference=OWN, preset="none", min_duration_s=0.0, min_rate_hz=40.0, gain=0.0
)


def _test_s(trial: Trial) -> tuple[float, float]:
    """Return the part of steady standing that the test asks for: what comes after its time says nothing."""
    start_s, end_s = trial.steady_s
    return start_s, min(end_s, start_s + trial.protocol.hold_s)


def _within(trial: Trial) -> list[Event]:
    """Return what happened before the time of the test was over, also where steady standing ended earlier."""
    over_s = trial.steady_s[0] + trial.protocol.hold_s
    return [event for event in trial.events if event.start_s < over_s]


def _breaks(trial: Trial) -> list[Event]:
    return [event for event in _within(trial) if event.breaks_stance]


@_holding("Hold time", reference=SPRINGER, better="higher")
def hold_time_s(trial: Trial) -> float:
    """Time from the start of steady standing until the foot comes down or the standing foot moves.

    Where it never does, to the end of steady standing or of the time that the test asks for. Departure:
    counted from when the stance is steady, not from when the foot leaves the floor; opening the eyes and
    using the arms do not show.
    """
    start_s, end_s = _test_s(trial)
    first_s = min((event.start_s for event in _breaks(trial)), default=end_s)
    return max(first_s - start_s, 1 / trial.rate_hz)


@_holding("Longest hold", better="higher")
def longest_hold_s(trial: Trial) -> float:
    """Longest time between touchdowns, steps and hops within steady standing and the time of the test."""
    start_s, end_s = _test_s(trial)
    holds, since_s = [], start_s
    for event in _breaks(trial):
        holds.append(event.start_s - since_s)
        since_s = event.end_s
    return max(*holds, end_s - since_s, 1 / trial.rate_hz)


@_holding("Time on one leg", better="higher", scale="logit")
def single_leg_pct(trial: Trial) -> float:
    """Share of steady standing, within the time of the test, in which the foot was up.

    Each touchdown is taken to last a second.
    """
    start_s, end_s = _test_s(trial)
    down_s = sum(min(event.end_s, end_s) - min(event.start_s, end_s) for event in _breaks(trial))
    return max(0.0, 100 * (1 - down_s / (end_s - start_s)))


@_holding("Touchdowns", scale="square root")
def touchdowns_count(trial: Trial) -> float:
    """How often the free foot came down, steps included, from steady standing to the end of the test."""
    return float(sum(event.kind != "hop" for event in _breaks(trial)))


@_holding("Corrections", scale="square root")
def corrections_count(trial: Trial) -> float:
    """Large movements of the trunk that kept the free foot up, hops of the standing foot included.

    Above 0.5 m/s² and 4 robust SD, below 3.5 Hz, from steady standing to the end of the test.
    """
    return float(sum(event.kind in ("correction", "hop") for event in _within(trial)))
