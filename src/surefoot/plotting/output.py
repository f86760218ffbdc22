"""Figures to bytes and files: the same figure always gives the same bytes."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from surefoot.errors import OutputError
from surefoot.plotting.style import drawing_style

if TYPE_CHECKING:
    from matplotlib.figure import Figure

DOTS_PER_INCH: Final = 150

# Dates and version numbers would make every file differ from the last one.
_METADATA: Final[dict[str, dict[str, Any]]] = {
    "png": {"Software": None},
    "svg": {"Date": None, "Creator": None},
    "pdf": {"CreationDate": None, "ModDate": None, "Creator": None, "Producer": None},
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
    buffer = BytesIO()
    with drawing_style():
        figure.savefig(buffer, format=form, dpi=DOTS_PER_INCH, metadata=_METADATA[form])
    return buffer.getvalue()


def save(figure: Figure, path: Path) -> Path:
    """Write `figure` to `path` as PNG, SVG or PDF, by the ending of its name, and return the path.

    Raises OutputError for another ending, or where the file cannot be written.
    """
    content = render(figure, path.suffix.lower().removeprefix("."))
    return write_bytes(path, content)


def write_bytes(path: Path, content: bytes) -> Path:
    """Write `content` to `path` and return the path. Raises OutputError where that is not possible."""
    try:
        path.write_bytes(content)
    except OSError as error:
        raise OutputError(
            "The file cannot be written.",
            found=f"{path.name}: {error.strerror}",
            expected="a folder that exists and may be written to",
            do="Choose another place, or make the folder first.",
        ) from error
    return path
