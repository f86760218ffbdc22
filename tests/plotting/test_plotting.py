"""Pictures, checked by what stands on them."""

import math
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import combinations, pairwise
from xml.etree import ElementTree as ET

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.colors import to_hex, to_rgb
from scipy import stats

from made_report import assessment
from surefoot import plotting, words
from surefoot.change.recovery import Milestone
from surefoot.change.sides import compare_sides
from surefoot.errors import NotComparableError, OutputError
from surefoot.metrics import load_metrics
from surefoot.model import Event, Injury, Issue, Setup, Trend, Trial
from surefoot.plotting import FREQUENCIES_HZ, style
from surefoot.plotting.trend_view import percent_ticks, trend_line
from surefoot.protocols import protocol_for
from surefoot.reliability import compare_methods
from surefoot.training import LogEntry, adherence
from surefoot.words import metric_labels

LABELS = {"path_rate_mps3": "Sway path per second"}
FIRST = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)


def sine_trial(setup=None, *, rate_hz=100.0, window_s=20.0, **changes):
    """A trial of pure tones: 0.20 m/s² at 0.5 Hz to the side, 0.10 at 0.8 Hz forward about 0.03."""
    setup = setup or Setup(leg="left", when=FIRST)
    time_s = np.arange(round(34 * rate_hz)) / rate_hz
    ap = 0.03 + 0.10 * np.sin(2 * np.pi * 0.8 * time_s)
    ml = 0.20 * np.sin(2 * np.pi * 0.5 * time_s)
    parts = {
        "setup": setup, "protocol": protocol_for(setup), "rate_hz": rate_hz, "time_s": time_s,
        "ap_mps2": ap, "ml_mps2": ml, "v_mps2": 0 * ap,
        "tilt_ap_deg": 2.0 + 10 * ap, "tilt_ml_deg": -10 * ml,
        "rate_ap_degps": 0 * ap, "rate_ml_degps": 0 * ap,
        "has_gyroscope": True, "tilt_method": "complementary",
        "steady_s": (3.5, 32.5), "window_s": (32.0 - window_s, 32.0),
    }  # fmt: skip
    return Trial(**{**parts, **changes})


def falling_trend(leg="left", eyes="open", sessions=8, **changes):
    """Values that fall by exactly 5 % a week, two sessions a week."""
    dates = tuple(FIRST + timedelta(days=3.5 * count) for count in range(sessions))
    values = tuple(0.6 * 0.95 ** (count / 2) for count in range(sessions))
    trend = Trend(
        "path_rate_mps3", Setup(leg=leg, eyes=eyes), dates, values, -5.0, (-6.0, -4.0), None, None,
        26.0, "a study", (0.48, 0.75), "steadier", "It fell.",
    )  # fmt: skip
    if sessions >= 5:
        compared = {"before": (0, 3), "lately": (sessions - 3, sessions - 1)}
        trend = replace(trend, **compared, change_pct=-10.0, change_interval_pct=(-15.0, -5.0))
    return replace(trend, **changes)


CHEST = Setup(leg="right", eyes="closed", surface="foam", footwear="shoes", placement="chest")
BOARD = Setup(test="wobble-board", placement="board", surface="board")


WEEKS = adherence(
    [LogEntry("me", "calf raises", FIRST + timedelta(days=day)) for day in (-3, 0, 1, 2, 3, 4, 5, 6, 15)],
    date(2026, 3, 25),
)
INJURY = Injury("right", date(2026, 3, 9))
MARKS = (Milestone(date(2026, 3, 10), "slept badly"), Milestone(date(2026, 3, 20), "pain 3 of 10 " * 12))
RECOVERY = (
    falling_trend(),
    falling_trend("right"),
    falling_trend("right", "closed", 3),
    falling_trend(metric="osi_centred_deg", setup=BOARD),
)
EVENTS = (Event("foot_lift", 2.0, 2.0), Event("touchdown", 8.0, 8.6), Event("touchdown", 8.7, 9.0))
ISSUES = tuple(Issue(f"code{count}", "warning", f"Matter {count} was found.") for count in range(5))

