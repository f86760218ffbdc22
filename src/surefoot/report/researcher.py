"""Everything for a study: methods to paste, how to cite, every number with its unit, settings and hashes."""

import math
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from itertools import groupby
from typing import Final

from surefoot import plotting, words
from surefoot.change.holds import stance_of
from surefoot.change.likeness import day_of, fingerprint, scored_by_time
from surefoot.metrics import find_metric
from surefoot.model import Assessment, Trend
from surefoot.protocols import load_protocols
from surefoot.reliability import compare_methods, mean_of
from surefoot.report.blocks import Block, Gallery, Plate, TextTable, Words
from surefoot.report.booklet import WIDTH_INCH
from surefoot.report.content import Report
from surefoot.report.sections import agreement_table, sides_table, trend_table
from surefoot.units import unit_of
from surefoot.words import ENGLISH

COLUMNS: Final = 4
LEAST_PAIRS: Final = 3
HASH_LETTERS: Final = 12
# What a person typed: never in what is handed on.
_OWN_WORDS: Final = ("board", "device_model", "note", "person")


def compose(report: Report) -> tuple[Block, ...]:
    """Return all there is: a document as long as it needs."""
    return (
        Words(ENGLISH.say("report.all numbers", who=report.who), "title"),
        Words(f"{report.span} · {ENGLISH.say('count.trials', n=len(report.assessments))}", "gist"),
        Words("Methods", "heading"),
        Words(ENGLISH.say("report.methods paragraph", **_methods(report))),
        Words("How to cite", "heading"),
        Words(ENGLISH.say("report.cite", version=report.version)),
        *_pictures(report),
        *_trends(report),
        *_ratios(report),
        *_devices(report),
        *_values(report),
        Words(ENGLISH.say("report.limits"), "quiet"),
        Words(ENGLISH.say("report.origin", version=report.version, metrics=_versions(report)), "quiet"),
    )


def _versions(report: Report) -> str:
    known = sorted({each.provenance.metrics_version for each in report.assessments})
    return ", ".join(f"{version}" for version in known) or "none"


def _methods(report: Report) -> Mapping[str, str]:
    trials = report.assessments
    tests = dict.fromkeys(load_protocols()[each.protocol].title for each in trials if each.protocol)
    rates = sorted(each.provenance.rate_hz for each in trials) or [0.0]
    tilt = dict.fromkeys(each.provenance.settings.get("tilt_method", "") for each in trials)
    return {
        "tests": ", ".join(tests) or "none",
        "places": ", ".join(dict.fromkeys(words.name_place(each.setup.placement) for each in trials)) or "–",
        "low": f"{rates[0]:.0f}",
        "high": f"{rates[-1]:.0f}",
        "tilt": ", ".join(name for name in tilt if name) or "none",
        "version": report.version,
        "metrics": _versions(report),
    }


def _pictures(report: Report) -> Iterator[Block]:
    ordered = sorted(report.trends, key=lambda each: (plotting.test_of(each), each.setup.leg))
    rows = [tuple(group) for _, group in groupby(ordered, key=plotting.test_of)]
    if rows:
        yield Words(ENGLISH.say("report.weeks"), "heading")
        yield Gallery(tuple(_plate(report, row) for row in rows))
    if report.newest is not None:
        trial = report.newest
        draw = partial(
            plotting.draw_path,
            trial=trial,
            title=words.describe_setup(trial.setup),
            reach=plotting.reach_of([trial]),
        )
        yield Words("The newest trial, from above", "heading")
        yield Plate(draw, 4.2, 4.7, plotting.describe_path(trial))


def _plate(report: Report, row: Sequence[Trend]) -> Plate:
    labels = report.labels
    draw = partial(
        plotting.draw_legs, row=row, labels=labels, injury=report.injury, size_pt=plotting.PAPER_PT
    )
    told = (words.describe_trend(each, labels.get(each.metric, each.metric)) for each in row)
    return Plate(draw, WIDTH_INCH / 2, 1.95, " ".join(told))


def _trends(report: Report) -> Iterator[Block]:
    for trend, name in zip(report.trends, words.name_trends(report.trends), strict=True):
        label = words.name_metric(trend.metric, report.labels)
        table = trend_table(trend, f"{name}: {label}", report.day)
        yield TextTable(table.caption, table.header, table.rows, (*_verdict(report, trend), *table.notes))


def _verdict(report: Report, trend: Trend) -> Iterator[tuple[str, str]]:
    yield "Verdict", trend.verdict
    for name, span in (("Before", trend.before), ("Lately", trend.lately)):
        if span is not None:
            first, last = (report.day(trend.dates[end]) for end in span)
            yield name, f"sessions {span[0] + 1} to {span[1] + 1} ({first} to {last})"
    if trend.change_pct is not None and trend.change_interval_pct is not None:
        low, high = (words.show_percent(end) for end in trend.change_interval_pct)
        yield "Change", f"{words.show_percent(trend.change_pct)} (95 % interval {low} to {high})"
    if trend.kendall_tau is not None:
        yield "Kendall’s tau", f"{trend.kendall_tau:.2f}, p = {trend.kendall_p:.3f}"


