"""The verbs of ``surefoot``, put together from the modules beside this one."""

from typing import Annotated

import typer

from surefoot.cli.commands import (
    assess,
    batch,
    compare,
    delete,
    demo,
    doctor,
    edit,
    export,
    import_files,
    inspect,
    list_trials,
    log,
    plan,
    reassess,
    record,
    report,
    restore,
    show,
    trend,
    undo,
    web,
)
from surefoot.cli.help import Verb, first_steps

app = typer.Typer(
    name="surefoot",
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


app.command("demo", cls=Verb)(demo.demo)
app.command("inspect", cls=Verb)(inspect.inspect)
app.command("assess", cls=Verb)(assess.assess)
app.command("import", cls=Verb)(import_files.import_files)
app.command("record", cls=Verb)(record.record)
app.command("edit", cls=Verb)(edit.edit)
app.command("export", cls=Verb)(export.export)
app.command("restore", cls=Verb)(restore.restore)
app.command("delete", cls=Verb)(delete.delete)
app.command("undo", cls=Verb)(undo.undo)
app.command("reassess", cls=Verb)(reassess.reassess)
app.command("list", cls=Verb)(list_trials.list_trials)
app.command("compare", cls=Verb)(compare.compare)
app.command("trend", cls=Verb)(trend.trend)
app.command("report", cls=Verb)(report.report)
app.command("plan", cls=Verb)(plan.plan)
app.command("log", cls=Verb)(log.log)
app.command("batch", cls=Verb)(batch.batch)
app.command("web", cls=Verb)(web.web)
app.command("show", cls=Verb)(show.show)
app.command("doctor", cls=Verb)(doctor.doctor)
