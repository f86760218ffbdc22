"""The description of a custom sensor: what it says is done, what is wrong in it is said."""

import struct

import numpy as np
import pytest

from surefoot.errors import DescriptionError
from surefoot.live.ble.devices.custom_gatt import EXAMPLE, describe
from surefoot.model import Recording

G = 9.80665
CHAR = "5f010003-7a1e-4c7b-9d35-b1b1a5c0f007"


def test_the_example_does_what_it_says():
    device = describe(EXAMPLE)
    assert [write.data for write in device.start(100.0, [])] == [b"\x01\x64"]
    assert device.start(100.0, [])[0].wait_s == 0.05
    assert [write.data for write in device.stop] == [b"\0"]
    assert (device.packet_bytes, device.rates_hz, device.counter_bits) == (61, (100.0,), 16)
    data = struct.pack("<HI12h", 7, 1234, 0, 0, 4096, 164, 0, 0, 2048, 0, 0, 0, 0, -164)
    (block,) = device.decode(CHAR, data, {}).blocks
    assert (block.counter, block.ticks) == (7, 1234)
    np.testing.assert_allclose(block.acc, [[0, 0, G], [G / 2, 0, 0]])
    np.testing.assert_allclose(np.degrees(block.gyr_radps), [[10, 0, 0], [0, 0, -10]])


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("[device]", "[device", "TOML"),
        ('name = "My sensor"\n', "", "name"),
        ("u16 seq", "u17 seq", "field"),
        ("i16 ax", "i16 bx", "acceleration is missing"),
        ("ax = { per_g = 4096 }", "", "scale of ax"),
        ("ax = { per_g = 4096 }", "ax = { per_g = 0 }", "per_g cannot be zero"),
        ("ax = { per_g = 4096 }", 'ax = { unit = "furlong" }', "scale of ax"),
        ("ax = { per_g = 4096 }", 'ax = { per_g = "many" }', "per_g"),
        ("gx = { per_dps = 16.4 }", "gx = 3", "scale of gx"),
        ('field = "t"', 'field = "time"', "not in the packet"),
        ('unit = "us"', 'unit = "week"', "unit"),
        ("bits = 32", "bits = 16", "wraps too soon"),
        ("bits = 32", "bits = 99", "no such size"),
        ('of = "first"', 'of = "middle"', "of is not known"),
        ('hex = "01 64"', 'hex = "0x01"', "Bytes"),
        ("5f010003-7a1e-4c7b-9d35-b1b1a5c0f007", "0003", ""),
        ("5f010003-7a1e-4c7b-9d35-b1b1a5c0f007", "…0003", "UUID"),
        ("[[stream]]", "[[nothing]]", "stream"),
        ('header = "u16 seq', 'framing = "frames"\nheader = "u16 seq', "framing"),
        ('header = "u16 seq', 'framing = "bytes"\nheader = "u16 seq', "start and a length"),
        ('header = "u16 seq', 'framing = "lines"\nheader = "u16 seq', "columns"),
        ("min_mtu = 64", "min_mtu = true", "min_mtu"),
    ],
)
def test_a_mistake_is_named(old, new, said):
    assert old in EXAMPLE
    text = EXAMPLE.replace(old, new)
    if not said:
        assert describe(text).notify == ("00000003-0000-1000-8000-00805f9b34fb",)
        return
    with pytest.raises(DescriptionError) as refused:
        describe(text)
    assert said in str(refused.value)
    assert all(refused.value.to_dict().values())


def test_nothing_tells_the_rate():
    text = EXAMPLE.split("[time]")[0]
    with pytest.raises(DescriptionError, match="rate"):
        describe(text)


FRAMES = """
[device]
name = "frames"
match = { service = "ffe0" }
[[stream]]
char = "ffe1"
framing = "bytes"
record = "i16 ax, i16 ay, i16 az"
[stream.sync]
start = "aa 55"
length = 9
skip = 2
[scale]
ax = { per_g = 1000 }
[time]
rate_hz = 50
"""


