"""Tables of no known app: what is concluded is right, and what cannot be concluded is asked."""

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from motion import standing
from surefoot.errors import SourceError, UnitError, UnknownColumnsError, UnreadableFileError
from surefoot.sources import identify, keys_of, parse
from surefoot.sources.formats.generic_csv import propose_mapping
from surefoot.sources.inference.mapping import keys_from_toml, mapping_to_toml
from surefoot.sources.inference.sensors import rotation_unit
from tables import Logger, loggers, stances

G = 9.80665


def answers(question, logger, recording, names):
    """What a user who knows the logger answers."""
    if question.key == "sign":
        axis = int(np.argmax(np.abs(np.median(recording.acc_mps2, axis=0))))
        way = "pointed up" if np.median(recording.acc_mps2, axis=0)[axis] > 0 else "pointed down"
        return next(choice.told for choice in question.choices if way in choice.text)
    return {
        "time": {"time": names[0]},
        "time_unit": {"time": names[0], "time_unit": logger.time_unit},
        "acceleration": keys_of("acceleration", tuple(names[1:4])),
        "gyroscope": keys_of("gyroscope", tuple(names[4:7])) if logger.gyroscope else {"gyroscope": ""},
        "gyro_unit": {"gyro_unit": logger.gyroscope_unit},
    }[question.key]


def settle(files, logger, recording, names):
    """Answer every question; return the proposal and the keys of those that were asked."""
    told, asked = {}, []
    _, proposal = propose_mapping(files)
    while proposal.questions:
        asked.append(proposal.questions[0].key)
        assert len(asked) < 8
        told |= answers(proposal.questions[0], logger, recording, names)
        _, proposal = propose_mapping(files, told)
    return proposal, asked


def assert_same(read, written, logger):
    np.testing.assert_allclose(read.acc_mps2, written.acc_mps2, atol=1e-6)
    np.testing.assert_allclose(read.time_s, written.time_s, atol=1e-6)
    assert (read.gyr_radps is not None) == bool(logger.gyroscope)
    if logger.gyroscope:
        np.testing.assert_allclose(read.gyr_radps, written.gyr_radps, atol=1e-6)


@settings(max_examples=60)
@given(logger=loggers(), stance=stances)
def test_any_table_whose_names_tell_its_sensors_is_understood(logger, stance):
    """Only the sign is asked; units that nobody states come from gravity, its turning, and steps in time."""
    recording = stance.record()
    files = {"run.csv": logger.write(recording)}
    assume(identify(files) == "generic_csv")
    proposal, asked = settle(files, logger, recording, logger.names())
    assert set(asked) <= {"sign", "gyro_unit"}
    (read,) = parse({**files, "mapping.toml": proposal.toml().encode()})
    assert_same(read, recording, logger)
    assert read.sensors["acceleration"].unit == logger.acceleration_unit
    assert read.sensors["acceleration"].sign == logger.sign
    assert not [issue for issue in read.issues if issue.severity == "warning"]


@settings(max_examples=40)
@given(logger=loggers(), stance=stances)
def test_without_a_mapping_a_table_is_right_but_for_the_sign_which_is_flagged(logger, stance):
    recording = stance.record()
    files = {"run.csv": logger.write(recording)}
    assume(identify(files) == "generic_csv")
    (read,) = parse(files)
    np.testing.assert_allclose(read.acc_mps2 * logger.sign, recording.acc_mps2, atol=1e-6)
    codes = {issue.code for issue in read.issues}
    assert "sign_assumed" in codes
    if read.gyr_radps is not None:
        np.testing.assert_allclose(read.gyr_radps, recording.gyr_radps, atol=1e-6)
    elif logger.gyroscope:
        assert "gyroscope_left_out" in codes


