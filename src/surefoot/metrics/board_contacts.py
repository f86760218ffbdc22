"""How often and how long a board's edge touched the floor."""

from surefoot.model import Event, Trial, metric

WILLIAMS = "Williams & Bentman 2014, Phys Ther Sport 15:143; counted by own event detection"


def _all_contacts(trial: Trial) -> list[Event]:
    return [event for event in trial.events if event.kind == "edge_contact"]


def _contacts(trial: Trial) -> list[Event]:
    """Return the contacts that begin in the analysed window."""
    start_s, end_s = trial.window_s
    return [event for event in _all_contacts(trial) if start_s <= event.start_s < end_s]


@metric(
    "Board, edge contacts",
    group="board",
    reference=WILLIAMS,
    preset="none",
    scale="square root",
    min_rate_hz=40.0,
    gain=0.0,
)
def board_contacts_count(trial: Trial) -> float:
    """How often the edge touched the floor in the analysed window."""
    return float(len(_contacts(trial)))


@metric(
    "Board, time on the edge",
    group="board",
    reference=WILLIAMS,
    preset="none",
    scale="logit",
    min_rate_hz=40.0,
    gain=0.0,
)
def board_edge_time_pct(trial: Trial) -> float:
    """Share of the analysed window in which the edge touched the floor, contacts begun before it included."""
    start_s, end_s = trial.window_s
    touching_s, until_s = 0.0, start_s
    # Two impacts of one contact end together: each moment counts once.
    for event in sorted(_all_contacts(trial), key=lambda each: each.start_s):
        touching_s += max(0.0, min(event.end_s, end_s) - max(event.start_s, until_s))
        until_s = max(until_s, event.end_s)
    return 100 * touching_s / (end_s - start_s)


@metric(
    "Board, time of one contact",
    group="board",
    reference=WILLIAMS,
    preset="none",
    min_rate_hz=40.0,
    gain=0.0,
)
def board_contact_s(trial: Trial) -> float:
    """Mean time that the edge stays on the floor at a contact of the analysed window."""
    contacts = _contacts(trial)
    times_s = [event.end_s - event.start_s for event in contacts]
    return sum(times_s) / len(times_s) if times_s else float("nan")