TOUCHED = (Event("touchdown", 20.0, 20.4), Event("correction", 25.0, 25.5))
SESSIONS = [assessment(number) for number in range(5)]
LOG = [LogEntry("me", "calf raises", FIRST + timedelta(days=day), pain=day % 3) for day in range(9)]
PAIRED = ([0.5, 0.6, 0.4, 0.7], [0.55, 0.61, 0.45, 0.69])

PICTURES = {
    "traces": lambda: plotting.plot_traces(sine_trial(events=EVENTS, issues=ISSUES)),
    "stabilogram": lambda: plotting.plot_stabilogram(sine_trial()),
    "spectrum": lambda: plotting.plot_spectrum(sine_trial()),
    "no spectrum": lambda: plotting.plot_spectrum(sine_trial(window_s=10.0)),
    "trial": lambda: plotting.plot_trial(sine_trial(events=EVENTS, issues=ISSUES)),
    "short trial": lambda: plotting.plot_trial(sine_trial(window_s=10.0)),
    "board": lambda: plotting.plot_trial(sine_trial(BOARD)),
    "one trend": lambda: plotting.plot_trend([falling_trend()], LABELS),
    "two trends": lambda: plotting.plot_trend([falling_trend(), falling_trend("right", "closed", 3)], LABELS),
    "two trends called alike": lambda: plotting.plot_trend(
        [falling_trend(setup=CHEST), falling_trend(setup=replace(CHEST, placement="lumbar", facing="back"))],
        LABELS,
    ),
    "one trend and exercises": lambda: plotting.plot_trend([falling_trend()], LABELS, weeks=WEEKS),
    "two trends and exercises": lambda: plotting.plot_trend(
        [falling_trend(), falling_trend("right")], LABELS, weeks=WEEKS
    ),
    "recovery": lambda: plotting.plot_recovery(RECOVERY, LABELS, INJURY, MARKS),
    "recovery of one leg": lambda: plotting.plot_recovery([falling_trend()], LABELS, INJURY),
    "first sessions": lambda: plotting.plot_trend([falling_trend(sessions=3)], LABELS),
    "a hold time": lambda: plotting.plot_trend(
        [falling_trend(metric="touchdowns_count", values=(3.0, 2.0, 0.0, 1.0) * 2)], {}
    ),
    "stabilogram with events": lambda: plotting.plot_stabilogram(sine_trial(events=TOUCHED)),
    "before and after": lambda: plotting.plot_pair(sine_trial(), sine_trial(ml_mps2=sine_trial().ap_mps2)),
    "tilt map": lambda: plotting.plot_tilt_map(sine_trial(replace(BOARD, board_max_tilt_deg=12.0))),
    "profile": lambda: plotting.plot_profile(SESSIONS, metric_labels()),
    "sides": lambda: plotting.plot_sides(compare_sides([*SESSIONS, assessment(4, leg="right")])),
    "training": lambda: plotting.plot_training(LOG, date(2026, 3, 20)),
    "agreement": lambda: plotting.plot_agreement(
        *PAIRED, compare_methods(*PAIRED, ln=True), ("A phone", "A sensor")
    ),
}


@cache
def drawn(name):
    return PICTURES[name]()


@pytest.fixture(params=PICTURES)
def figure(request):
    return drawn(request.param)


def all_axes(figure):
    return [axes for axes in figure.axes if axes.axison]


def line(axes, label):
    (found,) = [each for each in axes.lines if each.get_label() == label]
    return found


def written(figure):
    """Every text of a figure, as somebody would read it out of the picture."""
    root = ET.fromstring(plotting.render(figure, "svg"))
    return ["".join(node.itertext()) for node in root.iter("{http://www.w3.org/2000/svg}text")]


PHONE_PX = 390
SMALLEST_PX, SMALLEST_PT = 12, 9
MARGIN_PX = 2


@cache
def shown_texts(figure):
    """Every text that somebody sees, with its box in pixels of the figure."""
    figure.canvas.draw()
    texts = [text for text in figure.findobj(mpl.text.Text) if text.get_visible() and text.get_text().strip()]
    off = {label for axes in figure.axes if not axes.axison for label in ticks_of(axes)}
    outside = {label for axes in figure.axes for label in ticks_of(axes) if not is_within(axes, label)}
    hidden = off | outside
    return [(text, text.get_window_extent()) for text in texts if text not in hidden]


