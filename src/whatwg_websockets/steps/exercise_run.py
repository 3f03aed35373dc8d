"""Running the commands of an exercise in a checkout."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

from whatwg_websockets.steps.exercises import words_of
from whatwg_websockets.steps.pytest_output import failures_in

_TESTS_RAN = (0, 1)
"""The exit statuses of pytest after tests ran: all passed, or some failed."""

_COMMAND = "from whatwg_websockets.cli import main; main()"


class NoTests(Exception):
    """The tests could not be run; the text says why, and what to do."""


def failing_tests(root: Path, command: str, *more: str, seconds: float | None = None) -> list[str]:
    """Run the tests of an exercise, and return the names of those that fail.

    Args:
        root: the folder of the checkout.
        command: the command, which calls pytest.
        more: further arguments of pytest.
        seconds: how long the tests may take; None for no limit.

    Raises:
        NoTests: pytest is not installed, or it did not run the tests.
        TimeoutError: the tests took too long.
    """
    if importlib.util.find_spec("pytest") is None:
        raise NoTests("The tests need pytest: run `make setup`, and use what is in .venv/bin.")
    done = _run(root, command, ["-m", "pytest", "-p", "no:cacheprovider", *more], seconds)
    if done.returncode not in _TESTS_RAN:
        last = (done.stderr or done.stdout).strip().splitlines()[-1:]
        raise NoTests(f"pytest did not run the tests: {''.join(last)}")
    return failures_in(done.stdout.splitlines())


def finds_nothing_wrong(root: Path, command: str) -> bool:
    """Run another command of an exercise, and return whether its exit status is 0."""
    return _run(root, command, ["-c", _COMMAND]).returncode == 0


def _run(
    root: Path, command: str, program: list[str], seconds: float | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a command with this Python and the code of the checkout, with lines of any length."""
    environment, words = words_of(command)
    paths = [str(root / "src"), str(root / "conformance"), os.environ.get("PYTHONPATH", "")]
    code = os.pathsep.join(filter(None, paths))
    try:
        return subprocess.run(  # noqa: S603
            [sys.executable, *program, *words[1:]],
            cwd=root,
            env=os.environ | environment | {"COLUMNS": "400", "PYTHONPATH": code},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=seconds,
        )
    except subprocess.TimeoutExpired:
        raise TimeoutError from None
