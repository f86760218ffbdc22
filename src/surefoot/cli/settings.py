"""What the command line remembers between calls: answers, column mappings, noise floors."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

from surefoot.cli.output import print_warning
from surefoot.metrics import METRICS_VERSION

if TYPE_CHECKING:
    from surefoot.diary import Diary


def config_folder() -> Path:
    """Return ``$SUREFOOT_CONFIG``, else the platform's config folder."""
    if os.environ.get("SUREFOOT_CONFIG"):
        return Path(os.environ["SUREFOOT_CONFIG"])
    from platformdirs import user_config_path

    return user_config_path("surefoot", appauthor=False)


def open_diary() -> Diary:
    """Return the user's diary: ``$SUREFOOT_DIARY``, else a folder among the platform's documents."""
    from surefoot.diary import Diary, default_root

    return Diary(default_root(), metrics_version=METRICS_VERSION)


def recall_answers() -> dict[str, str]:
    """Return the last answers; an unreadable file counts as none."""
    try:
        answers = json.loads((config_folder() / "answers.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {str(key): str(value) for key, value in answers.items()} if isinstance(answers, dict) else {}


def remember_answers(answers: dict[str, str]) -> None:
    """Add `answers` to the last answers."""
    _write("answers.json", json.dumps({**recall_answers(), **answers}, indent=2))


def forget_person(pseudonym: str) -> None:
    """Remove a person from the last answers."""
    answers = recall_answers()
    if answers.get("person", "").casefold() == pseudonym.casefold():
        del answers["person"]
        if not _write("answers.json", json.dumps(answers, indent=2)):
            print_warning(f"{pseudonym} is still the last person named there, until another one is.")


def mapping_path(header: str) -> Path:
    """Return where the column mapping of tables with this header is saved."""
    return config_folder() / "mappings" / f"{header}.toml"


def recall_mapping(header: str) -> bytes | None:
    """Return the saved column mapping (TOML) of tables with this header, or None."""
    path = mapping_path(header)
    return path.read_bytes() if path.is_file() else None


def remember_mapping(header: str, mapping: bytes) -> bool:
    """Save a column mapping (TOML) for tables with this header; tell whether that worked."""
    return _write(f"mappings/{header}.toml", mapping.decode("utf-8"))


def recall_sensors() -> dict[str, dict[str, str]]:
    """Return the sensors by nickname: address, kind and description; an unreadable file counts as none."""
    try:
        sensors = json.loads((config_folder() / "sensors.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return sensors if isinstance(sensors, dict) else {}


def remember_sensor(nickname: str, address: str, kind: str, description: str = "") -> bool:
    """Keep a sensor under a nickname, a custom one with its description; tell whether that worked."""
    sensor = {"address": address, "kind": kind, "description": description}
    known = {**recall_sensors(), nickname: sensor}
    return _write("sensors.json", json.dumps(known, indent=2))


def recall_noise(device: str) -> float | None:
    """Return the noise floor of a device in m/s², or None where it was not measured."""
    floor = _floors().get(device, {}).get("noise_mps2")
    return float(floor) if isinstance(floor, (int, float)) else None


def remember_noise(device: str, noise_mps2: float, rate_hz: float) -> bool:
    """Save the noise floor of a device; tell whether that worked."""
    floor = {"noise_mps2": noise_mps2, "rate_hz": rate_hz}
    return _write("noise.json", json.dumps({**_floors(), device: floor}, indent=2))


def _floors() -> dict[str, dict[str, float]]:
    try:
        floors = json.loads((config_folder() / "noise.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return floors if isinstance(floors, dict) else {}


def _write(name: str, text: str) -> bool:
    """Keep a setting and tell whether that worked; where it does not, that is told, and stops nothing."""
    path = config_folder() / name
    temporary = path.with_suffix(".tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        temporary.write_text(text, encoding="utf-8")
        temporary.replace(path)
    except OSError as error:
        print_warning(f"This will not be remembered for the next time: {error.strerror} at {path}.")
        return False
    return True
