"""How ``--help`` reads, and what is said to who names no verb."""

import os
import re
import shutil
import sys
from pathlib import Path
from typing import Any, Final

from typer.core import TyperCommand

from surefoot.cli.parsing import taken_as_typed

_TAKES: Final = {"str": "text", "Path": "file", "path": "file", "int": "number", "float": "number"}
_TYPE: Final = re.compile(r"<(?:list\[)?(\w+)(?: range)?\]?>")


class Verb(TyperCommand):
    """A verb whose manual has no Python in it, and whose words are taken as they were typed."""

    def get_params(self, ctx: Any) -> Any:
        """Return arguments and options."""
        return taken_as_typed(super().get_params(ctx))

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write the arguments and options."""
        sections: dict[str, list[tuple[str, str]]] = {"argument": [], "option": []}
        for parameter in self.get_params(ctx):
            record = parameter.get_help_record(ctx)
            if record is not None:
                sections[parameter.param_type_name].append((in_plain_words(record[0]), record[1]))
        for kind, lines in sections.items():
            if lines:
                with formatter.section(f"{kind.capitalize()}s"):
                    formatter.write_dl(lines)


def in_plain_words(name: str) -> str:
    """Return an option as a manual names it.

    >>> in_plain_words("--also <list[str]>"), in_plain_words("files... <list[Path]>")
    ('--also <text>', 'files... <file>')
    >>> in_plain_words("--port <int range>"), in_plain_words("what <metrics|formats>")
    ('--port <number>', 'what <metrics|formats>')
    """
    return _TYPE.sub(lambda found: f"<{_TAKES.get(found[1], found[1])}>", name)


_FIRST_STEPS: Final = """\
Am I steadier than before, on which leg, and by more than my own noise?

Begin with one of these:

  {name} demo
      See what you get, from six weeks of simulated tests. Takes a minute.
  {name} web
      Your diary in the browser. "Use my phone" makes your phone the sensor.
  {name} import FILE
      Keep a recording: the zip or CSV that an app on your phone exported.

Then `{name} trend` says whether you are steadier, and
`{name} report` makes a sheet to take along.

Every command: {name} --help
Not a medical device."""


def first_steps() -> str:
    """Return what to do first, with the name by which this program was found."""
    return _FIRST_STEPS.format(name=command_name())


def as_typed_here(text: str) -> str:
    """Return a text whose commands can be typed as they stand, also where `surefoot` is not in the path."""
    return text.replace("`surefoot ", f"`{command_name()} ")


def command_name() -> str:
    """Return what to type for this program: its path, where the name alone would not lead to it."""
    if "UV_RUN_RECURSION_DEPTH" in os.environ:
        return "uv run surefoot"
    program, found = Path(sys.argv[0]), shutil.which("surefoot")
    if program.parts[-2:] == ("surefoot", "__main__.py"):
        return "python -m surefoot"
    # On Windows the one ends in .exe and the other does not.
    is_found = found and Path(found).resolve().with_suffix("") == program.resolve().with_suffix("")
    return sys.argv[0] if program.stem == "surefoot" and not is_found else "surefoot"
