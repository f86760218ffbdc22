"""A real browser with made sensors: Debian's Chromium, driven over its own protocol."""

from __future__ import annotations

import math
import os
import shutil
import time
from pathlib import Path

import numpy as np
import pytest

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
SENSORS = ("accelerometer", "linear-acceleration", "gyroscope")
PARTS = ((0.31, 0.8), (0.73, 0.5), (1.37, 0.3))
UNIT = math.sqrt(sum(size**2 for _, size in PARTS) / 2)
G = 9.80665


def find_chromium() -> str:
    """Return the path of Chromium; skip the test where there is none, unless the skip is forbidden."""
    names = (os.environ.get("CHROMIUM", ""), "chromium", "chromium-browser", "google-chrome")
    found = next((path for name in names if name and (path := shutil.which(name))), None)
    if found is None:
        refuse = pytest.fail if os.environ.get("SUREFOOT_NEEDS_BROWSER") else pytest.skip
        refuse("no Chromium found: install it, or name it with $CHROMIUM")
    return found


class Sway:
    """A phone at the lower back, upright, screen backward: sums of sines, so that the RMS is known.

    To the right is the phone's x, forward its -z, up its y, which moves less than the browser's rounding.
    """

    def __init__(self, ml_mps2=0.15, ap_mps2=0.20, turn_degps=3.0):
        self.ml, self.ap, self.turn = ml_mps2 / UNIT, ap_mps2 / UNIT, turn_degps / UNIT

    def reading(self, at_s):
        ml, ap = self.ml * wave(at_s, 0.7), self.ap * wave(at_s, 2.1)
        turn = np.radians(self.turn * wave(at_s, 1.3))
        return {
            "accelerometer": (ml + 0.037, G + 0.01 * wave(at_s, 0.4), -ap - 0.212),
            "linear-acceleration": (ml, 0.0, -ap),
            "gyroscope": (turn, 0.0, turn),
        }


def wave(at_s, phase):
    return sum(
        size * np.sin(2 * math.pi * hertz * at_s + phase * (i + 1)) for i, (hertz, size) in enumerate(PARTS)
    )


class Phone:
    """A page at phone size whose sensors are fed by hand."""

    def __init__(self, context, sway=None):
        self.page = context.new_page()
        self.context = context
        self.sway = sway or Sway()
        self.session = context.new_cdp_session(self.page)
        self.faults, self.requests = [], []
        self.page.on("console", lambda line: self.faults.append(line.text) if line.type == "error" else None)
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("request", lambda request: self.requests.append(request.url))

    def switch_on(self):
        """Give the page sensors; they must be there before it listens."""
        for kind in SENSORS:
            settings = {
                "enabled": True,
                "type": kind,
                "metadata": {"available": True, "maximumFrequency": 60},
            }
            self.session.send("Emulation.setSensorOverrideEnabled", settings)

    def feed(self, until, *, limit_s=200.0, hertz=90.0, each=None):
        """Push readings until `until()` holds, looking twice a second; `each` is told the seconds."""
        begun, sent, look_s = time.monotonic(), 0, 0.0
        while (now_s := time.monotonic() - begun) < limit_s:
            for kind, (x, y, z) in self.sway.reading(now_s).items():
                reading = {"type": kind, "reading": {"xyz": {"x": float(x), "y": float(y), "z": float(z)}}}
                self.session.send("Emulation.setSensorOverrideReadings", reading)
            sent += 1
            if now_s > look_s:
                look_s = now_s + 0.5
                if each is not None:
                    each(now_s)
                if until():
                    return
            time.sleep(max(0.0, sent / hertz - (time.monotonic() - begun)))
        raise AssertionError(f"nothing came of it within {limit_s:.0f} s: {self.page.inner_text('main')}")

    def sees(self, selector):
        """Return a question: is this element visible now?"""
        return lambda: self.page.locator(selector).is_visible()


def examine(page):
    """Find what people with other ways of reading would stumble over: axe-core's serious findings."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    serious = [each for each in found if each["impact"] in ("serious", "critical")]
    assert not serious, [(each["id"], [node["html"] for node in each["nodes"]]) for each in serious]


OVERHANG = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
# Words that are printed over other words: more than a third of the smaller of two lines of text.
OVERPRINTED = """() => {
  const lines = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode, range = document.createRange();
    const seen = node.parentElement.checkVisibility({ opacityProperty: true, visibilityProperty: true });
    const unread = node.parentElement.closest(".seen-not, script, style, option, textarea");
    if (!node.data.trim() || !seen || unread) continue;
    range.selectNodeContents(node);
    for (const { left, right, top, width, height } of range.getClientRects()) {
      // Letters fill the middle of their line.
      const [first, last] = [top + 0.15 * height, top + 0.85 * height];
      const box = { left, right, width, top: first, bottom: last, height: last - first };
      if (width > 2) lines.push([box, node.data.trim()]);
    }
  }
  const over = [];
  lines.forEach(([a, first], place) => lines.slice(place + 1).forEach(([b, second]) => {
    const width = Math.min(a.right, b.right) - Math.max(a.left, b.left);
    const height = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
    const least = Math.min(a.width * a.height, b.width * b.height);
    if (width > 0 && height > 0 && width * height > least / 3) over.push([first, second]);
  }));
  return over;
}"""
WIDTHS_PX = (360, 390, 768, 1280)
MOVING = "document.getAnimations().filter((each) => each.playState === 'running').length"


def misprints(page):
    """Find what hangs over, prints over other words, or moves, at four widths and with large text."""
    before, found = page.viewport_size, []
    for width, size in (*((width, "100%") for width in WIDTHS_PX), (390, "200%"), (1280, "200%")):
        page.set_viewport_size({"width": width, "height": 844})
        page.evaluate("size => { document.documentElement.style.fontSize = size; }", size)
        over = [page.evaluate(OVERHANG), *page.evaluate(OVERPRINTED), page.evaluate(MOVING)]
        found += [(width, size, over)] if any(over) else []
    page.evaluate("document.documentElement.style.fontSize = ''")
    page.set_viewport_size(before)
    return found


def picture(page, folder, name, *, whole=True, examined=True):
    """Take a picture of a page, for people to look at: in $SUREFOOT_SCREENSHOTS, else in `folder`.

    The page is examined for its accessibility too, but where its clock stands still: axe-core waits for it.
    """
    if examined:
        examine(page)
    path = Path(os.environ.get("SUREFOOT_SCREENSHOTS") or folder) / f"{name}.png"
    path.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=path, full_page=whole)
    assert path.stat().st_size > 5000
