"""Real exports under names that tell nothing: what is asked; the answers give what their own readers do.

What each file holds was written down by hand from its header and its app's documentation.
"""

from dataclasses import dataclass

import numpy as np
import pytest

from surefoot.sources import identify, keys_of, parse
from surefoot.sources.formats.generic_csv import propose_mapping
from surefoot.sources.tables import clean_text, read_table


@dataclass(frozen=True)
class Held:
    """What a table holds, by the places of its columns from 1; the keys that must be asked for."""

    time: int
    acceleration: tuple[int, int, int]
    sign: int
    asked: tuple[str, ...]
    gyroscope: tuple[int, int, int] | None = None
    gyro_unit: str = ""


FILES = {
    "phyphox/android_multi_v3/Accelerometer.csv": Held(1, (2, 3, 4), 1, ("acceleration", "sign")),
    "phyphox/ios_custom_static60s/Accelerometer.csv": Held(1, (2, 3, 4), 1, ("acceleration", "sign")),
    "derived_variants/DERIVED_phyphox_semicolon_decimalcomma_Accelerometer.csv": Held(
        1, (2, 3, 4), 1, ("acceleration", "sign")
    ),
    "derived_variants/DERIVED_utf16le_bom_tab_Accelerometer.csv": Held(
        1, (2, 3, 4), 1, ("acceleration", "sign")
    ),
    "sensor_record/Timestamp_Milliseconds_X_Y_Z_Accelerometer1.csv": Held(
        2, (3, 4, 5), 1, ("acceleration", "sign")
    ),
    "physics_toolbox/multirecord_blankline_INPUT_N.csv": Held(
        1, (2, 3, 4), 1, ("acceleration", "gyroscope", "sign"), (8, 9, 10), "rad/s"
    ),
}


def renamed(path):
    """The file with its columns called c1, c2 and so on, all else as it is."""
    table = read_table(path.read_bytes())
    names = [f"c{place}" for place in range(1, len(table.names) + 1)]
    lines = clean_text(path.read_bytes()).decode().split("\n")
    first = next(line for line in lines if line.strip(' "').startswith(table.names[0].split(" (")[0]))
    lines[lines.index(first)] = table.delimiter.join(names)
    return {"unknown.csv": "\n".join(lines).encode()}


def answer(question, held):
    def names(places):
        return tuple(f"c{place}" for place in places)

    return {
        "sign": {"sign": held.sign},
        "time": {"time": f"c{held.time}"},
        "acceleration": keys_of("acceleration", names(held.acceleration)),
        "gyroscope": keys_of("gyroscope", names(held.gyroscope)) if held.gyroscope else {"gyroscope": ""},
        "gyro_unit": {"gyro_unit": held.gyro_unit},
    }[question.key]


@pytest.mark.parametrize("name", FILES)
def test_the_answers_give_what_the_apps_own_reader_gives(reference, name):
    held, path = FILES[name], reference(f"phone/{name}")
    files = renamed(path)
    assert identify(files) == "generic_csv"
    told, asked = {}, []
    _, proposal = propose_mapping(files)
    while proposal.questions:
        asked.append(proposal.questions[0].key)
        told |= answer(proposal.questions[0], held)
        _, proposal = propose_mapping(files, told)
    assert tuple(asked) == held.asked
    (read,) = parse({**files, "mapping.toml": proposal.toml().encode()})
    own = parse({path.name: path.read_bytes()})[0]
    assert own.source != "generic_csv"
    assert read.acc_mps2.shape == own.acc_mps2.shape
    np.testing.assert_allclose(read.acc_mps2, own.acc_mps2, atol=1e-9)
    np.testing.assert_allclose(read.time_s, own.time_s, atol=1e-6)
    assert (read.gyr_radps is None) == (own.gyr_radps is None)
    if own.gyr_radps is not None:
        np.testing.assert_allclose(read.gyr_radps, own.gyr_radps, atol=1e-9)
    assert read.sensors["acceleration"].unit == own.sensors["acceleration"].unit
