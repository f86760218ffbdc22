"""``surefoot web``: the dashboard in a browser, and the phone page."""

from __future__ import annotations

import socket
import sys
from typing import TYPE_CHECKING, Annotated, Final

import typer

from surefoot.cli.mappings import as_told_before
from surefoot.cli.memory import config_folder, forget_person, open_diary

if TYPE_CHECKING:
    from surefoot.diary import Diary
    from surefoot.web.invitation import Invitation
    from surefoot.web.listeners import Listener

DASHBOARD_IDLE_S: Final = 12 * 3600.0
PHONE_IDLE_S: Final = 2 * 3600.0


def web(
    lan: Annotated[bool, typer.Option("--lan", help="Let a phone on this network in, by a code.")] = False,
    address: Annotated[
        str | None, typer.Option("--address", help="This computer's address on the network.")
    ] = None,
    port: Annotated[
        int,
        typer.Option("--port", help="Port of the dashboard; the phone's follows.", min=1024, max=65534),
    ] = 8765,
    show_page: Annotated[bool, typer.Option("--open", help="Open the dashboard in a browser.")] = False,
) -> None:
    """Show the diary in a browser, and with --lan let a phone record into it, until stopped with Ctrl+C."""
    from surefoot.web.listeners import Listener, run_listeners
    from surefoot.web.passes import Pass
    from surefoot.web.site import LOOPBACK, build_dashboard

    diary, passport = open_diary(), Pass(DASHBOARD_IDLE_S)
    invitation, guests = _let_phones_in(diary, address, port + 1) if lan or address else (None, [])
    site = build_dashboard(
        diary, passport, forget=forget_person, invitation=invitation, complete=as_told_before
    )
    own = f"http://{LOOPBACK[0]}:{port}/open?pass={passport.show()}"

    def tell() -> None:
        print(f"Dashboard, on this computer only: {own}")
        if invitation is not None:
            _invite(invitation)
        print("Stop with Ctrl+C.", flush=True)
        if show_page:
            typer.launch(own)

    try:
        run_listeners([Listener(site, LOOPBACK[0], port), *guests], tell)
    except KeyboardInterrupt:
        print("Stopped.")


def _let_phones_in(diary: Diary, wanted: str | None, port: int) -> tuple[Invitation, list[Listener]]:
    from surefoot.web.addresses import choose_address, list_addresses
    from surefoot.web.certificate import keep_certificate
    from surefoot.web.invitation import Invitation
    from surefoot.web.listeners import Listener
    from surefoot.web.passes import Pass
    from surefoot.web.phone import build_phone

    address = choose_address(wanted, list_addresses())
    names = [address, f"{socket.gethostname().partition('.')[0].lower()}.local"]
    certificate = keep_certificate(config_folder() / "web", names)
    passport = Pass(PHONE_IDLE_S)
    invitation = Invitation(f"https://{address}:{port}", passport, certificate.fingerprint)
    return invitation, [Listener(build_phone(diary, passport, names), address, port, certificate)]


def _invite(invitation: Invitation) -> None:
    from surefoot.web.addresses import list_addresses
    from surefoot.web.invitation import draw_code

    address = invitation.address
    print(f"Phone page, for phones on this network: {address}\n")
    print(_printable(draw_code(address)))
    print("The phone warns once, because the certificate is this computer's own. Its SHA-256 is:")
    print(f"  {invitation.fingerprint}")
    others = [each for each in list_addresses() if each.ip not in address]
    if others:
        listed = ", ".join(f"{each.ip} ({each.adapter})" for each in others)
        print(f"If the phone cannot reach it, try --address with another one: {listed}")


def _printable(code: str) -> str:
    """Return the code, or where to find it if this terminal has no block characters."""
    try:
        code.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        return "The code to scan is on the dashboard, under `Record with a phone`.\n"
    return code
