"""What is said of a trace, and of a whole suite with an implementation that misbehaves."""

import sys
from dataclasses import replace

import pytest

from websocket_conformance.api import suite
from websocket_conformance.api.implementations import Bounds
from websocket_conformance.api.scenario import Difference, Scenario
from websocket_conformance.api.verdicts import fits, judge
from websocket_conformance.errors import UsageError
from websocket_conformance.implementations import OURS
from websocket_conformance.results.verdict import Verdict

SCENARIO = Scenario(
    "some",
    "Some",
    "dom-websocket-close",
    server=(("accept",), ("goodbye",)),
    page={"open": (("close",),)},
    expect=("OPEN open", 'CLOSED close 1005 "" clean'),
)


@pytest.mark.parametrize(
    ("expected", "actual", "is_so"),
    [
        (["a"], ["a"], True),
        (["a"], ["b"], False),
        (["a"], ["a", "b"], False),
        (["a", "b"], ["b", "a"], False),
        ([], [], True),
        (None, ["a"], True),
        (["close 1002 *"], ['close 1002 "why [x]?"'], True),
        (["close 1002 *"], ['close 1000 ""'], False),
        (["a.c"], ["abc"], False),
    ],
)
def test_which_lines_fit(expected, actual, is_so):
    assert fits(expected, actual) is is_so


def test_as_the_standard_says():
    result = judge(SCENARIO, "ours", SCENARIO.expect, ["anything"])
    assert (result.verdict, result.reason) == (Verdict.OK, "")


def test_what_the_server_gets_counts_where_the_standard_lays_it_down():
    scenario = replace(SCENARIO, wire=("close",))
    assert judge(scenario, "ours", SCENARIO.expect, ["close"]).verdict is Verdict.OK
    assert judge(scenario, "ours", SCENARIO.expect, []).verdict is Verdict.FAILED
    assert judge(scenario, "ours", SCENARIO.expect, ["close"]).seen[1] == ("close",)
    assert judge(SCENARIO, "ours", SCENARIO.expect, ["close"]).seen[1] == ()


def test_a_difference_explains_one_implementation_and_one_trace():
    known = Difference(("chromium",), "tcp-lost", trace=("OPEN open",))
    scenario = replace(SCENARIO, differs=(known,))
    result = judge(scenario, "chromium", ["OPEN open"], [])
    assert (result.verdict, result.reason) == (Verdict.EXPLAINED, "tcp-lost")
    assert judge(scenario, "chromium", ["CLOSED error"], []).verdict is Verdict.FAILED
    assert judge(scenario, "ws", ["OPEN open"], []).verdict is Verdict.FAILED
    assert judge(scenario, "chromium", SCENARIO.expect, []).verdict is Verdict.OK


def test_what_a_standard_leaves_open_is_explained_for_anybody():
    known = [
        Difference(("chromium",), "tcp-lost", trace=("OPEN open",)),
        Difference(("*",), "closing-timeout", trace=("CLOSED error",)),
    ]
    scenario = replace(SCENARIO, differs=tuple(known))
    for name in ("chromium", "ws"):
        result = judge(scenario, name, ["CLOSED error"], [])
        assert (result.verdict, result.reason) == (Verdict.EXPLAINED, "closing-timeout")
    assert judge(scenario, "ws", ["OPEN open"], []).verdict is Verdict.FAILED


def test_what_there_is_no_way_to_do_is_unimplemented():
    result = judge(SCENARIO, "ws", ["OPEN open", "(cannot collect garbage)"], [])
    assert result.verdict is Verdict.UNIMPLEMENTED
    assert result.reason == "It cannot collect garbage."


def test_a_difference_on_the_wire_alone():
    known = Difference(("chromium",), "echoed-close", wire=("close",))
    scenario = replace(SCENARIO, wire=("close 1000 *",), differs=(known,))
    assert judge(scenario, "chromium", SCENARIO.expect, ["close"]).verdict is Verdict.EXPLAINED
    assert judge(scenario, "chromium", ["OPEN open"], ["close"]).verdict is Verdict.FAILED


# Other programs than ours.

