"""What to do is true of the way in which a recording came: no screen is to blame for a lost packet."""

import re
from dataclasses import replace

import numpy as np
import pytest

from motion import standing
from signal_faults import FAULTS
from surefoot.errors import LowRateError, SurefootError, TooShortError
from surefoot.model import Issue, Setup
from surefoot.preparation import prepare
from surefoot.preparation.quality import advice, advise
from surefoot.sources import discover

SETUP = Setup(leg="left", sensor_height_m=1.0)
ROUTES = ("file", "page", "phyphox", "push", "bluetooth")
SOURCES = {"file": "generic_csv", "page": "phone_page", "phyphox": "phyphox", "push": "sensor_logger"}
SOURCES["bluetooth"] = "bluetooth"
# Words that can only be untrue on a route: what is not there cannot be kept on, closed or exported.
FOREIGN = {
    "file": r"Enter\b|the page|packets|Bluetooth|the computer",
    "page": r"export|\bfile|Enter\b|Bluetooth|--\w|packets|computer|Sensor Logger",
    "phyphox": r"browser|the page|Bluetooth|Sensor Logger|re-save|packets",
    "push": r"browser|the page|Bluetooth|Enter\b|packets",
    "bluetooth": r"screen|\bapps?\b|\bphone|browser|the page|\bfile|export|phyphox|Sensor Logger|re-save",
}
TABLES = [
    (table, code) for table, codes in (("refused", advice._REFUSED), ("told", advice._TOLD)) for code in codes
]


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize(("table", "code"), TABLES)
def test_every_advice_is_there_for_every_route_and_true_of_it(table, code, route):
    texts = (advice._REFUSED if table == "refused" else advice._TOLD)[code]
    assert set(texts) == set(ROUTES)
    text = texts[route]
    assert re.fullmatch(r"[A-Z].*\.", text)
    assert not re.search(FOREIGN[route], text), text


def test_the_routes_that_are_no_files_are_sources_of_ours():
    assert set(advice.ROUTE_OF) - {"bluetooth"} <= set(discover())
    assert {source for route, source in SOURCES.items() if route != "file"} == set(advice.ROUTE_OF)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_whatever_is_wrong_with_a_bluetooth_sensor_no_phone_is_blamed(fault):
    """The checks themselves speak of phones; whatever they say of a sensor has passed through the table."""
    recording = replace(standing(1), source="bluetooth")
    try:
        issues = prepare(fault.make(recording, fault.sizes[-1]), SETUP).issues
        said = [(issue.code, issue.do) for issue in issues if issue.do]
    except SurefootError as error:
        said = [(error.code, error.do)]
    for code, do in said:
        assert not re.search(FOREIGN["bluetooth"], do), (code, do)


@pytest.mark.parametrize("route", ROUTES)
def test_a_hole_is_told_by_its_route(route):
    recording = replace(standing(1), source=SOURCES[route])
    keep = (recording.time_s < 5.0) | (recording.time_s > 5.2)
    holed = replace(
        recording,
        time_s=recording.time_s[keep],
        acc_mps2=recording.acc_mps2[keep],
        gyr_radps=recording.gyr_radps[keep],
    )
    told = {issue.code: issue.do for issue in prepare(holed, SETUP).issues}
    assert told["gap"] == advice._TOLD["gap"][route]


def taken(recording, rows):
    return replace(
        recording, time_s=recording.time_s[rows], acc_mps2=recording.acc_mps2[rows], gyr_radps=None
    )


def holes(recording):
    return taken(recording, (recording.time_s % 4) > 0.5)


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize(
    ("spoiled", "error", "found", "cause"),
    [
        (lambda r: taken(r, slice(None, None, 50)), LowRateError, "2 samples a second", "too slowly"),
        (lambda r: taken(r, slice(None, None, 100)), LowRateError, "1 samples a second", "too slowly"),
        (lambda r: taken(r, slice(None, None, 10)), LowRateError, "10.0 samples a second", "too slowly"),
        (lambda r: taken(r, slice(300)), TooShortError, "3.0 s", "too short"),
        (holes, TooShortError, "3.5 s in one piece", "without a hole"),
    ],
    ids=["2 Hz", "1 Hz", "10 Hz", "3 s", "holes"],
)
def test_a_recording_without_a_long_piece_is_refused_for_its_true_cause(route, spoiled, error, found, cause):
    """Two rows a second and three seconds in all are no recording that was interrupted."""
    with pytest.raises(error) as refused:
        prepare(spoiled(replace(standing(1), source=SOURCES[route])), SETUP)
    assert cause in refused.value.what
    assert found in refused.value.found
    assert refused.value.do == advice._REFUSED[refused.value.code][route]


def test_an_app_with_a_name_for_its_rate_is_told_that_name():
    with pytest.raises(LowRateError, match="very fast"):
        prepare(taken(replace(standing(1), source="androsensor"), slice(None, None, 50)), SETUP)


def test_what_the_table_does_not_hold_stays_as_it_was():
    issue = Issue("height_assumed", "info", "No height.", "Give --height.")
    assert [advise(issue, source) for source in SOURCES.values()] == [issue] * len(SOURCES)


def test_advice_changes_no_number():
    one, other = (prepare(replace(standing(1), source=source), SETUP) for source in ("phyphox", "bluetooth"))
    np.testing.assert_array_equal(one.ml_mps2, other.ml_mps2)
    assert one.window_s == other.window_s
