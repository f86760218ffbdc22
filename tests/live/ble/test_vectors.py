"""Every published or captured packet that was found, decoded; and the bytes that the specifications name."""

import json
import struct

import numpy as np
import pytest

from surefoot.live.ble.devices import (
    _polar,
    discover,
    metamotion,
    movella_dot,
    movesense,
    polar_h10,
    witmotion,
)
from surefoot.live.ble.devices._layout import parse_layout
from surefoot.live.ble.devices.custom_gatt import describe

G = 9.80665
DEG = np.pi / 180
RATES = {"10": 10.0, "50": 50.0, "100": 100.0, "200": 200.0}


@pytest.fixture
def vectors(reference):
    path = reference("ble/ble_vectors.json")
    return {v["id"]: v for v in json.loads(path.read_text(encoding="utf-8"))["vectors"]}


def described(record, scale, *, header="", endian="little"):
    """A custom device whose packet is `record`."""
    return describe(
        f"""
[device]
name = "described"
[[stream]]
char = "fff1"
endian = "{endian}"
header = "{header}"
record = "{record}"
[scale]
{scale}
[time]
rate_hz = 50
"""
    )


CUSTOM = "0000fff1-0000-1000-8000-00805f9b34fb"
MICROBIT = described("i16 ax, i16 ay, i16 az", "ax = { per_g = 1000 }")
THINGY = described(
    "i16 ax, i16 ay, i16 az, i16 gx, i16 gy, i16 gz, i16 mx, i16 my, i16 mz",
    "ax = { per_g = 1024 }\ngx = { per_dps = 32 }",
)
RUUVI = described(
    "i16 ax, i16 ay, i16 az, u16 power, u8 moves, u16 seq, u24 mac0, u24 mac1",
    'ax = { unit = "mg" }',
    header="u8 format, i16 temperature, u16 humidity, u16 pressure",
    endian="big",
)


def read(device, char, data, carry=None):
    blocks = device.decode(char, data, carry or {}).blocks
    return blocks, *(
        np.vstack([v for b in blocks if (v := getattr(b, name)) is not None] or [np.empty((0, 3))])
        for name in ("acc", "gyr_radps")
    )


def check_witmotion(vector, data):
    device, expected = discover()["witmotion"], vector["expected"]
    if "partial" in vector["id"]:
        decoded = device.decode(witmotion.DATA, data, {})
        assert decoded.blocks == ()
        frame = data + bytes(4)
        again = device.decode(witmotion.DATA, frame, decoded.carry)
        np.testing.assert_allclose(again.blocks[0].acc / G, [expected["acc_g"]], rtol=1e-12)
        np.testing.assert_allclose(again.blocks[0].gyr_radps / DEG, [expected["gyr_dps"]], rtol=1e-12)
        assert len(again.blocks[0]) == 1
        return
    (_,), acc, gyr = read(device, witmotion.DATA, data)
    np.testing.assert_allclose(acc / G, [f["acc_g"] for f in expected["frames"]], rtol=1e-12)
    np.testing.assert_allclose(gyr / DEG, [f["gyr_dps"] for f in expected["frames"]], rtol=1e-12)


def check_witmotion_command(vector, data):
    word = vector["id"].removeprefix("witmotion-cmd-")
    made = {"unlock": witmotion.UNLOCK, "save": witmotion.SAVE}
    made |= {"read-mag": witmotion.read_register(0x3A), "read-quat": witmotion.read_register(0x51)}
    made |= {f"rate-{name}": witmotion.set_rate(rate) for name, rate in RATES.items()}
    assert made[word].data == data


