"""The files that describe the diary as a whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from surefoot._version import __version__
from surefoot.diary.files import added_columns, read_table, table_bytes, write_bytes, write_json, write_table
from surefoot.diary.layout import RESULTS, Place
from surefoot.errors import DiaryError
from surefoot.model import Assessment, Injury, Person

PERSON_COLUMNS = ("participant_id", "height_m", "birth_year", "injuries")
SCAN_COLUMNS = (
    "filename",
    "acq_time",
    "trial",
    "test",
    "leg",
    "eyes",
    "surface",
    "footwear",
    "placement",
    "practice",
)
README = """# A balance diary

Recordings and results of balance tests, kept by Surefoot as a Motion-BIDS dataset: `sub-…/ses-…/motion`
holds what the sensor measured, `sourcedata` of the original exports what that was read from,
`derivatives/surefoot` the results. Everything is plain text. Not a medical device; for personal tracking,
education and research.
"""


def describe_dataset(root: Path) -> None:
    """Write the dataset's description where it is missing."""
    _once(root / "dataset_description.json", _description("A balance diary", "raw"))
    _once(root / RESULTS / "dataset_description.json", _description("Results of Surefoot", "derivative"))
    _once(root / "participants.json", _PARTICIPANTS)
    if not (root / "README.md").exists():
        write_bytes(root / "README.md", README.encode())


def _once(path: Path, content: dict[str, Any]) -> None:
    if not path.exists():
        write_json(path, content)


def _description(name: str, kind: str) -> dict[str, Any]:
    return {
        "Name": name,
        "BIDSVersion": "1.10.0",
        "DatasetType": kind,
        "License": "n/a",
        "Authors": ["the owner of this diary", "n/a"],
        "GeneratedBy": [{"Name": "surefoot", "Version": __version__}],
        "SourceDatasets": [],
    }


def read_people(root: Path) -> tuple[Person, ...]:
    """Return the people of the diary. Raises DiaryError for a row that cannot be read."""
    path = root / "participants.tsv"
    return tuple(_read_person(path, *row) for row in enumerate(read_table(path), 2))


def _read_person(path: Path, line: int, row: dict[str, str]) -> Person:
    try:
        return _person(row)
    except (KeyError, TypeError, ValueError) as error:
        raise DiaryError(
            "A line of the people in the diary cannot be read.",
            found=f"{error} in line {line} of {path}",
            expected="the columns " + ", ".join(PERSON_COLUMNS) + "; n/a where nothing is known",
            do="Correct this line of the file, with tabs between the columns and a point for decimals.",
        ) from error


def add_person(root: Path, person: Person) -> None:
    """Add a person, or replace what is known of them."""
    others = [known for known in read_people(root) if known.pseudonym != person.pseudonym]
    _write_people(root, [*others, person])


def remove_person(root: Path, pseudonym: str) -> None:
    """Remove a person from the table."""
    _write_people(root, [known for known in read_people(root) if known.pseudonym != pseudonym])


def _write_people(root: Path, people: list[Person]) -> None:
    path = root / "participants.tsv"
    if not people:
        path.unlink(missing_ok=True)
        return
    write_bytes(path, people_table(people, read_table(path)))


def people_table(people: Sequence[Person], before: Sequence[Mapping[str, str]] = ()) -> bytes:
    """Return the table of `people` by pseudonym, with the columns that somebody added to the one `before`."""
    added = added_columns(before, PERSON_COLUMNS)
    known = {row.get("participant_id"): {name: row.get(name) for name in added} for row in before}
    rows = [
        {
            **known.get(f"sub-{person.pseudonym}", {}),
            "participant_id": f"sub-{person.pseudonym}",
            "height_m": person.height_m,
            "birth_year": person.birth_year,
            "injuries": "; ".join(f"{injury.side} {injury.on.isoformat()}" for injury in person.injuries),
        }
        for person in sorted(people, key=lambda person: person.pseudonym)
    ]
    return table_bytes(rows, (*PERSON_COLUMNS, *added))


def _person(row: dict[str, str]) -> Person:
    from datetime import date

    known = {key: value for key, value in row.items() if value != "n/a"}
    injuries = [text.split() for text in known.get("injuries", "").split("; ") if text]
    return Person(
        pseudonym=row["participant_id"].removeprefix("sub-"),
        height_m=float(known["height_m"]) if "height_m" in known else None,
        birth_year=int(known["birth_year"]) if "birth_year" in known else None,
        injuries=tuple(
            Injury("left" if side == "left" else "right", date.fromisoformat(on)) for side, on in injuries
        ),
    )


def add_scan(root: Path, place: Place, trial: str, assessment: Assessment) -> None:
    """Add a trial to its session's table, or replace its row."""
    setup = assessment.setup
    filename = place.file("motion.tsv").removeprefix(f"sub-{place.person}/ses-{place.session}/")
    row = {
        "filename": filename,
        "acq_time": setup.when.isoformat() if setup.when else None,
        "trial": trial,
        "practice": "yes" if setup.practice else "no",
        **{
            name: getattr(setup, name) for name in ("test", "leg", "eyes", "surface", "footwear", "placement")
        },
    }
    before = {other["filename"]: other for other in read_table(root / place.scans)}
    rows = before | {filename: {**before.get(filename, {}), **row}}
    columns = (*SCAN_COLUMNS, *added_columns(before.values(), SCAN_COLUMNS))
    write_table(root / place.scans, [rows[name] for name in sorted(rows)], columns)
    _once((root / place.scans).with_suffix(".json"), _SCANS)


def remove_scan(root: Path, place: Place) -> None:
    """Remove a trial from its session's table, and the table with its last row."""
    filename = place.file("motion.tsv").removeprefix(f"sub-{place.person}/ses-{place.session}/")
    path = root / place.scans
    rows = [row for row in read_table(path) if row["filename"] != filename]
    if rows:
        write_table(path, rows, (*SCAN_COLUMNS, *added_columns(rows, SCAN_COLUMNS)))
    else:
        path.with_suffix(".json").unlink(missing_ok=True)
        path.unlink(missing_ok=True)


_PARTICIPANTS = {
    "height_m": {"Description": "Body height.", "Units": "m"},
    "birth_year": {"Description": "Year of birth.", "Units": "year"},
    "injuries": {"Description": "Injured side and day, several parted by semicolons."},
}
_SCANS = {
    "trial": {"Description": "Id of the trial in this diary."},
    "test": {"Description": "Balance test."},
    "leg": {"Description": "Leg stood on.", "Levels": {"left": "left", "right": "right", "both": "both"}},
    "eyes": {"Description": "Eyes open or closed.", "Levels": {"open": "open", "closed": "closed"}},
    "surface": {"Description": "What was stood on."},
    "footwear": {"Description": "Barefoot or in shoes."},
    "placement": {"Description": "Where the sensor was."},
    "practice": {"Description": "A practice trial is not scored."},
}
