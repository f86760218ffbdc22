"""Words from a form or a phone to conditions of a test, checked before anything else is done with them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from surefoot.errors import SetupError
from surefoot.guide import Attempt
from surefoot.model import Setup
from surefoot.protocols import usual_test
from surefoot.web.schedule import LEGS, MAX_REPEATS, plan_session

CONDITIONS: Final = ("person", "leg", "eyes", "surface", "footwear", "placement", "note")
MAX_TEXT: Final = 500
LEADS_S: Final = (5, 10, 20, 40)


def setup_from_words(words: Mapping[str, str]) -> Setup:
    """Return the Setup of `words`; raises SetupError for unknown ones, and for what is not a condition."""
    given = {name: word.strip()[:MAX_TEXT] for name, word in words.items() if word.strip()}
    unknown = sorted(set(given) - set(CONDITIONS))
    if unknown or "leg" not in given or "person" not in given:
        raise SetupError(
            "The conditions of the trial are not known.",
            found=", ".join(unknown) or "no person or no leg",
            expected="words for " + ", ".join(CONDITIONS),
            do="Fill in the form on the page.",
        )
    fields: dict[str, Any] = given
    if fields.get("placement") == "board":
        fields["surface"] = "board"
    return Setup(test=usual_test(given["leg"], given.get("placement", "lumbar")), **fields)


@dataclass(frozen=True, slots=True)
class Plan:
    """A session to be guided: its attempts with the setup of each, and the time to strap the phone on."""

    test: str
    attempts: tuple[Attempt, ...]
    setups: tuple[Setup, ...]
    lead_s: float


def read_plan(words: Any) -> Plan:
    """Return the plan in the JSON `words` of a phone. Raises SetupError for what is not known."""
    if not isinstance(words, dict):
        raise _refuse("no list of words")
    legs, repeats, practice, lead_s = (words.get(name) for name in ("legs", "repeats", "practice", "lead_s"))
    if legs not in LEGS or not isinstance(practice, bool):
        raise _refuse(f"legs {legs!r}, practice {practice!r}")
    if repeats not in range(1, MAX_REPEATS + 1) or lead_s not in LEADS_S:
        raise _refuse(f"{repeats!r} trials, {lead_s!r} s to get ready")
    given = {name: words[name] for name in CONDITIONS if isinstance(words.get(name), str)}
    attempts = plan_session(legs, int(repeats or 1), practice=practice)
    setups = tuple(
        replace(setup_from_words({**given, "leg": attempt.leg}), practice=attempt.practice)
        for attempt in attempts
    )
    return Plan(setups[0].test, attempts, setups, float(lead_s))


def _refuse(found: str) -> SetupError:
    return SetupError(
        "This session cannot be planned.",
        found=found[:200],
        expected=f"legs {', '.join(LEGS)}; 1 to {MAX_REPEATS} trials; {LEADS_S} s to get ready",
        do="Choose in the form on the page.",
    )
