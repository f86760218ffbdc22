"""What leaves the diary for another program: zips and tables to download."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from tempfile import SpooledTemporaryFile
from typing import IO, TYPE_CHECKING, Final

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from surefoot.diary.archive import list_values, pack_diary
from surefoot.model import to_plain
from surefoot.web.dashboard.lookup import find_entry, find_person

if TYPE_CHECKING:
    from surefoot.diary import Diary

IN_MEMORY: Final = 16_000_000
_PIECE: Final = 256 * 1024


class Transfer:
    """The downloads of a diary."""

    def __init__(self, diary: Diary) -> None:
        self._diary = diary

    def routes(self) -> list[Route]:
        """Return the routes of the downloads."""
        person = "/people/{person}"
        return [
            Route("/export.zip", self.export_diary),
            Route("/values.csv", self.list_all),
            Route(f"{person}/export.zip", self.export_person),
            Route(f"{person}/values.csv", self.list_person),
            Route("/trials/{trial}/export.zip", self.export_trial),
        ]

    def export_diary(self, _: Request) -> Response:
        """Give the whole diary as one zip."""
        return self._pack(None, "surefoot-diary.zip")

    def export_person(self, request: Request) -> Response:
        """Give everything of a person as one zip."""
        person, _ = find_person(self._diary, request)
        return self._pack(person, f"surefoot-{person}.zip")

    def list_all(self, _: Request) -> Response:
        """Give every number of the diary as CSV."""
        return _attach(list_values(self._diary.entries()), "text/csv", "surefoot-values.csv")

    def list_person(self, request: Request) -> Response:
        """Give every number of a person as CSV."""
        person, entries = find_person(self._diary, request)
        return _attach(list_values(entries), "text/csv", f"surefoot-{person}-values.csv")

    def export_trial(self, request: Request) -> Response:
        """Give the original export and the result of a trial as one zip."""
        entry = find_entry(self._diary, request)
        result = json.dumps(to_plain(entry.assessment), indent=2, ensure_ascii=False).encode()
        packed = _zip({**self._diary.originals(entry.trial), "surefoot-result.json": result})
        name = f"{entry.person}-{entry.when:%Y%m%d-%H%M}-{entry.trial}.zip"
        return _attach(packed, "application/zip", name)

    def _pack(self, person: str | None, name: str) -> Response:
        # A diary of years is larger than what a page should keep in memory.
        packed: IO[bytes] = SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - closed by `_pieces`
        try:
            pack_diary(self._diary, packed, person)
        except BaseException:
            packed.close()
            raise
        headers = {**_disposition(name), "content-length": str(packed.tell())}
        return StreamingResponse(_pieces(packed), media_type="application/zip", headers=headers)


def _zip(files: Mapping[str, bytes]) -> bytes:
    """Return files as a zip; the same files give the same bytes."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def _pieces(packed: IO[bytes]) -> Iterator[bytes]:
    with packed:
        packed.seek(0)
        while piece := packed.read(_PIECE):
            yield piece


def _attach(content: str | bytes, kind: str, name: str) -> Response:
    return Response(content, media_type=kind, headers=_disposition(name))


def _disposition(name: str) -> dict[str, str]:
    return {"content-disposition": f'attachment; filename="{name}"'}
