"""Where in a recording somebody stands, what broke the stance, and which part of it is analysed."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from surefoot import dsp
from surefoot.errors import TooShortError
from surefoot.model import Event, Issue, Protocol, Setup
from surefoot.preparation.events import Trunk, find_landings, merge_events
from surefoot.preparation.grid import Grid, horizontal
from surefoot.preparation.levels import choose_part
from surefoot.protocols import LEAD_OUT_S, window_length

LEAD_IN_S = 3.0
# The trunk lurches before the foot lands, and settles after it is lifted again.
BREAK_BEFORE_S = 1.0
BREAK_AFTER_S = 2.0
AFTER_STANCE_S = 1.5
SHORTEST_CLEAN_S = 2.0
SHORTEST_HELD_S = 1.0
ENDED_FOR_IT_S = 4.0
FOOT_LIFT_S = 1.0
FOOT_LIFT_CONFIDENCE = 0.5


@dataclass(frozen=True, slots=True)
class Stance:
    """Samples without handling, of these the steady stance, in it the analysed window, and what happened.

    `clean` are the pieces of the steady stance between what broke it, and `moments` short spans of large
    motion that it survived. `events` are the foot's lift and whatever broke the stance. `is_whole` says
    whether the window has the protocol's length, so that sway can be measured.
    """

    calm: slice
    steady: slice
    window: slice
    clean: tuple[slice, ...]
    moments: tuple[slice, ...]
    events: tuple[Event, ...]
    is_whole: bool
    issues: tuple[Issue, ...]


def find_stance(grid: Grid, protocol: Protocol, setup: Setup, by_hand: Sequence[Event] = ()) -> Stance:
    """Return the stance of `grid`; events set `by_hand` win over those found.

    The window is the last part of the protocol's length that nothing broke; a test that counts holds keeps
    its longest clean part where that is shorter. Raises TooShortError where not even that is there.
    """
    by_hand = [event for event in by_hand if event.breaks_stance]
    landings = merge_events(_find_landings(grid), by_hand)
    part, told = choose_part(grid, setup, window_length(protocol, setup), landings)
    broken = [int(np.searchsorted(grid.time_s, event.start_s)) for event in landings]
    calm, moments = _find_calm(grid, part, broken)
    steady = _steady(grid, part, calm)
    start_s, end_s = grid.span(steady)
    inside = tuple(event for event in landings if start_s <= event.start_s < end_s + AFTER_STANCE_S)
    window, short = choose_window(grid, steady, inside, protocol, setup)
    pieces = tuple(_clean_pieces(grid, steady, inside))
    is_broken_off = all(piece.stop - piece.start < SHORTEST_CLEAN_S * grid.rate_hz for piece in pieces)
    return Stance(
        calm=calm,
        steady=steady,
        window=window,
        clean=(window,) if is_broken_off else pieces,
        moments=tuple(moment for moment in moments if _survived(moment, window, broken)),
        events=_foot_lift(grid, calm, setup) + inside,
        is_whole=not short,
        issues=told + short,
    )


def _find_calm(grid: Grid, part: slice, broken: Sequence[int]) -> tuple[slice, tuple[slice, ...]]:
    """Return the calm stretch of `part`, judged by that part alone, and the moments that it survived."""
    acc = grid.acc_mps2[part]
    gyr = None if grid.gyr_radps is None else grid.gyr_radps[part]
    mask = dsp.calm_samples(horizontal(acc, np.median(acc, axis=0)), gyr, grid.rate_hz)
    breaks = [at - part.start for at in broken]
    calm, moments = dsp.calm_stretch(mask, grid.rate_hz, breaks)
    return _shifted(calm, part.start), tuple(_shifted(moment, part.start) for moment in moments)


def _shifted(span: slice, by: int) -> slice:
    return slice(span.start + by, span.stop + by)


def _steady(grid: Grid, part: slice, calm: slice) -> slice:
    """Return `calm` without the time that it takes to settle, and without the end of the recording."""
    samples = len(grid.time_s)
    settled = round(LEAD_IN_S * grid.rate_hz)
    if part.start > 0:
        settled = max(settled, part.start + round(BREAK_AFTER_S * grid.rate_hz))
    last = min(calm.stop, samples - round(LEAD_OUT_S * grid.rate_hz))
    if part.stop < samples:
        last = min(last, part.stop - round(BREAK_BEFORE_S * grid.rate_hz))
    first = max(calm.start, settled)
    return slice(first, max(first, last))


def _survived(moment: slice, window: slice, broken: Sequence[int]) -> bool:
    """Return whether a moment lies in the window, and was not one in which the stance was broken."""
    inside = moment.stop > window.start and moment.start < window.stop
    return inside and not any(moment.start <= at < moment.stop for at in broken)


def _find_landings(grid: Grid) -> tuple[Event, ...]:
    up = dsp.unit_vector(np.median(grid.acc_mps2, axis=0))
    vertical = grid.acc_mps2 @ up
    planar = horizontal(grid.acc_mps2, up)
    return find_landings(Trunk(grid.time_s, vertical - np.median(vertical), planar, grid.rate_hz))


def _foot_lift(grid: Grid, calm: slice, setup: Setup) -> tuple[Event, ...]:
    """Take the last large movement before the stance for the lift of the foot."""
    start_s = grid.span(calm)[0]
    if setup.leg == "both" or start_s - FOOT_LIFT_S < grid.time_s[0]:
        return ()
    return (Event("foot_lift", start_s - FOOT_LIFT_S, start_s, FOOT_LIFT_CONFIDENCE),)


def choose_window(
    grid: Grid, steady: slice, events: Sequence[Event], protocol: Protocol, setup: Setup
) -> tuple[slice, tuple[Issue, ...]]:
    """Return the analysed part of `steady` between the `events` that broke it, and what is told of it."""
    samples = round(window_length(protocol, setup) * grid.rate_hz)
    pieces = _clean_pieces(grid, steady, events)
    whole = [piece for piece in pieces if piece.stop - piece.start >= samples]
    if whole:
        return slice(whole[-1].stop - samples, whole[-1].stop), ()
    longest = max(pieces, key=lambda piece: piece.stop - piece.start)
    clean_s = (longest.stop - longest.start) / grid.rate_hz
    if clean_s < SHORTEST_CLEAN_S:
        longest = _broken_off(grid, steady, events)
    if (
        "events" not in protocol.metric_groups
        or longest.stop - longest.start < SHORTEST_HELD_S * grid.rate_hz
    ):
        raise _too_short(grid, clean_s, samples / grid.rate_hz)
    what = (
        f"The longest clean part lasts {clean_s:.1f} s and sway takes {samples / grid.rate_hz:.0f} s: "
        "only how long the stance was held is given."
    )
    return longest, (Issue("too_short", "warning", what, "Try once more, or take an easier stance."),)


def _broken_off(grid: Grid, steady: slice, events: Sequence[Event]) -> slice:
    """Return the stance up to the foot that came down, if the recording ended for it; else an empty one.

    Two seconds on one leg are a result too: how long, and nothing of sway.
    """
    first_s = min((event.start_s for event in events), default=-np.inf)
    if grid.time_s[-1] - first_s > ENDED_FOR_IT_S:
        return slice(steady.start, steady.start)
    return slice(steady.start, max(steady.start, int(np.searchsorted(grid.time_s, first_s))))


def _clean_pieces(grid: Grid, steady: slice, events: Sequence[Event]) -> list[slice]:
    """Return the parts of `steady` between the events that broke it; some may be empty."""
    pieces, first = [], steady.start
    for event in events:
        last = int(np.searchsorted(grid.time_s, event.start_s - BREAK_BEFORE_S))
        pieces.append(slice(first, min(max(first, last), steady.stop)))
        first = min(int(np.searchsorted(grid.time_s, event.end_s + BREAK_AFTER_S)), steady.stop)
    return [*pieces, slice(first, steady.stop)]


def _too_short(grid: Grid, clean_s: float, length_s: float) -> TooShortError:
    return TooShortError(
        "There is not enough steady standing to measure sway.",
        found=f"{clean_s:.1f} s of steady standing in {grid.time_s[-1] - grid.time_s[0]:.1f} s",
        expected=f"at least {length_s:.0f} s in one piece, after 3 s to settle and before the last second",
        do="Start the recording, take position, stand still until the end, then stop it.",
    )
