"""The sentences of a verdict, each rendered once; the other leg; a clinic of made people told rightly."""

import html
import math
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from surefoot.change.comparison import compare
from surefoot.change.trends import find_lead, find_trends, group_of, lead, trend, trends_of
from surefoot.change.verdicts import ask_other_leg, judge_sessions
from surefoot.errors import TooShortError
from surefoot.metrics import find_metric
from surefoot.model import Assessment, OtherLeg, Provenance, Setup
from surefoot.report import Report, make_report
from surefoot.words import (
    ENGLISH,
    Language,
    explain,
    explain_many,
    explain_noise,
    show_percent,
    show_value,
    state_of,
)
from surefoot.words.trends import kind_of

START = datetime(2026, 3, 3, 8, 30, tzinfo=UTC)
SWAY, HOLD, AREA = "path_rate_mps3", "hold_time_s", "ellipse_area_m2ps4"


def assessment(value, day, leg="right", key=SWAY):
    setup = Setup(leg=leg, when=START + timedelta(days=float(day)))
    origin = Provenance(
        "0", 1, "test", "0" * 64, "", 100.0, 36.0, (3.0, 35.0), (15.0, 35.0), {"leg": leg, "eyes": "open"}
    )
    return Assessment(setup, "single-leg", key, {key: float(value)}, (), (), origin)


def followed(levels, *, key=SWAY, trials=3, noise=0.0, seed=1, leg="right", every=3.5):
    """Trials of sessions at the given levels, a few minutes apart, with some noise on ln values."""
    generator = np.random.default_rng(seed)
    return [
        assessment(level * math.exp(noise * generator.standard_normal()), every * index + 0.003 * k, leg, key)
        for index, level in enumerate(levels)
        for k in range(trials)
    ]


TEXTS = ENGLISH.texts
SENTENCES = {tuple(key.split(".")[1:3]) for key in TEXTS if key.startswith("verdict.")}
STILL = [1.0] * 12
HALVED = [1.0, 0.9, 0.8, 0.72, 0.65, 0.6, 0.57, 0.55, 0.53, 0.52, 0.51, 0.5]
BACK = [*[1.0] * 6, *[0.6] * 3, *[1.0] * 10]
DIPPED = [*[1.0] * 6, *[2.0] * 3, *[1.0] * 10]

# Each state, and what makes it: levels, the metric, trials a session.
MADE = {
    ("wait", "sway"): (STILL[:4], SWAY, 3),
    ("steadier", "sway"): (HALVED, SWAY, 3),
    ("steadier", "hold"): ([5.0] * 6 + [40.0] * 8, HOLD, 3),
    ("steadier", "other"): ([v**2 for v in HALVED], AREA, 3),
    ("less steady", "sway"): ([*STILL, *[1.9] * 4], SWAY, 3),
    ("less steady", "hold"): ([40.0] * 6 + [3.0] * 8, HOLD, 3),
    ("less steady", "other"): ([*STILL, *[3.6] * 4], AREA, 3),
    ("same", "sway"): (STILL, SWAY, 3),
    ("same", "other"): (STILL, AREA, 3),
    ("unsure", "sway"): (STILL[:6], SWAY, 3),
    ("leaning", "sway"): ([*[1.0] * 6, *[0.86] * 7], SWAY, 3),
    ("unsure for long", "sway"): ([10.0] * 12, HOLD, 1),
    ("shown", "sway"): (STILL, "f50_ap_hz", 1),
}


def made(state, kind):
    """A trend in a state: of trials where they make one, else a trend of its kind with the state's fields."""
    if (state, kind) in MADE:
        levels, key, trials = MADE[state, kind]
        return trend(followed(levels, key=key, trials=trials))
    if state.endswith("fading"):
        base = made(state.split(",")[0], kind)
        change = base.change_pct
        return again(base, change_interval_pct=(-60.0, 5.0) if change < 0 else (-5.0, 90.0))
    base = made("unsure", "sway")
    return again(base, withdrawn="steadier" if state == "no longer steadier" else "less steady")


def again(found, **changes):
    changed = replace(found, **changes)
    return replace(changed, reason=explain(changed))


