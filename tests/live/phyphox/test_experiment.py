"""The experiment that ships: of the documented structure, and its export is read."""

import json
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from surefoot import sources
from surefoot.live.phyphox import protocol as phyphox
from surefoot.live.phyphox.experiment import link_for, read_experiment
from surefoot.simulate import stance

# The blocks and attributes that this file may use, by the documents of the phyphox file format.
CHILDREN = {
    "phyphox": {
        "title",
        "category",
        "icon",
        "color",
        "description",
        "data-containers",
        "input",
        "views",
        "export",
    },
    "data-containers": {"container"},
    "input": {"sensor"},
    "sensor": {"output"},
    "views": {"view"},
    "view": {"info", "value"},
    "value": {"input"},
    "export": {"set"},
    "set": {"data"},
}
ATTRIBUTES = {
    "phyphox": {"version", "locale"},
    "icon": {"format"},
    "container": {"size"},
    "sensor": {"type", "ignoreUnavailable"},
    "output": {"component"},
    "view": {"label"},
    "info": {"label"},
    "value": {"label", "size", "precision", "unit"},
    "set": {"name"},
    "data": {"name"},
}
TYPES = {"accelerometer", "gyroscope"}


@pytest.fixture(scope="module")
def root():
    return ET.fromstring(read_experiment())


def buffers(root):
    return {each.text: int(each.get("size", "1")) for each in root.iter("container")}


def test_it_has_the_documented_structure(root):
    assert root.tag == "phyphox"
    for element in root.iter():
        parent_of_values = element.tag == "input" and element.text.strip()
        allowed = set() if parent_of_values else CHILDREN.get(element.tag, set())
        assert {child.tag for child in element} <= allowed, element.tag
        assert set(element.attrib) <= ATTRIBUTES.get(element.tag, set()), element.tag
    assert len(root.findtext("icon")) <= 3
    assert int(root.findtext("color"), 16) >= 0
    assert all(root.findtext(name).strip() for name in ("title", "category", "description"))
    # Since 1.8 a phone without a gyroscope may open it.
    assert root.get("version") == "1.8"


def test_every_buffer_is_declared_and_keeps_everything(root):
    declared = buffers(root)
    assert set(declared.values()) == {0}
    for tag in ("output", "data"):
        assert {each.text for each in root.iter(tag)} == set(declared)
    assert {each.text for each in root.iterfind("views//input")} <= set(declared)


def test_both_sensors_tell_time_and_three_axes_at_their_own_rate(root):
    sensors = list(root.iter("sensor"))
    assert {sensor.get("type") for sensor in sensors} == TYPES
    for sensor in sensors:
        assert {output.get("component") for output in sensor} == set("txyz")
        assert sensor.get("rate") is None


def test_it_is_found_by_its_configuration(root):
    config = {
        "title": root.findtext("title"),
        "buffers": [{"name": name, "size": size} for name, size in buffers(root).items()],
        "inputs": [
            {
                "source": sensor.get("type"),
                "outputs": [{output.get("component"): output.text} for output in sensor],
            }
            for sensor in root.iter("sensor")
        ],
    }
    layout = phyphox.read_layout(json.dumps(config).encode())
    assert set(layout.buffers) == TYPES


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_its_export_is_claimed_and_read(root, delimiter):
    made, _ = stance(3)
    columns = {"acc_time": made.time_s, "gyr_time": made.time_s}
    for axis, name in enumerate("XYZ"):
        columns |= {f"acc{name}": made.acc_mps2[:, axis], f"gyr{name}": made.gyr_radps[:, axis]}
    files = {}
    for group in root.iter("set"):
        table = np.column_stack([columns[data.text] for data in group])
        header = delimiter.join(f'"{data.get("name")}"' for data in group)
        rows = "\n".join(delimiter.join(f"{value:.9E}" for value in row) for row in table)
        files[f"{group.get('name')}.csv"] = f"{header}\n{rows}\n".encode()
    assert sources.identify(files) == "phyphox"
    (recording,) = sources.parse(files)
    np.testing.assert_allclose(recording.acc_mps2, made.acc_mps2, rtol=1e-8)
    np.testing.assert_allclose(recording.gyr_radps, made.gyr_radps, rtol=1e-8)


def test_its_link_opens_the_app():
    assert link_for("http://10.0.0.5:8767/x/surefoot.phyphox") == "phyphox://10.0.0.5:8767/x/surefoot.phyphox"