def test_frames_are_found_wherever_they_are_cut():
    device = describe(FRAMES)
    frames = b"".join(b"\xaa\x55" + struct.pack("<3h", i, 0, 1000) + b"\0" for i in range(6))
    carry, seen = {}, []
    for at in range(0, len(b"\xaa" + frames), 4):
        decoded = device.decode(device.notify[0], (b"\xaa" + frames)[at : at + 4], carry)
        carry = decoded.carry
        seen += [round(block.acc[0, 0] / G * 1000) for block in decoded.blocks]
    assert seen == list(range(6))


LINES = """
[device]
name = "lines"
[[stream]]
char = "ffe1"
framing = "lines"
[stream.text]
separator = ";"
columns = ["t", "ax", "ay", "az", "battery"]
[scale]
ax = { unit = "g" }
[time]
clock = { field = "t", unit = "s" }
"""


def test_lines_with_a_time_in_seconds():
    device = describe(LINES)
    decoded = device.decode(device.notify[0], b"1.25;0;0;1;87\nfoo;bar\n1.26;0;0;1;87\n1.27;0", {})
    assert [block.ticks * device.clock.tick_s for block in decoded.blocks] == pytest.approx([1.25, 1.26])
    assert decoded.carry[device.notify[0]] == b"1.27;0"


def test_two_streams_and_a_count():
    text = """
[device]
name = "two"
[[stream]]
char = "ffe1"
endian = "big"
header = "u8 n"
count = "n"
record = "i16 ax, i16 ay, i16 az"
[[stream]]
char = "ffe2"
record = "f32 gx, f32 gy, f32 gz"
[scale]
ax = { per_g = 1000 }
gx = { unit = "rad/s", factor = 0.5 }
[time]
rate_hz = 50
"""
    device = describe(text)
    acc = device.decode(device.notify[0], b"\x01" + struct.pack(">3h", 0, 0, 1000) + b"padding", {}).blocks
    gyr = device.decode(device.notify[1], struct.pack("<3f", 1, 2, 3), {}).blocks
    np.testing.assert_allclose(acc[0].acc, [[0, 0, G]])
    np.testing.assert_allclose(gyr[0].gyr_radps, [[0.5, 1.0, 1.5]])
    assert device.decode(device.notify[0], b"\x09" + bytes(12), {}).blocks == ()


@pytest.mark.parametrize("text", [FRAMES, LINES])
def test_the_twin_of_a_description_is_read_back(text):
    device = describe(text)
    time_s = np.arange(200) / 50
    acc = np.column_stack([0.1 * np.sin(time_s), 0.2 * np.cos(time_s), np.full(200, 9.8)])
    carry, blocks = {}, []
    for packet in device.encode(Recording(time_s, acc)):
        decoded = device.decode(packet.char, packet.data, carry)
        carry = decoded.carry
        blocks += decoded.blocks
    np.testing.assert_allclose(np.vstack([block.acc for block in blocks]), acc, atol=G / 2000 + 1e-6)
    if device.clock is not None:
        np.testing.assert_allclose([b.ticks * device.clock.tick_s for b in blocks], time_s, atol=1e-6)


def test_a_clock_of_the_last_sample_and_big_integers():
    text = EXAMPLE.replace('of = "first"', 'of = "last"')
    text = text.replace("u32 t", "u64 t").replace("bits = 32", "bits = 64")
    device = describe(text)
    time_s = 1e6 + np.arange(100) / 100
    acc = np.tile([0.0, 0.0, G], (100, 1))
    packets = device.encode(Recording(time_s, acc, np.zeros((100, 3))))
    ticks = [device.decode(p.char, p.data, {}).blocks[0].ticks for p in packets]
    np.testing.assert_allclose(np.array(ticks) * 1e-6, time_s[9::10], atol=1e-6)
