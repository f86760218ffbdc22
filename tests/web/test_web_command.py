"""``surefoot web``: what it opens and what it says."""

import gc
import io
import json
import re
import sys

import pytest
from starlette.testclient import TestClient

from phone_takes import record, rows_of
from surefoot.cli import board_sensors, main
from surefoot.cli.sensors import SensorChoice
from surefoot.live.ble.devices import discover
from surefoot.live.ble.scanner import Target
from surefoot.settings import open_settings
from surefoot.web.server import listeners


def run(*words):
    with pytest.raises(SystemExit) as left:
        main(["web", *words])
    return left.value.code


def test_by_itself_it_opens_loopback_alone(opened, capsys):
    assert run("--port", "9000") == 0
    assert [(each.address, each.port, each.certificate) for each in opened] == [("127.0.0.1", 9000, None)]
    told = capsys.readouterr().out
    assert re.search(r"http://127\.0\.0\.1:9000/open\?pass=[\w-]{22}\n", told)
    assert "https" not in told


def test_with_lan_it_opens_one_address_under_tls_and_shows_the_code(opened, capsys):
    assert run("--lan") == 0
    dashboard, phone = opened
    assert (dashboard.address, dashboard.certificate) == ("127.0.0.1", None)
    assert (phone.address, phone.port) == ("192.168.1.20", 8766)
    told = capsys.readouterr().out
    assert "https://192.168.1.20:8766/#pass=" in told
    assert phone.certificate.fingerprint in told
    assert "█" in told
    assert "--address 10.8.0.2   (tun0)" in told


@pytest.mark.parametrize("words", [("--lan",), ("--push",), ("--lan", "--push")])
def test_page_and_terminal_offer_the_other_addresses(opened, capsys, words):
    assert run(*words) == 0
    told = capsys.readouterr().out
    assert told.count("--address 10.8.0.2   (tun0)") == 1
    address, secret = re.search(r"(http://127\.0\.0\.1:\d+)/open\?pass=([\w-]{22})", told).groups()
    owner = TestClient(opened[0].site, base_url=address)
    owner.get(f"/open?pass={secret}")
    if "--lan" in words:
        page = owner.get("/phone").text
        assert re.findall(r'name="address" value="([\d.]+)"', page) == ["10.8.0.2"]
    if "--push" in words:
        page = owner.get("/phone/apps").text
        assert page.count("surefoot web --push --address 10.8.0.2</code> (tun0)") == 1
        assert "--address 192.168.1.20" not in page


def test_record_by_phone_opens_the_phone_page_alone_and_tells_what_comes(opened, capsys):
    with pytest.raises(SystemExit) as left:
        main(["record", "--phone"])
    assert left.value.code == 0
    (phone,) = opened
    assert (phone.address, phone.port) == ("192.168.1.20", 8766)
    told = capsys.readouterr().out
    address, secret = re.search(r"(https://192\.168\.1\.20:8766)/#pass=([\w-]{22})", told).groups()
    guest = TestClient(phone.site, base_url=address, headers={"authorization": f"Bearer {secret}"})
    _, result = record(guest, rows_of(1))
    assert f"Left leg, eyes open: trial {result['trial']}, " in capsys.readouterr().out
    record(guest, rows_of(1)[:100])
    assert "Left leg, eyes open: not kept." in capsys.readouterr().out
    assert guest.get("/people/p01").status_code == 404


@pytest.mark.parametrize("words", [["web"], ["record", "--phone"]], ids=["web", "record"])
def test_what_serves_for_days_collects_what_its_pictures_leave(opened, monkeypatch, words):
    """Each picture that was drawn took a megabyte until the end of the program."""
    was_on, seen = gc.isenabled(), []
    monkeypatch.setattr(listeners, "run_listeners", lambda *_: seen.append(gc.isenabled()))
    with pytest.raises(SystemExit):
        main(words)
    assert seen == [True]
    (gc.enable if was_on else gc.disable)()


def test_the_certificate_stays_from_run_to_run(opened):
    run("--lan")
    run("--lan")
    assert opened[1].certificate == opened[3].certificate


def test_another_address_can_be_chosen(opened):
    run("--lan", "--address", "10.8.0.2")
    assert opened[1].address == "10.8.0.2"


@pytest.mark.parametrize("address", ["0.0.0.0", "8.8.8.8"])
def test_no_other_address_is_opened(opened, capsys, address):
    assert run("--lan", "--address", address) == 2
    assert not opened
    assert "192.168.1.20 (wlan0)" in capsys.readouterr().err


def test_a_terminal_without_blocks_is_sent_to_the_dashboard(opened, monkeypatch):
    plain = io.TextIOWrapper(io.BytesIO(), encoding="ascii", write_through=True)
    monkeypatch.setattr(sys, "stdout", plain)
    assert run("--lan") == 0
    assert b"on the dashboard" in plain.buffer.getvalue()


def offered(opened, capsys):
    """The sensors on the board trainer's page, as the command opened it."""
    passed = re.search(r"/open\?pass=([\w-]+)", capsys.readouterr().out)[1]
    browser = TestClient(opened[0].site, base_url="http://127.0.0.1:8765")
    browser.get("/open", params={"pass": passed})
    return re.findall(r'<option value="([^"]+)">([^<]+)</option>', browser.get("/trainer").text)[:4]


def test_the_trainer_offers_what_is_remembered_and_a_simulated_board(opened, capsys):
    open_settings().remember_sensor("waist", "F0:01", "movesense")
    open_settings().remember_sensor("broken", "F0:02", "nothing known")
    assert run() == 0
    keys = [key for key, _ in offered(opened, capsys)]
    assert keys == ["ble-waist", "ble-broken", "phone", "simulated"]


def test_the_sensor_that_is_named_comes_first(opened, capsys, monkeypatch):
    open_settings().remember_sensor("waist", "F0:01", "movesense")
    seen = Target(discover()["witmotion"], "F0:07", 100.0)
    choose = board_sensors.choose_near
    monkeypatch.setattr(
        board_sensors,
        "choose_near",
        lambda name, *rest: SensorChoice(seen, None) if name == "F0:07" else choose(name, *rest),
    )
    assert run("--sensor", "F0:07") == 0
    (first, title), (second, _), *_ = offered(opened, capsys)
    assert (first, second) == ("ble-F0:07", "ble-waist")
    assert "WitMotion" in title


def test_the_doctor_knows_what_the_pages_need(capsys):
    with pytest.raises(SystemExit):
        main(["doctor", "--json"])
    told = json.dumps(json.loads(capsys.readouterr().out))
    assert all(name in told for name in ("starlette", "uvicorn", "segno", "cryptography", "ifaddr"))
