"""The files of a release, built once in a run of the tests, and installed to be tested."""

import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

ROOT = Path(__file__).parents[2]
NAME = "whatwg-websockets"

PROXIES_OF_THE_ENVIRONMENT: dict[str, str] = {}
"""The variables that name proxies; tests do not see them, and packages may be had through them."""


@dataclass(frozen=True)
class Dist:
    """The two files of a release.

    Attributes:
        sdist: the source distribution.
        wheel: the wheel, which is built from the source distribution.
    """

    sdist: Path
    wheel: Path

    @property
    def version(self) -> str:
        """The version that the name of the wheel has."""
        return self.wheel.name.split("-")[1]

    def requirement(self, *extras: str) -> str:
        """What to install: the wheel, with some extras."""
        return f"{NAME}[{','.join(extras)}] @ {self.wheel.as_uri()}"

    def installed(self, place: Path, *extras: str, also: Sequence[str] = ()) -> "Installed":
        """Install the wheel with some extras, and what else is named, in a new environment."""
        run_uv("venv", "--quiet", "--python", sys.executable, str(place))
        python = place / ("Scripts" if os.name == "nt" else "bin") / "python"
        install = ["pip", "install", "--quiet", "--python", str(python)]
        run_uv(*install, self.requirement(*extras), *also)
        return Installed(python.parent)


@dataclass(frozen=True)
class Installed:
    """An environment with the wheel in it.

    Attributes:
        programs: the folder of its programs.
    """

    programs: Path

    def run(self, *words: str, cwd: Path) -> "subprocess.CompletedProcess[str]":
        """Run one of its programs, away from the checkout, and return what came of it."""
        return subprocess.run(
            self.words(*words), capture_output=True, cwd=cwd, env=environment(), text=True
        )

    def words(self, program: str, *more: str) -> list[str]:
        """Return the command that runs one of its programs."""
        return [str(self.programs / program), *more]


def environment() -> dict[str, str]:
    """Return the environment without variables that lead to the checkout's packages."""
    astray = ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "COVERAGE_PROCESS_START")
    return {name: value for name, value in os.environ.items() if name not in astray}


def run_uv(*words: str, cwd: Path | None = None) -> str:
    """Run uv, and return its output; its errors are in the failure of the test."""
    import uv  # The environment with the lowest versions has no uv, and builds nothing.

    command = [uv.find_uv_bin(), *words]
    env = environment() | PROXIES_OF_THE_ENVIRONMENT
    done = subprocess.run(command, capture_output=True, cwd=cwd, env=env, text=True)
    assert done.returncode == 0, f"{command} ended with {done.returncode}:\n{done.stderr}"
    return done.stdout


def build(source: Path, place: Path) -> Dist:
    """Build the source distribution of a tree, and from that the wheel."""
    run_uv("build", "--quiet", "--python", sys.executable, "--out-dir", str(place), str(source))
    return found(place)


def found(place: Path) -> Dist:
    """What has been built in a folder."""
    (sdist,), (wheel,) = place.glob("*.tar.gz"), place.glob("*.whl")
    return Dist(sdist, wheel)


@pytest.fixture(scope="session")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Dist:
    """The release as it would be made of this checkout, once for all processes of the tests."""
    import fcntl  # Windows, where no release is made, has none.

    place = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        place = place.parent  # that of the process that gives the tests to the others
    with (place / "dist.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        made = place / "dist"
        if not made.exists():
            with TemporaryDirectory(dir=place) as unfinished:
                build(ROOT, Path(unfinished) / "dist")
                (Path(unfinished) / "dist").rename(made)
        return found(made)
