"""The command line: parse, call, print. The only place that prints."""

import gc
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from typing import Any, TextIO, cast

INTERRUPTED = 130
STOPPED = "Stopped; nothing more was done."


def main(arguments: list[str] | None = None) -> None:
    """Run ``surefoot`` and leave with its exit code.

    0 fine; 2 a refusal or wrong usage, in four parts; 3 less steady under ``--check``; 130 stopped with
    Ctrl+C. Anything else is a bug and keeps its traceback.
    """
    # A command that ends soon frees everything then; collecting while scipy is imported only costs time.
    gc.disable()
    if isinstance(sys.stdout, TextIOWrapper):
        # Not every system can write − or ⁴ to a file; escaped, both text and JSON can still be read.
        sys.stdout.reconfigure(errors="backslashreplace")
        sys.stdout = cast("TextIO", _Patient(sys.stdout))
    try:
        code = _run(sys.argv[1:] if arguments is None else arguments)
    except KeyboardInterrupt:
        code = INTERRUPTED
    sys.stdout.flush()
    if code == INTERRUPTED:
        print(STOPPED, file=sys.stderr)
    sys.exit(code)


class _Patient:
    """An output that goes on when nobody reads it any more: ``| head`` changes no exit code."""

    def __init__(self, stream: TextIOWrapper) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        """Write, or pass over what nobody reads."""
        with self._unread():
            self._stream.write(text)
        return len(text)

    def flush(self) -> None:
        """Flush, or pass over what nobody reads."""
        with self._unread():
            self._stream.flush()

    @contextmanager
    def _unread(self) -> Iterator[None]:
        try:
            yield
        except BrokenPipeError:
            # What is still in the buffer goes the same way, at the end of Python too.
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self._stream.fileno())
            os.close(nowhere)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def _run(words: list[str]) -> int:
    from typer import Abort, TyperException
    from typer.main import get_command

    from surefoot.cli.app import app
    from surefoot.cli.errors import explain_denial, explain_misuse
    from surefoot.cli.output import print_error
    from surefoot.errors import SurefootError

    as_json = "--json" in words
    try:
        code = get_command(app).main(args=words, prog_name="surefoot", standalone_mode=False)
    except SurefootError as error:
        print_error(error, as_json=as_json)
        return 2
    except TyperException as misuse:
        print_error(explain_misuse(misuse.format_message(), words), as_json=as_json)
        return 2
    except Abort as stop:
        # A question ends like this for Ctrl+C, and for an answer that is no.
        if isinstance(stop.__context__, KeyboardInterrupt):
            raise stop.__context__ from None
        print(STOPPED, file=sys.stderr)
        return 2
    except SystemExit:
        # The parser leaves like this where whoever read our output has seen enough.
        return 0
    except OSError as error:
        denial = explain_denial(error)
        if denial is None:
            raise
        print_error(denial, as_json=as_json)
        return 2
    return code if isinstance(code, int) else 0
