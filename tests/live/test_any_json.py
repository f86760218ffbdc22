"""Whatever JSON a phone answers or an app pushes, it is understood or refused in four parts."""

import json
from contextlib import suppress

from hypothesis import given
from hypothesis import strategies as st

from surefoot.errors import PhoneError, SurefootError, UnreadableFileError
from surefoot.live import sensor_logger
from surefoot.live.log import Log
from surefoot.live.phyphox import protocol as phyphox
from surefoot.live.sensor_logger import read_message
from surefoot.model import Setup

WORDS = st.sampled_from(
    """inputs outputs source accelerometer gyroscope t x y z buffers name size title buffer acc_time accX
    status session measuring event START experimentTime systemTime messageId sessionId payload time values
    totalacceleration deviceModel""".split()
)
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(10**17, 10**19)
    | st.just(10**400)
    | st.floats()
    | WORDS
    | st.text(max_size=5)
)
ANYTHING = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS, inner, max_size=6),
    max_leaves=25,
)
NUMBERS = st.lists(st.floats() | st.none() | st.integers() | st.booleans() | st.just("1"), max_size=3)
LAYOUT = phyphox.Experiment("", {"accelerometer": ("acc_time", "accX", "accY", "accZ")})
REPLIES = st.fixed_dictionaries(
    {
        "buffer": st.dictionaries(
            st.sampled_from(LAYOUT.buffers["accelerometer"]), st.fixed_dictionaries({"buffer": NUMBERS})
        ),
        "status": st.fixed_dictionaries({"session": LEAVES, "measuring": st.booleans()}),
    }
)
SAMPLES = st.fixed_dictionaries(
    {
        "name": st.sampled_from(["totalacceleration", "gyroscope", "location"]) | LEAVES,
        "time": st.integers(10**17, 10**18) | LEAVES,
        "values": st.fixed_dictionaries(dict.fromkeys("xyz", st.floats(-100, 100) | LEAVES)),
    }
)
PUSHES = st.fixed_dictionaries(
    {"messageId": LEAVES, "sessionId": LEAVES, "payload": st.lists(SAMPLES, max_size=4)}
)


@given(ANYTHING)
def test_no_answer_of_a_phone_is_more_than_refused(told):
    data = json.dumps(told).encode()
    for read in (phyphox.read_layout, phyphox.read_device, phyphox.read_starts, phyphox.is_granted):
        with suppress(PhoneError):
            read(data)


@given(ANYTHING | REPLIES)
def test_a_reply_is_rows_of_four_or_refused(told):
    with suppress(PhoneError):
        reply = phyphox.read_reply(json.dumps(told).encode(), LAYOUT)
        assert all(rows.shape[1:] == (4,) for rows in reply.rows.values())
        assert set(reply.newest_s) <= set(reply.rows)


@given(ANYTHING | PUSHES, st.sampled_from([None, "android", "ios", "standardised"]))
def test_a_push_is_a_session_or_refused(told, pushed_by):
    try:
        message = read_message(json.dumps(told).encode())
    except UnreadableFileError:
        return
    packet = sensor_logger.pack(message)
    assert sensor_logger.unpack(packet).size == message.size
    log = Log(sensor_logger.header_of(Setup(), pushed_by), (packet,), (), whole=False)
    with suppress(SurefootError):
        exported = sensor_logger.export(log, None)
        assert sum(data.count(b"\n") for data in exported.files.values()) > 1
        sensor_logger.read(exported)
