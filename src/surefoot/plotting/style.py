"""How every picture looks: one palette for light and dark, one size of type, where words stand and wrap.

Two tones and two marks tell the legs apart, so that grey paper loses nothing; no colour says good or bad.
Matplotlib is imported inside the functions, so naming this module costs nothing.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from threading import RLock
from typing import TYPE_CHECKING, Any, Final, Literal

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure, SubFigure
    from matplotlib.patches import Patch

# At 390 pixels the text of a picture this wide is 13 pixels high.
WIDTH_INCH: Final = 5.8
TEXT_PT: Final = 14.0
# On paper, beside other text.
PAPER_PT: Final = 9.5
LINE: Final = 1.36
EDGE_INCH: Final = 0.12

INK: Final = "#1b2625"
FAINT: Final = "#55625f"
GRID: Final = "#e2ded5"
PAPER: Final = "#ffffff"
STEADY: Final = "#f5f3ee"
WINDOW: Final = "#e2eff0"
RAW: Final = "#a9b3b0"
ACCENT: Final = "#0b6a78"
OTHER: Final = "#66726f"
CARE: Final = "#8a4b0b"

# Name of each colour in a style sheet → on light and on dark paper.
PALETTE: Final[Mapping[str, tuple[str, str]]] = {
    "ink": (INK, "#edf2f0"),
    "faint": (FAINT, "#a8b5b2"),
    "grid": (GRID, "#2b3634"),
    "paper": (PAPER, "#18211f"),
    "steady": (STEADY, "#1f2a28"),
    "window": (WINDOW, "#16343a"),
    "raw": (RAW, "#5d6a67"),
    "accent": (ACCENT, "#6fcbd8"),
    "other": (OTHER, "#8d9a97"),
    "care": (CARE, "#f2b67c"),
}

_SETTINGS: Final[Mapping[str, Any]] = {
    "axes.axisbelow": True,
    "axes.edgecolor": FAINT,
    "axes.facecolor": PAPER,
    "axes.grid": True,
    "axes.labelcolor": INK,
    "axes.labelsize": TEXT_PT,
    "axes.linewidth": 0.8,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlecolor": INK,
    "axes.titlelocation": "left",
    "axes.titlesize": TEXT_PT,
    "axes.unicode_minus": True,
    "figure.constrained_layout.h_pad": 0.1,
    "figure.constrained_layout.w_pad": 0.1,
    "figure.facecolor": PAPER,
    "font.family": ["DejaVu Sans"],
    "font.size": TEXT_PT,
    "grid.color": GRID,
    "grid.linewidth": 0.8,
    "legend.fontsize": TEXT_PT,
    "legend.frameon": False,
    "lines.solid_capstyle": "round",
    "lines.dash_capstyle": "round",
    "path.simplify_threshold": 0.4,
    "pdf.fonttype": 42,
    "svg.fonttype": "none",
    "svg.hashsalt": "surefoot",
    "text.color": INK,
    # Labels may hold a dollar sign; it is a dollar sign.
    "text.parse_math": False,
    "xtick.color": FAINT,
    "xtick.labelcolor": INK,
    "xtick.labelsize": TEXT_PT,
    "ytick.color": FAINT,
    "ytick.labelcolor": INK,
    "ytick.labelsize": TEXT_PT,
}
# Matplotlib's settings belong to the whole process; two threads must not put them back in the wrong order.
_LOCK = RLock()


@dataclass(frozen=True, slots=True)
class LineStyle:
    """Colour, marker and line of one leg or one direction: three ways to say which it is."""

    color: str
    marker: str
    line: Any


LEGS: Final[Mapping[str, LineStyle]] = {
    "left": LineStyle(ACCENT, "o", "-"),
    "right": LineStyle(OTHER, "s", (0, (1.2, 1.8))),
    "both": LineStyle(INK, "D", (0, (3, 1.6))),
}
# Of two legs in one panel: the one to watch, and the other.
WATCHED: Final = LineStyle(ACCENT, "o", "-")
BESIDE: Final = LineStyle(OTHER, "s", (0, (1.2, 1.8)))
AP_LOOK: Final = LineStyle(ACCENT, "", "-")
ML_LOOK: Final = LineStyle(INK, "", (0, (3, 1.4)))

Place = Literal["outside upper left", "outside lower left"]


@dataclass(frozen=True, slots=True)
class Box:
    """A part of a figure, in inches from its lower left."""

    left: float
    bottom: float
    width: float
    height: float

    @property
    def top(self) -> float:
        """The height of the upper edge."""
        return self.bottom + self.height

    def within(self, left: float, top: float, right: float, bottom: float) -> Box:
        """Return what is left of the box inside these margins."""
        width, height = self.width - left - right, self.height - top - bottom
        return Box(self.left + left, self.bottom + bottom, width, height)

    def add_axes(self, figure: Figure, *, behind: str = "none") -> Axes:
        """Add axes that fill the box."""
        wide, high = figure.get_size_inches()
        at = (self.left / wide, self.bottom / high, self.width / wide, self.height / high)
        return figure.add_axes(at, facecolor=behind)


@contextmanager
def drawing_style() -> Iterator[None]:
    """Apply the settings of all pictures while one is drawn or written, then put the old ones back."""
    import matplotlib as mpl

    settings: Any = dict(_SETTINGS)
    with _LOCK, mpl.rc_context(settings):
        yield


@cache
def _picture_class() -> type[Figure]:
    from matplotlib.figure import Figure

    class Picture(Figure):
        """A figure that shows itself where it is the last thing of a notebook's cell."""

        def _repr_png_(self) -> bytes:
            from surefoot.plotting.output import render

            return render(self, "png")

    return Picture