def reads_well(text):
    assert text[0].isupper() or text[0].isdigit()
    assert text.endswith(".")
    assert not re.search(r"[{}]|  |\.\.|None|nan|, ,|\(\)", text)
    longest = max(len(sentence.split()) for sentence in re.split(r"[.:] ", text))
    assert longest <= 40
    return text


@pytest.mark.parametrize(("state", "kind"), sorted(SENTENCES), ids=" ".join)
def test_each_sentence_is_said_in_its_state(state, kind):
    found = made(state, kind)
    assert state_of(found) == state
    assert kind_of(find_metric(found.metric)) == kind or (state, "other") not in SENTENCES
    text = reads_well(found.reason)
    key = f"verdict.{state}.{kind}"
    told = TEXTS.get(key, TEXTS.get(f"{key}.other"))
    assert all(part.strip(" ,.:") in text for part in re.sub(r"\{\w+\}", "|", told).split("|"))


def test_every_part_is_said_where_it_applies():
    found = made("steadier", "sway")
    less = OtherLeg("left", "less", 3.1, 1.4)
    worse = made("less steady", "sway")
    said = {
        "level": again(found, standing="level"),
        "practice": again(found, practice=True),
        "practice, beyond the other leg": again(found, practice=True, other_leg=less),
        "beyond practice": again(found, practice=False),
        "likewise steadier": again(found, other_leg=OtherLeg("left", "likewise", 1.0, 1.0)),
        "likewise less steady": again(worse, other_leg=OtherLeg("left", "likewise", 1.0, 1.0)),
        "scatter": again(found, scatter=True),
    }
    assert {f"part.{name}" for name in said} == {key for key in TEXTS if key.startswith("part.")}
    for name, one in said.items():
        assert ENGLISH.say(f"part.{name}", leg="left") in reads_well(one.reason)
    for verdict, kind in [key.split(".")[1:] for key in TEXTS if key.startswith("other leg.")]:
        text = reads_well(again(made(verdict, kind), other_leg=less).reason)
        assert "your left leg did" in text
        assert "3.1 times" in text
        assert "1.4 times" in text


def test_another_language_says_a_trend_from_its_fields_alone():
    """Every text of it is in brackets, so that what stands outside of them was not asked of the language."""
    texts = {key: f"«{text}»" for key, text in TEXTS.items()}
    marked = Language("xx", texts, ENGLISH.months, ENGLISH.counts, ",")
    for state, kind in sorted(SENTENCES):
        rest = explain(replace(made(state, kind), reason=""), marked)
        while re.search(r"«[^«»]*»", rest):
            rest = re.sub(r"«[^«»]*»", "", rest)
        assert not rest.strip()
    assert show_value(SWAY, 0.5, marked) == "0,500 m/s³"
    assert show_percent(-4.2, language=marked) == "−4,2 %"


def test_own_noise_is_told_in_words():
    seen, unseen = made("same", "sway"), again(made("same", "sway"), detectable_pct=None)
    assert explain_noise(seen) == ENGLISH.say("noise.seen", size="30", sessions="eleven sessions")
    assert explain_noise(unseen) == ENGLISH.say("noise.unseen")
    assert explain_noise(made("shown", "sway")) == ""


def test_lists_of_trends_say_how_many_were_looked_at():
    one, shown = made("same", "sway"), made("shown", "sway")
    assert explain_many([one, shown]) == ""
    assert reads_well(explain_many([one, shown, one, one])).startswith("I looked at three trends.")


def test_the_sentence_names_leg_periods_size_and_interval():
    found = trend(followed(HALVED))
    low, high = sorted(abs(end) for end in found.change_interval_pct)
    size = abs(found.change_pct)
    assert found.reason.startswith(
        f"On your right leg, your last 3 sessions (3–10 April) are about {size:.0f} % steadier "
        f"({low:.0f} to {high:.0f} %) than your first 2 (3–6 March): more than chance."
    )
    mean = np.exp(np.log(HALVED[-3:]).mean() - np.log(HALVED[:2]).mean())
    assert size == pytest.approx(100 * (1 - mean), abs=2.5)
    assert (found.before, found.lately, found.baseline) == ((0, 1), (9, 11), (0, 1))


