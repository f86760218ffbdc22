"""Pictures, checked by what stands on them."""

import math
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import combinations
from xml.etree import ElementTree as ET

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.colors import to_hex
from matplotlib.dates import date2num
from scipy import stats

from surefoot import plotting, words
from surefoot.change.recovery import Milestone
from surefoot.errors import NotComparableError, OutputError
from surefoot.metrics import load_metrics
from surefoot.model import Event, Injury, Issue, Setup, Trend, Trial
from surefoot.plotting import FREQUENCIES_HZ, style
from surefoot.protocols import protocol_for
from surefoot.training import LogEntry, adherence

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
}


@pytest.fixture(params=PICTURES)
def figure(request):
    return PICTURES[request.param]()


def all_axes(figure):
    return [axes for axes in figure.axes if axes.axison]


def line(axes, label):
    (found,) = [each for each in axes.lines if each.get_label() == label]
    return found


def written(figure):
    """Every text of a figure, as somebody would read it out of the picture."""
    root = ET.fromstring(plotting.render(figure, "svg"))
    return ["".join(node.itertext()) for node in root.iter("{http://www.w3.org/2000/svg}text")]


def test_every_axis_says_what_it_shows_in_which_unit(figure):
    units = ("m/s²", "°", "(s)", "Hz", "m/s³", "%", "Date (2026)", "Weeks")
    shared = figure.get_supylabel()
    for axes in all_axes(figure):
        upright = axes.get_ylabel() or shared
        assert any(unit in upright for unit in units), upright
        if axes.xaxis.get_tick_params()["labelbottom"]:
            assert any(unit in axes.get_xlabel() for unit in units), axes.get_xlabel()


def test_text_is_large_enough_for_a_phone_and_stays_inside(figure):
    figure.canvas.draw()
    texts = [text for text in figure.findobj(mpl.text.Text) if text.get_visible() and text.get_text()]
    assert figure.get_figwidth() == 6.4
    assert min(text.get_fontsize() for text in texts) >= 12
    for axes in all_axes(figure):
        assert len(axes.get_xticks()) <= 9
    ticks = {
        label for axes in figure.axes for axis in (axes.xaxis, axes.yaxis) for label in axis.get_ticklabels()
    }
    for text in set(texts) - ticks:
        box = text.get_window_extent()
        assert box.x0 >= -1, text
        assert box.y0 >= -1, text
        assert box.x1 <= figure.bbox.width + 1, text
        assert box.y1 <= figure.bbox.height + 1, text


def test_no_two_titles_labels_or_keys_overlap(figure):
    figure.canvas.draw()
    pieces = [axes.title for axes in all_axes(figure)] + [axes._left_title for axes in all_axes(figure)]
    pieces += [axis.label for axes in all_axes(figure) for axis in (axes.xaxis, axes.yaxis)]
    holders = [figure, *figure.subfigs]
    pieces += [holder._supxlabel for holder in holders] + [holder._supylabel for holder in holders]
    boxes = [(text.get_text(), text.get_window_extent()) for text in pieces if text and text.get_text()]
    boxes += [("key", key.get_window_extent()) for holder in holders for key in holder.legends]
    touching = [(a, b) for (a, one), (b, other) in combinations(boxes, 2) if one.overlaps(other)]
    assert touching == []


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
    axes = plotting.plot_stabilogram(sine_trial(ap_mps2=ap, ml_mps2=ml)).axes[0]
    ml_drawn, ap_drawn = line(axes, "95 % prediction ellipse").get_data()
    farthest = int(np.argmax(np.hypot(ml_drawn, ap_drawn)))
    heading = math.degrees(math.atan2(ml_drawn[farthest], ap_drawn[farthest]))
    assert heading % 180 == pytest.approx(30, abs=1.5)
    outline = np.array([ml_drawn, ap_drawn])
    distance = (outline * np.linalg.solve(np.cov(line(axes, "path").get_data()), outline)).sum(axis=0)
    np.testing.assert_allclose(distance, 5.991465, rtol=1e-5)


def test_the_stabilogram_is_seen_from_above_on_equal_axes_about_the_mean():
    axes = plotting.plot_stabilogram(sine_trial()).axes[0]
    ml, ap = line(axes, "path").get_data()
    assert axes.get_aspect() == 1
    assert axes.get_xlim() == axes.get_ylim()
    assert np.abs(ml).max() == pytest.approx(0.2, rel=1e-3)
    assert abs(ap.mean()) < 1e-12
    assert axes.get_xlabel().startswith("← left")
    assert axes.get_xlabel().endswith("right →")
    assert axes.get_ylabel().startswith("← back")
    assert axes.get_ylabel().endswith("forward →")


