"""What every Bluetooth sensor must do; a new file in ``ble/devices`` is tested with no test edited."""

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sensor_facts import FACTS, PMD, polar
from surefoot.live.ble.device import Advertisement, Decoded
from surefoot.live.ble.devices import discover, recognise, recognise_connected
from surefoot.live.ble.virtual import VirtualSensor
from surefoot.model import Recording

DEVICES = sorted(discover())
FUZZ = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def stance(device, *, seconds=3.0, begins_s=0.0):
    """Sway and rotation small enough for every sensor, on its own rate."""
    rate_hz = device.rate_near(100.0) or 100.0
    time_s = np.arange(round(seconds * rate_hz)) / rate_hz
    acc = [0.3 * np.sin(1.7 * time_s), 0.2 * np.cos(3.1 * time_s), 9.7 + 0.1 * np.sin(2.3 * time_s)]
    gyr = [0.2 * np.cos(1.7 * time_s), 0.1 * np.sin(0.9 * time_s), 0.15 * np.cos(2.3 * time_s)]
    return Recording(time_s + begins_s, np.column_stack(acc), np.column_stack(gyr))


def decode_all(device, packets, carry=None):
    """Every block in the packets (char, data), and what is carried after them."""
    blocks, carry = [], carry or {}
    for char, data in packets:
        decoded = device.decode(char, data, carry)
        assert isinstance(decoded, Decoded)
        carry = decoded.carry
        blocks += decoded.blocks
    return blocks, carry


def sent(device, recording):
    return [(packet.char, packet.data) for packet in device.encode(recording)]


def stacked(blocks, name):
    values = [getattr(block, name) for block in blocks if getattr(block, name) is not None]
    return np.vstack(values) if values else np.empty((0, 3))


def sound(blocks):
    for block in blocks:
        assert len(block) > 0
        assert block.stream in ("imu", "acc", "gyr")
        for values in (block.acc, block.gyr_radps):
            assert values is None or (values.shape == (len(block), 3) and np.isfinite(values).all())
    return True


@pytest.fixture(params=DEVICES)
def device(request):
    return discover()[request.param]


def test_there_are_sensors():
    assert set(DEVICES) >= {
        "movella_dot", "movesense", "polar_h10", "polar_verity_sense", "witmotion", "metamotion",
        "nordic_uart", "phyphox_ble", "surefoot_open", "custom_gatt",
    }  # fmt: skip


