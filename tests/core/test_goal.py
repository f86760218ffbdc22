"""The way to the other leg: its share and its interval against simulation."""

import math
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from surefoot.change.goal import HALF_WIDTH, way_to_other_leg
from surefoot.change.trends import trend
from surefoot.model import Assessment, OtherLeg, Provenance, Setup

START = datetime(2026, 3, 3, 8, 30, tzinfo=UTC)
ORIGIN = Provenance("0", 1, "t", "0" * 64, "", 100.0, 36.0, (3.0, 35.0), (15.0, 35.0), {})


def followed():
    """Return a trend of two made sessions, a shell for periods and changes that are set below."""
    values = {"path_rate_mps3": 0.4}
    setups = [Setup(leg="right", when=START + timedelta(days=day)) for day in (0, 3)]
    return trend(
        [Assessment(each, "single-leg", "path_rate_mps3", values, (), (), ORIGIN) for each in setups]
    )


def told(change, sd, ratio, before=6, lately=6):
    """Return a trend that gained `change` (ln), known to `sd`, now at `ratio` times the other leg."""
    interval = tuple(100 * math.expm1(change + side * 1.96 * sd) for side in (-1, 1))
    return replace(
        followed(),
        verdict="steadier",
        before=(0, before - 1),
        lately=(before, before + lately - 1),
        change_pct=100 * math.expm1(change),
        change_interval_pct=interval,
        other_leg=OtherLeg("left", "less", ratio_before=ratio * math.exp(-change), ratio_lately=ratio),
    )


def test_half_of_the_way_is_half_of_the_logarithm():
    assert way_to_other_leg(told(-0.5, 0.01, math.exp(0.5))) == pytest.approx(0.5)
    assert way_to_other_leg(told(-0.6, 0.01, 1.0)) == pytest.approx(1.0)


def test_beyond_the_other_leg_is_more_than_the_whole_way():
    assert way_to_other_leg(told(-0.6, 0.01, math.exp(-0.1))) == pytest.approx(1.2)


def test_a_way_that_is_not_known_well_is_not_told():
    assert way_to_other_leg(told(-0.5, 0.25, math.exp(0.5))) is None
    assert way_to_other_leg(replace(told(-0.5, 0.01, 1.5), verdict="no real change")) is None
    assert way_to_other_leg(replace(told(-0.5, 0.01, 1.5), other_leg=None)) is None


@pytest.mark.parametrize(("before", "lately", "noise"), [(4, 4, 0.12), (8, 4, 0.12), (6, 10, 0.2)])
def test_the_interval_is_that_of_sessions_drawn_anew(before, lately, noise):
    generator = np.random.default_rng(7)
    own_before = 1.0 + noise * generator.standard_normal((20_000, before)).mean(axis=1)
    own_lately = 0.4 + noise * generator.standard_normal((20_000, lately)).mean(axis=1)
    other = 0.1 + noise * generator.standard_normal((20_000, lately)).mean(axis=1)
    spread = np.std((own_before - own_lately) / (own_before - other))
    sd = noise * math.sqrt(1 / before + 1 / lately)
    known = way_to_other_leg(told(-0.6, sd, math.exp(0.3), before, lately)) is not None
    assert known == (1.96 * spread <= HALF_WIDTH)
