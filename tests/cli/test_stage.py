"""The terminal of a live session: what keys mean, what is drawn, what is said."""

from __future__ import annotations

import io
import os
import re
from typing import ClassVar

import numpy as np
import pytest
from rich.console import Console

from radio_failures import READS
from surefoot.cli import terminal as stage
from surefoot.cli.screen import bullseye, picture, sparkline
from surefoot.cli.terminal import Keys, PlainStage, TerminalStage, meaning
from surefoot.errors import SetupError
from surefoot.live.guide import Attempt, Cue, advance, begin
from surefoot.live.log import State
from surefoot.model import Setup
from surefoot.protocols import load_protocols

PROTOCOL = load_protocols()["single-leg"]


def guide_in(phase, protocol=PROTOCOL):
    guide, _ = begin(protocol, Setup(), (Attempt("left"), Attempt("right")))
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
        ("p", "rest", "pause"), ("x", "hold", None), ("", "hold", None),
    ],
)  # fmt: skip
def test_what_keys_mean(key, phase, word):
    guide = guide_in("hold") if phase == "rest" else guide_in(phase)
    assert meaning(key, guide) == word


def shown_by(screen, width=100, height=60):
    console = Console(width=width, height=height, force_terminal=True, color_system="truecolor")
    with console.capture() as captured:
        console.print(screen)
    return captured.get()


def drawn(guide, now_s, tilt=(0.0, 0.0), state=("streaming", "streaming"), width=100):
    return shown_by(picture(guide, now_s, "Hold.", state, np.zeros(100), tilt), width)


def test_the_picture_holds_phase_leg_seconds_and_words():
    guide = guide_in("hold")
    text = drawn(guide, guide.since_s + 10.5)
    for part in ("H O L D", "LEFT LEG", "Hold.", "streaming", "Single-leg stance", "Enter: go on"):
        assert part in text
    assert "██████    ██████" in text
    assert "██" not in drawn(guide_in("safety"), 100.0)


@pytest.mark.parametrize("phase", ["still", "safety", "ready", "countdown", "settle", "hold", "rest"])
def test_the_picture_fits_a_small_terminal(phase):
    """Where lines are left over, rich cuts the panel and its keys away."""
    guide = guide_in(phase)
    tiny = picture(guide, guide.since_s, "Stop if it hurts. " * 20, ("lost", "Lost."), np.zeros(100), (0, 0))
    tiny = re.sub(r"\x1b\[[0-9;]*m", "", shown_by(tiny, width=40, height=10))
    assert len(tiny.splitlines()) == 10
    assert "Enter  p: pause  s: skip  q: quit" in tiny.splitlines()[-1]
    assert guide.attempt.title.upper() in tiny
    assert len(drawn(guide, guide.since_s, width=80).splitlines()) <= 24
    narrow = re.sub(r"\x1b\[[0-9;]*m", "", drawn(guide, guide.since_s, width=50))
    assert "q: quit" in narrow
    # The trace stands in one line.
    assert sum("▅▅▅" in line for line in narrow.splitlines()) <= 1


def test_a_warning_is_red_and_a_remark_is_not():
    guide = guide_in("hold")
    red = "\x1b[1;31m"
    assert f"{red}Lost." in drawn(guide, 20.0, state=("lost", "Lost."))
    assert red not in drawn(guide, 20.0, state=("streaming", "Lost."))


def test_the_safety_text_stays_to_be_read():
    """Without a voice the screen is all there is: what was said at one moment is shown together."""
    recorder = Recorder()
    shown = TerminalStage(recorder, recorder, recorder)
    guide, cues = begin(PROTOCOL, Setup(eyes="closed"), (Attempt("left"),))
    for cue in cues:
        shown.cue(cue)
    for now_s in np.arange(0.0, 6.0, 0.05):
        guide, cues = advance(guide, float(now_s), "said")
        for cue in cues:
            shown.cue(cue)
    shown.draw(guide, Leaning((0.0, 0.0)), 6.0)
    plain = re.sub(r"\x1b\[[0-9;]*m", "", shown_by(recorder.screens[-1]))
    text = " ".join(plain.replace("│", " ").split())
    assert guide.phase == "safety"
    for words in ("Stop if it hurts.", "somebody should be beside you", "Press Enter when you are ready."):
        assert words in text
    assert "Keep the sensor still" not in text


def test_what_the_link_does_is_shown_before_and_after_the_test_too():
    """While a sensor is looked for, and while the rest is fetched, nothing else moves the screen."""
    recorder = Recorder()
    shown = TerminalStage(recorder, recorder, recorder)
    shown.tell(State(10.0, "searching", "Looking for Movesense…"))
    assert "Looking for Movesense…" in shown_by(recorder.screens[-1])
    assert "Ctrl+C" in shown_by(recorder.screens[-1])
    guide = guide_in("hold")
    shown.draw(guide, Leaning((0.0, 0.0)), 12.0)
    shown.tell(State(50.0, "connecting", "Waiting for the phone"))
    assert "Waiting for the phone" in shown_by(recorder.screens[-1])
    assert "LEFT LEG" in shown_by(recorder.screens[-1])


def test_a_warning_does_not_stay_for_ever():
    recorder = Recorder()
    shown = TerminalStage(recorder, recorder, recorder)
    guide = guide_in("hold")
    shown.tell(State(10.0, "weak", READS["weak"]))
    shown.draw(guide, Leaning((0.0, 0.0)), 12.0)
    shown.draw(guide, Leaning((0.0, 0.0)), 30.0)
    _, before, after = (shown_by(screen) for screen in recorder.screens)
    assert READS["weak"] in before
    assert READS["weak"] not in after
    shown.tell(State(30.0, "lost", READS["lost"]))
    shown.draw(guide, Leaning((0.0, 0.0)), 60.0)
    assert READS["lost"] in shown_by(recorder.screens[-1])


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

    def update(self, screen, *, refresh):
        assert refresh
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


