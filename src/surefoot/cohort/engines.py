"""Where the files of a cohort are worked on: in this process, in a pool of processes, on a Dask cluster.

All get the same function, a handful of items at a time, so that a worker stays warm and little is sent; an
answer comes back as soon as it is there, and only a few are under way at once, so that memory stays flat.
"""

import os
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, CancelledError, Executor, Future, wait
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any, Final, TypeVar

from surefoot.errors import EngineError, UsageError, WorkerLostError

Item = TypeVar("Item")
Answer = TypeVar("Answer")

# As many items as take a worker half a second: what is sent costs little beside that.
AT_ONCE: Final = 8
# Chunks under way for each worker: one at work, and one that waits so that it never does.
AHEAD: Final = 2
ANSWERS_S: Final = 20


@dataclass(frozen=True, slots=True)
class Engine:
    """Who does the work: this process (``serial``), `jobs` of this computer (``local``), or ``dask``.

    Without `jobs` there are as many as processors; `scheduler` is the address of a cluster's.
    """

    kind: str = "serial"
    jobs: int | None = None
    scheduler: str = ""

    @property
    def workers(self) -> int:
        """How many processes of this computer work."""
        return self.jobs or os.cpu_count() or 1


def spread(
    work: Callable[[Item], Answer], items: Iterable[Item], engine: Engine
) -> Iterator[tuple[Item, Answer | WorkerLostError]]:
    """Yield each item with what `work` answers, as it is done.

    What was with a worker that died is tried again, each item alone; one that takes its worker with it
    again has a WorkerLostError for an answer, and stops no other. Raises EngineError where nobody can work
    or the cluster goes away, UsageError where Dask is not installed.
    """
    if engine.kind == "serial":
        yield from ((item, work(item)) for item in items)
        return
    chunks, broken = _chunked(items), True
    while broken:
        lost: list[Item] = []
        with _opened(engine) as (pool, workers):
            broken = yield from _flow(pool, workers, work, chunks, lost)
        yield from _alone(work, lost, engine)


def _flow(
    pool: Executor,
    workers: int,
    work: Callable[[Item], Answer],
    chunks: Iterator[tuple[Item, ...]],
    lost: list[Item],
) -> Generator[tuple[Item, Answer], None, bool]:
    """Yield answers while the pool lives; tell whether it broke, and add to `lost` what went with it."""
    under_way: dict[Future[list[Answer]], tuple[Item, ...]] = {}
    is_broken = False
    while True:
        while not is_broken and len(under_way) < AHEAD * workers and (chunk := next(chunks, None)):
            try:
                under_way[pool.submit(_each, work, chunk)] = chunk
            except BrokenExecutor:
                is_broken = True
                lost += chunk
        if not under_way:
            return is_broken
        for done in wait(under_way, return_when=FIRST_COMPLETED).done:
            chunk = under_way.pop(done)
            try:
                answers = done.result()
            except Exception as reason:
                if not _is_death(reason):
                    raise
                is_broken = is_broken or isinstance(reason, BrokenExecutor)
                lost += chunk
            else:
                yield from zip(chunk, answers, strict=True)


def _chunked(items: Iterable[Item]) -> Iterator[tuple[Item, ...]]:
    left = iter(items)
    while chunk := tuple(islice(left, AT_ONCE)):
        yield chunk


def _each(work: Callable[[Item], Answer], items: Sequence[Item]) -> list[Answer]:
    return [work(item) for item in items]


def _alone(
    work: Callable[[Item], Answer], items: Sequence[Item], engine: Engine
) -> Iterator[tuple[Item, Answer | WorkerLostError]]:
    """Yield the answer to each item, given to a worker by itself, so that a death has one name."""
    waiting = deque(items)
    while waiting:
        with _opened(replace(engine, jobs=1)) as (pool, _):
            is_alive = True
            while waiting and is_alive:
                item = waiting.popleft()
                try:
                    (answer,) = pool.submit(_each, work, (item,)).result()
                except Exception as reason:
                    if not _is_death(reason):
                        raise
                    is_alive = False
                    yield item, _lost()
                else:
                    yield item, answer


def _is_death(reason: Exception) -> bool:
    """Tell whether it was a worker that died; Dask is asked for by name, as it may not be installed."""
    return isinstance(reason, BrokenExecutor) or type(reason).__name__ == "KilledWorker"


def _lost() -> WorkerLostError:
    return WorkerLostError(
        "The process that worked on this file died.",
        found="it ended without an answer, twice, the second time with this file alone",
        expected="a file that fits into memory and stops no reader",
        do="Look at the file with `surefoot inspect`; the next run tries it again.",
    )


@contextmanager
def _opened(engine: Engine) -> Iterator[tuple[Executor, int]]:
    """Yield who works, and how many they are; what nobody has begun is dropped at the end."""
    with _local(engine.workers) if engine.kind == "local" else _cluster(engine) as opened:
        yield opened


@contextmanager
def _local(jobs: int) -> Iterator[tuple[Executor, int]]:
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    # Threads of this process must not be copied half-way: workers start anew, as they do everywhere else.
    pool = ProcessPoolExecutor(jobs, get_context("spawn"))
    try:
        yield pool, jobs
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


@contextmanager
def _cluster(engine: Engine) -> Iterator[tuple[Executor, int]]:
    """Yield the executor of a Dask cluster: the one at `scheduler`, else one of this computer."""
    try:
        import distributed
    except ImportError as error:
        raise UsageError(
            "Dask is not installed.",
            found=f"no module {error.name}",
            expected="dask[distributed], here and on all workers",
            do="pip install 'surefoot[cluster]'; or leave it to the processors of this computer "
            "with the engine local.",
        ) from None
    # A chunk whose worker died is taken apart here, not tried thrice as a whole.
    import dask

    settings = {
        "distributed.scheduler.allowed-failures": 0,
        "distributed.admin.tick.limit": "60s",
        # Samples of what a worker does, a hundred a second, cost a fifth of its time.
        "distributed.worker.profile.enabled": False,
    }
    own: dict[str, Any] = {"n_workers": engine.workers, "threads_per_worker": 1, "dashboard_address": ":0"}
    where: dict[str, Any] = {"address": engine.scheduler} if engine.scheduler else own
    with dask.config.set(settings):
        try:
            client = distributed.Client(**where, timeout=ANSWERS_S, set_as_default=False)
        except (OSError, TimeoutError, ValueError) as error:
            raise _no_cluster(engine.scheduler, str(error)) from error
        with client:
            try:
                yield client.get_executor(pure=False), max(1, len(client.nthreads()))
            except (CancelledError, distributed.CancelledError, distributed.comm.CommClosedError) as error:
                raise _no_cluster(engine.scheduler, "it went away while there was work") from error


def _no_cluster(scheduler: str, found: str) -> EngineError:
    return EngineError(
        "The cluster does not answer.",
        found=f"{scheduler or 'a cluster of this computer'}: {found}"[:300],
        expected="a Dask scheduler that can be reached, such as tcp://10.0.0.5:8786",
        do="Start it, or name another one. What is done is kept: the same command goes on from there.",
    )
