"""Figures to bytes and files: the same figure always gives the same bytes."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from surefoot.errors import OutputError
from surefoot.plotting.own_files import MARK, write_bytes
from surefoot.plotting.style import PALETTE, drawing_style

if TYPE_CHECKING:
    from matplotlib.figure import Figure

DOTS_PER_INCH: Final = 150

# Dates and version numbers would make every file differ from the last one; who made it is how one is known.
_TOLD: Final = {"png": "Description", "svg": "Description", "pdf": "Subject"}
_METADATA: Final[dict[str, dict[str, Any]]] = {
    "png": {"Software": MARK},
    "svg": {"Date": None, "Creator": MARK},
    "pdf": {"CreationDate": None, "ModDate": None, "Creator": MARK, "Producer": None},
}


def render(figure: Figure, form: str) -> bytes:
    """Return `figure` as the bytes of a ``png``, ``svg`` or ``pdf`` file; OutputError for others."""
    if form not in _METADATA:
        raise OutputError(
            "This kind of picture cannot be written.",
            found=f".{form}" if form else "no ending",
            expected="a name that ends in .png, .svg or .pdf",
            do="Give the picture a name such as trial.png.",
        )
    buffer, told = BytesIO(), str(figure.get_label() or "")
    metadata = _METADATA[form] | ({_TOLD[form]: told} if told else {})
    with drawing_style():
        figure.savefig(buffer, format=form, dpi=DOTS_PER_INCH, metadata=metadata)
    return buffer.getvalue()


def draw_svg(figure: Figure) -> str:
    """Return `figure` as an ``<svg>`` element without metadata, its colours by names of a style sheet."""
    text = render(figure, "svg").decode("utf-8")
    drawing = re.sub(r"<metadata>.*?</metadata>", "", text[text.index("<svg") :], flags=re.DOTALL)
    for name, (color, _) in PALETTE.items():
        drawing = drawing.replace(color, f"var(--{name})")
    return drawing


def save(figure: Figure, path: Path, *, force: bool = False) -> Path:
    """Write `figure` to `path` as PNG, SVG or PDF, by the ending of its name, and return the path.

    Raises OutputError for another ending, where the file cannot be written, or where one is there that
    Surefoot did not write, unless `force` insists.
    """
    content = render(figure, path.suffix.lower().removeprefix("."))
    return write_bytes(path, content, force=force)
