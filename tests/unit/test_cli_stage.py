"""The terminal of a live session: what keys mean, what is drawn, what is said."""

import numpy as np
import pytest
from rich.console import Console

from surefoot.cli import stage
from surefoot.cli.stage import PlainStage, TerminalStage, bullseye, meaning, picture, sparkline
from surefoot.guide import Attempt, Cue, advance, begin
from surefoot.protocols import load_protocols

PROTOCOL = load_protocols()["single-leg"]


def guide_in(phase, protocol=PROTOCOL):
    guide, _ = begin(protocol, (Attempt("left"),))
    now_s = 0.0
    while guide.phase != phase:
        now_s += 0.5
        guide, _ = advance(guide, now_s, "go" if guide.phase == "safety" else None)
    return guide


@pytest.mark.parametrize(
    ("key", "phase", "word"),
    [
        ("\n", "safety", "go"), (" ", "ready", "go"), ("\r", "hold", "stop"), ("\n", "settle", "stop"),
        ("s", "hold", "skip"), ("Q", "rest", "quit"), ("\x03", "hold", "quit"),
        ("x", "hold", None), ("", "hold", None),
    ],
)  # fmt: skip
def test_what_keys_mean(key, phase, word):
    guide = guide_in("hold") if phase == "rest" else guide_in(phase)
    assert meaning(key, guide) == word


def drawn(guide, now_s, tilt=(0.0, 0.0)):
    console = Console(width=100)
    with console.capture() as captured:
        console.print(picture(guide, now_s, "Hold.", "streaming", np.zeros(100), tilt))
    return captured.get()


def test_the_picture_holds_phase_leg_seconds_and_words():
    guide = guide_in("hold")
    text = drawn(guide, guide.since_s + 10.0)
    for part in ("HOLD", "left leg", "Hold.", "streaming", "Single-leg stance", "Enter: go on"):
        assert part in text
    assert "███  ███" in text
    assert "███" not in drawn(guide_in("safety"), 100.0)


def test_the_dot_is_where_the_sensor_leans():
    def at(*tilt):
        rows = bullseye(*tilt).split("\n")
        (place,) = [(row[::2].index("●"), y) for y, row in enumerate(rows) if "●" in row]
        return place

    assert at(0.0, 0.0) == (4, 4)
    assert at(10.0, 0.0) == (8, 4)
    assert at(0.0, 10.0) == (4, 0)
    assert at(-99.0, -99.0) == (0, 8)


def test_the_trace_shows_high_and_low():
    line = sparkline(np.array([-1.0, 0.0, 1.0]))
    assert (line[0], line[-1]) == ("▁", "█")
    assert sparkline(np.array([])) == ""


class Recorder:
    """Stands for the screen, the keys and the voice at once."""

    def __init__(self, key=""):
        self.screens, self.said, self.key = [], [], key

    def update(self, screen):
        self.screens.append(screen)

    def say(self, text):
        self.said.append(text)

    def pressed(self):
        return self.key


class Leaning:
    """A monitor that leans."""

    def __init__(self, tilt_deg):
        self.tilt_deg = tilt_deg

    def glance(self, seconds):
        return self

    def trace(self):
        return np.zeros(10)


def test_cues_are_spoken_and_sounded(capsys):
    recorder = Recorder("s")
    shown = TerminalStage(recorder, recorder, recorder)
    guide = guide_in("hold")
    shown.cue(Cue(0.0, "say", "Hold."))
    shown.cue(Cue(0.0, "beep"))
    shown.draw(guide, Leaning((1.0, 2.0)), 12.0)
    assert recorder.said == ["Hold."]
    assert capsys.readouterr().err == "\a"
    assert len(recorder.screens) == 1
    assert shown.word(guide) == "skip"


def test_a_board_that_leans_far_rings_once(capsys):
    recorder = Recorder()
    shown = TerminalStage(recorder, recorder, recorder)
    guide = guide_in("hold", load_protocols()["wobble-board"])
    for tilt in (2.0, 12.0, 13.0, 2.0, 12.0):
        shown.draw(guide, Leaning((tilt, 0.0)), 12.0)
    assert capsys.readouterr().err == "\a\a"


def test_without_a_terminal_lines_are_printed(capsys):
    plain = PlainStage()
    plain.cue(Cue(0.0, "say", "Now."))
    plain.cue(Cue(0.0, "beep"))
    plain.cue(Cue(0.0, "show", "3"))
    plain.draw(None, None, 0.0)
    assert plain.word(None) is None
    assert capsys.readouterr().err == "Now.\n"


def test_the_voice_says_one_sentence_after_the_other(monkeypatch, tmp_path):
    said = []

    class Done(Exception):  # noqa: N818
        pass

    def speak(command, **_):
        said.append(command)
        if len(said) == 2:
            raise Done

    monkeypatch.setattr(stage.shutil, "which", lambda name: name if name == "espeak" else None)
    monkeypatch.setattr(stage.threading.Thread, "start", lambda self: None)
    monkeypatch.setattr(stage.subprocess, "run", speak)
    voice = stage.Voice()
    voice.say("one")
    voice.say("two")
    with pytest.raises(Done):
        voice._speak()
    assert said == [["espeak", "one"], ["espeak", "two"]]
