"""Sites to listening servers: one on loopback, and where wished one on the network."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import threading
from collections.abc import Callable, Coroutine, Sequence
from contextlib import ExitStack
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
    awaited after the last answer, for what is still to be kept.
    """

    site: Starlette
    address: str
    port: int
    certificate: Certificate | None = None
    most_per_address: int = MOST_CONNECTIONS
    close: Callable[[], None] = lambda: None
    finish: Callable[[], Coroutine[Any, Any, None]] | None = None


def run_listeners(listeners: Sequence[Listener], ready: Callable[[], None] = lambda: None) -> None:
    """Serve until interrupted, ended by the system, or the terminal is closed.

    `ready` is called once every port is open. Raises UsageError where a port is taken.
    """
    with ExitStack() as open_ones:
        sockets = [open_ones.enter_context(_open(listener)) for listener in listeners]
        asyncio.run(_serve(listeners, [_server(listener) for listener in listeners], sockets, ready))


async def _serve(
    listeners: Sequence[Listener],
    servers: list[Server],
    sockets: list[socket.socket],
    ready: Callable[[], None],
) -> None:
    ready()
    pairs = zip(servers, sockets, strict=True)
    heard = _hear_ends(servers[0])
    tasks = [asyncio.create_task(server.serve(sockets=[own])) for server, own in pairs]
    # Whichever is told to stop first, by a key or by the system, takes the others with it.
    while not any(server.should_exit for server in servers) and not any(task.done() for task in tasks):
        await asyncio.wait(tasks, timeout=LOOKS_EVERY_S, return_when=asyncio.FIRST_COMPLETED)
    for listener, server in zip(listeners, servers, strict=True):
        listener.close()
        server.should_exit = True
    try:
        await asyncio.gather(*tasks)
    finally:
        await asyncio.gather(*(each.finish() for each in listeners if each.finish is not None))
        for each, before in heard.items():
            signal.signal(each, before)


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
