"""What a page says, as plain data for its template: every picture with a table of its numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import numpy as np

from surefoot import plotting, words
from surefoot.assessment import WITHHELD
from surefoot.change.sides import SIDES_TEXT, Ratio
from surefoot.change.verdicts import explain_now
from surefoot.model import Assessment, Floats, Trend, Trial
from surefoot.plotting.spectrum import FREQUENCIES_HZ
from surefoot.report.content import Report
from surefoot.report.pictures import inline_svg
from surefoot.units import unit_of

Row = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
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
    tables: tuple[Table, ...]


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


def trend_table(trend: Trend, name: str = "") -> Table:
    """Return the sessions of a trend under its `name`, and what is to be known of its noise."""
    unit = unit_of(trend.metric)
    pairs = zip(trend.dates, trend.values, strict=True)
    return Table(
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


def sides_table(
    ratios: Sequence[Ratio],
    labels: Mapping[str, str],
    caption: str = "Left against right, and one condition against another",
) -> Table | None:
    """Return the ratios that are defined, with their formulas and intervals; None where there is none."""
    defined = [ratio for ratio in ratios if ratio.value is not None]
    if not defined:
        return None
    sources = dict.fromkeys(ratio.interval_source for ratio in defined)
    metrics = dict.fromkeys(words.name_metric(ratio.metric, labels) for ratio in defined)
    return Table(
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


def traces_table(trial: Trial) -> Table:
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
    return Table(caption, ("Signal", "Lowest", "Highest", "SD"), tuple(rows))


def _extent(signal: Floats) -> Row:
    return tuple(words.show_number(float(value)) for value in (signal.min(), signal.max(), np.std(signal)))


def path_table(trial: Trial) -> Table:
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
    return Table(caption, ("What", "Value"), (*rows, *_ellipse_rows(path)))


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


def spectrum_table(trial: Trial) -> Table:
    """Return the power at some frequencies, or why there is no spectrum."""
    spectra = plotting.sway_spectra(trial)
    if spectra is None:
        return Table("No spectrum", ("Why",), ((plotting.spectra_withheld(trial) or "",),))
    rows = [
        (f"{at:g}", *(words.show_number(_power_at(each, at)) for each in (spectra.ap, spectra.ml)))
        for at in FREQUENCIES_HZ
    ]
    caption = f"Power in {spectra.unit} at some frequencies"
    return Table(caption, ("Frequency (Hz)", "Forward–back", "Left–right"), tuple(rows))


def _power_at(spectrum: Any, at_hz: float) -> float:
    return float(np.interp(at_hz, spectrum.frequency_hz, spectrum.power))


def values_table(assessment: Assessment, labels: Mapping[str, str]) -> Table:
    """Return every number of one trial."""
    rows = [(words.name_metric(key, labels), words.show_of(assessment, key)) for key in assessment.values]
    return Table("All its numbers", ("Metric", "Value"), tuple(rows))


def newest_numbers(report: Report) -> Table | None:
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
