"""Many files, each analysed by itself wherever there is room, and never twice.

::

    paths ─ plan ─→ StudyFile … ─ answer, on any engine ─→ Store ─ recall ─→ Study, or rows of a table
"""

import json
import pickle
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from traceback import format_exception
from typing import Any, Final

from surefoot import sources
from surefoot.cohort.design import DesignRow
from surefoot.cohort.engines import Engine, spread
from surefoot.cohort.store import Answered, Store
from surefoot.cohort.study import RefusedTrial, Study, StudyFile, StudyTrial, analyse_file, files_of
from surefoot.diary import Diary
from surefoot.diary.layout import RESULTS
from surefoot.errors import SourceError, WorkerLostError, refusal_from_plain
from surefoot.metrics import METRICS_VERSION, load_metrics
from surefoot.model import Setup, assessment_from_plain, to_plain
from surefoot.settings import Settings

# What a disk that was away, a worker that died or a mistake of ours has stopped may go well the next time.
_PASSING: Final = ("unreadable", "unforeseen", "worker_lost")


@dataclass(frozen=True, slots=True)
class BatchQuestion:
    """What is asked of every file: how to read it, and which metrics are wanted. It travels to workers."""

    settings: Settings
    source: str | None = None
    keys: tuple[str, ...] | None = None
    mapping: bytes | None = None

    def of(self, file: StudyFile) -> str:
        """Return the question for one file as a hash: all that its numbers hang on beside its bytes."""
        lines = [(row.part, to_plain(row.setup)) for row in file.rows]
        asked = (self.source, self.keys, (self.mapping or b"").hex(), self.settings.fingerprint())
        known = (METRICS_VERSION, *load_metrics())
        return _hash([lines, file.every_part, asked, known])


def plan(
    paths: Sequence[Path],
    rows: Sequence[DesignRow],
    setup: Setup | None = None,
    table: Path | None = None,
) -> tuple[StudyFile, ...]:
    """Return the work in files, folders and diaries, in the order given.

    `rows` tell the conditions by file; without any, `setup` holds for all. A diary tells its own. The file
    `table` in which the rows stood is no recording. Raises SetupError where rows and files do not name one
    another.
    """
    diaries = [path for path in paths if is_diary(path)]
    others = [path for path in paths if path not in diaries]
    exports = sources.collect(others, spare=True) if others else ()
    if table is not None:
        exports = tuple(
            each for each in exports if [path.resolve() for path in each.paths] != [table.resolve()]
        )
    if rows:
        files = files_of(rows, exports)
    else:
        one = (DesignRow("", "", "", "", setup or Setup()),)
        files = tuple(
            StudyFile(export, (replace(one[0], file=export.name),), every_part=True) for export in exports
        )
    return (*files, *(file for path in diaries for file in _trials_of(path)))


def is_diary(path: Path) -> bool:
    """Tell whether a folder is a diary."""
    return (path / RESULTS).is_dir()


def _trials_of(folder: Path) -> Iterator[StudyFile]:
    for entry in Diary(folder).entries():
        day = entry.when.date().isoformat()
        row = DesignRow(entry.trial, "", day, entry.trial, entry.assessment.setup)
        export = sources.Export(entry.trial, {})
        yield StudyFile(export, (row,), every_part=True, diary=folder)


def run(
    files: Iterable[StudyFile],
    question: BatchQuestion,
    store: Store,
    engine: Engine,
    step: Callable[[], None] = lambda: None,
) -> list[Exception]:
    """Answer the question for every file that `store` has no final answer of, and keep the answers there.

    `step` is called after each file. Returns what nobody foresaw. Raises OutputError where answers
    cannot be kept and EngineError where the workers are gone; what is kept by then is kept.
    """
    waiting = _unanswered(files, question, store, step)
    bugs: list[Exception] = []
    for file, found in spread(FileAnalysis(question), waiting, engine):
        answer = _lost(file, found) if isinstance(found, WorkerLostError) else found
        store.add(_name(file), _state(file), question.of(file), answer)
        bugs += answer.bugs
        step()
    return bugs


def _unanswered(
    files: Iterable[StudyFile], question: BatchQuestion, store: Store, step: Callable[[], None]
) -> Iterator[StudyFile]:
    """Yield the files to work on; one that is known by its bytes under another name is not read twice."""
    is_new = store.is_empty()
    for file in files:
        content = None if is_new else store.content_of(_name(file), _state(file))
        if content is None and not is_new:
            content = _content(file, question)
        if content is not None and store.is_answered(content, question.of(file)):
            store.note(_name(file), _state(file), content)
            step()
        else:
            yield file


