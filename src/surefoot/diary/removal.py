"""Removing folders of the diary from disk: never by way of a link, and never half in sight of a validator."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from shutil import rmtree

from surefoot.diary.files import make_folder
from surefoot.diary.layout import DELETING, locate, stays_inside
from surefoot.errors import DiaryError


def check_removable(root: Path, folders: Iterable[str]) -> None:
    """Raise DiaryError where one of `folders` is or holds a link: it is not the diary's to remove."""
    for folder in folders:
        path = locate(root, folder)
        for place in (path, *_all_below(path)):
            if place.is_symlink() or not stays_inside(root, place):
                raise DiaryError(
                    "There is a link in what is to be deleted.",
                    found=str(place),
                    expected="files and folders of the diary itself",
                    do="Take the link out, or put what it leads to in its place. Nothing was deleted.",
                )


def _all_below(path: Path) -> Iterable[Path]:
    for folder, names, files in os.walk(path, followlinks=False):
        for name in (*names, *files):
            yield Path(folder, name)


def remove_folder(root: Path, folder: str) -> None:
    """Remove a folder and all in it. Call `check_removable` first."""
    path = locate(root, folder)
    if path.exists():
        rmtree(path)


def take_away(root: Path, folder: str) -> None:
    """Remove a folder at one stroke: out of sight first, so that a stop leaves no half of it."""
    path = locate(root, folder)
    if not path.exists():
        return
    hidden = locate(root, f"{DELETING}/{folder.replace('/', '-')}")
    remove_folder(root, f"{DELETING}/{hidden.name}")
    make_folder(hidden.parent)
    path.rename(hidden)
    finish_removal(root)


def finish_removal(root: Path) -> None:
    """Remove what an interrupted command had begun to delete."""
    if locate(root, DELETING).exists():
        check_removable(root, [DELETING])
        remove_folder(root, DELETING)
