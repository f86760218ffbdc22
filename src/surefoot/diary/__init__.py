"""The diary: a Motion-BIDS dataset of plain files, which are the truth, and an index that can be lost."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from surefoot.diary import dataset, motion, names, steps
from surefoot.diary.files import write_bytes
from surefoot.diary.journal_lines import with_person
from surefoot.diary.layout import (
    LIVE,
    ORIGINALS,
    default_cache,
    default_root,
    find_place,
    folder_of,
    locate,
    trial_id,
)
from surefoot.diary.log import read_log, write_log
from surefoot.diary.results import Entry, nobody_called, place_in, spelled_as_known, write_result
from surefoot.diary.stored import StoredTrials
from surefoot.diary.trial_files import forget_name, remove_trial
from surefoot.diary.writing import (
    check_removable,
    finish_removal,
    forget_ignored,
    holding,
    refusal_explained,
    remove_folder,
    take_away,
    unfinished,
)
from surefoot.model import Assessment, Person, Recording, to_plain
from surefoot.training import LogEntry

if TYPE_CHECKING:
    from surefoot.model import Setup

__all__ = ["LIVE", "Diary", "Entry", "default_cache", "default_root", "open_diary"]


class Diary(StoredTrials):
    """All trials of all people in one folder.

    The result file of a trial is its commit point: it is written last and removed last, so that a stop at
    any moment leaves every other trial as it was. Names of people that differ in capitals alone are one
    person.
    """

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
        with self.writing() as touched:
            known = self._find(recording, assessment, people=())
            if known is not None:
                return known
            assessment = spelled_as_known(assessment, self.known_as)
            place = find_place(assessment.setup, trial)
            touched.add(place.result)
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

    def add_file(self, path: Path | str, setup: Setup) -> tuple[str, ...]:
        """Assess each recording in a file or folder, add it, and return their ids, those that were there too.

        One that `setup` does not date has the time that its export tells. Raises what reading, preparing and
        adding do, with what came before in the diary.
        """
        from surefoot.diary.adding import add_recordings

        return tuple(add_recordings(self, path, setup))

    def describe(self, person: Person) -> None:
        """Replace what is known of a person. Raises DiaryError where nobody has this pseudonym."""
        person = replace(person, pseudonym=self.person(person.pseudonym).pseudonym)
        with self.writing():
            before = dataset.rows_of(self.root, person.pseudonym)
            steps.keep_words(self.root, "about", person.pseudonym, {"people": before})
            dataset.add_person(self.root, person)

    def welcome(self, person: Person) -> None:
        """Keep what is known of a person, somebody new or not."""
        with self.writing():
            dataset.describe_dataset(self.root)
            dataset.add_person(self.root, replace(person, pseudonym=self.known_as(person.pseudonym)))

    def add_log(self, entry: LogEntry) -> None:
        """Add an entry to the training log of its person."""
        with self.writing():
            dataset.describe_dataset(self.root)
            entry = replace(entry, person=self.known_as(entry.person))
            write_log(self.root, entry.person, [*read_log(self.root, entry.person), entry])
            steps.keep_words(self.root, "log", entry.person, {"entry": to_plain(entry)})

    def remove_log(self, entry: LogEntry) -> None:
        """Take an entry out of the training log of its person; one that is not there changes nothing."""
        with self.writing():
            person = self.known_as(entry.person)
            known = read_log(self.root, person)
            left = [each for each in known if replace(each, person=entry.person) != entry]
            if len(left) < len(known):
                write_log(self.root, person, left)

    def replace(self, trial: str, assessment: Assessment, *, undoable: bool = False) -> None:
        """Store a corrected or repeated analysis of a trial; its files move where their names change.

        What is `undoable` may be taken back by `undo`.
        """
        with self.writing(removing=True) as touched:
            document = self._document(trial)
            trial, old = document["trial"], place_in(document)
            touched.update((old.person, assessment.setup.person))
            if undoable:
                steps.keep_trial(self.root, "edit", old.person, old, document)
            assessment = spelled_as_known(assessment, self.known_as)
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
            places = [place_in(each) for each in self.results_of(trial)]
            touched.update(each.person for each in places)
            remove_trial(self.root, trial, places, new)
            if new.person != old.person:
                self._correct_person(old.person, new.person, trial)

    def delete(self, trial: str, *, undoable: bool = False) -> None:
        """Remove a trial and its original export from disk, and the name of somebody of whom nothing is left.

        What is `undoable` stays in the history until `undo` takes it back, or later changes push it out.
        """
        with self.writing(removing=True) as touched:
            document = self._document(trial)
            trial, place = document["trial"], place_in(document)
            if undoable:
                steps.keep_trial(self.root, "delete", place.person, place, document)
            else:
                steps.forget_trial(self.root, trial)
            for journal in locate(self.root, LIVE).rglob(f"*{trial}*"):
                locate(self.root, journal.relative_to(self.root).as_posix()).unlink()
            places = [place_in(each) for each in self.results_of(trial)]
            touched.update(each.person for each in places)
            remove_trial(self.root, trial, places, None)
            person = self.known_as(place.person)
            if dataset.is_bare(dataset.rows_of(self.root, person)) and self.has_nothing_of(person):
                forget_name(self.root, person)

    def delete_person(self, pseudonym: str) -> None:
        """Remove everything of a person from disk. Raises DiaryError where nobody has this name."""
        person = self.known_as(pseudonym)
        folder_of("", person)
        known = {each.pseudonym for each in self.people()}
        if person not in known and not names.folders_of(self.root, person):
            raise nobody_called(person, known)
        with self.writing(removing=True) as touched:
            touched.add(person)
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

    @contextmanager
    def writing(self, *, removing: bool = False) -> Iterator[set[str]]:
        """Hold the diary for writing: yield a set for whose trials, or which results, change.

        Of what is removed (`removing`) nothing stays in the index either. Raises DiaryError where another
        command holds the diary, or where it cannot be written.
        """
        changing = self._index.changing(removing=removing)
        with refusal_explained(self.root), holding(self.root), changing as touched:
            finish_removal(self.root)
            yield touched

    def _welcome(self, person: Person, *, anew: bool = False) -> None:
        """Add a person to the table where it lacks them, or has to know them `anew`."""
        known = {someone.pseudonym.casefold() for someone in dataset.read_people(self.root)}
        if anew or person.pseudonym.casefold() not in known:
            dataset.add_person(self.root, replace(person, pseudonym=self.known_as(person.pseudonym)))

    def _correct_person(self, old: str, new: str, trial: str) -> None:
        """Move the journal of a trial to its right person; of a name that nothing is left of, remove all."""
        theirs = [entry.trial for entry in self.entries(old)]
        for journal in self.live_folder(old).glob(f"*{trial}*"):
            if not any(known in journal.name for known in theirs):
                content = with_person(journal.read_bytes(), old, new)
                write_bytes(self.live_folder(new) / journal.name, content)
                journal.unlink()
        if self.has_nothing_of(old):
            forget_name(self.root, old, new)


def open_diary() -> Diary:
    """Return the user's diary: ``$SUREFOOT_DIARY``, else a folder among the platform's documents."""
    return Diary()
