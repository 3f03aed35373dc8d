"""Running the tests on mutants: would anybody miss the step?

Each mutant is put into a copy of the checkout, one copy a worker, and the tests run there: first
those that ran the step according to step coverage, the nearest ones before the others, up to the
first that fails; then, unless that is too much, all others.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import tomllib
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from time import perf_counter
from types import TracebackType
from typing import Self

from whatwg_websockets.steps.coverage import StepCoverage
from whatwg_websockets.steps.index import SURVIVORS, spec_folder
from whatwg_websockets.steps.mutants import Mutant
from whatwg_websockets.steps.toml_file import IndexFault

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
"""What of a checkout is not copied: environments, caches, and what was made."""

TEST_TIMEOUT = 20
"""How long a single test may take on a mutant, in seconds; one that hangs has noticed."""

PATIENCE = 600
"""How long the tests of a step may take together, in seconds; all others have three times that."""

_NOTHING_FAILED = 0
_NO_TESTS = 5


class FailingTests(Exception):
    """The tests fail without a mutant; the text is what pytest says."""


class Interrupted(Exception):
    """The run was given up."""


@dataclass(frozen=True)
class Verdict:
    """What became of a mutant.

    Attributes:
        mutant: the mutant.
        survived: whether no test failed.
        noticed_by: the test that failed; empty where none did, or where it did not come so far.
        seconds: how long that took.
    """

    mutant: Mutant
    survived: bool
    noticed_by: str
    seconds: float


@dataclass(frozen=True)
class Plan:
    """A mutant and the tests to run on it, the nearest first.

    Attributes:
        mutant: the mutant.
        tests: the tests that ran its steps.
    """

    mutant: Mutant
    tests: tuple[str, ...]


def plan(mutants: Iterable[Mutant], coverage: StepCoverage) -> list[Plan]:
    """Choose the tests for each mutant."""
    return [Plan(mutant, tuple(_tests_for(mutant, coverage))) for mutant in mutants]


def _tests_for(mutant: Mutant, coverage: StepCoverage) -> list[str]:
    tests = {test for place in mutant.places for test in coverage.tests_of(place.comment)}
    near = f"test_{mutant.path.stem}.py"
    folder = f"/{mutant.path.parent.name}/"

    def distance(test: str) -> tuple[int, str]:
        file = test.partition("::")[0]
        return 0 if file.endswith(near) else 1 if folder in file else 2, test

    return sorted(tests, key=distance)


class Workshop:
    """A copy of the checkout in which one mutant at a time is tried; to be used in a ``with``.

    Args:
        root: the checkout.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._process: subprocess.Popen[str] | None = None
        self._is_closed = False
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        self.folder = Path(tempfile.mkdtemp(prefix="mutants-"))
        ignore = shutil.ignore_patterns(*NOT_COPIED)
        try:
            shutil.copytree(self._root, self.folder / "copy", ignore=ignore, symlinks=True)
        except BaseException:
            shutil.rmtree(self.folder, ignore_errors=True)
            raise
        return self

    def __exit__(
        self,
        exception_type: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def stop(self) -> None:
        """Run no more; what is running is killed, with all its children."""
        with self._lock:
            self._is_closed = True
            if self._process is not None and self._process.poll() is None:
                os.killpg(self._process.pid, signal.SIGKILL)

    def try_out(self, mutant: Mutant, tests: Sequence[str], seconds: float) -> tuple[bool, str]:
        """Run tests on a mutant.

        Returns:
            whether nothing failed, and the test that did.

        Raises:
            Interrupted: the workshop was stopped.
        """
        file = self.folder / "copy" / mutant.path.relative_to(self._root)
        original = file.read_text(encoding="utf-8")
        try:
            file.write_text(mutant.text, encoding="utf-8")
            code, said = self.run(tests, seconds)
        finally:
            file.write_text(original, encoding="utf-8")
        return code in (_NOTHING_FAILED, _NO_TESTS), _first_failure(said)

    def run(self, tests: Sequence[str], seconds: float, *more: str) -> tuple[int, str]:
        """Run tests up to the first that fails.

        Args:
            tests: what to run; nothing for all.
            seconds: how long that may take.
            more: more arguments for pytest.

        Returns:
            the exit status of pytest, that of a failure where it took too long; and what it said.

        Raises:
            Interrupted: the workshop was stopped.
        """
        arguments = self.folder / "arguments"
        arguments.write_text("\n".join(tests), encoding="utf-8")
        command = [
            *(sys.executable, "-m", "pytest", "-x", "-q", "--no-header", "--tb=no", "-rfE"),
            *("-p", "no:cacheprovider", f"--timeout={TEST_TIMEOUT}", *more, f"@{arguments}"),
        ]
        with self._lock:
            if self._is_closed:
                raise Interrupted
            self._process = subprocess.Popen(  # noqa: S603
                command,
                cwd=self.folder / "copy",
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                start_new_session=True,
            )
        process = self._process
        try:
            said, _ = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            return 1, ""
        with self._lock:
            if self._is_closed:
                raise Interrupted
        return process.returncode, said

    def _environment(self) -> dict[str, str]:
        copy = self.folder / "copy"
        paths = [str(copy / "src"), str(copy / "conformance")]
        return os.environ | {
            "PYTHONPATH": os.pathsep.join(paths),
            "PYTHONDONTWRITEBYTECODE": "1",
            "HYPOTHESIS_STORAGE_DIRECTORY": str(self.folder / "hypothesis"),
        }


def _first_failure(said: str) -> str:
    for line in said.splitlines():
        if line.startswith(("FAILED ", "ERROR ")):
            return line.split(" ")[1]
    return ""


def run_mutants(
    plans: Sequence[Plan],
    root: Path,
    tell: Callable[[Verdict], None],
    *,
    jobs: int = 1,
    quick: bool = False,
) -> None:
    """Try mutants out, several at a time.

    Args:
        plans: the mutants with the tests to run.
        root: the checkout; nothing in it is changed.
        tell: is given each verdict as it is found; it is called from several threads.
        jobs: how many at a time.
        quick: do not run all other tests on what survives those that ran the step.

    Raises:
        FailingTests: the tests fail without a mutant.
        KeyboardInterrupt: the run was given up; all processes and copies are gone.
    """
    workshops: SimpleQueue[Workshop] = SimpleQueue()
    with Workshops(root, jobs) as opened:
        check_the_tests(opened[0], plans)
        for workshop in opened:
            workshops.put(workshop)

        def judge(plan: Plan) -> None:
            workshop = workshops.get()
            try:
                tell(_judge(workshop, plan, quick))
            finally:
                workshops.put(workshop)

        with ThreadPoolExecutor(jobs) as executor:
            futures = [executor.submit(judge, each) for each in plans]
            try:
                for future in futures:
                    future.result()
            except BaseException:
                executor.shutdown(wait=False, cancel_futures=True)
                for workshop in opened:
                    workshop.stop()
                raise


class Workshops:
    """Several workshops, all of which are cleared up at the end."""

    def __init__(self, root: Path, count: int) -> None:
        self._workshops = [Workshop(root) for _ in range(count)]
        self._opened: list[Workshop] = []

    def __enter__(self) -> list[Workshop]:
        try:
            for workshop in self._workshops:
                self._opened.append(workshop.__enter__())
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self._opened

    def __exit__(
        self,
        exception_type: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for workshop in self._opened:
            workshop.__exit__(exception_type, exception, traceback)


def check_the_tests(workshop: Workshop, plans: Sequence[Plan]) -> None:
    """Make sure that it is the mutants that tests fail on.

    Raises:
        FailingTests: it would not be.
    """
    tests = sorted({test for each in plans for test in each.tests})
    if tests:
        code, said = workshop.run(tests, PATIENCE)
        if code != _NOTHING_FAILED:
            raise FailingTests(said.strip()[-2000:] or "the tests take too long")


def _judge(workshop: Workshop, plan: Plan, quick: bool) -> Verdict:
    began = perf_counter()
    survived, noticed_by = True, ""
    if plan.tests:
        survived, noticed_by = workshop.try_out(plan.mutant, plan.tests, PATIENCE)
    if survived and not quick:
        survived, noticed_by = workshop.try_out(plan.mutant, (), 3 * PATIENCE)
    return Verdict(plan.mutant, survived, noticed_by, perf_counter() - began)


# Survivors for which there is a reason.


@dataclass(frozen=True)
class Survivor:
    """A step that nobody would miss, and why that is in order.

    Attributes:
        algorithm: the algorithm's name, as the mark has it; a module for a lone requirement.
        step: the step's number, or "§" and a requirement's id.
        reason: why.
        line: the line in the file.
    """

    algorithm: str
    step: str
    reason: str
    line: int


def read_survivors(path: Path | None = None) -> list[Survivor]:
    """Read the survivors for which there is a reason; none where there is no such file.

    Args:
        path: the file; by default ``survivors.toml`` in the folder of the index.

    Raises:
        IndexFault: it is no TOML, or something is missing in it.
    """
    path = path or spec_folder() / SURVIVORS
    if not path.is_file():
        return []
    text = path.read_text(encoding="utf-8")
    try:
        tables = tomllib.loads(text).get("survivor", [])
    except tomllib.TOMLDecodeError as error:
        raise IndexFault(path, 1, f"not TOML: {error}") from None
    starts = [number for number, line in enumerate(text.splitlines(), 1) if line == "[[survivor]]"]
    survivors = []
    for table, line in zip(tables, [*starts, *[1] * len(tables)], strict=False):
        algorithm, step, reason = (table.get(key) for key in ("algorithm", "step", "reason"))
        if not (algorithm and step and reason):
            raise IndexFault(path, line, "a survivor needs 'algorithm', 'step' and 'reason'")
        survivors.append(Survivor(str(algorithm), str(step), str(reason), line))
    return survivors


def reason_for(mutant: Mutant, survivors: Iterable[Survivor]) -> Survivor | None:
    """Return why a mutant may survive, or None."""
    names = {(place.algorithm, number) for place in mutant.places for number in place.numbers}
    return next((each for each in survivors if (each.algorithm, each.step) in names), None)
