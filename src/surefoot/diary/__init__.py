"""The diary: a Motion-BIDS dataset of plain files, which are the truth, and an index that can be lost."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from shutil import rmtree
from typing import Any

from surefoot.diary import dataset, motion
from surefoot.diary.events import read_events
from surefoot.diary.files import remove_file, write_bytes
from surefoot.diary.folders import default_cache, default_root, refusal_explained
from surefoot.diary.index import Index
from surefoot.diary.layout import MOTION_FILES, RESULTS, Place, find_place, place_of, trial_id
from surefoot.diary.log import read_log, write_log
from surefoot.diary.results import Entry, entry_from_plain, write_result
from surefoot.errors import DiaryError
from surefoot.metrics import METRICS_VERSION
from surefoot.model import Assessment, Event, Person, Recording
from surefoot.training import LogEntry

LIVE = ".recordings"
SHORTEST_PREFIX = 4

__all__ = ["LIVE", "Diary", "Entry", "default_cache", "default_root"]


class Diary:
    """All trials of all people in one folder.

    The result file of a trial is its commit point: it is written last and removed last, so that a stop at
    any moment leaves every other trial as it was. `metrics_version` marks the index.
    """

    def __init__(
        self, root: Path, *, cache: Path | None = None, metrics_version: int = METRICS_VERSION
    ) -> None:
        self.root = root
        self._index = Index(root, cache or default_cache(), metrics_version)

    def find(self, source_sha256: str, part: str) -> str | None:
        """Return the id of a recording's trial, or None where it is not in the diary."""
        wanted = trial_id(source_sha256, part)
        return wanted if wanted in self._documents() else None

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
        with refusal_explained(self.root), self._index.writing():
            documents = self._documents()
            if trial in documents:
                return trial
            place = find_place(assessment.setup, trial, self._stems(documents))
            dataset.describe_dataset(self.root)
            known = {someone.pseudonym for someone in dataset.read_people(self.root)}
            if person is not None or place.person not in known:
                dataset.add_person(self.root, person or Person(place.person))
            for name, data in files.items():
                write_bytes(self.root / place.originals(trial) / _inside(name), data)
            motion.write_recording(self.root, place, recording, assessment)
            dataset.add_scan(self.root, place, trial, assessment)
            write_result(self.root / place.result, trial, assessment, revision=1)
        return trial

    def entries(self, person: str | None = None) -> tuple[Entry, ...]:
        """Return the trials, of one person or of all, in the order they were made."""
        entries = [entry_from_plain(trial, document) for trial, document in self._documents().items()]
        wanted = [entry for entry in entries if person in (None, entry.person)]
        return tuple(sorted(wanted, key=lambda entry: (entry.when, entry.trial)))

    def entry(self, trial: str) -> Entry:
        """Return the trial whose id begins with `trial`. Raises DiaryError for none or several."""
        documents = self._documents()
        found = [known for known in documents if known.startswith(trial)]
        if len(found) == 1 and len(trial) >= SHORTEST_PREFIX:
            return entry_from_plain(found[0], documents[found[0]])
        near = ", ".join(sorted(found or documents)[:5]) or "no trial at all"
        raise DiaryError(
            "The trial is not clear." if found else "There is no such trial.",
            found=f"{trial!r}; the diary has {near}",
            expected=f"an id, or at least {SHORTEST_PREFIX} letters that only one id begins with",
            do="See `surefoot list` for the ids.",
        )

    def recording(self, trial: str) -> Recording:
        """Read the recording of a trial back. Raises DiaryError where its files are broken."""
        return motion.read_recording(self.root, self._place(trial))

    def originals(self, trial: str) -> dict[str, bytes]:
        """Return the files of a trial's original export by their names, as they were kept."""
        folder = self.root / self._place(trial).originals(self.entry(trial).trial)
        files = sorted(path for path in folder.rglob("*") if path.is_file())
        return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}

    def events(self, trial: str) -> tuple[Event, ...]:
        """Read the table of events of a trial back, as somebody may have edited it.

        Raises DiaryError where a row is broken; the events last stored where the table is missing.
        """
        place = self._place(trial)
        if not (self.root / place.file("events.tsv")).is_file():
            return self.entry(trial).assessment.events
        return read_events(self.root, place)

    def people(self) -> tuple[Person, ...]:
        """Return the people of the diary."""
        return dataset.read_people(self.root)

    def describe(self, person: Person) -> None:
        """Replace what is known of a person. Raises DiaryError where nobody has this pseudonym."""
        self._check_known(person.pseudonym, {known.pseudonym for known in self.people()})
        with refusal_explained(self.root), self._index.writing():
            dataset.add_person(self.root, person)

    def log(self, person: str) -> tuple[LogEntry, ...]:
        """Return the training log of a person by time."""
        return read_log(self.root, person)

    def add_log(self, entry: LogEntry) -> None:
        """Add an entry to the training log of its person."""
        with refusal_explained(self.root), self._index.writing():
            dataset.describe_dataset(self.root)
            write_log(self.root, entry.person, [*read_log(self.root, entry.person), entry])

    def replace(self, trial: str, assessment: Assessment) -> None:
        """Store a corrected or repeated analysis of a trial; its files move where their names change."""
        with refusal_explained(self.root), self._index.writing():
            documents = self._documents()
            old, revision = place_of(Path(documents[trial]["path"])), documents[trial]["revision"]
            new = find_place(assessment.setup, trial, self._stems(documents))
            recording = motion.read_recording(self.root, old)
            if new == old:
                motion.write_sidecars(self.root, new, recording, assessment)
            else:
                self._copy_originals(old, new, trial)
                motion.write_recording(self.root, new, recording, assessment)
            if new.person not in {someone.pseudonym for someone in dataset.read_people(self.root)}:
                dataset.add_person(self.root, Person(new.person))
            dataset.add_scan(self.root, new, trial, assessment)
            write_result(self.root / new.result, trial, assessment, revision=revision + 1)
            self._remove_others(trial, new)

    def delete(self, trial: str) -> None:
        """Remove a trial and its original export from disk."""
        with refusal_explained(self.root), self._index.writing():
            for journal in (self.root / LIVE).rglob(f"*{trial}*"):
                journal.unlink()
            self._remove_others(trial, None)
            self._index.forget()

    def live_folder(self, person: str) -> Path:
        """Return the folder of a person's live recordings; a journal's name tells the trials it became."""
        return self.root / LIVE / f"sub-{person}"

    def delete_person(self, pseudonym: str) -> None:
        """Remove everything of a person from disk. Raises DiaryError where nobody has this name."""
        folders = [self.root / head / f"sub-{pseudonym}" for head in ("sourcedata", "", RESULTS, LIVE)]
        known = {someone.pseudonym for someone in self.people()}
        self._check_known(pseudonym, known | ({pseudonym} if any(f.exists() for f in folders) else set()))
        with refusal_explained(self.root), self._index.writing():
            for folder in folders:
                if folder.exists():
                    rmtree(folder)
            dataset.remove_person(self.root, pseudonym)
            self._index.forget()

    def _check_known(self, pseudonym: str, known: set[str]) -> None:
        if pseudonym not in known:
            raise DiaryError(
                "Nobody in the diary has this pseudonym.",
                found=repr(pseudonym),
                expected="one of " + (", ".join(sorted(known)) or "nobody yet"),
                do="See `surefoot list` for the people.",
            )

    def _documents(self) -> dict[str, dict[str, Any]]:
        """Return the newest result document of each trial by its id."""
        newest: dict[str, dict[str, Any]] = {}
        for document in sorted(self._all_documents(), key=lambda document: document["revision"]):
            newest[document["trial"]] = document
        return newest

    def _all_documents(self) -> list[dict[str, Any]]:
        return self._index.documents() if self.root.exists() else []

    def _stems(self, documents: dict[str, dict[str, Any]]) -> dict[str, str]:
        return {place_of(Path(document["path"])).stem: trial for trial, document in documents.items()}

    def _place(self, trial: str) -> Place:
        return place_of(Path(self._documents()[self.entry(trial).trial]["path"]))

    def _copy_originals(self, old: Place, new: Place, trial: str) -> None:
        source = self.root / old.originals(trial)
        for path in source.rglob("*"):
            if path.is_file():
                target = self.root / new.originals(trial) / path.relative_to(source)
                write_bytes(target, path.read_bytes())

    def _remove_others(self, trial: str, kept: Place | None) -> None:
        """Remove every copy of a trial but the one kept, its result file last."""
        for document in self._all_documents():
            place = place_of(Path(document["path"]))
            if document["trial"] != trial or place == kept:
                continue
            originals = self.root / place.originals(trial)
            if originals.exists() and (kept is None or kept.originals(trial) != place.originals(trial)):
                rmtree(originals)
            dataset.remove_scan(self.root, place)
            for suffix in MOTION_FILES:
                remove_file(self.root / place.file(suffix))
            remove_file(self.root / place.result)


def _inside(name: str) -> str:
    """Return a member name that cannot leave its folder."""
    parts = [part for part in name.replace("\\", "/").split("/") if part not in ("", ".", "..")]
    return "/".join(parts) or "export"
