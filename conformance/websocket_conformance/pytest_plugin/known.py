"""Compare verdicts with the baseline, and write it.

Baselines are those of ``conformance run``. In a baseline, an implementation has the name of its
test, unless the marker gives another.
"""

import os
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest

from websocket_conformance.errors import ReportError
from websocket_conformance.pytest_plugin import selection
from websocket_conformance.pytest_plugin.told import told
from websocket_conformance.report import baseline as baselines
from websocket_conformance.report.baseline import Baseline, Known
from websocket_conformance.results.result import Result
from websocket_conformance.results.verdict import Verdict

_SUITE = "embedded"
_BASELINE: "pytest.StashKey[Baseline]" = pytest.StashKey()


def check(config: pytest.Config) -> None:
    """Read the baseline.

    Raises:
        pytest.UsageError: it cannot be read, or is to be written and was not named.
    """
    file, writes = _file(config), config.getoption("websocket_write_baseline")
    if file is None:
        if writes:
            raise pytest.UsageError("--websocket-write-baseline needs --websocket-baseline FILE")
        return
    try:
        read = baselines.to_be_written if writes else baselines.load
        config.stash[_BASELINE] = read(file)
    except ReportError as error:
        raise pytest.UsageError(str(error)) from None
    except OSError as error:
        raise pytest.UsageError(f"{file} cannot be written: {error.strerror}") from None


def judge(item: pytest.Item, result: Result) -> None:
    """Let a test fail if its case is not at its best; the failure is expected if it is known."""
    _put_down(item, result)
    if not result.is_good:
        _let_pass_if_known(item, result)
        pytest.fail(told(result, _name(item)), pytrace=False)


def judge_beside(error: BaseException, item: pytest.Item, result: Result) -> None:
    """Add the result of the case to the exception that a test has raised.

    The test fails with that exception, to which the judge's result is added. The failure is
    expected if the case falls short and the baseline has it.
    """
    _put_down(item, result)
    if result.is_good:
        text = f"{result.case} is {result.verdict}, so that only the exception fails the test."
    else:
        _let_pass_if_known(item, result)
        text = told(result, _name(item))
    if isinstance(error, pytest.fail.Exception) and not error.pytrace:
        error.msg = f"{error.msg}\n{text}"
    else:
        error.add_note(text)


def _name(item: pytest.Item) -> str:
    """Return the name by which pytest finds a test from the directory in which it was started."""
    _, *within = item.nodeid.split("::")
    file = os.path.relpath(item.path, item.config.invocation_params.dir)
    return "::".join([file, *within])


def _put_down(item: pytest.Item, result: Result) -> None:
    """Keep the verdict for the summary, the baseline and JUnit's XML."""
    item.user_properties += [
        ("websocket_agent", selection.agent(item)),
        ("websocket_case", result.case),
        ("websocket_verdict", str(result.verdict)),
        ("websocket_is_best", str(result.is_good).lower()),
    ]


def _let_pass_if_known(item: pytest.Item, result: Result) -> None:
    """End a test as an expected failure, if the baseline has it or is being written."""
    known = _known(item.config, selection.agent(item)).get(result.case)
    if item.config.getoption("websocket_write_baseline"):
        pytest.xfail(f"{result.verdict} goes into the baseline: {result.reason}")
    if known is not None and result.verdict.rank <= known.rank:
        pytest.xfail(f"{known} in the baseline: {result.reason}")


def tell(
    config: pytest.Config, found: Iterable[Mapping[str, Any]], reporter: pytest.TerminalReporter
) -> None:
    """Print how many cases of each implementation are at their best, and which were fixed."""
    reporter.section("websocket conformance")
    for agent, cases in _by_agent(found).items():
        short = Counter(verdict for verdict, is_best in cases.values() if not is_best)
        parts = [f"{len(cases) - short.total()} of {len(cases)} cases are at their best"]
        parts += [f"{count} {verdict}" for verdict, count in sorted(short.items())]
        reporter.write_line(f"{agent}: {', '.join(parts)}")
        known = _known(config, agent)
        mended = [case for case, (_, is_best) in cases.items() if is_best and case in known]
        if mended and not config.getoption("websocket_write_baseline"):
            reporter.write_line(f"Fixed; remove them from the baseline: {' '.join(mended)}")
    if config.getoption("websocket_write_baseline"):
        reporter.write_line(f"Baseline: {_file(config)}")


def write(config: pytest.Config, found: Iterable[Mapping[str, Any]]) -> None:
    """Write the baseline; the entries of cases that were not played stay.

    Raises:
        OSError: it cannot be written.
    """
    suites = dict(config.stash[_BASELINE].suites)
    of_suite = dict(suites.get(_SUITE, {}))
    for agent, cases in _by_agent(found).items():
        known = {case: word for case, word in of_suite.get(agent, {}).items() if case not in cases}
        known |= {case: verdict for case, (verdict, is_best) in cases.items() if not is_best}
        of_suite[agent] = known
    file = _file(config)
    assert file is not None
    baselines.save(Baseline({**suites, _SUITE: of_suite}), file)


def _by_agent(found: Iterable[Mapping[str, Any]]) -> dict[str, dict[str, tuple[Verdict, bool]]]:
    """Return the verdict on each case, and whether it is the best, by implementation."""
    by_agent: dict[str, dict[str, tuple[Verdict, bool]]] = {}
    for each in found:
        verdict = Verdict(each["websocket_verdict"]), each["websocket_is_best"] == "true"
        by_agent.setdefault(each["websocket_agent"], {})[each["websocket_case"]] = verdict
    return by_agent


def _known(config: pytest.Config, agent: str) -> Known:
    baseline = config.stash.get(_BASELINE, None)
    return {} if baseline is None else baseline.suites.get(_SUITE, {}).get(agent, {})


def _file(config: pytest.Config) -> Path | None:
    """Return the baseline's file; a name in a configuration file is relative to that file."""
    option = config.getoption("websocket_baseline")
    if option:
        return Path(option)
    setting = config.getini("websocket_baseline")
    return config.rootpath / setting if setting else None