def ticks_of(axes):
    return [label for axis in (axes.xaxis, axes.yaxis) for label in axis.get_ticklabels(which="both")]


def is_within(axes, label):
    across = label in axes.get_xticklabels(which="both")
    (low, high), at = (
        (axes.get_xlim(), label.get_position()[0]) if across else (axes.get_ylim(), label.get_position()[1])
    )
    shown = axes.xaxis if across else axes.yaxis
    params = shown.get_tick_params()
    return min(low, high) <= at <= max(low, high) and (
        params.get("labelbottom", True) or params.get("labelleft", False)
    )


def luminance(color):
    parts = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in to_rgb(color)]
    return float(np.dot([0.2126, 0.7152, 0.0722], parts))


def contrast(one, other):
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_text_is_large_enough_on_a_phone_and_on_paper(figure):
    scale = PHONE_PX / (72 * figure.get_figwidth())
    for text, _ in shown_texts(figure):
        assert text.get_fontsize() >= SMALLEST_PT, text
        assert text.get_fontsize() * scale >= SMALLEST_PX, text


def test_nothing_touches_an_edge(figure):
    for text, box in shown_texts(figure):
        assert box.x0 >= MARGIN_PX, text
        assert box.y0 >= MARGIN_PX, text
        assert box.x1 <= figure.bbox.width - MARGIN_PX, text
        assert box.y1 <= figure.bbox.height - MARGIN_PX, text


def test_no_two_texts_overlap(figure):
    boxes = [(text.get_text(), box.shrunk(0.98, 0.8)) for text, box in shown_texts(figure)]
    touching = [(a, b) for (a, one), (b, other) in combinations(boxes, 2) if one.overlaps(other)]
    assert touching == []


def test_text_stands_out_on_light_and_on_dark_paper(figure):
    named = {light: tones for tones in style.PALETTE.values() for light in tones[:1]}
    for text, _ in shown_texts(figure):
        for tone, (paper, window) in enumerate(
            zip(style.PALETTE["paper"], style.PALETTE["window"], strict=True)
        ):
            color = named[to_hex(text.get_color())][tone]
            assert contrast(color, paper) >= 4.5, text
            assert contrast(color, window) >= 4.5, text


def test_every_picture_tells_what_it_shows_and_shows_itself(figure):
    assert len(figure.get_label()) > 20
    assert figure._repr_png_().startswith(b"\x89PNG")


def test_the_legs_differ_by_mark_and_line_and_stand_out_in_grey():
    assert style.WATCHED.marker != style.BESIDE.marker
    assert style.WATCHED.line != style.BESIDE.line
    for tone in (0, 1):
        for name in ("accent", "other", "ink", "care"):
            assert contrast(style.PALETTE[name][tone], style.PALETTE["paper"][tone]) >= 3


def test_the_ellipse_drawn_has_the_area_of_the_metric():
    trial = sine_trial()
    outline = line(plotting.plot_stabilogram(trial).axes[0], "95 % prediction ellipse")
    x, y = outline.get_data()
    shoelace = 0.5 * abs(x @ np.roll(y, -1) - y @ np.roll(x, -1))
    assert shoelace == pytest.approx(load_metrics()["ellipse_area_m2ps4"](trial), rel=1e-3)
    # Two sines of amplitudes A and B have the covariance diag(A², B²) / 2.
    assert shoelace == pytest.approx(math.pi * 5.991465 * 0.2 * 0.1 / 2, rel=2e-3)


def test_a_tilted_ellipse_points_where_the_sway_goes():
    time_s = np.arange(3400) / 100
    along = np.sin(2 * np.pi * 0.5 * time_s)
    across = 0.1 * np.sin(2 * np.pi * 0.8 * time_s)
    # 30 degrees from forward toward the right.
    ap = along * math.cos(math.radians(30)) - across * math.sin(math.radians(30))
    ml = along * math.sin(math.radians(30)) + across * math.cos(math.radians(30))
    trial = sine_trial(ap_mps2=ap, ml_mps2=ml)
    axes, whole = plotting.plot_stabilogram(trial).axes[0], plotting.sway_path(trial)
    ml_drawn, ap_drawn = line(axes, "95 % prediction ellipse").get_data()
    farthest = int(np.argmax(np.hypot(ml_drawn, ap_drawn)))
    heading = math.degrees(math.atan2(ml_drawn[farthest], ap_drawn[farthest]))
    assert heading % 180 == pytest.approx(30, abs=1.5)
    outline = np.array([ml_drawn, ap_drawn])
    distance = (outline * np.linalg.solve(np.cov([whole.ml, whole.ap]), outline)).sum(axis=0)
    np.testing.assert_allclose(distance, 5.991465, rtol=1e-5)


