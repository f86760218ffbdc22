"""One request to a phone over plain HTTP, bounded in time and size; what goes wrong is told in words."""

import time
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse
from typing import Final
from urllib.parse import urlsplit

from surefoot.errors import PhoneAwayError, PhoneError, UsageError
from surefoot.live.phyphox.protocol import not_phyphox, printable

PATIENCE_S: Final = 4.0
LONGEST_S: Final = 30.0
LARGEST_BYTES: Final = 64_000_000
_PIECE: Final = 1 << 16
_SWITCH_ON: Final = "In phyphox, open the experiment, then the menu, then “Allow remote access”."


@dataclass(frozen=True, slots=True)
class Phone:
    """Where a phone's remote access listens.

    Every request is a connection of its own, straight to the phone: no proxy is asked and no redirection
    followed, so that nothing but this address is ever spoken to.
    """

    host: str
    port: int

    @property
    def address(self) -> str:
        """The address as phyphox shows it."""
        return f"http://{self.host}:{self.port}"

    def ask(self, path: str) -> bytes:
        """Return the body of the answer to a GET.

        Raises PhoneAwayError where none comes (asking again may help), PhoneError for one that is not
        phyphox's.
        """
        connection = HTTPConnection(self.host, self.port, timeout=PATIENCE_S)
        try:
            connection.request("GET", path)
            # Closing the connection does not let go of an answer that is given up.
            with connection.getresponse() as answer:
                body = _read(answer)
        except ConnectionRefusedError as error:
            raise self._closed() from error
        except (OSError, HTTPException) as error:
            raise self._away(error) from error
        finally:
            connection.close()
        if answer.status != 200:
            raise not_phyphox(f"HTTP status {answer.status}".encode())
        return body

    def _closed(self) -> PhoneAwayError:
        return PhoneAwayError(
            "The phone is there, but remote access is off.",
            found=f"{self.address} refuses the connection",
            expected="phyphox with an experiment open and remote access on",
            do=f"{_SWITCH_ON} Compare the address it shows with the one given.",
        )

    def _away(self, error: Exception) -> PhoneAwayError:
        return PhoneAwayError(
            "The phone does not answer.",
            found=f"{self.address}: {printable(error) or type(error).__name__}",
            expected="phyphox on a phone in the same network, awake and in front",
            do="Join phone and computer to one network (guest networks keep them apart; the phone's hotspot "
            f"does not), and wake the phone. {_SWITCH_ON}",
        )


def parse_address(text: str) -> Phone:
    """Return the phone at an address such as ``http://192.168.1.20:8080``, ``192.168.1.20:8080`` or a name.

    Without a port it is 80, where phyphox listens on iOS. Raises UsageError for anything else.
    """
    full = text if "://" in text else f"http://{text}"
    try:
        told = urlsplit(full)
        host, port = told.hostname or "", 80 if told.port is None else told.port
        host.encode("idna")  # raises a ValueError for what no name can be
    except ValueError:
        raise _no_address(text) from None
    plain = told.scheme == "http" and told.path in ("", "/") and not (told.query or told.fragment)
    if (
        not plain
        or port == 0
        or "@" in told.netloc
        or not host.isascii()
        or not host.replace("-", "").replace(".", "").isalnum()
    ):
        raise _no_address(text)
    return Phone(host, port)


def _no_address(text: str) -> UsageError:
    return UsageError(
        "This is not the address of a phone.",
        found=repr(text[:80]),
        expected="http://, the phone's address and a port, such as http://192.168.1.20:8080",
        do="Give --phyphox the address that phyphox shows at the bottom when remote access is on.",
    )


def _read(answer: HTTPResponse) -> bytes:
    """Return a body that is neither endless nor sent drop by drop."""
    body, until_s = bytearray(), time.monotonic() + LONGEST_S
    while piece := answer.read1(_PIECE):
        body += piece
        if len(body) > LARGEST_BYTES or time.monotonic() > until_s:
            raise PhoneError(
                "The phone sends more than can be taken.",
                found=f"{len(body) / 1e6:.1f} MB and no end",
                expected=f"at most {LARGEST_BYTES / 1e6:.0f} MB within {LONGEST_S:.0f} s",
                do="Clear the experiment on the phone, and record again.",
            )
    if answer.length:
        raise HTTPException("the answer broke off")
    return bytes(body)
