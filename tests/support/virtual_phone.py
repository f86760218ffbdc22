"""A phone's page whose clock is moved by hand, with stand-ins for its voice, loudspeaker and sensors."""

import time
from pathlib import Path

STAND_INS = Path(__file__).with_name("speech.js").read_text(encoding="utf-8")
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
ANSWER_S = 30
HERTZ = {"beep": "880", "soft": "660", "low": "440", "end": "520"}


def until(page, true, *, limit_s=400, step_ms=1500):
    """Let time run until this is true on the page."""
    steps, begun_s = limit_s * 1000 // step_ms, time.monotonic()
    # What the computer answers takes its own time, however far the page's clock has run.
    while steps > 0 or time.monotonic() - begun_s < ANSWER_S:
        if page.evaluate(true):
            return
        steps -= 1
        page.clock.run_for(step_ms)
        page.wait_for_timeout(2 if steps > 0 else 100)
    raise AssertionError(f"never true: {true}: {page.inner_text('main')}")


def when_held(page, count=1):
    """Let time run until the hold of this number began; return when it did, in seconds of the page."""
    begun = f"window.told.filter((each) => each.text === '{HERTZ['soft']}' && each.kind === 'tone')"
    until(page, f"{begun}.length > {count}", step_ms=200)  # the first one greets
    return page.evaluate(f"{begun}[{count}].at")
