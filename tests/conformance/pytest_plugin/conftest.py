import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Runs = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def configure(tmp_path: Path) -> Callable[[str], None]:
    """Writes a configuration file."""

    def write(settings: str) -> None:
        scope = "asyncio_default_fixture_loop_scope = function"
        (tmp_path / "pytest.ini").write_text(f"[pytest]\n{scope}\n{settings}\n")

    return write


CI_VARIABLES = ("CI", "BUILD_NUMBER")


@pytest.fixture
def runs(tmp_path: Path, configure: Callable[[str], None]) -> Runs:
    """Runs pytest in a directory of its own, with the plugins that are installed."""
    configure("filterwarnings = error")
    # Where CI is set, pytest prints each failure once more, in its summary.
    environment = {name: each for name, each in os.environ.items() if name not in CI_VARIABLES}

    def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-q", *arguments]
        return subprocess.run(
            command,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            env={**environment, "COLUMNS": "200", "PYTEST_ADDOPTS": ""},
        )

    return run
