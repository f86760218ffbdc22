"""What every protocol keeps to."""

import pytest

from motion import standing
from surefoot.metrics import load_metrics
from surefoot.model import Setup
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


def test_only_one_leg_with_eyes_closed_has_the_short_window():
    protocol = PROTOCOLS["single-leg"]
    assert window_length(protocol, Setup(leg="left", eyes="closed")) == 10.0
    assert window_length(protocol, Setup(leg="left", eyes="open")) == 24.0
    assert window_length(PROTOCOLS["two-legs"], Setup(leg="both", eyes="closed")) == 24.0


def test_the_pipe_runs_through_the_standing_protocols():
    from surefoot.assessment import assess
    from surefoot.preparation import prepare

    for test, leg in (("single-leg", "left"), ("two-legs", "both"), ("tandem", "right")):
        assessment = assess(prepare(standing(1), Setup(test=test, leg=leg)))
        assert assessment.primary == PROTOCOLS[test].primary
