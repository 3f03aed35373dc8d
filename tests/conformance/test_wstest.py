"""The command ``wstest``, as scripts start it."""

import asyncio
import json
import re
import signal
import socket
import subprocess
import sys
from contextlib import contextmanager
from importlib.metadata import entry_points
from pathlib import Path

import pytest
import trustme
from websockets.asyncio.client import connect
from websockets.asyncio.server import serve

HOST = "127.0.0.1"


@contextmanager
def started(*arguments: object, cwd: Path):
    process = subprocess.Popen(
        [sys.executable, "-m", "websocket_conformance.wstest", *map(str, arguments)],
        cwd=cwd,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def ran(*arguments: object, cwd: Path) -> tuple[int, str, str]:
    with started(*arguments, cwd=cwd) as process:
        out, err = process.communicate()
    return process.returncode, out, err


def listening(process) -> str:
    """The URL that a fuzzing server says it has, once it has said all that it says first."""
    url = ""
    for line in process.stdout:
        url = line.split()[-1] if line.startswith("Listening on ") else url
        if line.startswith("Ok, will run "):
            return url
    raise AssertionError(process.stderr.read())


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind((HOST, 0))
        return listener.getsockname()[1]


async def repeat(url: str, **options) -> None:
    async with connect(url, **options) as connection:
        async for message in connection:
            await connection.send(message)


def spec(directory: Path, name: str = "spec.json", **fields: object) -> Path:
    file = directory / name
    file.write_text(json.dumps(fields))
    return file


def test_it_is_a_command_of_the_package():
    (command,) = entry_points(group="console_scripts", name="wstest")
    assert command.value == "websocket_conformance.wstest:main"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_server(tmp_path, number):
    file = spec(tmp_path, url=f"ws://{HOST}:0", outdir="out", cases=["1.1.*"])
    arguments = ["--mode", "fuzzingserver", "--spec", file, "--webport=0"]
    with started(*arguments, cwd=tmp_path) as process:
        url = listening(process)
        asyncio.run(repeat(f"{url}/runCase?case=1&agent=a"))
        asyncio.run(repeat(f"{url}/updateReports?agent=a"))
        assert list(json.loads((tmp_path / "out" / "index.json").read_text())) == ["a"]
        process.send_signal(number)
        _, errors = process.communicate()
    assert (process.returncode, errors) == (0, "")


def test_a_server_without_a_configuration_writes_one_and_takes_it_the_next_time(tmp_path):
    with started("-m", "fuzzingserver", "-u", "0", cwd=tmp_path) as process:
        assert process.stdout.readline() == "Auto-generating spec file 'fuzzingserver.json'\n"
        assert process.stdout.readline() == (
            f"Loading spec from {tmp_path / 'fuzzingserver.json'}\n"
        )
    written = json.loads((tmp_path / "fuzzingserver.json").read_text())
    assert written == {
        "url": "ws://127.0.0.1:9001",
        "outdir": "./reports/clients",
        "cases": ["*"],
        "exclude-cases": [],
        "exclude-agent-cases": {},
    }
    spec(tmp_path, "fuzzingserver.json", url=f"ws://{HOST}:0", cases=["*"])
    with started("-m", "fuzzingserver", cwd=tmp_path) as process:
        assert process.stdout.readline() == "Using implicit spec file 'fuzzingserver.json'\n"
        url = listening(process)
        assert re.fullmatch(r"ws://127.0.0.1:\d+", url)
        process.terminate()
        assert process.stderr.read() == ""


def test_a_server_counts_the_cases_that_autobahns_has(tmp_path):
    file = spec(tmp_path, url=f"ws://{HOST}:0", cases=["*"])
    with started("-m", "fuzzingserver", "-s", file, cwd=tmp_path) as process:
        lines = [process.stdout.readline() for _ in range(5)]
    assert lines[0] == f"Using explicit spec file '{file}'\n"
    assert "Ok, will run 517 test cases for any clients connecting\n" in lines


def test_a_server_with_tls_from_the_command_line(tmp_path):
    authority = trustme.CA()
    identity = authority.issue_cert(HOST)
    identity.private_key_pem.write_to_path(tmp_path / "key.pem")
    identity.cert_chain_pems[0].write_to_path(tmp_path / "cert.pem")
    file = spec(tmp_path, url=f"ws://{HOST}:0", cases=["1.1.1"])
    files = ["-c", "cert.pem", "-k", "key.pem"]
    with started("-m", "fuzzingserver", "-s", file, *files, cwd=tmp_path) as process:
        assert listening(process).startswith("wss://")


@contextmanager
def echo_server():
    """A server in a thread of its own, and its port."""
    import threading

    loop, ready = asyncio.new_event_loop(), threading.Event()
    ports: list[int] = []

    async def echo(connection) -> None:
        async for message in connection:
            await connection.send(message)

    async def main() -> None:
        async with serve(echo, HOST, 0) as server:
            ports.append(server.sockets[0].getsockname()[1])
            ready.set()
            await stop.wait()

    stop = asyncio.Event()
    thread = threading.Thread(target=loop.run_until_complete, args=(main(),))
    thread.start()
    ready.wait()
    try:
        yield ports[0]
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()
        loop.close()


@pytest.mark.parametrize("servers", [None, []])
def test_a_client_takes_the_server_of_the_command_line(tmp_path, servers):
    fields = {} if servers is None else {"servers": servers}
    file = spec(tmp_path, cases=["1.1.1"], outdir="out", **fields)
    with echo_server() as port:
        url = f"ws://{HOST}:{port}"
        status, out, err = ran("-m", "fuzzingclient", "-s", file, "-w", url, cwd=tmp_path)
    assert (status, err) == (0, "")
    assert "Ok, will run 1 test case against 1 server\n" in out
    (cases,) = json.loads((tmp_path / "out" / "index.json").read_text()).values()
    assert cases["1.1.1"]["behavior"] == "OK"


def test_a_client_writes_the_server_of_the_command_line_to_a_configuration_that_is_missing(
    tmp_path,
):
    url = f"ws://{HOST}:{free_port()}"
    _, out, err = ran("-m", "fuzzingclient", "-w", url, cwd=tmp_path)
    assert "Auto-generating spec file 'fuzzingclient.json'\n" in out
    assert f"No server answers at {url}, which fuzzingclient.json names" in err
    written = json.loads((tmp_path / "fuzzingclient.json").read_text())
    assert written["servers"] == [{"url": url}]
    _, _, err = ran("-m", "fuzzingclient", "-w", url, cwd=tmp_path)
    assert "no effect" not in err


def test_a_client_says_that_a_configuration_comes_before_the_server_of_the_command_line(tmp_path):
    file = spec(tmp_path, servers=[{"url": f"ws://{HOST}:{free_port()}"}], outdir="out")
    _, _, err = ran("-m", "fuzzingclient", "-s", file, "-w", "ws://x", cwd=tmp_path)
    assert (
        f"ws://x, beside the servers that {file} names, has no effect here and is ignored." in err
    )


def test_a_client_without_a_server_ends_at_once_and_says_where_it_looked(tmp_path):
    url = f"ws://{HOST}:{free_port()}"
    file = spec(tmp_path, servers=[{"url": url}], outdir="out")
    status, _, err = ran("-m", "fuzzingclient", "-s", file, cwd=tmp_path)
    assert status == 3
    assert f"No server answers at {url}, which {file} names: Connection refused." in err
    assert not (tmp_path / "out" / "index.json").exists()


def test_what_means_nothing_here_is_said(tmp_path):
    arguments = ["-d", "-o", "file", "-t", "set", "-i", "me", "-w", "ws://x", "--webport", "99"]
    file = spec(tmp_path, url=f"ws://{HOST}:0", cases=["1.1.1"])
    with started("-m", "fuzzingserver", "-s", file, *arguments, cwd=tmp_path) as process:
        listening(process)
        process.terminate()
        err = process.stderr.read()
    for name in ("-d/--debug", "-o/--outfile", "-t/--testset", "-i/--ident", "-w/--wsuri"):
        assert f"wstest: {name} has no effect in the mode fuzzingserver" in err
    assert "no web server on port 99 " in err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "a mode must be specified"),
        (["-m", "nothing"], "no mode 'nothing'"),
        (["-m", "echoserver"], "only Autobahn's own program has the mode echoserver"),
        (["-m", "fuzzingserver", "-u", "70000"], "is not a port for"),
        (["-m", "fuzzingserver", "more"], "unrecognized arguments: more"),
        (["-m", "fuzzingserver", "-c", "cert.pem"], "give both or neither"),
        (["-m", "fuzzingserver", "-s", "nofile"], "nofile: cannot be read"),
        (["-m", "fuzzingclient", "-s", "nofile"], "nofile: cannot be read"),
        (["-m", "fuzzingclient", "-s", ""], "argument -s/--spec: the value is empty"),
        (["-m", "fuzzingclient", "-w", ""], "argument -w/--wsuri: the value is empty"),
        (["-m", "fuzzingserver", "-c", "", "-k", "x"], "argument -c/--cert: the value is empty"),
    ],
)
def test_what_cannot_be_ends_with_1(tmp_path, arguments, message):
    status, _, err = ran(*arguments, cwd=tmp_path)
    assert status == 1
    assert message in err


def test_a_port_in_use_ends_with_1(tmp_path):
    with socket.socket() as taken:
        taken.bind((HOST, 0))
        taken.listen()
        file = spec(tmp_path, url=f"ws://{HOST}:{taken.getsockname()[1]}", cases=["1.1.1"])
        status, _, err = ran("-m", "fuzzingserver", "-s", file, cwd=tmp_path)
    assert status == 1
    assert "is in use" in err


@pytest.mark.parametrize("option", ["-a", "--version"])
def test_it_says_whose_it_is(tmp_path, option):
    status, out, _ = ran(option, cwd=tmp_path)
    assert status == 0
    assert out.startswith("whatwg-websockets ")