def test_the_screen_is_drawn_a_few_times_a_second_and_at_every_change():
    recorder = Recorder()
    shown = TerminalStage(recorder, recorder, recorder)
    for now_s in np.arange(10.0, 12.0, 0.05):
        shown.draw(guide_in("settle"), Leaning((0.0, 0.0)), float(now_s))
    assert 7 <= len(recorder.screens) <= 9
    shown.draw(guide_in("hold"), Leaning((0.0, 0.0)), 11.96)
    assert 8 <= len(recorder.screens) <= 10


def test_a_board_that_leans_far_rings_once(capsys):
    recorder = Recorder()
    shown = TerminalStage(recorder, recorder, recorder)
    guide = guide_in("hold", load_protocols()["wobble-board"])
    for second, tilt in enumerate((2.0, 12.0, 13.0, 2.0, 12.0)):
        shown.draw(guide, Leaning((tilt, 0.0)), 12.0 + second)
    assert capsys.readouterr().err == "\a\a"


def test_without_a_terminal_lines_are_printed(capsys):
    plain = PlainStage()
    plain.cue(Cue(0.0, "say", "Now."))
    plain.cue(Cue(0.0, "beep"))
    plain.draw(None, None, 0.0)
    assert plain.word(None) is None
    assert not plain.is_speaking()
    assert capsys.readouterr().err == "Now.\n"


class Program:
    """Stands for programs that speak: each runs until it is `over`."""

    started: ClassVar[list[Program]] = []

    def __init__(self, command, *, stdin, **_):
        self.command, self.over, self.killed = command, False, False
        self.heard = Heard() if stdin == stage.subprocess.PIPE else None
        self.stdin = self.heard
        Program.started.append(self)

    def poll(self):
        return 0 if self.over else None

    def kill(self):
        self.over = self.killed = True

    def wait(self):
        assert self.over


class Heard(io.BytesIO):
    """What was written to a program, once it was told that this is all."""

    text = ""

    def close(self):
        self.text = self.text or self.getvalue().decode()
        super().close()


def speaks_with(monkeypatch, program):
    Program.started = []
    monkeypatch.setattr(stage.shutil, "which", lambda name: name if name == program else None)
    monkeypatch.setattr(stage.subprocess, "Popen", Program)
    return stage.Voice()


def test_the_voice_says_one_sentence_after_the_other(monkeypatch):
    voice = speaks_with(monkeypatch, "espeak")
    voice.say("one")
    voice.say("two")
    assert voice.is_speaking
    assert [program.command for program in Program.started] == [["espeak", "one"]]
    Program.started[0].over = True
    assert voice.is_speaking
    assert Program.started[-1].command == ["espeak", "two"]
    Program.started[1].over = True
    assert not voice.is_speaking
    assert not any(program.killed for program in Program.started)


@pytest.mark.parametrize("program", ["espeak", "powershell.exe"])
def test_a_hushed_voice_forgets_what_waited_and_says_the_next_at_once(monkeypatch, program):
    voice = speaks_with(monkeypatch, program)
    before = len(Program.started)
    for text in ("one", "two"):
        voice.say(text)
    speaking = Program.started[0]
    voice.hush()
    assert speaking.killed
    assert not voice.is_speaking
    voice.say("three")
    assert voice.is_speaking
    assert len(Program.started) == before + 2


def test_windows_speaks_by_a_program_that_waits_for_its_sentence(monkeypatch):
    voice = speaks_with(monkeypatch, "powershell.exe")
    (waiting,) = Program.started
    voice.say("Lift your foot, ö.")
    assert waiting.heard.text == "Lift your foot, ö."
    assert waiting.command == stage.SAPI
    assert not Program.started[1].heard.closed


def test_without_a_voice_the_bell_must_be_heard(monkeypatch, capsys):
    monkeypatch.setattr(stage.shutil, "which", lambda _: None)
    answers = iter([False, True, True])
    monkeypatch.setattr(stage.typer, "confirm", lambda *_, **__: next(answers))
    stage.need_sound()
    assert capsys.readouterr().err == f"{stage.NO_VOICE_TEXT}\n\a\a"
    assert stage.NO_VOICE_TEXT.startswith(READS["no voice"])
    answers = iter([False, False])
    with pytest.raises(SetupError, match="nobody would know when the test is over"):
        stage.need_sound()


@pytest.mark.skipif(os.name == "nt", reason="terminals of POSIX")
@pytest.mark.parametrize(
    ("typed", "key"),
    [
        (b"", ""),
        (b"q", "q"),
        (b"\n", "\n"),
        (b"\x1bOQ", ""),
        (b"\x1bOS", ""),
        (b"\x1b[A", ""),
        (b"\n\n\n\n", "\n"),
    ],
)
def test_keys_without_a_letter_mean_nothing_and_a_held_one_does_not_pile_up(monkeypatch, typed, key):
    """F2 ended the session, F4 skipped the attempt, and a held Enter stopped it long after."""
    reading, writing = os.pipe()
    with os.fdopen(reading) as terminal, os.fdopen(writing, "wb", buffering=0) as keyboard:
        monkeypatch.setattr(stage.sys, "stdin", terminal)
        if typed:
            keyboard.write(typed)
        assert Keys().pressed() == key
        assert Keys().pressed() == ""
