"""What the plugin makes of clients and servers that fall short, and of what it is asked for."""

import json
from pathlib import Path

import pytest

CLIENT = """
from contextlib import suppress
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect
import pytest

def echo(url, **options):
    with connect(url, max_size=None, **options) as socket, suppress(ConnectionClosed):
        while True:
            socket.send(socket.recv())
"""

SHOUTING = (
    CLIENT
    + """
def test_shouting(websocket_client_case):
    with connect(websocket_client_case.url) as socket, suppress(ConnectionClosed):
        while True:
            message = socket.recv()
            socket.send(message + "!" if message and isinstance(message, str) else message)
"""
)

AT_ONCE = ("--websocket-timeout", "0.5")
"""Whether a client comes is known when its test is over."""


def write(tmp_path: Path, text: str) -> None:
    (tmp_path / "test_it.py").write_text(text)


def test_a_failure_says_what_was_done_what_was_expected_and_how_to_repeat_it(runs, tmp_path):
    write(tmp_path, SHOUTING)
    done = runs("--websocket-cases", "1.1.1,1.1.2,1.2.2")
    assert done.returncode == 1
    assert "1 failed, 2 passed" in done.stdout, done.stdout + done.stderr
    assert "1.1.2 is FAILED: " in done.stdout
    assert "What the judge does: " in done.stdout
    assert "Expected: " in done.stdout
    assert "https://www.rfc-editor.org/rfc/rfc6455" in done.stdout
    assert "What was exchanged:" in done.stdout
    assert 'To repeat it: pytest "test_it.py::test_shouting[1.1.2]"' in done.stdout
    assert "test_shouting: 2 of 3 cases are at their best, 1 FAILED" in done.stdout
    assert "Traceback" not in done.stdout


def test_a_client_that_does_not_come_fails(runs, tmp_path):
    write(tmp_path, "def test_absent(websocket_client_case):\n    pass\n")
    done = runs("--websocket-cases", "1.1.1", *AT_ONCE)
    assert "1.1.1 is FAILED: The client did not connect to ws://127.0.0.1:" in done.stdout


def test_a_client_that_leaves_its_connection_open_has_the_case_ended_for_it(runs, tmp_path):
    write(
        tmp_path,
        CLIENT + "sockets = []\n"
        "def test_idle(websocket_client_case):\n"
        "    sockets.append(connect(websocket_client_case.url, close_timeout=0))\n",
    )
    done = runs("--websocket-cases", "1.1.2", *AT_ONCE)
    assert "1.1.2 is FAILED: " in done.stdout


@pytest.mark.parametrize(
    ("fixture", "why"),
    [
        ("websocket_client_case", "The client did not connect to ws://127.0.0.1:"),
        ("websocket_server_case", "The test did not call play(url)."),
    ],
)
def test_an_exception_before_the_case_comes_with_the_verdict_too(runs, tmp_path, fixture, why):
    write(tmp_path, f"def test_it({fixture}):\n    raise OSError('mine')\n")
    # If the judge waited for the client, this would take longer than any test may.
    patient = ["--websocket-timeout", "100000"]
    done = runs("--websocket-cases", "1.1.1,1.1.2,1.1.3", *patient)
    assert done.stdout.count(">       raise OSError") == 3, done.stdout
    assert f"1.1.1 is FAILED: {why}" in done.stdout
    assert "cases before either" not in done.stdout
    assert "test_it: 0 of 3 cases are at their best, 3 FAILED" in done.stdout
    baseline = ["--websocket-cases", "1.1.1", *patient, "--websocket-baseline", "known.json"]
    runs(*baseline, "--websocket-write-baseline")
    assert "1 xfailed" in runs(*baseline).stdout


def test_the_line_that_repeats_a_test_can_be_used_where_pytest_was_started(runs, tmp_path):
    below = tmp_path / "mine" / "below"
    below.mkdir(parents=True)
    write(below, SHOUTING)
    done = runs("--websocket-cases", "1.1.2", cwd=below)
    assert 'To repeat it: pytest "test_it.py::test_shouting[1.1.2]"' in done.stdout
    done = runs("--websocket-cases", "1.1.2", str(below))
    assert 'To repeat it: pytest "mine/below/test_it.py::test_shouting[1.1.2]"' in done.stdout


RAISING = """
from websockets.sync.client import connect
import pytest

def test_raising(websocket_client_case):
    with connect(websocket_client_case.url) as socket:
        socket.recv()
        socket.send("no echo")
        socket.recv()
        RAISE
"""


