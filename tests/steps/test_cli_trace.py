import io
import json
import re
import signal
import socket
import subprocess
import sys
import threading
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
import typer
from rich.console import Console
from typer.testing import CliRunner
from websockets.sync.server import serve

from support import frames
from support.apart import Blind, apart
from support.server import accept_value
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
        assert "websockets: send(data)\n" in done.output
        assert 'event message: data "again", origin "wss://localhost' in done.output
        assert "state OPEN → CLOSING\n" in done.output
        assert 'Close, 2 bytes: 3000 ""' in done.output
        assert not re.search(r"^ *\d+\.\d\d +\d+[a-z]?\. ", done.output, re.M), "no steps"
        assert "dom: " not in done.output
        file = tmp_path / "trace.jsonl"
        done = run_apart(*arguments, "--insecure", "--all", "-o", file)
        count = len(file.read_text().splitlines())
        assert (done.exit_code, done.stdout) == (0, "")
        assert done.stderr == f"wrote {file}: {count} entries\n"
        entries = [json.loads(line) for line in file.read_text().splitlines()]
        assert "dom" in {entry["folder"] for entry in entries}
        request = next(entry for entry in entries if entry["kind"] == "http")
        assert request["values"]["Origin"] == "https://example.com"


def test_more_of_it_is_told_with_v(ca):
    with echo_server() as url:
        arguments = [url, "--send", "hello", "--protocol", "chat", "--ca", ca]
        steps = run_apart(*arguments, "-v").output
        values = run_apart(*arguments, "-vv", "--only", "websockets").output
    step = r"^ *\d+\.\d\d +3c\. "
    assert re.search(step, steps, re.M)
    assert re.search(step, values, re.M)
    assert "Sec-WebSocket-Version: 13\n" in steps
    assert 'data = "hello"' not in steps
    assert 'data = "hello"\n' in values
    assert "masking key = " in values
    assert "fetch: " in steps
    assert "fetch: " not in values


def test_an_overview_of_one_folder_has_all_its_algorithms(ca):
    with echo_server() as url:
        arguments = [url, "--protocol", "chat", "--ca", ca, "--only", "fetch"]
        done = run_apart(*arguments)
    assert "fetch: main fetch\n" in done.output
    assert "websockets: " not in done.output


