"""Research wearables: what only their files can show, beyond what every source must do."""

from datetime import UTC, datetime, timedelta, timezone
from functools import partial

import numpy as np
import pytest

from exports import codes, edited, find_gaps, short_stance
from surefoot.errors import UnitError, UnreadableFileError
from surefoot.model import Recording
from surefoot.sources import parse, read
from writers import actigraph, axivity, axivity_cwa, empatica_e4, geneactiv

G = 9.80665
STARTED = datetime(2026, 3, 2, 8, 30, tzinfo=timezone(timedelta(hours=1)))


standing = partial(short_stance, started=STARTED)


def test_axivity_epoch_seconds_and_header_read_as_dates_do():
    def epoch(text):
        rows = [line.split(",", 1)[1] for line in text.splitlines()]
        return "".join(f"{1772436600 + n / 100:.4f},{row}\n" for n, row in enumerate(rows))

    (dates,) = parse(axivity.write(standing()))
    (seconds,) = parse(edited(axivity.write(standing()), epoch))
    header = "Time,Accel-X (g), Accel-Y (g), Accel-Z (g),Gyro-X (d/s), Gyro-Y (d/s), Gyro-Z (d/s)\r\n"
    (named,) = parse(edited(axivity.write(standing()), lambda text: header + text))
    for other in (seconds, named):
        assert other.source == "axivity"
        np.testing.assert_array_equal(other.acc_mps2, dates.acc_mps2)
        np.testing.assert_allclose(other.time_s, dates.time_s, atol=1e-6)


def test_e4_zip_is_read_by_its_accelerometer_alone(tmp_path):
    files = empatica_e4.write(standing())
    start = "1772436600.000000\n4.000000\n"
    others = {
        "BVP.csv": start + "0.1\n0.2\n",
        "EDA.csv": start + "0.3\n",
        "tags.csv": "",
        "IBI.csv": "1.0, IBI\n",
    }
    (recording,) = parse(files | {name: text.encode() for name, text in others.items()})
    assert recording.source == "empatica_e4"
    assert recording.started == STARTED
    assert recording.gyr_radps is None
    assert codes(recording) == {"rate_nominal", "not_read"}
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    for name, text in others.items():
        (tmp_path / name).write_text(text)
    assert len(read(tmp_path)) == 1


def test_geneactiv_pages_that_are_missing_are_a_gap_and_a_cut_page_keeps_its_samples():
    def lose(text):
        pages = text.split("Recorded Data\n")
        return "Recorded Data\n".join(pages[:2] + pages[3:])[:-400]

    (recording,) = parse(edited(geneactiv.write(standing(9.0)), lose))
    assert find_gaps(recording.time_s) == [pytest.approx((2.99, 6.0))]
    assert recording.time_s.size == 300 + 300 - 400 // 12 - 1
    assert recording.started == STARTED
    assert recording.started.utcoffset() == timedelta(hours=1)


def test_geneactiv_csv_reads_as_its_bin():
    (pages,) = parse(geneactiv.write(standing()))
    lines = ["Device Type,GENEActiv", "Measurement Frequency,100 Hz", "Time Zone,GMT +01:00"]
    lines += [f"x gain,{n}" for n in range(97)]
    for n, (x, y, z) in enumerate(pages.acc_mps2 / G):
        moment = datetime(2026, 3, 2, 8, 30, tzinfo=UTC) + timedelta(milliseconds=10 * n)
        stamp = f"{moment:%Y-%m-%d %H:%M:%S}:{moment.microsecond // 1000:03d}"
        lines.append(f"{stamp},{x:.9f},{y:.9f},{z:.9f},12,0,25.3,0.01,0.01,0.01,0.01")
    (table,) = parse({"left.csv": "\r\n".join(lines).encode()})
    np.testing.assert_allclose(table.acc_mps2, pages.acc_mps2, atol=1e-7)
    np.testing.assert_allclose(table.time_s, pages.time_s, atol=1e-6)
    assert table.started == pages.started