@settings(max_examples=40)
@given(logger=loggers(), stance=stances, header=st.booleans())
def test_a_table_whose_names_tell_nothing_is_asked_for_and_then_understood(logger, stance, header):
    recording = stance.record()
    logger = replace(logger, others=tuple(other for other in logger.others if other != "index"))
    logger = replace(logger, order=tuple(p for p in logger.order if p < len(logger.names())))
    given_names = [f"c{place}" for place in range(len(logger.names()))]
    written = [f"column {logger.order.index(place) + 1}" for place in range(len(given_names))]
    files = {"run.csv": logger.write_columns(given_names if header else [], recording)}
    assume(identify(files) == "generic_csv")
    with pytest.raises(UnknownColumnsError) as refusal:
        parse(files)
    assert "# x = " in refusal.value.mapping
    names = given_names if header else written
    proposal, asked = settle(files, logger, recording, names)
    assert "acceleration" in asked
    (read,) = parse({**files, "mapping.toml": proposal.toml().encode()})
    assert_same(read, recording, logger)


@settings(max_examples=30)
@given(logger=loggers(gyroscope=True), stance=stances, data=st.data())
def test_a_unit_that_gravity_or_the_steps_contradict_is_never_used(logger, stance, data):
    """In the header or in a mapping, whichever unit is wrong."""
    recording = stance.record()
    wrong = data.draw(st.sampled_from(["time", "acceleration", "gyroscope"]))
    units = {
        "time": ("s", "ms", "us", "ns"),
        "acceleration": ("m/s2", "g", "mg"),
        "gyroscope": ("rad/s", "deg/s"),
    }
    right = getattr(logger, f"{wrong}_unit")
    false = data.draw(st.sampled_from([unit for unit in units[wrong] if unit != right]))
    by_header = replace(logger, **{f"{wrong}_stated": "round"})
    files = {"run.csv": by_header.write(recording, **{wrong: false})}
    assume(identify(files) == "generic_csv")
    with pytest.raises(UnknownColumnsError if wrong == "time" else UnitError):
        parse(files)

    files = {"run.csv": logger.write(recording)}
    proposal, _ = settle(files, logger, recording, logger.names())
    key = {"time": "time_unit", "acceleration": "acceleration_unit", "gyroscope": "gyro_unit"}[wrong]
    mapping = mapping_to_toml({**proposal.told, key: false})
    with pytest.raises(UnitError, match="contradict"):
        parse({**files, "mapping.toml": mapping.encode()})


def files_of(logger, recording=None, **columns):
    return {"run.csv": logger.write(standing(1, duration_s=12.0) if recording is None else recording)}


def test_acceleration_beside_its_gravity_is_added_to_it():
    total = standing(2, duration_s=12.0)
    still = np.broadcast_to(np.median(total.acc_mps2, axis=0), total.acc_mps2.shape)
    rows = np.column_stack([total.time_s, -(total.acc_mps2 - still) / G, -still / G])
    header = "time (s)," + ",".join(f"{kind}{x}" for kind in ("user_acc_", "gravity_") for x in "xyz")
    body = "\n".join(",".join(f"{value:.9f}" for value in row) for row in rows)
    (read,) = parse({"run.csv": f"{header}\n{body}\n".encode()})
    np.testing.assert_allclose(-read.acc_mps2, total.acc_mps2, atol=1e-6)
    _, proposal = propose_mapping({"run.csv": f"{header}\n{body}\n".encode()})
    assert proposal.told["gravity_z"] == "gravity_z"
    alone = "\n".join(",".join(line.split(",")[:4]) for line in (header, *body.split("\n")))
    with pytest.raises(UnitError, match="gravity removed"):
        parse({"run.csv": alone.encode()})


def test_of_several_accelerations_the_one_with_gravity_is_taken_and_two_of_them_are_asked_for():
    recording = standing(3, duration_s=12.0)
    moved = recording.acc_mps2 - np.median(recording.acc_mps2, axis=0)

    def table(second):
        rows = np.column_stack([recording.time_s, recording.acc_mps2, second])
        header = "time (s)," + ",".join(f"{kind}_{x}" for kind in ("acc", "acc_filtered") for x in "xyz")
        return {
            "run.csv": (header + "\n" + "\n".join(",".join(f"{v:.9f}" for v in r) for r in rows)).encode()
        }

    (read,) = parse(table(moved))
    np.testing.assert_allclose(read.acc_mps2, recording.acc_mps2, atol=1e-6)
    with pytest.raises(UnknownColumnsError, match="Which acceleration"):
        parse(table(1.01 * recording.acc_mps2))