def test_a_slow_recording_has_no_spectrum_and_says_why():
    text = " ".join(written(plotting.plot_spectrum(sine_trial(rate_hz=20.0))))
    assert "this trial has 20" in text


def test_the_spectrum_peaks_where_the_tone_is_and_holds_its_power():
    axes = plotting.plot_spectrum(sine_trial()).axes[0]
    for label, tone_hz, amplitude in (("left–right", 0.5, 0.2), ("forward–back", 0.8, 0.1)):
        frequency_hz, power = line(axes, label).get_data()
        assert frequency_hz[int(np.argmax(power))] == pytest.approx(tone_hz)
        assert power.sum() * 0.1 == pytest.approx(amplitude**2 / 2, rel=0.02)
    assert list(axes.get_xticks()) == list(FREQUENCIES_HZ)
    assert axes.get_ylabel() == "Power ((m/s²)²/Hz)"


def test_directions_differ_in_line_style_too():
    axes = plotting.plot_spectrum(sine_trial()).axes[0]
    assert line(axes, "forward–back").get_linestyle() != line(axes, "left–right").get_linestyle()


def test_traces_are_low_passed_in_front_of_the_unfiltered():
    time_s = np.arange(3400) / 100
    slow, quick = 0.2 * np.sin(2 * np.pi * 0.5 * time_s), 0.1 * np.sin(2 * np.pi * 12 * time_s)
    axes = plotting.plot_traces(sine_trial(ml_mps2=slow + quick)).axes[1]
    inside = slice(400, 3000)
    np.testing.assert_allclose(line(axes, "unfiltered").get_ydata(), slow + quick)
    np.testing.assert_allclose(line(axes, "shown").get_ydata()[inside], slow[inside], atol=2e-4)
    assert line(axes, "unfiltered").get_zorder() <= line(axes, "shown").get_zorder()


def test_both_directions_share_one_scale_set_by_the_steady_stretch():
    handled = np.where(np.arange(3400) < 200, 30.0, 0.0)
    panels = plotting.plot_traces(sine_trial(ap_mps2=handled + sine_trial().ap_mps2)).axes
    heights = [np.diff(axes.get_ylim())[0] for axes in panels]
    assert heights[0] == pytest.approx(heights[1])
    assert heights[2] == pytest.approx(heights[3])
    assert heights[0] < 1.0


def test_traces_name_window_events_and_issues():
    text = " ".join(written(plotting.plot_traces(sine_trial(events=EVENTS, issues=ISSUES))))
    for expected in ("analysed, 12.0–32.0 s", "Foot down (2)", "Foot lift (1)", "Matter 2 was", "And 2 more"):
        assert expected in text
    assert "Matter 3" not in text
    assert "Correction" not in text


def test_traces_leave_out_what_was_not_computed():
    withheld = Issue("withheld", "info", "Left out, because it needs a height: com_rms_ap_pct.")
    assert not any(
        "com_rms" in text for text in written(plotting.plot_traces(sine_trial(issues=(withheld,))))
    )


def test_trends_called_alike_are_told_apart_by_what_differs_else_by_their_first_day():
    lumbar, later = falling_trend(), falling_trend(dates=(FIRST + timedelta(days=40),), values=(0.5,))
    chest = falling_trend(setup=Setup(leg="left", placement="chest"))
    assert words.name_trends([lumbar, falling_trend("right")]) == (
        "Left leg, eyes open",
        "Right leg, eyes open",
    )
    assert words.name_trends([lumbar, chest]) == (
        "Left leg, eyes open, sensor on the lower back",
        "Left leg, eyes open, sensor on the chest",
    )
    assert words.name_trends([lumbar, later]) == (
        "Left leg, eyes open, from 2 Mar 2026",
        "Left leg, eyes open, from 11 Apr 2026",
    )
    assert len(set(words.name_trends([lumbar, later, chest]))) == 3
    people = [falling_trend(setup=Setup(person=person, leg="left")) for person in ("p01", "p02")]
    assert words.name_trends(people) == ("Left leg, eyes open, p01", "Left leg, eyes open, p02")


