"""The phone page in a real browser with real sensors: known motion, a lost network, refusals, TLS."""

from dataclasses import replace
from urllib.parse import urljoin

import numpy as np
import pytest

pytest.importorskip("playwright", reason="playwright is not installed")

from playwright.sync_api import expect

from chromium import Phone, Sway, picture
from made_diary import zipped_export
from serving import free_port, serving
from surefoot.assessment import assess
from surefoot.preparation import prepare
from surefoot.protocols import load_protocols
from surefoot.settings import Settings
from surefoot.sources import read
from surefoot.web.dashboard.site import build_dashboard
from surefoot.web.entrance import Entrance
from surefoot.web.invitations import Invitation
from surefoot.web.phone.site import build_phone
from surefoot.web.server.certificates import keep_certificate
from surefoot.web.server.listeners import Listener
from surefoot.web.server.tokens import Pass

pytestmark = pytest.mark.slow

LARGE = {"width": 1280, "height": 900}
SMALL = {"width": 360, "height": 740}
PIXEL = {
    "viewport": {"width": 412, "height": 839},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
}
ANDROID = (
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/156.0.0.0 Mobile Safari/537.36"
)
OVERHANG = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
SECURE = "isSecureContext && typeof DeviceMotionEvent === 'function' && 'wakeLock' in navigator"


@pytest.fixture
def quick():
    """The protocols with a shorter hold, so that a session does not take ten minutes."""
    return {key: replace(each, hold_s=13.0, rest_s=2.0) for key, each in load_protocols().items()}


class House:
    """Both sites over one diary, and where they are."""

    def __init__(self, diary, protocols=None, hosts=("127.0.0.1",)):
        self.diary = diary
        self.port, self.phone_port = free_port(), free_port()
        self.passport, self.guest = Pass(3600.0), Pass(3600.0)
        self.invitation = Invitation(f"http://127.0.0.1:{self.phone_port}", self.guest, "AB:CD")
        dashboard = build_dashboard(diary, Settings(), self.passport, entrance=Entrance(self.invitation))
        phone = build_phone(diary, Settings(), self.guest, hosts, protocols=protocols)
        self.listeners = (
            Listener(dashboard, "127.0.0.1", self.port),
            Listener(phone, "127.0.0.1", self.phone_port),
        )

    @property
    def door(self):
        return f"http://127.0.0.1:{self.port}/open?pass={self.passport.show()}"


def begin(phone, address):
    """Open the page with working sensors, up to its first question."""
    phone.switch_on()
    phone.page.goto(address)
    phone.page.locator("#begin").tap()
    phone.feed(phone.sees("#start #ready-line"))


def choose(phone, **words):
    phone.page.locator("#change").tap()
    phone.page.fill('[name="called"]', "p07")
    for name, value in words.items():
        phone.page.locator(f'[name="{name}"][value="{value}"]').check(force=True)


COUNT_EVENTS = "times = []; addEventListener('devicemotion', (event) => times.push(event.timeStamp))"


def test_known_motion_gives_known_numbers_and_a_lost_network_loses_nothing(chromium, diary):
    """Eyes closed, because its window of 10 s is found even where a busy machine tears the recording."""
    house = House(diary)
    with serving(*house.listeners):
        context = chromium.new_context(**PIXEL, user_agent=ANDROID)
        phone = Phone(context, Sway(0.15, 0.20))
        phone.page.add_init_script(COUNT_EVENTS)
        begin(phone, house.invitation.address)
        choose(phone, legs="left", eyes="closed")
        phone.page.locator("#plan").tap()
        phone.page.locator("#start-test").tap()
        cuts, begun = [], []

        def cut_the_network(now_s):
            if not begun and phone.page.locator("#clock.holding").count():
                begun.append(now_s)
            if begun and len(cuts) < 2 and now_s > begun[0] + (12, 15)[len(cuts)]:
                cuts.append(phone.page.locator("#network").is_visible())
                context.set_offline(len(cuts) == 1)

        phone.feed(lambda: phone.page.locator("#trends img").count(), each=cut_the_network)
        assert cuts == [False, True]
        happened = np.array(phone.page.evaluate("times"))
        context.close()
    (entry,) = diary.entries("p07")
    recording = diary.recording(entry.trial)
    assert recording.duration_s == pytest.approx(35.0, abs=0.5)
    assert len(recording.time_s) > 35 * 45
    assert_all_kept(recording.time_s * 1000, happened)
    values = entry.assessment.values
    true, in_time = unrounded(recording, phone.sway)
    # Waves as slow as these meet the same steps again and again: rounding moves their RMS by up to 4 %.
    exact = assess(prepare(rounded(true), entry.assessment.setup)).values
    for key, tolerance in LATE_ERRORS.items():
        assert values[key] == pytest.approx(exact[key], rel=tolerance if in_time else 0.08), key
    # Ten seconds of slow waves do not hold their RMS to better than this.
    assert values["rms_ml_mps2"] == pytest.approx(0.15, rel=0.08)
    assert values["rms_ap_mps2"] == pytest.approx(0.20, rel=0.08)
    assert values["gyro_rms_ml_degps"] == pytest.approx(3.0, rel=0.08)
    assert entry.assessment.provenance.settings["resolution_class"] == "coarse"
    assert "path_rate_mps3" not in values


