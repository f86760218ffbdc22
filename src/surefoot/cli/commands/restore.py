"""``surefoot restore``: an export read back, into an empty diary or into another one."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from surefoot.cli.options import Json
from surefoot.cli.output import print_json
from surefoot.diary import open_diary
from surefoot.errors import DiaryError


def restore(
    export: Annotated[Path, typer.Argument(help="The zip that `surefoot export` wrote.")],
    merge: Annotated[
        bool, typer.Option("--merge", help="Into a diary that is not empty; what is there stays as it is.")
    ] = False,
    called: Annotated[
        str | None, typer.Option("--as", help="What the only person of the export is called here.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Read an export back into the diary.

    A backup, a diary from another computer, or a patient's diary into the clinic's. Only what is new is
    added, and you are told what was there already, and what differs.
    """
    from surefoot.diary.restoration import restore_diary, summarise

    try:
        with export.open("rb") as packed:
            restored = restore_diary(open_diary(), packed, merge=merge, person=called)
    except OSError as error:
        raise DiaryError(
            "The export cannot be read back.",
            found=f"{export.name}: {error.strerror}",
            expected="the zip that `surefoot export diary.zip` wrote, and room to unpack it",
            do="Check the name, and the space on the disk.",
        ) from error
    if as_json:
        print_json({name: list(each) for name, each in asdict(restored).items()})
        return
    print("\n".join(summarise(restored)))
