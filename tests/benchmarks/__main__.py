"""What everything costs, in ratios of one run: ``python -m tests.benchmarks [PART...] [--diary FOLDER] [--large]``.

Writes ``docs/validation/performance.md``; with PARTS, prints these alone. Processor time, medians of pairs taken in
turn. ``--against FOLDER`` compares with the sources in another folder, as a worktree of an earlier commit has.
"""

from __future__ import annotations

import os
import platform
import sys
from argparse import ArgumentParser, Namespace
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory

HERE = Path(__file__).resolve().parent
PAGE = HERE.parents[1] / "docs" / "validation" / "performance.md"
sys.path += [str(HERE), str(HERE.parent / "support")]

bench_diary, bench_metrics, bench_plan, bench_reading, bench_startup, bench_versions = (
    import_module(f"bench_{name}") for name in ("diary", "metrics", "plan", "reading", "startup", "versions")
)

PARTS = {
    "start": "Starting",
    "trial": "One trial",
    "earlier": "Beside an earlier commit",
    "reading": "Reading",
    "diary": "The diary",
    "plan": "Past one machine",
}
HEAD = """\
# Performance

Written by `python -m tests.benchmarks` on {machine}. All is processor time, the median of pairs taken in turn; a time means
little on another machine, a ratio within one run means something.
"""


def part(name: str, asked: Namespace) -> str:
    """Return one part of the page, empty where nothing was asked of it."""
    if name == "diary":
        with TemporaryDirectory() as made:
            os.environ.setdefault("SUREFOOT_CONFIG", str(Path(made) / "config"))
            return bench_diary.report(asked.diary or Path(made), (2, 40, 400) if asked.large else (2, 40))
    if name == "earlier":
        return bench_versions.report(asked.against) if asked.against else ""
    modules = {"start": bench_startup, "trial": bench_metrics, "reading": bench_reading, "plan": bench_plan}
    return modules[name].report()


def main() -> None:
    """Run the parts that are asked for."""
    parser = ArgumentParser(prog="python -m tests.benchmarks")
    parser.add_argument("parts", nargs="*", help=" | ".join(PARTS))
    parser.add_argument("--diary", type=Path, help="keep the made diaries in this folder")
    parser.add_argument("--large", action="store_true", help="a diary of 20,000 trials, too")
    parser.add_argument("--against", type=Path, help="the folder of another version's sources")
    asked = parser.parse_args()
    found = {name: part(name, asked) for name in asked.parts or PARTS}
    texts = [f"## {PARTS[name]}\n\n{text}" for name, text in found.items() if text]
    if asked.parts:
        sys.stdout.write("\n".join(texts))
        return
    cores, python = os.cpu_count(), platform.python_version()
    machine = (
        f"a shared machine with {cores} cores ({platform.machine()}, {platform.system()}), Python {python}"
    )
    PAGE.write_text("\n".join([HEAD.format(machine=machine), *texts]), encoding="utf-8")


if __name__ == "__main__":
    main()
