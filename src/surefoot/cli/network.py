"""What `surefoot web` opens to the network: the phone page, and the listener for apps."""

from __future__ import annotations

import gc
import socket
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING, Any, Final, cast

from surefoot.cli.output import print_error, print_warning
from surefoot.cli.prompts import ask_missing, read_setup
from surefoot.errors import UsageError
from surefoot.settings import config_folder, open_settings

if TYPE_CHECKING:
    from starlette.applications import Starlette

    from surefoot.diary import Diary
    from surefoot.live.incoming import Ended
    from surefoot.live.sensor_logger import PushedBy
    from surefoot.model import Setup
    from surefoot.web.entrance import PhoneEntrance
    from surefoot.web.invitations import Invitation, PushInvitation
    from surefoot.web.live_view import LiveView
    from surefoot.web.server.addresses import Address
    from surefoot.web.server.listeners import Listener, Listening
    from surefoot.web.server.tokens import Pass
    from surefoot.web.trainer.trainer import Trainer

PHONE_IDLE_S: Final = 2 * 3600.0
PLATFORMS: Final = ("android", "ios", "standardised")

Conditions = tuple["Setup | None", "PushedBy | None"]


@dataclass(slots=True)
class Doors:
    """What is open to the network: invitations, listeners, and what is to be closed at the end.

    `address` is this computer's own that was asked for, None for the first one.
    """

    diary: Diary
    address: str | None
    invitation: Invitation | None = None
    push: PushInvitation | None = None
    closing: list[Callable[[], tuple[str, ...]]] = field(default_factory=list)
    listeners: list[Listener] = field(default_factory=list)
    sites: dict[str, tuple[Starlette, Pass]] = field(default_factory=dict)
    listening: Listening | None = None
    live: LiveView | None = None

    def let_phones_in(self, port: int) -> None:
        """Open the phone page under TLS, with the test alone."""
        self.invitation, listener = self._make_phone_page(port, None, self.address)
        self.listeners.append(listener)

    def make_entrance(self, port: int, trainer: Trainer, *, is_open: bool) -> PhoneEntrance:
        """Return the phones' way in, with test and board; it opens from the beginning or when asked to."""
        from surefoot.web.entrance import PhoneEntrance
        from surefoot.web.live_view import LiveView
        from surefoot.web.server.listeners import Listening

        self.listening, self.live = Listening(), LiveView()
        entrance = PhoneEntrance(
            lambda address: self._make_phone_page(port, trainer, address or self.address),
            self.listening,
            self.live,
        )
        if is_open:
            self.invitation, listener = entrance.prepare()
            self.listeners.append(listener)
        return entrance

    def _make_phone_page(
        self, port: int, trainer: Trainer | None, wanted: str | None
    ) -> tuple[Invitation, Listener]:
        from surefoot.web.invitations import Invitation
        from surefoot.web.phone.site import build_phone
        from surefoot.web.server.addresses import choose_address, list_addresses, local_name, other_addresses
        from surefoot.web.server.certificates import keep_certificate
        from surefoot.web.server.listeners import MOST_FROM_ONE_GUEST, Listener
        from surefoot.web.server.tokens import Pass

        known = list_addresses()
        address = choose_address(wanted, known)
        names = [address, *filter(None, [local_name(socket.gethostname())])]
        certificate = keep_certificate(config_folder() / "web", names)
        if address not in self.sites:
            passport = Pass(PHONE_IDLE_S)
            site = build_phone(
                self.diary, open_settings(), passport, names, trainer=trainer, tell=_tell_take, live=self.live
            )
            self.closing.append(site.state.close)
            self.sites[address] = site, passport
        # A phone that has still to send what it recorded finds the same site once the door is open again.
        site, passport = self.sites[address]
        origin, others = f"https://{address}:{port}", other_addresses(address, known)
        return (
            Invitation(origin, passport, certificate.fingerprint, others),
            Listener(site, address, port, certificate, MOST_FROM_ONE_GUEST),
        )

    def let_apps_in(self, port: int, conditions: Conditions) -> None:
        """Open the listener for what apps push, in the clear."""
        from surefoot.web.invitations import PushInvitation
        from surefoot.web.phone.push import PushDesk, build_push
        from surefoot.web.server.addresses import choose_address, list_addresses, other_addresses
        from surefoot.web.server.listeners import MOST_FROM_ONE_GUEST, Listener
        from surefoot.web.server.tokens import Pass

        known = list_addresses()
        address = choose_address(self.address, known)
        passport = Pass(PHONE_IDLE_S)
        origin, others = f"http://{address}:{port}", other_addresses(address, known)
        self.push = PushInvitation(origin, passport, conditions[0] is not None, others)
        desk = PushDesk(self.diary, open_settings(), *conditions, tell=_tell_pushed)
        self.closing.append(desk.close)
        site = build_push(desk, passport, [address])
        self.listeners.append(Listener(site, address, port, most_per_address=MOST_FROM_ONE_GUEST))

    def tell(self) -> None:
        """Print what opens these doors: addresses and codes."""
        if self.invitation is not None:
            _invite(self.invitation)
        if self.push is not None:
            _invite_apps(self.push)
        door = self.invitation or self.push
        if door is not None and door.others:
            _offer(door.others)

    def serve(self, ready: Callable[[], None], *others: Listener) -> None:
        """Serve `others` and what is open until stopped; then keep what was pushed and not yet kept."""
        from surefoot.cli.guided import tell_recovered
        from surefoot.web.server.listeners import run_listeners

        # A command that ends soon collects nothing; here a picture a minute would fill the memory in a day.
        gc.enable()
        tell_recovered(self.diary)
        try:
            run_listeners([*others, *self.listeners], ready, self.listening)
        except KeyboardInterrupt:
            print("Stopped.")
        finally:
            for text in chain.from_iterable(close() for close in self.closing):
                print_warning(text)