def check_movesense(vector, data):
    expected = vector["expected"]
    names = [name for name in ("acc_mps2", "gyr_dps", "mag_uT") if name in expected]
    ticks, tables = movesense.split_payload(data, len(names))
    assert ticks == expected["timestamp_ms"]
    for name, table in zip(names, tables, strict=True):
        assert table.shape == (expected["n"], 3)
        np.testing.assert_allclose(table, expected[name], rtol=1e-7)
    if vector["id"] == "movesense-meas-imu6-52":
        device, packet = discover()["movesense"], bytes([2, 99]) + data
        # That it is a whole one shows with the next.
        carry = device.decode(movesense.DATA, packet, {}).carry
        (block, _), acc, gyr = read(device, movesense.DATA, packet, carry)
        acc, gyr = np.split(acc, 2)[0], np.split(gyr, 2)[0]
        assert block.ticks == expected["timestamp_ms"]
        np.testing.assert_allclose(acc, expected["acc_mps2"], rtol=1e-7)
        np.testing.assert_allclose(gyr / DEG, expected["gyr_dps"], rtol=1e-7)


def check_movesense_command(vector, data):
    subscribe = vector["expected"]["command"] == 1
    made = movesense.subscribe(vector["expected"]["path"]) if subscribe else movesense.unsubscribe()
    assert made.data == data


def check_polar(vector, data):
    expected = vector["expected"]
    factor = expected.get("factor")
    carry = {str(data[0]): struct.pack("<f", factor)} if factor else {}
    (block,), acc, gyr = read(discover()["polar_verity_sense"], _polar.DATA, data, carry)
    if "samples_mg" in expected:
        np.testing.assert_allclose(acc / G * 1000, expected["samples_mg"], rtol=1e-12)
    elif data[0] == _polar.ROTATION:
        np.testing.assert_allclose(gyr / DEG / factor, expected["raw_samples"], rtol=1e-6)
    else:
        raw = acc / G / factor
        assert len(raw) == expected["n"]
        np.testing.assert_allclose(raw[: len(expected["raw_samples"])], expected["raw_samples"], rtol=1e-6)
    if "timestamp_ns_of_last_sample" in expected:
        assert block.ticks == expected["timestamp_ns_of_last_sample"]


def check_polar_command(vector, data):
    made = {
        "settings-acc": _polar.ask_settings(_polar.ACCELERATION),
        "start-acc-200Hz-16bit-8g": polar_h10.start(200.0)[0],
        "start-acc-25Hz": polar_h10.start(25.0)[0],
        "stop-acc": polar_h10.DEVICE.stop[0],
    }
    assert made[vector["id"].removeprefix("polar-cmd-")].data == data


def check_metawear(vector, data):
    if vector["id"] == "metawear-quaternion":
        assert metamotion.samples_in(data) == ()
        told = parse_layout("u8 module, u8 register, f32 w, f32 x, f32 y, f32 z").read(data)
        assert [told[axis] for axis in "wxyz"] == pytest.approx(vector["expected"]["quat_wxyz"])
        return
    meta, expected = vector["meta"], vector["expected"]
    ranges = {key: meta[key] for key in ("range_g", "range_dps") if key in meta}
    (block,) = metamotion.samples_in(data, **ranges)
    if "acc_g" in expected:
        np.testing.assert_allclose(block.acc / G, np.atleast_2d(expected["acc_g"]), rtol=1e-9)
    else:
        np.testing.assert_allclose(block.gyr_radps / DEG, np.atleast_2d(expected["gyr_dps"]), rtol=1e-9)


def check_metawear_command(vector, data):
    streaming = [write.data for write in (*metamotion.start(100.0), *metamotion.DEVICE.stop)]
    made = {
        "acc-config-100Hz-16g": metamotion.configure_acc(100.0, 16).data,
        "gyro-config-200Hz-2000dps": metamotion.configure_gyr(200.0, 2000).data,
        "acc-subscribe": metamotion.write(3, 4, 1).data,
        "gyro-subscribe": metamotion.write(0x13, 5, 1).data,
    }
    word = vector["id"].removeprefix("metawear-cmd-")
    assert made[word] == data if word in made else data in streaming


def check_dot(vector, data):
    char = movella_dot.LONG if vector["id"] == "dot-custom5" else movella_dot.MEDIUM
    (block,), acc, gyr = read(discover()["movella_dot"], char, data)
    assert block.ticks == vector["expected"]["timestamp_us"]
    np.testing.assert_allclose(acc, [vector["expected"]["acc_mps2"]], rtol=1e-6)
    np.testing.assert_allclose(gyr / DEG, [vector["expected"]["gyr_dps"]], rtol=1e-6)


