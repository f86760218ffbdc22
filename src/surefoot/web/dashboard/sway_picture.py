"""The two pictures of one test, as SVG with classes: the sway from above, and second by second."""

from __future__ import annotations

import math
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
# Of the picture on which what happened is marked; getting ready is cut off above the stance.
_TALL: Final = 150.0
_TALL_BASE: Final = 124.0
_TALL_HIGH: Final = 108.0
_TALL_STEP_S: Final = 0.1
_ABOVE: Final = 1.6


@dataclass(frozen=True, slots=True)
class SwayPictures:
    """The sway from above, the sway second by second with what is to be said of it, and the whole recording.

    `top` and `bottom` are where the marks of the last begin and end, as parts of its height.
    """

    above: Markup
    by_second: Markup
    said: str
    whole: Markup
    top: float = 1 - (_TALL - _TALL_BASE + _TALL_HIGH) / _TALL
    bottom: float = _TALL_BASE / _TALL


def draw_sway(language: Language, trial: Trial) -> SwayPictures:
    """Return both pictures of a test."""
    sizes = _sway_sizes(trial)
    by_second = Markup("").join(_draw_size(language, sizes, shown, width) for shown, width in _WIDTHS)
    whole = draw_whole(language, trial)
    return SwayPictures(draw_above(language, trial), by_second, _tell_sizes(language, sizes), whole)


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


def draw_whole(language: Language, trial: Trial) -> Markup:
    """Return how much was moved at each moment of a recording, the steady stretch shaded: no unit."""
    sizes = _means(plotting.sway_size(trial, whole=True), trial.rate_hz, _TALL_STEP_S)
    highest = _ABOVE * (float(_sway_sizes(trial).max(initial=0.0)) or 1.0)
    heights = _TALL_HIGH * np.minimum(sizes / highest, 1.0)
    drawn = []
    for shown, width in _WIDTHS:
        start = Markup('<svg class="pic {}" viewBox="0 0 {:.0f} {:.0f}" role="img" aria-label="{}">')
        opened = start.format(shown, width, _TALL, language.tell("trial.moved"))
        drawn.append(opened + Markup("").join(_draw_tall(trial, heights, width)) + Markup("</svg>"))
    return Markup("").join(drawn)


def _draw_tall(trial: Trial, heights: Floats, width: float) -> list[Markup]:
    first_s = float(trial.time_s[0])
    length_s = float(trial.time_s[-1]) - first_s
    start, end = (width * (each - first_s) / length_s for each in trial.steady_s)
    shade = Markup('<rect class="band" x="{:.1f}" y="{}" width="{:.1f}" height="{}"/>')
    return [
        shade.format(start, _TALL_BASE - _TALL_HIGH, end - start, _TALL_HIGH),
        *_draw_heights(heights, _TALL_BASE, width),
        *_draw_seconds(first_s, length_s, _TALL - 2, width),
    ]


def _line(x: Floats, y: Floats) -> str:
    return "M" + " L".join(f"{across:.1f} {down:.1f}" for across, down in zip(x, y, strict=True))


def _sway_sizes(trial: Trial) -> Floats:
    """Return the size of the sway in each quarter second of the steady stretch."""
    return _means(plotting.sway_size(trial), trial.rate_hz, _STEP_S)


def _means(size: Floats, rate_hz: float, step_s: float) -> Floats:
    step = max(1, round(step_s * rate_hz))
    whole = len(size) // step * step
    return np.asarray(size[:whole].reshape(-1, step).mean(axis=1))


def _draw_size(language: Language, sizes: Floats, shown: str, width: float) -> Markup:
    highest = float(sizes.max(initial=0.0)) or 1.0
    length_s = _STEP_S * max(len(sizes), 1)
    parts = [*_draw_heights(_HIGH * sizes / highest, _BASE, width), *_draw_seconds(0.0, length_s, 80, width)]
    start = Markup('<svg class="pic {}" viewBox="0 0 {:.0f} 86" role="img" aria-label="{}">')
    return (
        start.format(shown, width, _tell_sizes(language, sizes)) + Markup("").join(parts) + Markup("</svg>")
    )


def _draw_heights(heights: Floats, base: float, width: float) -> list[Markup]:
    x = np.linspace(0.0, width, len(heights))
    body = _line(x, base - heights) if len(heights) else f"M0 {base:.0f}"
    return [
        Markup('<path class="trace" d="M0 {0} L{1} L{2} {0}Z"/>').format(base, body[1:], f"{width:.0f}"),
        Markup('<path class="tick" d="M0 {} H{:.0f}"/>').format(base, width),
    ]


def _draw_seconds(first_s: float, length_s: float, below: float, width: float) -> list[Markup]:
    drawn = []
    for second in range(10 * math.ceil(first_s / 10), int(first_s + length_s) + 1, 10):
        at_s = second - first_s
        anchor = "start" if at_s < 1 else "end" if at_s > length_s - 2 else "middle"
        place = f"{width * at_s / length_s:.1f}"
        text = Markup('<text x="{}" y="{:.0f}" text-anchor="{}">{} s</text>')
        drawn.append(text.format(place, below, anchor, second))
    return drawn


def _tell_sizes(language: Language, sizes: Floats) -> str:
    """Return how to read the picture, and whether the first or the last seconds had the most sway."""
    ends = round(_ENDS_S / _STEP_S)
    said = [language.tell("trial.tall")]
    if len(sizes) > 4 * ends:
        first, last, rest = sizes[:ends].mean(), sizes[-ends:].mean(), sizes[ends:-ends].mean()
        if max(first, last) > _HARDER * rest:
            said.append(language.tell(f"trial.{'hardest_first' if first >= last else 'hardest_last'}"))
    return " ".join(said)
