"""Figures as SVG files for ``<img>``: light or dark as the page is, and asking nothing of another place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from starlette.responses import Response

from surefoot.plotting import PALETTE, draw_svg

if TYPE_CHECKING:
    from matplotlib.figure import Figure

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
    light, dark = (
        "".join(f"--{name}:{colors[tone]};" for name, colors in PALETTE.items()) for tone in (0, 1)
    )
    return _STYLE.format(light=light, dark=dark)
