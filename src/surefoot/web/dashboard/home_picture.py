"""The one picture of the first page, as SVG with classes: no style inside, so that it follows the page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from markupsafe import Markup

if TYPE_CHECKING:
    from surefoot.model import DayHeld
    from surefoot.words.language import Language

Point = tuple[float, float]
# A day, and how long the watched leg and the other one were held on it.
LegsHeld = tuple["date", "DayHeld | None", "DayHeld | None"]
# Of a phone and of a laptop: text is never scaled, so each has its own picture.
SIZES: Final = (("narrow-only", 326.0, 232.0, 70.0), ("wide-only", 560.0, 292.0, 90.0))
MOST_BARS: Final = {"narrow-only": 4, "wide-only": 6}
_GAP: Final = 32.0
# How wide a letter is at most, so that no name of a day is printed over another.
_LETTER: Final = 8.0


@dataclass(frozen=True, slots=True)
class Line:
    """A leg over time: days from the first one, how steady, where up is steadier, and the running mean.

    Without a mean nothing may be said yet, and the points stand alone.
    """

    name: str
    days: tuple[float, ...]
    heights: tuple[float, ...]
    mean: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """What the picture shows: the watched leg, maybe the other one, the band of chance, weeks and its words.

    `weeks` are days from the first one with their label; `goal` is what stands under the other leg's name,
    `newest` what stands under the last point.
    """

    watched: Line
    other: Line | None
    band: tuple[float, float] | None
    weeks: tuple[tuple[float, str], ...]
    alt: str
    goal: str
    newest: str


@dataclass(frozen=True, slots=True)
class _Frame:
    """Where days and heights of a chart lie in a picture of `width` by `height`; names stand right of it."""

    width: float
    height: float
    right: float
    days: float
    low: float
    high: float

    def x(self, day: float) -> float:
        return 12 + (self.right - 20) * day / self.days

    def y(self, value: float) -> float:
        room = max(0.12 * (self.high - self.low), 0.05)
        share = (value - self.low + room) / (self.high - self.low + 2 * room)
        return self.height - 38 - (self.height - 76) * share

    def curve(self, line: Line) -> list[Point]:
        smoothed = zip(line.days, line.mean or line.heights, strict=True)
        return [(self.x(day), self.y(value)) for day, value in smoothed]


def draw_chart(chart: Chart, language: Language) -> Markup:
    """Return the picture of a leg over time, once for phones and once for laptops."""
    return Markup("").join(_draw(chart, language, *size) for size in SIZES)


def _draw(chart: Chart, language: Language, shown: str, width: float, height: float, names: float) -> Markup:
    lines = [line for line in (chart.watched, chart.other) if line is not None]
    heights = [each for line in lines for each in line.heights] + list(chart.band or ())
    days = max(1.0, *(line.days[-1] for line in lines))
    frame = _Frame(width, height, width - names, days, min(heights), max(heights))
    parts = [*_band(chart, frame, language), *_axis(chart, frame, language)]
    if chart.other and chart.other.mean:
        parts.append(Markup('<path class="other" d="{}"/>').format(_smooth(frame.curve(chart.other))))
    parts += [*_watched(chart.watched, frame), *_ends(chart, frame)]
    return _svg(shown, width, height, chart.alt, parts)


def _band(chart: Chart, frame: _Frame, language: Language) -> list[Markup]:
    if chart.band is None:
        return []
    top, bottom = frame.y(chart.band[1]), frame.y(chart.band[0])
    size = map(_n, (top, frame.right - 4, bottom - top))
    band = Markup('<rect class="band" x="4" y="{}" width="{}" height="{}" rx="8"/>').format(*size)
    return [band, _text(14, min(bottom + 17, frame.height - 36), language.say("today.chance_band"))]


def _axis(chart: Chart, frame: _Frame, language: Language) -> list[Markup]:
    base, newest = frame.height - 8, frame.x(chart.watched.days[-1])
    parts = [
        Markup('<path class="up" d="M15 19 V7 m-4.5 4.5 L15 7 l4.5 4.5"/>'),
        _text(26, 17, language.say("today.steadier")),
        _text(newest, base, chart.newest, "strong", "end"),
    ]
    for day, label in chart.weeks:
        if frame.x(day) + _LETTER * (len(label) + len(chart.newest) + 1) < newest:
            tick = Markup('<path class="tick" d="M{} {} v6"/>')
            parts += [tick.format(_n(frame.x(day)), _n(base - 22)), _text(frame.x(day), base, label)]
    return parts


def _watched(line: Line, frame: _Frame) -> list[Markup]:
    dot, end = Markup('<circle class="dots" cx="{}" cy="{}" r="4"/>'), frame.curve(line)[-1]
    places = [(frame.x(day), frame.y(value)) for day, value in zip(line.days, line.heights, strict=True)]
    return [
        *(dot.format(_n(x), _n(y)) for x, y in places),
        Markup('<path class="main" d="{}"/>').format(_smooth(frame.curve(line))),
        Markup('<circle class="now" cx="{}" cy="{}" r="8"/>').format(*map(_n, end)),
    ]


def _ends(chart: Chart, frame: _Frame) -> list[Markup]:
    """Return the names of the legs at the ends of their lines, kept apart, and the flag of the goal."""
    own_x, own_y = frame.curve(chart.watched)[-1]
    parts = [_text(own_x + 14, own_y + 5, chart.watched.name, "acc")]
    if chart.other is None:
        return parts
    other_x, other_y = frame.curve(chart.other)[-1]
    named = other_y - 11 if chart.goal else other_y + 5
    if abs(named + 8 - own_y) < _GAP:
        named = own_y - _GAP - 8 if other_y <= own_y else own_y + _GAP
    parts.append(_text(own_x + 16, named, chart.other.name, "strong"))
    if chart.goal:
        pole = Markup('<path class="pole" d="M{} {} v-22"/>').format(_n(other_x), _n(other_y))
        cloth = Markup('<path class="flag" d="M{} {} h13 l-4 4.5 l4 4.5 h-13z"/>')
        parts += [
            _text(own_x + 16, named + 15, chart.goal),
            pole,
            cloth.format(_n(other_x), _n(other_y - 22)),
        ]
    return parts


def draw_holds(days: Sequence[LegsHeld], whole_s: float, alt: str, language: Language) -> Markup:
    """Return bars of the seconds held on each day, by the watched leg and the other one."""
    sizes = (("narrow-only", 326.0, 216.0), ("wide-only", 560.0, 270.0))
    return Markup("").join(
        _svg(shown, width, height, alt, _bars(days[-MOST_BARS[shown] :], whole_s, width, height, language))
        for shown, width, height in sizes
    )


def _bars(
    days: Sequence[LegsHeld],
    whole_s: float,
    width: float,
    height: float,
    language: Language,
) -> list[Markup]:
    base, step = height - 44, (width - 8) / max(len(days), 3)
    bar = min(30.0, step * 0.32)

    def y(seconds: float) -> float:
        return base - (base - 34) * min(seconds, whole_s) / whole_s

    parts = [
        Markup('<path class="goal" d="M4 {} H{}"/>').format(_n(y(whole_s)), _n(width - 4)),
        _text(4, y(whole_s) - 9, language.tell("today.whole_test", seconds=f"{whole_s:.0f}")),
    ]
    for number, (day, own, other) in enumerate(days):
        middle = 4 + step * (number + 0.5)
        parts += _bar(middle - bar - 2, bar, own, "bar", y, base) + _bar(
            middle + 2, bar, other, "bar o", y, base
        )
        parts.append(_text(middle, height - 24, language.short_date(day), "", "middle"))
        if own is not None and own.touchdowns:
            counted = language.say(
                f"today.touches.{'one' if own.touchdowns == 1 else 'other'}", n=own.touchdowns
            )
            parts.append(_text(middle, height - 6, counted, "acc", "middle"))
    return parts


def _bar(
    left: float, width: float, held: DayHeld | None, kind: str, y: Callable[[float], float], base: float
) -> list[Markup]:
    if held is None:
        return []
    top = min(y(held.longest_s), base - 22)
    drawn = Markup('<rect class="{}" x="{}" y="{}" width="{}" height="{}" rx="6"/>').format(
        kind, _n(left), _n(top), _n(width), _n(base - top)
    )
    return [drawn, _text(left + width / 2, base - 9, f"{held.longest_s:.0f}", "inbar", "middle")]


def _svg(shown: str, width: float, height: float, alt: str, parts: Sequence[Markup]) -> Markup:
    start = Markup('<svg class="pic {}" viewBox="0 0 {} {}" role="img" aria-label="{}">')
    return start.format(shown, _n(width), _n(height), alt) + Markup("").join(parts) + Markup("</svg>")


def _text(x: float, y: float, text: str, kind: str = "", anchor: str = "start") -> Markup:
    named = Markup(' class="{}"').format(kind) if kind else ""
    return Markup('<text x="{}" y="{}" text-anchor="{}"{}>{}</text>').format(
        _n(x), _n(y), anchor, named, text
    )


def _smooth(points: Sequence[Point]) -> str:
    """Return a path through `points` by cubic pieces (Catmull and Rom's, tension one half)."""
    path = [f"M{_n(points[0][0])} {_n(points[0][1])}"]
    for number in range(len(points) - 1):
        before, start = points[max(number - 1, 0)], points[number]
        end, after = points[number + 1], points[min(number + 2, len(points) - 1)]
        out = (start[0] + (end[0] - before[0]) / 6, start[1] + (end[1] - before[1]) / 6)
        back = (end[0] - (after[0] - start[0]) / 6, end[1] - (after[1] - start[1]) / 6)
        path.append("C" + " ".join(f"{_n(a)} {_n(b)}" for a, b in (out, back, end)))
    return " ".join(path)


def _n(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def draw_spark(line: Line) -> Markup:
    """Return a leg over time as a line that fits into a list."""
    low, high = min(line.heights), max(line.heights)
    span, days = max(high - low, 0.2), max(line.days[-1], 1.0)
    points = [
        (4 + 88 * day / days, 22 - 16 * (value - low) / span)
        for day, value in zip(line.days, line.mean or line.heights, strict=True)
    ]
    if not line.mean:
        dots = Markup("").join(
            Markup('<circle class="end" cx="{}" cy="{}" r="3"/>').format(*map(_n, at)) for at in points
        )
        return Markup('<svg class="pic spark" viewBox="0 0 100 28" aria-hidden="true">{}</svg>').format(dots)
    path = Markup('<path class="main" d="{}"/><circle class="end" cx="{}" cy="{}" r="4"/>').format(
        _smooth(points), *map(_n, points[-1])
    )
    return Markup('<svg class="pic spark" viewBox="0 0 100 28" aria-hidden="true">{}</svg>').format(path)
