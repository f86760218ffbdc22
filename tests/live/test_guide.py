"""The guided test: its order, its times, its words, and that it does not matter in which steps time comes."""

import itertools
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surefoot.live.guide import (
    LEAD_S,
    MAX_RETRIES,
    PLACE_S,
    RETRY_REST_S,
    STILL_S,
    WORTH_RETRYING_S,
    Attempt,
    advance,
    begin,
    plan,
    tell_held,
    timeline,
)
from surefoot.live.guide._cues import catalogue
from surefoot.model import Setup
from surefoot.protocols import load_protocols

PROTOCOLS = load_protocols()
PROTOCOL = replace(PROTOCOLS["single-leg"], attempts=("practice left", "left", "right"))
WORDS = ["go", "stop", "skip", "pause", "quit", "moved", "touchdown", "lost", "back", "off"]
RATES_WPM = st.floats(120.0, 220.0)
TICK_S = 0.05


class Voice:
    """A voice of so many words a minute; it refuses to be given a sentence before the last one is over."""

    def __init__(self, wpm):
        self.wpm, self.over_s, self.spoken = wpm, None, []

    def hear(self, cues):
        for cue in cues:
            if cue.kind == "say":
                assert self.over_s is None, f"{cue.text!r} would cut off {self.spoken[-1]!r}"
                self.over_s = cue.at_s + 60 * len(cue.text.split()) / self.wpm
                self.spoken.append((cue.at_s, self.over_s, cue.text))

    def word_at(self, now_s):
        """The time at which it tells that it is through, if that is by `now_s`."""
        over_s, is_over = self.over_s, self.over_s is not None and self.over_s <= now_s
        if is_over:
            self.over_s = None
        return over_s if is_over else None


def run(
    script=(), *, until_s=900.0, wpm=1e9, protocol=PROTOCOL, setup=None, attempts=None, attended=True, **told
):
    """Advance in ticks through words at their times while a voice speaks; return guide, cues and phases."""
    setup = setup or Setup()
    guide, cues = begin(
        protocol, setup, attempts or plan(protocol, attended=attended), attended=attended, **told
    )
    voice, cues, script, now_s = Voice(wpm), list(cues), list(script), 0.0
    voice.hear(cues)
    phases = [(guide.phase, 0.0)]
    while now_s < until_s and not (
        guide.phase == "done" and voice.over_s is None and now_s > guide.since_s + 2
    ):
        now_s += TICK_S
        events = [script.pop(0)] if script and script[0][0] <= now_s else []
        said_s = voice.word_at(now_s)
        events += [] if said_s is None else [(said_s, "said")]
        for at_s, word in [*sorted(events), (now_s, None)]:
            guide, more = advance(guide, at_s, word)
            cues += more
            voice.hear(more)
        phases += [(guide.phase, guide.since_s)] if guide.since_s != phases[-1][1] else []
    return guide, cues, phases


def said(cues):
    return [cue.text for cue in cues if cue.kind == "say"]


START_S = STILL_S + PLACE_S + LEAD_S


def test_an_unattended_attempt_runs_by_itself():
    guide, cues, _ = run(attended=False)
    assert guide.phase == "done"
    (take,) = guide.takes
    assert take.attempt == Attempt("left")
    assert take.start_s == pytest.approx(START_S)
    assert take.hold_s == pytest.approx((START_S + 3, START_S + 33))
    assert take.ending == "held"
    assert [cue.kind for cue in cues if cue.kind not in ("say", "show")] == [
        *["beep"] * 3, "soft", *["low"] * 3, "end",
    ]  # fmt: skip
    assert said(cues)[-2:] == [
        "15 seconds left.", "Time. Foot down. That is all for today. Thank you.",
    ]  # fmt: skip


def test_safety_is_told_first_and_waits_for_a_key():
    guide, cues, _ = run(until_s=500.0)
    assert guide.phase == "safety"
    (told,) = said(cues)[1:]
    assert told.endswith("No test with new swelling or when dizzy. Press Enter when you are ready.")


