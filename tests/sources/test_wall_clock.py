"""Clock times in every spelling: the same instants give the same seconds, or the cell is shown."""

from datetime import UTC, datetime, timedelta, timezone
from functools import cache
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from motion import standing
from surefoot.errors import SourceError, UnknownColumnsError
from surefoot.sources import identify, parse
from surefoot.sources.assembly.wall_clock import day_numbers, read_wall_clock
from surefoot.sources.formats.generic_csv import propose_mapping

BERLIN = ZoneInfo("Europe/Berlin")
EXCEL_ZERO = datetime(1899, 12, 30, tzinfo=UTC)


def _ms(moment):
    return moment.microsecond // 1000


def _twelve(moment, fraction):
    return f"{moment.hour % 12 or 12}:{moment:%M:%S}{fraction}"


# Spelling, how fine it is in s, whether it tells the moment (date and zone).
SPELLINGS = {
    "ISO with offset": (lambda m: m.isoformat(timespec="microseconds"), 1e-6, True),
    "ISO in UTC": (lambda m: f"{m.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.{_ms(m):03d}Z", 1e-3, True),
    "basic ISO": (lambda m: f"{m:%Y%m%dT%H%M%S}.{_ms(m):03d}{m:%z}", 1e-3, True),
    "offset and zone name": (
        lambda m: f"{m:%Y-%m-%d %H:%M:%S}.{_ms(m):03d}{m:%z} [Europe/Berlin]",
        1e-3,
        True,
    ),
    "zone name alone": (lambda m: f"{m:%Y-%m-%d %H:%M:%S}.{_ms(m):03d} Europe/Berlin", 1e-3, True),
    "UTC offset in words": (lambda m: f"{m:%Y-%m-%d %H:%M:%S}.{_ms(m):03d} UTC{m:%z}", 1e-3, True),
    "abbreviated zone": (lambda m: f"{m:%Y-%m-%d %H:%M:%S}.{_ms(m):03d} {m:%Z}", 1e-3, False),
    "date, no zone": (lambda m: f"{m:%Y-%m-%d %H:%M:%S.%f}", 1e-6, False),
    "colon before milliseconds": (lambda m: f"{m:%Y-%m-%d %H:%M:%S}:{_ms(m):03d}", 1e-3, False),
    "nothing padded": (
        lambda m: f"{m.year}-{m.month}-{m.day} {m.hour}:{m.minute}:{m.second}:{_ms(m)}",
        1e-3,
        False,
    ),
    "points for colons": (lambda m: f"{m:%Y-%m-%dT%H.%M.%S}.{_ms(m):03d}", 1e-3, False),
    "German": (lambda m: f"{m:%d.%m.%Y %H:%M:%S},{_ms(m):03d}", 1e-3, False),
    "American": (lambda m: f"{m:%m/%d/%Y} {_twelve(m, f'.{_ms(m):03d}')} {m:%p}", 1e-3, False),
    "British": (lambda m: f"{m:%d/%m/%Y %H:%M:%S}.{_ms(m):03d}", 1e-3, False),
    "month in words": (
        lambda m: f"{m:%b} {m.day}, {m.year}, {_twelve(m, f'.{_ms(m):03d}')} {m:%p}",
        1e-3,
        False,
    ),
    "Java": (lambda m: f"{m:%a %b %d %H:%M:%S} {m:%Z %Y}", 1.0, False),
    "Chinese": (
        lambda m: f"{m.year}年{m:%m月%d日} {'上午' if m.hour < 12 else '下午'}{_twelve(m, f'.{_ms(m):03d}')}",
        1e-3,
        False,
    ),
    "24 hours": (lambda m: f"{m:%H:%M:%S}.{_ms(m):03d}", 1e-3, False),
    "24 hours, microseconds": (lambda m: f"{m:%H:%M:%S.%f}", 1e-6, False),
    "am and pm": (lambda m: f"{_twelve(m, f'.{_ms(m):03d}')} {m:%p}", 1e-3, False),
    "a. m. and p. m.": (
        lambda m: f"{_twelve(m, f',{_ms(m):03d}')} {'a. m.' if m.hour < 12 else 'p. m.'}",
        1e-3,
        False,
    ),
    "12 hours, no halves": (lambda m: _twelve(m, f".{_ms(m):03d}"), 1e-3, False),
    "minutes of a spreadsheet": (lambda m: f"{m:%M:%S}.{_ms(m) // 100}", 0.1, False),
    "time before date": (lambda m: f"{m:%H:%M:%S}.{_ms(m):03d} {m:%d.%m.%Y}", 1e-3, False),
    "zeros at the end dropped": (lambda m: f"{m:%H:%M:%S}.{_ms(m):03d}".rstrip("0").rstrip("."), 1e-3, False),
    "blank before milliseconds": (lambda m: f"{m:%H:%M:%S} {_ms(m):03d}", 1e-3, False),
    "in quotes": (lambda m: f'"{m:%H:%M:%S}.{_ms(m):03d}"', 1e-3, False),
}


