"""``conformance run`` with servers, good ones and others."""

import json
import os
import shlex
import signal
import socket
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import fake_commands
import pytest

from websocket_conformance.implementations import implementations
from websocket_conformance.report import saved

MAIN = "from whatwg_websockets.cli import main; main()"
HOST = "127.0.0.1"
KNOWN = [
    "websockets",
    "aiohttp",
    "hypercorn",
    "uvicorn",
    "tornado",
    "wsproto",
    "ws",
    "faye",
    "bun",
    "deno",
]


def odd(mode: str) -> str:
    return f"{shlex.join(fake_commands.server(mode))} {{port}}"


def started(directory: Path, *arguments: str) -> subprocess.Popen[str]:
    options = ["--report-dir", str(directory / "reports"), *arguments]
    return subprocess.Popen(
        [sys.executable, "-c", MAIN, "conformance", "run", *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def ran(directory: Path, *arguments: str) -> tuple[int, str]:
    with started(directory, *arguments) as process:
        output, _ = process.communicate()
    return process.returncode, output


def results(directory: Path, name: str = "server") -> dict:
    run = saved.load(directory / "reports" / "runs" / f"embedded-{name}.json")
    return {result.case: result for result in run.results}


def short(directory: Path) -> list[str]:
    return [case for case, result in results(directory).items() if not result.is_good]


def test_a_good_server_has_the_report_that_clients_have(tmp_path):
    baseline = tmp_path / "baseline.json"
    arguments = ["--server", odd("good"), "--cases", "1.1.1,26.1.1", "--baseline", str(baseline)]
    status, output = ran(tmp_path, *arguments, "--write-baseline", "--agent", "mine")
    assert status == 0, output
    assert "mine: 2 of 2 cases have the best verdict they can have" in output
    assert list(results(tmp_path, "mine")) == ["1.1.1", "26.1.1"]
    reports = tmp_path / "reports"
    assert "26.1.1" in (reports / "junit.xml").read_text()
    assert (reports / "index.html").exists()
    assert json.loads(baseline.read_text()) == {"embedded": {"mine": {}}}
    assert ran(tmp_path, *arguments, "--agent", "mine")[0] == 0


@pytest.mark.parametrize(
    ("mode", "says"),
    [
        ("ends", "The server ended with status 7; its last words: a message of 128 is too much"),
        ("is-killed", "The server was ended by SIGKILL"),
    ],
)
def test_a_server_that_ends_in_a_case_is_started_anew_and_quoted(tmp_path, mode, says):
    status, output = ran(tmp_path, "--server", odd(mode), "--cases", "1.*")
    assert status == 1
    assert short(tmp_path) == ["1.1.5", "1.2.5"]
    assert len(results(tmp_path)) == 16
    assert results(tmp_path)["1.1.5"].trouble == says
    assert f"{says}. The cases in play, " in output


@pytest.mark.slow
def test_a_server_that_hangs_in_a_case_is_started_anew(tmp_path):
    arguments = ["--server", odd("hangs"), "--cases", "1.1.4,1.1.5,1.1.6", "--jobs", "2"]
    status, _ = ran(tmp_path, *arguments)
    assert status == 1
    assert short(tmp_path) == ["1.1.5"]
    assert "did not answer an opening handshake" in results(tmp_path)["1.1.5"].trouble


def test_a_server_that_ends_at_each_connection_is_given_up(tmp_path):
    arguments = ["--server", odd("ends-at-once"), "--cases", "1.*", "--jobs", "2"]
    status, _ = ran(tmp_path, *arguments)
    assert status == 1
    assert len(results(tmp_path)) == len(short(tmp_path)) == 16
    assert all("ended with status 9" in each.trouble for each in results(tmp_path).values())


def test_a_server_that_serves_one_at_a_time_fails_nothing_for_that(tmp_path):
    status, output = ran(tmp_path, "--server", odd("one-at-a-time"), "--cases", "1.*")
    assert status == 0, output


def test_a_server_that_does_not_come_to_listen_ends_the_run(tmp_path):
    status, output = ran(tmp_path, "--server", odd("never-listens"), "--cases", "1.*")
    assert status == 1
    assert (
        "Before the server listened: The server ended with status 1; its last words: I do not like"
        in output
    )


def test_a_command_that_is_not_there_ends_the_run(tmp_path):
    status, output = ran(tmp_path, "--server", "/no/such/server {port}", "--cases", "1.*")
    assert status == 2
    assert "/no/such/server cannot be started" in output


def free_port() -> int:
    with socket.socket() as nobody:
        nobody.bind((HOST, 0))
        return nobody.getsockname()[1]


@contextmanager
def server_at(port: int):
    command = [*fake_commands.server("good"), str(port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout.readline() == "listening\n"
            yield
        finally:
            process.kill()


def test_a_server_that_runs_already(tmp_path):
    port = free_port()
    with server_at(port):
        status, output = ran(tmp_path, "--url", f"ws://{HOST}:{port}/path", "--cases", "1.1.*")
    assert status == 0, output
    assert "server: 8 of 8 cases" in output


def test_servers_that_run_already_are_tested_one_after_the_other(tmp_path):
    one, other = free_port(), free_port()
    urls = [f"ws://{HOST}:{port}" for port in (one, other)]
    with server_at(one), server_at(other):
        options = ["--url", urls[0], "--url", urls[1], "--agent", "one", "--agent", "other"]
        status, output = ran(tmp_path, *options, "--cases", "1.1.1")
    assert status == 0, output
    for name, url in zip(("one", "other"), urls, strict=True):
        run = saved.load(tmp_path / "reports" / "runs" / f"embedded-{name}.json")
        assert f"--url {url} --agent {name}" in run.command


def test_a_url_without_a_server_is_named(tmp_path):
    url = f"ws://{HOST}:{free_port()}"
    status, output = ran(tmp_path, "--url", url, "--cases", "1.1.*")
    assert status == 1
    assert f"No server answers at {url}: Connection refused" in output


def test_a_known_server_beside_a_known_client(tmp_path):
    arguments = ["--server", "websockets", "--implementation", "websockets", "--cases", "1.1.*"]
    status, output = ran(tmp_path, *arguments)
    assert status == 0, output
    names = [file.name for file in (tmp_path / "reports" / "runs").glob("*.json")]
    assert len(names) == 2
    assert "websockets (server) " in output


def test_servers_of_ones_own_have_results_and_known_failures_of_their_own(tmp_path):
    baseline = tmp_path / "known.json"
    arguments = ["--server", odd("good"), "--server", f"{odd('good')} 2", "--cases", "1.1.1"]
    status, output = ran(tmp_path, *arguments, "--baseline", str(baseline), "--write-baseline")
    assert status == 0, output
    assert list(results(tmp_path, "server")) == list(results(tmp_path, "server-2")) == ["1.1.1"]
    assert list(json.loads(baseline.read_text())["embedded"]) == ["server", "server 2"]
    run = saved.load(tmp_path / "reports" / "runs" / "embedded-server-2.json")
    assert "--agent 'server 2'" in run.command


def test_ctrl_c_keeps_what_there_was_and_ends_the_server(tmp_path):
    begun = tmp_path / "begun"
    os.mkfifo(begun)
    server = f"env BEGUN={shlex.quote(str(begun))} {odd('never-answers-128')}"
    arguments = ["--server", server, "--cases", "1.1.4,1.1.5", "--jobs", "1"]
    with started(tmp_path, *arguments) as process:
        number = int(begun.read_text())
        process.send_signal(signal.SIGINT)
        output, _ = process.communicate()
    assert process.returncode == 130, output
    assert [*results(tmp_path)] == ["1.1.4"]
    with pytest.raises(ProcessLookupError):
        os.kill(number, 0)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["--server", "nobody"],
            "no known server is called 'nobody'; the known ones are websockets, ",
        ),
        (["--server", "undici"], "undici is no server"),
        (["--implementation", "hypercorn"], "hypercorn is a server; write --server hypercorn"),
        (["--server", "'{port}"], "the command cannot be read"),
        (["--url", "http://x"], "--url: 'http://x'"),
        (["--server", "websockets", "--suite", "api"], "a server has no API to be tested at"),
        (["--url", "ws://x", "--suite", "api"], "a server has no API to be tested at"),
        (["--url", "ws://x", "--autobahn-files"], "fuzzingclient writes Autobahn's files"),
        (["--server", "websockets", "--agent", "a"], "has its own name"),
        (
            ["--server", "websockets", "--agent-version", "9"],
            "the version of a known implementation is known",
        ),
        (["--server", "websockets", "--loop", "uvloop"], "event loop"),
        (["--server", "websockets", "--cases", "20.*"], "are for clients"),
        (["--server", "websockets", "--cases", "8.*"], "no case is called"),
    ],
)
def test_what_cannot_be_is_said_before_anything_runs(tmp_path, in_here, arguments, message):
    reports = ["--report-dir", tmp_path / "reports"]
    status, output = in_here("conformance", "run", *reports, *arguments)
    assert status == 2
    assert message in " ".join(output.replace("│", " ").split())


@pytest.mark.slow
@pytest.mark.parametrize("name", KNOWN)
def test_a_known_server_echoes(tmp_path, name):
    if implementations()[name].version() is None:
        pytest.skip(f"{name} is not installed")
    status, output = ran(tmp_path, "--server", name, "--cases", "1.1.*,1.2.*")
    assert status == 0, output


def test_ten_servers_are_known_and_say_what_they_are():
    known = {name: each.roles for name, each in implementations().items()}
    assert [name for name in KNOWN if "server" in known[name]] == KNOWN
    assert known["ws"] == ("client", "server", "API", "page")
    assert known["hypercorn"] == ("server",)
    assert "server" not in known["undici"]
