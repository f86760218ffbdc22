"""What the tests of the command line share."""

import pytest

from surefoot.cli import main


@pytest.fixture
def run(capsys):
    """Run a command; return exit code, stdout and stderr."""

    def call(*words):
        with pytest.raises(SystemExit) as left:
            main([str(word) for word in words])
        captured = capsys.readouterr()
        return left.value.code, captured.out, captured.err

    return call
