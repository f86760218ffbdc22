"""Which export gets which column mapping: one that is named, saved for its header, or told on a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from surefoot import sources
from surefoot.cli.output import print_warning, was_remembered
from surefoot.errors import SurefootError, UnreadableFileError
from surefoot.settings import open_settings


def with_mappings(
    exports: Sequence[sources.Export], mapping: Path | None, source: str | None = None, *, keep: bool = False
) -> list[sources.Export]:
    """Give each table of no known app its column mapping; exports of known apps stay as they are.

    `mapping` is a file of the user's; without one the mapping saved for the header is taken. Only with
    `keep` is anything stored: `mapping`, for the header, once it has served, and, on a terminal, the answers
    to what is not known.
    """
    given = None if mapping is None else _read(mapping)
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
    if keep:
        from surefoot.cli.columns import ask_columns, attended

        return ask_columns(export) if attended() else export
    return export


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


def _read(mapping: Path) -> bytes:
    if not mapping.is_file():
        raise UnreadableFileError(
            "The column mapping cannot be read.",
            found=f"no file at {mapping}",
            expected="a TOML file",
            do="Check the path given with --mapping.",
        )
    return mapping.read_bytes()