def test_the_whole_test_in_its_order():
    guide, cues, _ = run([(10.0, "go")])
    assert [take.attempt.title for take in guide.takes] == ["left leg, practice", "left leg", "right leg"]
    starts = [take.start_s for take in guide.takes]
    assert starts[0] == pytest.approx(10.0 + PLACE_S + LEAD_S)
    # The words about an attempt are a part of the rest before it.
    assert starts[1] - starts[0] == pytest.approx(3 + 30 + 30)
    texts = " ".join(said(cues))
    assert "First a try that does not count. You will stand on your left leg" in texts
    assert "Now it counts. You will stand on your left leg" in texts
    assert "Rest for half a minute. Then comes your right leg." in texts


def test_a_pause_between_attempts_lasts_until_a_key():
    guide, cues, _ = run([(10.0, "go"), (75.0, "pause")], until_s=800.0)
    assert guide.phase == "paused"
    assert said(cues)[-1] == "Paused. Press Enter to go on."
    guide, cues = advance(guide, 801.0, "go")
    assert (guide.phase, guide.attempt) == ("task", Attempt("left"))
    assert said(cues)[0].startswith("Now it counts.")


def test_a_key_ends_what_is_being_said_and_nothing_else_does():
    guide, _ = begin(PROTOCOL, Setup(), plan(PROTOCOL))
    guide, (safety,) = advance(guide, 9.0)
    assert guide.quiet_s > 20.0
    moved, (place,) = advance(guide, 10.0, "go")
    assert (moved.phase, place.at_s) == ("place", 10.0)
    lost, cues = advance(guide, 10.0, "lost")
    assert (lost.phase, lost.quiet_s, cues) == ("waiting", guide.quiet_s, ())
    assert len(safety.text) > len(place.text)


def test_moving_starts_the_still_check_again():
    guide, _, _ = run([(1.5, "moved"), (3.0, "moved")], until_s=4.9)
    assert guide.phase == "still"
    guide, _ = advance(guide, 5.1)
    assert guide.phase == "safety"


def test_stillness_is_asked_for_now_and_then_not_at_every_movement():
    guide, cues, _ = run([(0.05 * i, "moved") for i in range(1, 400)], until_s=19.9)
    assert guide.phase == "still"
    assert [cue.at_s for cue in cues] == pytest.approx([0.0, 6.0, 12.0, 18.0], abs=0.1)


LEFT_RIGHT = (Attempt("left"), Attempt("right"))


def after_start(*events, attempts=LEFT_RIGHT, **told):
    """Run a phone's session with words at seconds after the first foot is lifted."""
    script = [(START_S + at_s, word) for at_s, word in events]
    return run(script, attempts=attempts, is_phone=True, **told)


def test_a_touchdown_is_a_result_and_tried_again_once():
    again_s = 3 + 13 + RETRY_REST_S + LEAD_S
    guide, cues, _ = after_start((16.0, "touchdown"), (again_s + 15.0, "touchdown"))
    assert [(take.attempt.leg, take.ending) for take in guide.takes] == [
        ("left", "touchdown"), ("left", "touchdown"), ("right", "held"),
    ]  # fmt: skip
    assert guide.takes[1].start_s - guide.takes[0].hold_s[1] == pytest.approx(RETRY_REST_S + LEAD_S)
    texts = said(cues)
    assert "Never mind, foot down. 13 seconds. That counts. Rest a little. We try once more." in texts
    assert sum(text.startswith("Once more.") for text in texts) == MAX_RETRIES
    assert any("That is enough on this leg for today. Rest for half a minute." in text for text in texts)


@pytest.mark.parametrize(
    ("held_s", "told"),
    [
        (WORTH_RETRYING_S - 0.5, {}),
        (20.0, {"may_retry": False}),
        (20.0, {"attempts": (Attempt("left", practice=True),)}),
    ],
    ids=["short", "with pain", "practice"],
)
def test_nothing_is_tried_again_with_pain_after_a_short_hold_or_for_practice(held_s, told):
    guide, cues, _ = after_start((3.0 + held_s, "touchdown"), **told)
    assert guide.takes[0].ending == "touchdown"
    assert len(guide.takes) == len(guide.attempts)
    assert not any("once more" in text.lower() for text in said(cues))


