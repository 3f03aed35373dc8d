"""Only a machine that has nothing to run the real suite with may leave it out."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


def script(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


def looked(place: Path, **environ: str) -> tuple[int, str, str]:
    """Look on a machine that has what lies in a place; the status, the output and the errors."""
    nothing_else = {
        name: value
        for name, value in os.environ.items()
        if name not in ("PYTHON27", "PATH", "PYENV_ROOT", "HOME")
    }
    here = {"PATH": str(place / "bin"), "PYENV_ROOT": str(place / "pyenv"), "HOME": str(place)}
    done = subprocess.run(
        [sys.executable, "-m", "websocket_conformance.autobahn"],
        capture_output=True,
        env=nothing_else | here | environ,
        text=True,
    )
    return done.returncode, done.stdout, done.stderr


def test_where_nothing_is_the_status_is_3(tmp_path):
    script(tmp_path / "bin" / "docker", "exit 1")  # a client without an engine
    status, output, error = looked(tmp_path)
    assert (status, output) == (3, "")
    assert error.endswith("Neither was found.\n")


def test_an_engine_a_python_and_a_named_one_that_may_be_wrong_are_something(tmp_path):
    wrong = str(tmp_path / "wrong")
    assert looked(tmp_path, PYTHON27=wrong)[:2] == (
        0,
        f"The Autobahn suite can be run with PYTHON27={wrong}, if that is a Python 2.7.\n",
    )
    script(tmp_path / "bin" / "python2.7", "echo 2.7.18; echo /on/path")
    assert looked(tmp_path)[:2] == (
        0,
        "The Autobahn suite can be run with Python 2.7.18, /on/path.\n",
    )
    script(tmp_path / "bin" / "docker", "echo 27.1")
    assert looked(tmp_path)[:2] == (
        0,
        "The Autobahn suite can be run with the Docker engine 27.1.\n",
    )


@pytest.mark.parametrize(
    ("found", "run", "passes", "left_out"),
    [
        (3, 0, True, True),
        (1, 0, False, False),
        (0, 0, True, False),
        (0, 1, False, False),
        (0, 3, False, False),
    ],
)
@pytest.mark.skipif(shutil.which("make") is None, reason="needs make")
def test_make_passes_only_where_nothing_is_found(tmp_path, found, run, passes, left_out):
    """It fails if there is one of them, and the suite is missing or falls short."""
    script(tmp_path / "python", f"exit {found}")
    script(tmp_path / "whatwg-websockets", f"exit {run}")
    done = subprocess.run(
        ["make", "--old-file=.venv/.ready", f"BIN={tmp_path}", "autobahn-if-possible"],
        capture_output=True,
        cwd=ROOT,
        text=True,
    )
    assert (done.returncode == 0) is passes, done.stdout + done.stderr
    assert ("Left out: make autobahn" in done.stdout) is left_out
