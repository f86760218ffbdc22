"""The columns of a table no app is known for: told in a mapping, shown as understood, asked for where not."""

import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import typer

from surefoot import sources
from surefoot.cli.output import print_error, print_warning, was_remembered
from surefoot.errors import SurefootError, UnreadableFileError
from surefoot.settings import open_settings
from surefoot.sources import Proposal, Question, keys_of
from surefoot.sources.inference.mapping import first_cells
from surefoot.sources.tables import Table

Told = dict[str, Any]

ROWS_SHOWN = 3
WIDTH = 96


def attended() -> bool:
    """Tell whether somebody is there to be asked."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def with_mappings(
    exports: Sequence[sources.Export], mapping: Path | None, source: str | None = None, *, keep: bool = False
) -> list[sources.Export]:
    """Give each table of no known app its column mapping; exports of known apps stay as they are.

    `mapping` is a file of the user's; without one the mapping saved for the header is taken. Only with
    `keep` is anything stored: `mapping`, for the header, once it has served, and, on a terminal, the answers
    to what is not known.
    """
    given = None if mapping is None else _read_mapping(mapping)
    return [_with_mapping(export, given, source, keep=keep) for export in exports]


def _with_mapping(
    export: sources.Export, given: bytes | None, source: str | None, *, keep: bool
) -> sources.Export:
    try:
        key = sources.identify(export.files, source)
    except SurefootError:
        return export
    if key != sources.GENERIC:
        if given is not None:
            how = f"add --source {sources.GENERIC} to read it by the mapping all the same"
            print_warning(f"{export.name}: {key} wrote this, so the mapping was not used; {how}.")
        return export
    if given is not None:
        return _with_given(export, given, keep=keep)
    settings = open_settings()
    completed = settings.complete(export, source)
    if completed is not export:
        print_warning(
            f"{export.name}: columns as told before for this header. To tell them anew, give --mapping or "
            f"delete {settings.mapping_file(export)}"
        )
        return completed
    return ask_columns(export) if keep and attended() else export


def _with_given(export: sources.Export, given: bytes, *, keep: bool) -> sources.Export:
    """Add the mapping, and with `keep` save it for the next table with this header once it has served."""
    mapped = sources.with_mapping(export, sources.MAPPING, given)
    if not keep:
        return mapped
    try:
        sources.parse(mapped.files)
        was_remembered(open_settings().remember_mapping(export, given))
    except SurefootError:
        # Whoever reads the file next gets this refusal and tells it beside the file's name.
        return mapped
    return mapped


def _read_mapping(mapping: Path) -> bytes:
    if not mapping.is_file():
        raise UnreadableFileError(
            "The column mapping cannot be read.",
            found=f"no file at {mapping}",
            expected="a TOML file",
            do="Check the path given with --mapping.",
        )
    return mapping.read_bytes()


def describe_columns(proposal: Proposal, *, reasons: bool = True) -> list[str]:
    """Return lines that say what columns were understood to be, and why."""
    lines = []
    width = max((len(finding.of) for finding in proposal.findings), default=0)
    for finding in proposal.findings:
        lines.append(f"  {finding.of:<{width}}  {finding.value}")
        lines += [f"  {'':<{width}}    because: {finding.because}"] * reasons
    return lines


def describe_questions(proposal: Proposal) -> list[str]:
    """Return a line for each question that is open."""
    return [
        f"  {'?' if question.needed else '·'} {question.text}"
        + ("" if question.needed else " (can stay open)")
        for question in proposal.questions
    ]


def ask_columns(export: sources.Export) -> sources.Export:
    """Show what a table seems to be, ask what it does not tell, save the mapping, and return it with that.

    A table that cannot be read whatever is answered comes back as it was, to be refused where it is read.
    """
    from surefoot.sources.formats.generic_csv import propose_mapping

    try:
        table, proposal = propose_mapping(export.files)
    except SurefootError:
        return export
    _say(f"\n{export.name}: no known app wrote this table. What its columns seem to be:\n")
    _say(*first_rows(table), "", *describe_columns(proposal))
    told: Told = {}
    while proposal.questions:
        told, proposal = _ask_next(export, table, told, proposal)
    if told:
        _say("", "Together:", *describe_columns(proposal, reasons=False))
    if not typer.confirm("Is this right?", default=True, err=True):
        _say("", "Correct these lines, save them as a file, and give it with --mapping:", "")
        print(proposal.toml(), end="")
        raise typer.Abort
    return _keep(export, proposal)


def _keep(export: sources.Export, proposal: Proposal) -> sources.Export:
    """Save the mapping for the next table with this header, if the table can be read with it."""
    toml = proposal.toml().encode()
    mapped = sources.with_mapping(export, sources.MAPPING, toml)
    try:
        sources.parse(mapped.files)
    except SurefootError:
        return mapped
    settings = open_settings()
    path = settings.mapping_file(export)
    if path is None or not was_remembered(settings.remember_mapping(export, toml)):
        print_warning("Nothing could be saved to know such a table by, so you will be asked again; or save")
        print_warning("these lines as a file and give it with --mapping:")
        print_warning(proposal.toml())
    else:
        print_warning(f"Saved for the next table with this header: {path}")
    return mapped


def _ask_next(export: sources.Export, table: Table, told: Told, proposal: Proposal) -> tuple[Told, Proposal]:
    """Ask the first open question; of an answer that cannot be right that is said, and it is asked again."""
    from surefoot.sources.formats.generic_csv import propose_mapping

    question = proposal.questions[0]
    answered = {**told, **_ask(question, table)}
    try:
        return answered, propose_mapping(export.files, answered)[1]
    except SurefootError as error:
        print_error(error, as_json=False)
        if not typer.confirm("Give another answer?", default=True, err=True):
            raise typer.Abort from None
        return told, proposal


def _ask(question: Question, table: Table) -> Mapping[str, Any]:
    """Return the keys that an answer tells."""
    _say("", question.text, *([f"  {question.hint}"] if question.hint else []))
    if question.entry == "rate":
        return {question.key: float(_entry("Rows a second", _rate_wrong, None))}
    texts = [choice.text for choice in question.choices] + ["other columns"] * (question.entry == "axes")
    number = 1 if len(texts) == 1 and question.entry else _number(texts, None if question.needed else "1")
    if number > len(question.choices):
        return keys_of(question.key, _ask_axes(table))
    return question.choices[number - 1].told


def _ask_axes(table: Table) -> tuple[str, str, str]:
    names = list(table.names)
    for number, name in enumerate(names, start=1):
        _say(f"  {number}  {name}")
    chosen: list[str] = []
    while len(chosen) < 3:
        text = f"Number of the column of {'xyz'[len(chosen)]}"
        name = names[int(_entry(text, _number_wrong(len(names)), None)) - 1]
        if name in chosen:
            _say(f"  {name} is taken.")
        else:
            chosen.append(name)
    return chosen[0], chosen[1], chosen[2]


def _number(texts: Sequence[str], default: str | None) -> int:
    for number, text in enumerate(texts, start=1):
        _say(f"  {number}  {text}")
    return int(_entry("Number", _number_wrong(len(texts)), default))


def _entry(text: str, wrong: Callable[[str], str], default: str | None) -> str:
    """Return an entry in which nothing is wrong; says what is, and asks again, otherwise."""
    while True:
        entry = str(typer.prompt(text, default=default, err=True)).strip()
        if not wrong(entry):
            return entry
        _say(f"  {wrong(entry)}")


def _number_wrong(most: int) -> Callable[[str], str]:
    def wrong(entry: str) -> str:
        good = entry.isascii() and entry.isdigit() and 1 <= int(entry) <= most
        return "" if good else f"A number from 1 to {most}."

    return wrong


def _rate_wrong(entry: str) -> str:
    try:
        good = 1 <= float(entry) <= 10_000
    except ValueError:
        good = False
    return "" if good else "A number such as 100, from 1 to 10000."


def first_rows(table: Table) -> list[str]:
    """Return the header and the first rows, as wide as a terminal, less what can tell place or device."""
    columns = first_cells(table, ROWS_SHOWN)
    shown: list[list[str]] = []
    used = 0
    for column in columns:
        width = max(len(cell) for cell in column) + 2
        if used + width > WIDTH and shown:
            break
        used += width
        shown.append([f"{cell:>{width}}" for cell in column])
    lines = ["".join(cells).rstrip() for cells in zip(*shown, strict=True)]
    more = len(columns) - len(shown)
    return [*lines, f"  … and {more} more column{'s' * (more > 1)}"] if more else lines


def _say(*lines: str) -> None:
    for line in lines:
        typer.echo(line, err=True)