@pytest.mark.parametrize(("streams", "most"), [([], 40), (["--stream"], 41)])
def test_an_overview_fits_one_screen(streams, most, ca, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    with echo_server() as url:
        done = run_apart(url, "--send", "hello", "--protocol", "chat", "--ca", ca, *streams)
    assert "compressed" in done.output
    assert len(done.output.splitlines()) <= most


def test_a_connection_is_told_as_streams(ca, tmp_path):
    with echo_server() as url:
        arguments = [url, "--stream", "--send", "hello", "--close", 3000, "--ca", ca]
        arguments += ["--protocol", "chat"]
        done = run_apart(*arguments)
        assert done.exit_code == 0, done.output
        said = " ".join(done.output.split())
        assert "websocketstream: close(closeInfo) draft at d5570f3" in said
        assert 'Close, 2 bytes: 3000 ""' in said
        assert 'event opened is resolved with extensions "permessage-deflate; ' in said
        assert 'event closed is resolved with closeCode 3000, reason ""' in said
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
    for name, beginning, written in [
        ("a.html", "<!DOCTYPE html>", "1 entry"),
        ("b.HTML", "<!DOCTYPE html>", "1 entry"),
        ("a.mmd", "sequenceDiagram", "5 lines"),
        ("a.jsonl", '{"time": ', "1 entry"),
        ("a.txt", r" *\d+\.\d\d ", "2 lines"),
    ]:
        done = run("ws://127.0.0.1:1/", "-o", tmp_path / name)
        assert done.exit_code == 1
        assert done.stdout == ""
        assert done.stderr.startswith(f"wrote {tmp_path / name}: {written}\nws://")
        assert re.match(beginning, (tmp_path / name).read_text())
    done = run("ws://127.0.0.1:1/", "-o", tmp_path / "a.html", "--format", "mermaid")
    assert (tmp_path / "a.html").read_text().startswith("sequenceDiagram")


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("ws://127.0.0.1:1/", "port 1 is blocked"),
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
    advice = "to trust it, give --ca FILE with the certificate of its authority, or with"
    assert advice in done.stderr
    assert done.stderr.endswith("; or give --insecure to check no certificate\n")
    assert "settings" not in done.stderr


@pytest.mark.parametrize(
    ("option", "value", "message"),
    [
        ("--ca", "nowhere.pem", "no certificates that can be read"),
        ("--ca", __file__, "no certificates that can be read"),
        ("--origin", "nobody", "nobody"),
        ("--only", "cellar", "there is no folder"),
        ("-o", "nowhere/trace.html", "cannot be written"),
        ("-o", "trace.pdf", "trace.pdf does not end in .html, .jsonl, .mmd, .mermaid, .txt"),
        ("-o", "trace", "name it with --format"),
        ("--format", "poem", "'--format': 'poem' is not one of terminal, jsonl, mermaid, html"),
        ("--docs", "nowhere", "nowhere has no folder 'standard'"),
    ],
)
def test_options_that_make_no_sense(option, value, message, tmp_path, monkeypatch, nobody_looks):
    monkeypatch.chdir(tmp_path)
    done = run("ws://127.0.0.1:1/", option, value)
    assert done.exit_code == 2
    assert message in " ".join(done.stderr.replace("│", " ").split())


@pytest.mark.parametrize("is_folder", [True, False])
def test_a_page_may_link_to_the_docs(is_folder, tmp_path):
    (tmp_path / "standard").mkdir()
    docs = str(tmp_path) if is_folder else "https://docs.example/latest/"
    root = tmp_path.as_uri() if is_folder else "https://docs.example/latest"
    run_apart("ws://127.0.0.1:1/", "-o", tmp_path / "a.html", "--docs", docs)
    assert f"{root}/standard/websockets/new-websocket.html" in (tmp_path / "a.html").read_text()


@pytest.mark.parametrize("docs", ["", "https://docs.example/latest/"])
def test_the_docs_are_looked_for_before_the_file_is_opened(docs, tmp_path, nobody_looks):
    (tmp_path / "standard").mkdir()
    output = tmp_path / "nowhere" / "a.html"
    done = run("ws://127.0.0.1:1/", "--docs", docs or tmp_path, "-o", output)
    assert done.exit_code == 2
    assert "--docs" not in done.stderr


def test_no_password_is_in_the_page_or_in_the_reason(tmp_path, nobody_looks):
    done = run("ws://joe:sesame@127.0.0.1:1/", "-o", tmp_path / "a.html")
    assert done.exit_code == 1
    assert "ws://joe:***@127.0.0.1:1/" in done.stderr
    assert "sesame" not in done.output + (tmp_path / "a.html").read_text()


@contextmanager
def mute_server(answer=None):
    """A server that answers the request at most, and gives an event: that it heard a frame."""
    heard = threading.Event()

    def serve_one():
        with suppress(OSError):
            connection, _ = listener.accept()
            with connection, connection.makefile("rb") as stream:
                head = list(iter(stream.readline, b"\r\n"))
                if answer is not None:
                    connection.sendall(answer(head))
                    stream.read(2)
                heard.set()
                over.wait()

    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve_one)
        thread.start()
        try:
            yield f"ws://127.0.0.1:{listener.getsockname()[1]}/", heard
        finally:
            over.set()
            with suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            thread.join()


def accepted(head):
    """Return a response that accepts a request."""
    fields = dict(line.decode().rstrip().split(": ", 1) for line in head[1:])
    accept = accept_value(fields["Sec-WebSocket-Key"])
    lines = ["HTTP/1.1 101 Switching Protocols", "Upgrade: websocket", "Connection: Upgrade"]
    return "\r\n".join([*lines, f"Sec-WebSocket-Accept: {accept}", "", ""]).encode()


@pytest.mark.parametrize("streams", [[], ["--stream"]], ids=["WebSocket", "WebSocketStream"])
def test_a_server_that_does_not_answer_the_request(streams):
    with mute_server() as (url, _):
        done = run_apart(url, "--wait", "0.2", *streams)
    assert done.exit_code == 1
    assert done.stderr == f"{url}: the server did not answer GET / HTTP/1.1 within 0.2 seconds\n"
    assert "GET / HTTP/1.1" in done.stdout
    assert "state CLOSING → CLOSED" in done.stdout


@pytest.mark.parametrize("streams", [[], ["--stream"]], ids=["WebSocket", "WebSocketStream"])
def test_a_server_that_says_nothing_once_the_connection_is_established(streams):
    with mute_server(accepted) as (url, _):
        done = run_apart(url, "--send", "hi", "--wait", "3", *streams)
    assert done.exit_code == 1
    assert done.stderr == f"{url}: the server answered with 0 of 1 message within 3 seconds\n"
    assert 'text, 2 bytes: "hi"' in done.stdout
    assert "Close, 0 bytes" in done.stdout


def test_a_server_that_breaks_a_rule_is_named_as_the_cause():
    with mute_server(lambda head: accepted(head) + b"\x83\x00") as (url, _):
        done = run_apart(url)
    assert (done.exit_code, done.stderr) == (1, f"{url}: the reserved opcode 3\n")
    assert "event close: wasClean false, code 1006" in done.stdout


