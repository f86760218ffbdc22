"""Rows in = rows used + rows told, whatever the clock does; a new source is tested with no test edited."""

from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clock_faults import KINDS, ROWS, Books, Fault, rising, spoil
from surefoot.errors import SurefootError
from surefoot.sources import discover, parse
from writers import write

books = cache(Books)


@st.composite
def faults(draw):
    start = draw(st.integers(0, ROWS - 2))
    length = draw(st.one_of(st.integers(1, 20), st.integers(1, ROWS)))
    size_s = draw(st.sampled_from([-1, 1])) * 10 ** draw(st.floats(0, 9))
    seed = draw(st.integers(0, 1000))
    return Fault(draw(st.sampled_from(KINDS)), start, min(ROWS, start + length), size_s, seed)


@pytest.mark.parametrize("key", sorted(discover()))
@settings(max_examples=20, deadline=None)
@given(fault=faults())
def test_every_row_is_used_or_told(key, fault):
    account = books(key).account(fault)
    if account is None:
        return
    assert account.unaccounted == 0
    assert not account.silently_wrong
    if account.refused and books(key).has_clock:
        assert any(word in account.refused for word in ("clock", "time", "rows", "too few"))


# What a file with a clock of its own says of each kind at its plainest.
PLAIN = {
    "shuffle": (Fault("shuffle", 100, 120), "out of order"),
    "double": (Fault("double", 100, 150), "there before"),
    "freeze": (Fault("freeze", 100, 120), "share their time"),
    "restart": (Fault("restart", 200, ROWS), "begins anew"),
    "zero": (Fault("zero", 200, 201), "stands apart"),
    "jump": (Fault("jump", 200, 201, 512.0), "stands apart"),
    "jump back": (Fault("jump", 200, ROWS, -1.0), "set back"),
}


@pytest.mark.parametrize("kind", PLAIN)
def test_the_true_cause_is_named(kind):
    fault, words = PLAIN[kind]
    try:
        (read,) = parse(write("generic_csv", spoil(rising(), fault)))
        said = " ".join(issue.what for issue in read.issues)
    except SurefootError as error:
        said = str(error)
    assert words in said
