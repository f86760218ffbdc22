"""Sites to listening servers: one on loopback, and others on the network for as long as wished."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import threading
from collections.abc import Callable, Coroutine, Sequence
from contextlib import ExitStack, nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from surefoot.errors import UsageError
from surefoot.web.server.certificates import Certificate
from surefoot.web.server.sockets import Door

if TYPE_CHECKING:
    from starlette.applications import Starlette
    from uvicorn import Server

MOST_CONNECTIONS: Final = 48
# A browser opens six at a time.
MOST_FROM_ONE_GUEST: Final = 16
LOOKS_EVERY_S: Final = 0.1
IDLE_S: Final = 30


@dataclass(frozen=True, slots=True)
class Listener:
    """A site, the one address it listens on, and its certificate where it faces the network.

    `most_per_address` bounds how many connections one other computer may hold.
    `close` is called when the program is told to stop, so that answers without an end can end; `finish` is
    awaited after the last answer, for what is still to be kept. One that `is_over` is shut.
    """

    site: Starlette
    address: str
    port: int
    certificate: Certificate | None = None
    most_per_address: int = MOST_CONNECTIONS
    close: Callable[[], None] = lambda: None
    finish: Callable[[], Coroutine[Any, Any, None]] | None = None
    is_over: Callable[[], bool] = lambda: False


class Listening:
    """The listeners of one program: those of its beginning, and others that open and shut while it runs.

    To be used on the event loop that they run on, but for `add`, which is for before.
    """

    def __init__(self) -> None:
        self._running: dict[Listener, tuple[Server, asyncio.Task[None]] | None] = {}

    def add(self, *listeners: Listener) -> None:
        """Have listeners open from the beginning; the first one hears of keys and of the system."""
        self._running |= dict.fromkeys(listeners)

    def is_open(self, listener: Listener) -> bool:
        """Tell whether a listener is open, or will be from the beginning."""
        return listener in self._running

    async def open(self, listener: Listener) -> None:
        """Open one beside the others. Raises UsageError where its port is taken."""
        self._begin(listener, _open(listener))

    async def shut(self, listener: Listener) -> None:
        """Shut one, and wait for its last answer; one that is not open stays so."""
        running = self._running.pop(listener, None)
        if running is not None:
            await _end(listener, *running)

    async def serve(self, sockets: Sequence[socket.socket], ready: Callable[[], None]) -> None:
        """Serve on `sockets`, one for each that was added, until the first is told to stop or any fails."""
        ready()
        servers = [self._begin(*pair) for pair in zip(tuple(self._running), sockets, strict=True)]
        heard = _hear_ends(servers[0])
        try:
            while not servers[0].should_exit and not any(task.done() for task in self._tasks()):
                await asyncio.wait(self._tasks(), timeout=LOOKS_EVERY_S, return_when=asyncio.FIRST_COMPLETED)
                for each in [each for each in self._running if each.is_over()]:
                    await self.shut(each)
            await self._end_all()
        finally:
            for signum, before in heard.items():
                signal.signal(signum, before)

    def _begin(self, listener: Listener, own: socket.socket) -> Server:
        server = _server(listener)
        if any(self._running.values()):
            # A server that captured signals after the first would hand them back when it is shut.
            server.capture_signals = nullcontext  # type: ignore[method-assign, assignment]
        self._running[listener] = server, asyncio.create_task(server.serve(sockets=[own]))
        return server

    def _tasks(self) -> list[asyncio.Task[None]]:
        return [running[1] for running in self._running.values() if running is not None]

    async def _end_all(self) -> None:
        running = {listener: pair for listener, pair in self._running.items() if pair is not None}
        self._running.clear()
        try:
            await asyncio.gather(*(_end(listener, *pair) for listener, pair in running.items()))
        finally:
            await asyncio.gather(*(each.finish() for each in running if each.finish is not None))


async def _end(listener: Listener, server: Server, task: asyncio.Task[None]) -> None:
    listener.close()
    server.should_exit = True
    await task


def run_listeners(
    listeners: Sequence[Listener],
    ready: Callable[[], None] = lambda: None,
    listening: Listening | None = None,
) -> None:
    """Serve until interrupted, ended by the system, or the terminal is closed.

    `ready` is called once every port is open; with `listening` others may open and shut meanwhile. Raises
    UsageError where a port is taken.
    """
    listening = listening or Listening()
    listening.add(*listeners)
    with ExitStack() as open_ones:
        sockets = [open_ones.enter_context(_open(listener)) for listener in listeners]
        asyncio.run(listening.serve(sockets, ready))


def _hear_ends(server: Server) -> dict[signal.Signals, Any]:
    """Stop `server` where the terminal is closed or the system ends the program; return what was done before.

    Without this the program would end at once, and what was pushed a moment ago with it. A server hears of
    some signals itself, and raises them again for this once it has stopped.
    """
    if threading.current_thread() is not threading.main_thread():
        return {}

    def stop(*_: object) -> None:
        server.should_exit = True

    ends = [signal.SIGTERM, *([signal.SIGHUP] if hasattr(signal, "SIGHUP") else [])]
    unheard = [each for each in ends if signal.getsignal(each) == signal.SIG_DFL]
    return {each: signal.signal(each, stop) for each in unheard}


def _open(listener: Listener) -> socket.socket:
    own = Door(listener.most_per_address)
    if os.name == "posix":  # elsewhere this option lets two programs share a port
        own.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        own.bind((listener.address, listener.port))
    except OSError as error:
        own.close()
        raise UsageError(
            f"Port {listener.port} on {listener.address} cannot be opened.",
            found=error.strerror or str(error),
            expected="a free port",
            do="Stop the other program (perhaps another `surefoot web`), or give another --port.",
        ) from error
    own.listen()
    own.setblocking(False)
    return own


def _server(listener: Listener) -> Server:
    import uvicorn

    from surefoot.web.server.connections import limit_connections

    tls: dict[str, Any] = {}
    if listener.certificate is not None:
        tls = {
            "ssl_certfile": str(listener.certificate.certificate),
            "ssl_keyfile": str(listener.certificate.key),
        }
    config = uvicorn.Config(
        listener.site,
        http=limit_connections(listener.most_per_address),
        log_level="warning",
        access_log=False,
        server_header=False,
        lifespan="off",
        ws="none",
        proxy_headers=False,
        limit_concurrency=MOST_CONNECTIONS,
        timeout_keep_alive=IDLE_S,
        timeout_graceful_shutdown=2,
        **tls,
    )
    return uvicorn.Server(config)
