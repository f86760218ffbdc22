"""Where things are in a diary: the names that Motion-BIDS asks for."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from surefoot.errors import DiaryError
from surefoot.model import Setup

RESULTS = "derivatives/surefoot"


def trial_id(source_sha256: str, part: str) -> str:
    """Return the id of a trial: it follows from the recording alone, so a corrected setup keeps it."""
    return hashlib.sha256(f"{source_sha256}\n{part}".encode()).hexdigest()[:10]


@dataclass(frozen=True, slots=True)
class Place:
    """The place of one trial: person, session and the stem of its file names."""

    person: str
    session: str
    stem: str

    @property
    def motion(self) -> str:
        """Folder of the recording, relative to the diary."""
        return f"sub-{self.person}/ses-{self.session}/motion"

    @property
    def scans(self) -> str:
        """Table of the session's recordings."""
        return f"sub-{self.person}/ses-{self.session}/sub-{self.person}_ses-{self.session}_scans.tsv"

    @property
    def result(self) -> str:
        """The assessment."""
        return f"{RESULTS}/sub-{self.person}/ses-{self.session}/{self.stem}_assessment.json"

    def originals(self, trial: str) -> str:
        """Folder of the original export."""
        return f"sourcedata/sub-{self.person}/ses-{self.session}/{trial}"

    def file(self, suffix: str) -> str:
        """Return a file of the recording, such as ``motion.tsv``."""
        return f"{self.motion}/{self.stem}_{suffix}"


MOTION_FILES = ("motion.tsv", "motion.json", "channels.tsv", "channels.json", "events.tsv", "events.json")


def find_place(setup: Setup, owner: str, own_stems: dict[str, str]) -> Place:
    """Return the place for a trial of `setup`: the one it has, or the first free run number.

    `own_stems` maps stems in use to the trial that uses them. Raises DiaryError for an undated setup.
    """
    if setup.when is None:
        raise DiaryError(
            "A trial cannot be kept without its date.",
            found="no date",
            expected="a time with its zone",
            do="Give --when, such as 2026-03-02T08:30:00+01:00.",
        )
    session = f"{setup.when:%Y%m%d}"
    task = "".join(letter for letter in setup.test if letter.isalnum())
    label = f"{setup.leg}{setup.eyes.capitalize()}{setup.surface.capitalize()}"
    head = f"sub-{setup.person}_ses-{session}_task-{task}_tracksys-imu_acq-{label}"
    run = 1
    while own_stems.get(f"{head}_run-{run:02d}", owner) != owner:
        run += 1
    return Place(setup.person, session, f"{head}_run-{run:02d}")


def place_of(path: Path) -> Place:
    """Return the place that an assessment's file name tells."""
    stem = path.name.removesuffix("_assessment.json")
    entities = dict(entity.split("-", 1) for entity in stem.split("_"))
    return Place(entities["sub"], entities["ses"], stem)
