"""Make the bundled, simulated recordings anew: ``python recordings/make_recordings.py``."""

import csv
import sys
import zipfile
from pathlib import Path

from surefoot.simulate import SimulatedTrial, recovery
from surefoot.sources.formats import phyphox

HERE = Path(__file__).parent
sys.path.append(str(HERE.parent / "tests" / "support"))
from writers import sensor_logger  # noqa: E402 (it lies among the tests)

SEED = 4
COLUMNS = (
    "file",
    "person",
    "test",
    "leg",
    "eyes",
    "surface",
    "footwear",
    "placement",
    "board",
    "sensor_height_m",
    "when",
)


def name_of(trial: SimulatedTrial) -> str:
    """Return the name of a trial's file: its date and what was done."""
    setup = trial.setup
    done = "board" if setup.surface == "board" else f"{setup.leg}_eyes-{setup.eyes}"
    return f"{setup.when:%Y-%m-%d}_{done}.zip"


def pack(path: Path, files: dict[str, bytes]) -> None:
    """Write `files` as a zip that is the same at every run."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, data in sorted(files.items()):
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED, 9)


def row_of(trial: SimulatedTrial) -> dict[str, str]:
    """Return the line of ``sessions.csv`` for a trial."""
    setup = trial.setup
    words = {name: str(getattr(setup, name)) for name in COLUMNS if hasattr(setup, name)}
    return {
        **words,
        "file": name_of(trial),
        "when": setup.when.isoformat(),
    }


def make() -> None:
    """Write every recording and the table of sessions."""
    trials = recovery(SEED)
    for old in HERE.glob("*.zip"):
        old.unlink()
    for trial in trials:
        # The board's phone records with the other app, so that both layouts are among the examples.
        app = sensor_logger if trial.setup.surface == "board" else phyphox
        pack(HERE / name_of(trial), app.write(trial.recording))
    with (HERE / "sessions.csv").open("w", newline="", encoding="utf-8") as file:
        table = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        table.writeheader()
        table.writerows(row_of(trial) for trial in trials)
    size = sum(path.stat().st_size for path in HERE.glob("*.zip"))
    print(f"{len(trials)} recordings, {size / 1e6:.2f} MB")


if __name__ == "__main__":
    make()