class TestDevice:
    def test_its_key_is_its_file_and_its_title_is_its_own(self, device):
        assert discover()[device.key] is device
        assert [other.title for other in discover().values()].count(device.title) == 1

    def test_its_page_says_where_it_comes_from(self, device):
        assert "Source: " in (sys.modules[f"surefoot.live.ble.devices.{device.key}"].__doc__ or "")

    def test_it_alone_recognises_itself(self, device):
        for seen in device.advertised:
            assert recognise(seen) == (device,)
        assert not device.matches(Advertisement())
        assert not device.matches(
            Advertisement("Bose QC35", ("0000180f-0000-1000-8000-00805f9b34fb",), (76,))
        )

    def test_what_starts_and_stops_it_is_written_to_its_own_characteristics(self, device):
        rate_hz = device.rate_near(100.0)
        for write in (*device.probe, *device.start(rate_hz, []), *device.stop):
            assert len(write.char) == 36
            assert 0 < len(write.data) <= 244
            assert 0 <= write.wait_s <= 2
        assert device.notify

    def test_it_starts_whatever_it_replies(self, device):
        for replies in ([], [b""], [b"\x00"], [b"\xf0\x01\x02\x00"], [bytes(range(20))]):
            assert isinstance(device.start(device.rate_near(100.0), replies), tuple)

    def test_its_twin_is_read_back_within_its_resolution(self, device):
        recording = stance(device)
        blocks, _ = decode_all(device, sent(device, recording))
        assert sound(blocks)
        acc, gyr = stacked(blocks, "acc"), stacked(blocks, "gyr_radps")
        assert len(recording.acc_mps2) - 64 < len(acc) <= len(recording.acc_mps2)
        np.testing.assert_allclose(acc, recording.acc_mps2[: len(acc)], atol=device.acc_step_mps2 / 2 + 1e-5)
        if device.gyroscope:
            assert len(gyr) == len(acc)
            limit = device.gyr_step_radps / 2 + 1e-5
            np.testing.assert_allclose(gyr, recording.gyr_radps[: len(gyr)], atol=limit)
        else:
            assert not len(gyr)

    def test_its_packets_are_sent_in_order_and_after_the_samples_they_hold(self, device):
        recording = stance(device)
        packets = device.encode(recording)
        held, carry, times = {"acc": 0, "gyr": 0, "imu": 0}, {}, []
        for packet in packets:
            decoded = device.decode(packet.char, packet.data, carry)
            carry = decoded.carry
            times.append(packet.time_s)
            for block in decoded.blocks:
                held[block.stream] += len(block)
                assert packet.time_s >= recording.time_s[held[block.stream] - 1] - 1e-9
            assert packet.char in device.notify
            assert len(packet.data) >= device.packet_bytes
        assert times == sorted(times)

    def test_its_clock_tells_the_time_of_a_sample(self, device):
        if device.clock is None:
            pytest.skip("it has no clock")
        clock, recording = device.clock, stance(device, begins_s=4000.0)
        blocks, _ = decode_all(device, sent(device, recording))
        sample = dict.fromkeys(("acc", "gyr", "imu"), 0)
        for block in blocks:
            at = sample[block.stream] + (len(block) - 1 if clock.of == "last" else 0)
            sample[block.stream] += len(block)
            expected = recording.time_s[at] % (2**clock.bits * clock.tick_s)
            assert block.ticks * clock.tick_s == pytest.approx(expected, abs=1e-3)

    def test_its_clock_wraps(self, device):
        if device.clock is None or device.clock.bits > 32:
            pytest.skip("its clock never wraps")
        span_s = 2**device.clock.bits * device.clock.tick_s
        blocks, _ = decode_all(device, sent(device, stance(device, begins_s=span_s - 1.0)))
        ticks = np.array([block.ticks for block in blocks])
        assert ticks.max() > 0.9 * 2**device.clock.bits
        assert ticks[-1] * device.clock.tick_s < 3.0

    def test_foreign_characteristics_hold_nothing(self, device):
        for _, data in sent(device, stance(device))[:3]:
            assert not device.decode("00002a37-0000-1000-8000-00805f9b34fb", data, {}).blocks

    def test_a_repeated_packet_is_decoded_the_same(self, device):
        packets = sent(device, stance(device))
        _, carry = decode_all(device, packets[:4])
        blocks, carry = decode_all(device, packets[4:5], carry)
        again, _ = decode_all(device, packets[4:5], carry)
        assert len(blocks) == len(again)
        for one, other in zip(blocks, again, strict=True):
            assert one.ticks == other.ticks
            assert one.counter == other.counter
            np.testing.assert_array_equal(
                one.acc if one.acc is not None else one.gyr_radps,
                other.acc if other.acc is not None else other.gyr_radps,
            )

    @FUZZ
    @given(cut=st.integers(0, 400), data=st.data())
    def test_truncated_packets_are_read_or_passed_over(self, device, cut, data):
        packets = sent(device, stance(device, seconds=1.0))
        at = data.draw(st.integers(0, len(packets) - 1))
        packets[at] = (packets[at][0], packets[at][1][: cut % (len(packets[at][1]) + 1)])
        assert sound(decode_all(device, packets)[0])

    @FUZZ
    @given(st.data())
    def test_a_cut_packet_spoils_nothing_beside_it(self, device, data):
        """However a packet is cut, the packets two after it are decoded as if nothing had been.

        Of lines in pieces, those two lines after it.
        """
        recording = stance(device, seconds=2.0)
        packets = sent(device, recording)
        on = 3 * max(1, round(len(packets) / len(recording.time_s)))
        at = data.draw(st.integers(0, len(packets) - on - 1))
        whole, _ = decode_all(device, packets[at + on :], decode_all(device, packets[: at + on])[1])
        cut = data.draw(st.integers(0, max(len(packets[at][1]) - 1, 0)))
        damaged = [*packets[:at], (packets[at][0], packets[at][1][:cut]), *packets[at + 1 : at + on]]
        after, _ = decode_all(device, packets[at + on :], decode_all(device, damaged)[1])
        np.testing.assert_array_equal(stacked(after, "acc")[-5:], stacked(whole, "acc")[-5:])

    @FUZZ
    @given(packets=st.lists(st.binary(max_size=260), max_size=8), data=st.data())
    def test_random_packets_never_fail(self, device, packets, data):
        chars = [data.draw(st.sampled_from(device.notify)) for _ in packets]
        assert sound(decode_all(device, zip(chars, packets, strict=True))[0])

    @FUZZ
    @given(head=st.binary(min_size=1, max_size=4), at=st.integers(0, 200), data=st.data())
    def test_damaged_packets_never_fail(self, device, head, at, data):
        packets = sent(device, stance(device, seconds=1.0))
        which = data.draw(st.integers(0, len(packets) - 1))
        char, content = packets[which]
        at %= len(content)
        packets[which] = (char, content[:at] + head + content[at + len(head) :])
        assert sound(decode_all(device, packets)[0])

    def test_what_is_not_a_number_holds_nothing(self, device):
        """Signalling and quiet NaN, infinities and the largest numbers, in every place of a packet."""
        for char, data in sent(device, stance(device, seconds=1.0))[:2]:
            for word in ("0100807f", "0000c07f", "0000807f", "000080ff", "ffff7f7f"):
                for at in range(len(data) - 3):
                    damaged = data[:at] + bytes.fromhex(word) + data[at + 4 :]
                    assert sound(device.decode(char, damaged, {}).blocks)

    @FUZZ
    @given(st.binary(max_size=64))
    def test_carried_bytes_stay_few(self, device, noise):
        carry = {}
        for _ in range(60):
            for char in device.notify:
                carry = device.decode(char, noise, carry).carry
        assert sum(map(len, carry.values())) < 2000


