"""What the command line tells: JSON for programs, tables and sentences for people, and a code at the end."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from itertools import islice
from shlex import quote
from shutil import get_terminal_size
from textwrap import fill
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from surefoot.cli.help import as_typed_here
from surefoot.errors import SurefootError, UnknownColumnsError
from surefoot.model import WITHHELD, Issue

if TYPE_CHECKING:
    from surefoot import pipeline
    from surefoot.diary import Diary
    from surefoot.model import Setup

Check = Annotated[bool, typer.Option("--check", help="Leave with code 3 if the answer is less steady.")]
Force = Annotated[bool, typer.Option("--force", help="Overwrite a file that Surefoot did not write.")]
NARROW = 50
WIDE = 88
# A folder of somebody else's study has more trends than anyone reads here.
TRENDS_TOLD = 6
_FLAGS = {
    "sensor_height_m": "height",
    "body_height_m": "body-height",
    "board_max_tilt_deg": "board-tilt",
    "board_level_ap_deg": "board-level-ap",
    "board_level_ml_deg": "board-level-ml",
}


def print_json(document: Any) -> None:
    """Print one JSON document on stdout."""
    print(json.dumps(document, indent=2, ensure_ascii=False))


def print_error(error: SurefootError, *, as_json: bool, where: str = "") -> None:
    """Print an error in its four parts: on stderr, or as one JSON document on stdout.

    The draft of a mapping goes to stdout, so that ``> mapping.toml`` saves it.
    """
    if as_json:
        print_json({"error": error.to_dict()})
        return
    print(f"{where}: {error.what}" if where else error.what, file=sys.stderr)
    for label, text in (("Found", error.found), ("Expected", error.expected), ("What to do", error.do)):
        print(f"  {label + ':':<12}{as_typed_here(text)}", file=sys.stderr)
    if isinstance(error, UnknownColumnsError) and error.mapping:
        print(error.mapping, end="")


def print_warning(text: str) -> None:
    """Print a line on stderr."""
    print(text, file=sys.stderr)


def print_words(text: str, indent: int = 0) -> None:
    """Print a paragraph on stdout, as wide as the terminal and no wider than reads well."""
    lead = " " * indent
    print(fill(text, _columns(), initial_indent=lead, subsequent_indent=lead, break_on_hyphens=False))


def _columns() -> int:
    return max(NARROW // 2, min(get_terminal_size((WIDE, 24)).columns, WIDE))


def print_table(
    headings: Sequence[str],
    rows: Iterable[Sequence[str]],
    numbers: Sequence[int] = (),
    whole: Sequence[int] = (),
) -> None:
    """Print a table on stdout, the columns in `numbers` aligned right, those in `whole` never broken.

    A terminal too narrow for columns gets the cells below one another.
    """
    from rich import box
    from rich.console import Console
    from rich.table import Table

    console = Console(highlight=False, markup=False)
    if console.width < NARROW:
        print_entries(headings, rows, console.width)
        return
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for index, heading in enumerate(headings):
        side: Literal["left", "right"] = "right" if index in numbers else "left"
        table.add_column(heading, justify=side, overflow="fold", no_wrap=index in whole)
    for row in rows:
        table.add_row(*row)
    console.print(table)


def print_entries(headings: Sequence[str], rows: Iterable[Sequence[str]], columns: int = 80) -> None:
    """Print rows of long texts on stdout, one below the other, each text beside its heading."""
    width = min(max(map(len, headings)) + 2, columns // 2)
    for row in rows:
        for heading, text in zip(headings, row, strict=True):
            if text:
                lead = f"{heading[: width - 2]:<{width}}"
                print(fill(text, columns, initial_indent=lead, subsequent_indent=" " * width))
        print()


def print_issues(issues: Iterable[Issue]) -> None:
    """Print issues, warnings first."""
    for issue in sorted(issues, key=lambda issue: issue.severity != "warning"):
        mark = "!" if issue.severity == "warning" else "·"
        print(f"  {mark} {issue.message}")


def tell_kept(outcome: pipeline.Outcome, kept: pipeline.Kept) -> None:
    """Print which trial a recording became, its value, and what to be careful about."""
    from surefoot import words
    from surefoot.sources import describe_left_out

    name = f"{outcome.export.name} {outcome.part}".rstrip()
    if not kept.new:
        print(f"{name}: already in the diary as trial {kept.trial}; nothing was changed.")
        if kept.differs and outcome.assessment is not None:
            print(f"  {_advise(outcome.assessment.setup, kept)}")
        return
    print(f"{name}: trial {kept.trial}, {words.describe_value(kept.assessment)}")
    print_issues(issue for issue in kept.assessment.issues if issue.code != WITHHELD)
    if kept.left_out:
        print(f"  · {describe_left_out(kept.left_out)}")


def _advise(given: Setup, kept: pipeline.Kept) -> str:
    """Return what an import said otherwise than the diary of a trial that is there, and how to correct it."""
    options = " ".join(_option(name, getattr(given, name)) for name in kept.differs)
    told = kept.describe_differences(given)
    return f"This time you said {told}. If that is right: surefoot edit {kept.trial} {options}"


def _flag(name: str) -> str:
    return _FLAGS.get(name, name).replace("_", "-")


def _option(name: str, value: object) -> str:
    if isinstance(value, bool):
        return f"--{_flag(name)}" if value else "--scored"
    text = value.isoformat() if isinstance(value, datetime) else str(value)
    return f"--{_flag(name)} {quote(text)}"


def tell_trends(diary: Diary, kept: Sequence[pipeline.Kept]) -> None:
    """Print the verdict and its reason of every trend that new trials belong to, if they are a few."""
    from surefoot import words
    from surefoot.change.trends import trends_of
    from surefoot.change.verdicts import explain_now

    people = {diary.known_as(each.assessment.setup.person) for each in kept}
    trials = {each.trial for each in kept}
    if len(people) > TRENDS_TOLD:
        return
    entries = [entry for person in people for entry in diary.entries(person)]
    known = [entry.assessment for entry in entries]
    new = [entry.assessment for entry in entries if entry.trial in trials]
    found = list(islice(trends_of(new, known), TRENDS_TOLD + 1))
    for each in found if len(found) <= TRENDS_TOLD else ():
        tested, verdict = words.within_sentence(words.describe_test(each.setup)), words.name_verdict(each)
        print_words(f"{each.setup.person}, {tested}: {verdict}. {explain_now(each, known)}")


def was_remembered(stopped: OSError | None) -> bool:
    """Tell whether a setting was kept; print why not where its disk refused, which stops nothing."""
    if stopped is not None:
        print_warning(
            f"This will not be remembered for the next time: {stopped.strerror} at {stopped.filename}."
        )
    return stopped is None


@contextmanager
def progress(what: str, total: int) -> Iterator[Any]:
    """Yield a function to call after each step; draws a bar on stderr where that is a terminal."""
    if total < 3 or not sys.stderr.isatty():
        yield lambda: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=total)
        yield lambda: bar.advance(task)


def leave_if_refused(errors: Iterable[SurefootError | None], bugs: Iterable[Exception | None]) -> None:
    """Leave with code 2 where a file was refused; a mistake of ours is raised, as the others are done."""
    for bug in bugs:
        if bug is not None:
            raise bug
    if any(errors):
        raise typer.Exit(2)


def leave_if_worse(check: bool, verdicts: Sequence[str]) -> None:
    """Leave with code 3 where ``--check`` was given and an answer is less steady."""
    if check and "less steady" in verdicts:
        raise typer.Exit(3)
