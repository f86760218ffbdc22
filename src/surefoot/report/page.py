"""The page: blocks into a template, one self-contained HTML text."""

import re
from collections.abc import Sequence
from html import escape

from surefoot import plotting
from surefoot.plotting.style import Box, drawing_style, new_figure
from surefoot.report.blocks import Block, Plate


def fill_page(blocks: Sequence[Block], title: str) -> str:
    """Return `blocks` as one HTML page that opens, prints and travels without anything else."""
    from jinja2 import Environment, PackageLoader, StrictUndefined
    from markupsafe import Markup

    numbers: dict[int, str] = {}

    def draw(plate: Plate) -> Markup:
        name = numbers.setdefault(id(plate), f"picture{len(numbers) + 1}")
        return Markup(inline_svg(plate, name))  # noqa: S704  (escaped where it is made)

    environment = Environment(
        loader=PackageLoader("surefoot.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("report.html.j2").render(
        blocks=blocks,
        kind=lambda block: type(block).__name__,
        draw=draw,
        title=title,
        palette=plotting.PALETTE,
    )


def inline_svg(plate: Plate, name: str) -> str:
    """Return the picture of `plate` as an ``<svg>`` element for an HTML page.

    `name` keeps its identifiers apart from other pictures on the page; its description is read aloud in its
    place. Everything that points outside the page is left out.
    """
    with drawing_style():
        figure = new_figure(plate.height_inch, width_inch=plate.width_inch, laid_out=False)
        plate.draw(figure, Box(0, 0, plate.width_inch, plate.height_inch))
    head, _, drawing = plotting.draw_svg(figure).partition(">")
    drawing = drawing.replace("xlink:href=", "href=")
    drawing = re.sub(r'(\bid="|url\(#|href="#)', rf"\g<1>{name}-", drawing)
    view_box = head.partition('viewBox="')[2].partition('"')[0]
    told = escape(plate.description)
    return f'<svg role="img" aria-label="{told}" viewBox="{view_box}">{drawing}'