@pytest.mark.parametrize(
    ("raises", "said"),
    [
        ("raise EOFError('mine')", "EOFError: mine"),
        ("assert websocket_client_case.number == 'mine'", "AssertionError"),
        ("pytest.fail('mine')", "Failed: mine"),
        ("pytest.fail('mine', pytrace=False)", "mine"),
    ],
)
def test_an_exception_of_the_test_comes_with_the_verdict(runs, tmp_path, raises, said):
    write(tmp_path, RAISING.replace("socket.recv()\n        RAISE", raises))
    done = runs("--websocket-cases", "1.1.2", "--show-capture=no", "--junitxml=out.xml")
    assert said in done.stdout
    assert "1.1.2 is FAILED: " in done.stdout
    assert "What was exchanged:" in done.stdout
    assert "test_raising: 0 of 1 cases are at their best, 1 FAILED" in done.stdout
    assert "1.1.2 is FAILED: " in (tmp_path / "out.xml").read_text()


def test_a_known_failure_is_expected_though_the_test_raises(runs, tmp_path):
    write(tmp_path, RAISING.replace("RAISE", ""))
    baseline = ["--websocket-cases", "1.1.2", "--websocket-baseline", "known.json"]
    done = runs(*baseline, "--websocket-write-baseline")
    assert "1 xfailed" in done.stdout, done.stdout
    known = json.loads((tmp_path / "known.json").read_text())
    assert known == {"embedded": {"test_raising": {"1.1.2": "FAILED"}}}
    done = runs(*baseline, "-rx")
    assert "1 xfailed" in done.stdout, done.stdout
    assert "FAILED in the baseline: " in done.stdout


def test_an_exception_of_the_test_fails_it_though_the_case_is_at_its_best(runs, tmp_path):
    write(
        tmp_path,
        CLIENT + "def test_it(websocket_client_case):\n"
        "    echo(websocket_client_case.url)\n"
        "    raise OSError('mine')\n",
    )
    done = runs("--websocket-cases", "1.1.1")
    assert "1 failed" in done.stdout
    assert "1.1.1 is OK, so that only the exception fails the test." in done.stdout
    assert "1 of 1 cases are at their best" in done.stdout


@pytest.mark.parametrize(("word", "outcome"), [("xfail", "xfailed"), ("skip", "skipped")])
def test_what_a_test_says_of_its_own_outcome_holds(runs, tmp_path, word, outcome):
    write(tmp_path, RAISING.replace("RAISE", "").replace("with", f"pytest.{word}()\n    with"))
    assert f"1 {outcome}" in runs("--websocket-cases", "1.1.2").stdout


def test_a_client_that_never_comes_is_waited_for_until_it_is_known(runs, tmp_path):
    write(
        tmp_path,
        CLIENT + "def test_it(websocket_client_case):\n"
        "    if websocket_client_case.number in ('1.1.5', '1.1.6'):\n"
        "        echo(websocket_client_case.url)\n",
    )
    done = runs("--websocket-cases", "1.1.*", *AT_ONCE)
    assert "6 failed, 2 passed" in done.stdout, done.stdout
    nor = "It did not in the {} cases before either, so it was not waited for."
    assert done.stdout.count(nor.format(2)) == 1
    assert done.stdout.count(nor.format(3)) == 1
    assert (
        "cases before either"
        not in done.stdout.partition("test_it[1.1.7]")[2].partition("[1.1.8]")[0]
    )


@pytest.mark.parametrize("missing", ["cattrs", "markupsafe"])
@pytest.mark.parametrize(
    ("options", "status"),
    [([], 2), (["--websocket-cases", "1.1.1"], 4)],
    ids=["fixture", "option"],
)
def test_the_extra_is_named_where_it_is_not_installed(runs, tmp_path, missing, options, status):
    write(tmp_path, "def test_it(websocket_client_case):\n    pass\n")
    (tmp_path / "bare.py").write_text(f"import sys\nsys.modules[{missing!r}] = None\n")
    done = runs("-p", "bare", *options, "test_it.py")
    said = done.stdout + done.stderr
    assert done.returncode == status
    assert f"the websocket cases need {missing}, which is not installed: pip install" in said
    assert 'pip install "whatwg-websockets[conformance]"' in said
    assert "INTERNALERROR" not in said
    assert "Traceback" not in said


