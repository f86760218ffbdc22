"""The files that describe the diary as a whole."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from surefoot._version import __version__
from surefoot.diary.files import (
    added_columns,
    make_folder,
    read_table,
    table_bytes,
    write_bytes,
    write_json,
    write_table,
)
from surefoot.diary.layout import RESULTS, Place, folder_of, locate
from surefoot.errors import DiaryError
from surefoot.model import Assessment, Injury, Person

PEOPLE, PEOPLE_MEANING = "participants.tsv", "participants.json"
MISSING = "n/a"
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
    _once(root, "dataset_description.json", _description("A balance diary", "raw"))
    _once(root, f"{RESULTS}/dataset_description.json", _description("Results of Surefoot", "derivative"))
    if not locate(root, "README.md").exists():
        write_bytes(locate(root, "README.md"), README.encode())


def _once(root: Path, relative: str, content: dict[str, Any]) -> None:
    path = locate(root, relative)
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
    """Return the people of the diary, each once. Raises DiaryError for a row that cannot be read.

    Several rows of one name, also if only capitals differ, are one person, of whom each row may know
    something; where two contradict, the first holds.
    """
    path = locate(root, PEOPLE)
    return tuple(_merged([_read_person(path, *row) for row in enumerate(read_table(path), 2)]).values())


def _merged(rows: Iterable[Person]) -> dict[str, Person]:
    people: dict[str, Person] = {}
    for row in rows:
        key = row.pseudonym.casefold()
        known = people.get(key, row)
        people[key] = replace(
            known,
            height_m=row.height_m if known.height_m is None else known.height_m,
            birth_year=row.birth_year if known.birth_year is None else known.birth_year,
            injuries=tuple(dict.fromkeys((*known.injuries, *row.injuries))),
        )
    return people


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
    others = [known for known in read_people(root) if not _is_same(known, person.pseudonym)]
    path = locate(root, PEOPLE)
    if not path.exists():
        # A validator takes neither a row without a folder nor the meaning of columns without the table.
        make_folder(locate(root, folder_of("", person.pseudonym)))
    write_bytes(path, people_table([*others, person], read_table(path)))
    _once(root, PEOPLE_MEANING, _PARTICIPANTS)


def remove_person(root: Path, pseudonym: str) -> None:
    """Remove a person from the table, and the table with the last one."""
    others = [known for known in read_people(root) if not _is_same(known, pseudonym)]
    path = locate(root, PEOPLE)
    if others:
        write_bytes(path, people_table(others, read_table(path)))
    else:
        locate(root, PEOPLE_MEANING).unlink(missing_ok=True)
        path.unlink(missing_ok=True)


def all_rows(root: Path) -> list[dict[str, str]]:
    """Return the rows of everybody in the table, as they stand."""
    return read_table(locate(root, PEOPLE))


def rows_of(root: Path, pseudonym: str) -> list[dict[str, str]]:
    """Return the rows of a person in the table, as they stand."""
    return [row for row in all_rows(root) if _is_row_of(row, pseudonym)]


def is_bare(rows: Sequence[Mapping[str, str]]) -> bool:
    """Tell whether rows of people tell nothing but their names."""
    told = (cell for row in rows for name, cell in row.items() if name != "participant_id")
    return all(cell == MISSING for cell in told)


def put_people(root: Path, rows: Sequence[Mapping[str, str]], *, anew: bool = False) -> None:
    """Put rows into the table of people: of those whom it lacks, or in the place of theirs (`anew`)."""
    path = locate(root, PEOPLE)
    before = read_table(path)
    names = [row.get("participant_id", "").removeprefix("sub-") for row in rows]
    kept = [row for row in before if not (anew and any(_is_row_of(row, name) for name in names))]
    known = {row.get("participant_id", "").casefold() for row in kept}
    new = [dict(row) for row in rows if row.get("participant_id", "").casefold() not in known]
    if new:
        for name in names:
            make_folder(locate(root, folder_of("", name)))
        people = _merged([_read_person(path, *row) for row in enumerate([*kept, *new], 2)]).values()
        write_bytes(path, people_table(list(people), [*kept, *new]))
        _once(root, PEOPLE_MEANING, _PARTICIPANTS)


def _is_row_of(row: Mapping[str, str], pseudonym: str) -> bool:
    return row.get("participant_id", "").casefold() == f"sub-{pseudonym}".casefold()


def _is_same(person: Person, pseudonym: str) -> bool:
    return person.pseudonym.casefold() == pseudonym.casefold()


def people_table(people: Sequence[Person], before: Sequence[Mapping[str, str]] = ()) -> bytes:
    """Return the table of `people` by pseudonym, with all that the one `before` says of them.

    Columns that somebody added are kept, and a second row of a person whose cells say something else.
    """
    added = added_columns(before, PERSON_COLUMNS)
    rows: list[dict[str, str]] = []
    for person in sorted(people, key=lambda person: person.pseudonym):
        key = f"sub-{person.pseudonym}".casefold()
        rows += _rows_of(person, [row for row in before if row.get("participant_id", "").casefold() == key])
    return table_bytes(rows, (*PERSON_COLUMNS, *added))


def _rows_of(person: Person, before: Sequence[Mapping[str, str]]) -> list[dict[str, str]]:
    """Return the row of a person, and those of `before` that contradict it in what nobody said anew."""
    if not before:
        return [_cells(person)]
    (known,) = _merged(_person(row) for row in before).values()
    old, new = _cells(known), _cells(person)
    said = {name: cell for name, cell in new.items() if cell != old[name]} | {
        "participant_id": new["participant_id"]
    }
    first, *others = [{**row, **said} for row in before]
    rest: list[dict[str, str]] = []
    for row in others:
        told = {name: cell for name, cell in row.items() if cell != MISSING}
        # Behind a row that stands apart none is joined with the first: what holds is what came first.
        if not rest and all(first.get(name, MISSING) in (MISSING, cell) for name, cell in told.items()):
            first |= told
        else:
            rest.append(row)
    return [first, *rest]


def _cells(person: Person) -> dict[str, str]:
    injuries = "; ".join(f"{injury.side} {injury.on.isoformat()}" for injury in person.injuries)
    return {
        "participant_id": f"sub-{person.pseudonym}",
        "height_m": MISSING if person.height_m is None else str(person.height_m),
        "birth_year": MISSING if person.birth_year is None else str(person.birth_year),
        "injuries": injuries or MISSING,
    }


def _person(row: Mapping[str, str]) -> Person:
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


def add_scan(
    root: Path, place: Place, trial: str, assessment: Assessment, before: Place | None = None
) -> None:
    """Add a trial to its session's table, or replace its row; `before` is where its row was until now."""
    setup = assessment.setup
    row = {
        "filename": _filename(place),
        "acq_time": setup.when.isoformat() if setup.when else None,
        "trial": trial,
        "practice": "yes" if setup.practice else "no",
        **{
            name: getattr(setup, name) for name in ("test", "leg", "eyes", "surface", "footwear", "placement")
        },
    }
    earlier = {} if before is None else scan_of(root, before)
    put_scan(root, place, {**earlier, **scan_of(root, place), **row})


