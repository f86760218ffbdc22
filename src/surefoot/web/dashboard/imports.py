"""Dropped files into the diary: one request holds all of them, told apart by a list of names and sizes."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from surefoot import pipeline, sources, words
from surefoot.errors import UnreadableFileError
from surefoot.model import Setup
from surefoot.web.dashboard.import_columns import Told, read_told, with_columns
from surefoot.web.dashboard.import_look import look_at
from surefoot.web.dashboard.one_test import tell_care
from surefoot.web.errors import report
from surefoot.web.forms import setup_from_words
from surefoot.web.languages import language_of
from surefoot.web.pages import show_page

if TYPE_CHECKING:
    from surefoot.diary import Diary
    from surefoot.settings import Settings
    from surefoot.words.language import Language

LIST_HEADER: Final = "x-files"
# Bytes that any file system takes.
LONGEST_NAME: Final = 200
MAX_FILES: Final = 200
# What the script of the page says by itself; with a number, once for one and once for more.
_SAID: Final[Mapping[str, str]] = {
    "title": "import.title",
    "leg": "import.leg", "left": "import.left", "right": "import.right", "both": "import.both",
    "eyes": "import.eyes", "open": "import.open", "closed": "import.closed",
    "ground": "trial.ground", "floor": "place.floor", "foam": "place.foam", "board": "place.board",
    "whose": "import.whose", "ready": "import.ready", "which_leg": "import.which_leg",
    "which_eyes": "import.which_eyes", "differ": "import.differ", "sure": "import.sure",
    "off_list": "import.off_list", "why": "page.why", "look": "page.look", "already": "import.already",
    "away": "error.mishap", "too_large": "import.too_large",
    "columns": "import.columns.title", "columns_rows": "import.columns.rows",
    "columns_right": "import.columns.right", "columns_wait": "import.columns.wait",
}  # fmt: skip
_COUNTED: Final = ("headline_ready", "headline_word", "add", "others_stay", "added")
_LAST_S: Final = 2.0**33
# So many are named of what was left out.
_NAMED: Final = 6


@dataclass(frozen=True, slots=True)
class Dropped:
    """A file as the browser gives it: its bare name, its bytes, and when it was last changed."""

    name: str
    data: bytes
    changed_s: float


def split_files(listed: str, body: bytes) -> tuple[Dropped, ...]:
    """Cut `body` into the files that `listed` names: JSON ``[[name, bytes, milliseconds], …]``.

    Folders in names are left out. Raises UnreadableFileError where list and body disagree.
    """
    try:
        rows = [(_bare(name), int(size), float(changed) / 1000) for name, size, changed in json.loads(listed)]
    except (OverflowError, TypeError, ValueError, RecursionError):
        raise _refuse("a list that is not understood") from None
    # Many a file system would let the second of two names that differ in case alone take the first's place.
    names = {name.casefold() for name, _, _ in rows}
    if not 0 < len(rows) <= MAX_FILES or len(names) < len(rows) or "" in names:
        raise _refuse(f"{len(rows)} files, {len(names)} different names")
    if not all(0 <= changed_s < _LAST_S for _, _, changed_s in rows):
        raise _refuse("times that no clock shows")
    if sum(size for _, size, _ in rows) != len(body) or any(size < 0 for _, size, _ in rows):
        raise _refuse(f"{len(body)} bytes, which is not the sum of the sizes")
    files, start = [], 0
    for name, size, changed_s in rows:
        files.append(Dropped(name, body[start : start + size], changed_s))
        start += size
    return tuple(files)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of dropped files is wanted: every part under `setup`, or the one that `part` names.

    `columns` tells what the columns of a table are that no app is known for.
    """

    setup: Setup
    part: str | None = None
    columns: Told = field(default_factory=dict)


def import_dropped(
    files: Sequence[Dropped], wanted: Wanted, diary: Diary, settings: Settings, language: Language
) -> list[dict[str, Any]]:
    """Assess and keep every part of every export among `files`; say of each what became of it."""
    with TemporaryDirectory(prefix="surefoot-") as folder:
        paths = [_lay_down(Path(folder), file) for file in files]
        found = sources.collect(paths, spare=True)
        if wanted.columns:
            exports = [with_columns(export, wanted.columns, settings) for export in found]
        else:
            exports = [settings.complete(export) for export in found]
        walk = pipeline.walk(exports, lambda *_: wanted.setup, settings, spare=True)
        is_known = not wanted.columns
        return [
            _keep(outcome, diary, language, known=is_known and outcome.export not in found)
            for outcome in walk
            if wanted.part in (None, outcome.part)
        ]


def look_at_dropped(
    files: Sequence[Dropped], language: Language, diary: Diary, settings: Settings, today: date, told: Told
) -> list[dict[str, Any]]:
    """Say of each recording in `files` what it is and what its name tells; nothing is kept.

    `told` is what somebody said of the columns of a table.
    """
    with TemporaryDirectory(prefix="surefoot-") as folder:
        paths = [_lay_down(Path(folder), file) for file in files]
        exports = [settings.complete(export) for export in sources.collect(paths, spare=True)]
        begun = {file.name: file.data[:16] for file in files}
        return look_at(language, exports, begun, diary.holds, today, told)


