"""Words from a form or a phone to conditions of a test, checked before anything else is done with them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import parse_qs

from surefoot.errors import SetupError
from surefoot.live.guide import LEGS, MAX_REPEATS, Attempt, plan
from surefoot.model import Leg, Setup
from surefoot.protocols import load_protocols, protocol_for
from surefoot.protocols.conditions import build_setup

CONDITIONS: Final = ("person", "leg", "eyes", "surface", "footwear", "placement", "note")
MAX_TEXT: Final = 500
LEADS_S: Final = (5, 10, 20, 40)


def setup_from_words(words: Mapping[str, str]) -> Setup:
    """Return the Setup of `words`; raises SetupError for unknown ones, and for what is not a condition."""
    given = {name: word.strip()[:MAX_TEXT] for name, word in words.items() if word.strip()}
    unknown = sorted(set(given) - {*CONDITIONS, "test"})
    if unknown or "leg" not in given or "person" not in given:
        raise SetupError(
            "The conditions of the trial are not known.",
            found=", ".join(unknown) or "no person or no leg",
            expected="words for " + ", ".join(CONDITIONS),
            do="Fill in the form on the page.",
        )
    return build_setup(given)


def _read_form(body: bytes) -> dict[str, list[str]]:
    try:
        return parse_qs(body.decode("utf-8", "replace"), max_num_fields=20)
    except ValueError:
        return {}


def read_correction(body: bytes, base: Setup) -> Setup:
    """Return `base` with the words of a sent form that differ from it.

    What follows from a word follows again: the test from the leg, the way the screen looks from the place.
    Raises SetupError for a word that is not known, and for a form that shows no person or no leg.
    """
    sent = {name: words[-1].strip() for name, words in _read_form(body).items()}
    if "person" not in sent or "leg" not in sent:
        raise SetupError(
            "The correction was not understood.",
            found=", ".join(sent) or "an empty form",
            expected="words for " + ", ".join(CONDITIONS),
            do="Go back to the trial and fill in the form there.",
        )
    fields = {name: sent.get(name, "")[:MAX_TEXT] for name in CONDITIONS}
    changed = {name: word for name, word in fields.items() if word != getattr(base, name)}
    return build_setup({**changed, "practice": "practice" in sent}, base)


@dataclass(frozen=True, slots=True)
class Plan:
    """A session to be guided: its attempts with the setup of each.

    `lead_s` is the time to strap the phone on, for a page that does not feel when it sits tight.
    """

    test: str
    attempts: tuple[Attempt, ...]
    setups: tuple[Setup, ...]
    lead_s: float


def read_plan(words: Any) -> Plan:
    """Return the plan in the JSON `words` of a phone; the test follows from the legs where none is named.

    Raises SetupError for what is not known.
    """
    if not isinstance(words, dict):
        raise _refuse("no list of words")
    legs, repeats, practice = (words.get(name) for name in ("legs", "repeats", "practice"))
    lead_s, test = words.get("lead_s", LEADS_S[0]), words.get("test", "")
    begins: Leg = "right" if words.get("first") == "right" else "left"
    if legs not in LEGS or not isinstance(practice, bool):
        raise _refuse(f"legs {legs!r}, practice {practice!r}")
    if repeats not in range(1, MAX_REPEATS + 1) or lead_s not in LEADS_S:
        raise _refuse(f"{repeats!r} trials, {lead_s!r} s to get ready")
    if test not in ("", *load_protocols()):
        raise _refuse(f"test {test!r}")
    named = (*CONDITIONS, "test")
    given = {name: words[name] for name in named if isinstance(words.get(name), str)}
    first = setup_from_words({**given, "leg": "left" if legs == "each" else legs})
    attempts = plan(protocol_for(first), legs, int(repeats or 1), practice=practice, first=begins)
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
