"""The pulse of one link: when packets came and how long they were; whether it is alive, whole and strong."""

from collections import deque
from itertools import pairwise
from statistics import median
from typing import Final

from surefoot.live.ble.scanner import Patience

JUDGED: Final = 5
# A radio repeats what was not heard: what follows comes late and all at once, long before a link breaks.
LATE_S, LATE_TIMES, LATE_COUNT, LATE_WITHIN_S = 0.25, 2.5, 3, 10.0


class Pulse:
    """What the packets of one link tell of it; holds the last ten seconds of arrivals."""

    def __init__(self) -> None:
        self.last_s, self.last = 0.0, b""
        self.count = 0
        self._first_s = 0.0
        self._sizes: deque[int] = deque(maxlen=JUDGED)
        self._recent_s: deque[float] = deque()

    def beat(self, now_s: float, packet: bytes) -> None:
        """Take note of a packet."""
        self._first_s, self.last_s, self.last = self._first_s or now_s, now_s, packet
        self.count += 1
        self._sizes.append(len(packet))
        self._recent_s.append(now_s)
        while self._recent_s[0] < now_s - LATE_WITHIN_S:
            self._recent_s.popleft()

    @property
    def size(self) -> int:
        """The bytes of the last packet, 0 before any."""
        return self._sizes[-1] if self._sizes else 0

    def longest_quiet(self, patience: Patience) -> float:
        """Return how long a pause may last: a second or two, or five packets of one that sends seldom."""
        if self.count < 3:
            return patience.first_s
        usual_s = (self.last_s - self._first_s) / (self.count - 1)
        return max(patience.silent_s, 5 * usual_s)

    def is_cut(self, whole: int) -> bool:
        """Tell whether packets end where the connection does: all the same, and shorter than a whole one."""
        return len(self._sizes) == JUDGED and len(set(self._sizes)) == 1 and self.size < whole

    def is_weak(self) -> bool:
        """Tell whether deliveries were held up again and again, as at the edge of the range.

        Own rule: in the last ten seconds three pauses of at least 0.25 s and two and a half times
        the usual one.
        Packets that came at once count as one delivery.
        """
        pauses = [after - before for before, after in pairwise(self._recent_s) if after > before]
        if len(pauses) < LATE_COUNT:
            return False
        usual_s = min(median(pauses), self._usual_s())
        return sum(pause > max(LATE_S, LATE_TIMES * usual_s) for pause in pauses) >= LATE_COUNT

    def _usual_s(self) -> float:
        return (self.last_s - self._first_s) / max(self.count - 1, 1)
