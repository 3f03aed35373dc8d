"""The commands ``fuzzingserver`` and ``fuzzingclient``, as people start them."""

import asyncio
import json
import re
import signal
import socket
import subprocess
import sys
import threading
from contextlib import contextmanager
from pathlib import Path

import pytest
import trustme
from websockets.asyncio.client import connect
from websockets.asyncio.server import serve

from websocket_conformance.report import saved
from websocket_conformance.results.result import Who

MAIN = "from whatwg_websockets.cli import main; main()"
HOST = "127.0.0.1"


@contextmanager
def started(command: str, *arguments: object, cwd: Path, before: str = ""):
    process = subprocess.Popen(
        [sys.executable, "-c", before + MAIN, command, *map(str, arguments)],
        cwd=cwd,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def ran(command: str, *arguments: object, cwd: Path) -> tuple[int, str]:
    with started(command, *arguments, cwd=cwd) as process:
        output = process.communicate()[0]
    return process.returncode, output


def listening(process) -> str:
    """The URL that a fuzzing server says it has."""
    for line in process.stdout:
        found = re.search(r"Listening on (\S+): ", line)
        if found:
            return found[1]
    raise AssertionError("the server ended")


async def repeat(url: str) -> None:
    async with connect(url) as socket_:
        async for message in socket_:
            await socket_.send(message)


def spec(directory: Path, **fields: object) -> Path:
    file = directory / "spec.json"
    file.write_text(json.dumps(fields))
    return file


AS_ON_WINDOWS = """
import asyncio

def without(*arguments):
    raise NotImplementedError

asyncio.SelectorEventLoop.add_signal_handler = without
asyncio.SelectorEventLoop.remove_signal_handler = without
"""


@pytest.mark.parametrize("before", ["", AS_ON_WINDOWS])
def test_a_server_is_started_played_with_and_ended(tmp_path, before):
    file = spec(tmp_path, cases=["1.1.*"], outdir="out", webport=8080)
    options = ("-s", file, "--port", 0)
    with started("fuzzingserver", *options, cwd=tmp_path, before=before) as process:
        url = listening(process)
        for case in range(1, 4):
            asyncio.run(repeat(f"{url}/runCase?case={case}&agent=a"))
        process.send_signal(signal.SIGINT)
        output = process.stdout.read()
        assert process.wait() == 0
    assert "3 of 3 cases reached the best verdict that they can have; reports in out" in output
    assert f"Report  {Path('out', 'index.html')}\n" in output
    index = json.loads((tmp_path / "out" / "index.json").read_text())
    assert sorted(index["a"]) == ["1.1.1", "1.1.2", "1.1.3"]
    run = saved.load(tmp_path / "out" / "runs" / "embedded-a.json")
    assert (run.suite, run.profile, run.good, run.asked) == ("embedded", "quick", 3, 8)
    assert [result.case for result in run.results] == ["1.1.1", "1.1.2", "1.1.3"]
    assert not run.interrupted
    assert (tmp_path / "out" / "embedded" / "1.1.1.html").exists()


@pytest.mark.parametrize(
    ("command", "option"),
    [
        *(
            (each, option)
            for each in ("fuzzingserver", "fuzzingclient")
            for option in ("--spec", "--outdir")
        ),
        ("fuzzingserver", "--cert"),
    ],
)
def test_an_option_with_an_empty_value_is_refused(in_here, command, option):
    status, output = in_here(command, option, "")
    assert status == 2
    assert option in output
    assert "the value is empty" in output


def test_reports_are_there_when_they_are_asked_for_and_the_server_goes_on(tmp_path):
    file = spec(tmp_path, cases=["1.1.1", "1.1.2"], outdir="out")
    run = tmp_path / "out" / "runs" / "embedded-a.json"
    with started("fuzzingserver", "-s", file, "--port", 0, cwd=tmp_path) as process:
        url = listening(process)
        asyncio.run(repeat(f"{url}/runCase?case=1&agent=a"))
        asyncio.run(repeat(f"{url}/updateReports?agent=a"))
        assert "1.1.1" in json.loads((tmp_path / "out" / "index.json").read_text())["a"]
        while not run.exists():
            asyncio.run(repeat(f"{url}/runCase?case=2&agent=a"))
        process.send_signal(signal.SIGTERM)
        assert process.wait() == 0
    assert len(saved.load(run).results) == 2


def test_a_report_is_not_written_over_what_others_have_put_there(tmp_path):
    (tmp_path / "index.html").write_text("mine")
    with echo_server() as port:
        servers = [{"agent": "a", "url": f"ws://{HOST}:{port}"}]
        file = spec(tmp_path, servers=servers, cases=["1.1.1"], outdir="")
        for _ in range(2):
            status, output = ran("fuzzingclient", "-s", file, cwd=tmp_path)
            assert status == 0, output
    assert (tmp_path / "index.html").read_text() == "mine"
    assert "Report  websocket-conformance/index.html\n" in output
    assert "all 1 cases" in (tmp_path / "websocket-conformance" / "index.html").read_text()


def test_a_server_says_which_keys_mean_nothing_to_it(tmp_path):
    file = spec(tmp_path, webport=8080)
    with started("fuzzingserver", "-s", file, "--port", 0, cwd=tmp_path) as process:
        assert process.stdout.readline() == "webport has no effect here and is ignored.\n"


def test_a_server_says_once_which_patterns_name_no_case(tmp_path):
    excluded = {"a": ["8.*", "8.*"]}
    fields = {"cases": ["1.*"], "exclude-cases": ["11.*"], "exclude-agent-cases": excluded}
    file = spec(tmp_path, **fields)
    with started("fuzzingserver", "-s", file, "--port", 0, cwd=tmp_path) as process:
        assert process.stdout.readline() == f"{file}: exclude-cases: '11.*' matches no case.\n"
        assert (
            process.stdout.readline() == f"{file}: exclude-agent-cases.a: '8.*' matches no case.\n"
        )
        assert process.stdout.readline().startswith("Listening on ")


def test_a_configuration_with_wstests_name_is_taken_where_none_is_given(tmp_path):
    (tmp_path / "fuzzingserver.json").write_text('{"url": "ws://127.0.0.1:0", "cases": ["1.1.*"]}')
    with started("fuzzingserver", cwd=tmp_path) as process:
        assert "the configuration is fuzzingserver.json" in process.stdout.readline()
        assert ": 8 cases, " in process.stdout.readline()
    file = spec(tmp_path, cases=["1.2.1"])
    with started("fuzzingserver", "-s", file, "--port", 0, cwd=tmp_path) as process:
        assert ": 1 case, " in process.stdout.readline()


def test_a_client_takes_the_configuration_with_wstests_name_as_well(tmp_path):
    (tmp_path / "fuzzingclient.json").write_text('{"servers": []}')
    status, output = ran("fuzzingclient", cwd=tmp_path)
    assert status == 2
    assert "the configuration is fuzzingclient.json" in output
    assert "fuzzingclient.json: servers: expected a list" in output


def test_a_server_ends_when_a_client_asks_for_it(tmp_path):
    with started("fuzzingserver", "--port", 0, "--outdir", "o", cwd=tmp_path) as process:
        url = listening(process)
        asyncio.run(repeat(f"{url}/updateReports?agent=a&shutdownOnComplete=true"))
        assert process.wait() == 0
    assert json.loads((tmp_path / "o" / "index.json").read_text()) == {}


def test_a_case_in_play_is_no_result_when_the_server_is_ended(tmp_path):
    with started("fuzzingserver", "--port", 0, "--outdir", "o", cwd=tmp_path) as process:
        url = listening(process)

        async def half_a_case():
            async with connect(f"{url}/runCase?casetuple=6.4.1&agent=a") as socket_:
                process.send_signal(signal.SIGTERM)
                await socket_.wait_closed()

        asyncio.run(half_a_case())
        assert process.wait() == 0


def test_a_server_with_tls(tmp_path):
    authority = trustme.CA()
    certificate = authority.issue_cert(HOST)
    certificate.private_key_pem.write_to_path(tmp_path / "key.pem")
    certificate.cert_chain_pems[0].write_to_path(tmp_path / "cert.pem")
    files = ["--cert", "cert.pem", "--key", "key.pem"]
    with started("fuzzingserver", "--port", 0, *files, cwd=tmp_path) as process:
        assert listening(process).startswith("wss://")


WRONG = {
    "tls": {"url": "wss://127.0.0.1:9001"},
    "long": {"url": f"ws://{'a' * 70}.invalid:1"},
    "out": {"outdir": "wrong.json/reports"},
    "nul": {"outdir": "a\0"},
    "cert": {"cert": "wrong.json"},
}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["-s", "none.json"], "none.json: cannot be read: No such file or directory"),
        (["-s", "wrong.json"], "wrong.json: cases: expected at least one case"),
        (["-s", "long.json"], "long.json: url: expected a URL"),
        (["-s", "out.json"], "out.json: outdir: no report can be written to wrong.json/reports"),
        (["-s", "nul.json"], "nul.json: outdir: no report can be written to"),
        (["--outdir", "wrong.json/reports"], "no report can be written to wrong.json/reports"),
        (["-s", "tls.json"], "tls.json: url: wss://127.0.0.1:9001 needs a certificate: give cert"),
        (["-s", "cert.json"], "cert.json: cert and key: give both or neither"),
        (["--cert", "wrong.json"], "give both or neither"),
        (["--cert", "wrong.json", "--key", "wrong.json"], "cannot be used"),
        (["--profile", "slow"], "slow"),
    ],
)
def test_what_cannot_be_is_said_before_anything_runs(
    tmp_path, monkeypatch, in_here, arguments, message
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "wrong.json").write_text('{"cases": ["nine"]}')
    for name, fields in WRONG.items():
        (tmp_path / f"{name}.json").write_text(json.dumps(fields))
    status, output = in_here("fuzzingserver", *arguments)
    assert status == 2
    assert message in output


