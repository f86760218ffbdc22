"""The guides' rules: what follows from a log, day by day."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surefoot.training import (
    EXERCISES,
    LogEntry,
    adherence,
    earns_harder,
    held_back_until,
    nearest_name,
    todays_exercises,
)

TODAY = date(2026, 4, 15)  # a Wednesday
KEYS = [exercise.key for exercise in EXERCISES]


def entry(ago, name="calf raise", **details):
    when = datetime(TODAY.year, TODAY.month, TODAY.day, 9, 0, tzinfo=UTC) - timedelta(days=ago)
    return LogEntry("p01", name, when, **details)


def keys(log, injured="left", hurt_on=None, today=TODAY):
    return [due.exercise.key for due in todays_exercises([], log, injured, hurt_on, today)]


def test_a_day_has_a_calf_raise_balance_and_a_band():
    assert keys([]) == ["calf_raise", "one_leg_stand", "band_outward"]
    due = todays_exercises([], [], "left", None, TODAY)
    assert [each.side for each in due] == [None, "left", "left"]
    assert due[1].hold_s == 15.0
    assert due[2].reps == (10, 15)


def test_a_fresh_ankle_bears_no_weight_for_a_few_days():
    assert keys([], hurt_on=TODAY - timedelta(days=2)) == ["ankle_alphabet"]
    assert keys([], hurt_on=TODAY - timedelta(days=3))[0] == "calf_raise"


def test_bands_rest_on_the_day_after_and_after_three_days_of_a_week():
    assert "band_outward" not in keys([entry(1, "band outward")])
    assert len(keys([entry(2, "band outward")])) == 3
    sunday = date(2026, 4, 19)
    three = [entry(ago, "band down") for ago in (-2, 0, 2)]
    assert len(keys(three, today=sunday)) == 2
    assert len(keys(three, today=sunday + timedelta(days=1))) == 3


def test_the_band_done_the_longest_ago_comes_next():
    log = [entry(9, "band outward"), entry(7, "band down"), entry(4, "band inward")]
    assert keys(log)[2] == "band_up"
    assert keys([*log, entry(2, "band up")])[2] == "band_outward"


def test_what_was_ticked_today_stays_and_is_done():
    due = todays_exercises([], [entry(0, "band inward", reps=12)], "left", None, TODAY)
    assert due[2].exercise.key == "band_inward"
    assert due[2].done is not None
    assert due[0].done is None


def test_a_harder_form_is_kept_once_it_was_tried():
    assert keys([entry(3), entry(1, "calf raise one", side="left")])[0] == "calf_raise_one"


@pytest.mark.parametrize(
    ("log", "earned"),
    [
        ([entry(3, reps=20, easy=True), entry(1, reps=22, easy=True)], True),
        ([entry(3, reps=20, easy=True)], False),
        ([entry(3, reps=20, easy=True), entry(1, reps=22)], False),
        ([entry(3, reps=20, easy=True), entry(1, reps=19, easy=True)], False),
        ([entry(5, reps=25, easy=True), entry(3, reps=25, easy=True), entry(1, reps=10)], False),
    ],
)
def test_twenty_and_easy_twice_in_a_row_earns_a_harder_form(log, earned):
    assert earns_harder(log, "calf_raise", None) is earned


def test_each_side_earns_its_own():
    log = [
        entry(3, "band up", reps=20, easy=True, side="left"),
        entry(1, "band up", reps=20, easy=True, side="left"),
    ]
    assert earns_harder(log, "band_up", "left")
    assert not earns_harder(log, "band_up", "right")


@pytest.mark.parametrize(
    ("pains", "until"),
    [
        ([(8, 3)], None),
        ([(0, 3)], TODAY),
        ([(2, 6)], TODAY + timedelta(days=5)),
        ([(9, 1), (8, 1), (2, 4)], TODAY + timedelta(days=5)),
        ([(9, 3), (8, 3), (2, 5)], None),
        ([(8, 6)], None),
        ([(0, 0)], None),
    ],
)
def test_pain_holds_back_for_a_day_or_a_week(pains, until):
    assert held_back_until([entry(ago, pain=pain) for ago, pain in pains], TODAY) == until


def test_with_pain_nothing_harder_is_offered():
    easy = [entry(3, reps=20, easy=True), entry(1, reps=20, easy=True)]
    assert todays_exercises([], easy, "left", None, TODAY)[0].is_easy
    assert not todays_exercises([], [*easy, entry(1, pain=7)], "left", None, TODAY)[0].is_easy


def test_an_exercise_of_the_guides_counts_for_its_part_of_the_plan():
    log = [entry(1, "calf raise one"), entry(1, "one leg stand"), entry(1, "calf raises")]
    (week,) = adherence(log, TODAY)
    assert week.done == {"resistance bands": 0, "calf raises": 1, "balance drills": 1}


@given(st.sampled_from(KEYS), st.data())
def test_a_name_with_a_slip_of_the_finger_is_found(key, data):
    name = key.replace("_", " ")
    place = data.draw(st.integers(0, len(name) - 1))
    assert nearest_name(name[:place] + name[place + 1 :]) != ""


@given(st.lists(st.tuples(st.integers(0, 30), st.sampled_from(KEYS), st.integers(0, 10)), max_size=20))
def test_whatever_was_logged_a_day_has_two_or_three_different_exercises(done):
    log = [entry(ago, key.replace("_", " "), pain=pain, reps=20, easy=True) for ago, key, pain in done]
    found = keys(sorted(log, key=lambda each: each.when))
    assert 2 <= len(set(found)) == len(found) <= 3
