"""What leaves the diary for another program: one zip of original export and result."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from surefoot.model import to_plain
from surefoot.web.finding import find_entry

if TYPE_CHECKING:
    from surefoot.diary import Diary


class Transfer:
    """The downloads of a diary."""

    def __init__(self, diary: Diary) -> None:
        self._diary = diary

    def routes(self) -> list[Route]:
        """Return the routes of the downloads."""
        return [Route("/trials/{trial}/export.zip", self.export_trial)]

    def export_trial(self, request: Request) -> Response:
        """Give the original export and the result of a trial as one zip."""
        entry = find_entry(self._diary, request)
        result = json.dumps(to_plain(entry.assessment), indent=2, ensure_ascii=False).encode()
        packed = pack({**self._diary.originals(entry.trial), "surefoot-result.json": result})
        return _attach(packed, f"{entry.person}-{entry.when:%Y%m%d-%H%M}-{entry.trial}.zip")


def pack(files: Mapping[str, bytes]) -> bytes:
    """Return files as a zip; the same files give the same bytes."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def _attach(packed: bytes, name: str) -> Response:
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(packed, media_type="application/zip", headers=headers)
