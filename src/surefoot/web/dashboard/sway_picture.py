"""The two pictures of one test, as SVG with classes: the sway from above, and second by second."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np
from markupsafe import Markup

from surefoot import plotting

if TYPE_CHECKING:
    from surefoot.model import Floats, Trial
    from surefoot.words.language import Language

# Of a phone and of a laptop: text is never scaled, so each has its own picture.
_WIDTHS: Final = (("narrow-only", 310.0), ("wide-only", 780.0))
_REACH: Final = 132.0
_MIDDLE: Final = 160.0
# Pale at first, dark at the end.
_QUARTERS: Final = 4
_STEP_S: Final = 0.25
_HIGH: Final = 46.0
_BASE: Final = 60.0
_ENDS_S: Final = 3.0
_HARDER: Final = 1.5


@dataclass(frozen=True, slots=True)
class SwayPictures:
    """The sway from above, the sway second by second, and what is to be said beneath the second."""

    above: Markup
    by_second: Markup
    said: str


def draw_sway(language: Language, trial: Trial) -> SwayPictures:
    """Return both pictures of a test."""
    sizes = _sway_sizes(trial)
    by_second = Markup("").join(_draw_size(language, sizes, shown, width) for shown, width in _WIDTHS)
    return SwayPictures(draw_above(language, trial), by_second, _tell_sizes(language, sizes))


def draw_above(language: Language, trial: Trial) -> Markup:
    """Return the path of the body from above, forward up: no unit, as wide as it went."""
    path = plotting.sway_path(trial)
    outline_ap, outline_ml = plotting.ellipse_outline(path)
    signals = (path.ap, path.ml, outline_ap, outline_ml)
    farthest = max(float(np.abs(each).max(initial=0.0)) for each in signals)
    scale = _REACH / max(farthest, 1e-9)
    every = max(1, round(trial.rate_hz / 10))
    x, y = _MIDDLE + scale * path.ml[::every], _MIDDLE - scale * path.ap[::every]
    parts = [Markup('<circle class="ring" cx="160" cy="160" r="{}"/>').format(r) for r in (44, 88, 132)]
    parts.append(Markup('<path class="cross" d="M28 160 H292 M160 28 V292"/>'))
    if outline_ap.size:
        outline = _line(_MIDDLE + scale * outline_ml[::6], _MIDDLE - scale * outline_ap[::6])
        parts.append(Markup('<path class="ell" d="{}Z"/>').format(outline))
    cuts = [round(part * (len(x) - 1) / _QUARTERS) for part in range(_QUARTERS + 1)]
    for number, (start, end) in enumerate(pairwise(cuts)):
        drawn = _line(x[start : end + 1], y[start : end + 1])
        parts.append(Markup('<path class="sway p{}" d="{}"/>').format(number, drawn))
    parts.append(Markup('<circle class="now" cx="{:.1f}" cy="{:.1f}" r="6"/>').format(x[-1], y[-1]))
    parts += [
        Markup('<text x="{}" y="{}" text-anchor="{}">{}</text>').format(left, top, anchor, language.say(key))
        for left, top, anchor, key in (
            (160, 18, "middle", "trial.forward"),
            (160, 314, "middle", "trial.back"),
            (22, 164, "end", "trial.leftward"),
            (298, 164, "start", "trial.rightward"),
        )
    ]
    opened = Markup('<svg class="pic stab" viewBox="-40 0 400 322" role="img" aria-label="{}">')
    return opened.format(language.tell("trial.from_above")) + Markup("").join(parts) + Markup("</svg>")


def _line(x: Floats, y: Floats) -> str:
    return "M" + " L".join(f"{across:.1f} {down:.1f}" for across, down in zip(x, y, strict=True))


def _sway_sizes(trial: Trial) -> Floats:
    """Return the size of the sway in each quarter second of the steady stretch."""
    size = plotting.sway_size(trial)
    step = max(1, round(_STEP_S * trial.rate_hz))
    whole = len(size) // step * step
    return np.asarray(size[:whole].reshape(-1, step).mean(axis=1))


def _draw_size(language: Language, sizes: Floats, shown: str, width: float) -> Markup:
    length_s, highest = _STEP_S * max(len(sizes), 1), float(sizes.max(initial=0.0)) or 1.0
    x = np.linspace(0.0, width, len(sizes))
    body = _line(x, _BASE - _HIGH * sizes / highest) if len(sizes) else f"M0 {_BASE:.0f}"
    parts = [
        Markup('<path class="trace" d="M0 {0} L{1} L{2} {0}Z"/>').format(_BASE, body[1:], f"{width:.0f}"),
        Markup('<path class="tick" d="M0 {} H{:.0f}"/>').format(_BASE, width),
    ]
    for second in range(0, int(length_s) + 1, 10):
        anchor = "start" if second == 0 else "end" if second > length_s - 2 else "middle"
        place = f"{width * second / length_s:.1f}"
        parts.append(Markup('<text x="{}" y="80" text-anchor="{}">{} s</text>').format(place, anchor, second))
    start = Markup('<svg class="pic {}" viewBox="0 0 {:.0f} 86" role="img" aria-label="{}">')
    return (
        start.format(shown, width, _tell_sizes(language, sizes)) + Markup("").join(parts) + Markup("</svg>")
    )


def _tell_sizes(language: Language, sizes: Floats) -> str:
    """Return how to read the picture, and whether the first or the last seconds had the most sway."""
    ends = round(_ENDS_S / _STEP_S)
    said = [language.tell("trial.tall")]
    if len(sizes) > 4 * ends:
        first, last, rest = sizes[:ends].mean(), sizes[-ends:].mean(), sizes[ends:-ends].mean()
        if max(first, last) > _HARDER * rest:
            said.append(language.tell(f"trial.{'hardest_first' if first >= last else 'hardest_last'}"))
    return " ".join(said)