# What the time that a reading waits for its event moves.
LATE_ERRORS = {"rms_ml_mps2": 0.029, "rms_ap_mps2": 0.020, "gyro_rms_ml_degps": 0.01}


def rounded(recording):
    """The recording as Chromium gives it: in steps of 0.1 m/s² and 0.1 deg/s."""
    gyr = np.radians(np.round(np.degrees(recording.gyr_radps), 1))
    return replace(recording, acc_mps2=np.round(recording.acc_mps2, 1), gyr_radps=gyr)


def unrounded(recording, sway):
    """The recording of a sensor without rounding, the motion at its times; and whether all were in time."""
    delays_s = np.arange(0.0, 120.0, 0.005)
    probe = slice(None, None, 20)
    misfit = [
        np.sum((motion(sway, recording.time_s[probe] + delay_s)[0] - recording.acc_mps2[probe]) ** 2)
        for delay_s in delays_s
    ]
    acc, gyr = motion(sway, recording.time_s + delays_s[int(np.argmin(misfit))])
    # Half a step, and what the motion covers in 40 ms: the recording is this motion, and no other. A browser
    # that is held up by a busy machine stamps some readings later.
    off = np.abs(acc - recording.acc_mps2)
    assert np.quantile(off, 0.95) < 0.2
    return replace(recording, acc_mps2=acc, gyr_radps=gyr), bool(off.max() < 0.2)


def motion(sway, time_s):
    """Acceleration and rotation of a made sway at these times, both of shape (n, 3)."""
    told = sway.reading(time_s)
    acc, gyr = (
        np.column_stack([each + 0 * time_s for each in told[kind]]) for kind in ("accelerometer", "gyroscope")
    )
    return acc, gyr


def assert_all_kept(kept_ms, happened_ms):
    """Every event between the first and the last kept one was kept."""
    gaps = np.round(np.diff(kept_ms), 3)
    all_gaps = np.lib.stride_tricks.sliding_window_view(np.diff(happened_ms), len(gaps))
    assert (np.abs(all_gaps - gaps).max(axis=1) < 0.01).sum() == 1


