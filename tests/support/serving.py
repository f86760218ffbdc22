"""Listeners on real sockets for the length of a test."""

from __future__ import annotations

import socket
import threading
from contextlib import contextmanager


def free_port():
    """Return a port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def serving(*listeners, listening=None):
    """Run listeners in a thread for as long as the block lasts."""
    from surefoot.web.server import listeners as module

    servers, ready, begun, make = [], threading.Event(), threading.Event(), module._server

    def remember(listener):
        servers.append(make(listener))
        begun.set()
        return servers[-1]

    module._server = remember
    thread = threading.Thread(target=module.run_listeners, args=(listeners, ready.set, listening))
    try:
        thread.start()
        # Ports are open before the servers are there that are to be stopped.
        assert ready.wait(20)
        assert begun.wait(20)
        yield
    finally:
        module._server = make
        for server in servers[:1]:
            server.should_exit = True  # one that stops takes the others with it
        thread.join(20)
        assert not thread.is_alive()
