"""What technology ends is no short hold: every ending against everything that counts trials."""

import io
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import get_args

import numpy as np
import pytest

from surefoot import pipeline, sources
from surefoot.assessment import assess
from surefoot.change.sides import compare_sides
from surefoot.change.trends import find_trends, trend
from surefoot.cohort.design import DesignRow
from surefoot.cohort.study import StudyTrial, observe
from surefoot.diary import Diary
from surefoot.diary.archive import pack_diary
from surefoot.history import _newest_errors
from surefoot.live.guide import Ending
from surefoot.live.keeping import BROKE_OFF
from surefoot.model import BROKEN_OFF, CUT_OFF, Event, Injury, Setup, broken_off
from surefoot.pipeline import cut, reassess
from surefoot.preparation import prepare
from surefoot.settings import Settings
from surefoot.simulate import stance
from surefoot.sources.formats import phone_page
from surefoot.training import climb
from surefoot.words import show_primary

FIRST = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
SETUP = Setup(test="single-leg", leg="left", sensor_height_m=1.0)
LOST = broken_off("The sensor was lost.")


@pytest.fixture(scope="module")
def stood():
    """Return a recording of 35 s of standing: 3 s to settle, 30 s of hold, 2 s more."""
    return stance(3, duration_s=35.0)[0]


def until(recording, end_s, *issues):
    whole = recording.time_s < end_s
    return replace(
        recording,
        time_s=recording.time_s[whole],
        acc_mps2=recording.acc_mps2[whole],
        gyr_radps=recording.gyr_radps[whole],
        issues=issues,
    )


def with_hole(recording, start_s, end_s):
    kept = (recording.time_s < start_s) | (recording.time_s >= end_s)
    return replace(
        recording,
        time_s=recording.time_s[kept],
        acc_mps2=recording.acc_mps2[kept],
        gyr_radps=recording.gyr_radps[kept],
    )


def on_the_page(recording, end_s, *, lasted_s, stopped_s=None, hidden=False):
    """Return what the phone page's file of a take holds whose rows end at `end_s`."""
    rows = np.column_stack([1000 * recording.time_s, recording.acc_mps2, np.degrees(recording.gyr_radps)])
    files = phone_page.write_rows(
        rows[recording.time_s < end_s].tolist(),
        platform="android",
        started=None,
        hidden=hidden,
        stopped_s=stopped_s,
        lasted_s=lasted_s,
    )
    (read,) = sources.parse(files)
    return read


ENDED_BY_TECHNOLOGY = {
    "the link is lost": lambda r: until(r, 14.0, LOST),
    "the link is lost late": lambda r: until(r, 32.0, LOST),
    "the page falls silent": lambda r: on_the_page(r, 14.0, lasted_s=35.0),
    "the page is put to sleep and stopped later": lambda r: on_the_page(
        r, 14.0, lasted_s=20.0, stopped_s=17.0, hidden=True
    ),
    "the samples have a hole and begin anew": lambda r: with_hole(r, 20.0, 22.0),
}
NOT_ENDED_BY_IT = {
    "held to the end": lambda r: r,
    "the link is lost after the time was over": lambda r: until(r, 34.9, LOST),
    "a page out of sight for a moment": lambda r: on_the_page(r, 35.1, lasted_s=35.0, hidden=True),
    "stopped by hand": lambda r: on_the_page(r, 14.0, lasted_s=14.0, stopped_s=11.0),
    "an app stopped early": lambda r: until(r, 14.0),
    "a hole before the stance": lambda r: with_hole(r, 1.0, 2.0),
    "a part that somebody chose": lambda r: cut(until(r, 34.9, LOST), 0.0, 20.0),
}


def assessed(recording, day=0, **words):
    setup = replace(SETUP, when=FIRST + timedelta(days=day), **words)
    return assess(prepare(recording, setup))


@pytest.mark.parametrize("ending", ENDED_BY_TECHNOLOGY)
def test_what_technology_ended_is_marked_and_its_time_a_least_one(stood, ending):
    found = assessed(ENDED_BY_TECHNOLOGY[ending](stood))
    assert (found.is_cut_off, found.counts, found.is_at_least("hold_time_s")) == (True, False, True)
    assert not found.is_at_least("touchdowns_count")
    if found.headline == "hold_time_s":
        assert show_primary(found).startswith("held at least ")


@pytest.mark.parametrize("ending", NOT_ENDED_BY_IT)
def test_what_people_ended_and_what_was_whole_counts(stood, ending):
    found = assessed(NOT_ENDED_BY_IT[ending](stood))
    assert (found.is_cut_off, found.counts, found.is_at_least("hold_time_s")) == (False, True, False)


