"""What leaves the diary for other programs: its files in one zip, its numbers in one table."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from surefoot.diary.dataset import people_table
from surefoot.diary.files import read_table
from surefoot.diary.layout import RESULTS, locate
from surefoot.diary.log import people_with_log
from surefoot.errors import DiaryError
from surefoot.frames import describe_columns, entries_frame, to_csv, to_json, to_parquet, to_xlsx
from surefoot.metrics import load_metrics

if TYPE_CHECKING:
    from pandas import DataFrame

    from surefoot.diary import Diary, Entry

COLUMNS: Final = (
    "trial", "person", "when",
    "test", "leg", "eyes", "surface", "footwear", "placement", "board", "practice", "facing",
    "sensor_height_m", "body_height_m",
    "metric", "value", "unit", "issues", "metrics_version", "surefoot_version",
    "device_model", "window", "filters", "tilt_method", "rate_hz", "window_start_s", "window_end_s",
    "source", "source_sha256",
    "session", "primary", "resolution_class", "rate_class",
    "board_max_tilt_deg", "board_level_ap_deg", "board_level_ml_deg",
)  # fmt: skip
KINDS: Final = (".csv", ".xlsx", ".parquet", ".json")
VALUES: Final = f"{RESULTS}/values.csv"
DICTIONARY: Final = f"{RESULTS}/values.json"
PARTICIPANTS: Final = "participants.tsv"
# By this an export is known, so that the next one may take its place.
MADE_BY: Final = b"Surefoot"


def pack_diary(diary: Diary, out: IO[bytes], person: str | None = None) -> None:
    """Write everything of one person, or of all, to `out` as a zip that is a Motion-BIDS dataset again.

    Recordings, original exports, results and training logs as the diary keeps them, every number in
    ``derivatives/surefoot/values.csv``, and what each means in ``values.json`` beside it; of other people
    nothing, not even their names. Journals of live recordings stay behind. Raises DiaryError where there is
    nothing to pack.
    """
    person = None if person is None else diary.known_as(person)
    people = [known for known in diary.people() if person in (None, known.pseudonym)]
    entries = diary.entries(person)
    logging = [name for name in people_with_log(diary.root) if person in (None, diary.known_as(name))]
    if not people and not entries and not logging:
        raise DiaryError(
            "There is nothing to export.",
            found="an empty diary" if person is None else f"nobody of the name {person!r}",
            expected="a person or a trial in the diary",
            do="See `surefoot list` for what there is.",
        )
    # Nobody writes meanwhile; where this account may not either, it cannot be held.
    held = diary.writing() if os.access(diary.root, os.W_OK) else nullcontext()
    with held, ZipFile(out, "w", ZIP_DEFLATED) as archive:
        archive.comment = MADE_BY
        for path in files_of_diary(diary.root, person):
            _write(archive, path.relative_to(diary.root).as_posix(), path.read_bytes())
        _write(archive, PARTICIPANTS, people_table(people, read_table(diary.root / PARTICIPANTS)))
        _write(archive, VALUES, list_values(entries))
        _write(archive, DICTIONARY, describe_values(entries).encode())


def list_values(entries: Sequence[Entry], *, wide: bool = False) -> bytes:
    """Return every number of `entries` as CSV with its conditions and how it was made.

    One value a row, or with `wide` one trial a row.
    """
    return to_csv(_values(entries, wide=wide))


def write_values(entries: Sequence[Entry], kind: str, *, wide: bool = False) -> dict[str, bytes]:
    """Return what `list_values` does as files by their endings, each with what its columns mean.

    `kind` is one of KINDS: CSV has a second file for that, a workbook a second sheet. Raises UsageError for
    Parquet where pyarrow is not installed.
    """
    table = _values(entries, wide=wide)
    words = describe_columns({"values": table})
    if kind == ".csv":
        return {kind: to_csv(table), ".dictionary.csv": to_csv(words)}
    if kind == ".xlsx":
        return {kind: to_xlsx({"values": table, "meanings": words})}
    return {kind: to_json(table) if kind == ".json" else to_parquet(table)}


def _values(entries: Sequence[Entry], *, wide: bool = False) -> DataFrame:
    columns = [name for name in COLUMNS if name not in ("metric", "value", "unit")] if wide else COLUMNS
    return entries_frame(entries, columns, wide=wide, as_text=True)


def describe_values(entries: Sequence[Entry]) -> str:
    """Return what the metrics of `entries` mean, as JSON in the form of a BIDS sidecar."""
    meaning = "Which number this is. An empty cell is a missing one."
    document = {"metric": {"Description": meaning, "Levels": _levels(entries)}}
    return json.dumps(document, indent=2, ensure_ascii=False)


def _levels(entries: Sequence[Entry]) -> dict[str, dict[str, str]]:
    known = load_metrics()
    keys = [key for key in known if any(key in entry.assessment.values for entry in entries)]
    return {
        key: {
            "Description": f"{known[key].label}. {' '.join(known[key].description.split())}",
            "Units": known[key].unit or "n/a",
            "Better": known[key].better,
            "Source": known[key].reference,
        }
        for key in keys
    }


def files_of_diary(root: Path, person: str | None) -> list[Path]:
    """Return the visible files of the dataset, those of other people left out, by name."""
    found = []
    owner = None if person is None else person.casefold()
    for path in sorted(root.rglob("*")):
        parts = path.relative_to(root).parts
        owners = [part.removeprefix("sub-").casefold() for part in parts if part.startswith("sub-")][:1]
        hidden = any(part.startswith(".") for part in parts)
        # These are made anew: one from an earlier export holds what has been deleted since, and others.
        if hidden or not path.is_file() or "/".join(parts) in (PARTICIPANTS, VALUES, DICTIONARY):
            continue
        if owner is None or not owners or owners == [owner]:
            found.append(locate(root, "/".join(parts)))
    return found


def _write(archive: ZipFile, name: str, data: bytes) -> None:
    # A fixed time stamp: the same diary gives the same bytes.
    archive.writestr(ZipInfo(name), data, ZIP_DEFLATED)