def check_dot_command(vector, data):
    made = {
        "start-custom5": movella_dot.control(movella_dot.CUSTOM_5, on=True),
        "stop-custom5": movella_dot.control(movella_dot.CUSTOM_5, on=False),
        "start-rate": movella_dot.control(movella_dot.RATE_QUANTITIES, on=True),
        "rate-60": movella_dot.set_rate(60.0),
    }
    assert made[vector["id"].removeprefix("dot-cmd-")].data == data


def check_microbit(vector, data):
    if vector["id"] == "microbit-arrivals-20ms":
        return  # times, not bytes: the clock's tests use them
    _, acc, _ = read(MICROBIT, CUSTOM, data)
    np.testing.assert_allclose(acc / G * 1000, [vector["expected"]["acc_mg"]], rtol=1e-12)


def check_thingy52(vector, data):
    if "matrix" in vector["expected"]:
        layout = parse_layout(", ".join(f"i16 m{i}" for i in range(9)))
        matrix = np.array([value / 2**14 for value in layout.read(data).values()])
        np.testing.assert_allclose(matrix, vector["expected"]["matrix"])
        return
    _, acc, gyr = read(THINGY, CUSTOM, data)
    np.testing.assert_allclose(acc / G, [vector["expected"]["acc_g"]], rtol=1e-12)
    np.testing.assert_allclose(gyr / DEG, [vector["expected"]["gyr_dps"]], rtol=1e-12)


def check_ruuvi(vector, data):
    (_,), acc, _ = read(RUUVI, CUSTOM, data)
    np.testing.assert_allclose(acc / G, [vector["expected"]["acc_g"]], rtol=1e-12)


def test_every_vector_is_met(vectors):
    assert len(vectors) == 58
    for key, vector in vectors.items():
        maker = key.split("-")[0]
        check = globals()[f"check_{maker}_command" if "-cmd-" in key else f"check_{maker}"]
        check(vector, bytes.fromhex(vector["hex"]))


def test_real_captures_weigh_one_g(vectors):
    for key in ("witmotion-80B", "witmotion-40B", "movesense-meas-imu6-52", "thingy52-raw"):
        data = bytes.fromhex(vectors[key]["hex"])
        device, char = {
            "witmotion": (discover()["witmotion"], witmotion.DATA),
            "movesense": (discover()["movesense"], movesense.DATA),
            "thingy52": (THINGY, CUSTOM),
        }[key.split("-")[0]]
        _, acc, _ = read(device, char, bytes([2, 99]) + data if key.startswith("movesense") else data)
        assert np.linalg.norm(acc, axis=1) == pytest.approx(G, rel=0.015)


@pytest.mark.parametrize(
    ("write", "expected"),
    [
        # Movella DOT BLE Services Specification, revision C, table 13: type, action, payload mode.
        (movella_dot.control(21, on=True), "01 01 15"),
        (movella_dot.control(21, on=False), "01 00 15"),
        # Polar online measurement: operation, type, then rate, resolution and range.
        (polar_h10.start(100.0)[0], "02 02 00 01 64 00 01 01 10 00 02 01 08 00"),
        (_polar.end(5), "03 05"),
        # Movesense GSP: code, reference, path.
        (movesense.start(104.0)[0], "01 63" + b"/Meas/IMU6/104".hex()),
        # WitMotion: FF AA 03 and the code of the rate.
        (witmotion.set_rate(20.0), "ff aa 03 07 00"),
    ],
)
def test_the_bytes_of_the_specifications(write, expected):
    assert write.data == bytes.fromhex(expected)


