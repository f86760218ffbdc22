"""A recording as Motion-BIDS files, and back."""

import hashlib
import io
import json
from datetime import datetime
from pathlib import Path
from typing import Any

from surefoot.diary.events import write_events
from surefoot.diary.files import read_table, write_bytes, write_json, write_table
from surefoot.diary.layout import Place, locate, trial_id
from surefoot.errors import DiaryError
from surefoot.model import Assessment, Issue, Recording, Sensor, to_plain
from surefoot.protocols import load_protocols

AXES = ("x", "y", "z")
# Written with six decimals; times with nine.
_LENGTH_TOLERANCE_S = 2e-6
CHANNEL_COLUMNS = (
    "name",
    "component",
    "type",
    "tracked_point",
    "units",
    "placement",
    "reference_frame",
)
TRACKED = {
    "lumbar": "LowerBack",
    "chest": "Chest",
    "pocket": "Pelvis",
    "thigh": "Thigh",
    "shin": "Shin",
    "board": "Board",
}


def write_recording(
    root: Path, place: Place, recording: Recording, assessment: Assessment, data: bytes | None = None
) -> str:
    """Write motion, its sidecars, channels and events of one trial; return the hash of the motion.

    `data` are the bytes of the motion where it is there already, at another place.
    """
    data = _motion_tsv(recording) if data is None else data
    write_bytes(locate(root, place.file("motion.tsv")), data)
    channels = _channels(recording, assessment)
    write_table(locate(root, place.file("channels.tsv")), channels, CHANNEL_COLUMNS)
    write_json(locate(root, place.file("channels.json")), _FRAME)
    write_sidecars(root, place, recording, assessment)
    return hash_of(data)


def _motion_tsv(recording: Recording) -> bytes:
    import numpy as np

    columns = [("%.9f", recording.time_s[:, None] - recording.time_s[0]), ("%.10g", recording.acc_mps2)]
    if recording.gyr_radps is not None:
        columns.append(("%.10g", recording.gyr_radps))
    text = io.BytesIO()
    formats = [form for form, values in columns for _ in range(values.shape[1])]
    np.savetxt(text, np.hstack([values for _, values in columns]), fmt=formats, delimiter="\t")
    return text.getvalue()


def hash_of(data: bytes) -> str:
    """Return the SHA-256 that ties a recording to its result."""
    return hashlib.sha256(data).hexdigest()


def write_sidecars(root: Path, place: Place, recording: Recording, assessment: Assessment) -> None:
    """Write what changes with a correction: the conditions and the events."""
    write_json(locate(root, place.file("motion.json")), _motion_json(recording, assessment))
    write_events(root, place, assessment)


def read_motion(root: Path, place: Place) -> bytes:
    """Return the bytes of a recording. Raises DiaryError where they are not there."""
    path = locate(root, place.file("motion.tsv"))
    try:
        return path.read_bytes()
    except OSError as error:
        raise _broken(path, str(error)) from error


