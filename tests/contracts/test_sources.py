"""What every source must do; a new file in ``surefoot/sources`` is tested with no test edited."""

import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from surefoot.errors import SurefootError
from surefoot.model import Recording
from surefoot.sources import GENERIC, discover, identify, parse
from surefoot.units import ACCELERATION_TO_MPS2
from writers import fidelity_of, write, writer_of

SOURCES = sorted(discover())


def stance(*, gyroscope=True, platform="ios", seconds=6.0):
    """A phone at the lower back: gravity along y, centimetre-per-second-squared sway, slow rotation."""
    time_s = np.arange(0, seconds, 0.01)
    sway = [0.11 * np.sin(1.7 * time_s), 0.03 * np.cos(3.1 * time_s), 0.13 * np.sin(2.3 * time_s + 0.4)]
    acc = np.column_stack(sway) + [0.4, 9.7, 1.1]
    gyr = np.column_stack(
        [0.02 * np.cos(1.7 * time_s), 0.01 * np.sin(0.9 * time_s), 0.015 * np.cos(2.3 * time_s)]
    )
    return Recording(
        time_s,
        acc,
        gyr if gyroscope else None,
        platform=platform,
        device_model="Model 7",
        started=datetime(2026, 3, 2, 8, 30, 0, 250000, tzinfo=UTC),
    )


@pytest.fixture(params=SOURCES)
def key(request):
    return request.param


@pytest.fixture
def fidelity(key):
    return fidelity_of(key)


def test_there_are_sources():
    assert set(SOURCES) >= {"phyphox", "sensor_logger", "researchkit", "static_balance_test", "generic_csv"}


def test_has_a_title_and_documentation(key):
    source = discover()[key]
    assert source.TITLE
    assert source.__doc__
    for function in (source.claims, source.parse, writer_of(key).write):
        assert function.__doc__


def test_no_two_sources_share_a_title():
    assert len({source.TITLE for source in discover().values()}) == len(SOURCES)


def rounded_by_a_spreadsheet(data):
    """Return a table whose long numbers keep six digits, as a spreadsheet shows and saves them."""
    if not data.isascii() or data.lstrip()[:1] in (b"{", b"[", b"<") or b"\0" in data:
        return data
    long = re.compile(r"(?<![\w.])\d{12,19}(\.\d+)?(?![\w.])")
    return long.sub(lambda number: f"{float(number[0]):.5E}", data.decode()).encode()


def test_a_clock_that_a_spreadsheet_rounded_is_read_by_another_or_refused_as_such(key):
    files = write(key, stance())
    saved = {member: rounded_by_a_spreadsheet(data) for member, data in files.items()}
    if saved == files:
        pytest.skip("no long numbers")
    try:
        (read,) = parse(saved)
    except SurefootError as error:
        assert "spreadsheet rounded" in str(error)  # noqa: PT017 (either is right)
        return
    np.testing.assert_allclose(read.time_s, parse(files)[0].time_s, atol=1e-3)
    assert "clock_rounded" in {issue.code for issue in read.issues}


@pytest.mark.parametrize("gyroscope", [True, False])
@pytest.mark.parametrize("platform", ["ios", "android"])
def test_exactly_one_source_claims_what_it_writes(key, gyroscope, platform):
    files = write(key, stance(gyroscope=gyroscope, platform=platform))
    claiming = [name for name, source in discover().items() if source.claims(files) and name != GENERIC]
    assert claiming == ([] if key == GENERIC else [key])
    assert identify(files) == key


@pytest.mark.parametrize("gyroscope", [True, False])
@pytest.mark.parametrize("platform", ["ios", "android"])
def test_reads_back_what_it_wrote(key, fidelity, gyroscope, platform):
    written = stance(gyroscope=gyroscope, platform=platform)
    (read,) = parse(write(key, written))
    assert read.source == key
    assert len(read.sha256) == 64
    np.testing.assert_allclose(read.time_s, written.time_s, rtol=0, atol=fidelity.time_s)
    np.testing.assert_allclose(read.acc_mps2, written.acc_mps2, rtol=0, atol=fidelity.acc_mps2)
    if gyroscope and fidelity.gyroscope:
        np.testing.assert_allclose(read.gyr_radps, written.gyr_radps, rtol=0, atol=fidelity.gyr_radps)
    else:
        assert read.gyr_radps is None
    rate_error = 1e-6 + 2 * fidelity.time_s / written.duration_s
    assert read.sensors["acceleration"].rate_hz == pytest.approx(100.0, rel=rate_error)
    assert read.sensors["acceleration"].includes_gravity