def read_conditions(words: dict[str, Any], pushed_by: str | None) -> Conditions:
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
    return read_setup(ask_missing(words, "pushed trials")), cast("PushedBy | None", pushed_by)


def _tell_take(result: Mapping[str, Any]) -> None:
    title = f"{result['title']} (practice)" if result["practice"] else result["title"]
    if "error" in result:
        told = result["error"]
        print(f"{title}: not kept. {told['what']} Found: {told['found']}. {told['do']}", flush=True)
        return
    from surefoot.words import within_sentence

    name, value = result["main"]
    print(f"{title}: trial {result['trial']}, {within_sentence(name)} {value}", flush=True)


def _tell_pushed(pushed: Ended) -> None:
    if pushed.error is None:
        print(f"Pushed recording: trial {pushed.trial}{_tell_joined(pushed)}", flush=True)
        return
    print_error(pushed.error, as_json=False, where="Pushed recording")
    if pushed.before:
        print_warning(f"  Its beginning stays as trial {pushed.before}.")
    if pushed.waits:
        print_warning("  It is kept in memory, and the diary is tried again every half minute.")
    if pushed.file is not None:
        print_warning(f"  What arrived is in {pushed.file}; {pushed.advice}")
    elif not pushed.waits:
        print_warning("  What arrived could not be put in a file either; use the app's own export.")


def _tell_joined(pushed: Ended) -> str:
    """Return what happened to a session that went on after it had fallen quiet."""
    if not pushed.silent_s:
        return ""
    went_on = f", which went on after {pushed.silent_s:.0f} s in which nothing came"
    if not pushed.before or pushed.before == pushed.trial:
        return went_on
    if pushed.replaced:
        return f"{went_on}; it takes the place of trial {pushed.before}, its beginning"
    return f"{went_on}; trial {pushed.before}, its beginning, was changed since and stays beside it"


def _invite_apps(push: PushInvitation) -> None:
    from surefoot.web.invitations import draw_code

    print(f"Surefoot's experiment for phyphox: {push.experiment}\n")
    print(_printable(draw_code(push.experiment)))
    if not push.takes:
        print("To take what Sensor Logger pushes, add --person, --leg, --eyes, --surface and --placement.")
        return
    print(f"Address for Sensor Logger's HTTP Push: {push.push}")
    print("What is pushed is not encrypted on its way: use it in a network that you trust.")


def only_for_push() -> UsageError:
    """Return the error of conditions that nothing is pushed under."""
    return UsageError(
        "The conditions of a test are told to `surefoot web` only for what apps push.",
        found="options of the setup without --push",
        expected="--push beside them",
        do="Add --push, or leave them out.",
    )


def _invite(invitation: Invitation) -> None:
    from surefoot.web.invitations import draw_code

    address = invitation.address
    print(f"Phone page, for phones on this network: {address}\n")
    print(_printable(draw_code(address)))
    print("The phone warns once, because the certificate is this computer's own. Its SHA-256 is:")
    print(f"  {invitation.fingerprint}")


def _offer(others: Sequence[Address]) -> None:
    """Name the addresses to try where the phone cannot reach the one that was taken."""
    print("If the phone cannot reach this address, stop and start again with another one:")
    for each in others:
        print(f"  --address {each.ip}   ({each.adapter})")


def _printable(code: str) -> str:
    """Return the code, or where to find it if this terminal has no block characters."""
    try:
        code.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        return "The code to scan is on the dashboard, under `Use my phone`.\n"
    return code
