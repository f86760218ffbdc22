"""Where a live session shows itself: large text, beeps, speech, trace and bull's-eye; or plain lines."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

import typer

from surefoot.cli.screen import BULLSEYE_DEG, picture, waiting
from surefoot.errors import SetupError
from surefoot.live.guide import Cue, Guide, Phase, Word

if TYPE_CHECKING:
    from surefoot.live.log import State, StateKind
    from surefoot.live.monitor import Monitor
    from surefoot.model import Floats

_SAPI_SCRIPT: Final = (
    "$voice = New-Object -ComObject SAPI.SpVoice; "
    "$text = New-Object IO.StreamReader([Console]::OpenStandardInput(), [Text.Encoding]::UTF8); "
    "[void]$voice.Speak($text.ReadToEnd())"
)
# The system's own voice on Windows. It takes a second to start, so one always waits for its sentence.
SAPI: Final = ("powershell.exe", "-NoProfile", "-NonInteractive", "-Command", _SAPI_SCRIPT)
SPEAKERS: Final = (("say",), ("spd-say", "--wait"), ("espeak-ng",), ("espeak",), SAPI)
VOICE_TICK_S: Final = 0.02
NO_VOICE_TEXT: Final = (
    "Nothing on this computer can speak. With your eyes closed only the terminal's bell tells when it begins "
    "and when it is over. It rings now."
)
STATE_SHOWN_S: Final = 15.0
DRAWN_EVERY_S: Final = 0.25


class PlainStage:
    """Lines on stderr, for where there is no terminal: what is said and what the link does."""

    def tell(self, state: State) -> None:
        """Print what the link is doing."""
        print(state.text, file=sys.stderr, flush=True)

    def cue(self, cue: Cue) -> None:
        """Print a cue that has words."""
        if cue.text:
            print(cue.text, file=sys.stderr, flush=True)

    def draw(self, guide: Guide, monitor: Monitor, now_s: float) -> None:
        """Draw nothing: there is no screen."""

    def word(self, guide: Guide) -> Word | None:
        """Nobody is asked."""

    def is_speaking(self) -> bool:
        """Nothing is spoken."""
        return False

    def hush(self) -> None:
        """Nothing is spoken."""


class TerminalStage:
    """A terminal of large text with a live trace and bull's-eye; speaks where the system can."""

    def __init__(self, live: Any, keys: Keys, voice: Voice) -> None:
        self._live, self._keys, self._voice = live, keys, voice
        self._said = ""
        self._state: State | None = None
        self._outside = False
        self._drawn: tuple[Phase | None, float] = None, 0.0
        self._view: tuple[Guide, Floats, tuple[float, float]] | None = None

    def tell(self, state: State) -> None:
        """Show at once what the link is doing, and sound the bell where something is wrong."""
        self._state = state
        if state.kind in ("lost", "silent", "slept", "off", "unsaved"):
            ring()
        self._show(state.at_s)

    def cue(self, cue: Cue) -> None:
        """Speak, show or sound a cue."""
        if cue.kind not in ("say", "show"):
            ring()
        if cue.text:
            self._said = cue.text
        if cue.kind == "say":
            self._voice.say(cue.text)

    def draw(self, guide: Guide, monitor: Monitor, now_s: float) -> None:
        """Draw the phase, the seconds left, the trace and the bull's-eye, a few times a second."""
        if guide.phase == self._drawn[0] and now_s < self._drawn[1] + DRAWN_EVERY_S:
            return
        self._drawn = guide.phase, now_s
        glance = monitor.glance(0.2)
        tilt = glance.tilt_deg if glance is not None else (0.0, 0.0)
        self._warn(guide, tilt)
        self._view = guide, monitor.trace(), tilt
        self._show(now_s)

    def word(self, guide: Guide) -> Word | None:
        """Return what the last key means in this phase."""
        return meaning(self._keys.pressed(), guide)

    def is_speaking(self) -> bool:
        """Tell whether the voice is not through."""
        return self._voice.is_speaking

    def hush(self) -> None:
        """End what is being said."""
        self._voice.hush()

    def _show(self, now_s: float) -> None:
        """Show where the test stands, as it was last drawn; before it begins, only what the link does."""
        if self._view is None:
            screen = waiting(self._news(now_s))
        else:
            guide, trace, tilt = self._view
            screen = picture(guide, now_s, self._said, self._news(now_s), trace, tilt)
        self._live.update(screen, refresh=True)

    def _news(self, now_s: float) -> tuple[StateKind, str]:
        """Return what the link last told; a warning that nothing followed is over after a while."""
        passing = ("weak", "slow", "moving", "battery", "saved")
        if self._state is None:
            return "searching", ""
        if self._state.kind in passing and now_s - self._state.at_s > STATE_SHOWN_S:
            return "streaming", ""
        return self._state.kind, self._state.text

    def _warn(self, guide: Guide, tilt: tuple[float, float]) -> None:
        """Ring once when a board leaves the rings of the bull's-eye."""
        outside = max(abs(tilt[0]), abs(tilt[1])) > BULLSEYE_DEG
        if outside and not self._outside and guide.protocol.stance == "board":
            ring()
        self._outside = outside


