"""The verbs of ``surefoot``, put together from the modules beside this one."""

from __future__ import annotations

import typer

from surefoot.cli import (
    analysis,
    catalogues,
    comparing,
    demonstration,
    exporting,
    inspection,
    keeping,
    listing,
    maintenance,
    recording,
    reporting,
    serving,
    study,
    training,
    trending,
)

app = typer.Typer(
    name="surefoot",
    help="Am I steadier than before, on which leg, and by more than my own noise? "
    "For personal tracking, education and research; not a medical device.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

app.command("demo")(demonstration.demo)
app.command("inspect")(inspection.inspect)
app.command("assess")(analysis.assess)
app.command("import")(keeping.import_files)
app.command("record")(recording.record)
app.command("edit")(keeping.edit)
app.command("export")(exporting.export)
app.command("delete")(keeping.delete)
app.command("reassess")(keeping.reassess)
app.command("list")(listing.list_trials)
app.command("compare")(comparing.compare)
app.command("trend")(trending.trend)
app.command("report")(reporting.report)
app.command("plan")(training.plan)
app.command("log")(training.log)
app.command("batch")(study.batch)
app.command("web")(serving.web)
app.command("show")(catalogues.show)
app.command("doctor")(maintenance.doctor)
