"""Figures as inline SVG: no address outside the page, names of their own, colours that follow the page."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING, Final

from surefoot.plotting import render
from surefoot.plotting.style import (
    BLUE,
    FAINT,
    GREEN,
    GRID,
    INK,
    PAPER,
    PURPLE,
    RAW,
    STEADY,
    VERMILION,
    WINDOW,
)

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# Names of the page's style sheet, which has a light and a dark value for each.
COLOR_NAMES: Final = {
    INK: "ink",
    FAINT: "faint",
    GRID: "grid",
    PAPER: "paper",
    STEADY: "steady",
    WINDOW: "window",
    RAW: "raw",
    BLUE: "blue",
    VERMILION: "vermilion",
    GREEN: "green",
    PURPLE: "purple",
}


def inline_svg(figure: Figure, name: str, description: str) -> str:
    """Return `figure` as an ``<svg>`` element for an HTML page.

    `name` keeps its identifiers apart from other pictures on the page; `description` is read aloud in its
    place. Everything that points outside the page is left out.
    """
    text = render(figure, "svg").decode("utf-8")
    drawing = text[text.index("<svg") :]
    drawing = re.sub(r"<metadata>.*?</metadata>", "", drawing, flags=re.DOTALL)
    body = drawing[drawing.index(">") + 1 :].replace("xlink:href=", "href=")
    body = re.sub(r'(\bid="|url\(#|href="#)', rf"\g<1>{name}-", body)
    for color, variable in COLOR_NAMES.items():
        body = body.replace(color, f"var(--{variable})")
    return f'<svg role="img" aria-label="{escape(description)}" viewBox="{_view_box(drawing)}">{body}'


def _view_box(drawing: str) -> str:
    found = re.search(r'viewBox="([^"]*)"', drawing)
    if found is None:
        raise ValueError("the drawing has no viewBox")
    return found[1]