def test_the_open_packet_by_hand():
    """One sample of 1 g upward and 1 degree per second, packet 258, 0.1 s, 10 ms apart, clipped."""
    packet = "b1 01 0201 a0860100 1027 01 01 0000 0000 0020 8300 0000 0000"
    device = discover()["surefoot_open"]
    (block,) = device.decode(device.notify[0], bytes.fromhex(packet), {}).blocks
    assert (block.counter, block.ticks, block.step_ticks, block.clipped) == (258, 100_000, 10_000.0, True)
    np.testing.assert_allclose(block.acc, [[0, 0, G]])
    np.testing.assert_allclose(block.gyr_radps, [[131 / 131.2 * DEG, 0, 0]])


@pytest.mark.parametrize("samples", [4, 8])
def test_a_packet_in_two_parts_is_joined_at_any_mtu(samples):
    """Also where the first part alone looks like a whole packet, as at an MTU of 57, 81 or 105."""
    device, looks_whole = discover()["movesense"], 0
    for mtu in range(23, 251):
        room = mtu - 5
        payloads = [
            struct.pack("<I", 1000 + k) + struct.pack(f"<{6 * samples}f", *range(k, k + 6 * samples))
            for k in range(5)
        ]
        if len(payloads[0]) > 2 * room:
            continue
        looks_whole += len(payloads[0]) > room and (room - 4) % 24 == 0
        carry, blocks = {}, []
        for payload in payloads:
            for code, part in ((2, payload[:room]), (3, payload[room:])):
                if part:
                    decoded = device.decode(movesense.DATA, bytes([code, 99]) + part, carry)
                    carry = decoded.carry
                    blocks += decoded.blocks
        assert [block.ticks for block in blocks] == [1000, 1001, 1002, 1003, 1004], mtu
        for k, block in enumerate(blocks):
            assert block.acc.ravel().tolist() == list(range(k, k + 3 * samples)), mtu
    assert looks_whole >= 2


def test_a_packet_whose_second_part_is_lost_holds_nothing():
    device = discover()["movesense"]
    payload = struct.pack("<I", 1000) + struct.pack("<24f", *range(24))
    first, second = bytes([2, 99]) + payload[:52], bytes([3, 99]) + payload[52:]
    carry, lengths = {}, []
    for packet in (first, second, first, first, second):
        decoded = device.decode(movesense.DATA, packet, carry)
        carry = decoded.carry
        lengths.append([len(block) for block in decoded.blocks])
    assert lengths == [[], [4], [], [], [4]]


def test_the_chip_decides_the_registers():
    bmi270 = [write.data.hex() for write in metamotion.start(100.0, [bytes([3, 0x80, 4, 0])])]
    assert "0303a801" in bmi270
    assert "030501" in bmi270
    assert "130501" in bmi270


def test_polars_reply_tells_the_factor():
    device = discover()["polar_verity_sense"]
    reply = bytes.fromhex("f002020000 0501") + struct.pack("<f", 0.5)
    carry = device.decode(_polar.CONTROL, reply, {}).carry
    frame = _polar.head(2, 1.0, 0x80) + struct.pack("<3h", 2, 4, 6)
    np.testing.assert_allclose(device.decode(_polar.DATA, frame, carry).blocks[0].acc, [[G, 2 * G, 3 * G]])
    refused = device.decode(_polar.CONTROL, bytes.fromhex("f0020205 00"), {})
    assert refused.carry == {}


def polar_frame(kind, frame_type, body, factor=None):
    """A frame read as the reply to start said its factor to be."""
    device, carry = discover()["polar_verity_sense"], {}
    if factor is not None:
        reply = bytes([0xF0, 2, kind, 0, 0, 5, 1]) + struct.pack("<f", factor)
        carry = device.decode(_polar.CONTROL, reply, carry).carry
    data = bytes([kind]) + struct.pack("<Q", 10**9) + bytes([frame_type]) + body
    return device.decode(_polar.DATA, data, carry).blocks


