"""Keeping journals on the disk while they are written, and telling at once where the disk refuses them."""

import asyncio
from collections.abc import Callable, Iterable
from typing import Final

from surefoot.live.journal import Journal
from surefoot.live.log import State

SYNC_S: Final = 1.0
TOLD_EVERY_S: Final = 15.0
SAVED_TEXT: Final = "The disk takes the recording again."


class Saving:
    """Syncs journals each second (own rule); `tell` is told of a disk that refuses, and when it is over.

    `journals` returns those being written now. A recording goes on in memory: whoever is told can make room.
    """

    def __init__(
        self, journals: Callable[[], Iterable[Journal | None]], tell: Callable[[State], None]
    ) -> None:
        self._find, self._tell = journals, tell
        self._told_s: float | None = None

    def _journals(self) -> tuple[Journal, ...]:
        return tuple(journal for journal in self._find() if journal is not None)

    async def run(self) -> None:
        """Sync until cancelled."""
        while True:
            await asyncio.sleep(SYNC_S)
            for journal in self._journals():
                await asyncio.to_thread(journal.sync)
                # One that is no longer here may be ended by another thread by now.
                if journal in self._journals() and journal.is_open:
                    journal.flush()
            self.check()

    def check(self) -> None:
        """Tell of trouble that is new, or was not told for a while, and of its end."""
        now_s = asyncio.get_running_loop().time()
        troubled = next((journal for journal in self._journals() if journal.trouble), None)
        if troubled is None:
            if self._told_s is not None:
                self._tell(State(now_s, "saved", SAVED_TEXT))
            self._told_s = None
        elif self._told_s is None or now_s - self._told_s >= TOLD_EVERY_S:
            self._told_s = now_s
            self._tell(State(now_s, "unsaved", trouble_text(troubled)))


def trouble_text(journal: Journal) -> str:
    """Return what to say of a journal that the disk refuses; an empty text where it does not."""
    error = journal.trouble
    if error is None:
        return ""
    why = error.strerror or str(error)
    if not journal.is_behind:
        return f"The disk does not confirm that the recording is saved ({why}). Check the disk."
    return f"The disk refuses the recording ({why}). It goes on in memory: make room on the disk now."
