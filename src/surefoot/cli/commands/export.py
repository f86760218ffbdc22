"""``surefoot export``: the diary, or one person of it, as one zip or one table."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from surefoot.cli.output import Force
from surefoot.diary import Diary, Entry, open_diary
from surefoot.errors import DiaryError, OutputError
from surefoot.plotting import new_file, write_all


def export(
    output: Annotated[
        Path,
        typer.Argument(help="A name in .zip (everything), or .csv, .xlsx, .parquet, .json (the numbers)."),
    ],
    person: Annotated[str | None, typer.Option("--person", help="Only this person.")] = None,
    wide: Annotated[
        bool, typer.Option("--wide/--long", help="A row for each trial, or for each number.")
    ] = False,
    force: Force = False,
) -> None:
    """Write the diary to one file: all of it, or its numbers.

    A .zip holds everything, as a Motion-BIDS dataset; the others hold every number as a table, with what its
    columns mean.
    """
    from surefoot.diary.archive import KINDS, pack_diary, write_values

    kind = output.suffix.lower()
    if kind not in (".zip", *KINDS):
        raise OutputError(
            "This kind of export cannot be written.",
            found=kind or "no ending",
            expected=f"a name that ends in {', '.join(('.zip', *KINDS))}",
            do="Give it a name such as diary.zip.",
        )
    diary = open_diary()
    if kind == ".zip":
        with new_file(output, force=force) as packed:
            pack_diary(diary, packed, person)
        print(f"Written: {output}")
        return
    contents = write_values(_entries(diary, person), kind, wide=wide)
    files = {_beside(output, ending): content for ending, content in contents.items()}
    for path in write_all(files, force=force):
        print(f"Written: {path}")


def _beside(output: Path, ending: str) -> Path:
    return output if ending == output.suffix.lower() else output.with_suffix(ending)


def _entries(diary: Diary, person: str | None) -> Sequence[Entry]:
    entries = diary.entries(person)
    if not entries:
        raise DiaryError(
            "There is nothing to export.",
            found="no trial" if person is None else f"no trial of {person!r}",
            expected="at least one trial in the diary",
            do="See `surefoot list` for what there is.",
        )
    return entries
