"""What a page says, as plain data for its template: every picture with a table of its numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby
from typing import TYPE_CHECKING, Any

import numpy as np

from surefoot import plotting, words
from surefoot.assessment import WITHHELD
from surefoot.change.sides import SIDES_TEXT, Ratio
from surefoot.change.verdicts import explain_now
from surefoot.model import Assessment, Floats, Trend, Trial
from surefoot.protocols import load_protocols
from surefoot.report.content import Report
from surefoot.units import unit_of

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Row = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TextTable:
    """A caption, a header and rows of text; `notes` are pairs of a name and what is to be known."""

    caption: str
    header: Row
    rows: tuple[Row, ...]
    notes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Plate:
    """A picture as SVG with its caption and its tables."""

    svg: str
    caption: str
    tables: tuple[TextTable, ...]


def verdict_lines(
    trends: Sequence[Trend], assessments: Sequence[Assessment] = ()
) -> tuple[tuple[str, str], ...]:
    """Return one plain sentence per trend, and its reason.

    Until a verdict can be given, what is already true of `assessments`, all of the person, follows it.
    """
    return tuple(
        (f"{name}: {words.name_verdict(trend)}.", explain_now(trend, assessments))
        for trend, name in zip(trends, words.name_trends(trends), strict=True)
    )


def trend_families(trends: Sequence[Trend]) -> tuple[tuple[Trend, ...], ...]:
    """Return trends by test, metric, eyes, surface and placement; the legs of each stand together."""
    kin = groupby(sorted(trends, key=_family), key=_family)
    return tuple(tuple(sorted(group, key=lambda trend: trend.setup.leg)) for _, group in kin)


def _family(trend: Trend) -> tuple[str, ...]:
    setup = trend.setup
    eyes = "1 open" if setup.eyes == "open" else "2 closed"
    return (setup.test, trend.metric, eyes, setup.surface, setup.placement)


def trend_table(trend: Trend, name: str = "") -> TextTable:
    """Return the sessions of a trend under its `name`, and what is to be known of its noise."""
    unit = unit_of(trend.metric)
    pairs = zip(trend.dates, trend.values, strict=True)
    return TextTable(
        caption=name or words.describe_setup(trend.setup),
        header=("Date", f"Value ({unit})" if unit else "Value"),
        rows=tuple((words.show_date(date), words.show_number(value)) for date, value in pairs),
        notes=(
            ("Could be chance", words.explain_band(trend)),
            (
                "Smallest real change",
                words.describe_smallest_change(
                    trend.smallest_real_change_pct, trend.smallest_real_change_source, trend.smallest_drop_pct
                ),
            ),
            ("Trend", words.explain_slope(trend)),
        ),
    )


def courses_table(courses: Sequence[Trend]) -> TextTable:
    """Return where each leg began, where it is and its verdict, a row for each trend."""
    ordered = sorted(
        courses, key=lambda each: (each.setup.eyes != "open", each.setup.surface, each.setup.leg)
    )
    rows = [
        (
            name,
            words.show_value(course.metric, course.values[0]),
            words.show_value(course.metric, course.values[-1]),
            words.name_verdict(course),
        )
        for course, name in zip(ordered, words.name_trends(ordered), strict=True)
    ]
    return TextTable("Each leg's own course", ("Leg", "First session", "Latest", "Trend"), tuple(rows))


def sides_table(
    ratios: Sequence[Ratio],
    labels: Mapping[str, str],
    caption: str = "Left against right, and one condition against another",
) -> TextTable | None:
    """Return the ratios that are defined, with their formulas and intervals; None where there is none."""
    defined = [ratio for ratio in ratios if ratio.value is not None]
    if not defined:
        return None
    sources = dict.fromkeys(ratio.interval_source for ratio in defined)
    metrics = dict.fromkeys(words.name_metric(ratio.metric, labels) for ratio in defined)
    return TextTable(
        caption=caption,
        header=("Ratio", "Value", "95 % interval", "Day", "Formula"),
        rows=tuple(_ratio_row(ratio) for ratio in defined),
        notes=(
            ("Of", ", ".join(metrics)),
            *(("Interval", source) for source in sources),
            ("The other leg", SIDES_TEXT),
        ),
    )


def _ratio_row(ratio: Ratio) -> Row:
    value, low, high = (words.show_ratio(each, ratio.unit) for each in (ratio.value, ratio.low, ratio.high))
    name = f"{ratio.kind[0].upper()}{ratio.kind[1:]}: {ratio.condition}"
    return (name, value, f"{low} to {high}", f"{ratio.on}", ratio.formula)


def trial_plates(trial: Trial) -> tuple[Plate, ...]:
    """Return traces, stabilogram and spectrum of one trial."""
    who = words.describe_setup(trial.setup)
    plates = (
        (plotting.plot_traces(trial), "Over time", traces_table(trial)),
        (plotting.plot_stabilogram(trial), "From above", path_table(trial)),
        (plotting.plot_spectrum(trial), "How quick", spectrum_table(trial)),
    )
    return tuple(
        Plate(inline_svg(figure, f"trial{number}", f"{who}. {caption}: {table.caption}."), caption, (table,))
        for number, (figure, caption, table) in enumerate(plates, 1)
    )


def traces_table(trial: Trial) -> TextTable:
    """Return the extent of acceleration and tilt in the analysed window."""
    start_s, end_s = trial.window_s
    named = (
        ("Acceleration, forward +", "m/s²", "ap_mps2"),
        ("Acceleration, right +", "m/s²", "ml_mps2"),
        ("Tilt, forward +", "°", "tilt_ap_deg"),
        ("Tilt, right +", "°", "tilt_ml_deg"),
    )
    rows = [(f"{name} ({unit})", *_extent(plotting.shown_signal(trial, key))) for name, unit, key in named]
    caption = f"Analysed window, {start_s:.1f} to {end_s:.1f} s at {trial.rate_hz:.0f} Hz"
    return TextTable(caption, ("Signal", "Lowest", "Highest", "SD"), tuple(rows))


def _extent(signal: Floats) -> Row:
    return tuple(words.show_number(float(value)) for value in (signal.min(), signal.max(), np.std(signal)))


def path_table(trial: Trial) -> TextTable:
    """Return how far the path went to each side, and its ellipse."""
    path = plotting.sway_path(trial)
    rows = [
        (f"{path.quantity}, largest to the {name} ({path.unit})", words.show_number(float(value)))
        for name, value in (
            ("front", path.ap.max()),
            ("back", -path.ap.min()),
            ("right", path.ml.max()),
            ("left", -path.ml.min()),
        )
    ]
    caption = "The path about " + ("level" if trial.setup.placement == "board" else "its mean")
    return TextTable(caption, ("What", "Value"), (*rows, *_ellipse_rows(path)))


def _ellipse_rows(path: plotting.SwayPath) -> tuple[Row, ...]:
    if path.ellipse is None:
        return (("95 % prediction ellipse", "not drawn: an area needs 20 s"),)
    square = "°²" if path.unit == "°" else "m²/s⁴"
    values = (
        (f"95 % ellipse, area ({square})", path.ellipse.area),
        (f"95 % ellipse, long semi-axis ({path.unit})", path.ellipse.major),
        (f"95 % ellipse, short semi-axis ({path.unit})", path.ellipse.minor),
        ("95 % ellipse, direction from forward toward right (°)", path.ellipse.angle_deg),
    )
    return tuple((name, words.show_number(value)) for name, value in values)


def spectrum_table(trial: Trial) -> TextTable:
    """Return the power at some frequencies, or why there is no spectrum."""
    spectra = plotting.sway_spectra(trial)
    if spectra is None:
        return TextTable("No spectrum", ("Why",), ((plotting.spectra_withheld(trial) or "",),))
    rows = [
        (f"{at:g}", *(words.show_number(_power_at(each, at)) for each in (spectra.ap, spectra.ml)))
        for at in plotting.FREQUENCIES_HZ
    ]
    caption = f"Power in {spectra.unit} at some frequencies"
    return TextTable(caption, ("Frequency (Hz)", "Forward–back", "Left–right"), tuple(rows))


def _power_at(spectrum: Any, at_hz: float) -> float:
    return float(np.interp(at_hz, spectrum.frequency_hz, spectrum.power))


def values_table(assessment: Assessment, labels: Mapping[str, str]) -> TextTable:
    """Return every number of one trial."""
    rows = [(words.name_metric(key, labels), words.show_of(assessment, key)) for key in assessment.values]
    return TextTable("All its numbers", ("Metric", "Value"), tuple(rows))


def newest_numbers(report: Report) -> TextTable | None:
    """Return every number of the newest trial, None where it was not assessed."""
    assessment = assessment_of(report.newest, report.assessments) if report.newest else None
    return None if assessment is None else values_table(assessment, report.labels)


def newest_issues(report: Report, *, withheld: bool = True) -> tuple[str, ...]:
    """Return what is to be known of the newest trial, with or without what was left out and why."""
    if report.newest is None:
        return ()
    told = assessment_of(report.newest, report.assessments) or report.newest
    kept = [issue for issue in told.issues if withheld or issue.code != WITHHELD]
    return tuple(words.name_keys(issue.message, report.labels) for issue in kept)


def assessment_of(trial: Trial, assessments: Sequence[Assessment]) -> Assessment | None:
    """Return the assessment that was made of `trial`, None where it is not among `assessments`."""
    for assessment in assessments:
        origin = assessment.provenance
        if trial.source_sha256 and (origin.source_sha256, origin.part) == (trial.source_sha256, trial.part):
            return assessment
    return None


def trend_plates(trends: Sequence[Trend], labels: Mapping[str, str]) -> tuple[Plate, ...]:
    """Return one picture for all trends of the same metric, eyes and surface: the legs stand together."""
    groups = enumerate(named_families(trends), 1)
    return tuple(_trend_plate(group, names, labels, number) for number, (group, names) in groups)


def named_families(trends: Sequence[Trend]) -> tuple[tuple[tuple[Trend, ...], tuple[str, ...]], ...]:
    """Return the families of `trend_families`, each with names that tell its trends from all others."""
    families = trend_families(trends)
    names = iter(words.name_trends([trend for family in families for trend in family]))
    return tuple((family, tuple(next(names) for _ in family)) for family in families)


def name_picture(family: Sequence[Trend], names: Sequence[str], labels: Mapping[str, str]) -> str:
    """Return what a picture of a family shows, and of which trends where its titles do not tell."""
    label = words.name_metric(family[0].metric, labels)
    return label if tuple(names) == words.name_trends(family) else f"{label}: {'; '.join(names)}"


def _trend_plate(
    trends: Sequence[Trend], names: Sequence[str], labels: Mapping[str, str], number: int
) -> Plate:
    label = words.name_metric(trends[0].metric, labels)
    described = " ".join(words.describe_trend(trend, label) for trend in trends)
    svg = inline_svg(plotting.plot_trend(trends, labels), f"trend{number}", described)
    tables = tuple(trend_table(trend, name) for trend, name in zip(trends, names, strict=True))
    return Plate(svg, name_picture(trends, names, labels), tables)


def trials_table(assessments: Sequence[Assessment], labels: Mapping[str, str]) -> TextTable:
    """Return one row per trial, the newest first.

    The caption tells which value is the main one of each test; a row tells it where that is another.
    """
    shared = len({each.primary for each in assessments if each.primary}) == 1
    rows = [_trial_row(each, {} if shared else labels) for each in newest_first(assessments)]
    header = ("Date", "Test", "Leg", "Eyes", "Surface", "Main value", "Issues")
    caption = "; ".join(["All trials, the newest first", *_main_values(assessments, labels, shared=shared)])
    return TextTable(caption, header, tuple(rows))


def _main_values(
    assessments: Sequence[Assessment], labels: Mapping[str, str], *, shared: bool
) -> Iterator[str]:
    """Yield what the main value is, once for all where they share it, else for each test."""
    if shared:
        (primary,) = {each.primary for each in assessments if each.primary}
        yield f"main value: {words.name_metric(primary, labels)}"
        return
    for test in sorted({each.protocol for each in assessments}):
        if usual := _usual_primary(test):
            yield f"main value of {test}: {words.name_metric(usual, labels)}"


def _usual_primary(test: str) -> str:
    protocol = load_protocols().get(test)
    return protocol.primary if protocol else ""


def newest_first(assessments: Sequence[Assessment]) -> list[Assessment]:
    """Return dated assessments by falling date, those without a date after them."""
    dated = [each for each in assessments if each.setup.when is not None]
    dated.sort(key=lambda each: each.setup.when.timestamp() if each.setup.when else 0.0, reverse=True)
    return dated + [each for each in assessments if each.setup.when is None]


def _trial_row(assessment: Assessment, labels: Mapping[str, str]) -> Row:
    setup = assessment.setup
    leads = {"warning": "Take care: ", "info": ""}
    told = [issue for issue in assessment.issues if issue.code != WITHHELD]
    issues = " ".join(leads[issue.severity] + issue.what for issue in told)
    test = f"{assessment.protocol} (practice)" if setup.practice else assessment.protocol
    value = words.show_primary(assessment)
    if labels and assessment.primary not in ("", _usual_primary(assessment.protocol)):
        value = f"{value} ({words.name_metric(assessment.primary, labels)})"
    conditions = (setup.leg, setup.eyes, setup.surface)
    return (words.show_when(setup), test, *conditions, value, issues or "none")


def inline_svg(figure: Figure, name: str, description: str) -> str:
    """Return `figure` as an ``<svg>`` element for an HTML page.

    `name` keeps its identifiers apart from other pictures on the page; `description` is read aloud in its
    place. Everything that points outside the page is left out.
    """
    head, _, drawing = plotting.draw_svg(figure).partition(">")
    drawing = drawing.replace("xlink:href=", "href=")
    drawing = re.sub(r'(\bid="|url\(#|href="#)', rf"\g<1>{name}-", drawing)
    view_box = head.partition('viewBox="')[2].partition('"')[0]
    return f'<svg role="img" aria-label="{escape(description)}" viewBox="{view_box}">{drawing}'
