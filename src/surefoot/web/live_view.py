"""The laptop's view of a test on the phone: what the phone told last, in words, as a stream of events."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from math import isfinite
from typing import TYPE_CHECKING, Any, Final

from surefoot.errors import UnreadableFileError
from surefoot.history import name_at_home

if TYPE_CHECKING:
    from surefoot.settings import Settings
    from surefoot.words import Language

STAGES: Final = ("strap", "tight", "lead", "hold", "rest", "touch", "done")
LEGS: Final = ("left", "right", "both")
LOST_AFTER_S: Final = 6.0
HEARTBEAT_S: Final = 2.0
MOST_STREAMS: Final = 8
MOST_RESULTS: Final = 12
_LONGEST_S: Final = 600.0


@dataclass(frozen=True, slots=True)
class Moment:
    """Where the test stands: the stage on the phone's screen, its leg, its clock, the leg that comes after.

    `dot` is how far the phone hangs from upright, to the right and down, 1 at the edge.
    """

    stage: str
    leg: str = "both"
    left_s: int = 0
    whole_s: int = 0
    dot: tuple[float, float] = (0.0, 0.0)
    after: str = "both"


def read_moment(words: Any) -> Moment:
    """Return the moment that a phone told. Raises UnreadableFileError for what is none."""
    try:
        dot = [float(each) for each in words.get("dot", (0, 0))]
        numbers = [float(words.get(name, 0)) for name in ("left_s", "whole_s")]
        told = Moment(words["stage"], words.get("leg", "both"), after=words.get("after", "both"))
    except (AttributeError, KeyError, TypeError, ValueError, OverflowError):
        raise _no_moment() from None
    is_known = told.stage in STAGES and told.leg in LEGS and told.after in LEGS and len(dot) == 2
    if not is_known or not all(isfinite(each) and abs(each) <= _LONGEST_S for each in (*dot, *numbers)):
        raise _no_moment()
    x, y = (max(-1.0, min(1.0, each)) for each in dot)
    left_s, whole_s = (max(0, round(each)) for each in numbers)
    return replace(told, left_s=left_s, whole_s=whole_s, dot=(x, y))


class LiveView:
    """What the phone told last, for those who watch. To be used on one event loop but for `tell_result`."""

    def __init__(self) -> None:
        self._is_here = False
        self._person = ""
        self._moment: Moment | None = None
        self._heard_s = 0.0
        self._results: list[Mapping[str, Any]] = []
        self._news = asyncio.Event()
        self._watchers = 0
        self._is_stop_asked = False
        self._is_closing = False

    def arrive(self) -> None:
        """Take note that a phone is here."""
        if not self._is_here:
            self._is_here = True
            self._tell()

    def begin(self, person: str) -> None:
        """Take note of whose test comes now."""
        self._person, self._moment, self._results, self._is_stop_asked = person, None, [], False
        self._tell()

    def take(self, moment: Moment) -> bool:
        """Take where the test stands; return whether the phone is to stop it, which it is told once."""
        self._moment, self._heard_s = moment, asyncio.get_running_loop().time()
        is_stop_asked, self._is_stop_asked = self._is_stop_asked, False
        self._tell()
        return is_stop_asked and moment.stage != "done"

    def ask_stop(self) -> None:
        """Ask the phone to stop the test that is under way; what was held is kept, as when it stops there."""
        self._is_stop_asked = self._moment is not None and self._moment.stage != "done"
        self._tell()

    def tell_result(self, result: Mapping[str, Any]) -> None:
        """Take the result of an attempt; from any thread, watched at the next beat."""
        self._results = [*self._results, result][-MOST_RESULTS:]

    def leave(self) -> None:
        """Forget what was told: the door is shut."""
        self._is_here, self._moment, self._is_stop_asked = False, None, False
        self._tell()

    def close(self) -> None:
        """End every stream, as the program ends."""
        self._is_closing = True
        self._tell()

    def describe(self, language: Language, settings: Settings) -> dict[str, Any]:
        """Return all that the page shows, in words."""
        moment, name = self._moment, name_at_home(settings, self._person)
        if moment is None:
            return {"stage": "here" if self._is_here else "waiting"}
        is_lost = moment.stage != "done" and _now_s() - self._heard_s > LOST_AFTER_S
        shown = {
            "stage": "lost" if is_lost else moment.stage,
            "from": language.tell("live.from", name=name) if name else language.tell("live.from_yours"),
            "headline": language.tell("live.lost") if is_lost else _headline(moment, name, language),
        }
        if moment.stage == "done":
            return {**shown, "results": [_said(result) for result in self._results], "person": self._person}
        is_counted = moment.stage in ("lead", "hold", "rest") and not is_lost
        clock = (
            {"left_s": moment.left_s, "share": moment.left_s / (moment.whole_s or 1)} if is_counted else {}
        )
        comes = moment.stage == "hold" and moment.after != "both" and not is_lost
        lead = {"lead": language.tell(f"live.next_{moment.after}")} if comes else {}
        dot = {"dot": moment.dot} if moment.stage == "strap" and not is_lost else {}
        stop = (
            {}
            if is_lost
            else {"stop": language.tell(f"live.{'stopping' if self._is_stop_asked else 'stop'}")}
        )
        return {**shown, **clock, **lead, **dot, **stop, "stopping": self._is_stop_asked}

    async def watch(self, language: Language, settings: Settings) -> AsyncIterator[str]:
        """Yield what the page shows as server-sent events, at each change and each beat."""
        if self._watchers >= MOST_STREAMS:
            return
        self._watchers += 1
        try:
            while not self._is_closing:
                news = self._news
                yield f"data: {json.dumps(self.describe(language, settings))}\n\n"
                with suppress(TimeoutError):
                    await asyncio.wait_for(news.wait(), HEARTBEAT_S)
        finally:
            self._watchers -= 1

    def _tell(self) -> None:
        news, self._news = self._news, asyncio.Event()
        news.set()


def _headline(moment: Moment, name: str, language: Language) -> str:
    if moment.stage == "hold":
        return language.tell("live.stance" if moment.leg == "both" else f"live.{moment.leg}")
    if moment.stage in ("rest", "touch"):
        return language.tell("live.resting")
    key = {"strap": "live.strapping", "done": "live.ended"}.get(moment.stage, "live.soon")
    if key == "live.strapping":
        return language.tell(key, name=name) if name else language.tell("live.strapping_yours")
    return language.tell(key)


def _said(result: Mapping[str, Any]) -> str:
    return str(result.get("why") or result.get("said") or result["title"])


def _no_moment() -> UnreadableFileError:
    return UnreadableFileError(
        "Where the test stands was not understood.",
        found="something else",
        expected="what the phone's page sends",
        do="Load the page again.",
    )


def _now_s() -> float:
    return asyncio.get_running_loop().time()