@pytest.mark.parametrize("fact", FACTS, ids=[f"{fact.key}-{fact.source}" for fact in FACTS])
class TestFact:
    """Matcher, twin and what the maker's source says, held together; nothing of it is from our own code."""

    def test_it_is_recognised_by_what_it_advertises(self, fact):
        found = recognise(Advertisement(fact.name, fact.advertises))
        assert [device.key for device in found] == ([fact.key] if fact.is_plain else [])

    def test_it_is_recognised_by_its_services(self, fact):
        found = recognise_connected(Advertisement(fact.name, fact.services), fact.sending)
        assert [device.key for device in found] == [fact.key]

    def test_its_twin_has_what_it_has(self, fact):
        device = discover()[fact.key]
        assert device.service in fact.services
        chars = VirtualSensor(device, stance(device)).chars()
        for char in device.notify:
            assert fact.sending[char] in chars[char]
        written = {w.char for w in (*device.probe, *device.start(device.rate_near(), []), *device.stop)}
        assert written <= set(fact.taking)

    def test_a_twin_advertises_what_some_source_says(self, fact):
        twin = discover()[fact.key].advertised[0]
        told = [other for other in FACTS if other.key == fact.key]
        assert any(set(twin.services) <= set(other.advertises) for other in told)
        assert any(twin.name.split(" ")[0] == other.name.split(" ")[0] for other in told)


def test_every_sensor_of_a_maker_has_its_facts():
    """All but our own packet and descriptions."""
    assert {fact.key for fact in FACTS} == set(DEVICES) - {"surefoot_open", "custom_gatt"}


def test_a_polar_without_a_name_may_be_any_of_them():
    found = recognise_connected(Advertisement("", (polar(0),)), PMD)
    assert [device.key for device in found] == ["polar_h10", "polar_optical", "polar_verity_sense"]


def test_decoding_needs_no_heavy_library():
    program = (
        "import sys; from surefoot.live.ble.devices import discover\n"
        "print(len(discover()), sorted({'scipy', 'pandas', 'typer', 'bleak'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == f"{len(DEVICES)} []"