def put_scan(root: Path, place: Place, row: Mapping[str, str | None]) -> None:
    """Put the row of a trial into its session's table, in the place of one that is there."""
    path = locate(root, place.scans)
    others = [other for other in read_table(path) if other.get("filename") != _filename(place)]
    rows: list[Mapping[str, Any]] = [*others, row]
    columns = (*SCAN_COLUMNS, *added_columns(rows, SCAN_COLUMNS))
    write_table(path, sorted(rows, key=lambda row: (row.get("acq_time"), row.get("filename"))), columns)
    _once(root, place.scans.removesuffix(".tsv") + ".json", _SCANS)


def scan_of(root: Path, place: Place) -> dict[str, str]:
    """Return the row of a trial in its session's table, what somebody added with it; nothing without one."""
    return _row(read_table(locate(root, place.scans)), _filename(place))


def _filename(place: Place) -> str:
    return place.file("motion.tsv").removeprefix(f"{place.session_folder}/")


def _row(rows: Sequence[Mapping[str, str]], filename: str) -> dict[str, str]:
    """Return what the rows of a file say together."""
    told: dict[str, str] = {}
    for row in rows:
        if row.get("filename") == filename:
            told |= {name: cell for name, cell in row.items() if cell != MISSING}
    return told


def remove_scan(root: Path, place: Place) -> None:
    """Remove a trial from its session's table, and the table with its last row."""
    path = locate(root, place.scans)
    rows = [row for row in read_table(path) if row.get("filename") != _filename(place)]
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
