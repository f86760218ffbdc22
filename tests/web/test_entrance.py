"""The phones' way in: shut by itself, opened and shut from the dashboard's own page alone, or when idle."""

import asyncio
import re
import socket
from datetime import timedelta

import httpx2
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from made_diary import TODAY
from serving import free_port, serving
from surefoot.cli import main
from surefoot.cli.commands import web as web_command
from surefoot.errors import UsageError
from surefoot.settings import Settings
from surefoot.web.dashboard.site import build_dashboard
from surefoot.web.entrance import PhoneEntrance
from surefoot.web.invitations import Invitation
from surefoot.web.phone_book import PhoneBook
from surefoot.web.server.addresses import Address
from surefoot.web.server.listeners import Listener, Listening
from surefoot.web.server.tokens import Pass

PHONES = "127.0.0.2"


class Recorder:
    """A listening without sockets: what was opened and shut, in order."""

    def __init__(self):
        self.told = []

    def is_open(self, listener):
        return bool(self.told) and self.told[-1] == ("open", listener.address)

    async def open(self, listener):
        self.told.append(("open", listener.address))

    async def shut(self, listener):
        self.told.append(("shut", listener.address))


@pytest.fixture
def listening():
    return Recorder()


@pytest.fixture
def invited(clock):
    return Pass(3600.0, clock)


@pytest.fixture
def owner(diary, passport, listening, invited):
    """A browser on this computer whose phones' way in opens nothing real."""

    def make(address):
        if address not in (None, PHONES, "10.8.0.2"):
            raise UsageError("There is no such address.", found=address, expected="another", do="Choose.")
        invitation = Invitation(
            f"https://{address or PHONES}:8766", invited, "AB:CD", (Address("10.8.0.2", "tun0"),)
        )
        return invitation, Listener(Starlette(), address or PHONES, 8766)

    site = build_dashboard(
        diary, Settings(), passport, entrance=PhoneEntrance(make, listening), clock=lambda: TODAY
    )
    browser = TestClient(site, base_url="http://127.0.0.1:8765", follow_redirects=False)
    browser.get("/open", params={"pass": passport.show()})
    return browser


def test_the_door_is_shut_until_somebody_asks(owner, listening):
    for path in ("/", "/phone", "/trainer", "/people/new"):
        assert owner.get(path).status_code == 200
    assert owner.get("/phone/code.svg").status_code == 404
    assert listening.told == []


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "https://127.0.0.2:8766"},
        {"origin": "http://127.0.0.1:8766"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"host": "evil.example"},
    ],
)
@pytest.mark.parametrize("path", ["/phone", "/phone/shut"])
def test_only_the_dashboards_own_page_moves_the_door(owner, listening, path, headers):
    assert owner.post(path, headers=headers).status_code in (403, 421)
    assert listening.told == []


@pytest.mark.parametrize("path", ["/phone", "/phone/shut"])
def test_nobody_without_the_pass_moves_the_door(owner, listening, path):
    owner.cookies.clear()
    assert owner.post(path).status_code == 401
    assert listening.told == []


def test_reading_never_opens_it(owner, listening):
    assert owner.get("/phone?address=127.0.0.2").status_code == 200
    assert owner.head("/phone").status_code in (200, 405)
    assert owner.get("/phone/shut").status_code in (404, 405)
    assert listening.told == []


def test_a_click_opens_it_and_the_page_shows_code_and_warning(owner, listening, invited):
    answer = owner.post("/phone")
    assert (answer.status_code, answer.headers["location"]) == (303, "/phone")
    page = owner.get("/phone").text
    assert f"https://{PHONES}:8766/#pass={invited.show()}" in page
    assert owner.get("/phone/code.svg").text.startswith("<?xml")
    assert f"Proceed to {PHONES} (unsafe)" in page
    owner.post("/phone")
    assert listening.told == [("open", PHONES)]


def test_a_language_is_that_of_the_browser(owner):
    owner.post("/phone")
    page = owner.get("/phone", headers={"accept-language": "de"}).text
    assert "Scanne das mit deinem Handy." in page
    assert "Erweitert" in page
    assert "Scan this" not in page


