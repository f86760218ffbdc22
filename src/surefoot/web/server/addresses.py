"""The addresses of this computer on its networks, found without sending anything."""

import ipaddress
import re
from dataclasses import dataclass
from typing import Final

from surefoot.errors import UsageError

# Adapters of virtual machines, containers, tunnels and VPNs: a phone is hardly ever there. Names as Linux and
# macOS give them, whose beginnings tell, and descriptions as Windows gives them.
_VIRTUAL_NAME: Final = re.compile(
    r"docker|br-[0-9a-f]|veth|virbr|vmnet|vmenet|vbox|tun|tap|utun|wg|zt|feth|wsl|lxc|lxd|incus|podman|cni"
    r"|flannel|cali|kube|tailscale|ppp|ipsec|gre|sit|nordlynx|proton|mullvad|cscotun|gpd|ham\d|anbox|waydroid"
)
_VIRTUAL_WORDS: Final = re.compile(
    r"virtual|vethernet|hyper-v|vmware|parallels|host-only|\bwsl\b|docker|container|loopback"
    r"|\bvpn|vpn\b|tap-windows|wintun|tunnel|wireguard|tailscale|zerotier|hamachi|anyconnect|fortinet"
    r"|fortissl|globalprotect|pangp|juniper|pulse secure|check point|sonicwall|zscaler|sangfor|nordlynx"
    r"|cloudflare|teredo|6to4|isatap|wan miniport|bluetooth"
)
# Windows calls the adapter of its own hotspot, which phones join, virtual.
_HOTSPOT: Final = re.compile(r"wi-?fi direct|hosted network")


@dataclass(frozen=True, slots=True)
class Address:
    """One address and the adapter it belongs to."""

    ip: str
    adapter: str


def list_addresses() -> tuple[Address, ...]:
    """Return the private IPv4 addresses of this computer, those of virtual adapters last."""
    import ifaddr

    found = [
        Address(str(ip.ip), adapter.nice_name)
        for adapter in ifaddr.get_adapters()
        for ip in adapter.ips
        if ip.is_IPv4 and _is_private(str(ip.ip))
    ]
    return tuple(sorted(found, key=_is_virtual))


def choose_address(wanted: str | None, known: tuple[Address, ...]) -> str:
    """Return the address to listen on: `wanted` if it is one of `known`, else the first.

    Raises UsageError where there is none, or where `wanted` belongs to another computer.
    """
    if wanted is None and known:
        return known[0].ip
    if wanted is not None and any(address.ip == wanted for address in known):
        return wanted
    listed = ", ".join(f"{address.ip} ({address.adapter})" for address in known)
    raise UsageError(
        "There is no such address on this computer." if wanted else "This computer is on no network.",
        found=wanted or "no private address",
        expected=listed or "an address such as 192.168.1.20",
        do="Give --address with one of these." if known else "Join a network, or the phone's hotspot.",
    )


def other_addresses(chosen: str, known: tuple[Address, ...]) -> tuple[Address, ...]:
    """Return the addresses to try where a phone cannot reach the `chosen` one."""
    return tuple(address for address in known if address.ip != chosen)


def local_name(hostname: str) -> str | None:
    """Return the name under which a network may know this computer, in ASCII; None where it has no such name.

    >>> local_name("Maries-Rechner.fritz.box"), local_name("josé"), local_name("é" * 70), local_name("")
    ('maries-rechner.local', 'xn--jos-dma.local', None, None)
    """
    try:
        name = hostname.partition(".")[0].lower().encode("idna").decode()
    except UnicodeError:
        return None
    return f"{name}.local" if name else None


def _is_private(ip: str) -> bool:
    address = ipaddress.ip_address(ip)
    return address.is_private and not (address.is_loopback or address.is_link_local)


def _is_virtual(address: Address) -> bool:
    name = address.adapter.lower()
    if _HOTSPOT.search(name):
        return False
    return bool(_VIRTUAL_NAME.match(name) or _VIRTUAL_WORDS.search(name))