MORE = [replace(SCENARIO, id=f"some-{number}") for number in range(3)]
HELLO = 'import json, sys\nprint(json.dumps({"label": "fake 1"}), flush=True)\n'
ANSWER = f"print(json.dumps({{'trace': {list(SCENARIO.expect)!r}}}), flush=True)\n"


@pytest.fixture
def command(tmp_path):
    def make(source: str) -> str:
        path = tmp_path / "driver.py"
        path.write_text(source)
        return f"{sys.executable} -S {path}"  # Python alone, which begins sooner

    return make


def verdicts(results):
    return [result.verdict.value for result in results]


def test_a_command_that_reads_tasks_and_writes_traces(command):
    seen = []
    driver = command(f"{HELLO}for line in sys.stdin:\n    {ANSWER}")
    label, results = suite.run(driver, MORE, seen.append, Bounds(players=1))
    assert label == "fake 1"
    assert verdicts(results) == ["OK", "OK", "OK"]
    assert seen == results


def test_what_a_command_is_asked(command, tmp_path):
    heard = tmp_path / "heard"
    driver = command(f"{HELLO}open({str(heard)!r}, 'w').write(input())\n{ANSWER}")
    suite.run(driver, MORE[:1])
    text = heard.read_text()
    assert '"id": "some-0"' in text
    assert '"page": {"open": [["close"]]}' in text
    assert '"arguments": ["ws://127.0.0.1:' in text
    assert "/-/tell/some-0/1/" in text


FLOOD = "while True: sys.stdout.write('x' * 65536)\n"
CHILD = "import subprocess; subprocess.Popen(['sleep', '1000'])\n"


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("input()\n", "The driver ended with status 0"),
        ("input()\nsys.exit('lost')\n", "The driver ended with status 1; its last words: lost"),
        (f"{CHILD}input()\nsys.exit(3)\n", "The driver ended with status 3"),
        ("input()\nsys.stdout.write('{')\n", "The driver ended with status 0"),
        ("input()\nprint('so?')\n", "The driver answered b'so?\\n', which is not a JSON object"),
        ("input()\nprint('[' * 100000)\n", "which is not a JSON object"),
        ("input()\nprint(5)\n", "The driver answered b'5\\n', which is not a JSON object"),
        ("input()\nprint('{}')\n", "The driver answered without a trace"),
        (f"input()\n{FLOOD}", "The driver wrote a line of more than 16 MiB"),
    ],
)
def test_a_command_that_a_scenario_is_too_much_for_is_started_anew(command, source, reason):
    driver = command(HELLO + source)
    label, results = suite.run(driver, MORE)
    assert verdicts(results) == ["FAILED", "FAILED", "FAILED"]
    assert label == "fake 1"
    assert reason in results[0].reason


def test_a_command_that_hangs_is_given_up_and_started_anew(command):
    # The first player hangs in the first scenario, the second one in the next.
    driver = command(f"{HELLO}input()\nimport time\ntime.sleep(1000)\n")
    bounds = Bounds(patience=3, players=1)
    seen = []
    _, results = suite.run(f"sh -c '{driver}; true'", MORE[:2], seen.append, bounds)
    assert seen == results
    reason = "The driver did nothing for 3 s and was stopped"
    assert [each.reason for each in results] == [reason, reason]


def test_one_that_is_not_to_have_more_players_has_none(command):
    driver = command(f"""{HELLO}import time
for line in sys.stdin:
    time.sleep(1000) if '"id": "some-0"' in line else None
    {ANSWER}""")
    seen = []
    suite.run(driver, MORE, seen.append, Bounds(patience=3, players=1))
    assert [each.scenario.id for each in seen] == ["some-0", "some-1", "some-2"]
    assert verdicts(seen) == ["FAILED", "OK", "OK"]


def test_ours_is_given_up_as_well():
    silent = replace(SCENARIO, server=(("accept",), ("await", "end")), page={})
    _, (result,) = suite.run(OURS, [silent], bounds=Bounds(patience=5))
    assert result.verdict is Verdict.FAILED
    assert result.reason == "The driver did nothing for 5 s and was stopped"


def test_a_trace_can_be_written_whatever_is_in_it(command):
    answer = r"""print('{"trace": ["\\ud800"]}')"""
    _, (result,) = suite.run(command(f"{HELLO}input()\n{answer}"), MORE[:1])
    assert result.trace == ("\\ud800",)


