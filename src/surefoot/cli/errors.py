"""What the command-line parser complains of, in the four parts of every other refusal."""

import errno
import re

from surefoot.errors import SurefootError, UsageError

_REFUSED_VALUE = re.compile(
    r"Invalid value for (?P<name>.+?): (?:Value error, |Input should be )?(?P<wanted>.+)"
)
_LOCKED = re.compile(r"[Pp]ath '(?P<path>.+)' is not readable\.?")
_DENIED = (errno.EACCES, errno.EPERM, errno.EROFS)
_FULL = (errno.ENOSPC, errno.EDQUOT)
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
    if refused and (locked := _LOCKED.fullmatch(refused["wanted"])):
        return UsageError(**_no_access(f"no permission to read {locked['path']}"))
    unknown = message.startswith("No such command")
    verb = words[0] if words and words[0].isalpha() and not unknown else ""
    manual = f"surefoot {verb} --help" if verb else "surefoot --help"
    return UsageError(
        f"The value of {refused['name']} cannot be used." if refused else _sentence(message),
        found=" ".join(["surefoot", *words]),
        expected=_plain(refused["wanted"]) if refused else f"a command such as `{manual}` describes",
        do=f"Correct it; `{manual}` tells {'what there is to choose from' if verb else 'all commands'}.",
    )


def explain_denial(error: OSError) -> SurefootError | None:
    """Return the error for a file or folder that this computer refuses; None for what is no refusal.

    >>> error = PermissionError(errno.EACCES, "Permission denied", "monday.zip")
    >>> explain_denial(error).found
    'Permission denied at monday.zip'
    """
    where = f"{error.strerror} at {error.filename or 'a place that was not named'}"
    if error.errno in _FULL:
        return SurefootError(
            "There is no room left to write.",
            found=where,
            expected="free space on the disk",
            do="Make room, then try again.",
        )
    return SurefootError(**_no_access(where)) if error.errno in _DENIED else None


def _no_access(found: str) -> dict[str, str]:
    return {
        "what": "You may not use this file or folder.",
        "found": found,
        "expected": "permission to read it, and to write where something is to be kept",
        "do": "Give yourself that permission, or choose another place.",
    }


def _plain(wanted: str) -> str:
    for pattern, said in _PLAIN:
        if found := pattern.fullmatch(wanted):
            return found.expand(said)
    return wanted


def _sentence(message: str) -> str:
    """End what the parser said as a sentence ends; it may say nothing."""
    said = " ".join(message.split()).replace("from: ", "from ") or "This command was not understood"
    return said if said.endswith((".", "?")) else f"{said}."