@pytest.mark.parametrize("after_s", [1.0, 25.0, RETRY_REST_S + LEAD_S + 3.05])
def test_walking_off_or_standing_on_both_feet_cancels_the_try_again(after_s):
    guide, cues, _ = after_start((18.0, "touchdown"), (18.0 + after_s, "off"))
    assert [take.attempt.leg for take in guide.takes] == ["left", "right"]
    assert any(
        text == "Good. I do not start again. Rest for half a minute. Then comes your right leg."
        for text in said(cues)
    )


def test_walking_about_in_any_other_rest_changes_nothing():
    assert after_start((40.0, "off"))[0] == after_start()[0]


def test_a_stop_is_a_result_and_not_tried_again():
    guide, cues, _ = after_start((20.0, "stop"))
    assert [(take.attempt.leg, take.ending) for take in guide.takes] == [
        ("left", "stopped"),
        ("right", "held"),
    ]
    assert guide.takes[0].held_s == pytest.approx(17.0)
    assert any(text.startswith("Stopped. Foot down.") for text in said(cues))


def test_stopping_while_settling_holds_nothing():
    guide, _, _ = after_start((1.0, "stop"))
    assert guide.takes[0].hold_s == pytest.approx((START_S + 1,) * 2)


def test_feet_on_the_floor_are_no_touchdown_on_two_legs():
    guide, _, _ = after_start((8.0, "touchdown"), attempts=(Attempt("both"),), protocol=PROTOCOLS["two-legs"])
    assert [take.ending for take in guide.takes] == ["held"]


@pytest.mark.parametrize("key", ["single-leg", "tandem", "two-legs", "wobble-board", "a new one"])
@pytest.mark.parametrize("word", ["touchdown", "lost", "stop", None])
def test_a_foot_in_the_air_is_only_spoken_of_where_one_is(key, word):
    known = PROTOCOLS.get(key) or replace(PROTOCOLS["tandem"], stance="other")
    protocol = replace(known, key=key, task="Stand.", start_text="")
    leg = "both" if key in ("two-legs", "wobble-board") else "left"
    events = [(8.0, word)] if word else []
    _, cues, _ = after_start(*events, attempts=(Attempt(leg),) * 2, protocol=protocol, until_s=60.0)
    ends = [cue.text for cue in cues if cue.kind == "say" and cue.at_s >= START_S + 8]
    assert any("oot down" in text for text in ends) == (key == "single-leg")


def test_a_lost_sensor_ends_the_attempt_and_the_same_one_comes_again():
    lost_s = START_S + 10
    guide, cues, _ = run([(2.5, "go"), (lost_s, "lost"), (lost_s + 20, "back")], until_s=lost_s + 21)
    assert guide.takes[0].ending == "lost"
    assert guide.phase == "task"
    assert guide.attempt == Attempt("left", practice=True)
    assert "Foot down. I lost the sensor for a moment." in said(cues)
    assert said(cues)[-1].startswith("I hear the sensor again. We do this one once more. You will stand")


def test_skip_goes_to_the_next_and_quit_ends():
    guide, _, _ = run([(5.0, "go"), (12.0, "skip")], until_s=13.0)
    assert (guide.phase, guide.attempt) == ("rest", Attempt("left"))
    guide, _ = advance(guide, 13.5, "go")
    assert guide.phase == "task"
    guide, _ = advance(guide, 14.0, "said")
    guide, cues = advance(guide, 14.1, "quit")
    assert guide.phase == "done"
    guide, more = advance(guide, 14.2, "said")
    assert said([*cues, *more]) == ["That is all for today. Thank you."]
    assert advance(guide, 99.0, "go") == (replace(guide, told_s=99.0), ())


def test_only_one_leg_where_it_is_named():
    assert {attempt.leg for attempt in plan(PROTOCOL, "right")} == {"right"}
    assert plan(PROTOCOL, "both") == (Attempt("both"),)


@pytest.mark.parametrize("repeats", [1, 2, 3])
def test_every_leg_is_tested_as_often_as_asked(repeats):
    legs = [attempt.leg for attempt in plan(PROTOCOL, "each", repeats)]
    assert legs == ["left", "right"] * repeats
    assert [attempt.leg for attempt in plan(PROTOCOL, "both", repeats)] == ["both"] * repeats


@pytest.mark.parametrize("key", sorted(PROTOCOLS))
def test_every_protocol_can_be_guided(key):
    protocol = PROTOCOLS[key]
    guide, _, _ = run([(5.0, "go")], until_s=3600.0, protocol=protocol)
    assert guide.phase == "done"
    assert len(guide.takes) == len(protocol.attempts)