def test_a_hole_within_the_hold_gives_sway_and_no_time(stood):
    """What was stood before the hole is not known, so the rest is no short hold; its sway is whole."""
    found = assessed(with_hole(stood, 5.0, 5.5))
    assert found.counts
    assert found.primary == "path_rate_mps3"
    assert not {"hold_time_s", "touchdowns_count"} & found.values.keys()
    told = [issue.what for issue in found.issues if issue.code == "withheld"]
    assert any("samples are missing at its beginning" in what and "hold_time_s" in what for what in told)


def test_a_hole_that_leaves_too_little_behind_it_is_no_short_hold_either(stood):
    found = assessed(with_hole(stood, 14.0, 16.0))
    assert (found.is_cut_off, found.counts) == (True, False)


def test_a_foot_that_came_down_before_the_link_was_lost_ended_the_hold():
    recording, _ = stance(3, duration_s=35.0, settle_s=3.0, touchdowns_s=[12.0])
    found = assessed(until(recording, 16.0, LOST))
    assert found.counts
    assert found.values["hold_time_s"] == pytest.approx(9.0, abs=1.1)


def test_every_ending_of_a_guide_is_the_persons_or_told():
    assert set(get_args(Ending)) == {"held", "stopped", "touchdown"} | BROKE_OFF.keys()


# The same answer with and without a trial that was cut off, from everything that counts trials.
def ladder(assessments):
    return climb(assessments, [], "left", date(2026, 4, 1))


def session_mean(assessments):
    return trend([each for each in assessments if each.setup.leg == "left"]).values


def hold_trend(assessments):
    return trend([each for each in assessments if each.setup.leg == "left"], "hold_time_s").values


def sides(assessments):
    return compare_sides(assessments)


def report(assessments):
    return find_trends(assessments)


def ankle_go(assessments):
    return _newest_errors(assessments, Injury("left", date(2026, 2, 1)))


def study(assessments):
    return observe(
        StudyTrial(DesignRow("", "", "1", "", each.setup), "", each, str(number), "c")
        for number, each in enumerate(assessments)
    )


CONSUMERS = (ladder, session_mean, hold_trend, sides, report, ankle_go, study)


@pytest.fixture(scope="module")
def usual(stood):
    """Return four days of whole trials of both legs."""
    trials = [assessed(stance(10 * day + k, duration_s=35.0)[0], day) for day in range(4) for k in range(2)]
    return [*trials, *(assessed(stance(50 + day, duration_s=35.0)[0], day, leg="right") for day in range(4))]


@pytest.mark.parametrize("consumer", CONSUMERS, ids=lambda each: each.__name__)
@pytest.mark.parametrize("ending", ENDED_BY_TECHNOLOGY)
def test_a_trial_that_technology_ended_changes_nothing(usual, stood, ending, consumer):
    cut_off = assessed(ENDED_BY_TECHNOLOGY[ending](stood), 3.1)
    assert consumer([*usual, cut_off]) == consumer(usual)
    short = assessed(until(stood, 14.0), 3.1)
    if consumer in (ladder, hold_trend, study):
        assert consumer([*usual, short]) != consumer(usual), "a short hold is another thing"


@pytest.fixture
def stored(tmp_path, stood):
    diary = Diary(tmp_path / "diary", cache=tmp_path / "cache")
    recording = until(stood, 14.0, LOST)
    setup = replace(SETUP, when=FIRST)
    outcome = pipeline.analyse(
        sources.Export("made", {"made.txt": b"made"}), recording, lambda *_: setup, Settings()
    )
    return diary, pipeline.keep(outcome, diary).trial


def test_the_mark_stays_through_reassessing_and_correcting(stored):
    diary, trial = stored
    assert diary.entry(trial).assessment.is_cut_off
    assert reassess(diary.entry(trial), diary, Settings()).is_cut_off
    assert reassess(diary.entry(trial), diary, Settings(), replace(SETUP, leg="right", when=FIRST)).is_cut_off
    assert BROKEN_OFF in {issue.code for issue in diary.recording(trial).issues}
    down = Event("touchdown", 9.0, 10.0, 1.0, by_hand=True)
    assert not reassess(diary.entry(trial), diary, Settings(), by_hand=[down]).is_cut_off, (
        "a hand knows better"
    )


def test_the_mark_stays_through_export_and_restore(stored, tmp_path):
    diary, trial = stored
    packed = io.BytesIO()
    pack_diary(diary, packed, None)
    with zipfile.ZipFile(packed) as archive:
        archive.extractall(tmp_path / "elsewhere")
    other = Diary(tmp_path / "elsewhere", cache=tmp_path / "other-cache")
    assert other.entry(trial).assessment.is_cut_off
    assert CUT_OFF in {issue.code for issue in reassess(other.entry(trial), other, Settings()).issues}
