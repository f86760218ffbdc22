"""The screen of a live session: phase, seconds, words, bull's-eye and trace, as rich draws them."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING, Any, Final

from surefoot.live.guide import Guide, Phase

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from surefoot.live.log import StateKind
    from surefoot.model import Floats

BARS: Final = "▁▂▃▄▅▆▇█"
DIGITS: Final = {
    "0": ("███", "█ █", "█ █", "█ █", "███"), "1": ("  █", "  █", "  █", "  █", "  █"),
    "2": ("███", "  █", "███", "█  ", "███"), "3": ("███", "  █", "███", "  █", "███"),
    "4": ("█ █", "█ █", "███", "  █", "  █"), "5": ("███", "█  ", "███", "  █", "███"),
    "6": ("███", "█  ", "███", "█ █", "███"), "7": ("███", "  █", "  █", "  █", "  █"),
    "8": ("███", "█ █", "███", "█ █", "███"), "9": ("███", "█ █", "███", "  █", "███"),
}  # fmt: skip
TITLES: Final[dict[Phase, tuple[str, str]]] = {
    "still": ("HOLD STILL", "black on yellow"),
    "safety": ("READ THIS FIRST", "black on yellow"),
    "place": ("TAKE YOUR PLACE", "black on yellow"),
    "task": ("LISTEN", "black on yellow"),
    "ready": ("GET READY", "black on yellow"),
    "countdown": ("GET READY", "black on yellow"),
    "settle": ("FIND YOUR BALANCE", "black on cyan"),
    "hold": ("HOLD", "black on green"),
    "rest": ("REST", "white on blue"),
    "paused": ("PAUSED", "white on blue"),
    "waiting": ("SENSOR LOST", "white on red"),
    "done": ("FINISHED", "white on blue"),
}
BULLSEYE_DEG: Final = 10.0
TRACE_MPS2: Final = 0.3
WARNINGS: Final[tuple[StateKind, ...]] = (
    "lost",
    "silent",
    "off",
    "slept",
    "weak",
    "slow",
    "moving",
    "unsaved",
)
WAITING_TEXT: Final = "Ctrl+C: leave"
KEYS_TEXT: Final = "Enter: go on, or stop   p: pause   s: skip   q: quit"
FEW_KEYS_TEXT: Final = "Enter  p: pause  s: skip  q: quit"
# Borders, and a blank at each end, of the line that names the keys.
FRAME_WIDTH, FRAME_HEIGHT = 6, 2
# On fewer lines than these, large digits leave no room for words.
SMALL_LINES: Final = 16


@dataclass(frozen=True, slots=True)
class _Framed:
    """Lines in a frame that never outgrows the terminal, so that the keys below them are always seen.

    `plain` stands for the lines where these would not fit.
    """

    lines: Sequence[Any]
    plain: Sequence[Any]
    title: str

    def __rich_console__(self, console: Any, options: Any) -> Iterator[Any]:
        from rich.align import Align
        from rich.console import Group
        from rich.panel import Panel

        lines_high = options.size.height
        kept = self.lines if lines_high >= SMALL_LINES else self.plain
        body = Group(*(Align.center(line) for line in kept))
        inner = options.update(width=options.max_width - 4, height=None)
        is_cut = len(console.render_lines(body, inner)) + FRAME_HEIGHT > lines_high
        keys = KEYS_TEXT if options.max_width >= len(KEYS_TEXT) + FRAME_WIDTH else FEW_KEYS_TEXT
        yield Panel(body, title=self.title, subtitle=keys, height=lines_high if is_cut else None)


def picture(
    guide: Guide,
    now_s: float,
    said: str,
    state: tuple[StateKind, str],
    trace: Floats,
    tilt_deg: tuple[float, float],
) -> Any:
    """Return the screen as rich draws it; `said` are the words of the moment, `state` what the link does.

    While there is something to read, neither trace nor bull's-eye takes room from it.
    """
    from rich.text import Text

    title, colours = TITLES[guide.phase]
    is_counted = guide.phase not in ("safety", "paused", "waiting", "done")
    left = f"{ceil(guide.remaining(now_s))}" if is_counted else ""
    head = Text(f"  {' '.join(title)}  ", style=f"bold {colours}")
    leg, words = (
        Text(guide.attempt.title.upper(), style="bold"),
        Text(said, justify="center", style="bold"),
    )
    digits = [Text(large(left), style="bold")] if is_counted else []
    watched = [
        Text(bullseye(*tilt_deg)),
        Text(f"your lean (outer ring {BULLSEYE_DEG:.0f}°) and movement, the last 10 s", style="dim"),
        Text(sparkline(trace)),
    ]
    news, blank = _news(state), Text("")
    lines = [head, leg, blank, *digits, blank, words, *(watched if is_counted else []), news]
    plain = [head, Text(f"{leg}  {left}", style="bold"), words, news]
    return _Framed(lines, plain, guide.protocol.title)


def waiting(state: tuple[StateKind, str]) -> Any:
    """Return the screen before anything was heard of the sensor."""
    from rich.align import Align
    from rich.panel import Panel

    return Panel(Align.center(_news(state)), title="Surefoot", subtitle=WAITING_TEXT)


def _news(state: tuple[StateKind, str]) -> Any:
    from rich.text import Text

    kind, told = state
    return Text(told, style="bold red" if kind in WARNINGS else "dim", justify="center")


def large(number: str) -> str:
    """Return digits five lines high, each point two characters wide.

    >>> print(large("7"))
    ██████
        ██
        ██
        ██
        ██
    """
    rows = ["  ".join(DIGITS[digit][row] for digit in number) for row in range(5)]
    return "\n".join("".join(2 * point for point in row) for row in rows)


def sparkline(values: Floats, width: int = 46) -> str:
    """Return a trace in one line, full scale `TRACE_MPS2` either side.

    >>> sparkline([-2.0, 0.0, 2.0], width=3)
    '▁▅█'
    """
    if not len(values):
        return ""
    step = max(len(values) // width, 1)
    levels = [min(max((float(v) / TRACE_MPS2 + 1) / 2, 0.0), 1.0) for v in values[::step]][-width:]
    return "".join(BARS[min(int(level * len(BARS)), len(BARS) - 1)] for level in levels)


def bullseye(across_deg: float, along_deg: float, size: int = 9) -> str:
    """Return rings of 10 degrees with a dot where the sensor leans, held at the edge."""
    half = size // 2
    column, row = (
        half + round(min(max(tilt / BULLSEYE_DEG, -1.0), 1.0) * half) for tilt in (across_deg, along_deg)
    )
    lines = [[_ring_mark(x - half, y - half, half) for x in range(size)] for y in range(size)]
    lines[size - 1 - row][column] = "●"
    return "\n".join(" ".join(line) for line in lines)


def _ring_mark(x: int, y: int, half: int) -> str:
    if x == y == 0:
        return "+"
    return "·" if round((x**2 + y**2) ** 0.5) in (half, half // 2) else " "