@dataclass(frozen=True, slots=True)
class FileAnalysis:
    """The one function that every engine gets: a file in, what became of its parts out, as plain data."""

    question: BatchQuestion

    def __call__(self, file: StudyFile) -> Answered:
        """Return what one file gives; nothing it holds raises."""
        question = self.question
        file = _loaded(file, question)
        done = analyse_file(file, question.settings, question.source, question.keys)
        lines = list(file.rows)
        parts: list[dict[str, Any]] = [
            {"line": lines.index(each.row), "part": each.part, "assessment": to_plain(each.assessment)}
            for each in done.trials
        ]
        parts += [
            {
                "line": lines.index(each.row) if each.row else None,
                "part": each.part,
                "error": each.error.to_dict(),
            }
            for each in done.refused
        ]
        final = not any(each.error.code in _PASSING for each in done.refused)
        bugs = tuple(_that_travels(bug) for bug in done.bugs)
        return Answered(_content(file, question) or f"unread {_name(file)}", tuple(parts), final, bugs)


def _that_travels(bug: Exception) -> Exception:
    """Return a mistake of ours with its traceback as a note, which would not come from another process."""
    told = "".join(format_exception(bug))
    try:
        pickle.dumps(bug)
    except Exception:  # noqa: BLE001 (somebody else's class of errors, which cannot be sent)
        return RuntimeError(told)
    bug.add_note(told)
    return bug


def _loaded(file: StudyFile, question: BatchQuestion) -> StudyFile:
    """Return the file with its bytes in memory and the mapping of its columns; as it is where that fails."""
    if file.diary is not None:
        return file
    try:
        export = replace(file.export, content=file.export.files)
        if question.mapping is None:
            return replace(file, export=question.settings.complete(export, question.source))
        if sources.identify(export.files, question.source) == sources.GENERIC:
            export = sources.with_mapping(export, sources.MAPPING, question.mapping)
        return replace(file, export=export)
    except SourceError:
        return file


def _content(file: StudyFile, question: BatchQuestion) -> str | None:
    """Return what a file holds as a hash, None where it cannot be read."""
    try:
        return _state(file) if file.diary else sources.hash_files(_loaded(file, question).export.files)
    except SourceError:
        return None


def _name(file: StudyFile) -> str:
    return "\n".join(str(path.absolute()) for path in file.export.paths) or f"{file.diary}#{file.export.name}"


def _state(file: StudyFile) -> str:
    """Return what tells, without reading it, that a file is as it was."""
    if file.diary is not None:
        diary = Diary(file.diary)
        entry = diary.entry(file.export.name)
        return _hash([entry.trial, to_plain(entry.assessment), to_plain(diary.events(entry.trial))])
    try:
        states = [path.stat() for path in file.export.paths]
    except OSError:
        return ""
    return " ".join(f"{state.st_size}:{state.st_mtime_ns}" for state in states)


def _hash(plain: Any) -> str:
    return sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest()


def _lost(file: StudyFile, error: WorkerLostError) -> Answered:
    parts = [{"line": line, "part": row.part, "error": error.to_dict()} for line, row in enumerate(file.rows)]
    return Answered(f"unread {_name(file)}", tuple(parts), final=False)


def recall(files: Iterable[StudyFile], question: BatchQuestion, store: Store) -> Iterator[Study]:
    """Yield what each file gave, one at a time, in the order given; nothing for one not yet answered."""
    for file in files:
        content = store.content_of(_name(file), _state(file))
        parts = [] if content is None else store.parts(content, question.of(file))
        yield Study(
            tuple(_trial(file, each) for each in parts if "assessment" in each),
            tuple(_refused(file, each) for each in parts if "error" in each),
        )


def _trial(file: StudyFile, plain: Mapping[str, Any]) -> StudyTrial:
    row = file.rows[plain["line"]]
    return StudyTrial(row, plain["part"], assessment_from_plain(plain["assessment"]))


def _refused(file: StudyFile, plain: Mapping[str, Any]) -> RefusedTrial:
    row = None if plain["line"] is None else file.rows[plain["line"]]
    return RefusedTrial(row, file.export.name, plain["part"], refusal_from_plain(plain["error"]))


def shard(files: Sequence[StudyFile], part: int, parts: int) -> Sequence[StudyFile]:
    """Return the files of one of several equal shares, counted from 1; long and short ones are dealt out."""
    return files[part - 1 :: parts]
