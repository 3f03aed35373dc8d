"""What the Windows job of CI runs can be imported where Python has less than on Unix."""

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
CI = yaml.safe_load((ROOT / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8"))
RUNS = [shlex.split(step["run"]) for step in CI["jobs"]["windows"]["steps"] if "run" in step]
PYTEST = ["python", "-m", "pytest"]
PATH = os.pathsep.join(str(ROOT / folder) for folder in ("tests", "src", "conformance"))


def without_unix(*words: str) -> "subprocess.CompletedProcess[str]":
    """Run Python in the repository, where what is for Unix only can be taken away."""
    return subprocess.run(
        [sys.executable, *words],
        capture_output=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": PATH},
        text=True,
    )


def test_its_tests_are_collected():
    (tests,) = (words[3:] for words in RUNS if words[:3] == PYTEST)
    assert tests
    options = ["--collect-only", "--quiet", "-p", "no:cacheprovider", "-p", "support.windows"]
    done = without_unix("-m", "pytest", *options, *tests)
    assert done.returncode == 0, done.stdout + done.stderr


def test_its_command_runs():
    (words,) = (words[1:] for words in RUNS if words[0] == "whatwg-websockets")
    program = "import support.windows; from whatwg_websockets.cli import main; main()"
    done = without_unix("-c", program, *words)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("command", [["conformance", "run"], ["conformance", "implementations"]])
def test_the_judge_can_be_asked_for_help(command):
    # psutil has a way of its own on Windows.
    program = "import psutil, support.windows; from whatwg_websockets.cli import main; main()"
    done = without_unix("-c", program, *command, "--help")
    assert done.returncode == 0, done.stdout + done.stderr
