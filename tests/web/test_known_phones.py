"""A phone that was here comes back by its own key; nobody else does, and it may do no more than test."""

import base64
import hashlib
import json
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from starlette.testclient import TestClient

from made_diary import TODAY, fill
from phone_takes import WORDS, announce, record, rows_of
from surefoot.settings import Settings
from surefoot.web.phone.site import build_phone
from surefoot.web.phone_book import MOST_PHONES
from surefoot.web.server.tokens import Pass
from surefoot.web.trainer.phone import PHONE, PHONE_SOURCE
from surefoot.web.trainer.trainer import Trainer

HOSTS = ["10.0.0.5", "sofa.local"]
HOST = "10.0.0.5:8766"


def written(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


class Handset:
    """A phone's browser: its key as WebCrypto makes it, and what it was told."""

    def __init__(self):
        self.secret = ec.generate_private_key(ec.SECP256R1())
        self.key = self.secret.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        self.name = written(hashlib.sha256(self.key).digest())

    def sign(self, question, host=HOST):
        signature = self.secret.sign(f"surefoot\n{host}\n{question}".encode(), ec.ECDSA(hashes.SHA256()))
        return written(b"".join(part.to_bytes(32, "big") for part in decode_dss_signature(signature)))


class House:
    """The computer: each start is a new run of the program over the same settings and diary."""

    def __init__(self, diary, settings, clock):
        self.diary, self.settings, self.clock = diary, settings, clock
        self.now = TODAY
        self.start()

    def start(self):
        self.passport = Pass(3600.0, self.clock)
        trainer = Trainer(self.diary, self.settings, {PHONE: PHONE_SOURCE})
        self.site = build_phone(
            self.diary,
            self.settings,
            self.passport,
            HOSTS,
            clock=lambda: self.now,
            trainer=trainer,
            ticks=self.clock,
        )

    def browser(self, host=HOST):
        return TestClient(self.site, base_url=f"https://{host}", follow_redirects=False)

    def welcome(self, handset, person=""):
        """Let a phone in by the code; with a person it tests them."""
        guest = self.browser()
        guest.headers["authorization"] = f"Bearer {self.passport.show()}"
        told = guest.post("/api/phones", json={"key": written(handset.key)}).json()
        guest.headers["authorization"] = f"Bearer {told['pass']}"
        if person:
            take = announce(guest, legs="left", person=person)["takes"][0]["take"]
            ending = {"parts": 1, "hidden": False, "stopped_s": None, "platform": "android"}
            guest.post(f"/api/takes/{take}/finish", json=ending)
        return guest

    def question(self):
        return self.browser().get("/api/phones/question").json()["question"]

    def prove(self, name, question, signature, host=HOST):
        proof = {"phone": name, "question": question, "signature": signature}
        return self.browser(host).post("/api/phones/proof", json=proof)

    def come_back(self, handset):
        """Knock by the key alone."""
        question = self.question()
        answer = self.prove(handset.name, question, handset.sign(question))
        assert answer.status_code == 200, answer.text
        guest = self.browser()
        guest.headers["authorization"] = f"Bearer {answer.json()['pass']}"
        return guest


@pytest.fixture
def settings(tmp_path):
    return Settings(tmp_path / "settings")


@pytest.fixture
def house(diary, settings, clock):
    return House(diary, settings, clock)


@pytest.fixture
def handset():
    return Handset()


def book_of(settings):
    path = settings.folder / "phones.json"
    return path.read_bytes() if path.exists() else b""


def test_next_week_it_comes_in_without_a_code_and_tests(house, handset):
    house.welcome(handset, "p01")
    house.now += timedelta(days=7)
    house.start()
    guest = house.come_back(handset)
    assert guest.get("/api/hello").json() == {"welcome": True}
    _, result = record(guest, rows_of(1))
    assert result["trial"]


def test_the_computer_keeps_nothing_that_opens_its_door(house, handset, settings):
    guest = house.welcome(handset)
    secrets = [house.passport.show(), guest.headers["authorization"].removeprefix("Bearer ")]
    held = book_of(settings).decode()
    assert handset.name in held
    assert not any(each in held for each in secrets)
    for each in (handset.name, written(handset.key), *json.loads(held)):
        house.start()
        stranger = house.browser()
        stranger.headers["authorization"] = f"Bearer {each}"
        assert stranger.get("/api/hello").status_code == 401


def test_what_was_seen_on_its_way_opens_nothing_again(house, handset):
    house.welcome(handset)
    question = house.question()
    proof = (handset.name, question, handset.sign(question))
    assert house.prove(*proof).status_code == 200
    assert house.prove(*proof).status_code == 401
    assert house.prove(handset.name, question, handset.sign(question)).status_code == 401


def test_another_phone_cannot_pass_for_it(house, handset):
    house.welcome(handset)
    other = Handset()
    question = house.question()
    assert house.prove(handset.name, question, other.sign(question)).status_code == 401
    assert house.prove(other.name, question, other.sign(question)).status_code == 401
    house.welcome(other)
    assert house.prove(handset.name, question, other.sign(question)).status_code == 401
    assert house.prove(handset.name, question, handset.sign(question)).status_code == 200


def test_a_question_is_good_for_a_minute_of_this_run_and_this_address(house, handset, clock):
    house.welcome(handset)
    early, at_another = house.question(), house.question()
    signed_there = handset.sign(at_another, host="sofa.local:8766")
    assert house.prove(handset.name, at_another, signed_there).status_code == 401
    clock.now_s += 61
    assert house.prove(handset.name, early, handset.sign(early)).status_code == 401
    before = house.question()
    house.start()
    assert house.prove(handset.name, before, handset.sign(before)).status_code == 401


def swap(text, place):
    return text[:place] + ("A" if text[place] != "A" else "B") + text[place + 1 :]


@pytest.mark.parametrize("spoil", [
    lambda name, question, signature: (swap(name, 5), question, signature),
    lambda name, question, signature: (name.swapcase(), question, signature),
    lambda name, question, signature: ("", question, signature),
    lambda name, question, signature: (None, question, signature),
    lambda name, question, signature: (["x"], question, signature),
    lambda name, question, signature: ("../" * 9, question, signature),
    lambda name, question, signature: (name, swap(question, 0), signature),
    lambda name, question, signature: (name, swap(question, -2), signature),
    lambda name, question, signature: (name, question.rpartition(".")[0], signature),
    lambda name, question, signature: (name, "nan.x.y", signature),
    lambda name, question, signature: (name, "", signature),
    lambda name, question, signature: (name, None, signature),
    lambda name, question, signature: (name, "é" * 3000, signature),
    lambda name, question, signature: (name, question, swap(signature, 7)),
    lambda name, question, signature: (name, question, signature[:-2]),
    lambda name, question, signature: (name, question, signature * 400),
    lambda name, question, signature: (name, question, ""),
    lambda name, question, signature: (name, question, None),
    lambda name, question, signature: (name, question, "A" * 86),
    lambda name, question, signature: (name, question, "é" * 86),
])  # fmt: skip
def test_whatever_is_changed_opens_nothing_and_writes_nothing(house, handset, settings, spoil):
    house.welcome(handset)
    before = book_of(settings)
    question = house.question()
    answer = house.prove(*spoil(handset.name, question, handset.sign(question)))
    assert answer.status_code == 401
    assert "pass" not in answer.text.replace("a pass", "")
    assert book_of(settings) == before


@pytest.mark.parametrize("body", [b"", b"[]", b"7", b"{", b'{"phone": {}}', b"[" * 9000])
def test_what_is_no_proof_is_refused(house, body):
    assert house.browser().post("/api/phones/proof", content=body).status_code in (400, 401)


@pytest.mark.parametrize("key", ["", "x", None, [], "A" * 87, "é" * 87, written(bytes(65)), "A" * 9000])
def test_no_key_that_is_none_becomes_known(house, settings, key):
    guest = house.browser()
    guest.headers["authorization"] = f"Bearer {house.passport.show()}"
    assert guest.post("/api/phones", json={"key": key}).status_code == 400
    assert not book_of(settings)


def test_nobody_becomes_known_without_the_code(house, handset, settings):
    key = {"key": written(handset.key)}
    stranger = house.browser()
    assert stranger.post("/api/phones", json=key).status_code == 401
    assert not book_of(settings)
    house.welcome(handset)
    guest = house.come_back(handset)
    assert guest.post("/api/phones", json={"key": written(Handset().key)}).status_code == 403
    assert len(settings.phones()) == 1


def test_asking_over_and_over_locks_nobody_out(house, handset):
    house.welcome(handset)
    first = house.question()
    for _ in range(200):
        house.question()
    assert house.prove(handset.name, first, handset.sign(first)).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [{"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}, {"host": "evil.example:8766"}],
)
def test_another_site_cannot_knock_for_it(house, handset, headers):
    house.welcome(handset)
    question = house.question()
    proof = {"phone": handset.name, "question": question, "signature": handset.sign(question)}
    assert house.browser().post("/api/phones/proof", json=proof, headers=headers).status_code in (403, 421)


MORE = ["/api/board", "/api/board/x/parts/0", "/api/phones", "/api/", "/api/takes/", "/api/last/x"]


@pytest.mark.parametrize("path", MORE)
def test_a_known_phone_may_test_and_nothing_else(house, handset, path):
    house.welcome(handset, "p01")
    guest = house.come_back(handset)
    assert guest.post(path, json={"platform": "android"}).status_code == 403
    assert guest.get(path).status_code == 403


def test_it_tests_its_own_person_alone_and_the_code_changes_whom(house, handset):
    house.welcome(handset, "p01")
    guest = house.come_back(handset)
    refused = guest.post("/api/sessions", json={**WORDS, "person": "p02"})
    assert refused.status_code == 400
    assert "another person" in refused.text
    announce(guest, person="P01")
    house.welcome(handset, "p02")
    guest = house.come_back(handset)
    announce(guest, person="p02")
    assert guest.post("/api/sessions", json={**WORDS, "person": "p01"}).status_code == 400


def test_a_name_leads_to_its_own_person_and_makes_nobody(house, handset, settings, diary):
    settings.remember_name("p01", "Zoë")
    settings.remember_name("p02", "Anna Maria")
    house.welcome(handset, "p01")
    guest = house.come_back(handset)
    names = settings.names()
    for called in ("", "zoë", " ZOË ", "P01"):
        announce(guest, called=called)
    for called in ("Anna Maria", "p02", "Somebody New"):
        refused = guest.post("/api/sessions", json={**WORDS, "called": called})
        assert refused.status_code == 400
        assert "p02" not in refused.text
    assert settings.names() == names
    announce(house.welcome(handset), called="Somebody New")
    assert "Somebody New" in settings.names().values()


def test_a_take_of_another_session_does_not_change_whom_it_tests(house, handset):
    invited = house.welcome(Handset())
    foreign = announce(invited, legs="left", person="p02")["takes"][0]["take"]
    house.welcome(handset, "p01")
    guest = house.come_back(handset)
    guest.post(
        f"/api/takes/{foreign}/finish",
        json={"parts": 1, "hidden": False, "stopped_s": None, "platform": "ios"},
    )
    assert guest.post("/api/sessions", json={**WORDS, "person": "p02"}).status_code == 400


def test_it_reads_the_last_result_of_its_own_person_alone(house, handset, diary, settings):
    fill(diary, seed=1, person="p01", leg="right")
    fill(diary, seed=2, person="p02", leg="left")
    settings.remember_name("p01", "Zoë")
    house.welcome(handset, "p01")
    told = house.come_back(handset).get("/api/last").json()
    assert (told["person"], told["name"], list(told["held_s"])) == ("p01", "Zoë", ["right"])
    assert "p02" not in json.dumps(told)
    newcomer = Handset()
    house.welcome(newcomer)
    assert house.come_back(newcomer).get("/api/last").json() == {}


def test_a_forgotten_phone_is_out_at_once(house, handset, settings):
    guest, question = house.welcome(handset, "p01"), house.question()
    guest = house.come_back(handset)
    settings.remember_phones({})
    assert guest.get("/api/hello").status_code == 401
    assert guest.post("/api/sessions", json=WORDS).status_code == 401
    assert house.prove(handset.name, question, handset.sign(question)).status_code == 401
    assert not settings.phones()


def test_a_phone_can_have_itself_forgotten(house, handset, settings):
    other = Handset()
    house.welcome(other)
    house.welcome(handset)
    guest = house.come_back(handset)
    assert "Forgotten." in guest.post("/api/phones/forget", json={}).json()["said"]
    assert list(settings.phones()) == [other.name]
    assert guest.get("/api/hello").status_code == 401


def test_a_pass_of_two_idle_hours_is_used_up_and_the_key_gets_another(house, handset, clock):
    house.welcome(handset)
    guest = house.come_back(handset)
    clock.now_s += 7201
    assert guest.get("/api/hello").status_code == 401
    assert house.come_back(handset).get("/api/hello").status_code == 200
    assert guest.get("/api/hello").status_code == 401


def test_half_a_year_unseen_is_forgotten(house, handset):
    house.welcome(handset)
    house.now += timedelta(days=179)
    house.come_back(handset)
    house.now += timedelta(days=181)
    question = house.question()
    assert house.prove(handset.name, question, handset.sign(question)).status_code == 401


def test_too_many_make_room_for_the_last(house, settings):
    known = [Handset() for _ in range(MOST_PHONES + 1)]
    for each in known:
        house.now += timedelta(minutes=1)
        house.welcome(each)
    assert set(settings.phones()) == {each.name for each in known[1:]}
    assert len({each["number"] for each in settings.phones().values()}) == MOST_PHONES


@pytest.mark.parametrize(
    "spoil",
    [
        lambda told: {"key": written(Handset().key)},
        lambda told: {"key": 7},
        lambda told: {"seen": "yesterday"},
        lambda told: {"seen": "2026-01-01T00:00:00"},
        lambda told: {"number": 99},
        lambda told: {"person": None, "number": "x"},
    ],
)
def test_a_changed_book_lets_nobody_in(house, handset, settings, spoil):
    house.welcome(handset)
    ((name, told),) = settings.phones().items()
    settings.remember_phones({name: {**told, **spoil(told)}})
    question = house.question()
    assert house.prove(handset.name, question, handset.sign(question)).status_code == 401


@pytest.mark.parametrize("text", ["", "[]", "7", "{", '{"x": 7}', '{"x": {"key": []}}'])
def test_an_unreadable_book_counts_as_none(house, handset, settings, text):
    house.welcome(handset)
    (settings.folder / "phones.json").write_text(text)
    question = house.question()
    assert house.prove(handset.name, question, handset.sign(question)).status_code == 401


def test_who_leaves_the_diary_takes_their_phones_along(house, handset, settings):
    house.welcome(handset, "p01")
    other = Handset()
    house.welcome(other, "p02")
    settings.forget_person("P01")
    assert list(settings.phones()) == [other.name]


def test_without_a_place_for_settings_the_code_goes_on(diary, clock, handset):
    house = House(diary, Settings(), clock)
    guest = house.browser()
    guest.headers["authorization"] = f"Bearer {house.passport.show()}"
    assert guest.post("/api/phones", json={"key": written(handset.key)}).json() == {"known": False}
    assert guest.get("/api/hello").status_code == 200
