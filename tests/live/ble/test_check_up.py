"""What a sensor that lies still tells about itself, and one that does not."""

import numpy as np
import pytest

from radio import arrivals
from radio_failures import READS
from surefoot.live.ble.devices import discover
from surefoot.live.ble.diagnostics import check_turn, check_up
from surefoot.live.log import Packet
from surefoot.model import Recording
from surefoot.simulate import Imu, stance

G = 9.80665


def packets_of(device, recording):
    sent = device.encode(recording)
    arrived = arrivals([packet.time_s for packet in sent]).tolist()
    return [Packet(at_s, 0, packet.char, packet.data) for at_s, packet in zip(arrived, sent, strict=True)]


def looked_at(key, sway_deg, change=lambda packet: packet):
    device = discover()[key]
    imu = Imu(rate_hz=device.rate_near(100.0) or 100.0)
    made, _ = stance(2, duration_s=10.0, sway_ap_deg=sway_deg, sway_ml_deg=sway_deg, imu=imu)
    packets = [change(packet) for packet in packets_of(device, made)]
    return {check.what: check for check in check_up(device, packets)}


@pytest.mark.parametrize("key", ["surefoot_open", "polar_h10", "witmotion"])
def test_a_sensor_that_somebody_wears_is_told_from_one_that_lies(key):
    """Nobody stands as still as a tenth of a degree."""
    lying, worn = looked_at(key, 0.0), looked_at(key, 0.1)
    assert all(check.fine for check in lying.values())
    assert float(lying["lies still"].found.split()[0]) < 0.005
    assert {what for what, check in worn.items() if not check.fine} == {"lies still"}
    assert worn["lies still"].do == READS["worn"]


def test_not_all_is_fine_where_the_clock_drops_what_comes():
    """Of 1,000 packets ten were used, by a clock that fits nothing, and eight times it said fine."""

    def whole_seconds(packet):
        time, _, rest = packet.data.partition(b",")
        return Packet(packet.arrival_s, 0, packet.char, b"%d,%s" % (int(time) // 1000, rest))

    found = looked_at("nordic_uart", 0.0, whole_seconds)
    assert not found["clock"].fine
    assert found["rate"].found.startswith("100.0")


def turned(by_deg, gyr_factor=1.0):
    """A sensor that is turned about its x axis within a second, after two."""
    time_s = np.arange(800) / 100
    angle = np.radians(by_deg) * (1 - np.cos(np.pi * np.clip(time_s - 2, 0, 1))) / 2
    zero = np.zeros_like(angle)
    acc = G * np.column_stack([zero, np.sin(angle), np.cos(angle)])
    gyr = gyr_factor * np.column_stack([np.gradient(angle, time_s), zero, zero])
    return Recording(time_s, acc, gyr)


@pytest.mark.parametrize(
    ("recording", "found"),
    [
        (turned(90), "rotation comes in °/s"),
        (turned(90, np.radians(1)), READS["quarter turn"]),
        (turned(90, -1.0), "rotation does not follow gravity"),
        (turned(10), "it was turned by 10° only"),
    ],
)
def test_a_quarter_turn_tells_the_unit_of_rotation(recording, found):
    device = discover()["nordic_uart"]
    check = check_turn(device, packets_of(device, recording))
    assert check.found == found
    assert check.fine == (found == "rotation comes in °/s")
