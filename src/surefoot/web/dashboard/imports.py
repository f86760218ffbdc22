"""Dropped files into the diary: one request holds all of them, told apart by a list of names and sizes."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
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
from surefoot.errors import SetupError, UnreadableFileError
from surefoot.model import Setup
from surefoot.web.dashboard.import_look import look_at
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
TOLD_BEFORE: Final = "Its columns were read as told before for this header."
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
}  # fmt: skip
_COUNTED: Final = ("headline_ready", "headline_word", "add", "others_stay", "added")
_LAST_S: Final = 2.0**33


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


def import_dropped(
    files: Sequence[Dropped], setup: Setup, diary: Diary, settings: Settings, part: str | None = None
) -> list[dict[str, Any]]:
    """Assess and keep every part of every export among `files`; say of each what became of it.

    `part` names the one part that is meant, where an export holds several.
    """
    with TemporaryDirectory(prefix="surefoot-") as folder:
        paths = [_lay_down(Path(folder), file) for file in files]
        found = sources.collect(paths, spare=True)
        exports = [settings.complete(export) for export in found]
        walk = pipeline.walk(exports, lambda *_: setup, settings, spare=True)
        return [_keep(outcome, diary, found) for outcome in walk if part in (None, outcome.part)]


def look_at_dropped(
    files: Sequence[Dropped], language: Language, diary: Diary, settings: Settings, today: date
) -> list[dict[str, Any]]:
    """Say of each recording in `files` what it is and what its name tells; nothing is kept."""
    with TemporaryDirectory(prefix="surefoot-") as folder:
        paths = [_lay_down(Path(folder), file) for file in files]
        exports = [settings.complete(export) for export in sources.collect(paths, spare=True)]
        begun = {file.name: file.data[:16] for file in files}
        return look_at(language, exports, begun, diary.holds, today)


def check_names(files: Sequence[Dropped], setup: Setup) -> None:
    """Raise SetupError where the name of a file tells another leg or other eyes than `setup`."""
    for file in files:
        for condition, word in sources.propose_conditions(file.name).items():
            chosen = getattr(setup, condition)
            if condition != "surface" and word != chosen:
                raise SetupError(
                    "The name of the file and your choice differ.",
                    found=f"{file.name}, {condition} {chosen}",
                    expected=f"{condition} {word}, as the name says, or the word that the choice is right",
                    do="Choose what the name says, or say that your choice is right.",
                )


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
        files = await _read_files(request)
        language, today = language_of(request), self._clock().date()
        rows = await run_in_threadpool(look_at_dropped, files, language, self._diary, self._settings, today)
        return JSONResponse(rows)

    async def take_files(self, request: Request) -> Response:
        """Take files with their conditions in the query; answer with one line for each part.

        ``part`` names the only part to take; ``sure`` says that the choice is right where a name differs.
        """
        words = dict(request.query_params)
        part, sure = words.pop("part", None), words.pop("sure", "")
        setup = setup_from_words(words)
        files = await _read_files(request)
        if not sure:
            check_names(files, setup)
        told = await run_in_threadpool(import_dropped, files, setup, self._diary, self._settings, part)
        return JSONResponse(told)


async def _read_files(request: Request) -> tuple[Dropped, ...]:
    return split_files(unquote(request.headers.get(LIST_HEADER, "")), await request.body())


def _keep(outcome: pipeline.Outcome, diary: Diary, as_dropped: Sequence[sources.Export]) -> dict[str, Any]:
    name = f"{outcome.export.name} {outcome.part}".rstrip()
    if outcome.bug is not None:
        return {"name": name, "error": report(outcome.bug).to_dict()}
    if outcome.error is not None:
        return {"name": name, "error": outcome.error.to_dict()}
    try:
        kept = pipeline.keep(outcome, diary)
    except Exception as error:  # noqa: BLE001 (the good ones are kept and told, whatever stops one)
        return {"name": name, "error": report(error).to_dict()}
    columns = [] if any(outcome.export is each for each in as_dropped) else [TOLD_BEFORE]
    return {
        "name": name,
        "trial": kept.trial,
        "new": kept.new,
        "title": words.describe_setup(kept.assessment.setup),
        "value": words.describe_headline(kept.assessment)[1],
        "issues": [*columns, *_differences(outcome, kept), *_warnings(kept)],
        "left_out": sources.describe_left_out(kept.left_out) if kept.left_out else "",
    }


def _warnings(kept: pipeline.Kept) -> list[str]:
    return [issue.message for issue in kept.assessment.issues if issue.severity == "warning"]


def _differences(outcome: pipeline.Outcome, kept: pipeline.Kept) -> list[str]:
    if not kept.differs or outcome.assessment is None:
        return []
    told = kept.describe_differences(outcome.assessment.setup)
    return [f"This time you said {told}. Nothing was changed; `surefoot edit` corrects a trial."]


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
