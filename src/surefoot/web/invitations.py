"""How a phone gets to its page: the address with the pass in it, as text and as a code to scan."""

import io
from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from surefoot.live.phyphox.experiment import NAME, link_for, read_experiment
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
    def host(self) -> str:
        """The address as a browser's warning shows it, without the port."""
        return urlsplit(self.origin).hostname or ""

    @property
    def address(self) -> str:
        """The phone page with its pass in the fragment, which no browser ever sends or logs."""
        return f"{self.origin}/#pass={self.passport.show()}"

    @property
    def board_address(self) -> str:
        """The page that makes a phone the board trainer's sensor, with the same pass."""
        return f"{self.origin}/board#pass={self.passport.show()}"


@dataclass(frozen=True, slots=True)
class PushInvitation:
    """Where the third listener is, the pass in its path, and whether it takes what is pushed.

    `others` are this computer's addresses that it could be at instead.
    """

    origin: str
    passport: Pass
    takes: bool = True
    others: tuple[Address, ...] = ()

    @property
    def push(self) -> str:
        """The address that Sensor Logger pushes to."""
        return f"{self.origin}/{self.passport.show()}/data"

    @property
    def experiment(self) -> str:
        """The link that opens the experiment in phyphox."""
        return link_for(f"{self.origin}/{self.passport.show()}/{NAME}")


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


def give_experiment(_: Request) -> Response:
    """Give the experiment for phyphox."""
    headers = {"Content-Disposition": f'attachment; filename="{NAME}"'}
    return Response(read_experiment(), media_type="application/octet-stream", headers=headers)