def test_shutting_it_makes_every_shown_code_worthless(owner, listening, invited):
    owner.post("/phone")
    shown = invited.show()
    owner.post("/phone/shut")
    assert listening.told == [("open", PHONES), ("shut", PHONES)]
    assert not invited.accepts(shown)
    assert owner.get("/phone/code.svg").status_code == 404
    owner.post("/phone")
    assert shown not in owner.get("/phone").text


def test_another_address_takes_the_place_of_the_first(owner, listening):
    owner.post("/phone")
    assert re.findall(r'name="address" value="([\d.]+)"', owner.get("/phone").text) == ["10.8.0.2"]
    owner.post("/phone", data={"address": "10.8.0.2"})
    assert listening.told == [("open", PHONES), ("shut", PHONES), ("open", "10.8.0.2")]


@pytest.mark.parametrize("address", ["0.0.0.0", "8.8.8.8", "evil.example", "127.0.0.1"])
def test_no_other_address_is_opened(owner, listening, address):
    assert owner.post("/phone", data={"address": address}).status_code == 400
    assert not any(address in told for told in listening.told)


@pytest.mark.parametrize("back", ["//evil.example", "https://evil.example", "/people/p01", "/trainer"])
def test_it_leads_back_to_known_pages_alone(owner, back):
    leads_to = owner.post("/phone", data={"back": back}).headers["location"]
    assert leads_to == ("/trainer" if back == "/trainer" else "/phone")


def test_a_site_without_listeners_says_so(browser):
    answer = browser.post("/phone")
    assert answer.status_code == 400
    assert "Phones cannot be let in from here." in answer.text


@pytest.fixture
def known(tmp_path):
    """Settings with a phone that was here a week ago."""
    settings = Settings(tmp_path / "settings")
    secret = ec.derive_private_key(7, ec.SECP256R1())
    key = secret.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    PhoneBook(settings).welcome(key, f"https://{PHONES}:8766", TODAY - timedelta(days=8))
    return settings


@pytest.fixture
def host(diary, passport, known, listening, invited):
    """A browser on the computer that knows a phone."""

    def make(address):
        address = address or PHONES
        return Invitation(f"https://{address}:8766", invited), Listener(Starlette(), address, 8766)

    entrance = PhoneEntrance(make, listening)
    site = build_dashboard(diary, known, passport, entrance=entrance, clock=lambda: TODAY)
    browser = TestClient(site, base_url="http://127.0.0.1:8765", follow_redirects=False)
    browser.get("/open", params={"pass": passport.show()})
    return browser


def test_a_known_phone_is_expected_and_a_new_address_is_told(host):
    host.post("/phone")
    assert "Your phone knows the way." in host.get("/phone").text
    host.post("/phone", data={"address": "10.8.0.2"})
    page = host.get("/phone").text
    assert "This computer has a new address. Scan once more." in page
    assert "https://10.8.0.2:8766/#pass=" in page


