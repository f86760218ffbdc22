"""``surefoot web``: the dashboard in a browser, the phone page, and the listener for apps."""

from __future__ import annotations

import socket
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any, Final, cast

import typer

from surefoot.cli.analysis import known_noise
from surefoot.cli.conditions import ask_missing, build_setup, takes_setup
from surefoot.cli.memory import config_folder, forget_person, open_diary
from surefoot.cli.output import print_error
from surefoot.errors import UsageError

if TYPE_CHECKING:
    from surefoot.diary import Diary
    from surefoot.model import Setup
    from surefoot.network.sensor_logger import PushedBy
    from surefoot.web.invitation import Invitation
    from surefoot.web.listeners import Listener
    from surefoot.web.push import PushDesk, Pushed, PushInvitation

DASHBOARD_IDLE_S: Final = 12 * 3600.0
PHONE_IDLE_S: Final = 2 * 3600.0


PLATFORMS: Final = ("android", "ios", "standardised")


@dataclass(slots=True)
class Doors:
    """What is open to the network: invitations, listeners, and the desk of pushed sessions."""

    invitation: Invitation | None = None
    push: PushInvitation | None = None
    desk: PushDesk | None = None
    listeners: list[Listener] = field(default_factory=list)


@takes_setup
def web(
    setup_words: dict[str, Any],
    lan: Annotated[bool, typer.Option("--lan", help="Let a phone on this network in, by a code.")] = False,
    push: Annotated[
        bool, typer.Option("--push", help="Let Sensor Logger push, and phyphox fetch its experiment.")
    ] = False,
    pushed_by: Annotated[
        str | None,
        typer.Option("--pushed-by", help="What pushes: android | ios | standardised (a setting of the app)."),
    ] = None,
    address: Annotated[
        str | None, typer.Option("--address", help="This computer's address on the network.")
    ] = None,
    port: Annotated[
        int,
        typer.Option("--port", help="Port of the dashboard; the others follow.", min=1024, max=65533),
    ] = 8765,
    show_page: Annotated[bool, typer.Option("--open", help="Open the dashboard in a browser.")] = False,
) -> None:
    """Show the diary in a browser; with --lan or --push let phones record into it. Ctrl+C stops it."""
    from surefoot.web.listeners import Listener, run_listeners
    from surefoot.web.passes import Pass
    from surefoot.web.site import LOOPBACK, build_dashboard

    diary, passport = open_diary(), Pass(DASHBOARD_IDLE_S)
    doors = Doors()
    if push:
        _let_apps_in(doors, diary, address, port + 2, _conditions(setup_words, pushed_by))
    elif setup_words or pushed_by:
        raise _only_for_push()
    if lan or (address and not push):
        doors.invitation, guests = _let_phones_in(diary, address, port + 1)
        doors.listeners += guests
    invitation = doors.invitation
    site = build_dashboard(
        diary,
        passport,
        forget=forget_person,
        invitation=invitation,
        push=doors.push,
        noise_floor=known_noise,
    )
    own = f"http://{LOOPBACK[0]}:{port}/open?pass={passport.show()}"

    def tell() -> None:
        print(f"Dashboard, on this computer only: {own}")
        if invitation is not None:
            _invite(invitation)
        if doors.push is not None:
            _invite_apps(doors.push)
        print("Stop with Ctrl+C.", flush=True)
        if show_page:
            typer.launch(own)

    try:
        run_listeners([Listener(site, LOOPBACK[0], port), *doors.listeners], tell)
    except KeyboardInterrupt:
        print("Stopped.")
    finally:
        if doors.desk is not None:
            doors.desk.keep_quiet_ones(0.0)


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


def _conditions(words: dict[str, Any], pushed_by: str | None) -> tuple[Setup | None, PushedBy | None]:
    """Return under which conditions pushed trials are made, and what pushes them; none where none is told."""
    if pushed_by not in (None, *PLATFORMS):
        raise UsageError(
            "It is not clear what pushes.",
            found=repr(pushed_by),
            expected=" | ".join(PLATFORMS),
            do="Give --pushed-by with one of these.",
        )
    if not (words or pushed_by):
        return None, None
    return build_setup(ask_missing(words, "pushed trials")), cast("PushedBy | None", pushed_by)


def _let_apps_in(
    doors: Doors,
    diary: Diary,
    wanted: str | None,
    port: int,
    conditions: tuple[Setup | None, PushedBy | None],
) -> None:
    from surefoot.web.addresses import choose_address, list_addresses
    from surefoot.web.listeners import Listener
    from surefoot.web.passes import Pass
    from surefoot.web.push import PushDesk, PushInvitation, build_push

    address = choose_address(wanted, list_addresses())
    passport = Pass(PHONE_IDLE_S)
    doors.push = PushInvitation(f"http://{address}:{port}", passport, takes=conditions[0] is not None)
    doors.desk = PushDesk(diary, *conditions, tell=_tell_pushed)
    doors.listeners.append(Listener(build_push(doors.desk, passport, [address]), address, port))


def _tell_pushed(pushed: Pushed) -> None:
    if pushed.error is not None:
        print_error(pushed.error, as_json=False, where="Pushed recording")
    else:
        print(f"Pushed recording: trial {pushed.trial}", flush=True)


def _invite_apps(push: PushInvitation) -> None:
    from surefoot.web.invitation import draw_code

    print(f"Surefoot's experiment for phyphox: {push.experiment}\n")
    print(_printable(draw_code(push.experiment)))
    if not push.takes:
        print("To take what Sensor Logger pushes, add --person, --leg, --eyes, --surface and --placement.")
        return
    print(f"Address for Sensor Logger's HTTP Push: {push.push}")
    print("What is pushed is not encrypted on its way: use it in a network that you trust.")


def _only_for_push() -> UsageError:
    return UsageError(
        "The conditions of a test are told to `surefoot web` only for what apps push.",
        found="options of the setup without --push",
        expected="--push beside them",
        do="Add --push, or leave them out.",
    )


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
