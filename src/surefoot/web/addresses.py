"""The addresses of this computer on its networks, found without sending anything."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import Final

from surefoot.errors import UsageError

# Adapters of virtual machines, containers and tunnels: a phone is hardly ever there.
_VIRTUAL: Final = ("docker", "br-", "veth", "virbr", "vmnet", "vbox", "tun", "tap", "wg", "utun", "zt", "wsl")


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
    return address.adapter.lower().startswith(_VIRTUAL)
