"""Spoilt exports are read or refused, never anything else; ``fuzz.py`` runs more of them."""

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import numpy as np
import pytest

spec = spec_from_file_location("fuzz", Path(__file__).with_name("fuzz.py"))
fuzz = module_from_spec(spec)
spec.loader.exec_module(fuzz)


@pytest.mark.slow
@pytest.mark.filterwarnings("error")
def test_five_thousand_spoilt_exports_are_read_or_refused():
    ends, faults = fuzz.run(5_000, seed=1)
    assert faults == []
    assert ends["read"] > 500
    assert len(ends) >= 5


@pytest.mark.parametrize(("seed", "case"), [(20261122, 72546)])
def test_what_was_found_among_many_more_stays_mended(seed, case):
    """Quiet stretches at one and at four times gravity, of which scaling changed which is the quietest.

    Whether it is refused or read, nothing is read that does not hold gravity: `try_case` sees to that.
    """
    whole = fuzz.fixtures()
    name = sorted(whole)[case % len(whole)]
    assert fuzz.try_case(fuzz.spoil(whole[name], np.random.default_rng([seed, case]))) in {
        "not_gravity",
        "read",
    }
