"""Which export gets which column mapping: one that is named, saved for its header, or told on a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from surefoot import sources
from surefoot.cli.output import print_warning
from surefoot.cli.settings import mapping_path, recall_mapping, remember_mapping
from surefoot.errors import SurefootError, UnreadableFileError


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


def as_told_before(export: sources.Export) -> sources.Export:
    """Give a table of no known app the mapping that is saved for its header."""
    return with_mappings([export], None)[0]


def save_mapping(export: sources.Export, toml: bytes) -> Path | None:
    """Save a mapping by the header of an export; None without one, or where it cannot be kept."""
    from surefoot.sources.formats.generic_csv import header_key

    header = header_key(export.files)
    return mapping_path(header) if header and remember_mapping(header, toml) else None


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
    saved = _with_saved(export)
    if saved is None and keep:
        from surefoot.cli.columns import ask_columns, attended

        return ask_columns(export) if attended() else export
    return saved or export


def _with_given(export: sources.Export, given: bytes, *, keep: bool) -> sources.Export:
    """Add the mapping, and with `keep` save it for the next table with this header once it has served."""
    mapped = sources.with_mapping(export, sources.MAPPING, given)
    if not keep:
        return mapped
    try:
        sources.parse(mapped.files)
        save_mapping(export, given)
    except SurefootError:
        # Whoever reads the file next gets this refusal and tells it beside the file's name.
        return mapped
    return mapped


def _with_saved(export: sources.Export) -> sources.Export | None:
    """Add the mapping that was saved for this header, and say so; None where there is none."""
    from surefoot.sources.formats.generic_csv import header_key

    try:
        header = header_key(export.files)
    except SurefootError:
        return None
    saved = recall_mapping(header) if header else None
    if saved is None:
        return None
    print_warning(
        f"{export.name}: columns as told before for this header. To tell them anew, give --mapping or delete "
        f"{mapping_path(header)}"
    )
    return sources.with_mapping(export, sources.MAPPING, saved)


def _read(mapping: Path) -> bytes:
    if not mapping.is_file():
        raise UnreadableFileError(
            "The column mapping cannot be read.",
            found=f"no file at {mapping}",
            expected="a TOML file",
            do="Check the path given with --mapping.",
        )
    return mapping.read_bytes()