def test_a_board_shows_tilt_about_level():
    axes = plotting.plot_stabilogram(sine_trial(BOARD)).axes[0]
    _, ap = line(axes, "path").get_data()
    assert ap.mean() == pytest.approx(2.3, abs=0.01)
    assert "Tilt (°)" in axes.get_xlabel()
    assert "about level" in axes.get_title(loc="left")


def test_a_short_window_has_no_ellipse_and_no_spectrum_and_says_why():
    trial = sine_trial(window_s=10.0)
    shown = plotting.plot_stabilogram(trial).axes[0]
    assert "95 % prediction ellipse" not in [each.get_label() for each in shown.lines]
    assert "an area needs 20 s" in shown.get_title(loc="left")
    assert "this trial has 10 s" in " ".join(written(plotting.plot_spectrum(trial)))


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
    for expected in ("analysed, 12.0–32.0 s", "Touchdown (2)", "Foot lift (1)", "Matter 2 was", "And 2 more"):
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


def test_the_trial_sheet_holds_all_three_and_its_conditions():
    figure = plotting.plot_trial(sine_trial())
    assert len(figure.axes) == 6
    assert figure.get_suptitle() == "Single-leg stance: left leg, eyes open\n2 Mar 2026"


@pytest.mark.parametrize(
    ("leg", "eyes", "marker", "dash", "hollow"),
    [
        ("left", "open", "o", "-", False),
        ("right", "open", "s", "--", False),
        ("left", "closed", "o", "-", True),
        ("right", "closed", "s", "--", True),
    ],
)
def test_legs_and_eyes_are_told_apart_without_colour(leg, eyes, marker, dash, hollow):
    axes = plotting.plot_trend([falling_trend(leg, eyes)], LABELS).axes[0]
    points = line(axes, "session")
    assert points.get_marker() == marker
    assert line(axes, "trend").get_linestyle() == dash
    assert (to_hex(points.get_markerfacecolor()) == style.PAPER) is hollow


def test_a_trend_shows_values_line_band_verdict_and_direction():
    trend = falling_trend("right")
    figure = plotting.plot_trend([trend], LABELS)
    axes = figure.axes[0]
    days, values = line(axes, "session").get_data()
    np.testing.assert_allclose(values, trend.values)
    np.testing.assert_allclose(date2num(days), date2num([day.replace(tzinfo=None) for day in trend.dates]))
    # The values fall by exactly the slope, so the line runs through each of them.
    np.testing.assert_allclose(line(axes, "trend").get_ydata(), trend.values, rtol=1e-12)
    (band,) = [patch for patch in axes.patches if patch.get_label() == "could be chance"]
    assert (band.get_y(), band.get_y() + band.get_height()) == pytest.approx(trend.band)
    text = " ".join(written(figure))
    for expected in (
        "Right leg, eyes open: steadier",
        "Sway path per second",
        "(m/s³)",
        "Lower is steadier.",
    ):
        assert expected in text


def test_a_trend_without_slope_has_no_line():
    figure = plotting.plot_trend([falling_trend(sessions=3, slope_per_week_pct=None, interval=None)], LABELS)
    assert [each.get_label() for each in figure.axes[0].lines] == ["session"]
    assert "trend" not in written(figure)


def test_the_bars_stand_at_the_means_of_the_two_periods_compared():
    trend = falling_trend()
    bars = [
        each for each in plotting.plot_trend([trend], LABELS).axes[0].lines if each.get_label() == "compared"
    ]
    for bar, part in zip(bars, (trend.values[:4], trend.values[-3:]), strict=True):
        np.testing.assert_allclose(bar.get_ydata(), stats.gmean(part))


def test_one_session_can_be_drawn():
    single = falling_trend(sessions=1, slope_per_week_pct=None, interval=None, verdict="cannot say")
    assert "Left leg, eyes open: too early to say" in written(plotting.plot_trend([single], LABELS))


