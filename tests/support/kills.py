"""Kill ``surefoot record --simulated`` without warning at random moments, and look at what is left.

    python tests/support/kills.py [KILLS] [SEED]

Each time every packet that had arrived is in the journal, byte for byte (the very last may have been on its
way); files of earlier trials are as they were; the diary opens, and the official BIDS validator finds no
error in it as the kill left it; ``record --recover`` brings the recording back.
"""

from __future__ import annotations

import contextlib
import io
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from bids import check_valid, find_validator
from recorder import mark_of
from surefoot.cli import main as surefoot
from surefoot.diary import open_diary
from surefoot.live.log import read_log

RECORDER = Path(__file__).with_name("recorder.py")
SPEED = 12.0
SENSORS = ("surefoot_open", "witmotion")
SETUP = ("--leg", "left", "--eyes", "open", "--surface", "floor", "--placement", "lumbar", "--height", "1.0")
PERSON = "simulated"
WHOLE, CAME_BACK = "was in the diary, its journal closed", "a trial came back"


@dataclass(frozen=True)
class Fall:
    """What one kill left: packets heard and kept, how the recording came back, in which phase it was."""

    heard: int
    kept: int
    outcome: str
    at_s: float
    said: str


def start(folder, sensor):
    """Start a recording; the environment names its diary."""
    command = [sys.executable, str(RECORDER), str(SPEED), str(folder / "witness.txt"), *SETUP]
    command += ["--sensor", sensor]
    return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def whole_run(folder):
    """Record one trial undisturbed; return how long it takes until the first packet, and from there."""
    begun_s = time.monotonic()
    process = start(folder, SENSORS[0])
    until_heard(process, folder)
    heard_s = time.monotonic()
    _, said = process.communicate()
    assert process.returncode == 0, said.decode()
    return heard_s - begun_s, time.monotonic() - heard_s


def until_heard(process, folder):
    """Wait for the first packet."""
    while not witness(folder / "witness.txt"):
        assert process.poll() is None
        time.sleep(0.01)


def moments(count, early_s, length_s, draw):
    """Yield when to kill: one in ten before the first packet, the others at any time from it to the end."""
    for number in range(count):
        early = number % 10 == 0
        yield early, draw.uniform(0.0, early_s if early else length_s)


def fall(folder, early, after_s, sensor):
    """Kill a recording some time after its start or its first packet, check what is left, and recover it."""
    diary = open_diary()
    (folder / "witness.txt").unlink(missing_ok=True)
    before = contents(diary.root)
    trials = {entry.trial for entry in diary.entries()}
    process = start(folder, sensor)
    if not early:
        until_heard(process, folder)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(after_s)
    process.kill()
    process.communicate()
    check_untouched(before, contents(diary.root))
    check_valid(diary.root)
    heard = witness(folder / "witness.txt")
    parts = sorted(diary.live_folder(PERSON).glob("*.part"))
    kept = check_kept(heard, parts) if parts else len(heard)
    code, said = recover()
    assert code in (0, 2), said
    assert not list(diary.live_folder(PERSON).glob("*.part"))
    now = {entry.trial for entry in diary.entries()}
    assert trials <= now
    check_untouched(before, contents(diary.root))
    outcome = outcome_of(process.returncode, heard, said)
    assert len(now) > len(trials) or outcome not in (WHOLE, CAME_BACK)
    return Fall(len(heard), kept, outcome, after_s, said)


def contents(root):
    """Return the bytes of each file under `root`, but what is kept while something is written."""
    files = {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}
    return {path: data for path, data in files.items() if path.name not in (".lock", ".bidsignore")}


def check_untouched(before, after):
    """Hold files against what they were; tables of the whole diary may have got rows, nothing else."""
    for path, data in before.items():
        grows = path.name.endswith(("scans.tsv", "participants.tsv"))
        assert path in after, f"{path} is gone"
        same = set(data.splitlines()) <= set(after[path].splitlines()) if grows else after[path] == data
        assert same, f"{path} was changed"


def witness(path):
    """Return arrival and mark of each packet that was handed on; a torn last line was not."""
    if not path.exists():
        return []
    lines = path.read_text(encoding="utf-8").split("\n")[:-1]
    return [(float(at_s), mark) for at_s, mark in (line.split(" ", 1) for line in lines)]


def check_kept(heard, parts):
    """Hold the journal against the witness; return how many packets it holds."""
    (part,) = parts
    data = part.read_bytes()
    kept = [(packet.arrival_s, mark_of(packet.data)) for packet in read_log(data).packets]
    assert kept == heard[: len(kept)]
    # The last one may have been on its way from the witness to the journal.
    assert len(heard) - len(kept) <= 1, f"{len(heard)} packets were heard, {len(kept)} kept"
    return len(kept)


def recover():
    """Return the code of ``surefoot record --recover`` and what it said."""
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        try:
            surefoot(["record", "--recover"])
        except SystemExit as left:
            return left.code, said.getvalue()
    return 0, said.getvalue()


def announced(folder):
    """Kill a recording after its first packets; return what the next one says before it begins."""
    (folder / "witness.txt").unlink(missing_ok=True)
    process = start(folder, SENSORS[0])
    until_heard(process, folder)
    process.kill()
    process.communicate()
    following = start(folder, SENSORS[0])
    said = following.stderr.readline().decode()
    following.kill()
    following.communicate()
    return said


def outcome_of(returncode, heard, said):
    """Return in a few words what became of a recording."""
    if returncode == 0:
        return "had ended"
    if not heard:
        return "no packet had arrived"
    for words, outcome in (
        ("Nothing was interrupted", WHOLE),
        ("already in the diary", "was in the diary already"),
        (": trial ", CAME_BACK),
        ("No attempt was made", "no attempt had begun"),
        ("What to do", "too short for a trial, told so"),
    ):
        if words in said:
            return outcome
    return "UNCLEAR"


def use_folder(folder):
    """Have this process and those it starts use a diary of their own."""
    for name in ("DIARY", "CONFIG", "CACHE"):
        os.environ[f"SUREFOOT_{name}"] = str(folder / name.lower())


def main():
    """Kill so many and print what was found."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    draw, falls = random.Random(seed), []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        use_folder(folder)
        early_s, length_s = whole_run(folder)
        print(f"A recording takes {length_s:.1f} s after its first packet, {SPEED:.0f} times as fast.")
        for number, (early, after_s) in enumerate(moments(count, early_s, length_s, draw)):
            falls.append(fall(folder, early, after_s, draw.choice(SENSORS)))
            one = falls[-1]
            told = f"{one.kept} of {one.heard} packets, {one.outcome}"
            print(f"{number + 1:4} killed after {one.at_s:5.2f} s: {told}", flush=True)
    heard, missing = sum(one.heard for one in falls), sum(one.heard - one.kept for one in falls)
    print(f"\n{count} kills, seed {seed}: {heard} packets heard, {missing} on their way, none else missing.")
    print("The diary was valid after each." if find_validator() else "The BIDS validator is not installed.")
    for outcome, times in Counter(one.outcome for one in falls).most_common():
        print(f"{times:5} {outcome}")


if __name__ == "__main__":
    main()
