"""The board's numbers against the true tilt of a simulated board, and against tilts drawn by hand."""

import json
from dataclasses import replace

import numpy as np
import pytest

from motion import body_trial
from surefoot import dsp
from surefoot.assessment import assess
from surefoot.metrics import load_metrics
from surefoot.model import Event, Recording, Setup
from surefoot.preparation import prepare

METRICS = load_metrics()
BOARD = [key for key, metric in METRICS.items() if metric.group == "board"]
# The metrics low-pass the tilt at 10 Hz, which rounds off the blows of the edge on the floor.
LITERAL = {
    "osi_deg": ("OSI sqrt(mean(a^2+m^2))", {"rel": 1e-3}),
    "apsi_deg": ("RMS_AP", {"rel": 1e-3}),
    "mlsi_deg": ("RMS_ML", {"rel": 1e-3}),
    "board_mean_ap_deg": ("mean_AP", {"abs": 1e-4}),
    "board_mean_ml_deg": ("mean_ML", {"abs": 1e-4}),
    "board_sd_ap_deg": ("SD_AP", {"rel": 1e-3}),
    "board_sd_ml_deg": ("SD_ML", {"rel": 1e-3}),
    "board_mean_tilt_deg": ("mean_tilt_magnitude", {"rel": 1e-3}),
    "board_max_deg": ("max_tilt", {"rel": 0.03}),
    "board_range_ap_deg": ("RANGE_AP", {"rel": 0.02}),
    "board_range_ml_deg": ("RANGE_ML", {"rel": 0.02}),
    "board_speed_degps": ("mean_speed_deg_s", {"rel": 0.01}),
    "board_in_zone_2p5_pct": ("pct_within_2.5deg", {"abs": 0.1}),
    "board_in_zone_5_pct": ("pct_within_5deg", {"abs": 0.1}),
    "board_in_zone_10_pct": ("pct_within_10deg", {"abs": 0.1}),
    "board_area_deg2": ("ellipse95_deg2_chi2_ddof1", {"rel": 1e-3}),
}
BANDS = ("board_band_0_5_pct", "board_band_5_10_pct", "board_band_10_15_pct", "board_band_15_20_pct")


@pytest.fixture
def expected(reference):
    return json.loads(reference("ref/expected.json").read_text())["wobble.def.true_angles"]


@pytest.fixture
def wobble(reference):
    table = np.genfromtxt(reference("ref/wobble_board_30s_100hz.csv"), delimiter=",", names=True)
    return board(table["tilt_ap_deg_true"], table["tilt_ml_deg_true"])


def board(tilt_ap, tilt_ml, **setup):
    tilt_ap, tilt_ml = np.broadcast_arrays(np.asarray(tilt_ap, float), np.asarray(tilt_ml, float))
    still = np.zeros(tilt_ap.shape)
    where = Setup(test="wobble-board", surface="board", placement="board", **setup)
    return body_trial(still, still, tilt_ap=tilt_ap, tilt_ml=tilt_ml, setup=where)


def sine(size_deg, frequency_hz=0.5, seconds=20):
    return size_deg * np.sin(2 * np.pi * frequency_hz * (np.arange(seconds * 100) + 0.5) / 100)


@pytest.mark.parametrize("key", LITERAL)
def test_it_is_the_literal_formula_on_the_true_tilt(key, wobble, expected):
    name, tolerance = LITERAL[key]
    assert METRICS[key](wobble) == pytest.approx(expected[name], **tolerance)


def test_bands_are_those_of_the_true_tilt(wobble, expected):
    found = [METRICS[key](wobble) for key in BANDS]
    assert found == pytest.approx(expected["pct_zones_0-5,5-10,10-15,15-20"], abs=0.1)
    assert sum(found) == pytest.approx(100.0)


