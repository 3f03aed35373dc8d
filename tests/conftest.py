"""``async def`` tests run on stock asyncio and on uvloop, each in a loop of its own."""

import gc
import inspect
import os
import signal
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import coverage
import hypothesis
import pytest

from support.dist import PROXIES_OF_THE_ENVIRONMENT, dist
from support.loops import LOOPS, run
from support.timers import Timers
from support.wire import Pages

PROXY_VARIABLES = {f"{each}_proxy" for each in ("ws", "wss", "http", "https", "all", "no")}

__all__ = ["dist"]

# What stands in conformance/ and is not in the wheel is found also where a wheel is installed; all
# else is that of the wheel then, as this comes last.
sys.path.append(str(Path(__file__).parents[1] / "conformance"))


# No test asserts a time; what hangs is ended by pytest-timeout.
hypothesis.settings.register_profile("without a deadline", deadline=None)
PROFILE = os.environ.get("HYPOTHESIS_PROFILE", "without a deadline")
# For a mutant it is enough to know that a test fails; a simpler example may take minutes to find.
hypothesis.settings.register_profile(
    "mutants", deadline=None, phases=[hypothesis.Phase.explicit, hypothesis.Phase.generate]
)
hypothesis.settings.load_profile(PROFILE)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Run the files with slow tests first, so that no process ends long after the others.

    On a mutant, the nearest tests run first, and no test has more time than the command line says.
    """
    if PROFILE == "mutants":
        limit = pytest.mark.timeout(config.getoption("timeout"))
        for item in items:
            item.add_marker(limit, append=False)
        return
    slow = {item.path for item in items if item.get_closest_marker("slow") is not None}
    items.sort(key=lambda item: item.path not in slow)


@pytest.fixture(autouse=True, scope="session")
def _no_proxies_of_the_environment() -> Iterator[None]:
    """Remove the environment's proxies, so that no test depends on them."""
    names = [name for name in os.environ if name.lower() in PROXY_VARIABLES]
    PROXIES_OF_THE_ENVIRONMENT.update({name: os.environ.pop(name) for name in names})
    yield
    os.environ.update(PROXIES_OF_THE_ENVIRONMENT)


@pytest.fixture(autouse=True, scope="session")
def _no_ignored_signals() -> Iterator[None]:
    """Have SIGINT and SIGHUP end what the tests start, however they themselves were started.

    A shell has its background processes ignore SIGINT, and ``nohup`` has them ignore SIGHUP; their
    children inherit that. What a process handles instead takes its default action in its children.
    The tests themselves still outlive their terminal.
    """
    heeded = {signal.SIGINT: signal.default_int_handler}
    if hasattr(signal, "SIGHUP"):
        heeded[signal.SIGHUP] = lambda *_: None
    ignored = [number for number in heeded if signal.getsignal(number) is signal.SIG_IGN]
    for number in ignored:
        signal.signal(number, heeded[number])
    yield
    for number in ignored:
        signal.signal(number, signal.SIG_IGN)


def pytest_collection_finish() -> None:
    """Prepare coverage and the garbage collector for the tests."""
    _measure_children()
    _spare_the_collector()


def _measure_children() -> None:
    """Have coverage measure the judge in the processes that the tests start, too.

    It measures nothing else there, so that a step of ``src/`` counts as taken only where it is
    known which test took it.
    """
    measured = coverage.Coverage.current()
    if measured is not None:
        os.environ["COVERAGE_PROCESS_START"] = str(Path(__file__).with_name("children.coveragerc"))
        os.environ["COVERAGE_OF_CHILDREN"] = str(Path(".coverage").absolute())


def _spare_the_collector() -> None:
    """Exclude objects that live as long as the tests from garbage collection."""
    gc.collect()
    gc.freeze()


_context = [""]


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> None:
    """Have coverage write down which test ran what, for ``whatwg-websockets spec coverage``.

    coverage's own ``dynamic_context`` knows a test by its function's frame, and so loses sight of
    one that awaits something. The parameters of a test stay out of it: to switch for each of them
    would take a fifth of the time of the tests.
    """
    measured = coverage.Coverage.current()
    context = item.nodeid.partition("[")[0]
    if measured is not None and context != _context[0]:
        _context[0] = context
        measured.switch_context(context)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if inspect.iscoroutinefunction(metafunc.function):
        metafunc.fixturenames.append("loop_kind")
        metafunc.parametrize("loop_kind", LOOPS)


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    test = pyfuncitem.obj
    if not inspect.iscoroutinefunction(test):
        return None
    names = inspect.signature(test).parameters
    arguments = {name: pyfuncitem.funcargs[name] for name in names}
    run(partial(test, **arguments), pyfuncitem.callspec.params["loop_kind"])
    return True


@pytest.fixture
def unmeasured(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have coverage leave out the processes that the test starts: none of them is the judge.

    To load coverage takes a process longer than Python takes to start.
    """
    monkeypatch.delenv("COVERAGE_PROCESS_START", raising=False)


@pytest.fixture
def pages(monkeypatch: pytest.MonkeyPatch) -> Pages:
    """Sockets without a network."""
    return Pages(monkeypatch)


@pytest.fixture
def timers(monkeypatch: pytest.MonkeyPatch) -> Timers:
    """Timers that fire when the test advances the time, once it has called ``timers.hold()``."""
    return Timers(monkeypatch)


class Clock:
    """A clock that the test advances.

    Attributes:
        now: the value of ``time.perf_counter()`` for the event loop and connections, in seconds.
    """

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """A clock that stands still unless the test advances it."""
    clock = Clock()
    for module in (
        "html.event_loop",
        "html.microtask_queue",
        "network.connection",
        "network.held_tasks",
    ):
        monkeypatch.setattr(f"whatwg_websockets.{module}.perf_counter", clock)
    return clock