@pytest.mark.parametrize("name", ["time", "index"])
def test_a_count_of_rows_is_not_taken_for_milliseconds(name):
    recording = standing(1, duration_s=12.0)
    rows = np.column_stack([np.arange(recording.time_s.size), recording.acc_mps2])
    table = f"{name},ax,ay,az\n" + "\n".join(
        f"{int(r[0])}," + ",".join(f"{v:.6f}" for v in r[1:]) for r in rows
    )
    with pytest.raises(UnknownColumnsError) as refusal:
        parse({"run.csv": table.encode()})
    draft = refusal.value.mapping
    assert "rate_hz" in draft or "time_unit" in draft
    mapping = 'x = "ax"\ny = "ay"\nz = "az"\nrate_hz = 100\nsign = 1\n'
    (read,) = parse({"run.csv": table.encode(), "mapping.toml": mapping.encode()})
    np.testing.assert_allclose(read.time_s, recording.time_s, atol=1e-9)


@pytest.mark.parametrize("name", ["packet", "timestamp", "index"])
@pytest.mark.parametrize("count", [lambda row: row // 10, lambda row: row + 3 * (row > 200)])
def test_a_count_of_packets_or_one_with_a_gap_is_no_time_either(name, count):
    recording = standing(1, duration_s=12.0)
    counts = count(np.arange(recording.time_s.size))
    with pytest.raises(UnknownColumnsError):
        parse(columns(f"{name},ax,ay,az", counts, recording.acc_mps2))


@pytest.mark.parametrize(
    "fall_back",
    [lambda row: 10 * row % 1000, lambda row: 10 + row % 2, lambda row: 10 * row % 65.536],
    ids=["milliseconds of each second", "steps", "a counter that overflows"],
)
def test_a_time_that_begins_again_and_again_is_refused_not_sorted(fall_back):
    recording = standing(1, duration_s=12.0)
    time_ms = fall_back(np.arange(recording.time_s.size))
    with pytest.raises(SourceError, match="backwards"):
        parse(columns("Time (ms),ax,ay,az", time_ms, recording.acc_mps2))


@pytest.mark.parametrize(
    ("divisor", "expected"),
    [(60, r"steps of 0\.0005"), (3600, r"steps of 0\.0005"), (86_400, "as these are in d")],
)
def test_a_time_in_minutes_hours_or_days_is_not_taken_for_the_seconds_it_is_named_with(divisor, expected):
    recording = standing(1, duration_s=12.0)
    files = columns("Time (s),ax,ay,az", recording.time_s / divisor, recording.acc_mps2)
    with pytest.raises(UnknownColumnsError, match="says s, but its steps"):
        parse(files)
    mapping = 'time = "Time (s)"\ntime_unit = "s"\nx = "ax"\ny = "ay"\nz = "az"\n'
    with pytest.raises(UnitError, match=f"Expected: steps of a sensor, {expected}|Expected: {expected}"):
        parse({**files, "mapping.toml": mapping.encode()})


@pytest.mark.parametrize("unit", ["cm/s^2", "cm/s²", "Gal"])
def test_centimetres_are_read_where_the_names_tell_them(unit):
    recording = standing(1, duration_s=12.0)
    header = "time (s)," + ",".join(f"a{x} ({unit})" for x in "xyz")
    (read,) = parse(columns(header, recording.time_s, 100 * recording.acc_mps2))
    assert read.sensors["acceleration"].unit == "cm/s2"
    np.testing.assert_allclose(read.acc_mps2, recording.acc_mps2, atol=1e-6)


@pytest.mark.parametrize(
    ("at_rest", "unit", "outcome"),
    [
        (9.79, "m/s2", set()),
        (1.004, "g", set()),
        (1004.0, "mg", set()),
        (10.1, "m/s2", {"unit_assumed"}),
        (1.03, "g", {"unit_assumed"}),
        (0.96, "g", {"unit_assumed"}),
        (1090.0, "mg", {"unit_assumed"}),
        (980.7, "", {"cm/s2", "mg"}),
        (950.0, "", {"cm/s2", "mg"}),
        (1030.0, "", {"cm/s2", "mg"}),
    ],
)
def test_a_size_near_gravity_that_fits_no_unit_closely_is_named_or_asked_for(at_rest, unit, outcome):
    """Within 1 % the size tells the unit; else it is an assumption, and between two units a question."""
    recording = standing(1, duration_s=12.0)
    scaled = recording.acc_mps2 * at_rest / np.median(np.linalg.norm(recording.acc_mps2, axis=1))
    files = columns("time (s),ax,ay,az", recording.time_s, scaled)
    _, proposal = propose_mapping(files)
    if unit:
        (read,) = parse(files)
        assert read.sensors["acceleration"].unit == unit
        assert {issue.code for issue in read.issues} - {"sign_assumed"} == outcome
        (told,) = parse({**files, "mapping.toml": proposal.toml().encode()})
        assert "unit_assumed" not in {issue.code for issue in told.issues}
        return
    (question,) = proposal.needed
    assert {choice.told["acceleration_unit"] for choice in question.choices} == outcome
    with pytest.raises(UnknownColumnsError, match="In which unit"):
        parse(files)
    for choice in question.choices:
        _, answered = propose_mapping(files, choice.told)
        (read,) = parse({**files, "mapping.toml": answered.toml().encode()})
        assert read.sensors["acceleration"].unit == choice.told["acceleration_unit"]


@pytest.mark.parametrize(("unit", "scale"), [("mdps", 1000.0), ("mdeg/s", 1000.0), ("dps", 1.0)])
@pytest.mark.parametrize("names", ["{} ({})", "gyr_{} ({})"])
def test_a_gyroscope_in_thousandths_of_a_degree_is_read(names, unit, scale):
    recording = standing(1, duration_s=12.0)
    header = "time (s)," + ",".join(
        [*(f"acc {x} (mg)" for x in "xyz"), *(names.format(x, unit) for x in "xyz")]
    )
    gyr = np.degrees(recording.gyr_radps) * scale
    (read,) = parse(columns(header, recording.time_s, recording.acc_mps2 / G * 1000, gyr))
    np.testing.assert_allclose(read.gyr_radps, recording.gyr_radps, atol=1e-6)


@pytest.mark.parametrize(("user", "gravity"), [("g", "m/s²"), ("m/s²", "g"), ("mg", "m/s²"), ("g", "g")])
@pytest.mark.parametrize("named", [True, False])
def test_acceleration_and_the_gravity_beside_it_each_have_their_own_unit(user, gravity, named):
    """Gravity tells its unit by its size where its name does not."""
    recording = standing(2, duration_s=12.0)
    scale = {"m/s²": 1.0, "g": 1 / G, "mg": 1000 / G}
    still = np.broadcast_to(np.median(recording.acc_mps2, axis=0), recording.acc_mps2.shape)
    header = ["t", *(f"user acc {x} ({user})" for x in "xyz")]
    header += [f"gravity {x}" + f" ({gravity})" * named for x in "xyz"]
    table = columns(
        ",".join(header),
        recording.time_s,
        (recording.acc_mps2 - still) * scale[user],
        still * scale[gravity],
    )
    (read,) = parse(table)
    np.testing.assert_allclose(read.acc_mps2, recording.acc_mps2, atol=2e-5)


def test_a_unit_that_only_gravity_tells_is_named_and_can_be_told():
    """As headphones write it: gravity in m/s², the rest in g, and no word of either."""
    recording = standing(2, duration_s=12.0)
    still = np.broadcast_to(np.median(recording.acc_mps2, axis=0), recording.acc_mps2.shape)
    header = ",".join(["t", *(f"user acc {x}" for x in "xyz"), *(f"gravity {x}" for x in "xyz")])
    files = columns(header, recording.time_s, (recording.acc_mps2 - still) / G, still)
    (read,) = parse(files)
    assert "unit_assumed" in {issue.code for issue in read.issues}
    _, proposal = propose_mapping(files)
    told = proposal.toml().replace('"m/s2"', '"g"')
    (read,) = parse({**files, "mapping.toml": told.encode()})
    assert "unit_assumed" not in {issue.code for issue in read.issues}
    np.testing.assert_allclose(read.acc_mps2, recording.acc_mps2, atol=2e-5)


def core_motion(recording, *, scale=1 / G):
    """Device motion as Core Motion gives it: the opposite of specific force, rotation in rad/s."""
    still = np.broadcast_to(np.median(recording.acc_mps2, axis=0), recording.acc_mps2.shape)
    groups = ("userAcceleration", "gravity", "rotationRate")
    header = ",".join(["timestamp", *(f"{group}{axis}" for group in groups for axis in "XYZ")])
    values = [-scale * (recording.acc_mps2 - still), -scale * still, recording.gyr_radps]
    return columns(header, recording.time_s, *values)


def test_core_motions_names_have_core_motions_sign_and_units():
    recording = standing(2, duration_s=12.0)
    (read,) = parse(core_motion(recording))
    np.testing.assert_allclose(read.acc_mps2, recording.acc_mps2, atol=2e-5)
    np.testing.assert_allclose(read.gyr_radps, recording.gyr_radps, atol=1e-6)
    told = {issue.code for issue in read.issues}
    assert "sign_by_names" in told
    assert "sign_assumed" not in told
    # Whoever turned g into m/s² may have turned the sign too.
    (turned,) = parse(core_motion(recording, scale=1.0))
    assert "sign_assumed" in {issue.code for issue in turned.issues}


@pytest.mark.parametrize("unit", ["N", "LSB", "cm", "lbs"])
def test_gravity_in_a_unit_that_is_not_read_is_not_taken_for_milli_g(unit):
    recording = standing(1, duration_s=12.0)
    header = "time (s)," + ",".join(f"a{x} ({unit})" for x in "xyz")
    files = columns(header, recording.time_s, 100 * recording.acc_mps2)
    with pytest.raises(UnitError, match="unit that is not read"):
        parse(files)
    told = 'time = "time (s)"\ntime_unit = "s"\nacceleration_unit = "mg"\n' + "".join(
        f'{x} = "a{x} ({unit})"\n' for x in "xyz"
    )
    (read,) = parse({**files, "mapping.toml": told.encode()})
    assert read.sensors["acceleration"].unit == "mg"


@pytest.mark.parametrize("twin", [1.01, 1.0])
def test_of_two_sensors_under_the_same_names_none_is_taken_unasked(twin):
    recording = standing(1, duration_s=12.0)
    files = columns(
        "t (s)" + ",ax,ay,az" * 2, recording.time_s, recording.acc_mps2, twin * recording.acc_mps2
    )
    if twin == 1.0:
        (read,) = parse(files)
        np.testing.assert_allclose(read.acc_mps2, recording.acc_mps2, atol=1e-6)
    else:
        with pytest.raises(UnreadableFileError, match="columns are called ax"):
            parse(files)


def test_a_second_time_of_the_same_name_that_runs_otherwise_is_not_passed_over():
    recording = standing(1, duration_s=12.0)
    header = "time (s),ax,ay,az,time (s),wx (rad/s),wy (rad/s),wz (rad/s)"
    later_s = recording.time_s + 0.4
    files = columns(header, recording.time_s, recording.acc_mps2, later_s, 0.01 * recording.acc_mps2)
    with pytest.raises(UnreadableFileError, match=r"columns are called time \(s\)"):
        parse(files)


def test_a_gyroscope_that_does_not_tell_its_unit_and_lies_still_is_left_out():
    recording = standing(1, duration_s=12.0)
    noise = np.random.default_rng(1).normal(0, 0.001, recording.acc_mps2.shape)
    table = replace(recording, acc_mps2=recording.acc_mps2[:1] + noise, gyr_radps=noise[::-1])
    logger = Logger(gyroscope="w{x}", gyroscope_stated="")
    (read,) = parse(files_of(logger, table))
    assert read.gyr_radps is None
    assert "gyroscope_left_out" in {issue.code for issue in read.issues}


def swing(sign=1.0):
    """A sensor that swings by ten degrees about x: gravity and rate in closed form."""
    time_s = np.arange(0, 20, 0.02)
    angle = np.radians(10) * np.sin(2 * np.pi * 0.2 * time_s)
    rate = np.radians(10) * 2 * np.pi * 0.2 * np.cos(2 * np.pi * 0.2 * time_s)
    acc = np.column_stack([0 * angle, -np.sin(angle), np.cos(angle)])
    # Fixed in space and seen from the sensor, up turns against it.
    gyr = np.column_stack([-rate, 0 * rate, 0 * rate])
    return time_s, sign * acc, gyr


@pytest.mark.parametrize("sign", [1.0, -1.0])
@pytest.mark.parametrize("scale", [1.0, 9.81, 1000.0])
def test_the_unit_of_a_gyroscope_follows_from_a_swing_whatever_the_sign_of_gravity(sign, scale):
    time_s, acc, gyr = swing(sign)
    np.testing.assert_allclose(np.gradient(acc, time_s, axis=0), np.cross(acc, gyr), atol=1e-2)
    assert rotation_unit(time_s, scale * acc, gyr) == "rad/s"
    assert rotation_unit(time_s, scale * acc, np.degrees(gyr)) == "deg/s"
    assert rotation_unit(time_s, scale * acc, gyr + 0.05) == "rad/s"


@pytest.mark.parametrize(
    "spoil",
    [
        lambda gyr: -gyr,
        lambda gyr: gyr[:, [1, 2, 0]],
        lambda gyr: np.random.default_rng(1).normal(0, 0.1, gyr.shape),
        lambda gyr: 8 * gyr,
        lambda gyr: 0 * gyr,
        lambda gyr: gyr + np.nan,
        lambda gyr: 1e300 * gyr,
    ],
    ids=["turned round", "other axes", "noise", "no unit", "still", "no numbers", "absurd"],
)
def test_a_gyroscope_that_does_not_fit_gravity_tells_no_unit(spoil):
    time_s, acc, gyr = swing()
    assert rotation_unit(time_s, acc, gyr) == "rad/s"
    assert rotation_unit(time_s, acc, spoil(gyr)) == ""
    assert rotation_unit(time_s[:100], acc[:100], gyr[:100]) == ""
    holed = np.r_[time_s[:60], time_s[60:70] + 100]
    assert rotation_unit(holed, acc[:70], gyr[:70]) == ""


NAMES = st.text(min_size=1, max_size=12).filter(lambda text: text.strip() == text and "\x00" not in text)


@given(st.lists(NAMES, min_size=4, max_size=4, unique=True), st.sampled_from([1, -1]))
def test_a_mapping_written_and_read_is_the_same(names, sign):
    told = dict(zip(("time", "x", "y", "z"), names, strict=True)) | {"sign": sign, "time_unit": "ms"}
    assert keys_from_toml(mapping_to_toml(told).encode(), names) == told


GOOD = 'time = "t"\ntime_unit = "ms"\nx = "a"\ny = "b"\nz = "c"\n'


@pytest.mark.parametrize(
    ("text", "found", "what"),
    [
        (GOOD + "sing = 1\n", "line 6: sing = 1", "not known"),
        (GOOD.replace('"b"', '"q"'), 'line 4: y = "q"', "not there"),
        (GOOD.replace('"b"', '"a"'), 'line 4: y = "a"', "twice"),
        (GOOD + "sign = true\n", "line 6: sign = true", "wrong sign"),
        (GOOD + "sign = 1.0\n", "line 6: sign = 1.0", "wrong sign"),
        (GOOD + "rate_hz = 100\n", "line 6: rate_hz = 100", "a time and a rate"),
        (GOOD.replace('time = "t"\n', ""), "line 1: time_unit", "unit without"),
        (GOOD + 'gyro_unit = "deg/s"\n', "line 6: gyro_unit", "unit without"),
        (GOOD + 'gyro_x = "d"\n', "line 6: gyro_x", "all its axes"),
        (GOOD.replace('z = "c"\n', ""), "nothing for z", "no column"),
        (GOOD.replace('time = "t"\ntime_unit = "ms"', "rate_hz = -5"), "line 1: rate_hz = -5", "rate"),
        (GOOD.replace('time = "t"\ntime_unit = "ms"', "rate_hz = nan"), "line 1: rate_hz", "rate"),
        (GOOD + "[x]\n", "line 6", "not TOML"),
        (GOOD + "y =\n", "line 6", "not TOML"),
        (GOOD + "[gyro]\nx = 1\n", "line 6: gyro", "not known"),
    ],
)
def test_what_is_wrong_in_a_mapping_is_told_with_its_line(text, found, what):
    with pytest.raises(SourceError) as refusal:
        keys_from_toml(text.encode(), ["t", "a", "b", "c", "d"])
    assert what in refusal.value.what
    assert found in refusal.value.found
    assert refusal.value.expected
    assert refusal.value.do


def test_the_refusal_of_unknown_columns_carries_a_draft_into_json():
    with pytest.raises(UnknownColumnsError) as refusal:
        parse(
            {"run.csv": Logger(others=("latitude",)).write_columns(list("stuv") + ["latitude"], standing(1))}
        )
    told = json.loads(json.dumps(refusal.value.to_dict()))
    assert told["code"] == "unknown_columns"
    assert '# x = "t"' in told["mapping"]
    assert "latitude" not in told["mapping"]


def test_a_table_in_which_no_three_columns_are_gravity_is_refused_not_asked_about():
    recording = standing(1, duration_s=12.0)
    still = replace(recording, acc_mps2=recording.acc_mps2 - np.median(recording.acc_mps2, axis=0))
    with pytest.raises(UnitError, match="no three columns"):
        parse({"run.csv": Logger().write_columns(list("stuv"), still)})


def test_dates_without_a_name_are_a_time():
    recording = standing(1, duration_s=12.0)
    rows = [
        f"2026-03-02T08:30:{second:06.3f}+00:00,{x:.6f},{y:.6f},{z:.6f}"
        for second, (x, y, z) in zip(recording.time_s, recording.acc_mps2, strict=True)
    ]
    files = {"run.csv": "\n".join(["p,q,r,s", *rows]).encode()}
    _, proposal = propose_mapping(files, keys_of("acceleration", ("q", "r", "s")))
    assert proposal.told["time"] == "p"
    (read,) = parse({**files, "mapping.toml": proposal.toml().encode()})
    np.testing.assert_allclose(read.time_s, recording.time_s, atol=1e-6)
    assert read.started.isoformat() == "2026-03-02T08:30:00+00:00"


def test_of_several_times_without_names_one_is_asked_for():
    recording = standing(1, duration_s=12.0)
    logger = Logger(time_unit="ms", others=("stamp",))
    cells = logger.write_columns(["p", "q", "r", "s", "u"], recording).decode().splitlines()
    doubled = [cells[0]] + [f"{row.rsplit(',', 1)[0]},{n * 0.01:.2f}" for n, row in enumerate(cells[1:])]
    _, proposal = propose_mapping({"run.csv": "\n".join(doubled).encode()})
    question = proposal.questions[0]
    assert question.key == "time"
    assert [choice.text for choice in question.choices] == ["p: 100 rows a second", "u: 100 rows a second"]


@pytest.mark.parametrize("source", ["", "androsensor"])
def test_axes_of_one_sensor_in_different_units_are_refused(source):
    recording = standing(2, duration_s=12.0)
    name = "ACCELEROMETER {} ({})" if source else "acc {} ({})"
    header = ",".join(name.format(x, unit) for x, unit in zip("XYZ", ("m/s²", "g", "g"), strict=True))
    header = f"{header},Time since start in ms" if source else f"{header},time (ms)"
    with pytest.raises(UnitError, match="different units"):
        parse(columns(header, recording.acc_mps2, 1000 * recording.time_s))


def columns(header, *values):
    rows = np.column_stack(values)
    return {"run.csv": "\n".join([header, *(",".join(f"{v:.6f}" for v in row) for row in rows)]).encode()}


def test_two_accelerations_without_gravity_are_refused_with_what_they_read():
    recording = standing(1, duration_s=12.0)
    still = recording.acc_mps2 - np.median(recording.acc_mps2, axis=0)
    header = "t," + ",".join(f"{kind}_{x}" for kind in ("acc_a", "acc_b") for x in "xyz")
    with pytest.raises(UnitError, match=r"acc_b_x, acc_b_y, acc_b_z: 0\S* at rest"):
        parse(columns(header, recording.time_s, still, 2 * still))


def test_columns_with_letters_but_no_word_for_a_sensor_are_asked_for():
    recording = standing(1, duration_s=12.0)
    files = columns("t,imu_x,imu_y,imu_z", recording.time_s, recording.acc_mps2)
    _, proposal = propose_mapping(files)
    (question,) = proposal.needed
    assert question.choices[0].told == keys_of("acceleration", ("imu_x", "imu_y", "imu_z"))


def test_a_gyroscope_with_letters_but_no_word_for_it_is_known_by_how_it_turns():
    recording = standing(1, duration_s=12.0)
    turned = np.degrees(recording.gyr_radps)
    files = columns("t,ax,ay,az,gx,gy,gz", recording.time_s, recording.acc_mps2, turned)
    (read,) = parse(files)
    np.testing.assert_allclose(read.gyr_radps, recording.gyr_radps, atol=1e-6)
    (without,) = parse(columns("t,ax,ay,az,gx,gy,gz", recording.time_s, recording.acc_mps2, turned[::-1]))
    assert without.gyr_radps is None
    assert "gyroscope_left_out" in {issue.code for issue in without.issues}


def test_a_time_in_no_unit_of_a_sensor_is_asked_for_and_may_be_no_time_at_all():
    recording = standing(1, duration_s=12.0)
    files = columns("time,ax,ay,az", 500 * np.arange(recording.time_s.size), recording.acc_mps2)
    _, proposal = propose_mapping(files)
    question = proposal.needed[0]
    assert [choice.told.get("time_unit") for choice in question.choices] == ["ms", "us", None]
    _, proposal = propose_mapping(files, question.choices[-1].told)
    assert proposal.needed[0].key == "rate_hz"
    _, proposal = propose_mapping(files, {**question.choices[-1].told, "rate_hz": 100.0})
    assert proposal.needed == ()
    (read,) = parse({**files, "mapping.toml": proposal.toml().encode()})
    np.testing.assert_allclose(read.time_s, recording.time_s, atol=1e-9)


def test_a_time_that_runs_backwards_is_refused_as_such():
    recording = standing(1, duration_s=12.0)
    with pytest.raises(SourceError, match="backwards"):
        parse(columns("time (s),ax,ay,az", recording.time_s % 1.0, recording.acc_mps2))


def test_a_table_whose_newest_row_comes_first_is_turned_round():
    recording = standing(1, duration_s=12.0)
    (read,) = parse(columns("time (s),ax,ay,az", recording.time_s[::-1], recording.acc_mps2[::-1]))
    np.testing.assert_allclose(read.acc_mps2, recording.acc_mps2, atol=1e-6)
    assert "clock_repaired" in {issue.code for issue in read.issues}


@pytest.mark.parametrize("cell", ["soon", "2026-13-45"])
def test_texts_that_are_no_dates_are_no_times(cell):
    recording = standing(1, duration_s=12.0)
    rows = [f"{cell},{x:.6f},{y:.6f},{z:.6f}" for x, y, z in recording.acc_mps2]
    with pytest.raises(SourceError) as refusal:
        parse({"run.csv": "\n".join(["time,ax,ay,az", *rows]).encode()})
    assert all(refusal.value.to_dict().values())