def test_what_a_peer_says_reaches_no_terminal_as_it_came(runs, tmp_path):
    write(
        tmp_path,
        CLIENT + "def test_it(websocket_client_case):\n"
        "    with connect(websocket_client_case.url) as socket, suppress(ConnectionClosed):\n"
        "        socket.recv()\n"
        "        socket.send('\\x1b[31m')\n"
        "        socket.recv()\n",
    )
    done = runs("--websocket-cases", "1.1.2", "--color=no")
    assert "1.1.2 is FAILED: " in done.stdout
    assert "\x1b" not in done.stdout


def test_a_server_that_is_not_played_with_fails(runs, tmp_path):
    write(tmp_path, "def test_absent(websocket_server_case):\n    pass\n")
    done = runs("--websocket-cases", "1.1.1")
    assert "1.1.1 is FAILED: The test did not call play(url)." in done.stdout


def test_a_server_that_is_not_there_fails(runs, tmp_path):
    write(
        tmp_path,
        "def test_deaf(websocket_server_case):\n"
        "    websocket_server_case.play('ws://127.0.0.1:1')\n",
    )
    done = runs("--websocket-cases", "1.1.1")
    assert "There is no connection" in done.stdout


def test_a_close_event_can_be_told(runs, tmp_path):
    write(
        tmp_path,
        CLIENT + "def test_it(websocket_client_case):\n"
        "    with suppress(ConnectionClosed):\n"
        "        echo(websocket_client_case.url)\n"
        "    websocket_client_case.closed(1000, was_clean=True)\n",
    )
    done = runs("--websocket-cases", "33.2.3")
    assert "The client says that a reset connection was closed cleanly, with 1000." in done.stdout


def test_subprotocols_are_told(runs, tmp_path):
    write(
        tmp_path,
        CLIENT + "def test_it(websocket_client_case):\n"
        "    assert websocket_client_case.description.endswith('.')\n"
        "    protocols = websocket_client_case.protocols\n"
        "    assert protocols\n"
        "    echo(websocket_client_case.url, subprotocols=protocols)\n",
    )
    done = runs("--websocket-cases", "23.2.1")
    assert "1 passed" in done.stdout, done.stdout


@pytest.mark.parametrize(
    ("settings", "mark", "options", "cases"),
    [
        ("websocket_cases = 1.1.*\nwebsocket_exclude_cases = 1.1.2 1.1.3", "", [], 6),
        ("websocket_cases = 1.1.*", "'2.*', exclude='2.1'", [], 10),
        ("", "'2.*', exclude=['2.1', '2.2']", [], 9),
        ("websocket_cases = 1.1.*", "'2.*'", ["--websocket-cases=3.*,4.1.1"], 8),
        ("", "'1.1.*, 2.1', '2.2', exclude='1.1.1,1.1.2'", [], 8),
        ("websocket_cases = 1.1.*,2.1\nwebsocket_exclude_cases = 1.1.2,1.1.3", "", [], 7),
        ("websocket_profile = full", "'9.7.1'", [], 1),
    ],
)
def test_cases_are_chosen(runs, configure, tmp_path, settings, mark, options, cases):
    configure(settings)
    mark = f"@pytest.mark.websocket_cases({mark})\n" if mark else ""
    write(tmp_path, CLIENT + f"{mark}def test_it(websocket_client_case):\n    pass\n")
    done = runs("--collect-only", "--strict-markers", *options)
    assert f"{cases} tests collected" in done.stdout or cases == 1, done.stdout


def test_cases_for_servers_are_not_for_clients(runs, tmp_path):
    write(
        tmp_path,
        "def test_client(websocket_client_case):\n    pass\n"
        "def test_server(websocket_server_case):\n    pass\n",
    )
    done = runs("--collect-only", "--websocket-cases", "20.1.*,26.1.*")
    assert "test_client[20.1.1]" in done.stdout
    assert "test_client[26.1.1]" not in done.stdout
    assert "test_server[26.1.1]" in done.stdout
    assert "test_server[20.1.1]" not in done.stdout


@pytest.mark.parametrize(
    ("settings", "options", "said"),
    [
        ("", ["--websocket-cases", "99.1"], "no case is called '99.1'"),
        ("websocket_profile = long", ["--websocket-cases", "1.*"], "expected quick or full"),
        ("", ["--websocket-timeout", "soon"], "expected seconds, such as 5, not"),
        ("", ["--websocket-timeout", "inf"], "expected seconds, such as 5, not"),
        ("", ["--websocket-write-baseline"], "needs --websocket-baseline FILE"),
        ("", ["--websocket-baseline", "none.json"], "none.json: No such file"),
        ("websocket_baseline = none.json", [], "none.json: No such file"),
        ("", ["--websocket-write-baseline", "--websocket-baseline", "no/a"], "cannot be written"),
    ],
)
def test_what_cannot_be_asked_for_is_a_usage_error(
    runs, configure, tmp_path, settings, options, said
):
    configure(settings)
    write(tmp_path, "def test_it():\n    pass\n")
    done = runs(*options)
    assert done.returncode == 4
    assert said in done.stderr