class Keys:
    """Keys as they are pressed, without Enter."""

    def pressed(self) -> str:
        """Return the key that was pressed since the last call, the first where there are more.

        An empty text is none, or one that has no letter: what stands for F2 ends in a Q.
        """
        if sys.platform == "win32":
            import msvcrt

            key = msvcrt.getwch() if msvcrt.kbhit() else ""
            if key not in ("\x00", "\xe0"):
                return key
            msvcrt.getwch()
            return ""
        import select

        ready, _, _ = select.select([sys.stdin], [], [], 0)
        keys = os.read(sys.stdin.fileno(), 1024).decode("ascii", "replace") if ready else ""
        return "" if keys.startswith("\x1b") else keys[:1]


class Voice:
    """Speech by whatever the system has, one sentence after the other; silent where it has nothing.

    Whoever asks whether it is speaking moves it on to the next sentence.
    """

    def __init__(self) -> None:
        self._program = find_speaker()
        self._sentences: deque[str] = deque()
        self._speaking: subprocess.Popen[bytes] | None = None
        self._spare = _start(self._program) if self._program == SAPI else None

    def say(self, text: str) -> None:
        """Say a sentence once those before it are said."""
        if self._program:
            self._sentences.append(text)
            self._move_on()

    def hush(self) -> None:
        """End what is being said, and forget what waits to be."""
        self._sentences.clear()
        if self._speaking is None:
            return
        self._speaking.kill()
        self._speaking.wait()
        if self._program and self._program[0] == "spd-say":
            # What it was to say lies with a service, which goes on without it.
            _run("spd-say", "--cancel")

    @property
    def is_speaking(self) -> bool:
        """Whether a sentence is being said, or waits for that."""
        self._move_on()
        return self._speaking is not None

    def finish(self) -> None:
        """Wait until all is said."""
        while self.is_speaking:
            time.sleep(VOICE_TICK_S)

    def _move_on(self) -> None:
        if self._speaking is not None and self._speaking.poll() is None:
            return
        self._speaking = self._begin(self._sentences.popleft()) if self._sentences else None

    def _begin(self, text: str) -> subprocess.Popen[bytes] | None:
        if self._program != SAPI:
            return _start([*self._program, text]) if self._program else None
        process, self._spare = self._spare, _start(SAPI)
        if process is not None and process.stdin is not None:
            with contextlib.suppress(OSError), process.stdin:
                process.stdin.write(text.encode())
        return process


def find_speaker() -> tuple[str, ...] | None:
    """Return the command of the first program here that speaks; None where there is none."""
    return next((program for program in SPEAKERS if shutil.which(program[0])), None)


def need_sound() -> None:
    """Have the bell heard where nothing speaks. Raises SetupError where it is not heard either."""
    if find_speaker() is not None:
        return
    typer.echo(NO_VOICE_TEXT, err=True)
    ring()
    while not typer.confirm("Did you hear it", default=False, err=True):
        if not typer.confirm("Ring again", default=True, err=True):
            raise SetupError(
                "With closed eyes nobody would know when the test is over.",
                found="no voice on this computer, and a bell that is not heard",
                expected="something that is heard",
                do="Turn the sound on and the bell in the terminal's settings, install espeak-ng, or record "
                "with --phone: a phone speaks by itself.",
            )
        ring()


def _start(command: Sequence[str]) -> subprocess.Popen[bytes] | None:
    """Start a program that speaks; None where it does not start."""
    quiet = subprocess.DEVNULL
    told = subprocess.PIPE if command == SAPI else quiet
    with contextlib.suppress(OSError):
        return subprocess.Popen(command, stdin=told, stdout=quiet, stderr=quiet)  # noqa: S603
    return None


def _run(*command: str) -> None:
    with contextlib.suppress(OSError, subprocess.TimeoutExpired):
        subprocess.run(command, timeout=1.0, capture_output=True, check=False)  # noqa: S603


@contextlib.contextmanager
def open_stage(*, attended: bool) -> Iterator[PlainStage | TerminalStage]:
    """Yield a stage: a terminal's screen where somebody attends, lines elsewhere."""
    if not attended:
        yield PlainStage()
        return
    from rich.console import Console
    from rich.live import Live

    # rich would take what is written to stderr for text, and drop the bell.
    screen = Live(
        console=Console(stderr=True),
        screen=True,
        auto_refresh=False,
        redirect_stdout=False,
        redirect_stderr=False,
    )
    with _single_keys(), screen as live:
        yield TerminalStage(live, Keys(), Voice())


def meaning(key: str, guide: Guide) -> Word | None:
    """Return the word that a key is in a phase."""
    if key in ("\r", "\n", " "):
        return "stop" if guide.phase in ("settle", "hold") else "go"
    words: dict[str, Word] = {"s": "skip", "p": "pause", "q": "quit", "\x03": "quit"}
    return words.get(key.lower()) if key else None


def ring() -> None:
    """Sound the terminal's bell."""
    print("\a", end="", file=sys.stderr, flush=True)


@contextlib.contextmanager
def _single_keys() -> Iterator[None]:
    """Have the terminal give keys at once, and put it back as it was."""
    if sys.platform == "win32":
        yield
        return
    import termios
    import tty

    before = termios.tcgetattr(sys.stdin)
    try:
        tty.setcbreak(sys.stdin)
        yield
    finally:
        termios.tcsetattr(sys.stdin, termios.TCSADRAIN, before)
