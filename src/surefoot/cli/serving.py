"""``surefoot web``: the dashboard in a browser, and the phone page."""

from __future__ import annotations

import socket
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from surefoot.cli.memory import config_folder, forget_person, open_diary, recall_sensors
from surefoot.cli.sensors import Chosen, Described, choose_near

if TYPE_CHECKING:
    from surefoot.diary import Diary
    from surefoot.web.invitation import Invitation
    from surefoot.web.listeners import Listener
    from surefoot.web.trainer.desk import Trainer
    from surefoot.web.trainer.feeds import RadioFeed, Source

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
    sensor: Annotated[
        str | None,
        typer.Option(
            "--sensor", help="Bluetooth sensor for the board trainer: nickname, address, name or kind."
        ),
    ] = None,
    describe: Described = None,
    show_page: Annotated[bool, typer.Option("--open", help="Open the dashboard in a browser.")] = False,
) -> None:
    """Show the diary in a browser, and with --lan let a phone record into it, until stopped with Ctrl+C."""
    from surefoot.web.listeners import Listener, run_listeners
    from surefoot.web.passes import Pass
    from surefoot.web.site import LOOPBACK, build_dashboard
    from surefoot.web.trainer.desk import Trainer
    from surefoot.web.trainer.phone import PHONE, PHONE_SOURCE

    sensors = _list_sensors(sensor, describe)
    diary, passport = open_diary(), Pass(DASHBOARD_IDLE_S)
    open_to_phones = bool(lan or address)
    trainer = Trainer(diary, {**({PHONE: PHONE_SOURCE} if open_to_phones else {}), **sensors})
    invitation, guests = _let_phones_in(diary, address, port + 1, trainer) if open_to_phones else (None, [])
    site = build_dashboard(diary, passport, forget=forget_person, invitation=invitation, trainer=trainer)
    own = f"http://{LOOPBACK[0]}:{port}/open?pass={passport.show()}"

    def tell() -> None:
        print(f"Dashboard, on this computer only: {own}")
        if invitation is not None:
            _invite(invitation)
        print("Stop with Ctrl+C.", flush=True)
        if show_page:
            typer.launch(own)

    try:
        run_listeners([Listener(site, LOOPBACK[0], port, close=trainer.close), *guests], tell)
    except KeyboardInterrupt:
        print("Stopped.")


def _list_sensors(wanted: str | None, description: Path | None) -> dict[str, Source]:
    """Return the sensors that the board trainer offers: the one asked for, then all that are remembered."""
    from surefoot.web.trainer.feeds import Source

    sensors: dict[str, Source] = {}
    if wanted is not None:
        chosen = choose_near(wanted, None, description)
        sensors[f"ble-{wanted}"] = Source(f"{wanted} ({chosen.target.device.title})", partial(_feed, chosen))
    for name in recall_sensors():
        sensors.setdefault(f"ble-{name}", Source(name, partial(_remembered, name)))
    return sensors


def _remembered(name: str) -> RadioFeed:
    return _feed(choose_near(name, None, None))


def _feed(chosen: Chosen) -> RadioFeed:
    from surefoot.web.trainer.feeds import RadioFeed

    return RadioFeed(chosen.target, chosen.radio, chosen.description)


def _let_phones_in(
    diary: Diary, wanted: str | None, port: int, trainer: Trainer
) -> tuple[Invitation, list[Listener]]:
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
    site = build_phone(diary, passport, names, trainer=trainer)
    return invitation, [Listener(site, address, port, certificate)]


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
