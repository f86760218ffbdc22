"""What the command-line parser complains of, in the four parts of every other refusal."""

from __future__ import annotations

import re

from surefoot.errors import UsageError

_REFUSED_VALUE = re.compile(
    r"Invalid value for (?P<name>.+?): (?:Value error, |Input should be )?(?P<wanted>.+)"
)
# How the parser words what it wanted, and how people say it.
_PLAIN = (
    (re.compile(r"a valid integer\b.*"), "a whole number"),
    (re.compile(r"a valid number\b.*"), "a number, with a point for decimals"),
    (re.compile(r"(greater|less) than or equal to (\S+)"), r"a number \1 than or equal to \2"),
    (re.compile(r".* is not one of (.+?)\.?"), r"one of \1"),
)


def explain_misuse(message: str, words: list[str]) -> UsageError:
    """Return the error for what the parser said of `words`.

    >>> said = "Invalid value for '--sets': Input should be a valid integer"
    >>> explain_misuse(said, ["log", "--sets", "x"]).expected
    'a whole number'
    """
    refused = _REFUSED_VALUE.fullmatch(message)
    unknown = message.startswith("No such command")
    verb = words[0] if words and words[0].isalpha() and not unknown else ""
    manual = f"surefoot {verb} --help" if verb else "surefoot --help"
    return UsageError(
        f"The value of {refused['name']} cannot be used." if refused else _sentence(message),
        found=" ".join(["surefoot", *words]),
        expected=_plain(refused["wanted"]) if refused else f"a command such as `{manual}` describes",
        do=f"Correct it; `{manual}` tells {'what there is to choose from' if verb else 'all commands'}.",
    )


def _plain(wanted: str) -> str:
    for pattern, said in _PLAIN:
        if found := pattern.fullmatch(wanted):
            return found.expand(said)
    return wanted


def _sentence(message: str) -> str:
    """End what the parser said as a sentence ends; it may say nothing."""
    said = message.strip() or "This command was not understood"
    return said if said.endswith((".", "?")) else f"{said}."
