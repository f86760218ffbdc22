"""An export read back: a whole diary, or what of it is new in another one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, TYPE_CHECKING, Any, Final
from zipfile import BadZipFile, ZipFile

from surefoot.diary import dataset
from surefoot.diary.archive import DICTIONARY, MADE_BY, PARTICIPANTS, VALUES, files_of_diary
from surefoot.diary.files import write_bytes
from surefoot.diary.layout import locate
from surefoot.diary.log import log_path, write_log
from surefoot.diary.results import place_in
from surefoot.diary.trial_files import files_of, put_trial
from surefoot.errors import DiaryError

if TYPE_CHECKING:
    from surefoot.diary import Diary

_PIECE: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Restored:
    """What became of an export's trials, by id, and which other files of the diary were left as they are.

    One that is `different` is in both with other conditions, events or numbers: the diary's own stays.
    """

    new: tuple[str, ...]
    same: tuple[str, ...]
    different: tuple[str, ...]
    left: tuple[str, ...]


def restore_diary(
    diary: Diary, packed: IO[bytes], *, merge: bool = False, person: str | None = None
) -> Restored:
    """Read what `pack_diary` wrote back into an empty diary, or into any with `merge`; nothing there changes.

    `person` is what the export's only person is called here. Raises DiaryError for another file, for a diary
    that is not empty without `merge`, and where somebody of the same name has no trial in common.
    """
    from surefoot.diary import Diary

    with TemporaryDirectory(prefix="surefoot-") as folder:
        other = Diary(Path(folder) / "diary", cache=Path(folder) / "cache")
        _unpack(packed, other.root)
        if person is not None:
            _rename(other, diary.known_as(person))
        if not merge and (diary.everybody() or diary.entries()):
            raise DiaryError(
                "The diary is not empty.",
                found=f"{len(diary.everybody())} people in {diary.root}",
                expected="an empty diary, or --merge",
                do="Add --merge to take what is new; what is there stays as it is.",
            )
        if person is None:
            _check_names(diary, other)
        return _merge(diary, other)


def _unpack(packed: IO[bytes], root: Path) -> None:
    """Write the files of an export below `root`. Raises DiaryError for what is no export."""
    try:
        with ZipFile(packed) as archive:
            members = [each for each in archive.infolist() if not each.is_dir()]
            is_export = archive.comment == MADE_BY and any(m.filename == PARTICIPANTS for m in members)
            for member in members if is_export else ():
                path = locate(root, member.filename)
                path.parent.mkdir(parents=True, exist_ok=True)
                with archive.open(member) as data, path.open("wb") as file:
                    while piece := data.read(_PIECE):
                        file.write(piece)
    except (BadZipFile, EOFError, NotImplementedError, RuntimeError) as error:
        raise _no_export(str(error)) from error
    if not is_export:
        raise _no_export("a zip that `surefoot export` did not write")


def _no_export(found: str) -> DiaryError:
    return DiaryError(
        "This is no export of a diary.",
        found=found,
        expected="the zip that `surefoot export diary.zip` wrote, whole",
        do="Give that file. Recordings of an app are read by `surefoot import`.",
    )


def _rename(other: Diary, person: str) -> None:
    """Give the only person of a diary another name."""
    everybody = other.everybody()
    if len(everybody) != 1:
        raise DiaryError(
            "Only one person can get another name.",
            found=f"an export of {', '.join(everybody)}",
            expected="an export of one person",
            do="Export them one by one: `surefoot export p01.zip --person p01`.",
        )
    (old,) = everybody
    if old == person:
        return
    for entry in other.log(old):
        other.add_log(replace(entry, person=person))
        other.remove_log(entry)
    for each in other.entries():
        setup = replace(each.assessment.setup, person=person)
        other.replace(each.trial, replace(each.assessment, setup=setup))


def _check_names(diary: Diary, other: Diary) -> None:
    """Raise DiaryError where somebody of one name may be two people."""
    for person in other.everybody():
        ours = {entry.trial for entry in diary.entries(person)}
        theirs = {entry.trial for entry in other.entries(person)}
        if ours and theirs and not ours & theirs:
            raise DiaryError(
                "Two people may have the same name.",
                found=f"{person} here and in the export, without one trial in common",
                expected="the word that they are one person, or another name",
                do=f"Add --as {person} if they are one person, else --as with a name that is free.",
            )


def _merge(diary: Diary, other: Diary) -> Restored:
    found: dict[str, list[str]] = {"new": [], "same": [], "different": []}
    taken: set[str] = set()
    with diary.writing() as touched:
        dataset.put_people(diary.root, dataset.all_rows(other.root))
        for entry in other.iterate():
            theirs = other.results_of(entry.trial)[-1]
            place, ours = place_in(theirs), diary.results_of(entry.trial)
            names = files_of(other.root, place, entry.trial)
            taken.update(names)
            if ours:
                is_same = _told(ours[-1]) == _told(theirs)
                found["same" if is_same else "different"].append(entry.trial)
                continue
            put_trial(diary.root, place, other.root, names, dataset.scan_of(other.root, place))
            touched.add(place.person)
            found["new"].append(entry.trial)
        _merge_logs(diary, other)
        left = _copy_others(diary.root, other.root, lambda name: name in taken)
    return Restored(tuple(found["new"]), tuple(found["same"]), tuple(found["different"]), left)


def _told(document: dict[str, Any]) -> dict[str, Any]:
    return {name: document.get(name) for name in ("motion_sha256", "assessment")}


def _merge_logs(diary: Diary, other: Diary) -> None:
    for person in other.everybody():
        ours, theirs = diary.log(person), other.log(person)
        new = [entry for entry in theirs if replace(entry, person=diary.known_as(person)) not in ours]
        if ours and new:
            write_log(diary.root, diary.known_as(person), [*ours, *new])
        elif new:
            path = log_path(diary.root, person)
            write_bytes(path, locate(other.root, path.relative_to(diary.root).as_posix()).read_bytes())


def _copy_others(root: Path, source: Path, is_taken: Callable[[str], bool]) -> tuple[str, ...]:
    """Copy the files of a diary that belong to no trial; return those that are there with other bytes."""
    made = (PARTICIPANTS, VALUES, DICTIONARY)
    names = [path.relative_to(source).as_posix() for path in files_of_diary(source, None)]
    left = []
    for name in names:
        path, data = locate(root, name), locate(source, name).read_bytes()
        is_table = name.endswith(("_scans.tsv", "_training.tsv"))
        if is_taken(name) or is_table or name in made:
            continue
        if not path.exists():
            write_bytes(path, data)
        elif path.read_bytes() != data:
            left.append(name)
    return tuple(left)


def summarise(restored: Restored) -> Sequence[str]:
    """Return in words what became of an export.

    >>> summarise(Restored(("2c74ab12cd",), (), (), ()))
    ['1 trial is new.', '0 trials were here already.']
    """
    lines = [f"{_count(restored.new)} new.", f"{_count(restored.same, 'was', 'were')} here already."]
    if restored.different:
        ids = ", ".join(restored.different)
        lines.append(
            f"{_count(restored.different)} here with other conditions or numbers, which stay: {ids}."
        )
    if restored.left:
        lines.append(f"Other files that differ were left as they are: {', '.join(restored.left)}.")
    return lines


def _count(trials: Sequence[str], one: str = "is", many: str = "are") -> str:
    return f"{len(trials)} trial {one}" if len(trials) == 1 else f"{len(trials)} trials {many}"
