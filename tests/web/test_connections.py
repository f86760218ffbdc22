"""A stranger who holds connections, dribbles or never reads keeps nobody else out, on real sockets."""

import os
import socket
import ssl
from contextlib import ExitStack

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from serving import free_port, serving
from surefoot.settings import Settings
from surefoot.web.phone.site import build_phone
from surefoot.web.server.certificates import keep_certificate
from surefoot.web.server.connections import Connection
from surefoot.web.server.listeners import Listener
from surefoot.web.server.sockets import Door
from surefoot.web.server.tokens import Pass

HERE, STRANGER, FRIEND = "127.0.0.2", "127.0.0.66", "127.0.0.7"
MOST = 3
HEAD = f"GET / HTTP/1.1\r\nHost: {HERE}\r\n".encode()
LARGE = "x" * 4_000_000


@pytest.fixture
def door():
    """Open a site that tells much; return how to come to it from an address."""
    site = Starlette(
        routes=[
            Route("/", lambda _: PlainTextResponse("Welcome.")),
            Route("/large", lambda _: PlainTextResponse(LARGE)),
        ]
    )
    port = free_port()
    with serving(Listener(site, HERE, port, most_per_address=MOST)), ExitStack() as lines:

        def come(address):
            line = socket.create_connection((HERE, port), timeout=30, source_address=(address, 0))
            return lines.enter_context(line)

        yield come


def ask(line):
    line.sendall(HEAD + b"\r\n")
    told = b""
    while not told.endswith(b"Welcome."):
        piece = line.recv(4096)
        assert piece
        told += piece
    return told


def fill(line):
    """Send without reading, until the other end has left."""
    while True:
        line.sendall(HEAD)


def is_dropped(line):
    """Tell whether the other end has closed, whenever it does; a line that stays open times out."""
    try:
        while line.recv(65536):
            pass
    except ConnectionError:
        pass
    return True


def test_one_address_cannot_hold_all_connections(door):
    held = [door(STRANGER) for _ in range(MOST)]
    assert [ask(line)[:12] for line in held] == [b"HTTP/1.1 200"] * MOST
    assert is_dropped(door(STRANGER))
    assert b"Welcome." in ask(door(FRIEND))
    assert b"Welcome." in ask(held[0])


def test_a_place_is_free_again_once_its_holder_has_left(door):
    held = [door(STRANGER) for _ in range(MOST)]
    assert [ask(line)[:12] for line in held] == [b"HTTP/1.1 200"] * MOST
    held[0].sendall(HEAD + b"Connection: close\r\n\r\n")
    assert is_dropped(held[0])
    assert b"Welcome." in ask(door(STRANGER))


@pytest.mark.parametrize("begun", [b"", b"G", HEAD], ids=["silent", "one letter", "half a head"])
def test_a_head_that_does_not_come_is_not_awaited(door, monkeypatch, begun):
    monkeypatch.setattr(Connection, "head_s", 0.05)
    line = door(STRANGER)
    line.sendall(begun)
    assert is_dropped(line)


def test_a_body_that_drips_after_its_refusal_is_not_awaited(door, monkeypatch):
    line = door(STRANGER)
    line.sendall(b"POST /nowhere HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n")
    assert line.recv(4096).startswith(b"HTTP/1.1 404")
    monkeypatch.setattr(Connection, "head_s", 0.05)
    line.sendall(b"x")
    assert is_dropped(line)


def test_an_answer_that_nobody_reads_is_given_up(door, monkeypatch):
    monkeypatch.setattr(Connection, "stall_s", 0.05)
    line = door(STRANGER)
    line.sendall(b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n" * 50)
    with pytest.raises(ConnectionError):
        fill(line)


def test_an_answer_that_is_read_arrives_whole(door):
    line = door(FRIEND)
    line.sendall(b"GET /large HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    told = b""
    while piece := line.recv(65536):
        told += piece
    assert told.endswith(LARGE.encode())


@pytest.mark.skipif(os.name == "nt", reason="Windows accepts by other means")
def test_what_never_says_hello_cannot_use_up_the_files(tmp_path, diary):
    certificate, port = keep_certificate(tmp_path / "web", [HERE]), free_port()
    site = build_phone(diary, Settings(), Pass(60.0), [HERE])
    with ExitStack() as lines, serving(Listener(site, HERE, port, certificate, MOST)):

        def come(address):
            line = socket.create_connection((HERE, port), timeout=30, source_address=(address, 0))
            return lines.enter_context(line)

        held = [come(STRANGER) for _ in range(MOST)]
        assert is_dropped(come(STRANGER))
        context = ssl.create_default_context(cafile=str(certificate.certificate))
        with context.wrap_socket(come(FRIEND), server_hostname=HERE) as line:
            line.sendall(HEAD + b"Connection: close\r\n\r\n")
            assert line.recv(4096).startswith(b"HTTP/1.1 200")
        held[0].close()


def test_a_door_that_is_full_lets_nobody_else_in_until_somebody_leaves():
    with Door(8, most=2) as door, ExitStack() as lines:
        door.bind((HERE, 0))
        door.listen()

        def come():
            lines.enter_context(socket.create_connection(door.getsockname(), timeout=30))
            return lines.enter_context(door.accept()[0])

        first, _ = come(), come()
        with pytest.raises(ConnectionAbortedError):
            come()
        first.close()
        assert come().fileno() >= 0
