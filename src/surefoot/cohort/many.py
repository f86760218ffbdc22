"""Many recordings from Python, by the engines of ``surefoot batch``."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import repeat

from surefoot.assessment import assess
from surefoot.cohort.engines import Engine, spread
from surefoot.errors import SurefootError, UsageError
from surefoot.model import Assessment, Metric, Recording, Setup
from surefoot.preparation import prepare

ENGINES = ("serial", "local", "dask")


def assess_many(
    recordings: Iterable[Recording],
    setups: Setup | Iterable[Setup],
    keys: Sequence[str | Metric] | None = None,
    *,
    engine: str = "serial",
    jobs: int | None = None,
    scheduler: str = "",
) -> list[Assessment | SurefootError]:
    """Return what `assess` gives for each recording, in their order; a refusal stands where it happened.

    `setups` is one for all, or one for each. The `engine` is this process (``serial``), `jobs` processes of
    this computer (``local``), or a Dask cluster at `scheduler` (``dask``): the numbers are the same. A script
    that is not interactive guards its beginning with ``if __name__ == "__main__":`` for all but the first.
    Raises UsageError for another engine, ValueError where there are not as many setups as recordings,
    EngineError where a cluster goes away.
    """
    if engine not in ENGINES:
        raise UsageError(
            "This engine is not known.",
            found=repr(engine),
            expected=f"one of {', '.join(ENGINES)}",
            do="Leave it out to work in this process.",
        )
    paired = _paired(recordings, setups)
    work = _Assess(None if keys is None else tuple(keys))
    answers = {
        number: answer for (number, _, _), answer in spread(work, paired, Engine(engine, jobs, scheduler))
    }
    return [answers[number] for number in sorted(answers)]


def _paired(
    recordings: Iterable[Recording], setups: Setup | Iterable[Setup]
) -> Iterator[tuple[int, Recording, Setup]]:
    if isinstance(setups, Setup):
        pairs = zip(recordings, repeat(setups), strict=False)
    else:
        pairs = zip(recordings, setups, strict=True)
    return ((number, recording, setup) for number, (recording, setup) in enumerate(pairs))


@dataclass(frozen=True, slots=True)
class _Assess:
    keys: tuple[str | Metric, ...] | None

    def __call__(self, item: tuple[int, Recording, Setup]) -> Assessment | SurefootError:
        _, recording, setup = item
        try:
            return assess(prepare(recording, setup), self.keys)
        except SurefootError as error:
            return error
