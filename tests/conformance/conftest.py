import fcntl
import json
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

FAKES = Path(__file__).parent / "fakes"
MAIN = "from whatwg_websockets.cli import main; main()"


@dataclass
class Stage:
    """A machine on which Docker seems to run, and on which the suite is a fake."""

    directory: Path
    environ: dict[str, str] = field(default_factory=dict)

    @property
    def reports(self) -> Path:
        return self.directory / "reports"

    @property
    def docker_commands(self) -> list[str]:
        return (self.directory / "docker" / "commands").read_text().splitlines()

    def start(self, *arguments: str, before: str = "") -> subprocess.Popen[str]:
        options = ["--report-dir", str(self.reports), "--adapter", "standin", *arguments]
        return subprocess.Popen(
            [sys.executable, "-c", before + MAIN, "conformance", "autobahn", *options],
            env=self.environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run(self, *arguments: str) -> tuple[int, str]:
        with self.start(*arguments) as process:
            output, _ = process.communicate()
        return process.returncode, output

    def index(self) -> dict[str, dict[str, object]]:
        (cases,) = json.loads((self.reports / "index.json").read_text()).values()
        return cases

    def about(self) -> dict[str, object]:
        return json.loads((self.reports / "run.json").read_text())

    def wait_until_no_child_lives(self) -> None:
        """Each server and client holds a shared lock for as long as it lives."""
        with (self.directory / "alive").open("rb") as alive:
            fcntl.flock(alive, fcntl.LOCK_EX)


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    stage = Stage(tmp_path)
    tools = tmp_path / "bin"
    tools.mkdir()
    docker = tools / "docker"
    docker.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{FAKES / "fake_docker.py"}" "$@"\n')
    docker.chmod(docker.stat().st_mode | stat.S_IXUSR)
    (tmp_path / "docker").mkdir()
    (tmp_path / "alive").touch()
    (tmp_path / "tmp").mkdir()
    stage.environ = {
        **{name: value for name, value in os.environ.items() if name != "PYTHON27"},
        "ALIVE": str(tmp_path / "alive"),
        "COLUMNS": "200",
        "FAKE_DOCKER": str(tmp_path / "docker"),
        "HOME": str(tmp_path),
        "PATH": f"{tools}:/usr/bin:/bin",
        "PYENV_ROOT": str(tmp_path / "no-pyenv"),
        "PYTHONPATH": os.pathsep.join(filter(None, (str(FAKES), os.environ.get("PYTHONPATH")))),
        "TMPDIR": str(tmp_path / "tmp"),
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
    }
    yield stage
    stage.wait_until_no_child_lives()
    assert not list((tmp_path / "tmp").glob("autobahn-*")), "a temporary directory is left"
