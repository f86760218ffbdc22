"""How every picture looks: colours, marks, type size, and where words stand.

Colours are Okabe and Ito's set, which people with colour-blindness tell apart; a mark or a line style always
says the same thing again. Matplotlib is imported inside the functions, so naming this module costs nothing.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from threading import RLock
from typing import TYPE_CHECKING, Any, Final, Literal

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure, SubFigure
    from matplotlib.patches import Patch

WIDTH_INCH: Final = 6.4
TEXT_PT: Final = 14.0
SMALL_PT: Final = 13.0

INK: Final = "#22272e"
FAINT: Final = "#6b7280"
GRID: Final = "#e3e6ea"
PAPER: Final = "#ffffff"
STEADY: Final = "#f1f3f5"
WINDOW: Final = "#dde5ee"
RAW: Final = "#a3abb5"
BLUE: Final = "#0072b2"
VERMILION: Final = "#d55e00"
GREEN: Final = "#009e73"
PURPLE: Final = "#cc79a7"

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
    "figure.constrained_layout.h_pad": 0.07,
    "figure.constrained_layout.w_pad": 0.07,
    "figure.facecolor": PAPER,
    "font.family": ["DejaVu Sans"],
    "font.size": TEXT_PT,
    "grid.color": GRID,
    "grid.linewidth": 0.8,
    "legend.fontsize": SMALL_PT,
    "legend.frameon": False,
    "lines.solid_capstyle": "round",
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
    line: Literal["", "-", "--", "-."]


LEGS: Final[Mapping[str, LineStyle]] = {
    "left": LineStyle(BLUE, "o", "-"),
    "right": LineStyle(VERMILION, "s", "--"),
    "both": LineStyle(INK, "D", "-."),
}
AP_LOOK: Final = LineStyle(GREEN, "", "-")
ML_LOOK: Final = LineStyle(PURPLE, "", "--")

Place = Literal["outside upper left", "outside lower left"]


@contextmanager
def drawing_style() -> Iterator[None]:
    """Apply the settings of all pictures while one is drawn or written, then put the old ones back."""
    import matplotlib as mpl

    settings: Any = dict(_SETTINGS)
    with _LOCK, mpl.rc_context(settings):
        yield


def new_figure(height_inch: float) -> Figure:
    """Return an empty figure as wide as all of them; call it, and draw, inside `drawing_style`."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(WIDTH_INCH, height_inch), layout="constrained")
    FigureCanvasAgg(figure)
    return figure


def limit_ticks(axes: Axes, *, across: int | None = None, up: int | None = None) -> None:
    """Let at most so many round intervals stand on the horizontal and the vertical axis."""
    from matplotlib.ticker import MaxNLocator

    for axis, count in ((axes.xaxis, across), (axes.yaxis, up)):
        if count is not None:
            axis.set_major_locator(MaxNLocator(nbins=count, steps=[1, 2, 5, 10], min_n_ticks=3))


def wrap_text(text: str, columns: int = 58) -> str:
    """Break `text` into lines that fit the width of a figure in small type."""
    return "\n".join(textwrap.wrap(text, columns))


def write_beneath(figure: Figure | SubFigure, lines: Sequence[str]) -> None:
    """Write small `lines` at the left under the whole of `figure`."""
    text = "\n".join(wrap_text(line) for line in lines)
    figure.supxlabel(text, x=0.02, ha="left", fontsize=SMALL_PT, color=FAINT)


def shade_patch(color: str, label: str) -> Patch:
    """Return the entry of a shade in a key."""
    from matplotlib.patches import Patch

    return Patch(facecolor=color, edgecolor=RAW, label=label)


def write_key(figure: Figure | SubFigure, entries: Sequence[Artist], place: Place, title: str = "") -> None:
    """Explain shades, marks and lines above or below the panels, two in a row."""
    figure.legend(
        handles=entries, loc=place, ncols=2, borderpad=0.2, handlelength=1.8,
        columnspacing=1.4, title=title or None, alignment="left", title_fontsize=SMALL_PT,
    )  # fmt: skip