def test_the_stabilogram_is_seen_from_above_on_equal_axes_about_the_mean():
    axes = plotting.plot_stabilogram(sine_trial()).axes[0]
    parts = [each.get_data() for each in axes.lines if each.get_label() == "path"]
    ml, ap = (np.concatenate(part) for part in zip(*parts, strict=True))
    assert axes.get_aspect() == 1
    assert axes.get_xlim() == axes.get_ylim()
    assert np.abs(ml).max() == pytest.approx(0.2, rel=1e-3)
    assert abs(ap.mean()) < 1e-3
    places = {text.get_text(): text.get_position() for text in axes.texts}
    assert places["left"][0] < 0 < places["right"][0]
    assert places["back"][1] < 0 < places["forward"][1]


def test_a_board_shows_tilt_about_level():
    trial = sine_trial(BOARD)
    figure = plotting.plot_stabilogram(trial)
    (end,) = [each for each in figure.axes[0].lines if each.get_label() == "end"]
    path = plotting.sway_path(trial)
    assert path.ap.mean() == pytest.approx(2.3, abs=0.01)
    assert end.get_ydata()[0] == path.ap[-1]
    assert any(text.startswith("Outer ring") and text.endswith("°") for text in written(figure))


def test_the_map_of_a_board_holds_all_of_the_time_and_its_edge():
    trial = sine_trial(replace(BOARD, board_max_tilt_deg=12.0))
    axes = plotting.plot_tilt_map(trial).axes[0]
    path, step = plotting.sway_path(trial), 24 / 20
    squares = [
        patch
        for patch in axes.patches
        if hasattr(patch, "get_xy") and patch.get_width() == pytest.approx(step)
    ]
    held = {
        (math.floor((x + 12) / step), math.floor((y + 12) / step))
        for x, y in zip(path.ml, path.ap, strict=True)
    }
    drawn = {(round((s.get_x() + 12) / step), round((s.get_y() + 12) / step)) for s in squares}
    assert drawn == held
    assert "Outer ring: 12.0°, the edge" in written(plotting.plot_tilt_map(trial))
    with pytest.raises(ValueError, match="board"):
        plotting.plot_tilt_map(sine_trial())


def test_a_short_window_has_no_ellipse_and_no_spectrum_and_says_why():
    trial = sine_trial(window_s=10.0)
    shown = plotting.plot_stabilogram(trial).axes[0]
    assert "95 % prediction ellipse" not in [each.get_label() for each in shown.lines]
    assert "this trial has 10 s" in " ".join(written(plotting.plot_spectrum(trial)))


def test_the_sheet_of_a_trial_begins_with_its_path_and_its_conditions():
    figure = plotting.plot_trial(sine_trial())
    assert len(all_axes(figure)) == 5
    assert "Left leg, eyes open, 2 Mar 2026" in written(figure)


def test_steadier_is_up_in_per_cent_of_the_own_first_sessions():
    trend = falling_trend("right")
    figure = plotting.plot_trend([trend], LABELS)
    axes = figure.axes[0]
    days, heights = line(axes, "session").get_data()
    np.testing.assert_allclose(days, [(day - trend.dates[0]).days for day in trend.dates])
    first = stats.gmean(trend.values[:4])
    np.testing.assert_allclose(np.exp(heights), first / np.array(trend.values))
    means = [stats.gmean(trend.values[max(0, end - 3) : end]) for end in range(1, 9)]
    np.testing.assert_allclose(np.exp(line(axes, "running mean").get_ydata()), first / np.array(means))
    (band,) = [patch for patch in axes.patches if patch.get_label() == "could be chance"]
    edges = np.exp([band.get_y(), band.get_y() + band.get_height()])
    np.testing.assert_allclose(edges, [first / trend.band[1], first / trend.band[0]])
    text = " ".join(written(figure))
    for expected in (
        "Right leg, eyes open: steadier",
        "steadier, in % of the first sessions",
        "100 %",
        "could be chance",
    ):
        assert expected in text