def test_periods_of_two_years_name_them():
    trials = [
        replace(each, setup=replace(each.setup, when=each.setup.when + timedelta(days=280)))
        for each in followed(HALVED)
    ]
    assert "(8–15 January 2027)" in trend(trials).reason
    assert "(8–11 December 2026)" in trend(trials).reason


# --- fields ----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("levels", "verdict", "standing"),
    [
        (STILL[:7], "cannot say", "too early"),
        (STILL, "no real change", "level"),
        (HALVED, "steadier", "improving"),
        ([*HALVED, *[0.5] * 14], "steadier", "level"),
        ([*STILL, *[1.9] * 4], "less steady", "slipping"),
        ([*HALVED, *[0.5] * 8, *[0.95] * 4], "less steady", "slipping"),
    ],
)
def test_where_it_stands_now_is_named_beside_the_verdict(levels, verdict, standing):
    found = trend(followed(levels))
    assert (found.verdict, found.standing) == (verdict, standing)


@pytest.mark.parametrize(("levels", "from_"), [(BACK, "steadier"), (DIPPED, "less steady")])
def test_a_verdict_taken_back_is_said_to_be(levels, from_):
    courses = [trend(followed(levels[:count], noise=0.02)) for count in range(7, len(levels) + 1)]
    assert from_ in {each.verdict for each in courses}
    taken = next(each for each in courses if each.withdrawn)
    assert (taken.withdrawn, taken.verdict) == (from_, "cannot say")
    assert f"you were {from_} for a while" in taken.reason


def test_there_is_no_band_before_the_rule_can_speak():
    for count in range(1, 13):
        found = trend(followed(STILL[:count]))
        assert (found.band is None) == (found.before is None) == (count < 5)
        if count < 5:
            assert found.sessions_wanted == 5 - count
    noisy = [[0.4, 1.0, 2.5], [0.4, 1.0, 2.5], [0.5, 1.0, 2.0], [0.4, 1.2, 2.5]]
    wanted = judge_sessions(find_metric(SWAY), Setup(leg="left"), noisy).sessions_wanted
    assert wanted > 1
    wild = judge_sessions(find_metric(HOLD), Setup(leg="left"), [[1.0, 50.0]] * 4)
    assert (wild.detectable_pct, wild.detectable_sessions, wild.sessions_wanted) == (None, None, 8)


def test_the_band_is_the_named_before_within_its_limits():
    """3.2 SD down and 3.8 up about the level of the first four, for a measure of which less is better."""
    found = trend(followed([2.0] * 12))
    low, high = np.log(np.array(found.band) / 2.0)
    assert low / high == pytest.approx(-3.2 / 3.8)
    assert found.smallest_real_change_pct == pytest.approx(100 * (found.band[1] / 2.0 - 1))
    assert found.smallest_drop_pct == pytest.approx(100 * (1 - found.band[0] / 2.0))
    assert trend(followed([2.0])).smallest_drop_pct == pytest.approx(
        100 * (1 - 1 / (1 + trend(followed([2.0])).smallest_real_change_pct / 100))
    )
    longer = trend(followed([10.0] * 12, key=HOLD))
    low, high = np.log(np.array(longer.band) / 10.0)
    assert low / high == pytest.approx(-3.8 / 3.2)


def test_practice_is_named_until_the_interval_lies_beyond_what_it_gives():
    """Healthy people's errors fell from 26.8 to 19.7 over six sessions: 26 %."""
    for floor in (0.5, 0.4, 0.2):
        found = trend(followed([floor + (1 - floor) * math.exp(-i / 2.5) for i in range(16)]))
        beyond = found.change_interval_pct[1] < 100 * (19.7 / 26.8 - 1)
        assert found.verdict == "steadier"
        assert found.practice != beyond
        assert ("Some of it may be practice." in found.reason) == found.practice
    assert not found.practice


