"""The phones' way in: shut until somebody on this computer asks, and again when nobody uses it."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

from surefoot.errors import UsageError
from surefoot.web.invitations import Invitation
from surefoot.web.live_view import LiveView
from surefoot.web.server.listeners import Listener, Listening

Make = Callable[[str | None], tuple[Invitation, Listener]]


class Entrance:
    """A way in that stays as it is: open at an invitation, or shut; `live` shows what a phone does inside."""

    def __init__(self, invitation: Invitation | None = None, live: LiveView | None = None) -> None:
        self._invitation = invitation
        self.live = live or LiveView()

    @property
    def invitation(self) -> Invitation | None:
        """The invitation that leads in now; None while it is shut."""
        return self._invitation

    async def open(self, address: str | None = None) -> None:
        """Open it, or raise UsageError."""
        raise UsageError(
            "Phones cannot be let in from here.",
            found=address or "a page without a listener",
            expected="a page that `surefoot web` opened",
            do="Start `surefoot web`, and choose “Use my phone” there.",
        )

    async def shut(self) -> None:
        """Shut it, so that every code that was shown leads nowhere; this one stays."""


class PhoneEntrance(Entrance):
    """A way in that opens and shuts while the program runs.

    `make` returns the invitation and the listener at one of this computer's addresses, by itself the first
    one; the listener runs with the others of `listening`, and is over once its invitation is worn out.
    """

    def __init__(self, make: Make, listening: Listening, live: LiveView | None = None) -> None:
        super().__init__(live=live)
        self._make = make
        self._listening = listening
        self._listener: Listener | None = None
        self._changing = asyncio.Lock()

    @property
    def invitation(self) -> Invitation | None:
        """The invitation that leads in now; None while it is shut."""
        return self._invitation if self._listener and self._listening.is_open(self._listener) else None

    def prepare(self, address: str | None = None) -> tuple[Invitation, Listener]:
        """Return what is to be open from the beginning. Raises UsageError without such an address."""
        return self._take(*self._make(address))

    async def open(self, address: str | None = None) -> None:
        """Open it at an address, in place of another one; raises UsageError where that cannot be.

        Without an address it stays where it is open.
        """
        async with self._changing:
            if self.invitation is not None and address is None:
                return
            made = self._make(address)
            await self._shut()
            _, listener = self._take(*made)
            await self._listening.open(listener)

    async def shut(self) -> None:
        """Shut it, so that every code that was shown leads nowhere."""
        async with self._changing:
            await self._shut()

    def _take(self, invitation: Invitation, listener: Listener) -> tuple[Invitation, Listener]:
        self._invitation = invitation
        self._listener = replace(listener, is_over=invitation.passport.is_worn_out)
        return self._invitation, self._listener

    async def _shut(self) -> None:
        if self._invitation is not None and self._listener is not None:
            self._invitation.passport.renew()
            self.live.leave()
            await self._listening.shut(self._listener)
