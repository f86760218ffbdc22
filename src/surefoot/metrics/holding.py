"""How long, and how often the foot came down: single-leg stance by its events."""

from surefoot.model import Event, Trial, metric

SPRINGER = "hold time after Springer et al. 2007, J Geriatr Phys Ther 30:8; counted by own event detection"
OWN = "own event detection (docs: steady standing)"


def _touchdowns(trial: Trial) -> list[Event]:
    return [event for event in trial.events if event.kind == "touchdown"]


@metric(
    "Hold time",
    group="events",
    reference=SPRINGER,
    better="higher",
    preset="none",
    min_duration_s=0.0,
    min_rate_hz=40.0,
    gain=0.0,
)
def hold_time_s(trial: Trial) -> float:
    """Time from the start of steady standing to the first touchdown, or to its end.

    Departure: counted from when the stance is steady, not from when the foot leaves the floor.
    """
    start_s, end_s = trial.steady_s
    first_s = min((event.start_s for event in _touchdowns(trial)), default=end_s)
    return max(first_s - start_s, 1 / trial.rate_hz)


@metric(
    "Longest hold",
    group="events",
    reference=OWN,
    better="higher",
    preset="none",
    min_duration_s=0.0,
    min_rate_hz=40.0,
    gain=0.0,
)
def longest_hold_s(trial: Trial) -> float:
    """Longest time between touchdowns within steady standing."""
    start_s, end_s = trial.steady_s
    holds, since_s = [], start_s
    for event in _touchdowns(trial):
        holds.append(event.start_s - since_s)
        since_s = event.end_s
    return max(*holds, end_s - since_s, 1 / trial.rate_hz)


@metric(
    "Touchdowns",
    group="events",
    reference=OWN,
    preset="none",
    scale="square root",
    min_duration_s=0.0,
    min_rate_hz=40.0,
    gain=0.0,
)
def touchdowns_count(trial: Trial) -> float:
    """How often the free foot came down from the start of steady standing on."""
    return float(len(_touchdowns(trial)))


@metric(
    "Corrections",
    group="events",
    reference=OWN,
    preset="none",
    scale="square root",
    min_duration_s=0.0,
    min_rate_hz=40.0,
    gain=0.0,
)
def corrections_count(trial: Trial) -> float:
    """Large movements of the trunk that kept the stance: above 0.5 m/s² and 4 robust SD, below 3.5 Hz."""
    return float(sum(event.kind == "correction" for event in trial.events))
