"""Verdicts and pictures as tables of text: what stands beside them on pages and in reports."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from itertools import groupby
from typing import Any

import numpy as np

from surefoot import plotting, words
from surefoot.change.sides import SIDES_TEXT, Ratio
from surefoot.change.verdicts import explain_now
from surefoot.model import Assessment, Floats, Trend, Trial
from surefoot.reliability import Agreement
from surefoot.report.blocks import Row, TextTable
from surefoot.training import LogEntry, describe_entry
from surefoot.units import unit_of


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


def trend_table(trend: Trend, name: str = "", day: Callable[[date], str] = words.show_date) -> TextTable:
    """Return the sessions of a trend under its `name`, and what is to be known of its noise.

    `day` says how a day is written.
    """
    unit = unit_of(trend.metric)
    pairs = zip(trend.dates, trend.values, strict=True)
    return TextTable(
        caption=name or words.describe_setup(trend.setup),
        header=("Date", f"Value ({unit})" if unit else "Value"),
        rows=tuple((day(when), words.show_number(value)) for when, value in pairs),
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
    day: Callable[[date], str] = str,
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
        rows=tuple(_ratio_row(ratio, day) for ratio in defined),
        notes=(
            ("Of", ", ".join(metrics)),
            *(("Interval", source) for source in sources),
            ("The other leg", SIDES_TEXT),
        ),
    )


def _ratio_row(ratio: Ratio, day: Callable[[date], str]) -> Row:
    value, low, high = (words.show_ratio(each, ratio.unit) for each in (ratio.value, ratio.low, ratio.high))
    name = f"{ratio.kind[0].upper()}{ratio.kind[1:]}: {ratio.condition}"
    return (name, value, f"{low} to {high}", day(ratio.on) if ratio.on else "", ratio.formula)


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


def agreement_table(found: Agreement, names: tuple[str, str]) -> TextTable:
    """Return bias and limits of agreement of two devices, each with its 95 % interval."""
    rows = tuple(
        (name, f"{value:.3f}", f"{low:.3f} to {high:.3f}")
        for name, value, (low, high) in (
            ("Bias", found.bias, found.bias_interval),
            ("Lower limit", found.lower_limit, found.lower_interval),
            ("Upper limit", found.upper_limit, found.upper_interval),
        )
    )
    caption = f"{names[1]} ÷ {names[0]}, {found.pairs} pairs"
    return TextTable(caption, ("", "Ratio", "95 % interval"), rows)


def days_table(log: Sequence[LogEntry], until: date) -> TextTable:
    """Return what was done on each day that the strip of training shows, the newest first."""
    newest = sorted(plotting.recent_entries(log, until), key=lambda entry: entry.when.date(), reverse=True)
    rows = [
        (words.show_date(day), "; ".join(describe_entry(entry) for entry in group))
        for day, group in groupby(newest, key=lambda entry: entry.when.date())
    ]
    return TextTable("What was done on which day, the newest first", ("Day", "Done"), tuple(rows))


def profile_table(assessments: Sequence[Assessment], labels: Mapping[str, str]) -> TextTable:
    """Return each measure of the newest session of like-for-like trials against the first ones."""
    rows = [
        (
            words.name_metric(row.metric, labels),
            words.show_value(row.metric, row.first),
            words.show_value(row.metric, row.newest),
            plotting.steadiness(row.height),
        )
        for row in plotting.profile_of(assessments)
    ]
    header = ("Measure", "First sessions", "Newest", "As steady as at first")
    return TextTable("The newest session against the first ones", header, tuple(rows))


def values_table(assessment: Assessment, labels: Mapping[str, str]) -> TextTable:
    """Return every number of one trial."""
    rows = [(words.name_metric(key, labels), words.show_of(assessment, key)) for key in assessment.values]
    return TextTable("All its numbers", ("Metric", "Value"), tuple(rows))


def named_families(trends: Sequence[Trend]) -> tuple[tuple[tuple[Trend, ...], tuple[str, ...]], ...]:
    """Return the families of `trend_families`, each with names that tell its trends from all others."""
    families = trend_families(trends)
    names = iter(words.name_trends([trend for family in families for trend in family]))
    return tuple((family, tuple(next(names) for _ in family)) for family in families)


def name_picture(family: Sequence[Trend], names: Sequence[str], labels: Mapping[str, str]) -> str:
    """Return what a picture of a family shows, and of which trends where its titles do not tell."""
    label = words.name_metric(family[0].metric, labels)
    return label if tuple(names) == words.name_trends(family) else f"{label}: {'; '.join(names)}"