@pytest.mark.parametrize(("axis", "crossings"), [("ap", "zero_crossings_AP"), ("ml", "zero_crossings_ML")])
def test_reversals_are_the_plain_crossings_or_fewer(axis, crossings, wobble, expected):
    per_trial = METRICS[f"board_reversals_{axis}_permin"](wobble) * 29.99 / 60
    assert expected[crossings] - 4 <= round(per_trial, 6) <= expected[crossings]


def test_index_splits_into_lean_and_wobble(wobble):
    value = {key: METRICS[key](wobble) for key in BOARD if not METRICS[key].needs_one_of}
    lean = value["board_mean_ap_deg"] ** 2 + value["board_mean_ml_deg"] ** 2
    wobbled = value["board_sd_ap_deg"] ** 2 + value["board_sd_ml_deg"] ** 2
    assert value["osi_centred_deg"] ** 2 == pytest.approx(wobbled, rel=1e-9)
    assert value["osi_deg"] ** 2 == pytest.approx(lean + wobbled, rel=1e-9)
    assert value["sway_index_deg"] == value["osi_centred_deg"]


def test_a_steady_lean_counts_in_the_index_and_not_about_the_mean():
    trial = board(3.0 + np.zeros(2000), 4.0 + np.zeros(2000))
    assert METRICS["osi_deg"](trial) == pytest.approx(5.0)
    assert METRICS["board_max_deg"](trial) == pytest.approx(5.0)
    assert METRICS["osi_centred_deg"](trial) == pytest.approx(0.0, abs=1e-9)
    assert METRICS["board_mean_ml_deg"](trial) == pytest.approx(4.0)


def test_a_sine_spends_the_time_in_a_zone_that_its_arc_sine_says():
    trial = board(sine(8.0, 0.1), 0.0)
    share = 100 * 2 / np.pi * np.arcsin(5.0 / 8.0)
    assert METRICS["board_in_zone_5_pct"](trial) == pytest.approx(share, abs=0.5)
    assert METRICS["board_band_5_10_pct"](trial) == pytest.approx(100 - share, abs=0.5)
    # It passes through the zone twice in each period of 10 s.
    assert METRICS["board_longest_in_zone_5_s"](trial) == pytest.approx(5 * share / 100, abs=0.02)


def test_a_board_that_never_comes_near_level_has_no_time_there():
    trial = board(12.0 + sine(1.0), 0.0)
    assert METRICS["board_longest_in_zone_5_s"](trial) == 0.0
    assert METRICS["board_in_zone_10_pct"](trial) == 0.0
    assert METRICS["board_band_10_15_pct"](trial) == 100.0


@pytest.mark.parametrize(("lean_deg", "band"), [(2.5, 0), (7.5, 1), (12.5, 2), (17.5, 3)])
def test_a_tilt_lies_in_one_band(lean_deg, band):
    trial = board(0.0, lean_deg + sine(1.0))
    assert [METRICS[key](trial) for key in BANDS] == [100.0 * (index == band) for index in range(4)]


def test_quarters_follow_the_lean_and_add_up(wobble):
    forward_right = board(2.0 + sine(0.5), 3.0 + sine(0.5, 0.7))
    back_left = board(-2.0 + sine(0.5), -3.0 + sine(0.5, 0.7))
    assert METRICS["board_forward_right_pct"](forward_right) == 100.0
    assert METRICS["board_back_left_pct"](back_left) == 100.0
    quarters = [key for key in BOARD if METRICS[key].mirror == "swapped" and key.endswith("_pct")]
    assert len(quarters) == 4
    assert sum(METRICS[key](wobble) for key in quarters) == pytest.approx(100.0)


def test_reversals_count_both_turns_of_each_period():
    trial = board(sine(3.0, 0.5), sine(3.0, 0.25))
    assert METRICS["board_reversals_ap_permin"](trial) == pytest.approx(60 * 19 / 19.99)
    assert METRICS["board_reversals_ml_permin"](trial) == pytest.approx(60 * 9 / 19.99)


