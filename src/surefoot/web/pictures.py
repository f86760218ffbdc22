"""Figures as SVG files for ``<img>``: light or dark as the page is, and asking nothing of another place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from starlette.responses import Response

from surefoot.plotting import COLOR_NAMES, draw_svg

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_DARK: Final = {
    "ink": "#e6e9ed",
    "faint": "#a4adb8",
    "grid": "#333a43",
    "paper": "#1c2127",
    "steady": "#242b33",
    "window": "#2f3c4a",
    "raw": "#5d6670",
    "blue": "#56b4e9",
    "vermilion": "#f0803c",
    "green": "#2bc49a",
    "purple": "#df9cc1",
}
_STYLE: Final = (
    "<style>:root{{{light}}}@media (prefers-color-scheme:dark){{:root{{{dark}}}}}"
    'text{{font-family:"DejaVu Sans",system-ui,sans-serif!important;white-space:pre}}</style>'
)


def picture_response(figure: Figure) -> Response:
    """Return `figure` as an answer that holds an SVG picture."""
    return Response(picture_svg(figure), media_type="image/svg+xml")


def picture_svg(figure: Figure) -> str:
    """Return `figure` as an SVG file whose colours follow the reader's light or dark choice.

    White space in its texts is kept, because legends are laid out with it.
    """
    drawing = draw_svg(figure)
    head = drawing.index(">") + 1
    return f"{drawing[:head]}{_style()}{drawing[head:]}"


def _style() -> str:
    light = {name: color for color, name in COLOR_NAMES.items()}
    return _STYLE.format(light=_variables(light), dark=_variables(_DARK))


def _variables(colors: dict[str, str]) -> str:
    return "".join(f"--{name}:{color};" for name, color in colors.items())
