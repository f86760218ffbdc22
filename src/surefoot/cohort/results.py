"""The table of a run: one row a trial, written as it is read, so that it may be as long as it wants."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from surefoot.cohort.tables import RESULTS, result_rows
from surefoot.errors import OutputError, UsageError
from surefoot.frames import BOM, arrow_table, describe_columns, tabulate, to_csv
from surefoot.metrics import load_metrics
from surefoot.plotting import check_free

if TYPE_CHECKING:
    from pandas import DataFrame

    from surefoot.cohort.study import Study

KINDS: Final = (".csv", ".parquet")
# Rows in memory at once.
AT_ONCE: Final = 500


def check_output(path: Path, *, force: bool) -> None:
    """Raise UsageError for a name of no known kind, OutputError for a file of somebody else's."""
    if path.suffix.lower() not in KINDS:
        raise UsageError(
            "This kind of table cannot be written.",
            found=path.suffix or "no ending",
            expected=f"a name that ends in {' or '.join(KINDS)}",
            do="Give it a name such as results.parquet.",
        )
    check_free(path, f"{BOM}{','.join(RESULTS)}".encode(), force=force)


def write_results(path: Path, studies: Callable[[], Iterable[Study]]) -> int:
    """Write what all files gave, a row a trial, and return how many rows there are.

    `studies` is gone through twice: once for the columns, once for the rows. Beside the table lies its
    dictionary. Raises OutputError where that is not possible.
    """
    columns = _columns(studies())
    chunks = _chunks((row for study in studies() for row in result_rows(study)), columns)
    unfinished = path.with_name(f"{path.name}.part")
    write = _write_csv if path.suffix.lower() == ".csv" else _write_parquet
    try:
        rows = write(unfinished, chunks, columns)
        unfinished.replace(path)
        words = describe_columns({path.name: tabulate([], columns)})
        path.with_suffix(".dictionary.csv").write_bytes(to_csv(words))
    except OSError as error:
        raise OutputError(
            "The table cannot be written.",
            found=f"{path}: {error.strerror or error}",
            expected="room on the disk, and a folder that may be written to",
            do="Put that right and give the same command again: the answers are kept.",
        ) from error
    finally:
        unfinished.unlink(missing_ok=True)
    return rows


def _columns(studies: Iterable[Study]) -> tuple[str, ...]:
    """Return the columns of the table: those of all trials, what a table of conditions carries, metrics."""
    carried: dict[str, None] = {}
    metrics: dict[str, None] = {}
    for study in studies:
        for trial in study.trials:
            carried |= dict.fromkeys(trial.row.carried)
            metrics |= dict.fromkeys(trial.assessment.values)
    return (*RESULTS, *carried, *(key for key in load_metrics() if key in metrics))


def _chunks(rows: Iterator[dict[str, Any]], columns: Sequence[str]) -> Iterator[DataFrame]:
    while some := list(islice(rows, AT_ONCE)):
        yield tabulate(some, columns)


def _write_csv(path: Path, chunks: Iterable[DataFrame], columns: Sequence[str]) -> int:
    rows = 0
    with path.open("wb") as file:
        file.write(to_csv(tabulate([], columns)))
        for chunk in chunks:
            file.write(to_csv(chunk, header=False))
            rows += len(chunk)
    return rows


def _write_parquet(path: Path, chunks: Iterable[DataFrame], columns: Sequence[str]) -> int:
    empty = arrow_table(tabulate([], columns))
    from pyarrow.parquet import ParquetWriter

    rows = 0
    with ParquetWriter(path, empty.schema) as writer:
        for chunk in chunks:
            writer.write_table(arrow_table(chunk))
            rows += len(chunk)
    return rows