def test_geneactiv_fields_that_nobody_filled_are_padded_with_nul():
    def pad(text):
        return text.replace("Device Identity\n", "Device Identity\nStudy Code:" + "\0" * 20 + "\n", 1)

    plain, padded = geneactiv.write(standing()), edited(geneactiv.write(standing()), pad)
    (expected,), (recording,) = parse(plain), parse(padded)
    np.testing.assert_array_equal(recording.acc_mps2, expected.acc_mps2)
    np.testing.assert_array_equal(recording.time_s, expected.time_s)


def test_geneactiv_without_calibration_is_refused():
    with pytest.raises(UnreadableFileError, match="x gain"):
        parse(edited(geneactiv.write(standing()), lambda text: text.replace("x gain", "gain of x")))


def test_actigraph_link_rotation_is_in_degrees_whatever_lies_between():
    def with_temperature(text):
        head, rows = text.splitlines()[:10], text.splitlines()[10:]
        cells = [row.split(",") for row in rows]
        widened = [
            ",".join([*row[:4], "54.7" if n else "Temperature", *row[4:]]) for n, row in enumerate(cells)
        ]
        return "\r\n".join([*head, *widened])

    (recording,) = parse(edited(actigraph.write(standing()), with_temperature))
    assert recording.sensors["gyroscope"].unit == "deg/s"
    np.testing.assert_allclose(recording.gyr_radps, standing().gyr_radps, atol=1e-8)


def test_actigraph_without_times_counts_by_its_rate_and_refuses_counts():
    def strip(text):
        lines = text.splitlines()
        return "\r\n".join([*lines[:10], *(line.split(",", 1)[1] for line in lines[10:])])

    (recording,) = parse(edited(actigraph.write(standing(rate_hz=30.0)), strip))
    assert recording.sensors["acceleration"].rate_hz == pytest.approx(30.0)
    assert codes(recording) == {"rate_nominal"}
    with pytest.raises(UnreadableFileError, match="no times"):
        parse(edited(actigraph.write(standing()), lambda text: strip(text).replace("100 Hz", "")))
    with pytest.raises(UnitError, match="counts"):
        parse(edited(actigraph.write(standing()), lambda text: text.replace("Accelerometer ", "axis")))


def test_a_damaged_cwa_block_is_a_gap_that_is_told():
    ((name, data),) = axivity_cwa.write(standing()).items()
    hit = 1024 + 512 * 5 + 100
    (recording,) = parse({name: data[:hit] + b"\xff\xff" + data[hit + 2 :]})
    assert find_gaps(recording.time_s) == [pytest.approx((1.99, 2.40), abs=1e-4)]
    assert codes(recording) == {"rows_dropped"}
    with pytest.raises(UnreadableFileError, match="no block"):
        parse({name: data[:1024] + b"AX" + bytes(600)})


def test_cwa_samples_in_ten_bits_carry_their_own_exponent():
    """Words put together by hand: sign, exponent and order of the bits as the device's notes give them."""
    ((name, data),) = axivity_cwa.write(Recording(standing().time_s, standing().acc_mps2)).items()
    blocks = np.frombuffer(data[1024:], np.uint8).reshape(-1, 512).copy()
    word = (1 << 30) | ((-128 & 0x3FF) << 20) | (20 << 10) | (3 & 0x3FF)
    for block in blocks:
        block[30:510] = np.frombuffer(word.to_bytes(4, "little") * 120, np.uint8)
        block[25], block[18:20] = 0x30, 0
        block[28:30] = np.frombuffer((80).to_bytes(2, "little"), np.uint8)
        block[510:] = 0
        total = int(block.view("<u2").sum(dtype=np.uint16))
        block[510:] = np.frombuffer((-total & 0xFFFF).to_bytes(2, "little"), np.uint8)
    (recording,) = parse({name: data[:1024] + blocks.tobytes()})
    assert recording.acc_mps2[0] == pytest.approx([6 / 256 * G, 40 / 256 * G, -G])
