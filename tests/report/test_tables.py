"""Every picture has a table that holds its numbers."""

from datetime import UTC, date, datetime

import pytest

import surefoot
from made_report import LABELS, assessment, trend, trial
from surefoot.change.sides import compare_sides
from surefoot.reliability import compare_methods
from surefoot.report import sections
from surefoot.training import LogEntry

LOG = [LogEntry("p01", "calf raises", datetime(2026, 3, 2, 18, tzinfo=UTC), pain=2)]
PAIRED = ([0.5, 0.6, 0.4], [0.55, 0.66, 0.44])
SESSIONS = [assessment(number) for number in range(5)]
LEGS = [assessment(0), assessment(0, leg="right")]

# Each picture by its public name, and what its table must hold.
TWINS = {
    "plot_trend": (lambda: sections.trend_table(trend()), "0.487"),
    "plot_recovery": (lambda: sections.courses_table([trend(), trend("right")]), "0.487 m/s³"),
    "plot_stabilogram": (lambda: sections.path_table(trial()), "0.200"),
    "plot_pair": (lambda: sections.path_table(trial()), "0.100"),
    "plot_tilt_map": (lambda: sections.path_table(trial()), "0.200"),
    "plot_traces": (lambda: sections.traces_table(trial()), "−0.200"),
    "plot_trial": (lambda: sections.traces_table(trial()), "0.141"),
    "plot_spectrum": (lambda: sections.spectrum_table(trial()), "0.5"),
    "plot_profile": (lambda: sections.profile_table(SESSIONS, LABELS), "0.540 m/s³"),
    "plot_sides": (lambda: sections.sides_table(compare_sides(LEGS), LABELS), "0 %"),
    "plot_training": (lambda: sections.days_table(LOG, date(2026, 3, 9)), "calf raises, pain 2 of 10"),
    "plot_agreement": (
        lambda: sections.agreement_table(compare_methods(*PAIRED, ln=True), ("A", "B")),
        "1.100",
    ),
}


def test_every_public_picture_has_its_table():
    assert set(TWINS) == {name for name in surefoot.__all__ if name.startswith("plot_")}


@pytest.mark.parametrize("name", TWINS)
def test_a_table_holds_what_is_drawn(name):
    make, held = TWINS[name]
    table = make()
    assert held in [cell for row in table.rows for cell in row]
    assert {len(row) for row in table.rows} == {len(table.header)}
