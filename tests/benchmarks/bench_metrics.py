"""What the numbers cost beside other libraries: the same signal, tolerance and scales; 30 s at 100 Hz.

Peers that are not installed are left out (micromotion, antropy, neurokit2, scikit-digital-health, EntropyHub,
some of them GPL: used here to compare, never imported by the package).
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from importlib.util import find_spec
from typing import Any

import numpy as np
from measuring import cpu_ms, in_pairs, table

from surefoot import dsp, simulate
from surefoot.assessment import assess
from surefoot.metrics import load_metrics
from surefoot.model import Floats, Recording, Setup, Trial
from surefoot.preparation import prepare

PAIRS = 15
RATE_HZ = 100.0
SETUP = Setup(leg="left", sensor_height_m=1.0, body_height_m=1.75)
SCALES = range(1, 21)
SAID = """\
One made trial, a window of 30 s at 100 Hz; each peer takes turns with our own way to the same number, given the same signal,
tolerance and scales. Results that differ differ by definition, told beside the name.
"""


@dataclass(frozen=True)
class Entry:
    """One line of the table: who, what it computes, and how; the first of a `task` is ours."""

    task: str
    who: str
    run: Callable[[], Any]


def sample_recording() -> Recording:
    return simulate.stance(1)[0]


def sample_trial() -> Trial:
    """A simulated stance with a window of 30 s."""
    return replace(prepare(sample_recording(), SETUP), window_s=(3.0, 33.0))


def standing_keys(*, multiscale: bool) -> list[str]:
    groups = ("acceleration", "angle", "frequency", "com", "nonlinear")
    named = [key for key, metric in load_metrics().items() if metric.group in groups]
    return [key for key in named if multiscale or "multiscale" not in key]


def full_set(trial: Trial, pair: Floats, *, multiscale: bool) -> int:
    """Compute every standing metric, and sample entropy (and more scales) at 100 Hz too, as the peers do."""
    # A new trial each time, or the filtered signals of the last one would be remembered.
    values: list[Any] = list(assess(replace(trial), standing_keys(multiscale=multiscale)).values)
    for axis in pair.T:
        tolerance = 0.2 * axis.std()
        if multiscale:
            values += list(dsp.multiscale_entropy(axis, tolerance, SCALES))
        else:
            values.append(dsp.sample_entropy(axis, tolerance))
    return len(values)


def own(trial: Trial, recording: Recording, pair: Floats, scales: list[int]) -> Iterator[Entry]:
    x = pair[:, 0]
    tolerance = 0.2 * x.std()
    yield Entry(
        "recording to default numbers", "surefoot", lambda: len(assess(prepare(recording, SETUP)).values)
    )
    yield Entry("full set, without multiscale", "surefoot", lambda: full_set(trial, pair, multiscale=False))
    yield Entry("full set, with multiscale", "surefoot", lambda: full_set(trial, pair, multiscale=True))
    yield Entry("sample entropy", "surefoot", lambda: dsp.sample_entropy(x, tolerance))
    yield Entry(
        "multiscale entropy, 20 scales",
        "surefoot",
        lambda: dsp.multiscale_entropy(x, tolerance, SCALES).sum(),
    )
    yield Entry("detrended fluctuation", "surefoot", lambda: dsp.detrended_fluctuation(x, scales)[0])


def micromotion_entries(pair: Floats, scales: list[int]) -> Iterator[Entry]:
    from micromotion import balance, dynamics

    x, planar = pair[:, 0], pair[:, ::-1]

    def all_of_it() -> int:
        values = list(balance.cop_sway_metrics(planar, fs=RATE_HZ))
        values.append(balance.convex_hull_area(planar))
        values += list(balance.stabilogram_diffusion(planar, RATE_HZ))
        for axis in pair.T:
            values += [dynamics.dfa(axis, smin=16, nsc=20), dynamics.sampen(axis, m=2, r=0.2 * axis.std())]
            values += list(balance.spectral_edges(axis, RATE_HZ))
        return len(values)

    yield Entry("full set, without multiscale", "micromotion", all_of_it)
    yield Entry("sample entropy", "micromotion", lambda: dynamics.sampen(x, m=2, r=0.2 * x.std()))
    yield Entry(
        "detrended fluctuation", "micromotion", lambda: dynamics.dfa(x, smin=scales[0], nsc=20)["alpha"]
    )


def antropy_entries(pair: Floats, scales: list[int]) -> Iterator[Entry]:
    import antropy

    x = pair[:, 0]
    tolerance = 0.2 * x.std()

    def multiscale() -> float:
        blocks = (x[: len(x) // scale * scale].reshape(-1, scale).mean(axis=1) for scale in SCALES)
        return sum(antropy.sample_entropy(block, order=2, tolerance=tolerance) for block in blocks)

    yield Entry("sample entropy", "antropy", lambda: antropy.sample_entropy(x, order=2, tolerance=tolerance))
    yield Entry("multiscale entropy, 20 scales", "antropy, in a loop", multiscale)
    yield Entry("detrended fluctuation", "antropy, its own scales", lambda: antropy.detrended_fluctuation(x))


def neurokit2_entries(pair: Floats, scales: list[int]) -> Iterator[Entry]:
    import neurokit2

    x = pair[:, 0]
    tolerance = 0.2 * x.std()
    yield Entry(
        "sample entropy",
        "neurokit2",
        lambda: neurokit2.entropy_sample(x, dimension=2, tolerance=tolerance)[0],
    )
    yield Entry(
        "multiscale entropy, 20 scales",
        "neurokit2",
        lambda: sum(neurokit2.entropy_multiscale(x, scale=20, dimension=2, tolerance=tolerance)[1]["Value"]),
    )
    yield Entry(
        "detrended fluctuation",
        "neurokit2",
        lambda: neurokit2.fractal_dfa(x, scale=np.array(scales), overlap=False, order=1)[0],
    )


def skdh_entries(pair: Floats, scales: list[int]) -> Iterator[Entry]:
    from skdh.features import SampleEntropy

    x = pair[:, 0]
    # Its m counts the longer stretch, so that 3 is everybody else's 2.
    entropy = SampleEntropy(m=3, r=0.2 * x.std())
    yield Entry("sample entropy", "scikit-digital-health", lambda: float(np.ravel(entropy.compute(x))[0]))


def entropyhub_entries(pair: Floats, scales: list[int]) -> Iterator[Entry]:
    from EntropyHub import SampEn

    x = pair[:, 0]
    tolerance = 0.2 * x.std()
    yield Entry("sample entropy", "EntropyHub", lambda: SampEn(x, m=2, r=tolerance)[0][-1])


PEERS = {
    "micromotion": micromotion_entries,
    "antropy": antropy_entries,
    "neurokit2": neurokit2_entries,
    "skdh": skdh_entries,
    "EntropyHub": entropyhub_entries,
}


def entries() -> Iterator[Entry]:
    trial, recording = sample_trial(), sample_recording()
    stretch = np.column_stack([trial.ap_mps2, trial.ml_mps2])[trial.samples(trial.window_s)]
    # Column by column in memory: antropy takes nothing else.
    pair = np.asfortranarray(dsp.low_pass(stretch - stretch.mean(axis=0), RATE_HZ, 10.0))
    scales = np.unique(np.round(np.geomspace(16, len(pair) // 4, 20)).astype(int)).tolist()
    yield from own(trial, recording, pair, scales)
    for name, make in PEERS.items():
        if find_spec(name) is None:
            sys.stdout.write(f"{name} is not installed: left out\n")
        else:
            yield from make(pair, scales)


def report() -> str:
    """Return the part of the page: each peer in turn with our own way to the same number."""
    warnings.simplefilter("ignore")
    tasks: dict[str, list[Entry]] = {}
    for entry in entries():
        tasks.setdefault(entry.task, []).append(entry)
    rows = [row for each in tasks.values() for row in _compared(each)]
    return f"{SAID}\n{table(('task', 'who', 'costs', 'times ours', 'result'), rows)}"


def _compared(entries: list[Entry]) -> Iterator[tuple[str, ...]]:
    own, *peers = entries
    found = in_pairs(partial(cpu_ms, own.run), partial(cpu_ms, own.run), PAIRS)
    yield own.task, own.who, f"{found.first_ms:.2f} ms", "", _shown(own.run())
    for peer in peers:
        found = in_pairs(partial(cpu_ms, peer.run), partial(cpu_ms, own.run), PAIRS)
        yield peer.task, peer.who, f"{found.first_ms:.2f} ms", f"{found.ratio:.1f}", _shown(peer.run())


def _shown(result: Any) -> str:
    return f"{result} values" if isinstance(result, int) else f"{float(result):.6f}"