def read_recording(root: Path, place: Place, trial: str, motion_sha256: str | None) -> Recording:
    """Read the recording of a trial back, checking what the official validator does not.

    `motion_sha256` is None for a result of an earlier form, which tells none. Raises DiaryError where it is
    not the recording that the result was made of, channels are missing, rows are torn, times do not rise or
    |a| is not gravity.
    """
    import numpy as np

    path, data = locate(root, place.file("motion.tsv")), read_motion(root, place)
    if motion_sha256 not in (None, hash_of(data)):
        raise _another(path, "other bytes than the result was made of")
    try:
        names = [row["name"] for row in read_table(locate(root, place.file("channels.tsv")))]
        sidecar = json.loads(locate(root, place.file("motion.json")).read_text(encoding="utf-8"))
        values = np.loadtxt(io.BytesIO(data), delimiter="\t", ndmin=2)
        recording = _recording(names, values, sidecar["Surefoot"])
        length_s = float(sidecar["RecordingDuration"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise _broken(path, str(error)) from error
    if trial_id(recording.sha256, recording.part) != trial:
        raise _another(path, "the sidecar of another recording")
    if abs(recording.duration_s - length_s) > _LENGTH_TOLERANCE_S:
        raise _another(path, f"{recording.duration_s:.6f} s where its sidecar says {length_s:.6f} s")
    norm = float(np.median(np.linalg.norm(recording.acc_mps2, axis=1)))
    if not 8.0 <= norm <= 12.0:
        raise _broken(path, f"a median acceleration of {norm:.2f} m/s²")
    return recording


def _recording(names: list[str], values: Any, about: dict[str, Any]) -> Recording:
    import numpy as np

    if values.shape[1] != len(names):
        raise ValueError(f"{values.shape[1]} columns for {len(names)} channels")
    column = {name: values[:, index] for index, name in enumerate(names)}
    has_gyroscope = "gyr_x" in column
    started = about["started"]
    return Recording(
        time_s=column["latency"] + about["first_time_s"],
        acc_mps2=np.column_stack([column[f"acc_{axis}"] for axis in AXES]),
        gyr_radps=np.column_stack([column[f"gyr_{axis}"] for axis in AXES]) if has_gyroscope else None,
        source=about["source"],
        part=about["part"],
        sha256=about["sha256"],
        platform=about["platform"],
        device_model=about["device_model"],
        started=None if started is None else datetime.fromisoformat(started),
        sensors={name: Sensor(**sensor) for name, sensor in about["sensors"].items()},
        dropped_columns=tuple(about["dropped_columns"]),
        issues=tuple(Issue(i["code"], i["severity"], i["message"]) for i in about["issues"]),
        notes=tuple(about["notes"]),
    )


def _broken(path: Path, found: str) -> DiaryError:
    return DiaryError(
        "A recording of the diary cannot be read.",
        found=f"{found} in {path.name}",
        expected="tab-separated numbers as Surefoot wrote them",
        do="Put the file back from a backup, or delete the trial and import its export again.",
    )


def _another(path: Path, found: str) -> DiaryError:
    return DiaryError(
        "A recording of the diary and its result do not belong together.",
        found=f"{found}: {path.name}",
        expected="the recording that the result was made of",
        do="Files of the diary were exchanged, as when two computers wrote in one folder of a cloud. Put the "
        "file back from a backup or from the cloud's earlier versions, or delete the trial and import its "
        "export again.",
    )


def _channels(recording: Recording, assessment: Assessment) -> list[dict[str, str]]:
    placement = assessment.setup.placement
    common = {"tracked_point": TRACKED[placement], "placement": placement, "reference_frame": "sensor"}
    rows = [{"name": "latency", "component": "n/a", "type": "LATENCY", "tracked_point": "n/a", "units": "s"}]
    sensors = [("acc", "ACCEL", "m/s^2")]
    if recording.gyr_radps is not None:
        sensors.append(("gyr", "GYRO", "rad/s"))
    for name, kind, units in sensors:
        for axis in AXES:
            channel = {"name": f"{name}_{axis}", "component": axis, "type": kind, "units": units}
            rows.append({**channel, **common})
    return rows


def _motion_json(recording: Recording, assessment: Assessment) -> dict[str, Any]:
    setup, protocol = assessment.setup, load_protocols()[assessment.protocol]
    about = to_plain(recording)
    for bulky in ("time_s", "acc_mps2", "gyr_radps"):
        del about[bulky]
    return {
        "TaskName": protocol.title,
        "TaskDescription": protocol.task,
        "Instructions": f"{protocol.start_text} {protocol.stop_text}",
        "SamplingFrequency": round(assessment.provenance.rate_hz, 4),
        "SamplingFrequencyEffective": round((recording.time_s.size - 1) / recording.duration_s, 4),
        "RecordingDuration": round(recording.duration_s, 6),
        "TrackingSystemName": f"IMU, {setup.placement}",
        "Manufacturer": "n/a",
        "ManufacturersModelName": recording.device_model or "n/a",
        "SoftwareVersions": f"surefoot {assessment.provenance.surefoot_version}",
        "DeviceSerialNumber": "n/a",
        "InstitutionName": "n/a",
        "InstitutionAddress": "n/a",
        "InstitutionalDepartmentName": "n/a",
        **_counts(with_gyroscope=recording.gyr_radps is not None),
        "MissingValues": "n/a",
        "SubjectArtefactDescription": "n/a",
        "BalanceTest": to_plain(setup),
        "Surefoot": {**about, "first_time_s": float(recording.time_s[0])},
    }


def _counts(*, with_gyroscope: bool) -> dict[str, int]:
    gyroscope = 3 if with_gyroscope else 0
    return {
        "TrackedPointsCount": 1,
        "MotionChannelCount": 3 + gyroscope,
        "ACCELChannelCount": 3,
        "GYROChannelCount": gyroscope,
        "LATENCYChannelCount": 1,
        **{f"{kind}ChannelCount": 0 for kind in ("ANGACCEL", "JNTANG", "MAGN", "ORNT", "POS", "VEL")},
        "MiscChannelCount": 0,
    }


_FRAME = {
    "reference_frame": {
        "Description": "Frame in which the sensor's axes are expressed.",
        "Levels": {
            "sensor": {
                "Description": "The sensor's own axes; on a phone x points right, y to the top edge, z out "
                "of the screen. How it was worn is told in BalanceTest of the motion sidecar.",
                "SpatialAxes": "n/a",
                "RotationRule": "right-hand",
            }
        },
    }
}
