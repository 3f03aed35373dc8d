"""The real suite's fuzzing client, of which a fake takes the place, and servers of all kinds."""

import json
import os
import shlex
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

FAKES = Path(__file__).parents[1] / "fakes"
MAIN = "from whatwg_websockets.cli import main; main()"
ALL = [f"1.1.{last}" for last in range(1, 9)]
MARK = "FAKE_VERDICTS"


def odd(mode: str) -> str:
    return f"{shlex.join([sys.executable, str(FAKES / 'odd_server.py'), mode])} {{port}}"


def started(stage, *arguments: str) -> subprocess.Popen[str]:
    options = ["--suite", "autobahn", "--report-dir", str(stage.reports), *arguments]
    return subprocess.Popen(
        [sys.executable, "-c", MAIN, "conformance", "run", *options],
        env=stage.environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def ran(stage, *arguments: str) -> tuple[int, str]:
    with started(stage, *arguments) as process:
        output, _ = process.communicate()
    return process.returncode, output


def test_a_good_server_has_the_report_that_clients_have(stage):
    arguments = ["--server", odd("good"), "--cases", "1.1.*", "--jobs", "2", "--agent", "mine"]
    code, output = ran(stage, *arguments)
    assert code == 0, output
    assert "mine: 8 of 8 cases have the best verdict they can have" in output
    assert stage.verdicts() == dict.fromkeys(ALL, "OK")
    assert stage.saved().suite_version.startswith("autobahntestsuite 25.10.1 (Docker engine 27.0")
    assert list(stage.index()) == ALL
    assert stage.docker_commands.count("rm --force") == 2


def test_a_verdict_that_falls_short_is_named(stage):
    stage.environ[MARK] = json.dumps({"1.1.2": "NON-STRICT"})
    code, output = ran(stage, "--server", odd("good"), "--cases", "1.1.*", "--jobs", "1")
    assert code == 1
    assert (
        "1.1.2  ~ NON-STRICT  One message there and back. The messages are as expected." in output
    )


@pytest.mark.parametrize(
    ("mode", "why"), [("ends", "The messages are as expected. "), ("ends-late", "")]
)
def test_a_server_that_ends_in_a_case_is_started_anew_and_quoted(stage, mode, why):
    code, _ = ran(stage, "--server", odd(mode), "--cases", "1.1.*", "--jobs", "1")
    assert code == 1
    assert stage.verdicts() == dict.fromkeys(ALL, "OK") | {"1.1.5": "FAILED"}
    (lost,) = [result for result in stage.saved().results if result.case == "1.1.5"]
    says = "The server ended with status 7; its last words: a message of 128 is too much"
    assert lost.trouble == says
    assert lost.reason == f"{why}{says}"


def test_a_server_that_ends_at_each_connection_is_given_up(stage):
    code, _ = ran(stage, "--server", odd("ends-at-once"), "--cases", "1.1.*", "--jobs", "1")
    assert code == 1
    results = stage.saved().results
    assert [str(result.verdict) for result in results] == ["FAILED"] * 8
    assert all("The server ended with status 9" in result.trouble for result in results)


def test_a_server_that_does_not_come_to_listen_ends_the_run(stage):
    code, output = ran(stage, "--server", odd("never-listens"), "--cases", "1.1.*")
    assert code == 1
    assert "Before the server listened: The server ended with status 1" in output


def test_a_server_that_runs_already(stage):
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        port = nobody.getsockname()[1]
    command = [sys.executable, str(FAKES / "odd_server.py"), "good", str(port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "listening\n"
            code, output = ran(stage, "--url", f"ws://127.0.0.1:{port}/path", "--cases", "1.1.*")
        finally:
            process.kill()
    assert code == 0, output
    assert "server: 8 of 8 cases" in output


def test_a_client_that_is_lost_costs_the_case_at_hand(stage):
    stage.environ[MARK] = json.dumps({"1.1.2": "DIE"})
    code, output = ran(stage, "--server", odd("good"), "--cases", "1.1.*", "--jobs", "1")
    assert code == 1
    assert stage.verdicts() == dict.fromkeys(ALL, "OK") | {"1.1.2": "NO RESULT"}
    assert "The fuzzing client ended with status 3; its last words: out of memory" in output


def test_a_case_without_a_report_is_not_taken_for_a_good_one(stage):
    stage.environ[MARK] = json.dumps({"1.1.2": "SILENT"})
    code, output = ran(stage, "--server", odd("good"), "--cases", "1.1.*", "--jobs", "1")
    assert code == 1
    assert "1.1.2  ✕ FAILED  The fuzzing client has no report of this case" in output


def test_ctrl_c_keeps_what_there_was(stage, tmp_path):
    fifo = tmp_path / "hanging"
    os.mkfifo(fifo)
    stage.environ |= {MARK: json.dumps({"1.2.2": "HANG"}), "HANG_FIFO": str(fifo)}
    with started(stage, "--server", odd("good"), "--cases", "1.*", "--jobs", "1") as process:
        assert fifo.read_text() == "1.2.2"
        process.send_signal(signal.SIGINT)
        output, _ = process.communicate()
    assert process.returncode == 130, output
    assert list(stage.verdicts()) == ALL
