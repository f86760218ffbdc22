"""Write radio-failures.md from the table of the tests: ``python docs/validation/make_radio_failures.py``."""

import sys
from pathlib import Path

HERE = Path(__file__).resolve()
sys.path.insert(0, str(HERE.parents[2] / "tests" / "support"))

from radio_failures import FAILURES

PAGE = HERE.with_name("radio-failures.md")
INTRODUCTION = """# What radios do

Made by `python docs/validation/make_radio_failures.py` from `tests/support/radio_failures.py`. Each failure is staged: by a
stand-in for BlueZ on a message bus of its own (`tests/live/ble/test_bluez.py`), a software radio (`test_bumble.py`), or the
virtual sensor of `surefoot record --simulated` (the others). A test reads the sentence from this table and holds it
against what the code says; parts of a sentence that change, such as a number, are left out.

What needs a real radio besides is a line of the [list of checks by hand](../how-to/check-a-sensor-by-hand.md).
"""


def page():
    """Return the page."""
    rows = ["| what happens | the person reads | staged by | by hand |", "|---|---|---|---|"]
    for failure in FAILURES:
        for number, said in enumerate(failure.said):
            what, by_hand = ("", "") if number else (failure.what, failure.by_hand)
            tests = "<br>".join(f"`{test.split('/')[-1].replace('::', ' ')}`" for test in said.tests)
            rows.append(f"| {what} | {said.text or '(nothing: no packet is lost)'} | {tests} | {by_hand} |")
    return f"{INTRODUCTION}\n" + "\n".join(rows) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
