"""A secret of one run that opens the pages, and wears out when nobody uses it."""

import hmac
import secrets
import time
from collections.abc import Callable
from threading import Lock
from typing import Final

_BYTES: Final = 16


class Pass:
    """A random secret of 128 bits that is good until it has not been used for `idle_s` seconds.

    `clock` tells seconds that only rise.
    """

    def __init__(self, idle_s: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._idle_s = idle_s
        self._clock = clock
        self._lock = Lock()
        self._secret = secrets.token_urlsafe(_BYTES)
        self._used_s = clock()

    def show(self) -> str:
        """Return the secret for a new guest, a new one where the old one has worn out."""
        with self._lock:
            if self._worn_out():
                self._secret = secrets.token_urlsafe(_BYTES)
            self._used_s = self._clock()
            return self._secret

    def use(self) -> None:
        """Let a good secret stay good for longer, because somebody who needs none is here."""
        with self._lock:
            if not self._worn_out():
                self._used_s = self._clock()

    def renew(self) -> None:
        """Make the secret another one: who holds the old one is a stranger."""
        with self._lock:
            self._secret = secrets.token_urlsafe(_BYTES)
            self._used_s = self._clock()

    def is_worn_out(self) -> bool:
        """Tell whether nobody used the secret for so long that it is good no more."""
        with self._lock:
            return self._worn_out()

    def accepts(self, given: str) -> bool:
        """Tell whether `given` is the secret, compared in constant time; if so it stays good for longer."""
        same = hmac.compare_digest(given.encode("utf-8", "replace"), self._secret.encode())
        with self._lock:
            good = same and not self._worn_out()
            if good:
                self._used_s = self._clock()
            return good

    def _worn_out(self) -> bool:
        return self._clock() - self._used_s > self._idle_s
