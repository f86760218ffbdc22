"""How a phone gets to its page: the address with the pass in it, as text and as a code to scan."""

from __future__ import annotations

import io
from dataclasses import dataclass

from surefoot.web.server.addresses import Address
from surefoot.web.server.tokens import Pass


@dataclass(frozen=True, slots=True)
class Invitation:
    """Where the phone page is, the pass that opens it, and the certificate's SHA-256 to compare.

    `others` are this computer's addresses that the page could be at instead.
    """

    origin: str
    passport: Pass
    fingerprint: str = ""
    others: tuple[Address, ...] = ()

    @property
    def address(self) -> str:
        """The phone page with its pass in the fragment, which no browser ever sends or logs."""
        return f"{self.origin}/#pass={self.passport.show()}"

    @property
    def board_address(self) -> str:
        """The page that makes a phone the board trainer's sensor, with the same pass."""
        return f"{self.origin}/board#pass={self.passport.show()}"


def write_code(address: str) -> str:
    """Return a QR code of `address` as SVG."""
    import segno

    out = io.BytesIO()
    segno.make(address, error="m").save(out, kind="svg", scale=8, border=3, light="#ffffff", dark="#000000")
    return out.getvalue().decode("utf-8")


def draw_code(address: str) -> str:
    """Return a QR code of `address` in characters, for a terminal."""
    import segno

    out = io.StringIO()
    segno.make(address, error="m").terminal(out, compact=True)
    return out.getvalue()
