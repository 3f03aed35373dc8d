"""Several implementations of the API side by side: what is printed, and how it ends."""

import sys
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from rich.console import Console

from websocket_conformance import chromium
from websocket_conformance.api import scenario, suite
from websocket_conformance.api.verdicts import judge
from websocket_conformance.errors import Exit, MissingError
from websocket_conformance.implementations import API, implementations
from websocket_conformance.report import from_api
from websocket_conformance.results.verdict import Verdict
from websocket_conformance.running.order import Option, Target
from websocket_conformance.running.side_by_side import print_side_by_side
from websocket_conformance.running.suites import api
from whatwg_websockets.cli import main

OURS = ["--suite", "api", "--implementation", "whatwg-websockets"]


@pytest.fixture
def run(monkeypatch, capsys, tmp_path):
    def run(*arguments: str) -> tuple[int, str]:
        options = ["--report-dir", str(tmp_path / "reports"), *arguments]
        monkeypatch.setattr(sys, "argv", ["whatwg-websockets", "conformance", "run", *options])
        monkeypatch.setenv("COLUMNS", "200")
        with pytest.raises(SystemExit) as exit_:
            main()
        captured = capsys.readouterr()
        return int(exit_.value.code or 0), captured.out + captured.err

    return run


@pytest.fixture
def driver(tmp_path):
    """A command that gives one trace as its answer to everything."""

    def make(*trace: str) -> str:
        path = tmp_path / "driver.py"
        path.write_text(
            "import json, sys\n"
            'print(json.dumps({"label": "fake 1"}), flush=True)\n'
            "for line in sys.stdin:\n"
            f"    print(json.dumps({{'trace': {list(trace)!r}}}), flush=True)\n"
        )
        return f"{sys.executable} -S {path}"  # Python alone, which begins sooner

    return make


def beside(command: str) -> list[str]:
    return [*OURS, "--command", command, "--agent", "fake", "--cases", "new-with-a-fragment"]


def last_rows(output: str) -> list[list[str]]:
    lines = [line.split() for line in output.splitlines() if not line.startswith("Report")]
    return lines[-3:]


def test_nothing_differs(run, driver):
    code, output = run(*beside(driver("new throws DOMException SyntaxError")))
    assert code == Exit.BEST
    assert "fragment" not in output
    assert [row[-1] for row in last_rows(output)] == ["OK", "1", "1"]


def test_what_differs_is_printed_and_unexplained(run, driver):
    code, output = run(*beside(driver("new throws TypeError")))
    assert code == Exit.SHORT
    assert "\nnew-with-a-fragment: A URL with a fragment is a SyntaxError\n" in output
    assert "  standard           new throws DOMException SyntaxError\n" in output
    assert "  whatwg-websockets  the same\n" in output
    assert "  fake               new throws TypeError   (NOT EXPLAINED)\n" in output
    header, ours, theirs = last_rows(output)
    assert header == ["OK", "FAILED"]
    assert (ours[-2:], theirs[-2:]) == (["1", "0"], ["0", "1"])


def test_without_a_browser_nothing_is_played(run, monkeypatch):
    monkeypatch.setenv("CHROMIUM", "/no/such/program")
    code, output = run(*OURS, "--implementation", "chromium", "--cases", "new-without-arguments")
    assert code == Exit.MISSING
    assert "chromium is not installed; to install it:" in output
    assert "new-without-arguments" not in output


def test_a_pattern_that_names_nothing_is_a_usage_error(run):
    for pattern in ("no-such-scenario", "position:no-such-position"):
        code, output = run(*OURS, "--cases", pattern)
        assert code == Exit.USAGE
        assert pattern in output


def test_a_pattern_may_name_positions():
    chosen = api.scenarios(["position:tcp-l*"])
    assert "lost-end" in [each.id for each in chosen]
    assert all("tcp-lost" in each.all_positions for each in chosen)
    every = api.scenarios(["position:*"])
    assert [each.id for each in every] == [
        each.id for each in scenario.load() if each.all_positions
    ]


