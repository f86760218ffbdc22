"""The phones that know the way, as this computer's settings hold them: public keys, and no secret."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

from surefoot.web.server.proofs import read_bytes, write_bytes

if TYPE_CHECKING:
    from surefoot.settings import Settings

MOST_PHONES: Final = 12
KNOWN_FOR: Final = timedelta(days=180)
# One at a time, whichever site changes something: what is forgotten must not come back with an older copy.
_CHANGING: Final = Lock()


@dataclass(frozen=True, slots=True)
class KnownPhone:
    """A phone by its public key: the number of its made-up name, its own person, where and when it was seen.

    It has no person before its first test.
    """

    key: bytes
    number: int
    origin: str
    seen: datetime
    person: str = ""

    @property
    def name(self) -> str:
        """What it is called between phone and computer: a hash of its key."""
        return write_bytes(hashlib.sha256(self.key).digest())


class PhoneBook:
    """The known phones of this computer, the one seen last first."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def phones(self, now: datetime) -> tuple[KnownPhone, ...]:
        """Return the phones that were seen in the last half year."""
        known = [phone for name, told in self._settings.phones().items() if (phone := _read(name, told))]
        lately = [phone for phone in known if now - phone.seen <= KNOWN_FOR]
        return tuple(sorted(lately, key=lambda phone: phone.seen, reverse=True))

    def find(self, name: str, now: datetime) -> KnownPhone | None:
        """Return a phone, None where it is not known, or not any more."""
        return next((phone for phone in self.phones(now) if phone.name == name), None)

    def welcome(self, key: bytes, origin: str, now: datetime) -> KnownPhone | None:
        """Keep a phone, in place of the one longest unseen where there are too many; None if that fails."""
        with _CHANGING:
            known = self.phones(now)
            same = next((phone for phone in known if phone.key == key), None)
            others = [phone for phone in known if phone.key != key][: MOST_PHONES - 1]
            taken = {phone.number for phone in others}
            free = min(set(range(1, MOST_PHONES + 1)) - taken)
            phone = replace(same or KnownPhone(key, free, origin, now), origin=origin, seen=now)
            self._settings.remember_phones({each.name: _write(each) for each in [phone, *others]})
            return self.find(phone.name, now)

    def note(self, name: str, now: datetime, person: str | None = None) -> None:
        """Note that a phone was seen, and whom it tested last where that is told."""
        with _CHANGING:
            known = {phone.name: phone for phone in self.phones(now)}
            if name in known:
                phone = known[name]
                known[name] = replace(phone, seen=now, person=phone.person if person is None else person)
                self._settings.remember_phones({each.name: _write(each) for each in known.values()})

    def forget(self, name: str) -> OSError | None:
        """Forget a phone; the error of the disk where it cannot be forgotten."""
        with _CHANGING:
            known = self._settings.phones()
            return self._settings.remember_phones({each: known[each] for each in known if each != name})


def _write(phone: KnownPhone) -> dict[str, Any]:
    return {
        "key": write_bytes(phone.key),
        "number": phone.number,
        "origin": phone.origin,
        "seen": phone.seen.isoformat(),
        "person": phone.person,
    }


def _read(name: str, told: dict[str, Any]) -> KnownPhone | None:
    """Return a phone of the settings; None for what was not written so."""
    try:
        phone = KnownPhone(
            read_bytes(told["key"]),
            int(told["number"]),
            str(told["origin"]),
            datetime.fromisoformat(told["seen"]),
            str(told["person"]),
        )
    except (KeyError, TypeError, ValueError):
        return None
    is_whole = phone.name == name and phone.seen.tzinfo is not None
    return phone if is_whole and 1 <= phone.number <= MOST_PHONES else None
