"""Where a diary is, and what is where in it: the names of Motion-BIDS, and where a name becomes a path."""

import hashlib
import os
import re
from dataclasses import dataclass
from pathlib import Path

from surefoot.errors import DiaryError
from surefoot.model import Setup

RESULTS = "derivatives/surefoot"
ORIGINALS = "sourcedata"
LIVE = ".recordings"
DELETING = ".deleting"
HISTORY = ".history"
LOCK = ".lock"
# Everything that may hold something of a person: a folder ``sub-…`` in each.
HEADS = (ORIGINALS, "", RESULTS, LIVE, HISTORY, DELETING)
MOTION_FILES = ("motion.tsv", "motion.json", "channels.tsv", "channels.json", "events.tsv", "events.json")
RESULT_ENDING = "_assessment.json"

_LABEL = re.compile(r"[A-Za-z0-9]{1,150}", re.ASCII)
_TRIAL = re.compile(r"[0-9a-f]{10}", re.ASCII)
# The id stands in `acq`, since the validator admits no entity of our own; earlier names counted runs instead.
_STEM = re.compile(
    r"sub-(?P<person>[A-Za-z0-9]{1,150})_ses-(?P<session>[A-Za-z0-9]+)_task-[A-Za-z0-9]+_tracksys-imu"
    r"_acq-[A-Za-z0-9]+?(?:Id(?P<trial>[0-9a-f]{10})|_run-[0-9]{2,})",
    re.ASCII,
)


def default_root() -> Path:
    """Return ``$SUREFOOT_DIARY``, else a folder ``Surefoot`` among the platform's documents."""
    if os.environ.get("SUREFOOT_DIARY"):
        return Path(os.environ["SUREFOOT_DIARY"])
    from platformdirs import user_documents_path

    return user_documents_path() / "Surefoot"


def default_cache() -> Path:
    """Return ``$SUREFOOT_CACHE``, else the platform's cache folder."""
    if os.environ.get("SUREFOOT_CACHE"):
        return Path(os.environ["SUREFOOT_CACHE"])
    from platformdirs import user_cache_path

    return user_cache_path("surefoot", appauthor=False)


def trial_id(source_sha256: str, part: str) -> str:
    """Return the id of a trial: it follows from the recording alone, so a corrected setup keeps it."""
    return hashlib.sha256(f"{source_sha256}\n{part}".encode()).hexdigest()[:10]


def is_trial_id(text: str) -> bool:
    """Tell whether this is an id as `trial_id` makes them.

    >>> is_trial_id("2c74ab12cd"), is_trial_id("../../home")
    (True, False)
    """
    return _TRIAL.fullmatch(text) is not None


def locate(root: Path, relative: str) -> Path:
    """Return the path of `relative`, a name with slashes, in the diary at `root`.

    Everything that reads, writes or removes asks here. Raises DiaryError for a name that leads out of the
    diary, by what it says or by a link on the way.
    """
    parts = relative.split("/")
    if any(part in ("", ".", "..") or "\\" in part or "\0" in part for part in parts):
        raise _leads_out(repr(relative))
    path = root.joinpath(*parts)
    if not stays_inside(root, path):
        raise _leads_out(str(path))
    return path


def stays_inside(root: Path, path: Path) -> bool:
    """Tell whether `path` is in `root` once every link on the way is followed."""
    try:
        return path.resolve().is_relative_to(root.resolve())
    except (OSError, RuntimeError):  # a link that leads round in a circle leads nowhere
        return False


def _leads_out(found: str) -> DiaryError:
    return DiaryError(
        "This would lead out of the diary.",
        found=found,
        expected="a file or folder in the diary itself, and no link to another place",
        do="Check the name; put a copy in the place of a link, or take the link out. Nothing was changed.",
    )


def folder_of(head: str, person: str) -> str:
    """Return the folder of a person below `head`. Raises DiaryError for a name that cannot be a folder."""
    if _LABEL.fullmatch(person) is None:
        raise DiaryError(
            "The pseudonym cannot be used.",
            found=repr(person),
            expected="letters from A to Z and digits, at most 150, such as p01",
            do="See `surefoot list` for the people.",
        )
    return f"{head}/sub-{person}" if head else f"sub-{person}"


@dataclass(frozen=True, slots=True)
class Place:
    """The place of one trial: person, session and the stem of its file names."""

    person: str
    session: str
    stem: str

    @property
    def trial(self) -> str | None:
        """The trial that the names tell; None for names of an earlier form, which count runs."""
        told = _STEM.fullmatch(self.stem)
        return told["trial"] if told else None

    @property
    def session_folder(self) -> str:
        """Folder of the session, relative to the diary."""
        return f"{folder_of('', self.person)}/ses-{self.session}"

    @property
    def motion(self) -> str:
        """Folder of the recording."""
        return f"{self.session_folder}/motion"

    @property
    def scans(self) -> str:
        """Table of the session's recordings."""
        return f"{self.session_folder}/sub-{self.person}_ses-{self.session}_scans.tsv"

    @property
    def results(self) -> str:
        """Folder of the session's results."""
        return f"{folder_of(RESULTS, self.person)}/ses-{self.session}"

    @property
    def result(self) -> str:
        """The assessment."""
        return f"{self.results}/{self.stem}{RESULT_ENDING}"

    def originals(self, trial: str) -> str:
        """Folder of the original export. Raises DiaryError for what is no id."""
        if not is_trial_id(trial):
            raise _leads_out(repr(trial))
        return f"{folder_of(ORIGINALS, self.person)}/ses-{self.session}/{trial}"

    def file(self, suffix: str) -> str:
        """Return a file of the recording, such as ``motion.tsv``."""
        return f"{self.motion}/{self.stem}_{suffix}"


def find_place(setup: Setup, trial: str) -> Place:
    """Return the place for a trial of `setup`, which is its own. Raises DiaryError without a date."""
    if setup.when is None:
        raise DiaryError(
            "A trial cannot be kept without its date.",
            found="no date",
            expected="a time with its zone",
            do="Give --when, such as 2026-03-02T08:30:00+01:00.",
        )
    session = f"{setup.when:%Y%m%d}"
    task = "".join(letter for letter in setup.test if letter.isalnum())
    label = f"{setup.leg}{setup.eyes.capitalize()}{setup.surface.capitalize()}Id{trial}"
    return Place(
        setup.person,
        session,
        f"sub-{setup.person}_ses-{session}_task-{task}_tracksys-imu_acq-{label}",
    )


def place_of(path: str) -> Place | None:
    """Return the place that the path of a result tells; None where Surefoot gives no result such a name.

    Clouds and people copy files: ``Copy of …``, ``… 2.json``, ``… (conflicted copy).json``.
    """
    told = _STEM.fullmatch(path.rpartition("/")[2].removesuffix(RESULT_ENDING))
    if told is None:
        return None
    place = Place(told["person"], told["session"], told[0])
    return place if place.result == path else None