def new_figure(height_inch: float, *, width_inch: float = WIDTH_INCH, laid_out: bool = True) -> Figure:
    """Return an empty figure; call it, and draw, inside `drawing_style`.

    One that is not `laid_out` by matplotlib is drawn into boxes.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    figure = _picture_class()(figsize=(width_inch, height_inch), layout="constrained" if laid_out else None)
    FigureCanvasAgg(figure)
    return figure


def describe(figure: Figure, text: str) -> Figure:
    """Give `figure` its description for those who cannot see it, and return it."""
    figure.set_label(text)
    return figure


def limit_ticks(axes: Axes, *, across: int | None = None, up: int | None = None) -> None:
    """Let at most so many round intervals stand on the horizontal and the vertical axis."""
    from matplotlib.ticker import MaxNLocator

    for axis, count in ((axes.xaxis, across), (axes.yaxis, up)):
        if count is not None:
            axis.set_major_locator(MaxNLocator(nbins=count, steps=[1, 2, 5, 10], min_n_ticks=3))


@cache
def width_of(text: str, size_pt: float, *, bold: bool = False) -> float:
    """Return how wide a line of text is, in inches."""
    import matplotlib as mpl
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import text_to_path

    with _LOCK, mpl.rc_context({"text.parse_math": False}):
        font = FontProperties(family="DejaVu Sans", weight=700 if bold else 400, size=size_pt)
        return float(text_to_path.get_text_width_height_descent(text, font, ismath=False)[0]) / 72


def wrap_to(text: str, width_inch: float, size_pt: float, *, bold: bool = False) -> list[str]:
    """Break `text` into lines no wider than `width_inch`; a word alone that is wider is broken too."""
    lines: list[str] = []
    for word in filter(None, text.replace("\n", " ").split(" ")):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and width_of(longer, size_pt, bold=bold) <= width_inch:
            lines[-1] = longer
        else:
            lines += _break_word(word, width_inch, size_pt, bold=bold)
    return lines


def _break_word(word: str, width_inch: float, size_pt: float, *, bold: bool) -> list[str]:
    width = width_of(word, size_pt, bold=bold)
    if width <= width_inch:
        return [word]
    return textwrap.wrap(word, max(1, int(0.9 * len(word) * width_inch / width)))


def wrap_text(text: str, columns: int = 50) -> str:
    """Break `text` into lines that fit the width of a figure."""
    return "\n".join(textwrap.wrap(text, columns))


def write(
    figure: Figure, left_inch: float, top_inch: float, text: str, size_pt: float, *,
    color: str = INK, bold: bool = False, align: Literal["left", "right", "center"] = "left",
) -> None:  # fmt: skip
    """Write one line into `figure`, its upper edge `top_inch` above the lower edge of the figure."""
    wide, high = figure.get_size_inches()
    figure.text(
        left_inch / wide, top_inch / high, text, va="top", ha=align, color=color, fontsize=size_pt,
        fontweight=700 if bold else 400,
    )  # fmt: skip


def write_beneath(figure: Figure | SubFigure, lines: Sequence[str]) -> None:
    """Write `lines` at the left under the whole of `figure`."""
    text = "\n".join(wrap_text(line) for line in lines)
    figure.supxlabel(text, x=0.02, ha="left", fontsize=TEXT_PT, color=FAINT)


def shade_patch(color: str, label: str) -> Patch:
    """Return the entry of a shade in a key."""
    from matplotlib.patches import Patch

    return Patch(facecolor=color, edgecolor=RAW, label=label)


def write_key(figure: Figure | SubFigure, entries: Sequence[Artist], place: Place, title: str = "") -> None:
    """Explain shades, marks and lines above or below the panels, two in a row."""
    figure.legend(
        handles=entries, loc=place, ncols=2, borderpad=0.2, handlelength=1.6,
        columnspacing=1.0, title=title or None, alignment="left", title_fontsize=TEXT_PT,
    )  # fmt: skip


def plain_ticks(axes: Axes) -> None:
    """Write a few plain numbers on the upright axis, whatever its scale."""
    from matplotlib.ticker import FixedFormatter, FixedLocator, MaxNLocator, NullLocator

    low, high = axes.get_ylim()
    found = [float(each) for each in MaxNLocator(nbins=4).tick_values(low, high) if low <= each <= high]
    axes.yaxis.set_major_locator(FixedLocator(found))
    axes.yaxis.set_major_formatter(FixedFormatter([f"{each:g}" for each in found]))
    axes.yaxis.set_minor_locator(NullLocator())