@st.composite
def recordings(draw):
    """A sensor held any way up, with noise finer than sway, at a rate that every format can tell."""
    noise = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    rate_hz = draw(st.sampled_from([25.0, 50.0, 100.0]))
    samples = draw(st.integers(60, 500))
    up = noise.normal(size=3)
    gravity = draw(st.floats(9.6, 10.0)) * up / np.linalg.norm(up)
    return Recording(
        np.arange(samples) / rate_hz,
        gravity + noise.normal(0, 0.05, (samples, 3)),
        noise.normal(0, 0.3, (samples, 3)) if draw(st.booleans()) else None,
        platform=draw(st.sampled_from(["ios", "android"])),
        device_model="Model 7",
        started=datetime(2026, 3, 2, tzinfo=UTC) + timedelta(milliseconds=draw(st.integers(0, 86_399_999))),
    )


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(written=recordings())
def test_any_recording_written_and_read_is_the_same(key, fidelity, written):
    (read,) = parse(write(key, written))
    assert read.source == key
    np.testing.assert_allclose(read.time_s, written.time_s, rtol=0, atol=fidelity.time_s)
    np.testing.assert_allclose(read.acc_mps2, written.acc_mps2, rtol=0, atol=fidelity.acc_mps2)
    assert (read.gyr_radps is not None) == (written.gyr_radps is not None and fidelity.gyroscope)
    if read.gyr_radps is not None:
        np.testing.assert_allclose(read.gyr_radps, written.gyr_radps, rtol=0, atol=fidelity.gyr_radps)
    if read.started is not None:
        assert abs((read.started - written.started).total_seconds()) < 0.001 + fidelity.time_s
    rate_hz = (written.time_s.size - 1) / written.duration_s
    told = read.sensors["acceleration"]
    assert told.rate_hz == pytest.approx(rate_hz, rel=1e-6 + 2 * fidelity.time_s / written.duration_s)
    assert told.includes_gravity
    assert told.unit in ACCELERATION_TO_MPS2
    assert told.sign in (1, -1)


def test_started_and_platform_survive_where_the_format_has_them(key, fidelity):
    written = stance()
    (read,) = parse(write(key, written))
    assert read.platform in ("", fidelity.platform or "ios")
    if read.started is not None:
        assert abs((read.started - written.started).total_seconds()) < 0.001


def test_times_start_at_zero_and_gravity_is_gravity(key):
    (read,) = parse(write(key, stance()))
    assert read.time_s[0] == 0
    assert (np.diff(read.time_s) > 0).all()
    assert np.median(np.linalg.norm(read.acc_mps2, axis=1)) == pytest.approx(9.8, abs=0.1)


def test_up_is_where_it_was(key):
    """A phone held upright reads +g along y whatever sign its app writes."""
    (read,) = parse(write(key, stance()))
    assert read.acc_mps2[:, 1].mean() == pytest.approx(9.7, abs=0.05)


def test_the_hash_follows_the_content(key):
    one, same, other = (parse(write(key, stance(seconds=s)))[0].sha256 for s in (6.0, 6.0, 7.0))
    assert one == same
    assert one != other


NUMBER = re.compile(r"-?\d+\.\d+(E-?\d+)?")


def to_tabs(text):
    return text.replace(", ", "\t").replace(",", "\t")


def to_decimal_commas(text):
    """As a European spreadsheet saves it: numbers with commas, semicolons between; dates stay as they are."""
    rows = (line.split(",") for line in text.replace("\r\n", "\n").split("\n"))
    return "\n".join(
        ";".join(c.replace(".", ",") if NUMBER.fullmatch(c.strip()) else c for c in r) for r in rows
    )


