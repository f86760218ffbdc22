"""Public frozen types go to another process and back, and are copied, as they were made."""

import copy
import pickle
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

import surefoot
from surefoot.change.sides import Kind, Ratio
from surefoot.model import AXES, Injury, Setup, metric, metric_for_each
from surefoot.simulate import stance

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
WAYS = {
    "pickle": lambda noun: pickle.loads(pickle.dumps(noun)),
    "oldest pickle": lambda noun: pickle.loads(pickle.dumps(noun, protocol=2)),
    "deep copy": copy.deepcopy,
    "copy": copy.copy,
}
reference = {"group": "acceleration", "reference": "own"}


@metric("Made here", **reference)
def made_here_mps2(trial):
    """Made here."""
    return float(np.std(trial.ap_mps2))


@metric_for_each(AXES, "made_here_{}_deg", lambda _, words: metric(f"Made here {words}", **reference))
def made_for_each(trial, axis):
    """Made here {words}."""
    return float(np.std(getattr(trial, f"tilt_{axis}_deg")))


def nouns():
    """Return one of each public frozen type at least, most of them from the pipe itself."""
    injured = Injury("left", date(2026, 2, 1))
    recording = stance(1)[0]
    trials, results = [], []
    for day in range(3):
        setup = Setup(leg="left", sensor_height_m=1.0, when=NOON + timedelta(days=day))
        trials.append(surefoot.prepare(recording, setup))
        results.append(surefoot.assess(trials[-1]))
    event = surefoot.Event("touchdown", 3.0, 3.5, "ap", by_hand=True)
    yield from (recording, replace(recording, gyr_radps=None), replace(trials[0], events=(event,)), event)
    yield from (
        results[0],
        results[0].provenance,
        setup,
        surefoot.Sensor(100.0, "g", 1),
        surefoot.trend(results),
    )
    yield from surefoot.compare(results[0], results[-1], results)
    yield from (surefoot.Issue("drift", "warning", "It drifts.", "Tie it."), surefoot.SensorAxes(), injured)
    yield from (surefoot.Person("p01", 1.7, 1970, (injured,)), surefoot.BoardLimits(9, -9, 8, -8, 1, 0))
    yield Ratio(Kind.__args__[0], "path_mps2", "eyes open", ("left", "right"), "left / right")
    yield surefoot.Observation("p01", "1", "1", "eyes open", "path_mps2", 0.3)
    yield surefoot.LogEntry("p01", "heel raises", NOON, sets=3)
    yield from (*surefoot.load_protocols().values(), *surefoot.load_metrics().values())
    yield from (made_here_mps2, *made_for_each, replace(made_here_mps2, compute=len))
    yield surefoot.Diary("somewhere")


NOUNS = list(nouns())


def alike(one, other):
    """Tell whether two values are the same throughout, whether an array may be written to as well."""
    if isinstance(one, np.ndarray):
        return np.array_equal(one, other) and one.flags.writeable == other.flags.writeable
    if is_dataclass(one):
        each = (alike(getattr(one, field.name), getattr(other, field.name)) for field in fields(one))
        return type(one) is type(other) and all(each)
    return type(one) is type(other) and one == other


@pytest.mark.parametrize("way", WAYS)
def test_a_frozen_type_comes_back_as_it_was(way):
    there = [(noun, WAYS[way](noun)) for noun in NOUNS]
    assert not [noun for noun, back in there if not alike(noun, back) or noun != back]


def test_every_public_type_was_tried():
    public = {getattr(surefoot, name) for name in surefoot.__all__}
    nouns = {each for each in public if isinstance(each, type) and not issubclass(each, Exception)}
    assert nouns <= {type(noun) for noun in NOUNS}


def test_another_sample_or_word_makes_another_recording_and_trial():
    recording, _, trial, *_ = NOUNS
    louder = recording.acc_mps2.copy()
    louder[7, 1] += 1e-9
    assert recording != replace(recording, acc_mps2=louder)
    assert recording != replace(recording, gyr_radps=None)
    assert trial != replace(trial, source="another")


def test_a_metric_that_was_changed_is_not_taken_for_its_original():
    other = replace(surefoot.load_metrics()["path_mps2"], label="Another", compute=len)
    assert WAYS["pickle"](other) == other


def test_a_recording_leaves_as_a_frame_and_comes_back():
    recording = NOUNS[0]
    acc, gyr = (
        [f"{name}_{axis}_{unit}" for axis in "xyz"] for name, unit in (("acc", "mps2"), ("gyr", "radps"))
    )
    table = recording.frame()
    again = surefoot.Recording.from_frame(table, time="time_s", acc=acc, gyr=gyr)
    for name in ("time_s", "acc_mps2", "gyr_radps"):
        assert np.array_equal(getattr(again, name), getattr(recording, name))
    setup = Setup(leg="left")
    one, other = (surefoot.assess(surefoot.prepare(each, setup)) for each in (recording, again))
    assert one.values == other.values
    told = table.reset_index()
    told["clock"] = NOON + np.array([timedelta(seconds=each) for each in told["time_s"]])
    told[acc] /= 9.80665
    told[gyr] = np.degrees(told[gyr])
    by_clock = surefoot.Recording.from_frame(told, time="clock", acc=acc, gyr=gyr, unit="g", gyr_unit="deg/s")
    assert by_clock.started == NOON
    np.testing.assert_allclose(by_clock.time_s, recording.time_s - recording.time_s[0], atol=1e-6)
    np.testing.assert_allclose(by_clock.acc_mps2, recording.acc_mps2, rtol=1e-12)
    np.testing.assert_allclose(by_clock.gyr_radps, recording.gyr_radps, rtol=1e-12, atol=1e-15)


def test_a_frame_that_does_not_fit_is_refused():
    table = NOUNS[0].frame()
    acc = ["acc_x_mps2", "acc_y_mps2", "acc_z_mps2"]
    with pytest.raises(surefoot.UnknownColumnsError, match="force"):
        surefoot.Recording.from_frame(table, time="time_s", acc=["force", *acc[1:]])
    with pytest.raises(surefoot.UnitError, match="furlong"):
        surefoot.Recording.from_frame(table, time="time_s", acc=acc, unit="furlong")
    table.iloc[5, 0] = np.nan
    with pytest.raises(ValueError, match="not finite"):
        surefoot.Recording.from_frame(table, time="time_s", acc=acc)


def test_a_metric_of_ones_own_stands_beside_the_others():
    trial = NOUNS[2]
    found = surefoot.assess(trial, ["path_rate_mps3", made_here_mps2])
    assert found.values["made_here_mps2"] == made_here_mps2(trial)
    assert found.units["made_here_mps2"] == "m/s²"
    back = surefoot.from_plain(surefoot.to_plain(found))
    assert replace(back, issues=()) == replace(found, issues=())
    assert [each.message for each in back.issues] == [each.message for each in found.issues]
    with pytest.raises(ValueError, match="no assessment"):
        surefoot.from_plain({"values": {}})
