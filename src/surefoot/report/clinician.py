"""One A4 page for a physiotherapist: both legs over the weeks, ratios, holds, training, methods."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import groupby
from typing import Final

from surefoot import plotting, words
from surefoot.change.holds import days_held, stance_of
from surefoot.change.likeness import scored_by_time
from surefoot.change.trends import lead
from surefoot.model import Assessment, Trend
from surefoot.protocols import load_protocols
from surefoot.report.blocks import Block, Gallery, Plate, TextTable, TwoColumns, Words
from surefoot.report.booklet import WIDTH_INCH, fits_page
from surefoot.report.content import Report
from surefoot.training import PLAN, adherence
from surefoot.words import ENGLISH

WEEKS_SHOWN: Final = 4
# A hold this much shorter than the whole one failed.
_SHORT_S: Final = 1.0


@dataclass(frozen=True, slots=True)
class Room:
    """How many pictures, tests, ratios and failures are shown; what is left out is counted."""

    pictures: int
    tests: int
    ratios: int
    failures: int


LEAST: Final = Room(1, 2, 1, 1)
MOST: Final = Room(4, 14, 9, 8)
# Tables grow first, a row each in turn; then pictures, two of which stand side by side.
_STEPS: Final = (("tests", 1), ("ratios", 1), ("failures", 1))


def compose(report: Report) -> tuple[Block, ...]:
    """Return the page, with as much as one sheet of A4 holds."""
    room = _grow(report, _grow(report, LEAST, (("pictures", 1),), Room(2, 2, 1, 1)), _STEPS, MOST)
    return _compose(report, _grow(report, room, (("pictures", 2),), MOST))


def _grow(report: Report, room: Room, steps: Sequence[tuple[str, int]], most: Room) -> Room:
    """Return the room made larger in turn, up to `most`, as long as all fits on one page."""
    open_steps = list(steps)
    while open_steps:
        for name, step in tuple(open_steps):
            larger = replace(room, **{name: getattr(room, name) + step})
            if getattr(larger, name) <= getattr(most, name) and fits_page(_compose(report, larger)):
                room = larger
            else:
                open_steps.remove((name, step))
    return room


def _compose(report: Report, room: Room) -> tuple[Block, ...]:
    return (
        *_head(report),
        *_over_the_weeks(report, room),
        *_ratios(report, room),
        TwoColumns(
            (_holds(report, room), *_failures(report, room)), (*_training(report), *_conditions(report))
        ),
        Words(_methods(report), "quiet"),
    )


def _head(report: Report) -> Iterator[Words]:
    injury = report.injury
    ankle = "" if injury is None else ENGLISH.say("report.ankle", side=injury.side)
    yield Words(f"{report.who}{ankle}", "title")
    hurt = (
        ""
        if injury is None or report.share
        else f"{ENGLISH.say('report.hurt', day=report.day(injury.on))} · "
    )
    sessions = len({when.date() for when in report.days})
    count = words.count_of("sessions", sessions) if sessions else ENGLISH.say("report.no trials")
    printed = f" · {ENGLISH.say('report.printed', day=report.day(report.on))}" if report.on else ""
    yield Words(f"{hurt}{count}, {report.span}{printed}" if sessions else count, "gist")
    yield Words(" ".join(_summary(report)), "lead")


def _summary(report: Report) -> Iterator[str]:
    """Yield the verdict on the trend to go by, what it rests on, and what is still wanted of others."""
    own = lead(report.trends, report.injury.side if report.injury else "")
    if own is None:
        yield ENGLISH.say("report.no trend")
        return
    yield f"{words.verdict_sentence(own)}{_change(own)}."
    other = own.other_leg
    if other is not None:
        facts = {"leg": other.leg, "then": f"{other.ratio_before:.1f}", "now": f"{other.ratio_lately:.1f}"}
        of = words.name_metric(own.metric, report.labels)
        yield ENGLISH.say("report.against the other leg", of=words.within_sentence(of), **facts)
    waiting = [each for each in report.trends if words.state_of(each) == "wait" and each is not own]
    if waiting:
        names = "; ".join(words.within_sentence(words.describe_setup(each.setup)) for each in waiting[:3])
        yield ENGLISH.say("report.waiting", names=names)


def _change(trend: Trend) -> str:
    if trend.change_pct is None or trend.change_interval_pct is None:
        return ""
    low, high = (words.show_percent(end, 0) for end in trend.change_interval_pct)
    return f" ({words.show_percent(trend.change_pct, 0)}, 95 % interval {low} to {high})"


def _percent(trend: Trend) -> str:
    """Return how much a trend changed, with its interval, or nothing while that is not known."""
    if trend.change_pct is None or trend.change_interval_pct is None:
        return "–"
    low, high = (words.show_percent(end, 0).removesuffix(" %") for end in trend.change_interval_pct)
    return f"{words.show_percent(trend.change_pct, 0)} ({low} to {high})"


def _over_the_weeks(report: Report, room: Room) -> Iterator[Block]:
    ordered = sorted(report.trends, key=lambda each: (plotting.test_of(each), each.setup.leg))
    rows = [tuple(group) for _, group in groupby(ordered, key=plotting.test_of)]
    rows.sort(key=lambda row: -max(len(each.values) for each in row))
    if not rows:
        return
    weeks = "report.weeks since the injury" if report.injury else "report.weeks"
    yield Words(ENGLISH.say(weeks), "heading")
    yield Gallery(tuple(_plate(report, row) for row in rows[: room.pictures]))
    shown = [each for row in rows for each in row]
    yield _trends_table(report, shown, room.tests)


def _plate(report: Report, row: Sequence[Trend]) -> Plate:
    labels = report.labels
    draw = partial(
        plotting.draw_legs, row=row, labels=labels, injury=report.injury, size_pt=plotting.PAPER_PT
    )
    told = (words.describe_trend(each, labels.get(each.metric, each.metric)) for each in row)
    return Plate(draw, WIDTH_INCH / 2, 1.95, " ".join(told))


def _trends_table(report: Report, trends: Sequence[Trend], most: int) -> TextTable:
    rows = tuple(
        (
            _mark_hurt(name, each, report),
            _beyond(each),
            words.show_value(each.metric, each.values[0]),
            words.show_value(each.metric, each.values[-1]),
            _percent(each),
            f"{len(each.values)}",
        )
        for each, name in zip(trends[:most], words.name_trends(trends), strict=False)
    )
    labels = dict.fromkeys(words.name_metric(each.metric, report.labels) for each in trends[:most])
    caption = f"Main measure: {'; '.join(labels)}{_left_out(len(trends) - most)}"
    header = ("Test", "Verdict", "First", "Newest", "Change (95 %)", "Sessions")
    return TextTable(caption, header, rows)


def _mark_hurt(name: str, trend: Trend, report: Report) -> str:
    hurt = report.injury is not None and report.injury.side == trend.setup.leg
    return f"{name} (hurt)" if hurt else name


def _beyond(trend: Trend) -> str:
    wanted = trend.sessions_wanted
    if words.state_of(trend) == "wait":
        return words.count_of("more sessions", wanted or 1)
    return words.name_verdict(trend)


def _left_out(count: int) -> str:
    return f" ({count} more not shown)" if count > 0 else ""


def _ratios(report: Report, room: Room) -> Iterator[TextTable]:
    known = [each for each in report.ratios if each.value is not None and each.kind != "asymmetry"]
    rows = tuple(
        (
            f"{each.kind[0].upper()}{each.kind[1:]}: {each.condition.removesuffix(', floor')}",
            words.show_ratio(each.value, each.unit),
            f"{words.show_ratio(each.low, each.unit)} to {words.show_ratio(each.high, each.unit)}",
            each.formula.split(";")[0],
            report.day(each.on),
        )
        for each in known[: room.ratios]
    )
    if rows:
        caption = f"Ratios of the last day with both{_left_out(len(known) - room.ratios)}"
        yield TextTable(caption, ("Ratio", "Value", "95 % interval", "Formula", "Day"), rows)


def _holds(report: Report, room: Room) -> TextTable:
    """Return seconds held and touches of each stance, on its first and its newest day."""
    setups = {stance_of(each.setup): each.setup for each in scored_by_time(report.assessments)}
    held = [(setup, days_held(report.assessments, setup)) for setup in setups.values()]
    held = [(setup, days) for setup, days in held if days]
    rows = tuple(
        (
            words.describe_setup(setup),
            f"{days[0].longest_s:.0f} → {days[-1].longest_s:.0f}",
            "–" if days[-1].touchdowns is None else f"{days[0].touchdowns or 0} → {days[-1].touchdowns}",
        )
        for setup, days in held[: room.tests]
    )
    header = ("Test", "Held (s)", "Touches")
    return TextTable(f"First → newest day{_left_out(len(held) - room.tests)}", header, rows)


def _failures(report: Report, room: Room) -> Iterator[TextTable]:
    failed = [each for each in reversed(scored_by_time(report.assessments)) if _why_failed(each)]
    broken = [each for each in report.assessments if each.is_cut_off]
    rows = [
        (report.day(each.setup.when), words.describe_setup(each.setup), _why_failed(each))
        for each in failed[: room.failures]
    ]
    counted = f"{len(failed)} of {len(scored_by_time(report.assessments))} trials"
    more = f"; {len(broken)} more broke off and do not count" if broken else ""
    caption = f"Tests that failed: {counted}{more}"
    yield TextTable(caption, ("", "", ""), tuple(rows) or (("none", "", ""),))


def _why_failed(trial: Assessment) -> str:
    """Return how a trial failed: held too short, or the foot came down; empty where it did not."""
    whole_s = load_protocols()[trial.protocol].hold_s
    held_s, touched = trial.values.get("hold_time_s"), int(trial.values.get("touchdowns_count", 0))
    short = held_s is not None and held_s < whole_s - _SHORT_S
    if not short and (touched == 0 or trial.primary in trial.values):
        return ""
    times = "" if not touched else f", {touched} {'touch' if touched == 1 else 'touches'}"
    return f"held {held_s:.0f} of {whole_s:.0f} s{times}" if held_s is not None else f"not held{times}"


def _training(report: Report) -> Iterator[TextTable | Words]:
    if not report.log or not report.days:
        yield Words("Exercises", "strong")
        yield Words(ENGLISH.say("report.no log"))
        return
    last = max(report.days[-1].date(), *(entry.when.date() for entry in report.log))
    weeks = adherence(report.log, last)[-WEEKS_SHOWN:]
    rows = [
        (each.name, *(f"{week.done[each.name]} of {week.planned[each.name]:.0f}" for week in weeks))
        for each in PLAN
        if each.days_low
    ]
    pains = [
        [e.pain for e in report.log if e.pain is not None and 0 <= (e.when.date() - week.starts).days < 7]
        for week in weeks
    ]
    rows.append(("highest pain, of 10", *(f"{max(each)}" if each else "–" for each in pains)))
    share = ", ".join(f"{week.adherence_pct:.0f}\u00a0%" for week in weeks)
    header = ("Days done", *(report.week(week.starts).replace(" ", "\u00a0") for week in weeks))
    yield TextTable(f"Exercises, of the plan: {share}", header, tuple(rows))


def _conditions(report: Report) -> Iterator[Words]:
    setups = [each.setup for each in report.assessments]
    if not setups:
        return
    worn = dict.fromkeys(words.show_placement(setup) for setup in setups)
    shod = dict.fromkeys(setup.footwear for setup in setups)
    practice = sum(setup.practice for setup in setups)
    warned = sum(any(issue.severity == "warning" for issue in each.issues) for each in report.assessments)
    facts = {"worn": ", ".join(worn), "shod": " or ".join(shod), "n": len(setups)}
    yield Words("Conditions and quality", "strong")
    yield Words(ENGLISH.say("report.conditions", practice=practice, warned=warned, **facts), "body")


def _methods(report: Report) -> str:
    origins = [each.provenance for each in report.assessments]
    rates = sorted(round(each.rate_hz) for each in origins)
    lengths = sorted({round(each.window_s[1] - each.window_s[0]) for each in origins})
    rate = "" if not rates else f"{rates[0]}" if rates[0] == rates[-1] else f"{rates[0]} to {rates[-1]}"
    versions = ", ".join(f"{each}" for each in sorted({each.metrics_version for each in origins})) or "none"
    seconds = " or ".join(f"{each}" for each in lengths)
    return ENGLISH.say(
        "report.methods", rate=rate or "–", seconds=seconds or "–", version=report.version, metrics=versions
    )