ANY_TEXT = {
    "UTF-8 with a mark": lambda text: text.encode("utf-8-sig"),
    "UTF-16": lambda text: text.encode("utf-16"),
    "CRLF": lambda text: text.replace("\r\n", "\n").replace("\n", "\r\n").encode(),
}
TABLES = {
    "tabs": lambda text: to_tabs(text).encode(),
    "decimal commas": lambda text: to_decimal_commas(text).encode(),
    "a line sep=": lambda text: b"sep=,\n" + text.encode(),
    "a mangled line sep=": lambda text: b"sep=,,,,\n" + text.encode(),
    "blank lines": lambda text: b"\n\n" + text.encode(),
}


def texts_of(files):
    """Return what a source wrote as text, None where one of its files is binary."""
    try:
        return {name: data.decode() for name, data in files.items()}
    except UnicodeDecodeError:
        return None


@pytest.mark.parametrize("saved", [*ANY_TEXT, *TABLES])
def test_a_file_that_another_program_saved_again_reads_the_same(key, saved):
    files = write(key, stance())
    texts = texts_of(files)
    tables = all(name.endswith(".csv") for name in files) and "," in "".join((texts or {}).values())
    if texts is None or (saved in TABLES and not tables):
        pytest.skip("not such a file")
    again = {name: (ANY_TEXT | TABLES)[saved](text) if text else b"" for name, text in texts.items()}
    (plain,), (read,) = parse(files), parse(again)
    assert read.source == key
    np.testing.assert_allclose(read.acc_mps2, plain.acc_mps2, rtol=0, atol=1e-9)
    np.testing.assert_allclose(read.time_s, plain.time_s, rtol=0, atol=1e-9)
    assert (read.gyr_radps is None) == (plain.gyr_radps is None)
    assert read.sensors == plain.sensors


def test_a_table_whose_last_line_was_cut_loses_that_line_alone(key):
    files = write(key, stance())
    texts = texts_of(files)
    if texts is None or not all(name.endswith((".csv", ".txt")) for name in files):
        pytest.skip("not a table")
    (plain,) = parse(files)
    (read,) = parse({name: text.rstrip()[:-3].encode() for name, text in texts.items()})
    assert plain.time_s.size - 2 <= read.time_s.size <= plain.time_s.size
    kept = min(read.time_s.size, plain.time_s.size - 2)
    np.testing.assert_array_equal(read.acc_mps2[:kept], plain.acc_mps2[:kept])


def outcome_of(files):
    try:
        return parse(files)
    except SurefootError as error:
        return error


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cut=st.floats(0, 1), data=st.data())
def test_truncated_files_are_read_or_refused(key, cut, data):
    files = write(key, stance(seconds=1.0))
    member = data.draw(st.sampled_from(sorted(files)))
    files[member] = files[member][: int(cut * len(files[member]))]
    assert isinstance(outcome_of(files), (tuple, SurefootError))


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.floats(0, 0.99), noise=st.binary(min_size=1, max_size=12), data=st.data())
def test_damaged_files_are_read_or_refused(key, place, noise, data):
    files = write(key, stance(seconds=1.0))
    member = data.draw(st.sampled_from(sorted(files)))
    content, offset = files[member], int(place * len(files[member]))
    files[member] = content[:offset] + noise + content[offset + len(noise) :]
    assert isinstance(outcome_of(files), (tuple, SurefootError))


def test_claiming_never_fails(key):
    claims = discover()[key].claims
    for content in (
        b"",
        b"\x00" * 64,
        b"{",
        b"[]",
        b"null",
        b"PK\x03\x04",
        b"\xff\xfe",
        b'{"a": ' * 2000,
        b"time,seconds_elapsed,",
    ):
        assert claims({"a": content}) in (True, False)
    assert not claims({})


@settings(max_examples=40, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(["a.csv", "Accelerometer.csv", "b.json", "meta/time.csv"]), st.binary(max_size=200)
    )
)
def test_garbage_is_refused_in_four_parts(files):
    outcome = outcome_of(files)
    if isinstance(outcome, SurefootError):
        assert all(outcome.to_dict().values())


def test_reading_needs_no_heavy_library():
    program = (
        "import sys; from surefoot.sources import discover, parse\n"
        "rows = ''.join(f'{n / 100},0.1,0.2,9.8\\n' for n in range(200))\n"
        "parse({'a.csv': ('time (s),acc x,acc y,acc z\\n' + rows).encode()})\n"
        "print(len(discover()), sorted({'scipy', 'pandas', 'matplotlib', 'typer'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == f"{len(SOURCES)} []"
