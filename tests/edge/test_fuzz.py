"""Spoilt exports are read or refused, never anything else; ``fuzz.py`` runs more of them."""

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

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
