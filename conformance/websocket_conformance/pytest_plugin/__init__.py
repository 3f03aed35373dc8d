"""The pytest plugin: each case of the embedded suite is one test of an implementer's own tests.

pytest loads this module wherever the package is installed, so it imports nothing but pytest, and
does nothing until a test asks for one of its fixtures:

* ``websocket_client_case`` has the URL of a case, for the client that is tested;
* ``websocket_server_case`` plays a case with the server that is tested.

`selection` chooses the cases of a test, `judge` plays them, `cases` has the objects that a test
gets, `known` compares verdicts with the baseline, and `told` describes a failure.
"""

from collections.abc import Generator, Iterator
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from websocket_conformance.pytest_plugin.cases import ClientCase, ServerCase
    from websocket_conformance.pytest_plugin.judge import Judge

_CLIENT, _SERVER = "websocket_client_case", "websocket_server_case"
_CHECKED = ("websocket_cases", "websocket_timeout", "websocket_baseline")
_CASE: "pytest.StashKey[ClientCase | ServerCase]" = pytest.StashKey()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options, and the settings that replace them in a configuration file."""
    group = parser.getgroup("websocket conformance")
    group.addoption(
        "--websocket-cases",
        action="append",
        metavar="CASES",
        help="Cases such as 1.1.1 or '6.*', instead of those that a test names.",
    )
    group.addoption(
        "--websocket-profile",
        choices=("quick", "full"),
        help="Few messages and short pauses, or as many and as long as Autobahn's.",
    )
    group.addoption(
        "--websocket-timeout",
        metavar="SECONDS",
        help="How long a client may take to connect, and three times as long to end its case, "
        "once its test is over; 5 by default.",
    )
    group.addoption(
        "--websocket-baseline",
        metavar="FILE",
        help="The cases that are known to fall short; they are expected to fail.",
    )
    group.addoption(
        "--websocket-write-baseline",
        action="store_true",
        help="Write what falls short to the baseline; none of it is a failure of this run.",
    )
    parser.addini("websocket_cases", "Cases of a test that names none.", "args", ["*"])
    parser.addini("websocket_exclude_cases", "Cases that no test is to have.", "args", [])
    parser.addini("websocket_profile", "quick or full.", "string", "quick")
    parser.addini("websocket_timeout", "The seconds of --websocket-timeout.", "string", "5")
    parser.addini("websocket_baseline", "The file of --websocket-baseline.", "string", "")


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker, and refuse wrong options."""
    config.addinivalue_line(
        "markers",
        "websocket_cases(*cases, exclude=(), agent=None): the cases of the embedded suite that a "
        "test gets, such as '6.*'; those that it does not get; and what the baseline calls the "
        "implementation, by default as the test is called",
    )
    config.pluginmanager.register(_Gathered(config), "websocket-conformance-gathered")
    asked = map(config.getoption, (*_CHECKED, "websocket_write_baseline"))
    if any(asked) or config.getini("websocket_baseline"):
        selection, known = _modules()
        selection.check(config)
        known.check(config)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Make a test of each selected case; a wrong selection is told without a traceback."""
    for name in (_CLIENT, _SERVER):
        if name in metafunc.fixturenames:
            try:
                selection, _ = _modules()
                numbers = selection.numbers(metafunc, for_clients=name == _CLIENT)
            except pytest.UsageError as error:
                raise pytest.Collector.CollectError(str(error)) from None
            metafunc.parametrize(name, numbers, indirect=True, ids=numbers)


@pytest.fixture(scope="session")
def _websocket_judge(request: pytest.FixtureRequest) -> "Iterator[Judge]":
    from websocket_conformance.pytest_plugin import judge, selection

    profile, timeout = selection.profile(request.config), selection.timeout(request.config)
    with judge.Judge(profile, timeout) as made:
        yield made


@pytest.fixture
def websocket_client_case(
    request: pytest.FixtureRequest, _websocket_judge: "Judge"
) -> "ClientCase":
    """A case for a client, which has to connect to its ``url`` and send back every message.

    When the test ends, it fails unless the case is at its best.
    """
    from websocket_conformance.pytest_plugin import selection
    from websocket_conformance.pytest_plugin.cases import ClientCase

    agent = selection.agent(request.node)
    case = request.node.stash[_CASE] = ClientCase(_websocket_judge, request.param, agent)
    return case


@pytest.fixture
def websocket_server_case(
    request: pytest.FixtureRequest, _websocket_judge: "Judge"
) -> "ServerCase":
    """A case for a server that sends back what comes; ``play(url)`` plays it with the server there.

    When the test ends, it fails unless the case is at its best.
    """
    from websocket_conformance.pytest_plugin.cases import ServerCase

    case = request.node.stash[_CASE] = ServerCase(_websocket_judge, request.param)
    return case


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, None, None]:
    """Judge the case of a test that has ended or has raised an exception."""
    case = item.stash.get(_CASE, None)
    if case is None:
        yield
        return
    from websocket_conformance.pytest_plugin import known

    try:
        yield
    except pytest.xfail.Exception:
        raise
    except (Exception, pytest.fail.Exception) as error:
        known.judge_beside(error, item, case.result(is_late=True))
        raise
    known.judge(item, case.result())


def _modules() -> "tuple[ModuleType, ModuleType]":
    """Return the modules `selection` and `known`, after a check that the others can be imported.

    Raises:
        pytest.UsageError: the packages of the extra are not installed.
    """
    try:
        from websocket_conformance.pytest_plugin import cases, known, selection  # noqa: F401
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] == "websocket_conformance":
            raise
        raise pytest.UsageError(
            f"the websocket cases need {error.name}, which is not installed: "
            'pip install "whatwg-websockets[conformance]"'
        ) from None
    return selection, known


class _Gathered:
    """The results of the cases, in the process that receives the reports of all tests.

    Args:
        config: pytest's configuration.
    """

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._found: list[dict[str, Any]] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep the result of a case."""
        properties: dict[str, Any] = dict(report.user_properties)
        if report.when == "call" and "websocket_case" in properties:
            self._found.append(properties)

    def pytest_sessionfinish(self) -> None:
        """Write the baseline, if an option asks for it."""
        is_worker = hasattr(self._config, "workerinput")
        if self._config.getoption("websocket_write_baseline") and not is_worker:
            from websocket_conformance.pytest_plugin import known

            known.write(self._config, self._found)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Print how many cases are at their best, and which the baseline no longer needs."""
        if self._found:
            from websocket_conformance.pytest_plugin import known

            known.tell(self._config, self._found, terminalreporter)
