"""``surefoot demo``: a six-week recovery from bundled, simulated recordings."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from importlib.resources import files
from pathlib import Path
from shutil import rmtree
from typing import TYPE_CHECKING, Annotated

import typer

from surefoot import pipeline, sources, words
from surefoot.change import trends
from surefoot.cli.help import command_name
from surefoot.cli.output import print_warning, print_words, progress
from surefoot.cohort.design import read_condition_table
from surefoot.errors import DiaryError
from surefoot.metrics import METRICS_VERSION
from surefoot.model import Injury, Person, Setup, Trend, Trial
from surefoot.plotting.own_files import is_own
from surefoot.settings import Settings

if TYPE_CHECKING:
    from surefoot.diary import Diary

MARKER = ".surefoot-demo"
# The bundled recordings begin six days after the sprain that they follow.
INJURY = Injury("right", date(2026, 2, 25))


def demo(
    folder: Annotated[Path, typer.Option("-o", "--output", help="Where diary, pictures and page go.")] = Path(
        "surefoot-demo"
    ),
    unchanged: Annotated[
        bool, typer.Option("--unchanged", help="Somebody who does not change, instead of a recovery.")
    ] = False,
    show_page: Annotated[bool, typer.Option("--open", help="Open the page when done.")] = False,
) -> None:
    """Try Surefoot on six weeks of simulated recordings.

    They go into a diary of their own; the trend is shown, and pictures and one page are written.
    """
    from surefoot.diary import Diary

    make_room(folder)
    diary = Diary(folder / "diary", cache=folder / "cache", metrics_version=METRICS_VERSION)
    newest = _fill(diary, _unchanged() if unchanged else _bundled())
    if not unchanged:
        diary.describe(Person(diary.entries()[0].person, injuries=(INJURY,)))
    assessments = [entry.assessment for entry in diary.entries()]
    found = list(trends.find_trends(assessments))
    print("Simulated recordings: six weeks, two sessions a week.\n")
    for item in found:
        print_words(f"{words.describe_setup(item.setup)}: {words.name_verdict(item)}.", indent=2)
    page = _write(folder, found, diary, newest)
    print(f"\nDiary, pictures and page are in {folder.resolve()}\nOpen {page.resolve()} in a browser.")
    print(f"\nNext, your own test: {command_name()} web")
    if show_page:
        typer.launch(str(page))


def recordings_folder() -> Path:
    """Return the bundled recordings: in the installed package, else beside the source of a checkout.

    Raises DiaryError where neither is there.
    """
    installed = Path(str(files("surefoot") / "_recordings"))
    checkout = Path(__file__).resolve().parents[4] / "recordings"
    for folder in (installed, checkout):
        if (folder / "sessions.csv").is_file():
            return folder
    raise DiaryError(
        "The bundled recordings are missing.",
        found=f"nothing in {installed} or {checkout}",
        expected="the folder `recordings` of the project",
        do="Install Surefoot again, or run the demo from a checkout.",
    )


def make_room(folder: Path) -> None:
    """Make the folder of a demo, less what an earlier one wrote; DiaryError where it holds other things."""
    if folder.exists() and any(folder.iterdir()):
        if not (folder / MARKER).exists():
            raise DiaryError(
                "The folder for the demo is in use.",
                found=f"other files in {folder}",
                expected="a new or empty folder, or an earlier demo's",
                do="Name another one with -o.",
            )
        _remove_earlier(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MARKER).write_text("This folder is made anew by each `surefoot demo`.\n", encoding="utf-8")


def _remove_earlier(folder: Path) -> None:
    """Remove what an earlier demo wrote, and nothing else that somebody may have put beside it."""
    for name in ("diary", "cache"):
        rmtree(folder / name, ignore_errors=True)
    for name in ("trend-*.png", "recovery.png", "newest-trial.png", "report.html"):
        for path in folder.glob(name):
            if is_own(path.read_bytes(), b""):
                path.unlink()


Take = tuple[sources.Export, Setup]


def _bundled() -> list[Take]:
    folder = recordings_folder()
    lines = read_condition_table(folder / "sessions.csv", ("file",), ("file", "person"), {})
    return [(sources.collect([folder / line.own["file"]])[0], line.setup) for line in lines]


def _unchanged() -> list[Take]:
    from surefoot import simulate
    from surefoot.sources.formats import phyphox

    takes = []
    for index, trial in enumerate(simulate.recovery(seed=1, improving=False)):
        export = sources.Export(f"unchanged-{index:02d}", phyphox.write(trial.recording))
        takes.append((export, trial.setup))
    return takes


def _fill(diary: Diary, takes: list[Take]) -> Trial | None:
    """Import all takes; return the newest trial."""
    setups = {export.name: setup for export, setup in takes}
    exports = [export for export, _ in takes]
    newest: Trial | None = None
    with progress("Importing", len(exports)) as step:
        for outcome in _walk(exports, setups):
            pipeline.keep(
                outcome, diary, Person(outcome.assessment.setup.person) if outcome.assessment else None
            )
            if outcome.trial is not None and _is_typical(outcome.trial):
                newest = outcome.trial
            step()
    return newest


def _is_typical(trial: Trial) -> bool:
    return trial.setup.test == "single-leg" and trial.setup.eyes == "open"


def _walk(exports: list[sources.Export], setups: dict[str, Setup]) -> Iterator[pipeline.Outcome]:
    # Made-up people on no computer's own devices: the demonstration is the same everywhere.
    for outcome in pipeline.walk(exports, lambda export, _: setups[export.name], Settings()):
        if outcome.error is not None:
            print_warning(f"{outcome.export.name}: {outcome.error}")
            continue
        yield outcome


def _write(folder: Path, found: list[Trend], diary: Diary, newest: Trial | None) -> Path:
    from surefoot.cli.commands.report import report_on
    from surefoot.plotting import plot_recovery, plot_trend, plot_trial, save

    entries = diary.entries()
    labels = words.metric_labels()
    for key in dict.fromkeys(item.metric for item in found):
        save(plot_trend([item for item in found if item.metric == key], labels), folder / f"trend-{key}.png")
    for injury in (injury for person in diary.people() for injury in person.injuries):
        save(plot_recovery(found, labels, injury), folder / "recovery.png")
    if newest is not None:
        save(plot_trial(newest), folder / "newest-trial.png")
    return report_on(diary, entries, folder / "report.html", found=found, newest=newest)
