"""Work goes to this process, to a pool, to a cluster: the same answers, and a death costs one item."""

import signal

import pytest

from surefoot.cohort.engines import Engine, spread
from surefoot.errors import EngineError, UsageError, WorkerLostError


def test_this_process_takes_one_item_after_the_other():
    """Nothing is asked for before it is wanted: a cohort need not fit into memory."""
    asked = []
    answers = spread(abs, (asked.append(n) or -n for n in range(1000)), Engine())
    assert next(answers) == (0, 0)
    assert next(answers) == (-1, 1)
    assert asked == [0, 1]


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["local", "dask"])
def test_an_item_that_kills_its_worker_is_named_and_costs_no_other(kind):
    """It lies among others in its chunk; they are answered. Signal 0 is none."""
    if kind == "dask":
        pytest.importorskip("distributed", reason="the extra cluster is not installed")
    deadly = int(signal.SIGKILL)
    items = [*[0] * 20, deadly, *[0] * 20]
    answers = list(spread(signal.raise_signal, items, Engine(kind, jobs=2)))
    assert sorted(item for item, _ in answers) == sorted(items)
    assert [answer for item, answer in answers if item == 0] == [None] * 40
    ((_, lost),) = [each for each in answers if each[0] == deadly]
    assert isinstance(lost, WorkerLostError)


def test_a_cluster_that_is_not_there_is_said(monkeypatch):
    pytest.importorskip("distributed", reason="the extra cluster is not installed")
    monkeypatch.setattr("surefoot.cohort.engines.ANSWERS_S", 1)
    with pytest.raises(EngineError, match=r"tcp://127\.0\.0\.1:9"):
        list(spread(abs, [1], Engine("dask", scheduler="tcp://127.0.0.1:9")))


def test_without_dask_its_install_line_is_told(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "distributed", None)
    with pytest.raises(UsageError, match=r"pip install 'surefoot\[cluster\]'"):
        list(spread(abs, [1], Engine("dask")))