def test_a_hidden_page_is_told_and_a_long_press_stops(chromium, diary, quick, tmp_path):
    house = House(diary, quick)
    with serving(*house.listeners):
        context = chromium.new_context(**PIXEL, user_agent=ANDROID)
        phone = Phone(context)
        begin(phone, house.invitation.address)
        choose(phone, legs="left", eyes="closed", repeats="2")
        phone.page.locator("#plan").tap()
        phone.page.locator("#start-test").tap()
        phone.feed(phone.sees("#clock.holding"))
        phone.page.evaluate(
            "Object.defineProperty(document, 'visibilityState', {value: 'hidden', configurable: true});"
            "document.dispatchEvent(new Event('visibilitychange'));"
            "Object.defineProperty(document, 'visibilityState', {value: 'visible', configurable: true})"
        )
        stop = phone.page.locator("#stop")
        stop.tap()
        phone.feed(phone.sees("#ready-now"))
        phone.feed(phone.sees("#clock.holding"))
        context.set_offline(True)
        endings = []
        phone.page.on(
            "request", lambda asked: endings.append(asked.post_data_json) if "finish" in asked.url else None
        )
        stop.dispatch_event("pointerdown")
        phone.feed(phone.sees("#away"))
        with phone.page.expect_download() as meanwhile:
            phone.page.get_by_text("Save on this phone: Left leg").tap()
        meanwhile.value.save_as(tmp_path / "meanwhile.json")
        context.set_offline(False)
        phone.feed(lambda: phone.page.locator("#cards article").count() == 2)
        text = phone.page.text_content("#cards")
        picture(phone.page, tmp_path, "phone-7-refused")
        with phone.page.expect_download() as saved:
            phone.page.get_by_text("Save the recording on this phone").tap()
        saved.value.save_as(tmp_path / "saved.json")
        context.close()
    assert 0 < endings[-1]["ago_s"] < 600
    assert "out of sight" in text
    assert "Not kept." in text
    (entry,) = diary.entries("p07")
    assert any(issue.code == "page_hidden" for issue in entry.assessment.issues)
    (recording,) = read(tmp_path / "saved.json")
    assert 3.0 < recording.duration_s < 10.0
    (meanwhile,) = read(tmp_path / "meanwhile.json")
    assert meanwhile.duration_s == recording.duration_s
    assert recording.source == "phone_page"
    assert any(issue.code == "stopped_early" for issue in recording.issues)


@pytest.mark.parametrize(
    ("agent", "way_back"),
    [(ANDROID, "load the page again"), (ANDROID.replace("Android", "iPhone"), "Close the browser fully")],
    ids=["android", "ios"],
)
def test_without_permission_or_sensors_the_page_says_so(chromium, diary, agent, way_back):
    """An iPhone asks once: there, loading the page again changes nothing."""
    house = House(diary)
    with serving(*house.listeners):
        context = chromium.new_context(**PIXEL, user_agent=agent)
        page = context.new_page()
        page.add_init_script("DeviceMotionEvent.requestPermission = async () => 'denied'")
        page.goto(house.invitation.address)
        page.locator("#begin").tap()
        expect(page.locator("#fault")).to_contain_text("Access to the motion sensors was refused")
        expect(page.locator("#fault")).to_contain_text(way_back)
        other = context.new_page()
        other.goto(house.invitation.address)
        other.locator("#begin").tap()
        expect(other.locator("#fault")).to_contain_text("No motion data arrives")
        expect(other.locator("#fault")).to_contain_text(way_back)
        stranger = context.new_page()
        stranger.goto(f"{house.invitation.origin}/#pass=wrong")
        expect(stranger.locator("#fault")).to_contain_text("Scan the code")
        context.close()


def test_past_the_certificate_the_page_is_a_secure_one(chromium, diary, tmp_path):
    certificate = keep_certificate(tmp_path / "web", ["127.0.0.2"])
    guest, port = Pass(3600.0), free_port()
    site = build_phone(diary, Settings(), guest, ["127.0.0.2"])
    with serving(Listener(site, "127.0.0.2", port, certificate)):
        context = chromium.new_context(**PIXEL, ignore_https_errors=True)
        page = context.new_page()
        page.goto(Invitation(f"https://127.0.0.2:{port}", guest).address)
        assert page.evaluate(SECURE)
        expect(page.locator("#fault")).to_be_hidden()
        context.close()


def test_files_are_chosen_and_trials_deleted_by_hand(chromium, diary, tmp_path):
    (tmp_path / "made.zip").write_bytes(zipped_export(5))
    house = House(diary)
    with serving(*house.listeners):
        context = chromium.new_context(viewport=SMALL)
        page = context.new_page()
        page.goto(house.door)
        page.goto(urljoin(page.url, "/import"))
        page.set_input_files("#files", tmp_path / "made.zip")
        for word in ("Right", "Open"):
            page.locator(f'#rows .seg label:has-text("{word}")').click()
        page.get_by_role("button", name="Add one recording").click()
        page.locator("#rows").get_by_role("link").click()
        page.locator("#files > summary").click()
        page.get_by_role("link", name="Delete it").click()
        page.get_by_role("button", name="Delete").click()
        expect(page.locator("h1")).to_have_text("Find out how steady you stand.")
        context.close()
    assert not diary.entries()
    assert not list(diary.root.rglob("*motion.tsv"))