def test_of_a_measure_where_more_is_steadier_more_is_up():
    trend = falling_trend(metric="hold_time_s", values=(10.0, 12.0, 11.0, 13.0, 20.0, 25.0, 28.0, 30.0))
    heights = trend_line(trend, FIRST.date()).heights
    np.testing.assert_allclose(np.exp(heights), np.array(trend.values) / stats.gmean(trend.values[:4]))


def test_no_line_and_no_band_stand_where_nothing_may_be_said_yet():
    axes = plotting.plot_trend([falling_trend(sessions=3)], LABELS).axes[0]
    assert [each.get_label() for each in axes.lines] == ["session"]
    assert not axes.patches
    assert not axes.collections


def test_the_two_periods_compared_are_marked_with_their_sessions():
    trend = falling_trend()
    figure = plotting.plot_trend([trend], LABELS)
    bars = [each for each in figure.axes[0].collections if each.get_label() == "compared"]
    days = [(day - trend.dates[0]).days for day in trend.dates]
    spans = [tuple(bar.get_segments()[0][:, 0]) for bar in bars]
    assert spans == [(days[0], days[3]), (days[5], days[7])]
    assert {"first 4", "last 3"} <= set(written(figure))


def test_two_legs_of_a_picture_have_a_panel_each_on_one_scale():
    figure = plotting.plot_trend([falling_trend(), falling_trend("right", band=(0.2, 2.0))], LABELS)
    panels = figure.axes
    assert panels[0].get_ylim() == panels[1].get_ylim()
    assert panels[0].get_xlim() == panels[1].get_xlim()
    assert panels[0].get_position().y0 > panels[1].get_position().y1


def test_exercises_stand_under_the_trend_week_by_week():
    figure = plotting.plot_trend([falling_trend()], LABELS, weeks=WEEKS)
    strip = figure.axes[-1]
    bars = [patch for patch in strip.patches if patch.get_width() > 1]
    assert [bar.get_height() for bar in bars] == pytest.approx([week.adherence_pct for week in WEEKS])
    assert [bar.get_x() for bar in bars] == pytest.approx(
        [(week.starts - FIRST.date()).days for week in WEEKS]
    )
    assert any("Exercises done" in text for text in written(figure))


def test_recovery_has_a_row_for_each_test_and_counts_days_from_the_injury():
    figure = plotting.plot_recovery(RECOVERY, LABELS, INJURY, MARKS)
    opened, closed, board = figure.axes
    text = written(figure)
    for expected in (
        "One leg, eyes open",
        "One leg, eyes closed",
        "Wobble board, eyes open",
        "left leg",
        "right leg",
    ):
        assert expected in text
    assert any("right ankle, 9 Mar 2026" in each for each in text)
    assert any("slept badly" in each for each in text)
    right, left = [each for each in opened.lines if each.get_label() == "session"]
    for sessions in (right, left):
        np.testing.assert_allclose(
            sessions.get_xdata(), [(day.date() - INJURY.on).days for day in falling_trend().dates]
        )
    assert [each.get_label() for each in closed.lines].count("running mean") == 0
    assert len([each for each in board.lines if each.get_label() == "session"]) == 1
    marks = [each for each in opened.lines if each.get_label() == "_mark"]
    assert [mark.get_xdata()[0] for mark in marks] == [1, 11]


def test_both_legs_of_a_row_are_told_against_the_injured_leg_at_first():
    watched = falling_trend("right", values=tuple(2 * value for value in falling_trend().values))
    axes = plotting.plot_recovery([falling_trend(), watched], LABELS, INJURY).axes[0]
    left, right = (each.get_ydata() for each in axes.lines if each.get_label() == "session")
    np.testing.assert_allclose(left - right, math.log(2))


