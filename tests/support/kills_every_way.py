"""Kill each of the five live ways in without warning at random moments, recover once, compare the numbers.

    python tests/support/kills_every_way.py [KILLS OF EACH WAY] [SEED] [WAY...]

A child of this process records: a Bluetooth sensor and phyphox by the command itself with the clock of its
event loop running faster; pushes, the phone page and a phone on the board by their sites. A witness file is
told of each packet before anything else sees it, and of each part once it was acknowledged. After the kill
everything witnessed must be on disk; `recover` must bring the take back with the numbers that the same
samples give when they were never in a journal, or refuse it with its bytes still there.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import httpx2
import numpy as np
from starlette.testclient import TestClient

from fake_phyphox import FakePhyphox, answering
from phone_takes import WORDS, rows_of
from pushing import pushes
from recorder import FastLoop
from surefoot import pipeline, sources
from surefoot.cli import guided, main, sensors
from surefoot.diary import Diary, open_diary
from surefoot.live import phone_page, sensor_logger
from surefoot.live.arrival import arrival_of
from surefoot.live.ble import arrival as bluetooth
from surefoot.live.ble.assembly import assemble
from surefoot.live.ble.link import Link
from surefoot.live.log import read_log
from surefoot.live.phyphox import arrival as phyphox
from surefoot.live.phyphox.puller import Puller
from surefoot.live.recovery import find_interrupted, recover
from surefoot.live.takes import log_of, takes_in
from surefoot.model import Setup, setup_from_plain
from surefoot.settings import Settings, open_settings
from surefoot.simulate import Imu, board, stance
from surefoot.sources.formats.phone_page import write_rows
from surefoot.web.phone.push import PushDesk, build_push
from surefoot.web.phone.site import build_phone
from surefoot.web.server.tokens import Pass
from surefoot.web.trainer.phone import PHONE, PHONE_SOURCE
from surefoot.web.trainer.rounds import read_round
from surefoot.web.trainer.trainer import Trainer

SPEED = 5.0
PERSON = "p01"
LEFT = Setup(person=PERSON, test="single-leg", leg="left", eyes="open", surface="floor", placement="lumbar")
SETUP = ("--leg", "left", "--eyes", "open", "--surface", "floor", "--placement", "lumbar", "--height", "1.0")
ROUND = {"person": PERSON, "leg": "left", "zone_deg": 5, "length_s": 30, "lead_s": 5, "board": "round"}
HOST = "10.0.0.5"


class Witness:
    """Lines in a file, with the operating system when `tell` returns."""

    def __init__(self, path):
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def tell(self, text):
        os.write(self._file, f"{text}\n".encode())


def run_fast(work):
    with asyncio.Runner(loop_factory=lambda: FastLoop(SPEED)) as runner:
        return runner.run(work)


def told(packet):
    return f"{packet.segment} {packet.char} {packet.data.hex()}"


def by_bluetooth(witness):
    def link(target, on_packet, on_state, **options):
        return Link(target, lambda p: (witness.tell(told(p)), on_packet(p)), on_state, **options)

    bluetooth.Link, guided.run_loop, sensors.run_loop = link, run_fast, run_fast
    main(["record", "--simulated", *SETUP])


PHONE_MADE = stance(4, duration_s=60.0, imu=Imu(rate_hz=100.0))[0]


def by_phyphox(witness):
    def puller(phone, layout, on_packet, on_state):
        return Puller(phone, layout, lambda p: (witness.tell(told(p)), on_packet(p)), on_state)

    phyphox.Puller, guided.run_loop = puller, run_fast
    fake, begun_s = FakePhyphox(PHONE_MADE), time.monotonic()
    fake.clock = lambda: SPEED * (time.monotonic() - begun_s)
    with answering(fake) as address:
        main(["record", "--phyphox", address, "--person", PERSON, *SETUP])


PAGE_ROWS = rows_of(1)


def by_page(witness):
    passport = Pass(3600.0)
    phone = TestClient(build_phone(open_diary(), Settings(), passport, [HOST]), base_url=f"https://{HOST}")
    phone.headers["authorization"] = f"Bearer {passport.show()}"
    session = phone.post("/api/sessions", json={**WORDS, "legs": "left", "platform": "android"}).json()
    take = f"/api/takes/{session['takes'][0]['take']}"
    parts = [PAGE_ROWS[start : start + 60] for start in range(0, len(PAGE_ROWS), 60)]
    for number, rows in enumerate(parts):
        assert phone.post(f"{take}/parts/{number}", json=rows).status_code == 204
        witness.tell(number)
    ending = {"parts": len(parts), "hidden": False, "stopped_s": None, "platform": "android", "ago_s": 0}
    assert "trial" in phone.post(f"{take}/finish", json=ending).json()


PUSHED = pushes(stance(4, duration_s=36.0, imu=Imu(rate_hz=50.0))[0])


def by_push(witness):
    passport = Pass(3600.0)
    desk = PushDesk(open_diary(), Settings(), LEFT, schedule=lambda *_: None)
    app = TestClient(build_push(desk, passport, [HOST]), base_url=f"http://{HOST}")
    for number, body in enumerate(PUSHED):
        assert app.post(f"/{passport.show()}/data", content=body).status_code == 200
        witness.tell(number)
    desk.close()


BOARD_MADE = board(7, duration_s=50.0, still_s=3.0, imu=Imu(rate_hz=60.0))[0]
BOARD_ROWS = np.column_stack(
    [BOARD_MADE.time_s * 1000 + 5000, BOARD_MADE.acc_mps2, np.degrees(BOARD_MADE.gyr_radps)]
).tolist()


def by_board(witness):
    async def train():
        passport = Pass(3600.0)
        trainer = Trainer(open_diary(), Settings(), {PHONE: PHONE_SOURCE})
        site = build_phone(open_diary(), Settings(), passport, [HOST], trainer=trainer)
        async with httpx2.AsyncClient(
            transport=httpx2.ASGITransport(app=site),
            base_url=f"https://{HOST}",
            headers={"authorization": f"Bearer {passport.show()}"},
        ) as phone:
            name = (await phone.post("/api/board", json={"platform": "android"})).json()["board"]
            await asyncio.sleep(0.01)  # a network takes its time, this client does not
            for number, first in enumerate(range(0, len(BOARD_ROWS), 10)):
                answer = await phone.post(
                    f"/api/board/{name}/parts/{number}", json=BOARD_ROWS[first : first + 10]
                )
                phase = answer.json()["phase"]
                witness.tell(number)
                if phase == "ready":
                    assert trainer.start(*read_round(ROUND))
                    witness.tell("begun")
                if phase == "done":
                    break
            await trainer.stop()
            await trainer.leave()

    asyncio.run(train())


def numbers_of_packets(log, take):
    """Bluetooth: the packets of the take, assembled without export or diary."""
    part = log_of(take, log)
    device = bluetooth.device_of(log.header)
    recording, _ = assemble(
        device, part.packets, nominal_hz=log.header.rate_hz, host_zero=part.header.host_zero
    )
    return values(pipeline.analyse(None, recording, lambda *_: setup_of(log), Settings()))


def numbers_of_the_phone(log, take):
    """phyphox: every sample that was kept is the phone's own, without a gap."""
    (recording,) = sources.parse(phyphox.export(log, take).files)
    first = int(np.argmin(np.abs(PHONE_MADE.acc_mps2 - recording.acc_mps2[0]).sum(axis=1)))
    made = PHONE_MADE.acc_mps2[first : first + len(recording.time_s)]
    np.testing.assert_allclose(recording.acc_mps2[: len(made)], made, rtol=1e-6)
    return values(pipeline.analyse(None, recording, lambda *_: setup_of(log), Settings()))


