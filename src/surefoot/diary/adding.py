"""From the files of an export to a trial in the diary, for programs that add one by itself."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from surefoot import sources
from surefoot.assessment import assess
from surefoot.preparation import prepare

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from surefoot.diary import Diary
    from surefoot.model import Setup


def add_recordings(diary: Diary, path: Path | str, setup: Setup) -> Iterator[str]:
    """Assess each recording in a file or folder, add it with what is kept of its export, and yield its id."""
    for export in sources.collect(path):
        for recording in sources.parse(export.files):
            dated = replace(setup, when=setup.when or recording.started)
            assessment = assess(prepare(recording, dated))
            originals = sources.keep_originals(export.files, recording.source)
            yield diary.add(replace(recording, dropped_columns=()), assessment, originals.files)
