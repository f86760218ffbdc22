"""The two listeners on real sockets: loopback in the clear, the other address under its own certificate."""

import hashlib
import signal
import socket
import ssl
import stat
from datetime import UTC, datetime, timedelta

import pytest
import uvicorn

from serving import free_port, serving
from surefoot.errors import OutputError, UsageError
from surefoot.settings import Settings
from surefoot.web.dashboard.site import build_dashboard
from surefoot.web.invitations import Invitation, draw_code, write_code
from surefoot.web.phone.site import build_phone
from surefoot.web.server.addresses import Address, choose_address, list_addresses, local_name, other_addresses
from surefoot.web.server.certificates import keep_certificate
from surefoot.web.server.listeners import Listener, run_listeners
from surefoot.web.server.tokens import Pass

NAMES = ["127.0.0.2", "somewhere.local"]


def ask(address, port, path="/", context=None):
    """Ask one plain HTTP question over a real socket; return the whole answer."""
    question = f"GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n"
    plain = socket.create_connection((address, port), timeout=20)
    with plain if context is None else context.wrap_socket(plain, server_hostname=address) as line:
        line.sendall(question.encode())
        told = b""
        while data := line.recv(65536):
            told += data
        return told.decode()


@pytest.fixture
def certificate(tmp_path):
    return keep_certificate(tmp_path / "web", NAMES)


@pytest.fixture
def ports(diary, certificate):
    """Both listeners, until the test is over."""
    ports = free_port(), free_port()
    dashboard = Listener(build_dashboard(diary, Settings(), Pass(60.0)), "127.0.0.1", ports[0])
    phone = Listener(build_phone(diary, Settings(), Pass(60.0), NAMES), "127.0.0.2", ports[1], certificate)
    with serving(dashboard, phone):
        yield ports


def trusting(certificate):
    context = ssl.create_default_context(cafile=str(certificate.certificate))
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def test_the_network_gets_the_phone_page_and_loopback_the_dashboard(ports, certificate):
    context = trusting(certificate)
    assert "401" in ask("127.0.0.1", ports[0]).splitlines()[0]
    page = ask("127.0.0.2", ports[1], context=context)
    assert "200" in page.splitlines()[0]
    assert "Balance test" in page
    assert "404" in ask("127.0.0.2", ports[1], "/people/me", context).splitlines()[0]
    assert "server: uvicorn" not in page.lower()


def test_each_listens_on_its_own_address_alone(ports):
    for address, port in (("127.0.0.2", ports[0]), ("127.0.0.1", ports[1])):
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection((address, port), timeout=5).close()


def test_the_network_is_never_answered_in_the_clear(ports):
    try:
        told = ask("127.0.0.2", ports[1])
    except ConnectionError:
        told = ""
    assert "Balance" not in told


def test_the_shown_fingerprint_is_the_one_on_the_wire(ports, certificate):
    context = trusting(certificate)
    plain = socket.create_connection(("127.0.0.2", ports[1]), timeout=20)
    with plain, context.wrap_socket(plain, server_hostname="127.0.0.2") as wrapped:
        seen = hashlib.sha256(wrapped.getpeercert(binary_form=True)).hexdigest()
    assert certificate.fingerprint.replace(":", "").lower() == seen


def test_a_taken_port_is_explained(diary):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(UsageError, match=f"Port {port} on 127.0.0.1 cannot be opened"):
            run_listeners([Listener(build_dashboard(diary, Settings(), Pass(60.0)), "127.0.0.1", port)])


def test_a_taken_port_leaves_no_other_open(diary):
    site, port = build_dashboard(diary, Settings(), Pass(60.0)), free_port()
    with pytest.raises(UsageError) as raised:
        run_listeners([Listener(site, "127.0.0.1", port)] * 2)
    assert str(port) in raised.value.what
    with socket.socket() as probe:  # while the error is held, so is all that it came by
        probe.bind(("127.0.0.1", port))


def test_the_certificate_is_kept_between_runs(tmp_path, certificate):
    assert keep_certificate(tmp_path / "web", NAMES).fingerprint == certificate.fingerprint
    assert keep_certificate(tmp_path / "web", NAMES[:1]).fingerprint == certificate.fingerprint