def test_a_tremble_of_less_than_half_a_degree_turns_nothing():
    trial = board(sine(3.0, 0.5) + sine(0.3, 5.0), sine(0.4, 2.0))
    assert METRICS["board_reversals_ap_permin"](trial) == pytest.approx(60 * 19 / 19.99)
    assert METRICS["board_reversals_ml_permin"](trial) == 0.0


def test_share_of_the_boards_own_limit(wobble):
    limited = board(wobble.tilt_ap_deg, wobble.tilt_ml_deg, board_max_tilt_deg=20.0)
    assert METRICS["osi_of_max_pct"](limited) == pytest.approx(5 * METRICS["osi_deg"](wobble), rel=1e-9)
    assert METRICS["max_of_max_pct"](limited) == pytest.approx(5 * METRICS["board_max_deg"](wobble), rel=1e-9)


def test_without_the_boards_limit_its_shares_are_withheld(wobble):
    result = assess(wobble, BOARD)
    without_contacts = {"board_contact_s"}
    assert set(BOARD) - set(result.values) - without_contacts == {"osi_of_max_pct", "max_of_max_pct"}
    assert any("it needs the largest tilt of the board" in issue.what for issue in result.issues)


def test_zones_are_those_of_the_filtered_tilt_to_the_last_sample(wobble):
    pair = np.column_stack([wobble.tilt_ap_deg, wobble.tilt_ml_deg])
    away = np.linalg.norm(dsp.low_pass(pair, 100.0, 10.0), axis=1)
    for key, limit in (("2p5", 2.5), ("5", 5.0), ("10", 10.0)):
        assert METRICS[f"board_in_zone_{key}_pct"](wobble) == pytest.approx(
            100 * sum(away <= limit) / 3000, rel=1e-12
        )


# A sensor's own errors are larger than those of the formula; acceleration alone would read a speed of 40.
FROM_SENSORS = {
    "osi_deg": {"rel": 0.02},
    "board_sd_ap_deg": {"rel": 0.02},
    "board_sd_ml_deg": {"rel": 0.02},
    "board_max_deg": {"rel": 0.03},
    "board_speed_degps": {"rel": 0.02},
    "board_in_zone_5_pct": {"abs": 1.0},
    "board_in_zone_10_pct": {"abs": 1.0},
    # One reversal more or less in 20 s.
    "board_reversals_ap_permin": {"abs": 3.1},
    "board_reversals_ml_permin": {"abs": 3.1},
}


@pytest.fixture
def measured_and_true(reference):
    """A trial from the board's sensors, and one of its true tilt over the same window."""
    table = np.genfromtxt(reference("ref/wobble_board_30s_100hz.csv"), delimiter=",", names=True)
    acc = np.column_stack([table[f"acc_{axis}_mps2"] for axis in ("ml", "ap", "v")])
    gyr = np.radians(np.column_stack([-table["gyr_pitch_dps"], table["gyr_roll_dps"], np.zeros(3000)]))
    setup = Setup(test="wobble-board", surface="board", placement="board")
    measured = prepare(Recording(table["t_s"], acc, gyr, source="test"), setup)
    true = board(table["tilt_ap_deg_true"], table["tilt_ml_deg_true"])
    return measured, replace(true, window_s=measured.window_s)


@pytest.mark.parametrize("key", FROM_SENSORS)
def test_sensors_show_what_the_board_really_did(key, measured_and_true):
    measured, true = measured_and_true
    assert METRICS[key](measured) == pytest.approx(METRICS[key](true), **FROM_SENSORS[key])


OCTANTS = ("forward", "forward_right", "right", "back_right", "back", "back_left", "left", "forward_left")


