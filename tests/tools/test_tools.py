"""The tools that keep the source in shape, run as tests so that one command checks everything."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TOOLS = {
    "ruff check": ["ruff", "check", "."],
    "ruff format": ["ruff", "format", "--check", "."],
    "import-linter": ["lint-imports", "--no-cache"],
    "mypy": ["mypy"],
}


def find(tool: str) -> str:
    beside = Path(sys.executable).parent / tool
    return str(beside) if beside.exists() else shutil.which(tool) or tool


@pytest.mark.parametrize("name", TOOLS)
def test_tool_finds_nothing(name):
    tool, *arguments = TOOLS[name]
    done = subprocess.run([find(tool), *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
