"""What the command line tells: JSON for programs, tables and sentences for people, and a code at the end."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from textwrap import fill
from typing import Annotated, Any, Literal

import typer

from surefoot.errors import SurefootError, UnknownColumnsError
from surefoot.model import Assessment, Issue
from surefoot.units import unit_of

Check = Annotated[bool, typer.Option("--check", help="Leave with code 3 if the answer is less steady.")]
Force = Annotated[bool, typer.Option("--force", help="Overwrite a file that Surefoot did not write.")]
NARROW = 50


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
        print(f"  {label + ':':<12}{text}", file=sys.stderr)
    if isinstance(error, UnknownColumnsError) and error.mapping:
        print(error.mapping, end="")


def print_warning(text: str) -> None:
    """Print a line on stderr."""
    print(text, file=sys.stderr)


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


def format_value(key: str, value: float) -> str:
    """Return a value with four significant digits and its unit.

    >>> format_value("rms_ml_mps2", 0.178882)
    '0.1789 m/s²'
    >>> format_value("touchdowns_count", 2.0)
    '2'
    """
    unit = unit_of(key)
    return f"{value:.4g} {'' if unit == 'count' else unit}".rstrip()


def format_of(assessment: Assessment, key: str) -> str:
    """Return a value of a trial with its unit, and that it is a least one where the recording broke off."""
    return ("at least " if assessment.is_at_least(key) else "") + format_value(key, assessment.values[key])


def print_smallest_change(rise_pct: float | None, source: str, drop_pct: float | None = None) -> None:
    """Print by how much two values must differ, and what that rests on; without a number only why."""
    from surefoot.reliability import RealChange

    if rise_pct is None:
        print(f"  Smallest real change: {source}.")
        return
    if drop_pct is None:
        drop_pct = RealChange(1 + rise_pct / 100, source).drop_pct
    print(f"  Smallest real change: {drop_pct:.0f} % lower or {rise_pct:.0f} % higher, from {source}.")


def describe(assessment: Assessment) -> str:
    """Return the conditions of a trial in a few words."""
    setup = assessment.setup
    leg = "both legs" if setup.leg == "both" else f"{setup.leg} leg"
    extras = "" if setup.surface == "floor" else f", {setup.surface}"
    return f"{setup.test}, {leg}, eyes {setup.eyes}{extras}"


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
