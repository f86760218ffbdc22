"""What stands before every page: who may ask, from where, and how much; and what every answer carries."""

import asyncio
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from surefoot.web.languages import language_of

PATIENCE_S: Final = 20.0
READING: Final = ("GET", "HEAD")
# A name and a port: a path behind it could be taken for that of the address that is asked for.
_HOST: Final = re.compile(r"[A-Za-z0-9._-]+(:[0-9]{1,5})?")

HEADERS: Final[Mapping[str, str]] = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; "
        "manifest-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Permissions-Policy": (
        "accelerometer=(self), gyroscope=(self), screen-wake-lock=(self), camera=(), microphone=(), "
        "geolocation=()"
    ),
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


@dataclass(frozen=True, slots=True)
class Refusal:
    """An HTTP status and what a person reads: a row of ``refused`` in the words for home, and its facts."""

    status: int
    key: str
    facts: Mapping[str, str] = field(default_factory=dict)

    def say(self, request: Request) -> str:
        """Return the text in the language of whoever asked."""
        return language_of(request).tell(f"refused.{self.key}", **self.facts)


Admit = Callable[[Request], Refusal | None]
Explain = Callable[[Request, Refusal], Response]


def explain_as_text(request: Request, refusal: Refusal) -> Response:
    """Return a refusal as its text alone."""
    return PlainTextResponse(refusal.say(request), refusal.status)


class Guard:
    """Wrap a site: answer only under its own names, to its own pages, to those who hold a pass.

    `hosts` are the names the site has, against rebinding of a foreign name to this address; writes must come
    from the site's own pages. `admit` looks at pass and path. A body must tell its length, be no longer than
    `largest_body` bytes and arrive within `patience_s`. A refused request reaches nothing behind the guard;
    `explain` makes the answer to it.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        hosts: Collection[str],
        admit: Admit,
        largest_body: int,
        patience_s: float = PATIENCE_S,
        explain: Explain = explain_as_text,
    ) -> None:
        self._app = app
        self._hosts = frozenset(hosts)
        self._admit = admit
        self._largest_body = largest_body
        self._patience_s = patience_s
        self._explain = explain

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer or pass on one request; whatever is not HTTP is closed unanswered."""
        if scope["type"] != "http":
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        refusal = self._refuse(scope)
        body = b""
        if refusal is None and scope["method"] not in READING:
            body, refusal = await self._read(receive)
        if refusal is not None:
            answer = self._explain(Request(scope), refusal)
            await answer(scope, receive, send_with_headers)
            return
        await self._app(scope, _replay(body, receive), send_with_headers)

    def _refuse(self, scope: Scope) -> Refusal | None:
        headers = Headers(scope=scope)
        refusal = self._refuse_origin(scope, headers) or self._admit(Request(scope))
        return refusal or (None if scope["method"] in READING else self._refuse_size(headers))

    def _refuse_origin(self, scope: Scope, headers: Headers) -> Refusal | None:
        host = headers.get("host", "")
        if not _HOST.fullmatch(host) or _hostname(host) not in self._hosts:
            return Refusal(421, "address")
        if scope["method"] in READING:
            return None
        origin = headers.get("origin")
        if origin is not None and origin != f"{scope['scheme']}://{host}":
            return Refusal(403, "origin")
        if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            return Refusal(403, "origin")
        return None

    def _refuse_size(self, headers: Headers) -> Refusal | None:
        length = headers.get("content-length", "")
        if "transfer-encoding" in headers or not (length.isascii() and length.isdigit()):
            return Refusal(411, "length")
        if len(length) > 12 or int(length) > self._largest_body:
            return self._too_large()
        return None

    def _too_large(self) -> Refusal:
        return Refusal(413, "large", {"size": f"{self._largest_body / 1e6:.1f}"})

    async def _read(self, receive: Receive) -> tuple[bytes, Refusal | None]:
        """Return the whole body; a slow, endless or broken-off one is refused."""
        body = bytearray()
        try:
            async with asyncio.timeout(self._patience_s):
                while True:
                    message = await receive()
                    if message["type"] != "http.request":
                        return b"", Refusal(400, "broken")
                    body += message.get("body", b"")
                    if len(body) > self._largest_body:
                        return b"", self._too_large()
                    if not message.get("more_body", False):
                        return bytes(body), None
        except TimeoutError:
            return b"", Refusal(408, "slow")


def _replay(body: bytes, receive: Receive) -> Receive:
    """Return a `receive` that tells the body that was read, then whatever the connection tells."""
    told = False

    async def replay() -> Message:
        nonlocal told
        if told:
            return await receive()
        told = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay


def _hostname(host: str) -> str:
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""
