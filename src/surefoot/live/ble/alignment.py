"""Several sensors on one clock: each was placed on the host's, so that shifting is all there is to do."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from surefoot.live.ble.link_quality import LinkQuality
from surefoot.model import Recording


@dataclass(frozen=True, slots=True, eq=False)
class Alignment:
    """Recordings whose times share the first one's zero.

    `uncertainty_s` tells for each how far its times may be off against the first one's: both delays together,
    which no arrival can tell; 0 for the first.
    """

    recordings: tuple[Recording, ...]
    uncertainty_s: tuple[float, ...]


def align(received: Sequence[tuple[Recording, LinkQuality]]) -> Alignment:
    """Put recordings that were received on one computer on the clock of the first.

    The offset is that of the lower envelopes of their arrivals. Own rule; the uncertainty is a bound, not a
    standard deviation. Raises ValueError where there is nothing to align.
    """
    if not received:
        raise ValueError("there is no recording to align")
    first = received[0][1]
    moved = [
        replace(recording, time_s=recording.time_s + (reception.zero_s - first.zero_s))
        for recording, reception in received
    ]
    bounds = [first.uncertainty_s + reception.uncertainty_s for _, reception in received[1:]]
    return Alignment(tuple(moved), (0.0, *bounds))
