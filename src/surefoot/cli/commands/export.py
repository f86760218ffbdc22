"""``surefoot export``: the diary, or one person of it, as one zip or one table."""

from pathlib import Path
from typing import Annotated

import typer

from surefoot.cli.output import Force
from surefoot.diary import open_diary
from surefoot.errors import DiaryError, OutputError
from surefoot.plotting import new_file, write_bytes


def export(
    output: Annotated[
        Path, typer.Argument(help="A name that ends in .zip (everything), .csv or .xlsx (the numbers).")
    ],
    person: Annotated[str | None, typer.Option("--person", help="Only this person.")] = None,
    force: Force = False,
) -> None:
    """Write the diary to one file: all of it, or its numbers.

    A .zip holds everything, as a Motion-BIDS dataset; a .csv or .xlsx holds every number as a table.
    """
    from surefoot.diary.archive import list_values, list_values_as_workbook, pack_diary

    kind = output.suffix.lower()
    if kind not in (".zip", ".csv", ".xlsx"):
        raise OutputError(
            "This kind of export cannot be written.",
            found=kind or "no ending",
            expected="a name that ends in .zip, .csv or .xlsx",
            do="Give it a name such as diary.zip.",
        )
    diary = open_diary()
    if kind == ".zip":
        with new_file(output, force=force) as packed:
            pack_diary(diary, packed, person)
        print(f"Written: {output}")
    else:
        entries = diary.entries(person)
        if not entries:
            raise DiaryError(
                "There is nothing to export.",
                found="no trial" if person is None else f"no trial of {person!r}",
                expected="at least one trial in the diary",
                do="See `surefoot list` for what there is.",
            )
        content = list_values(entries) if kind == ".csv" else list_values_as_workbook(entries)
        print(f"Written: {write_bytes(output, content, force=force)}")
