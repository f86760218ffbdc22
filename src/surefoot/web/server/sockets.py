"""A listening socket that lets one address hold only so many connections, before any of them has said a word.

While TLS is negotiated the server behind knows nothing of a connection yet, but its file is open: a thousand
of them, and the diary could open none of its own. Windows accepts without this, and has files enough.
"""

import socket
from typing import Final

MOST_AT_ALL: Final = 256


class Door(socket.socket):
    """A socket for IPv4 that closes what comes in excess."""

    def __init__(self, most_per_address: int, most: int = MOST_AT_ALL) -> None:
        super().__init__(socket.AF_INET, socket.SOCK_STREAM)
        self._most_per_address, self._most = most_per_address, most
        self._held: list[tuple[str, socket.socket]] = []

    def accept(self) -> tuple[socket.socket, tuple[str, int]]:
        """Return the next connection and its address. Raises ConnectionAbortedError for one in excess."""
        line, address = super().accept()
        self._held = [(ip, each) for ip, each in self._held if each.fileno() >= 0]
        own = sum(ip == address[0] for ip, _ in self._held)
        if own >= self._most_per_address or len(self._held) >= self._most:
            line.close()
            raise ConnectionAbortedError
        self._held.append((address[0], line))
        return line, address
