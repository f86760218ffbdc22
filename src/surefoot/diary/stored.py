"""What a diary holds, read: every question that changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterator, Sequence
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from surefoot.diary import dataset, motion, names
from surefoot.diary.events import read_events
from surefoot.diary.index import Index, result_files
from surefoot.diary.layout import LIVE, default_cache, default_root, folder_of, locate, place_of, trial_id
from surefoot.diary.log import log_states, read_log
from surefoot.diary.results import Entry, entry_of, no_such_trial, nobody_called, place_in
from surefoot.diary.sameness import MAY_BE_SAME, DatedRecording, is_same_take, may_be_same, take_of
from surefoot.errors import DiaryError
from surefoot.metrics import METRICS_VERSION
from surefoot.model import Assessment, Event, Person, Recording
from surefoot.training import LogEntry

if TYPE_CHECKING:
    from pandas import DataFrame


SHORTEST_PREFIX = 4
# Behind every letter of an id.
_AFTER = "~"


class StoredTrials:
    """What the folder of a diary holds: trials, people and training logs, asked by key where an index helps.

    `metrics_version` marks the index. Without a folder it is the user's own, as `open_diary` finds it.
    """

    def __init__(
        self,
        root: Path | str | None = None,
        *,
        cache: Path | None = None,
        metrics_version: int = METRICS_VERSION,
    ) -> None:
        self.root = default_root() if root is None else Path(root)
        self._index = Index(self.root, cache or default_cache(), metrics_version)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, StoredTrials) and other.root == self.root

    def __hash__(self) -> int:
        return hash(self.root)

    def find(self, recording: Recording, assessment: Assessment) -> str | None:
        """Return the id of a recording's trial, or None where it is not in the diary.

        The same take of a person is found too where the app, a program or another computer wrote it to a
        file of other bytes.
        """
        return self._find(recording, assessment, people=[assessment.setup.person.casefold()])

    def _find(self, recording: Recording, assessment: Assessment, *, people: Collection[str]) -> str | None:
        if not self.root.exists():
            return None
        wanted, person = trial_id(recording.sha256, recording.part), assessment.setup.person
        words = (wanted, *may_be_same(recording, person))
        rows = self._index.select("trial, path", f"trial = ? OR ({MAY_BE_SAME})", words, people=people)
        if any(trial == wanted for trial, _ in rows):
            return wanted
        take = take_of(recording, assessment)
        return next((trial for trial, path in rows if self._is_of(path, take)), None)

    def holds(self, recording: Recording) -> bool:
        """Tell whether the diary has a trial of this very file."""
        wanted = (trial_id(recording.sha256, recording.part),)
        return self.root.exists() and bool(self._index.select("trial", "trial = ?", wanted, people=()))

    def entries(self, person: str | None = None) -> tuple[Entry, ...]:
        """Return the trials, of one person or of all, in the order they were made."""
        return tuple(self.iterate(person))

    def iterate(self, person: str | None = None, **conditions: str | None) -> Iterator[Entry]:
        """Yield the trials that `entries` returns, one at a time, so that few are in memory at once.

        `conditions` are ``test``, ``leg``, ``eyes`` or ``surface``; None leaves one open.
        """
        given = {"person": None if person is None else person.casefold(), **conditions}
        asked = {name: word for name, word in given.items() if word is not None}
        where = " AND ".join(f"{name} = ?" for name in asked) or "TRUE"
        people = None if person is None else [person.casefold()]
        spelled: Callable[[str], str] = cache(self.known_as)  # each name is looked up once
        if person is None:
            spelled = partial(names.spelling, known=names.known_people(self.root))
        for document, assessment in self._results(where, tuple(asked.values()), people=people):
            yield entry_of(document, assessment, spelled)

    def frame(self, person: str | None = None, *, wide: bool = True) -> DataFrame:
        """Return a DataFrame of the trials, of one person or of all, as `surefoot.frame` does."""
        from surefoot.frames import entries_frame

        return entries_frame(self.entries(person), wide=wide)

    def entry(self, trial: str) -> Entry:
        """Return the trial whose id begins with `trial`. Raises DiaryError for none or several."""
        return entry_of(*self._result(trial), self.known_as)

    def get(self, trial: str) -> Entry | None:
        """Return the trial of exactly this id, None where there is none."""
        found = self._results("trial = ?", (trial,), people=(), must_exist=True)
        return next((entry_of(*each, self.known_as) for each in found), None)

    def recording(self, trial: str) -> Recording:
        """Read the recording of a trial back.

        Raises DiaryError where its files are broken, or are not those that its result was made of.
        """
        return self._read_recording(self._document(trial))

    def broken(self) -> dict[str, DiaryError]:
        """Return the trials whose recording cannot be read or is not that of its result, and why."""
        found: dict[str, DiaryError] = {}
        for document, _ in self._results():
            try:
                self._read_recording(document)
            except DiaryError as error:
                found[document["trial"]] = error
        return found

    def results_of(self, trial: str) -> list[dict[str, Any]]:
        """Return what the results of exactly this trial hold, each with its ``path``, the newest last."""
        found = self._results("trial = ? AND NOT misplaced", (trial,), people=(), newest=False)
        return sorted((document for document, _ in found), key=lambda document: document["revision"])

    def has_nothing_of(self, person: str) -> bool:
        """Tell whether the diary has neither trial nor log nor live recording of a person."""
        name = person.casefold()
        trials = self._index.select("trial", "person = ?", (name,), people=[name])
        return not (trials or self.log(person) or any(self.live_folder(person).glob("*")))

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

    def everybody(self) -> list[str]:
        """Return everybody of whom the diary has a trial, a training log or a word, by pseudonym."""
        return sorted(names.known_people(self.root).values())

    def person(self, pseudonym: str) -> Person:
        """Return what is known of a person. Raises DiaryError where nobody has this pseudonym."""
        name, known = self.known_as(pseudonym), {each.pseudonym: each for each in self.people()}
        if name not in known:
            raise nobody_called(name, known)
        return known[name]

    def known_as(self, person: str) -> str:
        """Return the name of a person as the diary spells it; the same name for somebody new."""
        return names.spelled_in(self.root, person)

    def log(self, person: str) -> tuple[LogEntry, ...]:
        """Return the training log of a person by time."""
        return read_log(self.root, self.known_as(person))

    def live_folder(self, person: str) -> Path:
        """Return the folder of a person's live recordings; a journal's name tells the trials it became."""
        return locate(self.root, folder_of(LIVE, self.known_as(person)))

    def is_tied(self, trial: str) -> bool:
        """Tell whether a hash ties a trial's recording to its result; one of an earlier form has none."""
        return "motion_sha256" in self._document(trial)

    def documents(self) -> list[dict[str, Any]]:
        """Return what all result files hold with their relative ``path``, those in a wrong place too."""
        return [document for document, _ in self._results(newest=False)]

    def left_out(self, person: str | None = None) -> tuple[str, ...]:
        """Return the results that are used nowhere: copies that a cloud made, and those of another trial.

        In the folders of one person, or in all.
        """
        if not self.root.exists():
            return ()
        people = None if person is None else [person.casefold()]
        copies = [path for path in result_files(self.root, people) if place_of(path) is None]
        where = "misplaced" if people is None else "misplaced AND owner = ?"
        found = self._index.select("path", where, people or (), people=people, newest=False)
        return (*copies, *sorted(path for (path,) in found))

    def states(self) -> dict[str, Hashable]:
        """Return for everybody, by pseudonym, what changes whenever a trial of theirs or their log does."""
        known, logs = names.known_people(self.root), log_states(self.root)
        trials = self._index.states() if self.root.exists() else {}
        return {
            known.get(person, person): (trials.get(person), logs.get(person))
            for person in {**known, **trials}
        }

    def old_names(self) -> frozenset[str]:
        """Return the trials whose files have names of an earlier form; `replace` gives them today's."""
        if not self.root.exists():
            return frozenset()
        rows = self._index.select("trial, path")
        return frozenset(trial for trial, path in rows if place_in({"path": path}).trial is None)

    def _is_of(self, path: str, take: DatedRecording) -> bool:
        """Tell whether a result is of a take; a broken recording is nobody's double, `doctor` names it."""
        try:
            read = self._index.read(path)
            return read is not None and is_same_take(take, take_of(self._read_recording(read[0]), read[1]))
        except DiaryError:
            return False

    def _document(self, trial: str) -> dict[str, Any]:
        """Return the document of the trial whose id begins with `trial`."""
        return self._result(trial)[0]

    def _result(self, trial: str) -> tuple[dict[str, Any], Assessment]:
        found = []
        if len(trial) >= SHORTEST_PREFIX:
            words = (trial, trial + _AFTER)
            found = list(self._results("trial >= ? AND trial < ?", words, people=(), must_exist=True))
        if len(found) == 1:
            return found[0]
        known = [document["trial"] for document, _ in found]
        if not known and self.root.exists():
            known = [each for (each,) in self._index.select("trial")]
        raise no_such_trial(trial, known, SHORTEST_PREFIX)

    def _results(
        self,
        where: str = "TRUE",
        words: Sequence[Any] = (),
        *,
        people: Collection[str] | None = None,
        must_exist: bool = False,
        newest: bool = True,
    ) -> Iterator[tuple[dict[str, Any], Assessment]]:
        """Yield document and assessment of results, as the index selects them, but of one just removed."""
        if not self.root.exists():
            return iter(())
        paths = self._index.select("path", where, words, people=people, must_exist=must_exist, newest=newest)
        return (read for (path,) in paths if (read := self._index.read(path)) is not None)

    def _read_recording(self, document: dict[str, Any]) -> Recording:
        place, digest = place_in(document), document.get("motion_sha256")
        return motion.read_recording(self.root, place, document["trial"], digest)
