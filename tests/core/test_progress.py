"""What is already true before a verdict: every sentence in its state, from trials made for it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from surefoot.change.trends import find_trends, lead
from surefoot.change.verdicts import describe_progress
from surefoot.model import Assessment, Provenance, Setup
from surefoot.words import ENGLISH, name_verdict

START = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)


def trial(day, *, held=30.0, touches=None, path=0.4, leg="left", primary="path_rate_mps3", **setup):
    conditions = Setup(leg=leg, when=START + timedelta(days=day), **setup)
    settings = {"leg": leg, "eyes": conditions.eyes}
    origin = Provenance("0", 1, "t", "0" * 64, "", 100.0, 36.0, (3.0, 33.0), (13.0, 33.0), settings)
    values = {"hold_time_s": held, primary or "rms_v_mps2": path}
    if touches is not None:
        values["touchdowns_count"] = float(touches)
    return Assessment(conditions, "single-leg", primary, values, (), (), origin)


def keys_of(group):
    return {key for key in ENGLISH.texts if key.startswith(f"{group}.")}


def progress(*trials, leg="left"):
    (found,) = [each for each in find_trends(trials) if each.setup.leg == leg]
    return describe_progress(found, trials)


STATES = {
    "held whole": ([trial(0, held=12.0), trial(3, held=30.0)], "You held the whole 30 seconds."),
    "held first": ([trial(0, held=22.3)], "You held 22 seconds. That is your first point."),
    "held more": ([trial(0, held=16.0), trial(3, held=22.0)], "You held 22 seconds, 6 more than last time."),
    "held same": ([trial(0, held=21.6), trial(3, held=22.0)], "You held 22 seconds, as long as last time."),
    "held less": ([trial(0, held=28.0), trial(3, held=22.0)], "You held 22 seconds. Last time it was 28."),
    "touched never": ([trial(0, touches=2), trial(3, touches=0)], "Your foot never touched down."),
    "touched fewer": (
        [trial(0, touches=3), trial(3, touches=1)],
        "Your foot touched down once. Last time it was 3 times.",
    ),
    "legs differ": (
        [trial(0, path=0.8), trial(0, path=0.4, leg="right")],
        "Today you sway about 2.0 times as much on your left leg as on your right leg (1.3 to 3.0).",
    ),
    "legs alike": (
        [trial(0), trial(0, path=0.41, leg="right")],
        "Today I see no sure gap between your legs.",
    ),
}


@pytest.mark.parametrize("state", STATES)
def test_each_state_says_its_sentence(state):
    trials, sentence = STATES[state]
    assert sentence in progress(*trials)


def test_no_sentence_is_left_out_here():
    assert {f"progress.{state}" for state in STATES} == keys_of("progress")


def test_the_leg_that_sways_more_is_named_first():
    said = progress(trial(0, path=0.4), trial(0, path=0.8, leg="right"))
    assert "2.0 times as much on your right leg as on your left leg" in said[-1]


def test_a_failed_trial_is_a_result_and_practice_is_none():
    failed = trial(3, held=2.0, primary="")
    assert progress(trial(0), failed)[0] == "You held 2 seconds. Last time it was 30."
    practice = trial(4, held=30.0, practice=True)
    assert progress(trial(0), failed, practice)[0] == "You held 2 seconds. Last time it was 30."


def test_more_trials_are_not_said_to_have_fewer_touchdowns():
    said = progress(trial(0, touches=2), trial(0, touches=2), trial(3, touches=1))
    assert not any("touched" in sentence for sentence in said)


def test_every_state_has_its_few_words():
    said, short = ({key.split(".")[1] for key in keys_of(group)} for group in ("verdict", "short"))
    assert said == short


def test_the_trend_that_speaks_first_is_chosen_by_what_was_tested():
    trials = [trial(day, leg=leg) for day in range(3) for leg in ("left", "right")]
    trials += [trial(day, leg="right", eyes="closed") for day in range(5)]
    found = find_trends(trials)
    assert lead(found).setup.eyes == "closed"
    assert lead(found, "left").setup.leg == "left"
    steady = [replace(each, verdict="steadier") for each in found]
    assert lead(steady, "left").setup == lead(found, "left").setup
    assert lead(()) is None
    assert {name_verdict(each) for each in found} == {"too early to say"} | {name_verdict(lead(found))}