def test_the_key_is_for_its_owner_alone(certificate):
    assert stat.S_IMODE(certificate.key.stat().st_mode) == 0o600
    assert stat.S_IMODE(certificate.key.parent.stat().st_mode) == 0o700


def test_another_address_needs_another_certificate(tmp_path, certificate):
    assert keep_certificate(tmp_path / "web", ["192.168.1.7"]).fingerprint != certificate.fingerprint


def test_a_certificate_that_ends_soon_is_renewed(tmp_path, certificate):
    later = datetime.now(UTC) + timedelta(days=352)
    assert keep_certificate(tmp_path / "web", NAMES, later).fingerprint != certificate.fingerprint


@pytest.mark.parametrize("broken", ["certificate", "key"])
@pytest.mark.parametrize("content", [b"", b"-----BEGIN CERTIFICATE-----\nx\n", None])
def test_a_broken_certificate_is_replaced(tmp_path, certificate, broken, content):
    path = getattr(certificate, broken)
    if content is None:
        path.unlink()
    else:
        path.write_bytes(content)
    renewed = keep_certificate(tmp_path / "web", NAMES)
    assert renewed.fingerprint != certificate.fingerprint
    trusting(renewed).load_cert_chain(renewed.certificate, renewed.key)


KNOWN = (Address("192.168.1.20", "wlan0"), Address("10.0.0.4", "eth0"))


def test_the_first_address_is_taken_unless_another_is_named():
    assert choose_address(None, KNOWN) == "192.168.1.20"
    assert choose_address("10.0.0.4", KNOWN) == "10.0.0.4"


@pytest.mark.parametrize("wanted", ["0.0.0.0", "8.8.8.8", "127.0.0.1", "x"])
def test_an_address_of_another_computer_or_of_all_is_refused(wanted):
    with pytest.raises(UsageError, match="is no such address"):
        choose_address(wanted, KNOWN)


def test_no_network_is_explained():
    with pytest.raises(UsageError, match="is on no network"):
        choose_address(None, ())


def test_addresses_are_private_and_virtual_ones_come_last(monkeypatch):
    import ifaddr

    def adapter(name, *ips):
        made = [ifaddr.IP(ip, 24, name) for ip in ips]
        return ifaddr.Adapter(name, name, made)

    found = [
        adapter("docker0", "172.17.0.1"),
        adapter("lo", "127.0.0.1"),
        adapter("eth0", "8.8.8.8", "169.254.3.3", "192.168.1.20"),
    ]
    monkeypatch.setattr(ifaddr, "get_adapters", lambda: found)
    assert [address.ip for address in list_addresses()] == ["192.168.1.20", "172.17.0.1"]


REACHED = (
    "wlan0", "wlp3s0", "eth0", "enp0s31f6", "en0", "br0", "usb0", "wwan0",
    "Intel(R) Wi-Fi 6 AX201 160MHz", "Realtek PCIe GbE Family Controller", "Killer Wireless-AC 1550",
    "Microsoft Wi-Fi Direct Virtual Adapter #2", "Remote NDIS based Internet Sharing Device",
    "Red Hat VirtIO Ethernet Adapter", "Qualcomm Atheros QCA9377 Wireless Network Adapter",
)  # fmt: skip
NOT_REACHED = (
    "docker0", "br-3f2a9c1d0e55", "veth12ab3c", "virbr0", "vmnet8", "vboxnet0", "tun0", "tap0", "utun4",
    "wg0", "ztabcdef12", "lxcbr0", "lxdbr0", "incusbr0", "podman0", "cni0", "tailscale0", "ppp0",
    "nordlynx", "vmenet0", "cscotun0", "Hyper-V Virtual Ethernet Adapter",
    "Hyper-V Virtual Ethernet Adapter #2", "vEthernet (WSL)", "VirtualBox Host-Only Ethernet Adapter",
    "VMware Virtual Ethernet Adapter for VMnet8", "WireGuard Tunnel", "TAP-Windows Adapter V9",
    "Wintun Userspace Tunnel", "Tailscale Tunnel", "ZeroTier Virtual Port",
    "PANGP Virtual Ethernet Adapter Secure", "Fortinet SSL VPN Virtual Ethernet Adapter", "NordLynx Tunnel",
    "Cisco AnyConnect Secure Mobility Client Virtual Miniport Adapter for Windows x64",
    "Check Point Virtual Network Adapter For Endpoint VPN Client", "Npcap Loopback Adapter",
    "Bluetooth Device (Personal Area Network)", "Parallels Shared #0",
    "LogMeIn Hamachi Virtual Ethernet Adapter",
)  # fmt: skip


