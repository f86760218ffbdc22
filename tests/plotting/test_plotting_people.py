"""Pictures of both legs and of the training, and events on the path, checked by what stands on them."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from matplotlib.colors import to_rgb

from made_diary import ZONE
from surefoot import plotting
from surefoot.change.sides import Ratio
from surefoot.model import Event, Setup
from surefoot.plotting import style
from surefoot.preparation import prepare
from surefoot.simulate import stance
from surefoot.training import PLAN, LogEntry

FRIDAY = date(2026, 3, 20)


def ratio(value, low, high, condition="single-leg, eyes open, floor", kind="asymmetry"):
    return Ratio(
        kind,
        "path_rate_mps3",
        condition,
        ("left", "right"),
        "…",
        "%",
        FRIDAY,
        1.0,
        1.0,
        (1, 1),
        value,
        low,
        high,
    )


def entry(days_ago, exercise="calf raises", **more):
    when = datetime(2026, 3, 20, 18, tzinfo=UTC) - timedelta(days=days_ago)
    return LogEntry("p01", exercise, when, **more)


def test_each_asymmetry_stands_at_its_value_with_its_interval():
    found = (
        ratio(7.0, -34.0, 48.0),
        ratio(-20.0, -30.0, -10.0, "closed"),
        ratio(93.0, 61.0, 141.0, kind="foam ratio"),
    )
    (axes,) = plotting.plot_sides(found).axes
    points = [line for line in axes.lines if line.get_marker() == "D"]
    assert [float(line.get_xdata()[0]) for line in points] == [7.0, -20.0]
    spans = [list(line.get_xdata()) for line in axes.lines if line.get_label() == "interval"]
    assert spans == [[-34.0, 48.0], [-30.0, -10.0]]
    assert [label.get_text().replace("\n", " ") for label in axes.get_yticklabels()] == [
        "single-leg, eyes open, floor",
        "closed",
    ]
    assert "← right leg steadier" in axes.get_xlabel()


def test_without_an_asymmetry_there_is_nothing_to_draw():
    with pytest.raises(ValueError, match="no asymmetry"):
        plotting.plot_sides([ratio(None, None, None)])


def test_a_day_of_training_stands_in_its_row_and_column():
    log = (entry(0), entry(0), entry(41), entry(42), entry(3, "swimming", pain=4))
    (axes,) = plotting.plot_training(log, FRIDAY).axes
    rows = [label.get_text() for label in axes.get_yticklabels()]
    assert rows == [*(exercise.name for exercise in PLAN), "swimming"]
    squares = {
        (round(path.vertices[:, 0].mean()), round(path.vertices[:4, 1].mean()))
        for bars in axes.collections
        if np.allclose(bars.get_facecolor()[0][:3], to_rgb(style.ACCENT))
        for path in bars.get_paths()
    }
    assert squares == {
        (0, rows.index("calf raises")),
        (-41, rows.index("calf raises")),
        (-3, rows.index("swimming")),
    }
    (hurt,) = [line for line in axes.lines if line.get_marker() == "x"]
    assert (list(hurt.get_xdata()), list(hurt.get_ydata())) == ([-3], [rows.index("swimming")])
    mondays = {FRIDAY + timedelta(days=float(tick)) for tick in axes.get_xticks()}
    assert {monday.weekday() for monday in mondays} == {0}


def test_a_plan_that_nobody_followed_has_empty_rows():
    (axes,) = plotting.plot_training((), FRIDAY).axes
    assert len(axes.get_yticks()) == len(PLAN)
    assert not axes.lines or all(line.get_marker() != "x" for line in axes.lines)


def test_an_event_in_the_window_is_marked_where_the_path_was():
    recording, _ = stance(1)
    trial = prepare(recording, Setup(leg="left", when=datetime(2026, 3, 2, 8, tzinfo=ZONE)))
    start_s, _ = trial.window_s
    events = (
        Event("correction", start_s + 5.0, start_s + 5.5),
        Event("foot_lift", start_s - 1.0, start_s - 0.5),
    )
    marked = replace(trial, events=events)
    (axes,) = plotting.plot_stabilogram(marked).axes
    (mark,) = [line for line in axes.lines if line.get_label() == "correction"]
    path, at = plotting.sway_path(trial), round(5.0 * trial.rate_hz)
    assert (float(mark.get_xdata()[0]), float(mark.get_ydata()[0])) == (path.ml[at], path.ap[at])
    assert not any("foot lift" in str(line.get_label()) for line in axes.lines)
