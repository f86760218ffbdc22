"""A phone with phyphox, remote access on: real HTTP on loopback, payloads as the app's. No package code.

What it measures is a made recording, along a clock that the test sets; it can be emptied, opened anew, put to
sleep, and taken out of the Wi-Fi. Numbers are rounded to eight digits as on Android, unless told otherwise.
"""

from __future__ import annotations

import json
import math
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

import numpy as np

NAMES = {
    "accelerometer": ("acc_time", "accX", "accY", "accZ"),
    "gyroscope": ("gyr_time", "gyrX", "gyrY", "gyrZ"),
}
EPOCH_S = 1_790_000_000.0


class FakePhyphox:
    """The phone: `clock` tells seconds; `recording` is measured from the first start on, over and over."""

    def __init__(self, recording, *, sensors=("accelerometer", "gyroscope"), rounded=True, title="Surefoot"):
        self.clock = lambda: 0.0
        self.recording, self.rounded, self.title = recording, rounded, title
        self.sources = {sensor: NAMES[sensor] for sensor in sensors}
        self.session, self.sizes, self.asked = "a1b2c3", 0, []
        self.starts, self.granted, self.timed = [], True, False
        self.measuring_since_s, self.before_s = None, 0.0
        self.asleep_since_s = None
        self.gone = lambda now_s: False
        self.lag_s, self.tables = 0.0015, {}
        self.nulls = lambda sensor, rows: rows
        self.lock = threading.Lock()

    def experiment_s(self):
        """Time on the experiment's clock, which stands still while nothing is measured."""
        if self.measuring_since_s is None:
            return self.before_s
        now_s = self.clock() if self.asleep_since_s is None else self.asleep_since_s
        return self.before_s + now_s - self.measuring_since_s

    def start(self):
        """Begin to measure, as the button on the phone does."""
        if self.measuring_since_s is None:
            self.starts.append((self.before_s, EPOCH_S + self.clock()))
            self.measuring_since_s = self.clock()

    def pause(self):
        """Stop measuring and keep what was measured."""
        if self.measuring_since_s is not None:
            self.before_s = self.experiment_s()
            self.measuring_since_s = None

    def clear(self):
        """Throw away what was measured; the clock begins at zero."""
        measured = self.measuring_since_s is not None
        self.measuring_since_s, self.before_s, self.starts = None, 0.0, []
        if measured:
            self.start()

    def reopen(self, session="d4e5f6"):
        """Close the experiment and open it again."""
        self.measuring_since_s, self.before_s, self.starts, self.session = None, 0.0, [], session

    def rows(self, sensor):
        """All rows (n, 4) of a sensor so far."""
        if not self.starts:
            return np.empty((0, 4))
        made = self.recording
        span_s = made.time_s[-1] + made.time_s[1]
        table = self.table(sensor, int(self.experiment_s() // span_s) + 1, span_s)
        return self.nulls(sensor, table[: np.searchsorted(table[:, 0], self.experiment_s(), "right")])

    def table(self, sensor, laps, span_s):
        """All rows of so many laps of the recording, made once."""
        if (sensor, laps) not in self.tables:
            made = self.recording
            values = made.acc_mps2 if sensor == "accelerometer" else made.gyr_radps
            lag_s = 0.0 if sensor == "accelerometer" else self.lag_s
            time_s = np.concatenate([made.time_s + lap * span_s for lap in range(laps)]) + lag_s
            self.tables[sensor, laps] = np.column_stack([time_s, np.vstack([values] * laps)])
        return self.tables[sensor, laps]

    def number(self, value):
        """A number as it is sent."""
        if not math.isfinite(value):
            return None
        return float(f"{value:.7E}") if self.rounded else float(value)

    def answer(self, path):
        """Status and body for a path."""
        self.asked.append(path)
        told = urlsplit(path)
        words = dict(parse_qsl(told.query, keep_blank_values=True))
        page = {"/config": self.config, "/meta": self.meta, "/time": self.time, "/get": self.get,
                "/control": self.control}.get(told.path)  # fmt: skip
        if page is None:
            return 404, b"<html>not found</html>"
        return 200, json.dumps(page(words)).encode()

    def config(self, _):
        """What ``/config`` tells."""
        names = [name for each in self.sources.values() for name in each]
        return {
            "crc32": "44c5dc97",
            "title": self.title,
            "localTitle": self.title,
            "category": "Surefoot",
            "localCategory": "Surefoot",
            "buffers": [{"name": name, "size": self.sizes} for name in names],
            "inputs": [
                {
                    "source": source,
                    "outputs": [{axis: name} for axis, name in zip("txyz", names, strict=True)],
                }
                for source, names in self.sources.items()
            ],
            "export": [],
        }

    def meta(self, _):
        """What ``/meta`` tells, with things that must not be kept."""
        return {
            "version": "1.2.0", "build": "1020009", "deviceModel": "Pixel 7", "deviceBrand": "google",
            "deviceManufacturer": "Google", "deviceRelease": "14", "uniqueID": "c0ffee-secret",
            "camera2api": [{"id": "0"}], "sensors": {"accelerometer": {"Name": "LSM6DSR", "Range": 78.45}},
        }  # fmt: skip

    def time(self, _):
        """What ``/time`` tells."""
        return [{"event": "START", "experimentTime": a, "systemTime": b} for a, b in self.starts]

    def control(self, words):
        """Do what ``/control`` asks."""
        if words.get("cmd") == "start" and self.granted:
            self.start()
        elif words.get("cmd") == "stop":
            self.pause()
        else:
            return {"result": False}
        return {"result": True}

    def get(self, words):
        """What ``/get`` tells: the last value, all, or what is past a threshold on a buffer of reference."""
        columns = {
            name: column
            for sensor, names in self.sources.items()
            for name, column in zip(names, self.rows(sensor).T, strict=True)
        }
        buffers = {name: self.buffer(name, word, columns) for name, word in words.items() if name in columns}
        status = {"session": self.session, "measuring": self.measuring_since_s is not None,
                  "timedRun": self.timed, "countDown": 0}  # fmt: skip
        return {"buffer": buffers, "status": status}

    def buffer(self, name, word, columns):
        """One buffer of a reply."""
        column = columns[name]
        if not word:
            mode, held = "single", [column[-1] if len(column) else math.nan]
        elif word == "full":
            mode, held = "full", column
        else:
            threshold, _, reference = word.partition("|")
            past = float(threshold)
            past += 10 ** math.floor(math.log10(abs(past) / 1e7)) if past else 0.0
            # A time that is no number is not below anything, so its row comes every time.
            mode, held = "partial", column[~(columns[reference or name] <= past)]
        return {"size": self.sizes, "updateMode": mode, "buffer": [self.number(v) for v in held]}


@contextmanager
def answering(phone):
    """Serve a fake for as long as the block lasts; gives its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            with phone.lock:
                if phone.gone(phone.clock()):
                    self.close_connection = True
                    return
                status, body = phone.answer(self.path)
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