def test_an_area_is_judged_as_the_movement_behind_it():
    for seed in range(12):
        levels = np.exp(np.random.default_rng(seed).normal(-0.04 * np.arange(14), 0.12))
        sway, area = trend(followed(levels)), trend(followed(levels**2, key=AREA))
        assert (sway.verdict, sway.before, sway.lately) == (area.verdict, area.before, area.lately)
        assert np.log(area.band) == pytest.approx(2 * np.log(sway.band))


def test_sessions_wanted_count_down_to_no_change():
    left = [trend(followed(STILL[:count])).sessions_wanted for count in range(1, 10)]
    assert left == [4, 3, 2, 1, 5, 4, 3, 2, 1]
    assert trend(followed(STILL[:10])).verdict == "no real change"


# --- the other leg ---------------------------------------------------------------------------------------
def both(right, left, **more):
    return [*followed(right, leg="right", **more), *followed(left, leg="left", seed=2, **more)]


@pytest.mark.parametrize(
    ("left", "did"), [(STILL, "less"), (HALVED, "likewise"), ([1 - (1 - v) * 0.3 for v in HALVED], "less")]
)
def test_a_leg_with_a_verdict_is_held_against_the_other_one(left, did):
    found = find_trends(both(HALVED, [0.5 * v for v in left], noise=0.01))[0]
    assert (found.setup.leg, found.verdict, found.other_leg.did) == ("right", "steadier", did)
    first, last = found.before
    ratios = np.log(np.array(HALVED) / (0.5 * np.array(left)))[first : last + 1]
    assert found.other_leg.ratio_before == pytest.approx(math.exp(ratios.mean()), rel=0.04)


def test_a_leg_that_alone_moved_does_not_speak_for_the_other():
    right, left = find_trends(both(STILL, HALVED, noise=0.01))
    assert (right.verdict, right.other_leg) == ("no real change", None)
    assert left.verdict == "steadier"
    assert left.reason.startswith("On your left leg,")
    assert left.other_leg.leg == "right"


def test_the_other_leg_is_only_asked_over_the_same_sessions():
    own = followed(HALVED)
    later = [each for each in followed(STILL, leg="left") if each.setup.when > START + timedelta(days=20)]
    assert trend(own, other_leg=later).other_leg is None
    assert trend(own).other_leg is None
    some = [each for each in followed(STILL, leg="left") if each.setup.when.day % 2]
    assert trend(own, other_leg=some).other_leg.did in ("less", "open")


def test_a_longer_hold_is_held_against_the_other_leg_the_right_way_round():
    right, left = [4.0] * 5 + [40.0] * 7, [20.0] * 12
    found = find_trends(both(right, left, key=HOLD))[0]
    assert found.verdict == "steadier"
    assert found.other_leg.ratio_before < 1 < found.other_leg.ratio_lately
    days = [(START.date() + timedelta(days=i), [1.0]) for i in range(4)]
    judged = judge_sessions(find_metric(HOLD), Setup(leg="left"), [values for _, values in days])
    assert ask_other_leg(find_metric(HOLD), Setup(leg="left"), judged, days, days) is None


def test_one_leg_asked_for_alone_is_still_held_against_the_other():
    trials = both(HALVED, STILL)
    right = [each for each in trials if each.setup.leg == "right"]
    assert find_trends(right, beside=trials) == find_trends(trials)[:1]
    assert find_trends(right)[0].other_leg is None


def test_the_trend_of_a_trial_is_the_one_that_all_of_them_give():
    trials = both(HALVED, STILL)
    (right, left) = find_trends(trials)
    assert list(trends_of(trials[:1], trials)) == [right]
    assert list(trends_of(trials[-1:], trials)) == [left]
    assert list(trends_of(trials[::-1], trials)) == [right, left]
    assert {each.setup.leg for each in group_of(trials[0], trials)} == {"right"}
    practice = replace(trials[0], setup=replace(trials[0].setup, practice=True))
    assert not list(trends_of([practice], [*trials, practice]))
    assert group_of(practice, [*trials, practice]) == ()


