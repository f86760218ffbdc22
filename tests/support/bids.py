"""The official BIDS validator, where it is installed: pip install '.[bids]'."""

import shutil
import subprocess
import sys
from pathlib import Path


def find_validator():
    """Return the validator, or None."""
    beside = Path(sys.executable).parent / "bids-validator-deno"
    return str(beside) if beside.exists() else shutil.which("bids-validator-deno")


def validate(root):
    """Return its code and what it says of the dataset at `root`."""
    command = [find_validator(), str(root), "--max-rows", "-1"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def is_begun(root):
    """Tell whether a folder holds anything that a validator sees; it finds no dataset in an empty one."""
    return any(path.name[0] != "." for path in root.glob("*"))


def check_valid(root):
    """Have the validator look at a diary, where it is installed."""
    if find_validator() and is_begun(root):
        code, output = validate(root)
        assert code == 0, output