def test_a_server_that_sends_half_of_its_answer():
    with mute_server(lambda head: b"HTTP/1.1 101 Switch") as (url, _):
        done = run_apart(url, "--wait", "0.2")
    why = "the answer to GET / HTTP/1.1 was not complete within 0.2 seconds"
    assert (done.exit_code, done.stderr) == (1, f"{url}: {why}\n")
    assert "◀── HTTP/1.1 101 Switch, to be continued\n" in done.stdout


EVIL = {
    "status line": b"HTTP/1.1 404 \x1b[31mRED\x1b]0;title\x07\r\nX-A: \x1b[31mred\r\n\r\n",
    "all bytes": bytes(range(256)) * 4,
    "message and close reason": None,
}


@pytest.mark.parametrize("detail", ["--all", "-v", "-vv"])
@pytest.mark.parametrize("what", EVIL)
def test_a_server_cannot_control_the_terminal(what, detail):
    said = "\x1b[31mred\x9b\u202e\x07"
    frames_of_it = frames.text(said) + frames.close(1000, said)
    with mute_server(lambda head: EVIL[what] or accepted(head) + frames_of_it) as (url, _):
        done = run_apart(url, "--send", "hi", "--send", "ho", detail)
    assert done.exit_code == 1
    unseen = {each for each in done.stdout + done.stderr if not each.isprintable()}
    assert unseen == {"\n"}
    if EVIL[what] is None:
        assert r'1000 "\u001b[31mred\u009b\u202e\u0007"' in done.stderr


def test_an_empty_url_is_not_repeated():
    done = run_apart("")
    assert (done.exit_code, done.stderr[:15]) == (1, "SyntaxError: ''")


@contextmanager
def tracing(*arguments):
    """Run the command in a process of its own, with pipes."""
    command = [sys.executable, "-m", "whatwg_websockets", "trace", *map(str, arguments)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8"
    ) as process:
        yield process


CTRL_C, SIGTERM = (signal.SIGINT, 130), (signal.SIGTERM, 143)


@pytest.mark.parametrize(
    ("ending", "name"), [(CTRL_C, ""), (SIGTERM, ""), (CTRL_C, "a.html"), (SIGTERM, "a.jsonl")]
)
def test_what_was_told_before_a_signal_is_whole(ending, name, tmp_path):
    number, status = ending
    output = ["-o", tmp_path / name] if name else []
    with (
        mute_server(accepted) as (url, heard),
        tracing(url, "--send", "hi", "--wait", 600, *output) as process,
    ):
        assert heard.wait(120)
        process.send_signal(number)
        told, said = process.communicate(timeout=120)
    assert process.returncode == status, said
    assert said.endswith(f"{url}: interrupted\n")
    if name:
        assert said.startswith(f"wrote {tmp_path / name}: ")
        told = (tmp_path / name).read_text(encoding="utf-8")
    assert told.endswith("</html>\n" if name == "a.html" else "\n")
    assert "text, 2 bytes: " in told
    if name == "a.jsonl":
        assert {"frame", "step"} <= {json.loads(line)["kind"] for line in told.splitlines()}


def test_it_is_told_as_it_happens_in_a_pipe_too():
    with (
        mute_server(accepted) as (url, _),
        tracing(url, "--send", "hi", "--wait", 600) as process,
    ):
        assert any("text, 2 bytes: " in line for line in process.stdout)
        assert process.poll() is None
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=120)
    assert process.returncode == 143


def test_what_reads_the_trace_may_stop():
    with tracing("ws://127.0.0.1:1/", "-vv") as process:
        process.stdout.close()
        assert process.stderr.read() == ""
    assert process.returncode == 141


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a file that is full")
@pytest.mark.parametrize("format_", ["terminal", "html"])
def test_a_file_that_is_full(format_, nobody_looks):
    done = run("ws://127.0.0.1:1/", "-o", "/dev/full", "--format", format_)
    assert done.exit_code == 2
    assert done.stderr == "/dev/full cannot be written: No space left on device\n"


@pytest.mark.parametrize("error", [BrokenPipeError(), OSError(28, "No space left")])
def test_a_standard_output_that_cannot_be_written(error, monkeypatch, nobody_looks):
    class Full(io.StringIO):
        def write(self, text):
            raise error

    monkeypatch.setattr(
        "whatwg_websockets.cli.trace.Console", lambda **_: Console(file=Full(), width=80)
    )
    done = run("ws://127.0.0.1:1/")
    assert done.exit_code == 1
    assert error in (done.exception, done.exception.__context__)


def test_the_command_has_its_name():
    done = CliRunner().invoke(command.build(), ["trace", "--help"])
    assert done.exit_code == 0
    assert "step" in done.output