def test_points_of_different_settings_are_not_joined():
    parts = [falling_trend(), falling_trend(setup=Setup(leg="left", device_model="another"))]
    axes = plotting.plot_recovery(parts, LABELS, INJURY).axes[0]
    assert len([each for each in axes.lines if each.get_label() == "running mean"]) == 2


def test_a_test_that_shares_leg_and_eyes_with_another_is_named():
    others = [Setup(test=test, leg="left") for test in ("single-leg", "tandem")]
    titles = written(plotting.plot_trend([falling_trend(setup=setup) for setup in others], LABELS))
    assert "Left leg, eyes open: steadier" in titles
    assert "Tandem, left leg behind, eyes open: steadier" in " ".join(titles)


def test_the_profile_holds_the_newest_session_against_the_first():
    rows = {row.metric: row for row in plotting.profile_of(SESSIONS)}
    first = stats.gmean([0.5 + number / 100 for number in range(4)])
    assert math.exp(rows["path_rate_mps3"].height) == pytest.approx(first / 0.54)
    assert rows["rms_ml_mps2"].height == pytest.approx(0)
    with pytest.raises(ValueError, match="no profile"):
        plotting.plot_profile(SESSIONS[:1], LABELS)


def test_a_wrapped_line_keeps_all_words_and_fits():
    text = "one sentence of several words and averyveryverylongonewithoutanyspace at last"
    lines = style.wrap_to(text, 1.2, 14)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert max(style.width_of(each, 14) for each in lines) <= 1.2


@pytest.mark.parametrize(("low", "high"), [(-0.1, 0.1), (-0.6, 1.5), (-2.5, 0.3), (0.5, 0.9)])
def test_ticks_lie_within_and_apart(low, high):
    heights = [height for height, _ in percent_ticks(low, high)]
    assert all(low <= height <= high for height in heights)
    assert all(b - a >= 0.26 * (high - low) for a, b in pairwise(heights))


def test_one_session_can_be_drawn():
    single = falling_trend(sessions=1, slope_per_week_pct=None, interval=None, verdict="cannot say")
    assert "Left leg, eyes open: too early to say" in written(plotting.plot_trend([single], LABELS))


def test_a_recovery_without_trend_is_refused():
    with pytest.raises(ValueError, match="no trend"):
        plotting.plot_recovery([], LABELS, INJURY)


def test_different_metrics_do_not_share_a_picture():
    other = falling_trend(metric="rms_ml_mps2")
    with pytest.raises(NotComparableError) as refused:
        plotting.plot_trend([falling_trend(), other], LABELS)
    assert refused.value.fields == ("metric",)
    with pytest.raises(ValueError, match="no trend"):
        plotting.plot_trend([], LABELS)


@pytest.mark.parametrize(("ending", "magic"), [(".png", b"\x89PNG"), (".svg", b"<?xml"), (".PDF", b"%PDF")])
def test_saving_picks_the_form_by_the_ending_and_repeats_itself(tmp_path, ending, magic):
    first = plotting.save(plotting.plot_trial(sine_trial()), tmp_path / f"first{ending}").read_bytes()
    second = plotting.save(plotting.plot_trial(sine_trial()), tmp_path / f"second{ending}").read_bytes()
    assert first.startswith(magic)
    assert first == second
    assert b"<dc:date>" not in first
    assert b"CreationDate" not in first


@pytest.mark.parametrize("name", ["trial.gif", "trial"])
def test_an_unknown_ending_is_refused_in_four_parts(tmp_path, name):
    with pytest.raises(OutputError) as refused:
        plotting.save(plotting.plot_trend([falling_trend()], LABELS), tmp_path / name)
    assert refused.value.code == "output"
    assert ".png, .svg or .pdf" in refused.value.expected
    assert list(tmp_path.iterdir()) == []


def test_a_missing_folder_is_refused_in_four_parts(tmp_path):
    with pytest.raises(OutputError) as refused:
        plotting.save(plotting.plot_trend([falling_trend()], LABELS), tmp_path / "nowhere" / "trend.png")
    assert "trend.png" in refused.value.found


def test_drawing_leaves_the_settings_of_others_alone():
    before = dict(mpl.rcParams)
    plotting.render(plotting.plot_trend([falling_trend()], LABELS), "png")
    assert dict(mpl.rcParams) == before
