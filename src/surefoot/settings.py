"""What this computer remembers between calls: answers, sensors, column mappings, noise floors."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from surefoot import sources
from surefoot.errors import SurefootError

if TYPE_CHECKING:
    from surefoot.model import Recording

ANSWERS: Final = "answers.json"
SENSORS: Final = "sensors.json"
FLOORS: Final = "noise.json"
NAMES: Final = "names.json"
PHONES: Final = "phones.json"


@dataclass(frozen=True, slots=True)
class Settings:
    """What was told or measured on this computer, in files below `folder`; without a folder, nothing.

    An unreadable file counts as none. What cannot be kept stops nothing: whatever remembers or forgets
    returns the error of the disk, or None where all went well.
    """

    folder: Path | None = None

    def answers(self) -> dict[str, str]:
        """Return the last answers to questions about the setup."""
        return {key: str(value) for key, value in self._read(ANSWERS).items()}

    def remember_answers(self, answers: Mapping[str, str]) -> OSError | None:
        """Add `answers` to the last answers."""
        return self._write(ANSWERS, {**self.answers(), **answers})

    def forget_person(self, pseudonym: str) -> OSError | None:
        """Remove a person from the last answers, their name, and the phones that know the way for them."""
        phones = self.phones()
        others = {
            name: told
            for name, told in phones.items()
            if str(told.get("person", "")).casefold() != pseudonym.casefold()
        }
        if others != phones and (error := self.remember_phones(others)) is not None:
            return error
        names = self.names()
        if names.pop(pseudonym, None) is not None:
            error = self._write(NAMES, names)
            if error is not None:
                return error
        answers = self.answers()
        if answers.get("person", "").casefold() != pseudonym.casefold():
            return None
        del answers["person"]
        return self._write(ANSWERS, answers)

    def names(self) -> dict[str, str]:
        """Return what people are called on this computer, by pseudonym. No name is in the diary."""
        return {key: str(value) for key, value in self._read(NAMES).items()}

    def name_of(self, pseudonym: str) -> str:
        """Return what a person is called on this computer; the pseudonym where nobody said."""
        return self.names().get(pseudonym, pseudonym)

    def remember_name(self, pseudonym: str, name: str) -> OSError | None:
        """Keep what a person is called; an empty name is forgotten."""
        names = {**self.names(), pseudonym: " ".join(name.split())}
        return self._write(NAMES, {key: value for key, value in names.items() if value})

    def phones(self) -> dict[str, dict[str, Any]]:
        """Return what is known of the phones that know the way: a public key each, and no secret."""
        return {name: each for name, each in self._read(PHONES).items() if isinstance(each, dict)}

    def remember_phones(self, phones: Mapping[str, Mapping[str, Any]]) -> OSError | None:
        """Keep these phones, and forget all others."""
        return self._write(PHONES, phones)

    def sensors(self) -> dict[str, dict[str, str]]:
        """Return the sensors by nickname: address, kind and description."""
        return {name: each for name, each in self._read(SENSORS).items() if isinstance(each, dict)}

    def remember_sensor(
        self, nickname: str, address: str, kind: str, description: str = ""
    ) -> OSError | None:
        """Keep a sensor under a nickname, a custom one with its description."""
        sensor = {"address": address, "kind": kind, "description": description}
        return self._write(SENSORS, {**self.sensors(), nickname: sensor})

    def noise_floor_of(self, recording: Recording) -> float | None:
        """Return what the device of a recording reads at rest in m/s², or None where nobody measured it."""
        from surefoot.preparation.calibration import device_class

        measured = self._read(FLOORS).get(device_class(recording))
        floor_mps2 = measured.get("noise_mps2") if isinstance(measured, dict) else None
        if not isinstance(floor_mps2, (int, float)) or not isfinite(floor_mps2) or floor_mps2 <= 0:
            return None
        return float(floor_mps2)

    def fingerprint(self) -> str:
        """Return what changes where numbers of the same file may: noise floors and column mappings."""
        mappings = sorted((self.folder / "mappings").glob("*.toml")) if self.folder else ()
        told = [(path.name, path.read_text(encoding="utf-8", errors="replace")) for path in mappings]
        return json.dumps([self._read(FLOORS), told], sort_keys=True)

    def remember_noise(self, device: str, noise_mps2: float, rate_hz: float) -> OSError | None:
        """Save the noise floor of a device."""
        floor = {"noise_mps2": noise_mps2, "rate_hz": rate_hz}
        return self._write(FLOORS, {**self._read(FLOORS), device: floor})

    def mapping_file(self, export: sources.Export) -> Path | None:
        """Return where the column mapping of tables with the header of `export` lies, None without one."""
        from surefoot.sources.formats.generic_csv import header_key

        try:
            header = header_key(export.files)
        except SurefootError:
            return None
        return self.folder / "mappings" / f"{header}.toml" if header and self.folder else None

    def complete(self, export: sources.Export, source: str | None = None) -> sources.Export:
        """Add the mapping that was saved for the header of a table of no known app.

        The same export comes back where it is of a known app, or nothing was saved. `source` names the format
        where somebody did.
        """
        try:
            is_known = sources.identify(export.files, source) != sources.GENERIC
        except SurefootError:
            return export
        path = None if is_known else self.mapping_file(export)
        if path is None or not path.is_file():
            return export
        return sources.with_mapping(export, sources.MAPPING, path.read_bytes())

    def remember_mapping(self, export: sources.Export, toml: bytes) -> OSError | None:
        """Save a column mapping for tables with the header of `export`."""
        path = self.mapping_file(export)
        return None if path is None else _put(path, toml)

    def _read(self, name: str) -> dict[str, Any]:
        try:
            known = json.loads((self.folder / name).read_text(encoding="utf-8")) if self.folder else {}
        except (OSError, ValueError):
            return {}
        return known if isinstance(known, dict) else {}

    def _write(self, name: str, known: Mapping[str, Any]) -> OSError | None:
        return _put(self.folder / name, json.dumps(known, indent=2).encode()) if self.folder else None


def _put(path: Path, data: bytes) -> OSError | None:
    temporary = path.with_suffix(".tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        temporary.write_bytes(data)
        temporary.replace(path)
    except OSError as error:
        error.filename = str(path)
        return error
    return None


def config_folder() -> Path:
    """Return ``$SUREFOOT_CONFIG``, else the platform's config folder."""
    if os.environ.get("SUREFOOT_CONFIG"):
        return Path(os.environ["SUREFOOT_CONFIG"])
    from platformdirs import user_config_path

    return user_config_path("surefoot", appauthor=False)


def open_settings() -> Settings:
    """Return what this computer remembers of its user."""
    return Settings(config_folder())
