import fcntl
import json
import os
import shlex
import stat
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import fake_commands
import pytest

from websocket_conformance.report import saved
from websocket_conformance.results.run import Run

MAIN = "from whatwg_websockets.cli import main; main()"


@dataclass
class Stage:
    """A machine on which Docker seems to run, and on which the real suite is a fake."""

    directory: Path
    environ: dict[str, str] = field(default_factory=dict)

    @property
    def reports(self) -> Path:
        return self.directory / "reports"

    @property
    def docker_commands(self) -> list[str]:
        return (self.directory / "docker" / "commands").read_text().splitlines()

    def start(
        self, *arguments: str, mode: str = "good", at: int = 0, before: str = ""
    ) -> subprocess.Popen[str]:
        command = f"{shlex.join(fake_commands.driver(mode))} {{url}} {{agent}} {at}"
        options = ["--report-dir", str(self.reports), "--command", command, *arguments]
        return subprocess.Popen(
            [sys.executable, "-c", before + MAIN, *RUN, *options],
            env=self.environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run(self, *arguments: str, mode: str = "good", at: int = 0) -> tuple[int, str]:
        with self.start(*arguments, mode=mode, at=at) as process:
            output, _ = process.communicate()
        return process.returncode, output

    def index(self) -> dict[str, dict[str, Any]]:
        """What Autobahn's own index has of the cases."""
        text = (self.reports / "autobahn" / "index.json").read_text()
        return dict(next(iter(json.loads(text).values()), {}))

    def saved(self) -> Run:
        (file,) = (self.reports / "runs").glob("*.json")
        return saved.load(file)

    def verdicts(self) -> dict[str, str]:
        return {result.case: str(result.verdict) for result in self.saved().results}

    def wait_until_no_child_lives(self) -> None:
        """Each server and client holds a shared lock for as long as it lives."""
        with (self.directory / "alive").open("rb") as alive:
            fcntl.flock(alive, fcntl.LOCK_EX)


RUN = ("conformance", "run", "--suite", "autobahn")


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    stage = Stage(tmp_path)
    tools = tmp_path / "bin"
    tools.mkdir()
    docker = tools / "docker"
    docker.write_text(f'#!/bin/sh\nexec {shlex.join(fake_commands.docker())} "$@"\n')
    docker.chmod(docker.stat().st_mode | stat.S_IXUSR)
    (tmp_path / "docker").mkdir()
    (tmp_path / "alive").touch()
    (tmp_path / "tmp").mkdir()
    paths = (str(fake_commands.FAKES), os.environ.get("PYTHONPATH"))
    stage.environ = {
        **{name: value for name, value in os.environ.items() if name != "PYTHON27"},
        "ALIVE": str(tmp_path / "alive"),
        "COLUMNS": "200",
        "FAKE_DOCKER": str(tmp_path / "docker"),
        "HOME": str(tmp_path),
        "PATH": f"{tools}:/usr/bin:/bin",
        "PYENV_ROOT": str(tmp_path / "no-pyenv"),
        "PYTHONPATH": os.pathsep.join(filter(None, paths)),
        "TERM": "dumb",
        "TMPDIR": str(tmp_path / "tmp"),
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
    }
    yield stage
    stage.wait_until_no_child_lives()
    assert not list((tmp_path / "tmp").glob("autobahn-*")), "a temporary directory is left"
