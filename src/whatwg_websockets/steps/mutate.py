"""Running the tests on mutants, to find out whether a test notices the missing step.

Each mutant is written into a copy of the checkout, one copy for each worker, and the tests run
there: first the tests nearest to the step, then all other tests that ran it, and on request all
tests of the project. The run ends at the first test that fails.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from time import perf_counter

from whatwg_websockets.steps.coverage import StepCoverage
from whatwg_websockets.steps.mutants import Mutant
from whatwg_websockets.steps.named_tests import read_tests
from whatwg_websockets.steps.workshop import NOTHING_FAILED, Workshop

PATIENCE = 600
"""How long the tests of a step may take together, in seconds; three times that for all tests."""

NEAREST = 60
"""How many tests run before the others; one of them nearly always fails."""


class FailingTests(Exception):
    """The tests fail without a mutant; the text is what pytest prints."""


@dataclass(frozen=True)
class Verdict:
    """The result of a mutant.

    Attributes:
        mutant: the mutant.
        survived: whether no test failed.
        noticed_by: the test that failed; empty if no test failed, or if a test hung.
        seconds: how long the tests took.
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
        tests: the tests that ran its steps, as far as that is known.
        own: the tests of its algorithm, which run last: not all tests may have been recorded.
    """

    mutant: Mutant
    tests: tuple[str, ...]
    own: tuple[str, ...]


def plan(
    mutants: Iterable[Mutant], coverage: StepCoverage, package: Path, tests: Path
) -> list[Plan]:
    """Choose the tests that ran the steps of each mutant, and those of its algorithm.

    Of the tests that ran the steps, those of the module's own file come first, then those of its
    folder; among these, the tests that ran the fewest steps of the module. The tests of an
    algorithm are those that name its anchor, the file of tests with the module's name, and the
    folder of tests with the name of the module's folder.

    A mutant that lacks an assertion has a plan with the nearest tests only: an assertion holds
    whatever a program does, so all tests would run to their end.

    Args:
        mutants: the mutants.
        coverage: which tests ran which steps; it may know none.
        package: the folder of the Python package.
        tests: the folder of the tests.
    """
    return [_plan(mutant, coverage, package, tests) for mutant in mutants]


def _plan(mutant: Mutant, coverage: StepCoverage, package: Path, tests: Path) -> Plan:
    near = tuple(_tests_for(mutant, coverage))
    if near and mutant.lacks_an_assertion:
        return Plan(mutant, near[:NEAREST], ())
    return Plan(mutant, near, tuple(_own_tests(mutant, package, tests)))


def _tests_for(mutant: Mutant, coverage: StepCoverage) -> list[str]:
    counts = coverage.steps_run[mutant.path]
    tests = {test for place in mutant.places for test in coverage.tests_of(place.comment)}
    near = f"test_{mutant.path.stem}.py"
    folder = f"/{mutant.path.parent.name}/"

    def distance(test: str) -> tuple[int, int, str]:
        file = test.partition("::")[0]
        return 0 if file.endswith(near) else 1 if folder in file else 2, counts[test], test

    return sorted(tests, key=distance)


def _own_tests(mutant: Mutant, package: Path, tests: Path) -> list[str]:
    room = tests / mutant.path.parent.relative_to(package)
    own = [room / f"test_{mutant.path.stem}.py", *([room] if room != tests else [])]
    anchors = {place.anchor for place in mutant.places if place.anchor}
    named = [test for anchor in sorted(anchors) for test in read_tests(anchor, tests)]
    found = [path.relative_to(tests.parent).as_posix() for path in own if path.exists()]
    return list(dict.fromkeys([*found[:1], *named, *found[1:]]))


class Judge:
    """Runs the tests on mutants, and finds their results.

    A failing test counts only if it passes without the mutant; that is tried once for each test.

    Args:
        all_tests: whether all tests of the project run on mutants that survive the tests of their
            plans.
    """

    def __init__(self, *, all_tests: bool = False) -> None:
        self._all_tests = all_tests
        self._passing: set[str] = set()

    def judge(self, workshop: Workshop, plan: Plan) -> Verdict:
        """Run the tests of a plan on its mutant, in stages, up to the first that fails.

        Raises:
            FailingTests: the test that failed also fails without the mutant.
            Interrupted: the workshop was stopped.
        """
        began = perf_counter()
        survived, noticed_by = True, ""
        for tests, seconds in self._stages(plan):
            survived, noticed_by = workshop.try_out(plan.mutant, tests, seconds)
            if not survived:
                self.make_sure(workshop, noticed_by, tests, seconds)
                break
        return Verdict(plan.mutant, survived, noticed_by, perf_counter() - began)

    def _stages(self, plan: Plan) -> Iterator[tuple[tuple[str, ...], float]]:
        for tests in (plan.tests[:NEAREST], plan.tests[NEAREST:], plan.own):
            if tests:
                yield tests, PATIENCE
        if self._all_tests:
            yield (), 3 * PATIENCE

    def make_sure(
        self, workshop: Workshop, noticed_by: str, tests: Sequence[str], seconds: float
    ) -> None:
        """Make sure that the tests fail only with the mutant."""
        # A name may be that of one case of a test, and be cut at a space in the case.
        test = noticed_by.partition("[")[0]
        if test and test in self._passing:
            return
        code, said = workshop.run([test] if test else tests, seconds)
        if code != NOTHING_FAILED:
            raise FailingTests(said.strip()[-2000:] or "the tests take too long")
        self._passing.add(test)


def run_mutants(
    plans: Sequence[Plan],
    root: Path,
    tell: Callable[[Verdict], None],
    *,
    jobs: int = 1,
    all_tests: bool = False,
) -> None:
    """Run the tests on mutants, several at a time.

    Args:
        plans: the mutants with the tests to run.
        root: the checkout; nothing in it is changed.
        tell: called with each verdict when it is found, from several threads.
        jobs: how many mutants are tried at a time.
        all_tests: run all tests of the project on mutants that survive the tests of their plans.

    Raises:
        FailingTests: a test fails without a mutant.
        KeyboardInterrupt: the run was interrupted; all processes and copies have been removed.
    """
    workshops: SimpleQueue[Workshop] = SimpleQueue()
    judge = Judge(all_tests=all_tests)
    with ExitStack() as stack:
        opened = [stack.enter_context(Workshop(root)) for _ in range(jobs)]
        for workshop in opened:
            workshops.put(workshop)

        def try_out(plan: Plan) -> None:
            workshop = workshops.get()
            try:
                tell(judge.judge(workshop, plan))
            finally:
                workshops.put(workshop)

        with ThreadPoolExecutor(jobs) as executor:
            futures = [executor.submit(try_out, each) for each in plans]
            try:
                for future in futures:
                    future.result()
            except BaseException:
                executor.shutdown(wait=False, cancel_futures=True)
                for workshop in opened:
                    workshop.stop()
                raise
