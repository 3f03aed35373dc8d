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
        (tmp_path / "pytest.ini").write_text(f"[pytest]\n{settings}\n")

    return write


CI_VARIABLES = ("CI", "BUILD_NUMBER")
# To load all that is installed takes longer than most of these tests.
BY_ITSELF = ("-p", "websocket_conformance.pytest_plugin")
AS_INSTALLED = ("-o", "asyncio_default_fixture_loop_scope=function")


@pytest.fixture
def runs(tmp_path: Path, configure: Callable[[str], None]) -> Runs:
    """Runs pytest in a directory of its own, with our plugin, or with all that are installed."""
    configure("filterwarnings = error")
    # Where CI is set, pytest prints each failure once more, in its summary.
    environment = {name: each for name, each in os.environ.items() if name not in CI_VARIABLES}

    def run(
        *arguments: str, installed: bool = False, cwd: Path = tmp_path
    ) -> "subprocess.CompletedProcess[str]":
        plugins = list(AS_INSTALLED if installed else BY_ITSELF)
        if "-n" in arguments and not installed:
            plugins += ["-p", "xdist.plugin"]
        command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-q"]
        alone = {} if installed else {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
        return subprocess.run(
            [*command, *plugins, *arguments],
            cwd=cwd,
            capture_output=True,
            text=True,
            env={**environment, **alone, "COLUMNS": "200", "PYTEST_ADDOPTS": ""},
        )

    return run
