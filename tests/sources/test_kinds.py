"""What is no recording of movement is called what it is: a picture, a document, a force plate's table."""

import numpy as np
import pytest

from motion import standing
from surefoot.errors import SourceError, UnitError
from surefoot.sources import collect, identify, parse
from surefoot.sources.inference.sensors import force_plate_columns
from surefoot.sources.tables import kind_called, kind_of

PICTURES = {
    "photo.jpg": b"\xff\xd8\xff\xe0\x00\x10JFIF\x00",
    "photo.png": b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR",
    "photo.heic": b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00",
    "photo.gif": b"GIF89a\x01\x00\x01\x00",
}
OTHERS = {
    "clip.mp4": (b"\x00\x00\x00\x18ftypisom\x00\x00", "a video or sound file"),
    "voice.wav": (b"RIFF\x24\x00\x00\x00WAVEfmt ", "a sound file"),
    "track.gpx": (b"<?xml version='1.0'?><gpx></gpx>", "a track of places"),
}
DOCUMENTS = {
    "letter.pdf": (b"%PDF-1.7\n\x00\xff\x00", "a document (PDF)"),
    "study.parquet": (b"PAR1\x15\x04\x15\x00\x00", "a table in Parquet"),
    "all.7z": (b"7z\xbc\xaf\x27\x1c\x00\x04", "an archive (7z)"),
    "photo.csv": (PICTURES["photo.jpg"], "a picture (JPEG)"),
}


def refusal(path):
    (export,) = collect(path)
    with pytest.raises(SourceError) as refused:
        parse(export.files)
    return refused.value


@pytest.mark.parametrize("name", [*PICTURES, *OTHERS])
def test_a_picture_is_a_picture_not_an_empty_file(tmp_path, name):
    data, kind = OTHERS.get(name) or (PICTURES[name], "a picture")
    path = tmp_path / name
    path.write_bytes(data)
    error = refusal(path)
    assert error.what == f"{name} is {kind}, which holds no movement."
    assert f"{len(data)} bytes" in error.found
    assert "empty" not in str(error)
    assert ("picture" in error.do) == (kind == "a picture")


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_that_is_damaged_is_known_by_its_name(tmp_path, name):
    path = tmp_path / name
    path.write_bytes(b"\x01\x02\x03")
    assert refusal(path).found == "a picture, 3 bytes"


@pytest.mark.parametrize("name", DOCUMENTS)
def test_what_is_no_text_is_called_what_it_is(tmp_path, name):
    data, kind = DOCUMENTS[name]
    path = tmp_path / name
    path.write_bytes(data)
    assert kind in refusal(path).found


def test_an_empty_file_is_empty(tmp_path):
    path = tmp_path / "photo.jpg"
    path.write_bytes(b"")
    with pytest.raises(SourceError, match=r"photo\.jpg is empty"):
        collect(path)


def test_a_picture_does_not_keep_others_from_being_read(tmp_path):
    """It is refused where it is read, so that the files beside it are done."""
    picture, table = tmp_path / "photo.jpg", tmp_path / "take.csv"
    picture.write_bytes(PICTURES["photo.jpg"])
    recording = standing(1, duration_s=12.0)
    rows = np.column_stack([recording.time_s, recording.acc_mps2])
    np.savetxt(table, rows, delimiter=",", header="time,ax,ay,az", comments="", fmt="%.6f")
    first, second = collect([picture, table])
    assert identify(second.files) == "generic_csv"
    with pytest.raises(SourceError, match="is a picture"):
        _ = first.files


@pytest.mark.parametrize("text", [b"time,x,y,z\n", b"{}", b"\xef\xbb\xbftime", b"PK\x03\x04", b""])
def test_what_may_be_read_is_called_nothing(text):
    assert kind_of(text) == ""
    assert kind_called("take.csv") == kind_called("take.zip") == kind_called("take") == ""


PLATES = (
    "Time,CoPx,CoPy", "t,COP_X (mm),COP_Y (mm)", "time,cop_ap,cop_ml", "time,CPx,CPy,Fz",
    "time,Centre of pressure x,Centre of pressure y", "time,center_of_pressure_x,center_of_pressure_y",
    "time,Fx,Fy,Fz,Mx,My,Mz", "time,Force X,Force Y,Force Z,Moment X,Moment Y,Moment Z,COPx,COPy",
)  # fmt: skip


@pytest.mark.parametrize("header", PLATES)
def test_a_centre_of_pressure_is_refused_as_such(header):
    """Also where the forces, in newtons, are as long as gravity is in mg."""
    rng = np.random.default_rng(1)
    columns = len(header.split(","))
    rows = np.column_stack([np.arange(1500) / 100, 300 + rng.normal(0, 20, (1500, columns - 1))])
    lines = [header, *(",".join(f"{cell:.4f}" for cell in row) for row in rows.tolist())]
    with pytest.raises(UnitError) as refused:
        parse({"plate.csv": "\n".join(lines).encode()})
    assert refused.value.what == "A centre of pressure is not read."
    assert header.split(",")[1] in refused.value.found


@pytest.mark.parametrize(
    "names", [["t", "ax", "ay", "az"], ["t", "Fx", "Fy", "Fz"], ["cope", "copy", "scope"], ["mx", "my", "mz"]]
)
def test_other_columns_are_no_force_plate(names):
    assert force_plate_columns(names) == []