# Joints: whatever the pace of the voice, nothing is cut off, late, or in the wrong phase.
CONDITIONS = [
    (key, leg, eyes, surface)
    for key, protocol in sorted(PROTOCOLS.items())
    for leg in dict.fromkeys(words.split()[-1] for words in protocol.attempts)
    for eyes in ("open", "closed")
    for surface in (("board",) if "board" in protocol.metric_groups else ("floor", "foam"))
]  # fmt: skip
CONDITIONS += [
    ("wobble-board", leg, eyes, "board") for leg in ("left", "right") for eyes in ("open", "closed")
]


def told_of(key, leg, eyes, surface, language="en", **told):
    setup = Setup(
        test=key, leg=leg, eyes=eyes, surface=surface, placement="board" if surface == "board" else "lumbar"
    )
    return run(
        protocol=PROTOCOLS[key],
        setup=setup,
        attempts=(Attempt(leg),),
        is_phone=True,
        language=language,
        **told,
    )


@given(st.sampled_from(CONDITIONS), RATES_WPM)
def test_a_voice_of_any_pace_is_never_cut_off_and_never_late(condition, wpm):
    guide, cues, phases = told_of(*condition, wpm=wpm)
    (take,) = guide.takes
    assert [cue.at_s for cue in cues] == sorted(cue.at_s for cue in cues)
    begun = dict(phases)
    spoken = [(cue.at_s, cue.at_s + 60 * len(cue.text.split()) / wpm) for cue in cues if cue.kind == "say"]
    for at_s, over_s in spoken:
        (phase, since_s) = [each for each in phases if each[1] <= at_s][-1]
        ends_s = next((later_s for _, later_s in phases if later_s > since_s), float("inf"))
        assert over_s <= ends_s + 1e-6, phase
    # Three seconds of silence before it begins, and one clock: the tones are where the words say.
    before_s = max(over_s for _, over_s in spoken if over_s <= begun["countdown"] + 1e-6)
    assert take.start_s - before_s >= 3.0 - 1e-6
    assert [cue.at_s - take.start_s for cue in cues if cue.kind == "beep"] == pytest.approx([-3, -2, -1])
    assert [cue.at_s - take.hold_s[1] for cue in cues if cue.kind in ("low", "end")] == pytest.approx(
        [-3, -2, -1, 0]
    )
    assert take.held_s == pytest.approx(30.0)
    assert take.hold_s[1] - take.start_s <= 36.0


@pytest.mark.parametrize("condition", CONDITIONS, ids="-".join)
def test_every_condition_has_its_own_words(condition):
    key, leg, eyes, surface = condition
    _, cues, phases = told_of(*condition, wpm=160.0)
    begun, texts = dict(phases), said(cues)
    whole = " ".join(texts)
    ready = " ".join(cue.text for cue in cues if cue.at_s < begun["settle"])
    other = {"left": "right", "right": "left"}.get(leg)
    assert ("Close your eyes" in whole) == ("Open your eyes" in whole) == (eyes == "closed")
    assert ("Somebody should be beside you." in ready) == (eyes == "closed")
    assert ("Look at one spot." in whole) == (eyes == "open")
    assert ("oam" in ready) == (surface == "foam")
    assert ("Step down slowly." in texts[-1]) == (surface == "foam")
    assert ("board" in ready) == (key == "wobble-board")
    if key == "single-leg":
        assert f"You will stand on your {leg} leg" in ready
        assert f"Lift your {other} foot now." in texts
        assert "Foot down." in texts[-1]
    if key == "tandem":
        assert f"Put your {other} foot straight in front of the {leg} one" in ready
        assert f"Your {leg} foot is behind." in ready
    if key == "two-legs":
        assert "side by side" in ready
        assert "Lift" not in whole
    if key == "wobble-board":
        assert texts[-1].endswith("Hold on, and step down.")
        assert (f"Lift your {other} foot and let go now." in texts) == (leg != "both")
    if eyes == "closed":
        closing = next(cue.at_s for cue in cues if "Close your eyes" in cue.text)
        assert begun["settle"] <= closing < begun["hold"]