# --- one answer on the same data -------------------------------------------------------------------------
@pytest.mark.parametrize("levels", [HALVED, STILL, STILL[:8], BACK, [*STILL, *[1.9] * 4]])
@pytest.mark.parametrize("seed", range(4))
def test_first_against_last_is_answered_by_the_trend_between_them(levels, seed):
    trials = followed(levels, noise=0.12, seed=seed)
    change = compare(trials[0], trials[-1], trials)[0]
    found = trend(trials)
    assert change.verdict == found.verdict
    assert found.reason in change.reason
    assert f"All {len(levels)} sessions between them" in change.reason
    assert (change.before_when, change.after_when) == (trials[0].setup.when, trials[-1].setup.when)


def test_two_trials_close_in_time_stand_alone_and_so_do_two_without_a_history():
    trials = followed([*STILL, 0.4], trials=1)
    for change in (compare(trials[-2], trials[-1], trials)[0], compare(trials[0], trials[-1])[0]):
        assert change.verdict == "steadier"
        assert "sessions between them" not in change.reason


def clinic(seed):
    """Six people, two sessions a week of three trials over five weeks: three recover by 46 to 61 %.

    Sway in m/s³ falls from an excess over 0.35 that halves and halves again; 7 % a day, 8 % a trial.
    """
    generator = np.random.default_rng(seed)
    days = [7 * week + day for week in range(5) for day in (0, 3)]
    for excess, weeks in ((1.5, 3.0), (1.5, 1.0), (2.2, 2.0), (0.0, 1.0), (0.0, 1.0), (0.0, 1.0)):
        levels = [0.35 * (1 + excess * math.exp(-day / 7 / weeks)) for day in days]
        yield (
            bool(excess),
            [
                assessment(level * math.exp(shift + 0.08 * generator.standard_normal()), day + 0.003 * k)
                for level, day, shift in zip(levels, days, 0.07 * generator.standard_normal(10), strict=True)
                for k in range(3)
            ],
        )


def told_rightly(seed):
    """Of a clinic, the shares of those who recover told "steadier", and of the others told nothing else."""
    found = [
        (recovers, trend(trials), compare(trials[0], trials[-1], trials)[0])
        for recovers, trials in clinic(seed)
    ]
    assert all(pair.verdict == whole.verdict for _, whole, pair in found)
    right = [whole.verdict == "steadier" for recovers, whole, _ in found if recovers]
    silent = ("cannot say", "no real change")
    quiet = [whole.verdict in silent for recovers, whole, _ in found if not recovers]
    return np.mean(right), np.mean(quiet)


def test_a_clinic_of_six_is_told_rightly():
    assert told_rightly(20261201) == (1.0, 1.0)


def test_the_report_tells_a_clinic_of_six_as_the_trend_does():
    for recovers, trials in clinic(20261201):
        found = trend(trials)
        page = html.unescape(make_report(Report("p01", (found,), trials, None, {}, "0"), ".html").decode())
        assert (": steadier (" in page) is recovers
        low, high = (show_percent(end, 0) for end in found.change_interval_pct)
        assert f"({show_percent(found.change_pct, 0)}, 95 % interval {low} to {high})" in page


@pytest.mark.slow
def test_clinics_are_told_rightly():
    shares = np.array([told_rightly(seed) for seed in range(12)]).mean(axis=0)
    assert shares[0] >= 0.95
    assert shares[1] >= 0.98


@pytest.mark.parametrize("seed", range(12))
def test_the_leading_trend_alone_is_the_one_chosen_of_all(seed):
    """Whatever was tested how often, and whoever is hurt where."""
    draw = np.random.default_rng(seed)
    known = []
    for day in range(int(draw.integers(0, 9))):
        for leg in draw.permutation(["left", "right"])[: int(draw.integers(1, 3))]:
            each = assessment(float(draw.uniform(0.5, 2.0)), day, leg=str(leg))
            words = {
                "eyes": str(draw.choice(["open", "closed"])),
                "surface": str(draw.choice(["floor", "foam"])),
            }
            known.append(replace(each, setup=replace(each.setup, **words)))
    for injured in ("", "left", "right"):
        assert find_lead(known, injured) == lead(find_trends(known), injured)


def test_trials_without_a_date_are_named_as_the_cause():
    dated = assessment(1.0, 0)
    with pytest.raises(TooShortError, match="trials without a date"):
        trend([replace(dated, setup=replace(dated.setup, when=None))])
