"""Two sensors of different kinds on one body: the same movement at the same time."""

import asyncio

import numpy as np
import pytest

from surefoot.live.ble.alignment import align
from surefoot.live.ble.assembly import assemble
from surefoot.live.ble.devices import discover
from surefoot.live.ble.link import Link
from surefoot.live.ble.scanner import Target
from surefoot.live.ble.virtual import VirtualSensor
from surefoot.live.ble.virtual_radio import virtual_radio
from surefoot.simulate import Imu, stance
from timewarp import run_warped

KINDS = [("surefoot_open", "witmotion"), ("movella_dot", "movesense"), ("polar_verity_sense", "nordic_uart")]


def received(keys, seconds=30.0):
    """Both sensors play one motion, switched on at the same time."""
    sensors, heard = [], {}
    for number, key in enumerate(keys):
        device = discover()[key]
        rate_hz = device.rate_near(100.0) or 100.0
        imu = Imu(rate_hz=rate_hz, acc_noise_mps2=0.0, gyr_noise_radps=0.0)
        motion, _ = stance(7, duration_s=60.0, imu=imu)
        sensors.append(VirtualSensor(device, motion, address=f"F0:00:00:00:00:0{number}"))

    async def session():
        links = []
        for sensor in sensors:
            packets = heard.setdefault(sensor.address, [])
            target = Target(sensor.device, sensor.address, sensor.rate_hz_offered)
            links.append(Link(target, packets.append, lambda _: None, radio=virtual_radio(*sensors)))
        running = [asyncio.ensure_future(link.run()) for link in links]
        await asyncio.sleep(seconds)
        for link in links:
            link.stop()
        await asyncio.gather(*running)

    run_warped(session())
    rates = [sensor.rate_hz_offered for sensor in sensors]
    return sensors, [
        assemble(sensor.device, heard[sensor.address], nominal_hz=rate_hz)
        for sensor, rate_hz in zip(sensors, rates, strict=True)
    ]


@pytest.mark.parametrize("keys", KINDS)
def test_the_same_motion_is_at_the_same_time(keys):
    sensors, parts = received(keys)
    aligned = align(parts)
    born = [sensor.born_s for sensor in sensors]
    grid = np.arange(5.0, 25.0, 0.01)
    sways = [
        np.interp(grid, r.time_s, r.acc_mps2[:, 0] - r.acc_mps2[:, 0].mean()) for r in aligned.recordings
    ]
    lags = np.arange(-60, 61)
    match = [np.corrcoef(sways[0][100:-100], np.roll(sways[1], lag)[100:-100])[0, 1] for lag in lags]
    found_s = lags[int(np.argmax(match))] * 0.01
    # Each plays from when it was started; what is left is the delay of delivery.
    assert max(match) > 0.9
    assert found_s == pytest.approx(born[0] - born[1], abs=aligned.uncertainty_s[1])
    assert aligned.uncertainty_s[0] == 0.0


def test_nothing_cannot_be_aligned():
    with pytest.raises(ValueError, match="no recording"):
        align([])