class Importing:
    """The place of the dashboard where exports are dropped; `clock` tells the wall time with its zone."""

    def __init__(self, diary: Diary, settings: Settings, clock: Callable[[], datetime]) -> None:
        self._diary = diary
        self._settings = settings
        self._clock = clock

    def routes(self) -> list[Route]:
        """Return the page to drop files on, and the routes that look at them and take them."""
        return [
            Route("/import", self.show_form),
            Route("/import", self.take_files, methods=["POST"]),
            Route("/import/look", self.look_at_files, methods=["POST"]),
        ]

    def show_form(self, request: Request) -> Response:
        """Show the place to drop exports."""
        known = self._diary.everybody()
        people = {person: self._settings.name_of(person) for person in known}
        language = language_of(request)
        said = {name: language.tell(key) for name, key in _SAID.items()}
        counted = {
            name: [language.tell_count(f"import.{name}", number, n="#") for number in (1, 2)]
            for name in _COUNTED
        }
        return show_page(
            "import", language=language, people=people, said={**said, **counted, "counts": language.counts}
        )

    async def look_at_files(self, request: Request) -> Response:
        """Answer with one row for each recording in the files: what it is, and what its name tells."""
        files, told = await _read_files(request), read_told(request.query_params.get("columns", ""))
        today = self._clock().date()
        known = (language_of(request), self._diary, self._settings, today, told)
        return JSONResponse(await run_in_threadpool(look_at_dropped, files, *known))

    async def take_files(self, request: Request) -> Response:
        """Take files with their conditions in the query; answer with one line for each part.

        ``part`` names the only part to take; ``sure`` says that the choice is right where a name differs,
        ``columns`` what the columns of a table are.
        """
        words = dict(request.query_params)
        part, sure, columns = words.pop("part", None), words.pop("sure", ""), words.pop("columns", "")
        setup = setup_from_words(words)
        files = await _read_files(request)
        if not sure:
            for file in files:
                sources.check_name(file.name, setup)
        wanted, language = Wanted(setup, part, read_told(columns)), language_of(request)
        diary, settings = self._diary, self._settings
        return JSONResponse(await run_in_threadpool(import_dropped, files, wanted, diary, settings, language))


async def _read_files(request: Request) -> tuple[Dropped, ...]:
    return split_files(unquote(request.headers.get(LIST_HEADER, "")), await request.body())


def _keep(outcome: pipeline.Outcome, diary: Diary, language: Language, *, known: bool) -> dict[str, Any]:
    """Keep an outcome and tell it; `known` says that its columns were read as told for another file."""
    name = f"{outcome.export.name} {outcome.part}".rstrip()
    if outcome.bug is not None:
        return {"name": name, "error": report(outcome.bug).to_dict()}
    if outcome.error is not None:
        return {"name": name, "error": outcome.error.to_dict()}
    try:
        kept = pipeline.keep(outcome, diary)
    except Exception as error:  # noqa: BLE001 (the good ones are kept and told, whatever stops one)
        return {"name": name, "error": report(error).to_dict()}
    return {
        "name": name,
        "trial": kept.trial,
        "new": kept.new,
        "title": words.describe_setup(kept.assessment.setup),
        "value": words.describe_headline(kept.assessment)[1],
        "notes": list(_notes(language, kept, known=known)),
    }


def _notes(language: Language, kept: pipeline.Kept, *, known: bool) -> Iterator[str]:
    """Yield what is to be known of a kept recording, in words: how it was read, and what was left out."""
    if known:
        yield language.tell("import.columns_known")
    if kept.differs:
        yield language.tell("import.differs")
    # What was told of the columns is kept as numbers with their units.
    left_out = [name for name in kept.left_out if not name.startswith(sources.MAPPING)]
    if left_out:
        names, more = ", ".join(left_out[:_NAMED]), len(left_out) - _NAMED
        named = language.say("import.left_out_more", names=names, n=more) if more > 0 else names
        yield language.tell("import.left_out", names=named)
    yield from tell_care(language, kept.assessment)[0]


def _bare(name: str) -> str:
    """Return a file name without folders, and without what no file system takes; the end of a long one."""
    bare = str(name).replace("\\", "/").rpartition("/")[2]
    letters = [letter for letter in bare if letter.isprintable() and letter not in '<>:"|?*']
    return "".join(letters).lstrip(".").encode()[-LONGEST_NAME:].decode(errors="ignore").lstrip(".")


def _lay_down(folder: Path, file: Dropped) -> Path:
    path = folder / file.name
    path.write_bytes(file.data)
    os.utime(path, (file.changed_s, file.changed_s))
    return path


def _refuse(found: str) -> UnreadableFileError:
    return UnreadableFileError(
        "The dropped files cannot be told apart.",
        found=found,
        expected=f"at most {MAX_FILES} files of different names",
        do="Drop the files of one recording at a time, or the app's zip.",
    )
