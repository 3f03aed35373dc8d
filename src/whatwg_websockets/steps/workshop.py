"""A copy of the checkout in which mutants are tried, and the runs of its tests."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Self

from whatwg_websockets.steps import pytest_forks
from whatwg_websockets.steps.mutants import Mutant
from whatwg_websockets.steps.pytest_output import failures_in

NOT_COPIED = (
    ".*",
    "_build",
    "__pycache__",
    "build",
    "dist",
    "node_modules",
    "reports",
    "results",
    "*.egg-info",
)
"""The parts of a checkout that are not copied: environments, caches, and generated files."""

TEST_TIMEOUT = 20
"""How long a single test may take on a mutant, in seconds; a test that hangs counts as failed."""

_SAME_EXAMPLES = ["--hypothesis-seed=0"] if find_spec("hypothesis") else []
"""The option by which the tests that draw examples at random draw the same ones in each run."""

NOTHING_FAILED = 0
SOMETHING_FAILED = 1
NO_TESTS = 5


class Interrupted(Exception):
    """The workshop was stopped while, or before, it ran tests."""


class Workshop:
    """A copy of the checkout in which one mutant at a time is tried; a context manager.

    Args:
        root: the checkout.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._forks: subprocess.Popen[str] | None = None
        self._running = 0
        self._is_closed = False
        self._lock = threading.Lock()
        self._times_written = 0

    def __enter__(self) -> Self:
        self.folder = Path(tempfile.mkdtemp(prefix="mutants-"))
        try:
            shutil.copytree(self._root, self.folder / "copy", ignore=_left_out, symlinks=True)
        except BaseException:
            shutil.rmtree(self.folder, ignore_errors=True)
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        if self._forks is not None:
            self._forks.communicate()
        shutil.rmtree(self.folder, ignore_errors=True)

    def stop(self) -> None:
        """End the running processes with their children, and start no more."""
        with self._lock:
            self._is_closed = True
            self._kill_the_run()
            if self._forks is not None:
                self._forks.kill()

    def try_out(self, mutant: Mutant, tests: Sequence[str], seconds: float) -> tuple[bool, str]:
        """Run tests on a mutant, up to the first that fails.

        Args:
            mutant: the mutant.
            tests: the tests; all tests if this is empty.
            seconds: how long the tests may take together.

        Returns:
            Whether no test failed, and the name of the test that did.

        Raises:
            Interrupted: the workshop was stopped.
        """
        file = self.folder / "copy" / mutant.path.relative_to(self._root)
        original = file.read_text(encoding="utf-8")
        try:
            self._write(file, mutant.text)
            code, said = self.run(tests, seconds)
        finally:
            self._write(file, original)
        failures = failures_in(said.splitlines())
        return code in (NOTHING_FAILED, NO_TESTS), next(iter(failures), "")

    def _write(self, file: Path, text: str) -> None:
        """Write a file with a new modification time, so that Python does not use old bytecode."""
        file.write_text(text, encoding="utf-8")
        self._times_written += 1
        os.utime(file, (self._times_written, self._times_written))

    def run(self, tests: Sequence[str], seconds: float) -> tuple[int, str]:
        """Run tests, up to the first that fails.

        Args:
            tests: the tests; all tests if this is empty.
            seconds: how long the tests may take together.

        Returns:
            The exit status of pytest, or that of a failure if the tests took too long; and what
            pytest printed.

        Raises:
            Interrupted: the workshop was stopped.
        """
        listed, said = self.folder / "arguments", self.folder / "said"
        listed.write_text("\n".join(tests), encoding="utf-8")
        arguments = [
            *("-x", "-q", "--no-header", "--tb=no", "-rfE", "-p", "no:cacheprovider"),
            # Pytest cannot rewrite the assertions of plugins that are loaded already.
            *("-W", "ignore::pytest.PytestAssertRewriteWarning"),
            # Code that catches every exception would also catch one that ends a test.
            *(f"--timeout={TEST_TIMEOUT}", "--timeout-method=thread"),
            *(*_SAME_EXAMPLES, f"@{listed}"),
        ]
        forks = self._ask(json.dumps([arguments, str(said)]))
        timer = threading.Timer(seconds, self._give_up)
        timer.start()
        code = forks.readline()
        timer.cancel()
        with self._lock:
            self._running = 0
            if self._is_closed:
                raise Interrupted
        status = int(code)
        text = said.read_text(encoding="utf-8", errors="replace")
        return (SOMETHING_FAILED if status < 0 else status), text

    def _ask(self, line: str) -> IO[str]:
        """Start a run of pytest, and return the stream from which its exit status can be read."""
        with self._lock:
            if self._is_closed:
                raise Interrupted
            if self._forks is None:
                self._forks = self._started()
            stdin, stdout = self._forks.stdin, self._forks.stdout
            assert stdin is not None
            assert stdout is not None
            stdin.write(f"{line}\n")
            stdin.flush()
            self._running = int(stdout.readline())
        return stdout

    def _give_up(self) -> None:
        with self._lock:
            self._kill_the_run()

    def _kill_the_run(self) -> None:
        if self._running:
            with suppress(ProcessLookupError):
                os.killpg(self._running, signal.SIGKILL)

    def _started(self) -> subprocess.Popen[str]:
        return subprocess.Popen(  # noqa: S603
            [sys.executable, "-P", pytest_forks.__file__],
            cwd=self.folder / "copy",
            env=self._environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def _environment(self) -> dict[str, str]:
        copy = self.folder / "copy"
        paths = [str(copy / "src"), str(copy / "conformance")]
        environment = os.environ | {
            "PYTHONPATH": os.pathsep.join(paths),
            "PYTHONPYCACHEPREFIX": str(self.folder / "bytecode"),
            "HYPOTHESIS_STORAGE_DIRECTORY": str(self.folder / "hypothesis"),
            "HYPOTHESIS_PROFILE": "mutants",
            "PYTEST_ADDOPTS": "",
        }
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        return environment


def _left_out(folder: str, names: list[str]) -> set[str]:
    """Return the files of a folder that are not copied; a package is always copied."""
    found = shutil.ignore_patterns(*NOT_COPIED)(folder, names)
    return {name for name in found if not Path(folder, name, "__init__.py").is_file()}
