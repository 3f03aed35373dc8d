import json
import re
import threading
from contextlib import contextmanager

import pytest
import typer
from typer.testing import CliRunner
from websockets.sync.server import serve

from support.apart import Blind, apart
from support.tls import authority, server_context
from whatwg_websockets.cli import app as command
from whatwg_websockets.cli.trace import trace_command


def run_apart(*arguments):
    return apart(run, *arguments)


@pytest.fixture
def nobody_looks(monkeypatch):
    monkeypatch.setattr("whatwg_websockets.steps.trace.tracing.observer_for", Blind)


def run(*arguments):
    app = typer.Typer()
    app.command()(trace_command)
    return CliRunner().invoke(app, [str(each) for each in arguments])


@contextmanager
def echo_server():
    """Other people's server, in a thread, as the command has a loop of its own."""

    def echo(connection):
        for message in connection:
            connection.send(message)

    with serve(
        echo, "127.0.0.1", 0, ssl=server_context("localhost"), subprotocols=["chat"]
    ) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"wss://localhost:{server.socket.getsockname()[1]}/"
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def ca(tmp_path):
    file = tmp_path / "ca.pem"
    authority("ours").cert_pem.write_to_path(file)
    return file


def test_a_connection_is_told(ca, tmp_path):
    with echo_server() as url:
        arguments = [url, "--send", "hello", "--send", "again", "--close", 3000]
        arguments += ["--protocol", "chat", "--origin", "https://example.com"]
        done = run_apart(*arguments, "--ca", ca)
        assert done.exit_code == 0, done.output
        assert "websockets: send(data)" in done.output
        assert "data='again'" in done.output
        assert "Close, 2 bytes: 3000 ''" in done.output
        assert "dom: " not in done.output
        file = tmp_path / "trace.jsonl"
        done = run_apart(*arguments, "--insecure", "--all", "-o", file)
        assert (done.exit_code, done.output) == (0, "")
        entries = [json.loads(line) for line in file.read_text().splitlines()]
        assert "dom" in {entry["folder"] for entry in entries}
        request = next(entry for entry in entries if entry["kind"] == "http")
        assert request["values"]["Origin"] == "https://example.com"


def test_a_connection_is_told_as_streams(ca, tmp_path):
    with echo_server() as url:
        arguments = [url, "--stream", "--send", "hello", "--close", 3000, "--ca", ca]
        arguments += ["--protocol", "chat"]
        done = run_apart(*arguments)
        assert done.exit_code == 0, done.output
        said = " ".join(done.output.split())
        assert "websocketstream: close(closeInfo) draft at d5570f3" in said
        assert "Close, 2 bytes: 3000 ''" in said
        assert "streams: " not in said
        file = tmp_path / "trace.jsonl"
        assert run_apart(*arguments, "-o", file).exit_code == 0
        entries = [json.loads(line) for line in file.read_text().splitlines()]
        drafts = {entry["folder"] for entry in entries if entry["draft"]}
        assert drafts == {"websocketstream"}
        steps = [entry for entry in entries if entry["folder"] == "websocketstream"]
        assert all(entry["draft"] for entry in steps)
        assert {entry["draft"] for entry in entries} == {"", "draft at d5570f3"}


def test_a_connection_is_opened(ca, nobody_looks):
    with echo_server() as url:
        arguments = [url, "--send", "hello", "--protocol", "chat"]
        assert run(*arguments, "--ca", ca).exit_code == 0
        assert run(*arguments, "--insecure", "--all", "--stream").exit_code == 0


def test_the_file_name_says_how(tmp_path, nobody_looks):
    for name, beginning in [
        ("a.html", "<!DOCTYPE html>"),
        ("a.mmd", "sequenceDiagram"),
        ("a.jsonl", '{"time": '),
        ("a.txt", r" *\d+\.\d\d "),
    ]:
        done = run("ws://127.0.0.1:1/", "-o", tmp_path / name)
        assert done.exit_code == 1
        assert re.match(beginning, (tmp_path / name).read_text())
    done = run("ws://127.0.0.1:1/", "-o", tmp_path / "a.html", "--format", "mermaid")
    assert (tmp_path / "a.html").read_text().startswith("sequenceDiagram")


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("ws://127.0.0.1:1/", "WebSocket connection to ws://127.0.0.1:1/ ended: port 1 is blocked"),
        ("ftp://a/", "SyntaxError: the scheme of 'ftp://a/' is not ws, wss, http or https"),
    ],
)
def test_a_url_that_cannot_be_opened(url, why):
    done = run_apart(url, "--only", "websockets")
    assert done.exit_code == 1
    assert done.stderr == f"{url}: {why}\n"
    assert "new WebSocket(url, protocols)" in done.stdout
    assert "fetch: " not in done.stdout


def test_a_server_whose_certificate_is_not_trusted(nobody_looks):
    with echo_server() as url:
        done = run(url, "--only", "websockets")
    assert done.exit_code == 1
    assert "certificate was not accepted" in done.stderr


@pytest.mark.parametrize(
    ("option", "value", "message"),
    [
        ("--ca", "nowhere.pem", "no certificates that can be read"),
        ("--ca", __file__, "no certificates that can be read"),
        ("--origin", "nobody", "nobody"),
        ("--only", "cellar", "there is no folder"),
        ("-o", "nowhere/trace.html", "cannot be written"),
        ("--format", "poem", "poem"),
    ],
)
def test_options_that_make_no_sense(option, value, message, tmp_path, monkeypatch, nobody_looks):
    monkeypatch.chdir(tmp_path)
    done = run("ws://127.0.0.1:1/", option, value)
    assert done.exit_code == 2
    assert message in " ".join(done.stderr.replace("│", " ").split())


def test_the_command_has_its_name():
    done = CliRunner().invoke(command.build(), ["trace", "--help"])
    assert done.exit_code == 0
    assert "step" in done.output
