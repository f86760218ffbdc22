"""The log of a Bluetooth link: a file, named where a link fails, and lines on stderr with --verbose."""

import logging
import platform
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from surefoot._version import __version__
from surefoot.errors import LinkError
from surefoot.settings import config_folder

FILE: Final = "bluetooth.log"
OURS: Final = logging.getLogger("surefoot.live.ble")
FORMAT: Final = logging.Formatter("%(asctime)s %(name)s %(message)s")


@contextmanager
def link_log(*, verbose: bool) -> Iterator[None]:
    """Write what the link does and what the host answers to a file, begun anew each time.

    Where the link fails the error names the file. With `verbose` all of it, and what bleak does, is on stderr
    too. A folder that takes no file stops nothing.
    """
    handlers = _handlers(verbose=verbose)
    logs = (OURS, logging.getLogger("bleak"))
    levels = [log.level for log in logs]
    for log, level in zip(logs, (logging.DEBUG, logging.DEBUG if verbose else logging.WARNING), strict=True):
        log.setLevel(level)
        for handler in handlers:
            log.addHandler(handler)
    try:
        OURS.info("Surefoot %s, Python %s, %s", __version__, platform.python_version(), platform.platform())
        yield
    except LinkError as error:
        written = [handler for handler in handlers if isinstance(handler, logging.FileHandler)]
        error.do += "".join(f" What happened in full: {handler.baseFilename}." for handler in written)
        raise
    finally:
        for log, level in zip(logs, levels, strict=True):
            log.setLevel(level)
            for handler in handlers:
                log.removeHandler(handler)
        for handler in handlers:
            handler.close()


def _handlers(*, verbose: bool) -> list[logging.Handler]:
    handlers: list[logging.Handler] = [logging.StreamHandler(sys.stderr)] if verbose else []
    try:
        config_folder().mkdir(parents=True, exist_ok=True, mode=0o700)
        handlers.append(logging.FileHandler(config_folder() / FILE, "w", encoding="utf-8"))
    except OSError:
        pass
    for handler in handlers:
        handler.setFormatter(FORMAT)
    return handlers