def a_run(name: str, scenario_id: str, trace: list[str], wire: list[str]):
    (one,) = api.scenarios([scenario_id])
    started = datetime(2026, 11, 29, tzinfo=UTC)
    return from_api.run(name, name, [judge(one, name, trace, wire)], started, 1.0)


def printed(*runs, width: int = 200) -> str:
    console = Console(soft_wrap=True, highlight=False, width=width)
    with console.capture() as capture:
        print_side_by_side(console, runs)
    return capture.get()


def test_the_names_of_verdicts_and_of_implementations_are_whole_on_a_narrow_terminal():
    trace = ["OPEN open", 'CLOSED close 1006 "" not clean']
    one = a_run("implementation-with-a-long-name [1.2.3]", "lost-end", trace, [])
    verdicts = [Verdict.OK, Verdict.EXPLAINED, Verdict.UNIMPLEMENTED, Verdict.FAILED]
    results = tuple(replace(one.results[0], behaviour=verdict, trouble="") for verdict in verdicts)
    totals = printed(replace(one, results=results), width=60).rpartition("\n\n")[2]
    assert totals.split("\n")[0].split() == [str(verdict) for verdict in verdicts]
    assert "…" not in totals
    assert "[1.2.3]" in "".join(totals.split())


def test_a_position_is_named_and_one_that_is_no_longer_needed():
    trace = ["OPEN open", "CLOSED error", 'CLOSED close 1006 "" not clean']
    ours = a_run("ours", "lost-end", trace, [])
    theirs = a_run("chromium", "lost-end", [trace[0], trace[2]], [])
    assert "(A position says why: spec/positions/tcp-lost.)" in printed(ours, theirs)
    same = a_run("chromium", "lost-end", trace, [])
    assert "\nlost-end: chromium no longer differs; remove its entry\n" in printed(ours, same)


def test_what_anybody_may_do_otherwise_does_not_become_stale():
    trace = ["OPEN open", 'CLOSED close 1006 "" not clean']
    seen = [a_run(name, "end-never-answered", trace, ["close"]) for name in ("a", "b")]
    assert "no longer differs" not in printed(*seen)


def test_what_the_standard_leaves_open_is_no_difference():
    trace = ["OPEN open", 'CLOSED close 4000 "bye" clean']
    name = "closed-answered-with-the-code"
    ours = a_run("ours", name, trace, ['close 4000 ""'])
    theirs = a_run("chromium", name, trace, ['close 4000 "bye"'])
    assert f'  {name}: close 4000 ""   close 4000 "bye"\n' in printed(ours, theirs)


def test_what_there_is_no_way_to_do_is_said_and_no_fault():
    run = a_run("ours", "stream-never-open", ["(cannot make a WebSocketStream)"], [])
    assert run.is_best
    assert "  ours      It cannot make a WebSocketStream.\n" in printed(run)


def test_a_command_of_ones_own_may_use_the_players_that_are_known():
    target = Target(Option.COMMAND, "bun {api}/node.cjs bun")
    assert api.driver(target) == f"bun {API}/node.cjs bun"
    assert (API / "node.cjs").is_file()


# The others, where they are on this machine.


def need_chromium():
    try:
        chromium.find()
    except MissingError as error:
        pytest.skip(str(error).splitlines()[0])


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_what_chromium_does_otherwise_has_a_position(run):
    need_chromium()
    code, output = run(*OURS, "--implementation", "chromium")
    assert code == Exit.BEST, output


@pytest.mark.parametrize("name", ["node", "undici", "ws", "bun", "deno"])
def test_what_runs_javascript_plays_pages(name):
    known = implementations()[name]
    version = known.version()
    if version is None:
        pytest.skip(f"{name} is not here")
    scenarios = api.scenarios(["open", "send-text", "closed-1000", "ping"])
    label, results = suite.run(name, scenarios)
    assert [each.verdict for each in results] == [Verdict.OK] * len(scenarios)
    assert label.lower().startswith(f"{name} {version}")
