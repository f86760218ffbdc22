"""The diary: a Motion-BIDS dataset of plain files, which are the truth, and an index that can be lost."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from surefoot.diary import dataset, motion, names
from surefoot.diary.events import read_events
from surefoot.diary.files import remove_empty_folders, remove_file, write_bytes
from surefoot.diary.index import Index, result_files
from surefoot.diary.journal_lines import with_person
from surefoot.diary.layout import (
    LIVE,
    MOTION_FILES,
    ORIGINALS,
    RESULTS,
    Place,
    default_cache,
    default_root,
    find_place,
    folder_of,
    locate,
    place_of,
    trial_id,
)
from surefoot.diary.log import read_log, write_log
from surefoot.diary.results import (
    Entry,
    entry_from_plain,
    is_misplaced,
    place_in,
    spelled_as_known,
    write_result,
)
from surefoot.diary.sameness import is_same_take, may_be_same, take_of
from surefoot.diary.writing import (
    check_removable,
    finish_removal,
    forget_ignored,
    holding,
    refusal_explained,
    remove_copies,
    remove_folder,
    take_away,
    unfinished,
)
from surefoot.errors import DiaryError
from surefoot.metrics import METRICS_VERSION
from surefoot.model import Assessment, Event, Person, Recording, assessment_from_plain
from surefoot.training import LogEntry

SHORTEST_PREFIX = 4

__all__ = ["LIVE", "Diary", "Entry", "default_cache", "default_root", "open_diary"]


class Diary:
    """All trials of all people in one folder.

    The result file of a trial is its commit point: it is written last and removed last, so that a stop at
    any moment leaves every other trial as it was. `metrics_version` marks the index. Names of people that
    differ in capitals alone are one person.
    """

    def __init__(
        self, root: Path, *, cache: Path | None = None, metrics_version: int = METRICS_VERSION
    ) -> None:
        self.root = root
        self._index = Index(root, cache or default_cache(), metrics_version)

    def find(self, recording: Recording, assessment: Assessment) -> str | None:
        """Return the id of a recording's trial, or None where it is not in the diary.

        The same take of a person is found too where the app, a program or another computer wrote it to a
        file of other bytes.
        """
        wanted = trial_id(recording.sha256, recording.part)
        return wanted if self._documents(trial=wanted) else self._find_take(recording, assessment)

    def add(
        self,
        recording: Recording,
        assessment: Assessment,
        files: Mapping[str, bytes],
        person: Person | None = None,
    ) -> str:
        """Store a trial with its original export `files`; one that is there already is left as it is.

        Raises DiaryError for a trial without a date, or a folder that cannot be written.
        """
        trial = trial_id(recording.sha256, recording.part)
        with self._writing():
            known = self.find(recording, assessment)
            if known is not None:
                return known
            assessment = spelled_as_known(assessment, names.known_people(self.root))
            place = find_place(assessment.setup, trial)
            dataset.describe_dataset(self.root)
            self._welcome(person or Person(place.person), anew=person is not None)
            for name, kept in names.member_names(files).items():
                write_bytes(locate(self.root, f"{place.originals(trial)}/{kept}"), files[name])
            with unfinished(self.root, place):
                digest = motion.write_recording(self.root, place, recording, assessment)
            dataset.add_scan(self.root, place, trial, assessment)
            write_result(
                locate(self.root, place.result),
                trial,
                assessment,
                revision=1,
                motion_sha256=digest,
                samples=recording.time_s.size,
            )
        return trial

    def entries(self, person: str | None = None) -> tuple[Entry, ...]:
        """Return the trials, of one person or of all, in the order they were made."""
        known = names.known_people(self.root)
        entries = [entry_from_plain(document, known) for document in self._documents(person).values()]
        wanted = None if person is None else names.spelling(person, known)
        kept = [entry for entry in entries if wanted in (None, entry.person)]
        return tuple(sorted(kept, key=lambda entry: (entry.when, entry.trial)))

    def entry(self, trial: str) -> Entry:
        """Return the trial whose id begins with `trial`. Raises DiaryError for none or several."""
        return entry_from_plain(self._document(trial), names.known_people(self.root))

    def recording(self, trial: str) -> Recording:
        """Read the recording of a trial back.

        Raises DiaryError where its files are broken, or are not those that its result was made of.
        """
        return self._read_recording(self._document(trial))

    def broken(self) -> dict[str, DiaryError]:
        """Return the trials whose recording cannot be read or is not that of its result, and why."""
        found: dict[str, DiaryError] = {}
        for trial, document in self._documents().items():
            try:
                self._read_recording(document)
            except DiaryError as error:
                found[trial] = error
        return found

    def originals(self, trial: str) -> dict[str, bytes]:
        """Return the files of a trial's original export by their names, as they were kept."""
        document = self._document(trial)
        return names.read_originals(self.root, place_in(document), document["trial"])

    def events(self, trial: str) -> tuple[Event, ...]:
        """Read the table of events of a trial back, as somebody may have edited it.

        Raises DiaryError where a row is broken; the events last stored where the table is missing.
        """
        place = place_in(self._document(trial))
        if not locate(self.root, place.file("events.tsv")).is_file():
            return self.entry(trial).assessment.events
        return read_events(self.root, place)

    def people(self) -> tuple[Person, ...]:
        """Return the people of the diary."""
        return dataset.read_people(self.root)

    def person(self, pseudonym: str) -> Person:
        """Return what is known of a person. Raises DiaryError where nobody has this pseudonym."""
        name, known = self.known_as(pseudonym), {each.pseudonym: each for each in self.people()}
        self._check_known(name, set(known))
        return known[name]

    def known_as(self, person: str) -> str:
        """Return the name of a person as the diary spells it; the same name for somebody new."""
        return names.spelling(person, names.known_people(self.root))

    def describe(self, person: Person) -> None:
        """Replace what is known of a person. Raises DiaryError where nobody has this pseudonym."""
        person = replace(person, pseudonym=self.person(person.pseudonym).pseudonym)
        with self._writing():
            dataset.add_person(self.root, person)

    def welcome(self, person: Person) -> None:
        """Keep what is known of a person, somebody new or not."""
        with self._writing():
            dataset.describe_dataset(self.root)
            dataset.add_person(self.root, replace(person, pseudonym=self.known_as(person.pseudonym)))

    def log(self, person: str) -> tuple[LogEntry, ...]:
        """Return the training log of a person by time."""
        return read_log(self.root, self.known_as(person))

    def add_log(self, entry: LogEntry) -> None:
        """Add an entry to the training log of its person."""
        with self._writing():
            dataset.describe_dataset(self.root)
            entry = replace(entry, person=self.known_as(entry.person))
            write_log(self.root, entry.person, [*read_log(self.root, entry.person), entry])

    def remove_log(self, entry: LogEntry) -> None:
        """Take an entry out of the training log of its person; one that is not there changes nothing."""
        with self._writing():
            person = self.known_as(entry.person)
            known = read_log(self.root, person)
            left = [each for each in known if replace(each, person=entry.person) != entry]
            if len(left) < len(known):
                write_log(self.root, person, left)

    def replace(self, trial: str, assessment: Assessment) -> None:
        """Store a corrected or repeated analysis of a trial; its files move where their names change."""
        with self._writing():
            document = self._document(trial)
            trial, old = document["trial"], place_in(document)
            assessment = spelled_as_known(assessment, names.known_people(self.root))
            new = find_place(assessment.setup, trial)
            recording = self._read_recording(document)
            data = motion.read_motion(self.root, old)
            if new == old:
                motion.write_sidecars(self.root, new, recording, assessment)
            else:
                self._welcome(Person(new.person))
                names.copy_originals(self.root, old, new, trial)
                with unfinished(self.root, new):
                    motion.write_recording(self.root, new, recording, assessment, data)
            dataset.add_scan(self.root, new, trial, assessment, before=old)
            write_result(
                locate(self.root, new.result),
                trial,
                assessment,
                revision=document["revision"] + 1,
                motion_sha256=motion.hash_of(data),
                samples=recording.time_s.size,
            )
            self._remove_others(trial, new)
            if new.person != old.person:
                self._correct_person(old.person, new.person, trial)

    def delete(self, trial: str) -> None:
        """Remove a trial and its original export from disk."""
        with self._writing():
            trial = self._document(trial)["trial"]
            for journal in locate(self.root, LIVE).rglob(f"*{trial}*"):
                locate(self.root, journal.relative_to(self.root).as_posix()).unlink()
            self._remove_others(trial, None)
            self._index.forget()

    def live_folder(self, person: str) -> Path:
        """Return the folder of a person's live recordings; a journal's name tells the trials it became."""
        return locate(self.root, folder_of(LIVE, self.known_as(person)))

    def delete_person(self, pseudonym: str) -> None:
        """Remove everything of a person from disk. Raises DiaryError where nobody has this name."""
        person = self.known_as(pseudonym)
        folder_of("", person)
        owner = {person} if names.folders_of(self.root, person) else set()
        self._check_known(person, owner | {known.pseudonym for known in self.people()})
        with self._writing():
            folders = names.folders_of(self.root, person)
            check_removable(self.root, folders)
            for folder in [name for name in folders if name.startswith(ORIGINALS)]:
                remove_folder(self.root, folder)
            alone = all(known.pseudonym == person for known in dataset.read_people(self.root))
            if alone:
                dataset.remove_person(self.root, person)
            for folder in folders:
                take_away(self.root, folder)
                forget_ignored(self.root, folder)
            if not alone:
                dataset.remove_person(self.root, person)
            self._index.forget()

    def is_tied(self, trial: str) -> bool:
        """Tell whether a hash ties a trial's recording to its result; one of an earlier form has none."""
        return "motion_sha256" in self._document(trial)

    def documents(self, person: str | None = None, trial: str = "") -> list[dict[str, Any]]:
        """Return what result files hold with their relative ``path``, those in a wrong place too.

        Of all trials, or of those whose id begins with `trial`; of all people, or every result of trials of
        which one is this person's.
        """
        return self._index.documents(person, trial) if self.root.exists() else []

    def left_out(self) -> tuple[str, ...]:
        """Return the results that are used nowhere: copies that a cloud made, and those of another trial."""
        if not self.root.exists():
            return ()
        copies = [path for path in result_files(self.root) if place_of(path) is None]
        return (*copies, *(each["path"] for each in self._index.trials() if is_misplaced(each)))

    def old_names(self) -> frozenset[str]:
        """Return the trials whose files have names of an earlier form; `replace` gives them today's."""
        documents = self._documents().values()
        return frozenset(each["trial"] for each in documents if place_in(each).trial is None)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        with refusal_explained(self.root), holding(self.root):
            finish_removal(self.root)
            yield

    def _welcome(self, person: Person, *, anew: bool = False) -> None:
        """Add a person to the table where it lacks them, or has to know them `anew`."""
        known = {someone.pseudonym.casefold() for someone in dataset.read_people(self.root)}
        if anew or person.pseudonym.casefold() not in known:
            dataset.add_person(self.root, replace(person, pseudonym=self.known_as(person.pseudonym)))

    def _check_known(self, pseudonym: str, known: set[str]) -> None:
        if pseudonym not in known:
            raise DiaryError(
                "Nobody in the diary has this pseudonym.",
                found=repr(pseudonym),
                expected="one of " + (", ".join(sorted(known)) or "nobody yet"),
                do="See `surefoot list` for the people.",
            )

    def _find_take(self, recording: Recording, assessment: Assessment) -> str | None:
        take = take_of(recording, assessment)
        for trial, document in self._documents(assessment.setup.person).items():
            if may_be_same(recording, assessment.setup.person, document):
                try:
                    kept = self._read_recording(document)
                except DiaryError:  # a broken one is nobody's double; `doctor` names it
                    continue
                if is_same_take(take, take_of(kept, assessment_from_plain(document["assessment"]))):
                    return trial
        return None

    def _document(self, trial: str) -> dict[str, Any]:
        """Return the document of the trial whose id begins with `trial`."""
        found = self._documents(trial=trial)
        if len(found) == 1 and len(trial) >= SHORTEST_PREFIX:
            return next(iter(found.values()))
        near = ", ".join(sorted(found or self._documents())[:5]) or "no trial at all"
        raise DiaryError(
            "The trial is not clear." if found else "There is no such trial.",
            found=f"{trial!r}; the diary has {near}",
            expected=f"an id, or at least {SHORTEST_PREFIX} letters that only one id begins with",
            do="See `surefoot list` for the ids.",
        )

    def _documents(self, person: str | None = None, trial: str = "") -> dict[str, dict[str, Any]]:
        """Return the newest result document of each trial by its id, as `documents` chooses them."""
        documents = [each for each in self.documents(person, trial) if not is_misplaced(each)]
        return {each["trial"]: each for each in sorted(documents, key=lambda each: each["revision"])}

    def _read_recording(self, document: dict[str, Any]) -> Recording:
        place, digest = place_in(document), document.get("motion_sha256")
        return motion.read_recording(self.root, place, document["trial"], digest)

    def _correct_person(self, old: str, new: str, trial: str) -> None:
        """Move the journal of a trial to its right person; of a name that nothing is left of, remove all."""
        people = {known: place_in(d).person for known, d in self._documents().items()}
        for journal in self.live_folder(old).glob(f"*{trial}*"):
            if not any(person == old and known in journal.name for known, person in people.items()):
                content = with_person(journal.read_bytes(), old, new)
                write_bytes(self.live_folder(new) / journal.name, content)
                journal.unlink()
        if (
            old not in people.values()
            and not read_log(self.root, old)
            and not any(self.live_folder(old).glob("*"))
        ):
            self._forget_name(old, new)

    def _forget_name(self, old: str, new: str) -> None:
        known = {someone.pseudonym: someone for someone in self.people()}
        if known.get(new) == Person(new) and old in known:
            dataset.add_person(self.root, replace(known[old], pseudonym=new))
        dataset.remove_person(self.root, old)
        for head in ("sourcedata", "", RESULTS, LIVE):
            remove_empty_folders(self.root / head / f"sub-{old}")
        self._index.forget()

    def _remove_others(self, trial: str, kept: Place | None) -> None:
        """Remove every copy of a trial but the one kept, its result file last."""
        for place in [place_in(each) for each in self.documents(trial=trial) if not is_misplaced(each)]:
            if place == kept:
                continue
            originals = place.originals(trial)
            if kept is None or kept.originals(trial) != originals:
                check_removable(self.root, [originals])
                remove_folder(self.root, originals)
            dataset.remove_scan(self.root, place)
            with unfinished(self.root, place, removing=True):
                folders = 2 if kept is None else 3  # whom the table of people names keeps a folder
                for suffix in MOTION_FILES:
                    remove_file(locate(self.root, place.file(suffix)), folders=folders)
                if kept is None:
                    remove_copies(self.root, place, place.motion)
            if kept is None:
                remove_copies(self.root, place, place.results, but=place.result)
            remove_file(locate(self.root, place.result))


def open_diary() -> Diary:
    """Return the user's diary: ``$SUREFOOT_DIARY``, else a folder among the platform's documents."""
    return Diary(default_root())
