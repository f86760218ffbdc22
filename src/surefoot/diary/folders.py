"""Which folders the diary and its cache are in, and what is said where one cannot be written."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from surefoot.errors import DiaryError


def default_root() -> Path:
    """Return ``$SUREFOOT_DIARY``, else a folder ``Surefoot`` among the platform's documents."""
    if os.environ.get("SUREFOOT_DIARY"):
        return Path(os.environ["SUREFOOT_DIARY"])
    from platformdirs import user_documents_path

    return user_documents_path() / "Surefoot"


def default_cache() -> Path:
    """Return ``$SUREFOOT_CACHE``, else the platform's cache folder."""
    if os.environ.get("SUREFOOT_CACHE"):
        return Path(os.environ["SUREFOOT_CACHE"])
    from platformdirs import user_cache_path

    return user_cache_path("surefoot", appauthor=False)


@contextmanager
def refusal_explained(root: Path) -> Iterator[None]:
    """Turn a refusal of the operating system into a DiaryError."""
    try:
        yield
    except FileNotFoundError:
        raise
    except OSError as error:
        raise DiaryError(
            "The diary cannot be written.",
            found=f"{error.strerror or error} at {error.filename or root}",
            expected="a folder of your own with free space",
            do="Check the folder, or name another one with $SUREFOOT_DIARY.",
        ) from error