def test_a_phone_is_forgotten_by_its_button_from_the_own_page_alone(host, known):
    page = host.get("/phone").text
    (name,) = re.findall(r'name="phone" value="([\w-]{43})"', page)
    assert "Fox, last here: " in page
    assert host.get(f"/phone/forget?phone={name}").status_code in (404, 405)
    for headers in ({"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}):
        assert host.post("/phone/forget", data={"phone": name}, headers=headers).status_code == 403
    host.post("/phone/forget", data={"phone": name[:-1]})
    assert list(known.phones()) == [name]
    assert host.post("/phone/forget", data={"phone": name}).status_code == 303
    assert not known.phones()
    assert "Fox" not in host.get("/phone").text


def test_a_phone_that_cannot_be_forgotten_is_told(host, known):
    page = host.get("/phone").text
    (name,) = re.findall(r'name="phone" value="([\w-]{43})"', page)
    (known.folder / "phones.tmp").mkdir()
    answer = host.post("/phone/forget", data={"phone": name})
    assert answer.status_code == 400
    assert "cannot forget the phone" in answer.text


def plain_site(text):
    return Starlette(routes=[Route("/", lambda _: PlainTextResponse(text))])


def is_listening(address, port):
    try:
        socket.create_connection((address, port), timeout=5).close()
    except ConnectionRefusedError:
        return False
    return True


def test_on_real_sockets_a_click_opens_and_a_click_shuts(diary, passport):
    listening, invited = Listening(), Pass(60.0)
    port, phones = free_port(), free_port()

    def make(_):
        invitation = Invitation(f"http://{PHONES}:{phones}", invited)
        return invitation, Listener(plain_site("for phones"), PHONES, phones)

    site = build_dashboard(diary, Settings(), passport, entrance=PhoneEntrance(make, listening))
    with (
        serving(Listener(site, "127.0.0.1", port), listening=listening),
        httpx2.Client(base_url=f"http://127.0.0.1:{port}") as owner,
    ):
        owner.get("/open", params={"pass": passport.show()})
        assert not is_listening(PHONES, phones)
        for _ in range(2):
            assert owner.post("/phone").status_code == 303
            assert httpx2.get(f"http://{PHONES}:{phones}/").text == "for phones"
            assert owner.post("/phone/shut").status_code == 303
            assert not is_listening(PHONES, phones)
        assert owner.get("/phone").status_code == 200
        owner.post("/phone")
    assert not is_listening(PHONES, phones)


def test_a_taken_port_is_explained_on_the_page_and_ends_nothing(diary, passport):
    listening, port = Listening(), free_port()
    with socket.socket() as taken:
        taken.bind((PHONES, 0))
        taken.listen()
        phones = taken.getsockname()[1]
        listener = Listener(plain_site(""), PHONES, phones)
        entrance = PhoneEntrance(lambda _: (Invitation("http://x", Pass(60.0)), listener), listening)
        site = build_dashboard(diary, Settings(), passport, entrance=entrance)
        with (
            serving(Listener(site, "127.0.0.1", port), listening=listening),
            httpx2.Client(base_url=f"http://127.0.0.1:{port}") as owner,
        ):
            owner.get("/open", params={"pass": passport.show()})
            answer = owner.post("/phone")
            assert answer.status_code == 400
            assert f"Port {phones} on {PHONES} cannot be opened." in answer.text
            assert owner.get("/phone").status_code == 200


class Noticing(Listening):
    """Tells when it has shut a listener."""

    def __init__(self):
        super().__init__()
        self.has_shut = asyncio.Event()

    async def shut(self, listener):
        await super().shut(listener)
        self.has_shut.set()


def test_nobody_s_use_shuts_it_and_the_rest_goes_on():
    """Looked at by the loop itself, with a clock that is set by hand."""
    listening, invited, over = Noticing(), Pass(60.0), []
    port, phones = free_port(), free_port()
    entrance = PhoneEntrance(
        lambda _: (Invitation("http://x", invited), Listener(plain_site(""), PHONES, phones)), listening
    )
    invited.is_worn_out = lambda: bool(over)

    async def walk():
        with socket.socket() as own:
            own.bind(("127.0.0.1", port))
            own.listen()
            own.setblocking(False)
            first = Listener(plain_site(""), "127.0.0.1", port)
            listening.add(first)
            serving_all = asyncio.create_task(listening.serve([own], lambda: None))
            await asyncio.sleep(0)
            await entrance.open()
            assert entrance.invitation is not None
            over.append(True)
            async with asyncio.timeout(20):
                await listening.has_shut.wait()
            assert entrance.invitation is None
            assert listening.is_open(first)
            assert not serving_all.done()
            serving_all.cancel()

    asyncio.run(walk())


def test_the_command_opens_loopback_alone_and_phones_may_be_let_in_later(opened, monkeypatch):
    entrances = []
    make = web_command.Doors.make_entrance
    monkeypatch.setattr(
        web_command.Doors,
        "make_entrance",
        lambda self, *rest, **more: entrances.append(make(self, *rest, **more)) or entrances[-1],
    )
    with pytest.raises(SystemExit):
        main(["web"])
    assert [each.address for each in opened] == ["127.0.0.1"]
    (entrance,) = entrances
    assert entrance.invitation is None
    invitation, listener = entrance.prepare()
    assert (listener.address, listener.port) == ("192.168.1.20", 8766)
    assert listener.certificate.fingerprint == invitation.fingerprint
    with pytest.raises(UsageError, match="is no such address"):
        entrance.prepare("8.8.8.8")
