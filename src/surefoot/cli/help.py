"""How ``--help`` reads: what an option takes in plain words instead of Python's types."""

import re
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