@pytest.mark.parametrize("virtual", NOT_REACHED)
def test_an_adapter_that_no_phone_is_on_never_comes_first(monkeypatch, virtual):
    """On Windows adapters are known by their descriptions; whichever is found first, the phone's is taken."""
    import ifaddr

    for place, real in enumerate(REACHED):
        made = [
            ifaddr.Adapter(name, name, [ifaddr.IP(ip, 24, name)])
            for name, ip in ((virtual, "172.22.16.1"), (real, f"192.168.1.{place + 1}"))
        ]
        monkeypatch.setattr(ifaddr, "get_adapters", lambda made=made: made)
        known = list_addresses()
        assert choose_address(None, known) == f"192.168.1.{place + 1}", real
        # None is kept back: on a virtual switch the computer's only address may be such a one.
        assert [each.ip for each in other_addresses(known[0].ip, known)] == ["172.22.16.1"]


def test_a_virtual_address_is_taken_where_there_is_no_other():
    known = (Address("172.22.16.1", "Hyper-V Virtual Ethernet Adapter"),)
    assert choose_address(None, known) == "172.22.16.1"
    assert other_addresses("172.22.16.1", known) == ()


def test_an_address_that_begins_like_the_chosen_one_is_another():
    known = (Address("10.0.0.15", "wlan0"), Address("10.0.0.1", "eth0"))
    assert other_addresses("10.0.0.15", known) == known[1:]


def test_the_invitation_keeps_its_pass_in_the_fragment():
    passport = Pass(60.0)
    address = Invitation("https://192.168.1.20:8766", passport).address
    origin, _, fragment = address.partition("#")
    assert origin == "https://192.168.1.20:8766/"
    assert fragment == f"pass={passport.show()}"


def test_codes_are_drawn_for_screen_and_terminal():
    assert write_code("https://192.168.1.20:8766/#pass=abc").startswith("<?xml")
    drawn = draw_code("https://192.168.1.20:8766/#pass=" + "x" * 22)
    assert 10 < len(drawn.splitlines()) < 25


def test_a_computer_with_an_accent_in_its_name_lets_phones_in(tmp_path):
    name = local_name("josé")
    kept = keep_certificate(tmp_path / "web", ["10.0.0.5", name])
    assert keep_certificate(tmp_path / "web", ["10.0.0.5", name]).fingerprint == kept.fingerprint


def test_a_certificate_that_cannot_be_written_is_explained(tmp_path):
    (tmp_path / "web").write_bytes(b"no folder")
    with pytest.raises(OutputError, match="certificate for the phone page cannot be written"):
        keep_certificate(tmp_path / "web", NAMES)


@pytest.mark.parametrize("end", ["SIGHUP", "SIGTERM"])
def test_a_closed_terminal_and_the_system_end_it_as_a_key_does_and_what_is_left_is_kept(
    diary, monkeypatch, end
):
    if not hasattr(signal, end):
        pytest.skip("this system closes terminals without a signal")
    kept, begin = [], uvicorn.Server.startup

    async def begin_and_end(self, sockets=None):
        await begin(self, sockets)
        signal.raise_signal(getattr(signal, end))

    async def keep():
        kept.append("the round")

    monkeypatch.setattr(uvicorn.Server, "startup", begin_and_end)
    # Tests that run on after their terminal is closed ignore that signal, which would then end nothing.
    inherited = signal.signal(getattr(signal, end), signal.SIG_DFL)
    try:
        run_listeners(
            [Listener(build_dashboard(diary, Settings(), Pass(60.0)), "127.0.0.1", free_port(), finish=keep)]
        )
        assert signal.getsignal(getattr(signal, end)) == signal.SIG_DFL
    finally:
        signal.signal(getattr(signal, end), inherited)
    assert kept == ["the round"]