@pytest.mark.parametrize("turn", range(8))
def test_recovery_of_a_sine_is_its_closed_form_in_the_octant_of_its_peak(turn):
    """12 degrees at 0.25 Hz along one direction: from the peak at 1 s to 5 degrees."""
    heading = np.radians(45 * turn + 10)
    lean = sine(12.0, 0.25)
    trial = board(lean * np.cos(heading), lean * np.sin(heading))
    exact = (np.pi / 2 - np.arcsin(5 / 12)) / (2 * np.pi * 0.25)
    assert METRICS["board_recovery_s"](trial) == pytest.approx(exact, abs=0.011)
    there = {key for key in OCTANTS if np.isfinite(METRICS[f"board_recovery_{key}_s"](trial))}
    assert there == {OCTANTS[turn], OCTANTS[(turn + 4) % 8]}
    assert METRICS[f"board_recovery_{OCTANTS[turn]}_s"](trial) == pytest.approx(exact, abs=0.011)


@pytest.mark.parametrize("size_deg", [6.0, 9.0, 14.0])
def test_recovery_ends_between_samples(size_deg):
    """A sine of 4 s whose peaks are samples comes back to 5 degrees at a time that is none."""
    lean = size_deg * np.sin(2 * np.pi * 0.25 * np.arange(2000) / 100)
    exact = (np.pi / 2 - np.arcsin(5 / size_deg)) / (2 * np.pi * 0.25)
    assert METRICS["board_recovery_s"](board(lean, 0.0)) == pytest.approx(exact, abs=5e-4)


def test_contacts_are_counted_and_timed_within_the_window():
    """Of five events two are contacts that begin in the 20 s of the window; one of them outlasts it."""
    kinds = ("edge_contact", "edge_contact", "correction", "edge_contact", "edge_contact")
    spans = ((4.0, 4.5), (7.0, 8.0), (9.0, 10.0), (24.0, 27.0), (25.0, 26.0))
    events = tuple(Event(kind, *span) for kind, span in zip(kinds, spans, strict=True))
    trial = replace(board(sine(3.0, seconds=30), 0.0), events=events, window_s=(5.0, 25.0))
    assert METRICS["board_contacts_count"](trial) == 2
    assert METRICS["board_edge_time_pct"](trial) == pytest.approx(100 * (1.0 + 1.0) / 20)
    assert METRICS["board_contact_s"](trial) == pytest.approx((1.0 + 3.0) / 2)


def test_a_tilt_under_way_where_the_window_begins_has_no_known_peak():
    """From the window's first second on the board only comes back from 12 degrees, but for one whole tilt."""
    lean = np.concatenate([np.linspace(12, 0, 500), 8 * np.sin(np.linspace(0, np.pi, 400)), np.zeros(2100)])
    exact = 4 * (0.5 - np.arcsin(5 / 8) / np.pi)
    assert METRICS["board_recovery_s"](board(lean, np.zeros(3000))) == pytest.approx(exact, abs=0.02)


@pytest.mark.parametrize(
    ("spans_s", "share_pct", "count"),
    [
        ([(2.0, 4.0)], 10, 1),
        ([(-3.0, 4.0)], 20, 0),
        ([(19.0, 25.0)], 5, 1),
        ([(2.0, 6.0), (3.0, 6.0)], 20, 2),
        ([(-9.0, -1.0)], 0, 0),
    ],
)
def test_time_on_the_edge_counts_each_moment_of_the_window_once(spans_s, share_pct, count):
    """Of 20 s from second 10 on; spans count from there."""
    events = tuple(Event("edge_contact", 10 + start_s, 10 + end_s) for start_s, end_s in spans_s)
    trial = replace(board(np.zeros(4000), np.zeros(4000)), window_s=(10.0, 30.0), events=events)
    assert METRICS["board_edge_time_pct"](trial) == pytest.approx(share_pct)
    assert METRICS["board_contacts_count"](trial) == count


def test_a_board_that_stays_level_has_no_recovery_and_no_contact_time():
    assessment = assess(board(sine(3.0), sine(2.0)), ["board"])
    assert not {"board_recovery_s", "board_recovery_left_s", "board_contact_s"} & set(assessment.values)