def test_a_command_that_fails_once(command, tmp_path):
    mark = tmp_path / "mark"
    fail_once = f"""
import pathlib
mark = pathlib.Path({str(mark)!r})
for line in sys.stdin:
    if not mark.exists():
        mark.touch()
        sys.exit()
    {ANSWER}"""
    driver = command(HELLO + fail_once)
    # A second player, which a busy machine may want, could be the one that fails.
    _, results = suite.run(driver, MORE, bounds=Bounds(players=1))
    assert verdicts(results) == ["FAILED", "OK", "OK"]


WAIT_FOR = """
import pathlib, time
def wait_for(path):
    while not pathlib.Path(path).exists():
        time.sleep(0.01)
"""


def test_while_one_scenario_waits_others_are_played(command, tmp_path):
    mark = tmp_path / "mark"
    driver = command(f"""{HELLO}{WAIT_FOR}
for line in sys.stdin:
    wait_for({str(mark)!r}) if '"id": "some-0"' in line else None
    open({str(mark)!r}, "w") if '"id": "some-2"' in line else None
    {ANSWER}""")
    seen = []
    label, results = suite.run(driver, MORE, seen.append)
    assert label == "fake 1"
    assert verdicts(results) == ["OK", "OK", "OK"]
    assert [each.scenario.id for each in results] == ["some-0", "some-1", "some-2"]
    assert seen[0].scenario.id == "some-1"


def test_a_command_that_cannot_be_started_twice_goes_on_alone(command, tmp_path):
    first, second = tmp_path / "first", tmp_path / "second"
    driver = command(f"""{WAIT_FOR}
import sys
if pathlib.Path({str(first)!r}).exists():
    open({str(second)!r}, "w")
    sys.exit(1)
open({str(first)!r}, "w")
{HELLO}for line in sys.stdin:
    wait_for({str(second)!r})
    {ANSWER}""")
    assert verdicts(suite.run(driver, MORE)[1]) == ["OK", "OK", "OK"]


def test_a_command_that_ends_before_its_first_line_has_failed():
    label, results = suite.run("false", MORE)
    assert label == "false"
    assert verdicts(results) == ["FAILED", "FAILED", "FAILED"]
    why = "false did not print its first line. The driver ended with status 1"
    assert {result.reason for result in results} == {why}


def test_a_command_that_is_not_there_is_no_implementation():
    with pytest.raises(UsageError, match="/no/such/program cannot be started"):
        suite.run("/no/such/program", MORE)


@pytest.mark.parametrize(
    ("name", "variable", "said"),
    [
        ("chromium", "CHROMIUM", "apt-get install chromium"),
        ("node", "NODE", "or set its path: NODE=/path/to/node"),
        ("undici", "NODE", "undici is not installed; to install it:\n  npm install "),
        ("ws", "XDG_CACHE_HOME", "ws is not installed; to install it:\n  npm install "),
    ],
)
def test_what_is_not_on_this_machine_is_skipped(monkeypatch, name, variable, said):
    monkeypatch.setenv(variable, "/no/such/program")
    _, results = suite.run(name, MORE)
    assert verdicts(results) == ["SKIPPED"] * 3
    assert said in results[0].reason
    assert len(results[0].reason.splitlines()) <= 3


# Names in braces.


def test_names_are_filled_in_and_taken_out_again():
    names = {"url": "ws://h:1/a/1", "host": "h:1", "port": "1", "path": "a/1"}
    names |= {"refused": "h:2", "elsewhere": "h:3"}
    arguments = ("{url}?q", ["http://{host}/{path}", 1], "ws://{refused}", "ws://localhost:{port}/")
    filled = suite.filled_in(arguments, names)
    assert filled == ("ws://h:1/a/1?q", ["http://h:1/a/1", 1], "ws://h:2", "ws://localhost:1/")
    assert (
        suite.without("ws://h:1/a/1 ws://h:1 ws://h:2", names) == "{url} ws://{host} ws://{refused}"
    )
    assert suite.without("ws://localhost:1/a/1", names) == "ws://localhost:{port}/{path}"
    assert suite.without("ws://h:3/a/1", names) == "ws://{elsewhere}/{path}"