def test_the_seconds_may_stand_in_the_configuration_file(runs, configure, tmp_path):
    configure("websocket_timeout = never")
    write(tmp_path, "def test_it(websocket_client_case):\n    pass\n")
    done = runs("--websocket-cases=1.1.1")
    assert done.returncode == 4
    assert "websocket_timeout: expected seconds, such as 5, not 'never'" in done.stderr
    assert "never" not in runs("--websocket-cases=1.1.1", *AT_ONCE).stderr


def test_a_marker_that_names_no_case_is_an_error(runs, tmp_path):
    write(
        tmp_path,
        CLIENT + "@pytest.mark.websocket_cases('99.*')\n"
        "def test_it(websocket_client_case):\n    pass\n",
    )
    done = runs()
    assert done.returncode == 2
    assert "no case is called '99.*'" in done.stdout
    assert "generate_tests" not in done.stdout


@pytest.mark.parametrize("workers", [[], ["-n", "2"]], ids=["alone", "xdist"])
def test_known_failures_are_expected_and_others_are_not(runs, tmp_path, workers):
    write(tmp_path, SHOUTING)
    some, more = ["--websocket-cases", "1.1.1,1.1.2"], ["--websocket-cases", "1.1.1,1.1.2,1.1.3"]
    baseline = ["--websocket-baseline", "known.json"]
    done = runs(*some, *workers, *baseline, "--websocket-write-baseline")
    assert "1 passed, 1 xfailed" in done.stdout, done.stdout + done.stderr
    known = json.loads((tmp_path / "known.json").read_text())
    assert known == {"embedded": {"test_shouting": {"1.1.2": "FAILED"}}}
    done = runs(*more, *workers, *baseline, "-rx")
    assert "1 failed, 1 passed, 1 xfailed" in done.stdout, done.stdout + done.stderr
    assert "FAILED in the baseline: " in done.stdout
    assert "test_it.py::test_shouting[1.1.3]" in done.stdout


def test_a_worse_verdict_than_the_known_one_fails_and_a_mended_case_is_said(
    runs, configure, tmp_path
):
    write(tmp_path, SHOUTING)
    configure("websocket_baseline = known.json")
    known = {"1.1.1": "FAILED", "1.1.2": "NON-STRICT"}
    (tmp_path / "known.json").write_text(json.dumps({"embedded": {"test_shouting": known}}))
    done = runs("--websocket-cases", "1.1.1,1.1.2")
    assert "1 failed, 1 passed" in done.stdout
    assert "Fixed; remove them from the baseline: 1.1.1" in done.stdout


def test_the_baseline_calls_an_implementation_as_its_marker_does(runs, tmp_path):
    marker = "@pytest.mark.websocket_cases('1.1.2', agent='loud')\ndef"
    write(tmp_path, SHOUTING.replace("def test", f"{marker} test"))
    runs("--websocket-baseline", "known.json", "--websocket-write-baseline")
    known = json.loads((tmp_path / "known.json").read_text())
    assert known == {"embedded": {"loud": {"1.1.2": "FAILED"}}}


def test_the_junit_file_has_the_verdicts(runs, tmp_path):
    write(tmp_path, SHOUTING)
    runs("--websocket-cases", "1.1.2", "--junitxml", "out.xml")
    xml = (tmp_path / "out.xml").read_text()
    assert '<property name="websocket_case" value="1.1.2"' in xml
    assert '<property name="websocket_verdict" value="FAILED"' in xml


def test_who_does_not_use_it_does_not_load_it(runs, tmp_path):
    write(
        tmp_path,
        "import sys\n"
        "def test_it():\n"
        "    loaded = {name for name in sys.modules if name.startswith('websocket_conformance')}\n"
        "    assert loaded == {'websocket_conformance', 'websocket_conformance.pytest_plugin'}\n"
        "    assert not any(name.startswith('whatwg_websockets') for name in sys.modules)\n",
    )
    done = runs(installed=True)
    assert "1 passed" in done.stdout, done.stdout + done.stderr
    assert "websocket conformance" not in done.stdout
