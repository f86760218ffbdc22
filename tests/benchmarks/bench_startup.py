"""What commands cost to start, beside what nobody can do without."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from textwrap import dedent

from measuring import cpu_of, in_pairs, table

from surefoot.cli.app import VERBS, load_verb

FILE = Path(__file__).resolve().parents[2] / "recordings" / "2026-03-03_right_eyes-open.zip"
SUREFOOT = (sys.executable, "-m", "surefoot")
IMPORTS = (sys.executable, "-c", "import numpy, scipy.signal")
COMMANDS = ("--help", "list --help", "log --help", "trend --help", "assess --help")
PAIRS = 9


def bare(folder: Path) -> Path:
    """Write a Typer app with as many verbs and options as ours, and nothing in them."""
    lines = ["import typer", "app = typer.Typer(add_completion=False, rich_markup_mode=None)"]
    for verb in VERBS:
        options = [option for option in load_verb(verb).params if option.param_type_name == "option"]
        given = ", ".join(f"{option.name}: str = ''" for option in options)
        lines += [f"@app.command({verb!r})", f"def _({given}): 'Say what this does.'"]
    path = folder / "bare.py"
    path.write_text("\n".join([*lines, "app()"]))
    return path


def report() -> str:
    """Return the part of the page."""
    assess = (*SUREFOOT, "assess", str(FILE), "--leg", "right", "--json")
    found = in_pairs(partial(cpu_of, assess), partial(cpu_of, IMPORTS), PAIRS)
    with TemporaryDirectory() as folder:
        app = (sys.executable, str(bare(Path(folder))), "--help")
        rows = [
            ("`surefoot assess FILE --json`", "`import numpy, scipy.signal`", found),
            *(
                (f"`surefoot {words}`", "a Typer app with as many verbs and options, `--help`", each)
                for words in COMMANDS
                for each in [
                    in_pairs(partial(cpu_of, (*SUREFOOT, *words.split())), partial(cpu_of, app), PAIRS)
                ]
            ),
        ]
    cells = [
        (ours, f"{each.first_ms:.0f} ms", beside, f"{each.second_ms:.0f} ms", f"{each.ratio:.2f}")
        for ours, beside, each in rows
    ]
    said = dedent(
        """\
        Only the verb that is called is loaded. The help, `list` and `log` load no numpy, a trend no scipy; a test holds
        that. Wanted: `assess` at most 1.3 times what it computes with takes to import, and the help 1.5 times the bare app.
        """
    )
    return f"{said}\n{table(('command', 'costs', 'beside', 'costs', 'ratio'), cells)}"