def instants(start, rows=300, step_s=0.01):
    return [start + timedelta(seconds=round(step_s * row, 6)) for row in range(rows)]


def seconds(moments):
    return np.array([(moment - moments[0]).total_seconds() for moment in moments])


# Midnight, noon, the full hour, new year, summer time, the end of February.
TURNS = [
    datetime(2026, 3, 3, 23, 59, 58, 500_000, BERLIN),
    datetime(2026, 3, 3, 11, 59, 59, tzinfo=BERLIN),
    datetime(2026, 3, 3, 12, 59, 58, 7000, BERLIN),
    datetime(2026, 12, 31, 23, 59, 59, 90_000, BERLIN),
    datetime(2026, 3, 29, 1, 59, 58, tzinfo=BERLIN),
    datetime(2024, 2, 28, 23, 59, 58, tzinfo=BERLIN),
]


@pytest.mark.parametrize("spelling", SPELLINGS)
@given(
    start=st.sampled_from(TURNS)
    | st.integers(10**12, 2 * 10**12).map(lambda ms: datetime.fromtimestamp(ms / 1000, BERLIN)),
    step_ms=st.integers(1, 100),
)
@settings(max_examples=8)
def test_any_spelling_of_the_same_instants_gives_the_same_seconds(spelling, start, step_ms):
    spell, resolution_s, tells_moment = SPELLINGS[spelling]
    first = start.replace(microsecond=start.microsecond // 1000 * 1000, tzinfo=UTC).astimezone(BERLIN)
    moments = [
        (first.astimezone(UTC) + timedelta(milliseconds=step_ms * row)).astimezone(BERLIN)
        for row in range(80)
    ]
    # Where only words for it stand, the hour that summer time skips or doubles cannot be told.
    leaps = len({moment.utcoffset() for moment in moments}) > 1
    assume(not leaps or tells_moment)
    assume(not (spelling == "zone name alone" and first.fold))
    clock = read_wall_clock([spell(moment) for moment in moments])
    np.testing.assert_allclose(clock.time_s, seconds(moments), atol=resolution_s + 1e-9)
    if tells_moment:
        assert abs((clock.started - first).total_seconds()) <= resolution_s
    else:
        assert clock.started is None


NOT_TIMES = [
    "",
    "-",
    "2026-03-03",
    "12.5",
    "1.76639E+18",
    "25:00:00",
    "08:61:00",
    "13:00:00 PM",
    "08h30",
    "x:y:z",
]


@pytest.mark.parametrize("cell", NOT_TIMES)
def test_what_is_no_time_of_day_is_no_number(cell):
    assert np.isnan(read_wall_clock(["08:30:00", cell]).time_s).tolist() == [False, True]


@given(
    st.lists(
        st.text(max_size=30) | st.from_regex(r"[\d/. -]{0,12}T?\d{1,2}:\d\d?:\d\d?[.,: ]?\d{0,10}.{0,12}"),
        max_size=12,
    )
)
@settings(max_examples=200)
def test_whatever_stands_in_the_cells_is_a_number_of_seconds_or_none(cells):
    clock = read_wall_clock(cells)
    assert clock.time_s.shape == (len(cells),)
    assert not np.isinf(clock.time_s).any()
    assert clock.started is None or clock.started.tzinfo is not None


def test_a_day_that_does_not_exist_is_no_number():
    clock = read_wall_clock(["2026-02-28 08:30:00", "2026-02-30 08:30:01", "2026-03-01 08:30:00"])
    assert clock.time_s[[0, 2]].tolist() == [0.0, 86_400.0]
    assert np.isnan(clock.time_s[1])


@pytest.mark.parametrize(
    ("dates", "days", "is_certain"),
    [
        (["3/4/2026", "3/5/2026"], 1, True),
        (["3/4/2026", "4/4/2026"], 1, True),
        (["13/4/2026", "14/4/2026"], 1, True),
        (["3/4/2026"], 0, False),
        (["3.4.2026", "3.5.2026"], 30, True),
        (["2026-04-03", "2026-04-04"], 1, True),
        (["4/4/26"], 0, True),
    ],
)
def test_the_order_of_day_and_month_is_the_one_in_which_days_lie_close(dates, days, is_certain):
    numbers, certain = day_numbers(dates)
    assert (np.ptp(numbers), certain) == (days, is_certain)


def test_an_uncertain_day_tells_no_start_but_its_seconds():
    clock = read_wall_clock(["3/4/2026 08:30:00.25+01:00", "3/4/2026 08:30:00.5+01:00"])
    assert clock.started is None
    assert clock.time_s.tolist() == [0.0, 0.25]


def test_milliseconds_without_leading_zeros_are_read_so_only_where_time_then_rises():
    moments = instants(datetime(2026, 3, 3, 8, 30, tzinfo=UTC), 250)
    clock = read_wall_clock([f"{m:%H:%M:%S}.{_ms(m)}" for m in moments], "clock")
    np.testing.assert_allclose(clock.time_s, seconds(moments), atol=1e-9)
    assert [issue.code for issue in clock.issues] == ["milliseconds_unpadded"]


def test_the_same_offset_in_another_country_moves_no_instant():
    clock = read_wall_clock(["2026-03-03 23:59:59.5 -08:00", "2026-03-04 09:00:00 +0100"])
    assert clock.time_s.tolist() == [0.0, 0.5]
    assert clock.started == datetime(2026, 3, 3, 23, 59, 59, 500_000, tzinfo=timezone(timedelta(hours=-8)))


@cache
def stance():
    return standing(3, duration_s=12.0)


def table(header, columns, acc_mps2, delimiter=","):
    """Return a table whose first columns are words or numbers, then x, y and z."""
    rows = [
        delimiter.join([*map(str, cells), *(f"{value:.6f}" for value in values)])
        for cells, values in zip(zip(*columns, strict=True), acc_mps2.tolist(), strict=True)
    ]
    return {"table.csv": "\n".join([delimiter.join([header, "ax", "ay", "az"]), *rows, ""]).encode()}


def moments_of(recording):
    start = datetime(2026, 3, 3, 8, 29, 57, tzinfo=UTC).astimezone(BERLIN)
    return [start + timedelta(seconds=time_s) for time_s in recording.time_s.round(3).tolist()]


HEADERS = ("time", "Uhrzeit", "when", "时间")


@pytest.mark.parametrize("spelling", [name for name, told in SPELLINGS.items() if told[1] <= 1e-3])
def test_a_table_is_read_by_its_clock_in_any_spelling(spelling):
    recording, header = stance(), HEADERS[len(spelling) % len(HEADERS)]
    spell, resolution_s, tells_moment = SPELLINGS[spelling]
    cells = [spell(moment) for moment in moments_of(recording)]
    (read,) = parse(table(header, [cells], recording.acc_mps2, "\t"))
    np.testing.assert_allclose(read.time_s, recording.time_s, atol=resolution_s + 1e-9)
    assert (read.started is not None) is tells_moment


def _days(moments, whole=0):
    return [(moment.astimezone(UTC) - EXCEL_ZERO) / timedelta(days=1) - whole for moment in moments]


PAIRS = {
    "a comma before the fraction": ("time", lambda ms: ([f"{m:%H:%M:%S},{_ms(m):03d}" for m in ms],)),
    "a comma before microseconds": ("time", lambda ms: ([f"{m:%H:%M:%S},{m.microsecond:06d}" for m in ms],)),
    "a comma in quotes": ("time", lambda ms: ([f'"{m:%Y-%m-%d %H:%M:%S},{_ms(m):03d}"' for m in ms],)),
    "two cells of one name": ("time", lambda ms: ([f"{m:%d.%m.%Y},{m:%H:%M:%S.%f}" for m in ms],)),
    "date and time": (
        "Date,Time", lambda ms: ([f"{m:%Y-%m-%d}" for m in ms], [f"{m:%H:%M:%S.%f}" for m in ms])
    ),
    "four of them": (
        "Date,Time,UTC date,UTC time",
        lambda ms: (
            [f"{m:%d/%m/%Y}" for m in ms],
            [f"{m:%I:%M:%S.%f} {m:%p}" for m in ms],
            *([f"{m.astimezone(UTC):{form}}" for m in ms] for form in ("%Y-%m-%d", "%H:%M:%S")),
        ),
    ),
    "date and serial time": (
        "Date,Time", lambda ms: ([f"{m:%d.%m.%Y}" for m in ms], [f"{day:.10f}" for day in _days(ms, 46_084)])
    ),
    "serial days": ("time", lambda ms: ([f"{day:.10f}" for day in _days(ms)],)),
    "named days": ("Time (d)", lambda ms: ([f"{day:.10f}" for day in _days(ms)],)),
    "seconds and ms": ("Time,ms", lambda ms: ([f"{m:%H:%M:%S}" for m in ms], [_ms(m) for m in ms])),
    "ms before seconds": ("Millis,Time", lambda ms: ([_ms(m) for m in ms], [f"{m:%H:%M:%S}" for m in ms])),
    "epoch s and ms": (
        "seconds,milliseconds", lambda ms: ([int(m.timestamp()) for m in ms], [_ms(m) for m in ms])
    ),
    "robot's stamp": (
        "stamp.secs,stamp.nsecs",
        lambda ms: ([int(m.timestamp()) for m in ms], [m.microsecond * 1000 for m in ms]),
    ),
    "rounded epoch first": (
        "time,seconds_since_start",
        lambda ms: ([f"{m.timestamp() * 1e9:.5E}" for m in ms], [f"{second:.3f}" for second in seconds(ms)]),
    ),
    "whole seconds first": (
        "timestamp,elapsed (ms)",
        lambda ms: ([f"{m:%Y-%m-%d %H:%M:%S}" for m in ms], [f"{1000 * s:.0f}" for s in seconds(ms)]),
    ),
    "words first": (
        "time,elapsed", lambda ms: ([f"{m:%H:%M}" for m in ms], [f"{s:.3f}" for s in seconds(ms)])
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", PAIRS)
def test_a_table_is_read_by_its_clock_in_any_columns(kind):
    recording = stance()
    header, cells = PAIRS[kind]
    files = table(header, cells(moments_of(recording)), recording.acc_mps2)
    (read,) = parse(files)
    np.testing.assert_allclose(read.time_s, recording.time_s, atol=1e-4)
    # What was guessed can be written down as a mapping, and then reads the same.
    (again,) = parse({**files, "mapping.toml": propose_mapping(files)[1].toml().encode()})
    np.testing.assert_array_equal(again.time_s, read.time_s)


def test_a_fraction_tells_its_part_of_the_start():
    recording = stance()
    header, cells = PAIRS["epoch s and ms"]
    moments = [moment + timedelta(milliseconds=250) for moment in moments_of(recording)]
    (read,) = parse(table(header, cells(moments), recording.acc_mps2))
    assert abs((read.started - moments[0]).total_seconds()) < 1e-3


def test_milliseconds_that_go_on_are_no_fraction_of_the_seconds():
    recording = stance()
    cells = [f"{s:.0f}" for s in np.floor(recording.time_s)], [f"{1000 * s:.0f}" for s in recording.time_s]
    (read,) = parse(table("seconds,ms", cells, recording.acc_mps2))
    np.testing.assert_allclose(read.time_s, recording.time_s, atol=1e-3)


@pytest.mark.parametrize(
    ("cells", "shown", "cause"),
    [
        (lambda s: f"{1.76639e18 + 1e9 * s:.5E}", "1.76639E+18", "A spreadsheet rounded time"),
        (lambda _: "08h30", "08h30", "not understood as a time"),
        (lambda _: "08:30:00", "08:30:00", "stays at"),
        (lambda _: "17", "17", "stays at"),
    ],
    ids=["rounded", "no time", "a clock that stands", "a number that stands"],
)
def test_a_refused_time_shows_its_cell_and_the_cause(cells, shown, cause):
    recording = stance()
    with pytest.raises(UnknownColumnsError) as refused:
        parse(table("time", [[cells(s) for s in recording.time_s]], recording.acc_mps2))
    assert shown in refused.value.found
    assert cause in refused.value.found
    assert "nan" not in str(refused.value)


def test_a_mapped_column_that_holds_no_times_shows_the_first_that_is_none():
    recording = stance()
    cells = ["08:30:00.5", *(f"half past {row}" for row in range(1, recording.time_s.size))]
    files = table("clock", [cells], recording.acc_mps2)
    mapping = b'time = "clock"\nx = "ax"\ny = "ay"\nz = "az"\nacceleration_unit = "m/s2"\n'
    with pytest.raises(SourceError, match="half past 1' in row 2"):
        parse({**files, "mapping.toml": mapping})


@pytest.mark.parametrize(
    ("step", "unit"),
    [
        (0.3, "s"),
        (0.02, "s"),
        (300, "ms"),
        (1, ""),
        (20, "ms"),
        (0.5, ""),
        (2e4, "us"),
        (2e7, "ns"),
        (700, ""),
    ],
)
def test_five_to_a_thousand_rows_a_second_tell_the_unit(step, unit):
    """Three rows a second are nearer to it than three thousand; two and two thousand are asked for."""
    recording = stance()
    files = table("timestamps", [[f"{step * row:.6f}" for row in range(1200)]], recording.acc_mps2)
    assert propose_mapping(files)[1].told.get("time_unit", "") == unit


def test_times_of_three_digits_are_judged_by_all_rows_not_by_their_commonest_step():
    """A spreadsheet's 3 digits: the steps grow from 0.01 to 1 s, and most rows then share their time."""
    recording = standing(3, duration_s=150.0)
    cells = [f"{second:.2E}" for second in recording.time_s + 1]
    proposal = propose_mapping(table("timestamps", [cells], recording.acc_mps2))[1]
    assert proposal.told["time_unit"] == "s"


def test_a_clock_alone_is_no_known_app():
    recording = stance()
    files = table("time", [[f"{m:%H:%M:%S.%f}" for m in moments_of(recording)]], recording.acc_mps2)
    assert identify(files) == "generic_csv"
