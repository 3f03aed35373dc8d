"""Finds the suite on this machine: a Docker engine that runs, else a Python 2.7."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from websocket_conformance.autobahn import SUITE_VERSION
from websocket_conformance.autobahn.suites import IMAGE, DockerSuite, python2_environ
from websocket_conformance.errors import MissingError

_PROBE_SECONDS = 30
_PROBE = "import sys; print('%d.%d.%d\\n%s' % (sys.version_info[:3] + (sys.executable,)))"

MISSING = (
    f"The Autobahn suite {SUITE_VERSION} needs a running Docker engine (it takes the image "
    f"{IMAGE}),\n"
    "or a Python 2.7: set PYTHON27=/path/to/python2.7, put python2.7 on PATH, or `pyenv install "
    "2.7.18`."
)
"""The message that says what the suite needs, in two lines."""


class Source(StrEnum):
    """Where the suite may be taken from."""

    AUTO = "auto"
    DOCKER = "docker"
    PYTHON = "python"

    def missing(self) -> str:
        """Return a sentence which says that the suite was not found in this source."""
        return {
            Source.AUTO: "Neither was found.",
            Source.DOCKER: "No Docker engine answered, and a Python 2.7 was not looked for.",
            Source.PYTHON: "No Python 2.7 was found, and a Docker engine was not looked for.",
        }[self]


class Python27(NamedTuple):
    """A Python 2.7 that runs: its full version, and its own path instead of that of a shim."""

    path: Path
    version: str


def docker_engine() -> DockerSuite | None:
    """Return the suite's image if a Docker engine answers; a Docker client alone does not count."""
    docker = shutil.which("docker")
    if docker is None:
        return None
    version = _output([docker, "info", "--format", "{{.ServerVersion}}"])
    return DockerSuite(docker, version) if version else None


def python27() -> Python27 | None:
    """Find a Python 2.7: ``$PYTHON27``, else one on ``PATH``, else the newest that pyenv has.

    Raises:
        MissingError: ``$PYTHON27`` is set, but is not a Python 2.7.
    """
    named = os.environ.get("PYTHON27")
    if named:
        found = _probe(named)
        if found is None:
            raise MissingError(f"PYTHON27 is set to {named}, which is not a Python 2.7.")
        return found
    return next((found for path in _candidates() if (found := _probe(path))), None)


def _candidates() -> Iterator[str]:
    on_path = shutil.which("python2.7")
    if on_path:
        yield on_path
    root = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    versions = sorted(root.glob("versions/2.7.*"), key=_numbers, reverse=True)
    yield from (str(version / "bin" / "python2.7") for version in versions)


def _numbers(version: Path) -> list[int]:
    return [int(part) for part in version.name.split(".") if part.isdecimal()]


def _probe(path: str) -> Python27 | None:
    version, _, executable = _output([path, "-c", _PROBE]).partition("\n")
    return Python27(Path(executable), version) if version.startswith("2.7.") else None


def _output(command: list[str]) -> str:
    """Return what a command prints; empty if it fails or cannot be run."""
    try:
        done = subprocess.run(  # noqa: S603
            command,
            capture_output=True,
            check=True,
            env=python2_environ(),
            stdin=subprocess.DEVNULL,
            timeout=_PROBE_SECONDS,
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.decode(errors="replace").strip()