@pytest.mark.parametrize("condition", CONDITIONS, ids="-".join)
def test_german_says_as_much(condition):
    english, german = (said(told_of(*condition, language=language)[1]) for language in ("en", "de"))
    assert len(english) == len(german)
    assert not set(english) & set(german)


def test_the_guide_goes_on_where_the_voice_is_never_heard_of_again():
    """Some browsers forget to tell that a sentence is over."""
    guide, _ = begin(PROTOCOL, Setup(), (Attempt("left"),), is_phone=True)
    guide, _ = advance(guide, 600.0)
    assert [take.ending for take in guide.takes] == ["held"]


def test_the_clock_never_goes_back_and_shows_what_is_said():
    guide, cues = begin(PROTOCOL, Setup(), (Attempt("left"), Attempt("right")), is_phone=True)
    shown, now_s = [], 0.0
    while guide.phase != "done" or guide.given < len(timeline(guide)):
        now_s += TICK_S
        guide, more = advance(guide, now_s)
        cues += more
        shown.append((guide.phase, guide.remaining(now_s)))
    for (phase, left_s), (following, later_s) in itertools.pairwise(shown):
        counts = {"settle": "hold", "rest": "task", "place": "task", "task": "ready", "ready": "countdown"}
        if following in (phase, counts.get(phase)) and phase not in ("still", "done"):
            assert later_s <= left_s + 1e-6
    half = next(cue for cue in cues if cue.text == "15 seconds left.")
    assert any(phase == "hold" and abs(left_s - 15.0) < 0.06 for phase, left_s in shown)
    assert half.at_s == pytest.approx(guide.takes[0].hold_s[0] + 15.0)
    assert next(left_s for phase, left_s in shown if phase == "rest") == pytest.approx(30.0, abs=0.06)


@pytest.mark.parametrize(
    ("held_s", "before", "text"),
    [
        (22.3, None, "Right: 22 seconds."),
        (22.3, (16.0, "Monday"), "Right: 22 seconds, six more than on Monday."),
        (22.3, (22.0, "9 March"), "Right: 22 seconds, as on 9 March."),
        (12.0, (29.0, "Monday"), "Right: 12 seconds. On Monday it was 29."),
        (29.97, (10.0, "Monday"), "Right: all 30 seconds."),
        (1.2, None, "Right: one second."),
    ],
)
def test_the_result_is_told_in_seconds(held_s, before, text):
    assert tell_held("right", held_s, 30.0, before, "en") == text


def test_every_text_of_the_catalogue_has_both_languages_and_the_same_fills():
    for key, texts in catalogue().items():
        assert set(texts) == {"en", "de"}, key


SCRIPT = st.lists(st.tuples(st.floats(0.0, 60.0), st.sampled_from([*WORDS, "said"])), max_size=12)


def follow(script, extra_s):
    """Advance through a script, with stops at `extra_s` besides."""
    guide, cues = begin(PROTOCOL, Setup(eyes="closed"), plan(PROTOCOL))
    cues, events, now_s = list(cues), [], 0.0
    for pause_s, word in script:
        now_s += pause_s
        events.append((now_s, 1, word))
    for at_s, _, word in sorted([*events, *((s, 0, None) for s in extra_s)], key=lambda e: e[:2]):
        guide, more = advance(guide, at_s, word)
        cues += more
    guide, more = advance(guide, 1000.0)
    return guide, [*cues, *more]


@given(script=SCRIPT, extra_s=st.lists(st.floats(0.0, 900.0), max_size=20))
def test_the_steps_of_time_make_no_difference(script, extra_s):
    assert follow(script, extra_s) == follow(script, [])


@given(SCRIPT)
def test_cues_come_in_order_and_takes_make_sense(script):
    guide, cues = follow(script, [])
    assert [cue.at_s for cue in cues] == sorted(cue.at_s for cue in cues)
    for take in guide.takes:
        assert take.start_s <= take.hold_s[0] <= take.hold_s[1] <= take.hold_s[0] + 30.0 + 1e-6
        assert (take.ending == "held") == (take.held_s > 29.999)
    assert len(guide.takes) <= len(guide.attempts) * (MAX_RETRIES + 1) + sum(w == "lost" for _, w in script)
