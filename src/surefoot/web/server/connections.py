"""How long, and how many times over, one computer may hold a connection without asking for anything."""

import asyncio
from typing import Final

from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD_S: Final = 10.0
STALL_S: Final = 30.0


class Connection(H11Protocol):
    """A connection that is dropped where its address holds too many, or its other end is too slow.

    The head of a request must arrive within `head_s` of its first byte, the first one of the connection's
    beginning; what is answered must be taken within `stall_s` once nothing more fits in between.
    """

    most_per_address = 0
    head_s = HEAD_S
    stall_s = STALL_S
    _heading: asyncio.TimerHandle | None = None
    _stalling: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take the connection, or drop it where its address has enough."""
        super().connection_made(transport)
        own = [each for each in self.connections if _address(each) == _address(self)]
        if len(own) > self.most_per_address:
            transport.abort()
        else:
            self._heading = self.loop.call_later(self.head_s, transport.abort)

    def connection_lost(self, exc: Exception | None) -> None:
        """Let the connection go."""
        self._stop_heading()
        self._stop_stalling()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take what arrived; it begins a request, goes on with one, or comes after the answer."""
        before, is_between = self.cycle, self.cycle is None or self.cycle.response_complete
        super().data_received(data)
        if self.cycle is not before:
            self._stop_heading()
        elif is_between and self._heading is None:
            self._heading = self.loop.call_later(self.head_s, self.transport.abort)

    def pause_writing(self) -> None:
        """Give the other end a while to take what waits for it."""
        super().pause_writing()
        self._await_reader()

    def resume_writing(self) -> None:
        """Go on: the other end has taken enough."""
        self._stop_stalling()
        super().resume_writing()

    def timeout_keep_alive_handler(self) -> None:
        """Close an idle connection, even where the other end does not take the rest of its answer."""
        super().timeout_keep_alive_handler()
        self._await_reader()

    def on_response_complete(self) -> None:
        """Close after an answer in the same way, where that was asked for."""
        super().on_response_complete()
        if self.transport.is_closing():
            self._await_reader()

    def _await_reader(self) -> None:
        if self._stalling is None:
            self._stalling = self.loop.call_later(self.stall_s, self.transport.abort)

    def _stop_heading(self) -> None:
        if self._heading is not None:
            self._heading.cancel()
        self._heading = None

    def _stop_stalling(self) -> None:
        if self._stalling is not None:
            self._stalling.cancel()
        self._stalling = None


def limit_connections(most: int) -> type[Connection]:
    """Return the kind of connection of which one address may hold at most so many."""
    return type("LimitedConnection", (Connection,), {"most_per_address": most})


def _address(connection: object) -> str:
    client = getattr(connection, "client", None)
    return str(client[0]) if client else ""