def numbers_of_the_page(log, _):
    parts = len(log.packets)
    return values_of_rows(PAGE_ROWS[: 60 * parts], setup_of(log))


def numbers_of_the_push(log, _):
    """Pushed again without a stop, to a diary of its own."""
    with tempfile.TemporaryDirectory() as folder:
        diary = Diary(Path(folder) / "diary", cache=Path(folder) / "cache")
        desk = PushDesk(diary, Settings(), LEFT, schedule=lambda *_: None)
        for body in PUSHED[: len(log.packets)]:
            desk.add(sensor_logger.read_message(body))
        desk.close()
        return next((entry.assessment.values for entry in diary.entries()), None)


def numbers_of_the_board(log, take):
    last_ms = max(1000 * packet.arrival_s for packet in log.packets) + 1e-3
    end_ms = last_ms if take.ending == "interrupted" else 1000 * take.hold_s[1]
    start_ms = 1000 * take.start_s - 1e-3 * (take.ending == "interrupted")
    return values_of_rows([row for row in BOARD_ROWS if start_ms <= row[0] <= end_ms], setup_of(log))


def setup_of(log):
    return setup_from_plain(log.header.setup)


def values_of_rows(rows, setup):
    if not rows:
        return None
    files = write_rows(rows, platform="android", started=None)
    (outcome,) = pipeline.walk([sources.Export("rows", files)], lambda *_: setup, Settings())
    return values(outcome)


def values(outcome):
    return None if outcome.assessment is None else outcome.assessment.values


WAYS = {
    "Bluetooth": (by_bluetooth, numbers_of_packets),
    "phyphox": (by_phyphox, numbers_of_the_phone),
    "phone page": (by_page, numbers_of_the_page),
    "phone on the board": (by_board, numbers_of_the_board),
    "push": (by_push, numbers_of_the_push),
}


