"""The verbs of ``surefoot``: each is one module of `surefoot.cli.commands`, loaded when it is called."""

from collections import UserDict
from functools import cache
from importlib import import_module
from typing import Annotated, Any, Final

import typer
from typer.core import TyperGroup
from typer.main import get_command

from surefoot.cli.help import Verb, first_steps
from surefoot.cli.parsing import taken_as_typed

# Said here too, so that a list of the verbs loads none; a test holds it equal to what each says of itself.
VERBS: Final = {
    "demo": "Try Surefoot on six weeks of simulated recordings.",
    "inspect": "Show what a file is: app, unit, sign, rate, gaps.",
    "assess": "Compute the numbers of recordings; nothing is stored.",
    "import": "Assess recordings and add them to the diary.",
    "record": "Record a guided test from a sensor or a phone into the diary.",
    "edit": "Correct a trial (leg, eyes …) or its events; or note an injury.",
    "export": "Write the diary to one file: all of it, or its numbers.",
    "restore": "Read an export back into the diary.",
    "delete": "Delete trials, or everything of a person.",
    "undo": "Take back the last edit, deleted trial or log entry.",
    "reassess": "Analyse stored trials again, as after a new version.",
    "list": "List the trials of the diary.",
    "compare": "Say whether two trials differ by more than noise.",
    "trend": "Show the trend over sessions, like for like.",
    "report": "Write a report of one person, to open (HTML) or to print (PDF).",
    "plan": "Show the exercise plan, how much was done, and what comes next.",
    "log": "Log an exercise, or show what was logged.",
    "batch": "Analyse many files: a row a trial, or the tables of a study.",
    "web": "Show the diary in a browser, on this computer only.",
    "show": "Show what is built in: metrics, protocols, formats, devices.",
    "doctor": "Check that everything is in place, or measure a sensor or board.",
}
# Names that Python keeps for itself, or that hide one of its own.
_MODULES: Final = {"import": "import_files", "list": "list_trials"}


@cache
def load_verb(name: str) -> Any:
    """Return a verb, made of the function in the module of its name."""
    module = _MODULES.get(name, name)
    made = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
    made.command(name, cls=Verb)(getattr(import_module(f"surefoot.cli.commands.{module}"), module))
    return get_command(made)


class _Verbs(UserDict[str, Any]):
    """The verbs by name, each loaded when it is asked for."""

    def __getitem__(self, name: str) -> Any:
        return load_verb(self.data[name])


class _Surefoot(TyperGroup):
    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self.commands = _Verbs({name: name for name in VERBS})

    def get_params(self, ctx: Any) -> Any:
        """Return the options that no verb has."""
        return taken_as_typed(super().get_params(ctx))

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002 (as its base has it)
        """List the verbs without loading them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(VERBS.items()))


app = typer.Typer(
    name="surefoot",
    cls=_Surefoot,
    help="Am I steadier than before, on which leg, and by more than my own noise? "
    "For personal tracking, education and research; not a medical device.",
    invoke_without_command=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


@app.callback()
def start(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Show the version.")] = False,
) -> None:
    """Show the version, or what to do first where no verb was named."""
    if version:
        from surefoot import __version__

        print(f"surefoot {__version__}")
        raise typer.Exit
    if context.invoked_subcommand is None:
        print(first_steps())