def test_a_port_in_use_is_named_and_a_free_one_offered(tmp_path):
    with socket.socket() as taken:
        taken.bind((HOST, 0))
        taken.listen()
        port = taken.getsockname()[1]
        status, output = ran("fuzzingserver", "--port", port, cwd=tmp_path)
    assert status == 2
    assert f"port {port} of {HOST} is in use; --port 0 takes a free one." in output


def test_a_host_that_is_not_here(tmp_path):
    file = spec(tmp_path, url="ws://192.0.2.1:9001")
    status, output = ran("fuzzingserver", "-s", file, cwd=tmp_path)
    assert status == 2
    assert "port 9001 of 192.0.2.1 cannot be listened on" in output
    assert "Traceback" not in output


async def _echo(socket_) -> None:
    async for message in socket_:
        await socket_.send(message)


async def _leave(socket_) -> None:
    await socket_.close(4000)


@contextmanager
def echo_server(handler=_echo):
    """A good server, or one that does otherwise, in a thread's loop."""
    loop = asyncio.new_event_loop()

    async def start():
        return await serve(handler, HOST, 0, max_size=None)

    server = loop.run_until_complete(start())
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield server.sockets[0].getsockname()[1]
    finally:

        async def stop():
            server.close()
            await server.wait_closed()

        asyncio.run_coroutine_threadsafe(stop(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def test_a_client_tests_one_server_after_the_other(tmp_path):
    with echo_server() as port:
        servers = [{"agent": name, "url": f"ws://{HOST}:{port}"} for name in ("a", "b")]
        file = spec(tmp_path, servers=servers, cases=["1.*", "7.7.*"], outdir="out")
        status, output = ran("fuzzingclient", "-s", file, "--strict", cwd=tmp_path)
    assert status == 0, output
    assert "58 of 58 cases reached the best verdict that they can have; reports in out" in output
    index = json.loads((tmp_path / "out" / "index.json").read_text())
    assert {agent: len(cases) for agent, cases in index.items()} == {"a": 29, "b": 29}
    assert "Report  out/index.html\n" in output
    page = (tmp_path / "out" / "index.html").read_text()
    assert "2 implementations, 29 cases" in page
    (asker,) = {
        result.conversation.start[0].who
        for result in saved.load(tmp_path / "out" / "runs" / "embedded-b.json").results
    }
    assert asker is Who.JUDGE


@pytest.mark.parametrize(("options", "expected"), [([], 0), (["--strict"], 1)])
def test_a_client_says_what_is_not_as_it_should_be(tmp_path, options, expected):
    with echo_server(_leave) as port:
        servers = [{"agent": "a", "url": f"ws://{HOST}:{port}"}]
        file = spec(tmp_path, servers=servers, cases=["1.1.1"])
        status, output = ran("fuzzingclient", "-s", file, *options, cwd=tmp_path)
    assert status == expected
    assert "1.1.1 a: FAILED: A text message of 0 octets. The text" in output
    assert "0 of 1 case reached the best verdict" in output


def free_port() -> int:
    with socket.socket() as nobody:
        nobody.bind((HOST, 0))
        return nobody.getsockname()[1]


def test_a_client_without_a_server_ends_at_once_and_says_where_it_looked(tmp_path):
    url = f"ws://{HOST}:{free_port()}"
    file = spec(tmp_path, servers=[{"url": url}], outdir="out")
    status, output = ran("fuzzingclient", "-s", file, cwd=tmp_path)
    assert status == 3
    assert output.startswith(f"No server answers at {url}, which {file} names: Connection refused.")
    assert not list((tmp_path / "out").glob("*.json"))


def test_a_client_leaves_out_a_server_that_is_not_there_and_plays_with_the_others(tmp_path):
    absent = f"ws://{HOST}:{free_port()}"
    with echo_server() as port:
        servers = [{"url": absent}, {"agent": "a", "url": f"ws://{HOST}:{port}"}]
        file = spec(tmp_path, servers=servers, cases=["1.1.1"], outdir="out")
        status, output = ran("fuzzingclient", "-s", file, cwd=tmp_path)
    assert status == 3
    assert f"No server answers at {absent}, " in output
    assert "1 of 1 case reached the best verdict" in output


def test_a_client_names_a_host_that_does_not_exist(tmp_path):
    file = spec(tmp_path, servers=[{"url": "ws://nobody.invalid:9001"}])
    status, output = ran("fuzzingclient", "-s", file, cwd=tmp_path)
    assert status == 3
    assert "No server answers at ws://nobody.invalid:9001" in output


def test_a_client_that_is_interrupted_keeps_what_it_had(tmp_path):
    with socket.socket() as deaf, echo_server() as port:
        deaf.bind((HOST, 0))
        deaf.listen()
        servers = [
            {"agent": "good", "url": f"ws://{HOST}:{port}"},
            {"agent": "deaf", "url": f"ws://{HOST}:{deaf.getsockname()[1]}"},
        ]
        file = spec(tmp_path, servers=servers, cases=["1.1.1"], outdir="out")
        with started("fuzzingclient", "-s", file, cwd=tmp_path) as process:
            while "deaf" not in process.stdout.readline():
                pass
            process.send_signal(signal.SIGINT)
            output = process.stdout.read()
            assert process.wait() == 130, output
    assert list(json.loads((tmp_path / "out" / "index.json").read_text())) == ["good"]
    assert "Report  out/index.html\n" in output


def test_a_client_says_that_a_report_of_more_cases_is_replaced(tmp_path):
    with echo_server() as port:
        servers = [{"agent": "a", "url": f"ws://{HOST}:{port}"}]
        for cases, is_said in ((["1.1.1", "1.1.2"], False), (["1.1.1"], True), (["1.1.1"], False)):
            file = spec(tmp_path, servers=servers, cases=cases, outdir="out")
            status, output = ran("fuzzingclient", "-s", file, cwd=tmp_path)
            assert status == 0, output
            said = "The report in out has 2 cases, and is replaced by one with 1."
            assert (said in output) == is_said


def test_a_server_says_that_the_report_of_an_earlier_session_is_replaced(tmp_path):
    options = ["--port", 0, "--outdir", "o"]
    for is_said in (False, True):
        with started("fuzzingserver", *options, cwd=tmp_path) as process:
            before, url = [], ""
            while not url:
                line = process.stdout.readline()
                before.append(line)
                url = line.partition("Listening on ")[2].partition(": ")[0]
            asyncio.run(repeat(f"{url}/runCase?case=1&agent=a"))
            process.send_signal(signal.SIGINT)
            process.communicate()
        said = "The report in o is from an earlier session, and is replaced by the report"
        assert any(said in line for line in before) == is_said


IMPATIENT = """
import os, signal
from websocket_conformance.report import autobahn_files as reports
from websocket_conformance.report import site

def interrupted(write):
    def wrapped(*arguments):
        os.kill(os.getpid(), signal.SIGINT)
        write(*arguments)
        os.kill(os.getpid(), signal.SIGINT)
    return wrapped

reports.Reports.write, site.write = interrupted(reports.Reports.write), interrupted(site.write)
"""


def test_who_is_impatient_while_reports_are_written_loses_none(tmp_path):
    with echo_server() as port:
        servers = [{"agent": "a", "url": f"ws://{HOST}:{port}"}]
        file = spec(tmp_path, servers=servers, cases=["1.1.*"], outdir="out")
        with started("fuzzingclient", "-s", file, cwd=tmp_path, before=IMPATIENT) as process:
            output = process.communicate()[0]
        assert process.returncode == 0, output
    assert len(json.loads((tmp_path / "out" / "index.json").read_text())["a"]) == 8
    assert "Report  out/index.html\n" in output


def test_a_server_whose_owner_is_impatient_writes_its_reports_to_the_end(tmp_path):
    options = ["--port", 0, "--outdir", "o"]
    with started("fuzzingserver", *options, cwd=tmp_path, before=IMPATIENT) as process:
        asyncio.run(repeat(f"{listening(process)}/runCase?case=1&agent=a"))
        process.send_signal(signal.SIGINT)
        output = process.stdout.read()
        assert process.wait() == 0, output
    assert "Report  o/index.html\n" in output


def test_reports_that_cannot_be_written_in_the_end_are_an_error(tmp_path):
    with started("fuzzingserver", "--port", 0, "--outdir", "o", cwd=tmp_path) as process:
        listening(process)
        (tmp_path / "o").rmdir()
        (tmp_path / "o").touch()
        process.send_signal(signal.SIGINT)
        assert "The reports cannot be written" in process.stdout.read()
        assert process.wait() == 1