def start(work, folder):
    """Start a child that records in a diary of its own; return its process id."""
    child = os.fork()
    if child:
        return child
    silent = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silent, 1)
    os.dup2(os.open(folder / "said.txt", os.O_WRONLY | os.O_CREAT), 2)
    code = 1
    try:
        work(Witness(folder / "witness.txt"))
        code = 0
    except SystemExit as left:
        code = left.code or 0
    finally:
        os._exit(code)


def use_folder(folder):
    folder.mkdir(parents=True)
    for name in ("DIARY", "CONFIG", "CACHE"):
        os.environ[f"SUREFOOT_{name}"] = str(folder / name.lower())


def kill(way, folder, after_s):
    """Kill a recording after so long, check what is left, recover it; return what became of it."""
    work, numbers = WAYS[way]
    use_folder(folder)
    child = start(work, folder)
    time.sleep(after_s)
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    witnessed = (
        (folder / "witness.txt").read_text().split("\n")[:-1] if (folder / "witness.txt").exists() else []
    )
    diary = open_diary()
    left = find_interrupted(diary)
    assert len(left) <= 1, left
    if not left:
        return outcome_without_journal(diary, witnessed, status)
    log = read_log(left[0].read_bytes())
    lost = len(missing(way, witnessed, log))
    assert lost <= (1 if way in ("Bluetooth", "phyphox") else 0), f"{lost} of {len(witnessed)} lost"
    takes = takes_in(log)
    expected = [found for take in takes if (found := guarded(numbers, log, take)) is not None]
    found = recover(diary, open_settings())
    assert not found.broken, found.broken
    assert find_interrupted(diary) == ()
    values_found = [entry.assessment.values for entry in diary.entries()]
    assert values_found == expected, (values_found, expected)
    if not takes:
        return "no attempt had begun"
    if not expected:
        assert bytes_stay(diary, log), "the bytes are gone"
        return "too short for a trial, told so, its bytes kept"
    return "came back with the same numbers"


def guarded(numbers, log, take):
    try:
        return numbers(log, take)
    except Exception as error:
        from surefoot.errors import SurefootError

        if not isinstance(error, SurefootError):
            raise
        return None


def missing(way, witnessed, log):
    """Return what was witnessed and is not in the journal."""
    if way in ("Bluetooth", "phyphox"):
        kept = [told(packet) for packet in log.packets]
        assert kept == witnessed[: len(kept)]
        return witnessed[len(kept) :]
    unpack = sensor_logger.unpack if way == "push" else phone_page.unpack
    found = [unpack(packet) for packet in log.packets]
    kept = {each.number if way == "push" else each[0] for each in found}
    if way == "phone on the board":
        witnessed = witnessed[witnessed.index("begun") + 1 :] if "begun" in witnessed else []
    return [line for line in witnessed if int(line) not in kept]


def bytes_stay(diary, log):
    """Tell whether the samples of a refused recording lie beside where the journal was."""
    if arrival_of(log.header).KEEPS_JOURNAL:
        return bool(list(diary.root.rglob("*.recovered")))
    return any(True for end in ("*.zip", "*.recovered") for _ in diary.root.rglob(end))


def outcome_without_journal(diary, witnessed, status):
    if diary.entries():
        return "had ended" if not status else "was in the diary already"
    rest = [line for line in witnessed if line != "begun"]
    assert not rest or "begun" not in witnessed or status == 0, f"{len(rest)} witnessed and no journal"
    return "nothing had been recorded yet"


def whole_run_s(way, folder):
    """Return how long an undisturbed recording takes."""
    use_folder(folder)
    begun_s = time.monotonic()
    _, status = os.waitpid(start(WAYS[way][0], folder), 0)
    assert status == 0, (folder / "said.txt").read_text()
    assert len(open_diary().entries()) == 1
    return time.monotonic() - begun_s


def kill_each(count, seed, folder, tell=print, ways=tuple(WAYS)):
    """Kill each way so often; return the outcomes by way."""
    draw = random.Random(seed)
    outcomes = {}
    values_of_rows(PAGE_ROWS, LEFT)  # loads what a child would load at every kill
    for way in ways:
        length_s = whole_run_s(way, folder / f"{way} whole")
        found = Counter(
            kill(way, folder / f"{way} {number}", draw.uniform(0.0, length_s)) for number in range(count)
        )
        outcomes[way] = found
        tell(
            f"{way} ({length_s:.1f} s a recording): " + "; ".join(f"{n} {w}" for w, n in found.most_common())
        )
    return outcomes


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        kills = int(sys.argv[1]) if len(sys.argv) > 1 else 4
        seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
        kill_each(kills, seed, Path(name), lambda text: print(text, flush=True), sys.argv[3:] or tuple(WAYS))
