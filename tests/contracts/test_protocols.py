"""What every protocol keeps to."""

from dataclasses import replace

import pytest

from motion import body_trial, noise, standing
from surefoot import assessment, preparation
from surefoot.metrics import load_metrics
from surefoot.model import SensorAxes, Setup
from surefoot.protocols import load_protocols, window_length

PROTOCOLS = load_protocols()


@pytest.mark.parametrize("protocol", PROTOCOLS.values(), ids=PROTOCOLS)
class TestProtocol:
    def test_its_metrics_exist(self, protocol):
        known = load_metrics()
        groups = {metric.group for metric in known.values()}
        assert set(protocol.metric_groups) <= groups
        assert {protocol.primary, *protocol.stand_ins} <= set(known)

    def test_its_primary_metric_is_computed_and_has_a_better_direction(self, protocol):
        metric = load_metrics()[protocol.primary]
        assert metric.group in protocol.metric_groups
        assert metric.better != "neither"
        assert protocol.kind in metric.kinds
        assert metric.min_duration_s <= protocol.window_s

    def test_it_speaks_to_the_person(self, protocol):
        for text in (
            protocol.title,
            protocol.task,
            protocol.start_text,
            protocol.stop_text,
            protocol.safety_text,
        ):
            assert text.endswith(".") or text == protocol.title
            assert len(text) > 5

    def test_its_window_fits_between_settling_and_the_end(self, protocol):
        assert protocol.window_s <= protocol.hold_s - protocol.settle_s
        assert all(length < protocol.window_s for length in protocol.short_window_s.values())

    def test_its_kind_has_its_way_to_a_trial(self, protocol):
        assert protocol.kind in preparation.KINDS


def test_another_kind_of_test_finds_its_own_preparation_and_its_own_metrics(monkeypatch):
    groups = (*PROTOCOLS["single-leg"].metric_groups, "com")
    heel = replace(
        PROTOCOLS["single-leg"], key="heel", kind="raises", metric_groups=groups, primary="rms_v_mps2"
    )
    steps = replace(load_metrics()["rms_v_mps2"], kinds=("raises",))
    told = []

    def count(recording, protocol, setup, axes, by_hand, noise_floor_mps2):
        told.append((recording, protocol.key, setup.test, axes, by_hand, noise_floor_mps2))
        return body_trial(noise(1), noise(2), v=noise(3), setup=setup, protocol=protocol)

    monkeypatch.setattr("surefoot.protocols.load_protocols", lambda: {**PROTOCOLS, "heel": heel})
    monkeypatch.setattr(assessment, "load_metrics", lambda: {**load_metrics(), steps.key: steps})
    monkeypatch.setitem(preparation.KINDS, "raises", count)
    recording = standing(1)
    trial = preparation.prepare(recording, Setup(test="heel", leg="left"))
    assert told == [(recording, "heel", "heel", SensorAxes(), (), None)]
    assert assessment.assess(trial).values.keys() == {steps.key}
    (left_out,) = assessment.assess(trial, ["rms_ml_mps2"]).issues
    assert "another kind of test" in left_out.what


def test_only_one_leg_with_eyes_closed_has_the_short_window():
    protocol = PROTOCOLS["single-leg"]
    assert window_length(protocol, Setup(leg="left", eyes="closed")) == 10.0
    assert window_length(protocol, Setup(leg="left", eyes="open")) == 24.0
    assert window_length(PROTOCOLS["two-legs"], Setup(leg="both", eyes="closed")) == 24.0


def test_the_pipe_runs_through_the_standing_protocols():
    for test, leg in (("single-leg", "left"), ("two-legs", "both"), ("tandem", "right")):
        found = assessment.assess(preparation.prepare(standing(1), Setup(test=test, leg=leg)))
        assert found.primary == PROTOCOLS[test].primary
