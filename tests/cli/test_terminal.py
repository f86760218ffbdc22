"""``surefoot record --simulated`` in a terminal, as somebody sees it who presses two keys."""

import os
import re
import select
import sys
from pathlib import Path

import pytest

if os.name == "nt":
    pytest.skip("pseudo-terminals are of POSIX", allow_module_level=True)

import fcntl
import pty
import struct
import termios

from surefoot.live.guide import safety_text
from surefoot.model import Setup
from surefoot.protocols import load_protocols

RECORDER = Path(__file__).parents[1] / "support" / "recorder.py"
PROTOCOL = load_protocols()["single-leg"]
CODES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|[│╭╮╰╯─]")


class Terminal:
    """A terminal of 80 columns and 24 lines with a program in it."""

    def __init__(self, command, environment):
        self.said = ""
        self.program, self.end = pty.fork()
        if not self.program:
            os.execvpe(command[0], command, environment)
        fcntl.ioctl(self.end, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))

    def until(self, words=None, seconds=60.0):
        """Read until `words` were on the screen since the last call, or to the end of the program."""
        since = len(self.said)
        while words is None or words not in self.plain(since):
            ready, _, _ = select.select([self.end], [], [], seconds)
            assert ready, f"{words!r} did not come: {self.plain(since)[-500:]}"
            try:
                self.said += os.read(self.end, 65536).decode("utf-8", "replace")
            except OSError:
                assert words is None, f"{words!r} did not come: {self.plain(since)[-500:]}"
                break
        return self.plain(since)

    def plain(self, since):
        """Return what was shown, on one line, without colours, frames and places on the screen."""
        return " ".join(CODES.sub(" ", self.said[since:]).split())

    def press(self, key):
        os.write(self.end, key.encode())

    def close(self):
        """Return the program's code."""
        _, status = os.waitpid(self.program, 0)
        os.close(self.end)
        return os.waitstatus_to_exitcode(status)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_two_keys_lead_through_a_test(tmp_path):
    command = [sys.executable, str(RECORDER), "12", str(tmp_path / "witness.txt"), "--leg", "left"]
    # Without a program that speaks, the screen must say everything.
    terminal = Terminal(command, {**os.environ, "TERM": "xterm-256color", "PATH": str(tmp_path)})
    told = terminal.until("H O L D S T I L L")
    told = terminal.until("Press Enter when you are ready.")
    assert safety_text(PROTOCOL, Setup(leg="left")) in told
    terminal.press("\n")
    terminal.until("G E T R E A D Y LEFT LEG, PRACTICE")
    terminal.until("F I N D Y O U R B A L A N C E")
    held = terminal.until("R E S T LEFT LEG")
    assert "H O L D LEFT LEG, PRACTICE" in held
    assert "██████" in held
    assert "your lean (outer ring 10°) and movement, the last 10 s" in held
    assert "●" in held
    assert "\a" in terminal.said
    terminal.press("q")
    last = terminal.until()
    assert terminal.close() == 0, last
    assert "Left leg, practice (held to the end): trial" in last
    assert "simulated is a made-up person." in last