def test_polar_rotation_in_floats():
    """GyrData.kt, compressed type 1: three 32-bit numbers, then differences of their bits."""
    first, second = np.array([0.5, -0.25, 1.0], "<f4"), np.array([0.75, -8.0, 123.5], "<f4")
    steps = second.view("<i4").astype(int) - first.view("<i4")
    body = first.tobytes() + bytes([32, 1]) + struct.pack("<3i", *steps)
    for factor, times in ((None, 1.0), (1.0, 1.0), (2.0, 2.0)):
        (block,) = polar_frame(5, 0x81, body, factor)
        np.testing.assert_array_equal(block.gyr_radps / DEG, times * np.array([first, second], float))


def test_polar_acceleration_times_its_factor():
    """AccData.kt: compressed type 1 are mg after its factor, type 0 are g after its factor."""
    body = struct.pack("<3h", 1000, -2000, 4000) + bytes([8, 1, 1, 2, 0xFD])
    raw = np.array([[1000, -2000, 4000], [1001, -1998, 3997]])
    factor = float(np.float32(0.244))
    for frame_type, told, step_mg in ((0x81, 0.244, factor), (0x81, None, 1.0), (0x80, 0.244, 1000 * factor)):
        (block,) = polar_frame(2, frame_type, body, told)
        np.testing.assert_allclose(block.acc, raw * step_mg / 1000 * G, rtol=1e-12)


@pytest.mark.parametrize(
    ("kind", "frame_type"), [(2, 3), (2, 0x82), (2, 0xFF), (5, 0), (5, 1), (5, 0x82), (6, 0x80)]
)
def test_polar_frames_of_other_types_hold_nothing(kind, frame_type):
    assert polar_frame(kind, frame_type, bytes(range(60))) == ()


@pytest.mark.parametrize("code", range(1, 17))
def test_every_error_of_polar_has_its_words(code):
    """PmdControlPointResponse.kt; a code that is not known is told as a number."""
    device = discover()["polar_h10"]
    said = device.refusal(_polar.CONTROL, bytes([0xF0, 2, 2, code, 0]))
    why, _, do = said.partition(". ")
    assert why
    assert do.endswith(".")
    assert ("error 16" in said) == (code == 16)
    assert device.refusal(_polar.CONTROL, bytes([0xF0, 2, 2, 0, 0])) == ""
    # What is said of another command, such as stop, stops nothing.
    assert device.refusal(_polar.CONTROL, bytes([0xF0, 3, 2, code, 0])) == ""


def test_frames_of_28_bytes_cut_anywhere():
    """WT901SDCL-BT50: eight bytes of date and time after the angles."""
    device = discover()["witmotion"]
    rows = [(k, -k, 2048 + k, 10 * k, -10 * k, k, 0, 0, 0) for k in range(1, 7)]
    dated = [b"\x55\x61" + struct.pack("<9h", *row) + bytes([26, 12, 1, 3, 30, 10, 5, 0]) for row in rows]
    stream, raw = b"".join(dated), np.array(rows, float)
    for piece in (28, 56, 84, 20, 7, 33):
        carry, blocks = {}, []
        for at in range(0, len(stream), piece):
            decoded = device.decode(witmotion.DATA, stream[at : at + piece], carry)
            carry = decoded.carry
            blocks += decoded.blocks
        np.testing.assert_array_equal(np.vstack([b.acc for b in blocks]), raw[:, :3] * (16 * G / 32768))
        gyr = np.vstack([b.gyr_radps for b in blocks])
        np.testing.assert_array_equal(gyr, raw[:, 3:6] * (2000 * DEG / 32768))


def test_a_dot_in_another_mode_is_not_read():
    """Custom mode 1 has forty bytes: time, Euler angles, free acceleration, rotation."""
    device = discover()["movella_dot"]
    values = struct.pack("<6f", 0.1, 0.2, 9.8, 1.0, 2.0, 3.0)
    rate_quantities = struct.pack("<I", 5) + values
    custom_1 = rate_quantities + struct.pack("<3f", 0.5, 0.25, 0.125)
    assert len(device.decode(movella_dot.MEDIUM, rate_quantities.ljust(40, b"\0"), {}).blocks) == 1
    assert device.decode(movella_dot.MEDIUM, custom_1, {}).blocks == ()


