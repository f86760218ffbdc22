"""The verbs of ``surefoot``, put together from the modules beside this one."""

from __future__ import annotations

from typing import Annotated

import typer

from surefoot.cli.commands import assess as analysis
from surefoot.cli.commands import batch as study
from surefoot.cli.commands import compare as comparing
from surefoot.cli.commands import demo as demonstration
from surefoot.cli.commands import doctor as maintenance
from surefoot.cli.commands import export as exporting
from surefoot.cli.commands import import_files as keeping
from surefoot.cli.commands import inspect as inspection
from surefoot.cli.commands import list_trials as listing
from surefoot.cli.commands import plan as training
from surefoot.cli.commands import record as recording
from surefoot.cli.commands import report as reporting
from surefoot.cli.commands import show as catalogues
from surefoot.cli.commands import trend as trending
from surefoot.cli.commands import web as serving
from surefoot.cli.help import Verb

app = typer.Typer(
    name="surefoot",
    help="Am I steadier than before, on which leg, and by more than my own noise? "
    "For personal tracking, education and research; not a medical device.",
    invoke_without_command=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


@app.callback()
def start(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Tell the version.")] = False,
) -> None:
    """Tell the version, or what there is where no verb was named."""
    if version:
        from surefoot import __version__

        print(f"surefoot {__version__}")
        raise typer.Exit
    if context.invoked_subcommand is None:
        print(context.get_help())


app.command("demo", cls=Verb)(demonstration.demo)
app.command("inspect", cls=Verb)(inspection.inspect)
app.command("assess", cls=Verb)(analysis.assess)
app.command("import", cls=Verb)(keeping.import_files)
app.command("record", cls=Verb)(recording.record)
app.command("edit", cls=Verb)(keeping.edit)
app.command("export", cls=Verb)(exporting.export)
app.command("delete", cls=Verb)(keeping.delete)
app.command("reassess", cls=Verb)(keeping.reassess)
app.command("list", cls=Verb)(listing.list_trials)
app.command("compare", cls=Verb)(comparing.compare)
app.command("trend", cls=Verb)(trending.trend)
app.command("report", cls=Verb)(reporting.report)
app.command("plan", cls=Verb)(training.plan)
app.command("log", cls=Verb)(training.log)
app.command("batch", cls=Verb)(study.batch)
app.command("web", cls=Verb)(serving.web)
app.command("show", cls=Verb)(catalogues.show)
app.command("doctor", cls=Verb)(maintenance.doctor)