def test_exercises_stand_under_the_trend_week_by_week():
    figure = plotting.plot_trend([falling_trend()], LABELS, weeks=WEEKS)
    panel, strip = figure.axes
    bars = [patch for patch in strip.patches if patch.get_width() > 1]
    assert [bar.get_height() for bar in bars] == pytest.approx([week.adherence_pct for week in WEEKS])
    middles = [bar.get_x() + bar.get_width() / 2 for bar in bars]
    assert middles == pytest.approx([date2num(week.starts) + 3.5 for week in WEEKS])
    assert strip.get_xlim() == panel.get_xlim()
    assert panel.get_xlim()[0] <= date2num(WEEKS[0].starts)
    assert any("Exercises done" in text for text in written(figure))


def test_recovery_has_a_row_for_each_condition_and_counts_weeks_from_the_injury():
    figure = plotting.plot_recovery(RECOVERY, LABELS, INJURY, MARKS)
    opened, closed, board = figure.axes
    assert [axes._left_title.get_text() for axes in figure.axes] == [
        "Eyes open",
        "Eyes closed",
        "On the board",
    ]
    for leg in ("left", "right"):
        weeks, values = line(opened, leg).get_data()
        assert weeks == pytest.approx([-1 + 0.5 * n for n in range(8)], abs=0.08)
        np.testing.assert_allclose(values, falling_trend().values)
    assert line(closed, "right").get_markerfacecolor() == style.PAPER
    assert len(line(board, "both").get_xdata()) == 8
    text = " ".join(written(figure))
    for expected in (
        "right leg (injured)",
        "Weeks since the injury (right, 9 Mar 2026)",
        "slept badly",
        "Lower",
    ):
        assert expected in text
    marks = [each for each in opened.lines if each.get_label() == "_mark"]
    assert [mark.get_xdata()[0] for mark in marks] == pytest.approx([1 / 7, 11 / 7])
    (injury,) = [each for each in opened.lines if each.get_label() == "_injury"]
    assert injury.get_xdata()[0] == 0


def test_points_of_different_settings_are_not_joined():
    parts = [falling_trend(), falling_trend(setup=Setup(leg="left", device_model="another"))]
    axes = plotting.plot_recovery(parts, LABELS, INJURY).axes[0]
    assert len([each for each in axes.lines if each.get_label() == "left"]) == 2


def test_a_recovery_without_trend_is_refused():
    with pytest.raises(ValueError, match="no trend"):
        plotting.plot_recovery([], LABELS, INJURY)


def test_trends_of_one_picture_share_both_axes():
    panels = plotting.plot_trend([falling_trend(), falling_trend("right", band=(0.2, 2.0))], LABELS).axes
    assert panels[0].get_ylim() == panels[1].get_ylim()
    assert panels[0].get_xlim() == panels[1].get_xlim()
    assert panels[0].get_ylim()[1] > 2.0


def test_dates_are_those_of_the_clock_on_the_wall():
    early = datetime.fromisoformat("2026-03-02T00:30:00+11:00")
    trend = falling_trend(sessions=1, slope_per_week_pct=None, interval=None, dates=(early,))
    assert "2 Mar" in written(plotting.plot_trend([trend], LABELS))


def test_dates_in_two_years_carry_their_year():
    dates = tuple(datetime(2025, 12, 20, tzinfo=UTC) + timedelta(days=7 * count) for count in range(8))
    text = written(plotting.plot_trend([falling_trend(dates=dates)], LABELS))
    assert "20 Dec 2025" in text
    assert "Date" in text


def test_different_metrics_do_not_share_a_picture():
    other = falling_trend(metric="rms_ml_mps2")
    with pytest.raises(NotComparableError) as refused:
        plotting.plot_trend([falling_trend(), other], LABELS)
    assert refused.value.fields == ("metric",)
    with pytest.raises(ValueError, match="no trend"):
        plotting.plot_trend([], LABELS)


def test_verdicts_are_neither_red_nor_green():
    worse = falling_trend(verdict="less steady")
    titles = [plotting.plot_trend([each], LABELS).axes[0]._left_title for each in (worse, falling_trend())]
    assert {to_hex(title.get_color()) for title in titles} == {style.INK}


def test_a_label_with_signs_of_mathematics_is_drawn_as_written():
    text = "".join(written(plotting.plot_trend([falling_trend()], {"path_rate_mps3": "a $b_{ <c> $"})))
    assert "a $b_{ <c> $" in text.replace("\n", " ")


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
