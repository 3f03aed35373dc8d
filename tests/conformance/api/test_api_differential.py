"""The comparison: what it prints, and how it ends."""

import sys

import pytest

from websocket_conformance import chromium
from websocket_conformance.api import differential, suite
from websocket_conformance.errors import Exit, UnavailableError
from websocket_conformance.implementations import implementations
from websocket_conformance.results.verdict import Verdict
from whatwg_websockets.cli import main


@pytest.fixture
def run(monkeypatch, capsys):
    def run(*arguments: str) -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["whatwg-websockets", "conformance", *arguments])
        with pytest.raises(SystemExit) as exit_:
            main()
        captured = capsys.readouterr()
        return exit_.value.code, captured.out + captured.err  # type: ignore[return-value]

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
        return f"{sys.executable} {path}"

    return make


def test_nothing_differs(run, driver):
    command = driver("new throws DOMException SyntaxError")
    code, output = run(
        "differential", "--implementation", command, "--scenarios", "new-with-a-fragment"
    )
    assert code == Exit.BEST
    assert "fragment" not in output
    assert output.splitlines()[-1].split() == ["fake", "1", "1", "0", "0"]


def test_what_differs_is_printed_and_unexplained(run, driver):
    code, output = run(
        "differential",
        "--implementation",
        driver("new throws TypeError"),
        "--scenarios",
        "new-with-a-fragment",
    )
    assert code == Exit.SHORT
    assert "\nnew-with-a-fragment: A URL with a fragment is a SyntaxError\n" in output
    assert "  standard  new throws DOMException SyntaxError\n" in output
    assert "  ours      the same\n" in output
    assert "new throws TypeError   (NOT EXPLAINED)\n" in output
    assert output.splitlines()[-1].split() == ["fake", "1", "0", "0", "1"]


def test_without_a_browser_it_says_so_in_two_lines(run, monkeypatch):
    monkeypatch.setenv("CHROMIUM", "/no/such/program")
    code, output = run("differential", "--scenarios", "new-without-arguments")
    assert code == Exit.MISSING
    assert output.splitlines() == [
        "Chromium is not here.",
        "Install it (Debian: apt-get install chromium), or set CHROMIUM=/path/to/chromium.",
    ]


def test_a_pattern_that_fits_nothing_is_a_usage_error(run):
    code, output = run("differential", "--scenarios", "no-such-scenario")
    assert code == Exit.USAGE
    assert "no-such-scenario" in output


def one(name: str, scenario_id: str, trace: list[str], wire: list[str]):
    (scenario,) = differential.select([scenario_id])
    return suite.judge(scenario, name, trace, wire)


def test_a_position_is_named_and_one_that_is_no_longer_needed(capsys):
    console = differential.Console(soft_wrap=True, highlight=False)
    ours = one(
        "ours", "lost-end", ["OPEN open", "CLOSED error", 'CLOSED close 1006 "" not clean'], []
    )
    theirs = one("chromium", "lost-end", ["OPEN open", 'CLOSED close 1006 "" not clean'], [])
    differential.print_difference(ours.scenario, {"ours": ours, "chromium": theirs}, console)
    assert "(spec/positions/tcp-lost.md)" in capsys.readouterr().out
    same = one("chromium", "lost-end", list(ours.trace), [])
    differential.print_difference(ours.scenario, {"ours": ours, "chromium": same}, console)
    assert capsys.readouterr().out == "\nlost-end: chromium no longer differs, its entry can go\n"


def test_what_the_standard_leaves_open_is_no_difference(capsys):
    console = differential.Console(soft_wrap=True, highlight=False)
    trace = ["OPEN open", 'CLOSED close 4000 "bye" clean']
    name = "closed-answered-with-the-code"
    ours = one("ours", name, trace, ['close 4000 ""'])
    theirs = one("chromium", name, trace, ['close 4000 "bye"'])
    assert (ours.verdict, theirs.verdict) == (Verdict.OK, Verdict.OK)
    played = [
        differential.PlayedScenarios(each.implementation, "", [each]) for each in (ours, theirs)
    ]
    differential.print_left_open(played, console)
    assert f'  {name}: close 4000 ""   close 4000 "bye"\n' in capsys.readouterr().out


# The others, where they are on this machine.


def need_chromium():
    try:
        chromium.find()
    except UnavailableError as error:
        pytest.skip(str(error).splitlines()[0])


@pytest.mark.slow
def test_what_chromium_does_otherwise_has_a_position(run):
    need_chromium()
    code, output = run("differential")
    assert code == Exit.BEST, output


@pytest.mark.parametrize("name", ["node", "undici", "ws"])
def test_what_runs_in_node_plays_pages(name):
    known = implementations()[name]
    version = known.version()
    if version is None:
        pytest.skip(f"{name} is not here")
    scenarios = differential.select(["open", "send-text", "closed-1000", "ping"])
    label, results = suite.run(name, scenarios)
    assert [each.verdict for each in results] == [Verdict.OK] * len(scenarios)
    assert label.lower().startswith(f"{name} {version} (")
