"""Whether two recordings are one take: an app, a spreadsheet or another system wrote it to two files."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from surefoot.model import Assessment, Recording

WHEN_FROM_FILE = "when_from_file"
# Sensors are noisier than this: two takes never agree to it in every sample; rounded digits do.
ACCELERATION_MPS2 = 2e-3
TIME_S = 2e-3
# A last row without the end of its line is lost in some programs.
ROWS = 2
START_S = 1.0
# Somebody says the minute.
SAID_S = 60.0
# Clocks that another program read in another time zone differ by a multiple of this.
ZONE_STEP_S = 900.0
_FURTHEST_ZONE_S = 14 * 3600.0


# Of one person and another export, of the same length, and with the same first sample where that is known:
# parts of one export are takes of their own, since the app, or whoever cut it, says so.
MAY_BE_SAME = """person = ? AND source_sha256 <> ?
AND CASE WHEN samples IS NULL THEN abs(duration_s - ?) < ? ELSE abs(samples - ?) <= ? END
AND ifnull(max(abs(first_x - ?), abs(first_y - ?), abs(first_z - ?)) <= ?, TRUE)"""


def may_be_same(recording: Recording, person: str) -> tuple[Any, ...]:
    """Return the words for `MAY_BE_SAME`: which results may be of the take of `recording`."""
    first = tuple(float(value) for value in recording.acc_mps2[0])
    length = (recording.duration_s, START_S, recording.time_s.size, ROWS)
    return (person.casefold(), recording.sha256, *length, *first, 1.01 * ACCELERATION_MPS2)


@dataclass(frozen=True, slots=True, eq=False)
class DatedRecording:
    """A recording, and when it began: as its export tells, else as somebody said, else None."""

    recording: Recording
    started: datetime | None

    @property
    def tells_start(self) -> bool:
        """Whether the export itself tells when it began."""
        return self.recording.started is not None


def take_of(recording: Recording, assessment: Assessment) -> DatedRecording:
    """Return a recording with its start; the time of a file tells only when that was written."""
    from_file = any(issue.code == WHEN_FROM_FILE for issue in assessment.issues)
    return DatedRecording(recording, recording.started or (None if from_file else assessment.setup.when))


def is_same_take(first: DatedRecording, second: DatedRecording) -> bool:
    """Tell whether two takes hold the same samples from the same start, as far as both tell one."""
    one, other = first.recording, second.recording
    shared = min(one.time_s.size, other.time_s.size)
    longer = max(one.time_s.size, other.time_s.size) - shared
    if longer > ROWS or not _start_together(first, second):
        return False
    apart_s = (one.time_s[:shared] - one.time_s[0]) - (other.time_s[:shared] - other.time_s[0])
    apart_mps2 = one.acc_mps2[:shared] - other.acc_mps2[:shared]
    return bool((abs(apart_s) <= TIME_S).all() and (abs(apart_mps2) <= ACCELERATION_MPS2).all())


def _start_together(first: DatedRecording, second: DatedRecording) -> bool:
    if first.started is None or second.started is None:
        return True
    apart_s = abs((first.started - second.started) / timedelta(seconds=1))
    if not (first.tells_start and second.tells_start):
        return apart_s <= SAID_S
    return apart_s <= _FURTHEST_ZONE_S + START_S and (
        min(apart_s % ZONE_STEP_S, -apart_s % ZONE_STEP_S) <= START_S
    )
