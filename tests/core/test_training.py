"""Plan, log and adherence: against counts done by hand, and for any log whatever."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surefoot.errors import SetupError
from surefoot.training import PLAN, LogEntry, adherence, is_planned, review_due

MONDAY = date(2026, 3, 2)


def did(exercise, day, hour=18, **numbers):
    when = datetime(2026, 3, 2, hour, tzinfo=UTC) + timedelta(days=day)
    return LogEntry("p01", exercise, when, **numbers)


def test_a_full_week_is_one_hundred_per_cent():
    entries = [did(name, day) for day in range(7) for name in ("calf raises", "balance drills")]
    entries += [did("resistance bands", 1), did("resistance bands", 4)]
    (week,) = adherence(entries, MONDAY + timedelta(days=6))
    assert (week.starts, week.days, week.adherence_pct) == (MONDAY, 7, pytest.approx(100))


def test_a_week_counted_by_hand():
    """Calf raises on 3 days of 7, bands once of 2, no drills: 4 of 16 days meant."""
    entries = [did("calf raises", day) for day in (0, 2, 4)] + [did("resistance bands", 1)]
    (week,) = adherence(entries, MONDAY + timedelta(days=6))
    assert dict(week.done) == {"resistance bands": 1, "calf raises": 3, "balance drills": 0}
    assert week.adherence_pct == pytest.approx(100 * 4 / 16)


def test_weeks_begin_on_monday_and_empty_ones_are_there():
    weeks = adherence([did("calf raises", 5), did("calf raises", 15)], MONDAY + timedelta(days=15))
    assert [week.starts.weekday() for week in weeks] == [0, 0, 0]
    assert [week.days for week in weeks] == [2, 7, 2]
    assert weeks[1].adherence_pct == 0.0


def test_only_days_since_the_first_entry_are_asked_for():
    """Begun on Sunday with everything daily: two of two daily exercises, and 2/7 of a day of bands."""
    (week,) = adherence([did("calf raises", 6), did("balance drills", 6)], MONDAY + timedelta(days=6))
    assert week.adherence_pct == pytest.approx(100 * 2 / (2 + 2 / 7))


def test_more_of_one_does_not_make_up_for_another_nor_twice_a_day():
    entries = [did("resistance bands", day, hour) for day in range(7) for hour in (8, 18)]
    (week,) = adherence(entries, MONDAY + timedelta(days=6))
    assert week.done["resistance bands"] == 7
    assert week.adherence_pct == pytest.approx(100 * 2 / 16)


def test_what_is_outside_the_plan_does_not_count():
    (week,) = adherence([did("swimming", 0), did("ankle mobility", 0)], MONDAY)
    assert week.adherence_pct == 0.0
    assert not is_planned("swimming")


def test_no_log_has_no_weeks():
    assert adherence([], MONDAY) == ()
    assert adherence([did("calf raises", 3)], MONDAY) == ()


entries_of_any_kind = st.lists(
    st.builds(
        did, st.sampled_from([e.name for e in PLAN] + ["rowing"]), st.integers(0, 60), st.integers(0, 23)
    )
)


@given(entries_of_any_kind, st.integers(0, 70))
def test_weeks_hold_every_day_once_and_more_work_never_lowers_them(entries, last):
    until = MONDAY + timedelta(days=last)
    weeks = adherence(entries, until)
    seen = [entry.when.date() for entry in entries if entry.when.date() <= until]
    assert sum(week.days for week in weeks) == ((until - min(seen)).days + 1 if seen else 0)
    more = adherence([*entries, did("calf raises", last)], until)
    before = {week.starts: week.adherence_pct for week in weeks}
    assert all(0 <= week.adherence_pct <= 100 + 1e-9 for week in more)
    assert all(week.adherence_pct >= before.get(week.starts, 0) - 1e-9 for week in more)


@pytest.mark.parametrize("wrong", [{"sets": 0}, {"reps": -1}, {"pain": 11}, {"pain": -1}, {"minutes": 10000}])
def test_numbers_that_cannot_be_meant_are_refused(wrong):
    with pytest.raises(SetupError, match="cannot be meant"):
        did("calf raises", 0, **wrong)


def test_an_entry_needs_a_person_a_name_and_a_zone():
    with pytest.raises(SetupError, match="pseudonym"):
        LogEntry("../p02", "calf raises", datetime(2026, 3, 2, tzinfo=UTC))
    with pytest.raises(SetupError, match="no name"):
        did("  ", 0)
    with pytest.raises(SetupError, match="no zone"):
        LogEntry("p01", "calf raises", datetime(2026, 3, 2))  # noqa: DTZ001
    assert did(" Calf  Raises ", 0).exercise == "calf raises"


def test_the_review_comes_after_four_weeks():
    entries = [did("calf raises", 0)]
    assert "2026-03-30" in review_due(entries, MONDAY + timedelta(days=27))
    assert "4 weeks ago" in review_due(entries, MONDAY + timedelta(days=28))
    assert "4 to 6 weeks" in review_due([], MONDAY)
