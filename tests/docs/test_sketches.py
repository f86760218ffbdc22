"""The sketches of the how-to, compiled for this computer and run: what they send is what we understand."""

import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from surefoot.live.ble.device import Advertisement
from surefoot.live.ble.devices import discover, recognise

ROOT = Path(__file__).parents[2]
BOARD = ROOT / "tests" / "support" / "arduino"
G, DEG = 9.80665, np.pi / 180

pytestmark = pytest.mark.skipif(not shutil.which("g++"), reason="needs g++")


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sketches")

    def compiled(name, looks, mtu):
        program = folder / name
        if not program.exists():
            sketch = ROOT / "docs" / "how-to" / "sketches" / name / f"{name}.ino"
            flags = ["-std=c++17", "-Wall", "-Werror", f"-I{BOARD}", f'-DSKETCH="{sketch}"']
            subprocess.run(["g++", *flags, BOARD / "main.cpp", "-o", program], check=True)
        done = subprocess.run([program, str(looks), str(mtu)], capture_output=True, text=True, check=True)
        told, *sent = [line.split(" ", 2) for line in done.stdout.splitlines()]
        return Advertisement(told[2], (told[1],)), [(char, bytes.fromhex(data)) for char, data in sent]

    return compiled


def decoded(device, packets):
    blocks, carry = [], {}
    for char, data in packets:
        found = device.decode(char, data, carry)
        carry = found.carry
        blocks += found.blocks
    return blocks


@pytest.mark.parametrize("mtu", [185, 23])
def test_lines(run, mtu):
    advertised, packets = run("uart_lines", 700, mtu)
    (device,) = recognise(advertised)
    blocks = decoded(device, packets)
    assert (device.key, len(blocks) > 50) == ("nordic_uart", True)
    assert max(len(data) for _, data in packets) <= mtu - 3
    number = np.arange(1, len(blocks) + 1)
    acc, gyr = np.vstack([b.acc for b in blocks]), np.vstack([b.gyr_radps for b in blocks])
    expected = np.column_stack([number / 8192, -number / 8192, np.ones(len(number))])
    np.testing.assert_allclose(acc, expected, atol=5.1e-5)
    np.testing.assert_allclose(gyr / DEG, np.column_stack([number, 0 * number - 1, 0 * number]), atol=5.1e-3)
    assert set(np.diff([b.ticks for b in blocks])) <= set(range(8, 13))


def test_the_open_packet(run):
    advertised, packets = run("open_packet", 700, 185)
    (device,) = recognise(advertised)
    blocks = decoded(device, packets)
    assert device is discover()["surefoot_open"]
    assert len(blocks) == len(packets) > 5
    assert [b.counter for b in blocks] == list(range(len(blocks)))
    assert {len(b) for b in blocks} == {10}
    number = np.arange(1, 10 * len(blocks) + 1)
    acc, gyr = np.vstack([b.acc for b in blocks]), np.vstack([b.gyr_radps for b in blocks])
    expected = G * np.column_stack([number / 8192, -number / 8192, np.ones(len(number))])
    np.testing.assert_allclose(acc, expected, rtol=1e-12)
    np.testing.assert_allclose(gyr[:, 0] / DEG, number, atol=1.1 / 131.2)
    assert {b.step_ticks for b in blocks} == {10_000.0}
    assert not blocks[0].clipped