def _ratios(report: Report) -> Iterator[Block]:
    table = sides_table(report.ratios, report.labels, day=report.day)
    if table is not None:
        yield table


def device_pairs(
    assessments: Sequence[Assessment],
) -> dict[tuple[str, str, str], tuple[list[float], list[float]]]:
    """Return what two devices measured of the same stance on the same day, by metric and both devices.

    Trials of one device and day are one geometric mean. The device is its model, else the app.
    """
    cells: dict[tuple[object, ...], dict[str, list[float]]] = {}
    for each in scored_by_time(assessments):
        if each.primary in each.values and find_metric(each.primary).scale == "ln":
            device = each.setup.device_model or each.provenance.source
            cell = cells.setdefault((each.primary, day_of(each), *stance_of(each.setup)), {})
            cell.setdefault(device, []).append(each.values[each.primary])
    pairs: dict[tuple[str, str, str], tuple[list[float], list[float]]] = {}
    for key, devices in cells.items():
        names = sorted(devices)
        for first, second in ((a, b) for n, a in enumerate(names) for b in names[n + 1 :]):
            one, two = pairs.setdefault((str(key[0]), first, second), ([], []))
            one.append(mean_of(devices[first], ln=True))
            two.append(mean_of(devices[second], ln=True))
    return pairs


def _devices(report: Report) -> Iterator[Block]:
    for (key, *devices), (one, two) in device_pairs(report.assessments).items():
        names = ("device A", "device B") if report.share else (devices[0], devices[1])
        yield Words(f"Two devices, by Bland and Altman: {words.name_metric(key, report.labels)}", "heading")
        if len(one) < LEAST_PAIRS:
            yield Words(ENGLISH.say("report.few pairs", n=len(one), least=LEAST_PAIRS))
            continue
        found = compare_methods(one, two, ln=True)
        draw = partial(plotting.draw_agreement, first=one, second=two, found=found, names=names)
        table = agreement_table(found, names)
        yield Plate(draw, 5.0, 3.6, f"{table.caption}, ratio over geometric mean.")
        yield table


def _values(report: Report) -> Iterator[Block]:
    """Yield every value of every trial: like for like together, a few trials side by side."""
    dated = sorted(
        report.assessments,
        key=lambda each: math.inf if each.setup.when is None else each.setup.when.timestamp(),
    )
    groups: dict[object, list[Assessment]] = {}
    for each in dated:
        groups.setdefault((fingerprint(each, None), each.setup.practice), []).append(each)
    for group in groups.values():
        practice = ", practice" if group[0].setup.practice else ""
        yield Words(f"{words.describe_setup(group[0].setup)}{practice}: all values", "heading")
        yield Words(_settings(group[0], share=report.share), "quiet")
        for start in range(0, len(group), COLUMNS):
            yield _values_table(report, group[start : start + COLUMNS], start)


def _instant(trial: Assessment) -> float:
    return math.inf if trial.setup.when is None else trial.setup.when.timestamp()


def _settings(trial: Assessment, *, share: bool) -> str:
    settings = trial.provenance.settings
    told = [f"{k} {v}" for k, v in settings.items() if v and not (share and k in _OWN_WORDS)]
    return f"Settings: {'; '.join(told)}."


def _values_table(report: Report, trials: Sequence[Assessment], start: int) -> TextTable:
    keys = dict.fromkeys(key for each in trials for key in each.values)
    rows = [(_named(key, report.labels), *(_number(each, key) for each in trials)) for key in keys]
    origins = [each.provenance for each in trials]
    rows += [
        ("Rate (Hz)", *(f"{each.rate_hz:.2f}" for each in origins)),
        ("Steady (s)", *(f"{each.steady_s[0]:.2f} to {each.steady_s[1]:.2f}" for each in origins)),
        ("Analysed (s)", *(f"{each.window_s[0]:.2f} to {each.window_s[1]:.2f}" for each in origins)),
        ("To note", *(", ".join(sorted({i.code for i in each.issues})) or "–" for each in trials)),
        ("App", *(each.source for each in origins)),
        ("Surefoot, metrics", *(f"{each.surefoot_version}, {each.metrics_version}" for each in origins)),
        ("SHA-256 of the recording", *(each.source_sha256[:HASH_LETTERS] or "–" for each in origins)),
    ]
    header = ("Value", *(report.day(each.setup.when) for each in trials))
    return TextTable(f"Trials {start + 1} to {start + len(trials)}", header, tuple(rows))


def _named(key: str, labels: Mapping[str, str]) -> str:
    unit = unit_of(key)
    return (
        f"{words.name_metric(key, labels)} ({unit})"
        if unit and unit != "count"
        else words.name_metric(key, labels)
    )


def _number(trial: Assessment, key: str) -> str:
    return words.show_number(trial.values[key]) if key in trial.values else "–"