def test_phyphox_boards_of_both_versions():
    """1.x sends as many numbers as are written, 2.0 five, the rest of them zeros."""
    device = discover()["phyphox_ble"]
    timed, plain = (
        ((2.5, 0.25, 0.5, 0.0), (2.75, 0.25, 0.5, 9.75), (3.0, -0.5, 0.5, 0.0)),
        ((0.25, 0.5, 9.75),),
    )
    for rows, fill in ((timed, 0), (timed[1:], 1), (plain, 0), (plain, 2)):
        carry = {}
        for row in rows:
            data = struct.pack(f"<{len(row) + fill}f", *row, *[0.0] * fill)
            decoded = device.decode(device.notify[0], data, carry)
            carry, (block,) = decoded.carry, decoded.blocks
            assert block.acc.tolist() == [list(row[-3:])]
            assert block.ticks == (round(row[0] * 1e6) if len(row) == 4 else None)
            assert block.gyr_radps is None
    seven = (2.5, 0.25, 0.5, 9.75, 0.125, -0.25, 0.5)
    (block,) = device.decode(device.notify[0], struct.pack("<7f", *seven), {}).blocks
    assert (block.ticks, block.gyr_radps.tolist()) == (2_500_000, [[0.125, -0.25, 0.5]])
    assert device.decode(device.notify[0], struct.pack("<5f", 1, 2, 3, 4, 5), {}).blocks == ()


def test_lines_of_a_microbit_come_from_the_other_characteristic():
    """In pieces of twenty bytes, from 6e400002 where others send from 6e400003."""
    device, text = discover()["microbit_uart"], b"20,0.01,-0.02,1.004\n40,0.03,-0.04,0.996\n"
    for char, expected in ((f"6e40000{n}-b5a3-f393-e0a9-e50e24dcca9e", 2 * (n == 2)) for n in (2, 3)):
        carry, blocks = {}, []
        for at in range(0, len(text), 20):
            decoded = device.decode(char, text[at : at + 20], carry)
            carry = decoded.carry
            blocks += decoded.blocks
        assert len(blocks) == expected
        assert [block.ticks for block in blocks] == [20, 40][:expected]


@pytest.mark.parametrize(
    ("line", "samples"),
    [
        ("0.1,0.2,9.8", 1),
        ("0.1;0.2;9.8", 1),
        ("12 0.1 0.2 9.8", 1),
        ("1,2,3,4,5,6", 1),
        ('{"ax": 1, "ay": 2, "az": 3}', 1),
        ('{"t": 5, "ax": 1, "ay": 2, "az": 3, "gx": 1, "gy": 2, "gz": 3}', 1),
        ("1,2", 0),
        ("nan,1,2", 0),
        ("inf,1,2,3", 0),
        ('{"ax": 1}', 0),
        ("{" * 5000, 0),
        ("time,ax,ay", 0),
    ],
)
def test_lines(line, samples):
    device = discover()["nordic_uart"]
    decoded = device.decode(device.notify[0], line.encode() + b"\r\n", {})
    assert len(decoded.blocks) == samples


def test_lines_cut_anywhere_are_put_together():
    device = discover()["nordic_uart"]
    text, carry, blocks = b"0.1,0.2,9.8\n0.2,0.3,9.7\n0.3,0.4,9.6\n", {}, []
    for at in range(0, len(text), 5):
        decoded = device.decode(device.notify[0], text[at : at + 5], carry)
        carry = decoded.carry
        blocks += decoded.blocks
    np.testing.assert_allclose([block.acc[0, 2] for block in blocks], [9.8, 9.7, 9.6])


def test_a_description_needs_no_gyroscope_and_takes_a_sign():
    device = described("i16 ax, i16 ay, i16 az", "ax = { per_g = -2 }\naz = { per_g = 2 }")
    (block,) = device.decode(CUSTOM, struct.pack("<3h", 2, 4, 6), {}).blocks
    np.testing.assert_allclose(block.acc, [[-G, -2 * G, 3 * G]])
    assert not device.gyroscope
