"""Real connections, looked on at: to the test's own server, and to other people's."""

import asyncio
import base64
import hashlib
import logging
import re
import sys
from contextlib import asynccontextmanager

import pytest
import websockets

from support import frames
from support.apart import traced
from support.login import next_request, refuse
from support.page import Recorder
from support.server import Server
from support.tls import client_context, server_context
from whatwg_websockets import EnvironmentSettings, WebSocket
from whatwg_websockets.steps.trace import trace
from whatwg_websockets.steps.trace.jsonl import as_jsonl
from whatwg_websockets.steps.trace.live import Visit, tell


def what_looks_on():
    """Return what of Python's could be looking on in this thread."""
    monitoring = getattr(sys, "monitoring", None)
    tools = [monitoring.get_tool(tool) for tool in range(6)] if monitoring else []
    return sys.gettrace(), tools, logging.getLogger("whatwg_websockets").filters[:]


def steps(entries, algorithm):
    """Return the numbers of an algorithm's steps among the entries, without its requirements."""
    told = [entry for entry in entries if entry.kind == "step" and entry.algorithm == algorithm]
    numbers = [entry.number for entry in told]
    return [number for number in numbers if not number.startswith("§")]


@asynccontextmanager
async def echo_server():
    async def echo(connection):
        try:
            async for message in connection:
                await connection.send(message)
        except websockets.ConnectionClosed:
            pass

    async with websockets.serve(
        echo, "127.0.0.1", 0, ssl=server_context("localhost"), subprotocols=["chat"]
    ) as server:
        yield f"wss://localhost:{server.sockets[0].getsockname()[1]}/room?a=b"


@traced
async def test_tls_compression_and_a_subprotocol():
    before = what_looks_on()
    async with echo_server() as url:
        visit = Visit(url, ["chat"], ["hello", "x" * 300], 3000)
        told = await tell(visit, EnvironmentSettings(tls=client_context()))
    assert told.why == ""
    assert what_looks_on() == before
    entries = told.entries
    assert steps(entries, "new WebSocket(url, protocols)") == [
        "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "12.1",
    ]  # fmt: skip
    assert steps(entries, "handle connection establishment") == ["1", "2", "3", "4"]
    assert steps(entries, "handle a WebSocket message") == ["1", "2", "2a", "3"] * 2
    assert steps(entries, "close(code, reason)") == ["1", "2", "3", "3c"]
    moved = [f"{each.kind} {each.direction} {each.text}" for each in entries if each.direction]
    moved = [re.sub(r"\d+ bytes, compressed", "compressed", each) for each in moved]
    assert moved == [
        "http out GET /room?a=b HTTP/1.1",
        "http in HTTP/1.1 101 Switching Protocols",
        'frame out text, compressed: "hello"',
        f'frame out text, compressed: "{"x" * 125}"…',
        'frame in text, compressed: "hello"',
        f'frame in text, compressed: "{"x" * 125}"…',
        'frame out Close, 2 bytes: 3000 ""',
        'frame in Close, 2 bytes: 3000 ""',
    ]
    assert [each.text for each in entries if each.kind == "state"] == [
        "CONNECTING",
        "CONNECTING → OPEN",
        "OPEN → CLOSING",
        "CLOSING → CLOSED",
    ]
    events = [each.text.partition(":")[0] for each in entries if each.kind == "event"]
    assert events == ["open", "message", "message", "close"]
    states = [each.state.ready_state for each in entries if each.state]
    assert list(dict.fromkeys(states)) == ["CONNECTING", "OPEN", "CLOSING", "CLOSED"]
    assert max(each.state.buffered_amount for each in entries if each.state) == 305
    assert max(each.state.tasks for each in entries if each.state) >= 1
    request = next(each for each in entries if each.kind == "http")
    assert request.values["Sec-WebSocket-Protocol"] == "chat"
    message = next(each for each in entries if each.algorithm == "handle a WebSocket message")
    assert message.values["data"] == '"hello"'
    assert [each.time for each in entries] == sorted(each.time for each in entries)


STATES = ["CONNECTING", "CONNECTING → OPEN", "OPEN → CLOSING", "CLOSING → CLOSED"]

SEEN = {
    False: [*STATES[:2], "open", 'message: data "hello"', *STATES[2:], "close: wasClean true"],
    True: [*STATES[:2], "opened is", 'read: chunk "hello"', *STATES[2:], "closed is resolved"],
}


@traced
async def test_states_and_events_are_in_order_whatever_folder_is_told():
    settings = EnvironmentSettings(tls=client_context())
    for only in (["rfc6455"], ["fetch"], ["websockets"], []):
        for is_stream, seen in SEEN.items():
            async with echo_server() as url:
                visit = Visit(url, ["chat"], ["hello"], is_stream=is_stream)
                entries = (await tell(visit, settings, only)).entries
            texts = [each.text for each in entries if each.kind in ("state", "event")]
            assert [text[: len(each)] for text, each in zip(texts, seen, strict=True)] == seen
            assert [each.time for each in entries] == sorted(each.time for each in entries)


@traced
async def test_what_happens_while_nobody_looks_is_not_told():
    async with Server() as server:
        with trace() as t:
            pass
        socket = WebSocket(server.url)
        events = Recorder(socket)
        await server.accept_handshake()
        await events.until("open")
        assert t.entries == []
        with trace(["websockets"]) as t:
            socket.send("hi")
            with trace(["rfc6455"]) as inner:
                socket.close()
        assert steps(t.entries, "send(data)") == ["1", "2", "2a"]
        told = {entry.folder for entry in inner.entries if entry.kind != "state"}
        assert told == {"rfc6455"}
        await asyncio.sleep(0)


@traced
async def test_a_function_that_waits_is_seen_when_it_goes_on():
    async with Server() as server:
        socket = WebSocket(server.url)
        events = Recorder(socket)
        peer = await server.accept()
        await peer.read_request()
        with trace() as t:
            await peer.send(peer.response())
            await events.until("open")
        assert "19" in steps(t.entries, "HTTP-network fetch")
        assert steps(t.entries, "handle connection establishment") == ["1", "2", "3", "4"]


@traced
async def test_a_server_that_refuses():
    async with Server() as server:
        visiting = asyncio.create_task(tell(Visit(server.url)))
        peer = await server.accept()
        await peer.read_request()
        await peer.send(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
        told = await visiting
    assert told.why == "the server answered with status 403 Forbidden"
    assert steps(told.entries, "handle connection close") == ["1", "2", "3"]
    assert told.entries[-1].state.ready_state == "CLOSED"


@traced
async def test_a_server_that_closes_before_it_answers_is_waited_for_no_longer():
    for is_stream, name in [(False, "close(code, reason)"), (True, "close(closeInfo)")]:
        async with Server() as server:
            visit = Visit(server.url, texts=["one", "two"], patience=600, is_stream=is_stream)
            visiting = asyncio.create_task(tell(visit))
            peer = await server.accept_handshake()
            await peer.send(frames.text("one") + frames.close(1011, "oops"))
            told = await visiting
        assert told.why == 'the server closed the connection with 1011 "oops" after 1 of 2 messages'
        texts = [each.algorithm or each.text for each in told.entries if each.kind != "step"]
        assert texts.index(name) < texts.index("CLOSING → CLOSED")


SECRETS = {
    'Basic realm="a"': base64.b64encode(b"joe:sesame").decode(),
    # A server takes the hash of name, realm and password for the password.
    'Digest realm="a", nonce="b"': hashlib.new("md5", b"joe:a:sesame").hexdigest(),
    "Bearer": "sesame",
}


@traced
async def test_a_password_is_not_told():
    def credentials(asked):
        return "sesame" if asked.scheme == "bearer" else ("joe", "sesame")

    settings = EnvironmentSettings(credentials=credentials)
    async with Server() as server:
        for challenge, secret in SECRETS.items():
            url = server.url.replace("://", "://joe:sesame@")
            visiting = asyncio.create_task(tell(Visit(url), settings))
            for _ in range(2):
                peer, _ = await next_request(server)
                await refuse(peer, challenge)
            told = as_jsonl((await visiting).entries)
            assert "the credentials were refused" in told
            assert [each for each in ("sesame", secret) if each in told] == []


@traced
async def test_what_is_no_websocket_url():
    told = await tell(Visit("ftp://server.example/"))
    assert told.why.startswith("SyntaxError: the scheme of 'ftp://server.example/' is not")
    name = "new WebSocket(url, protocols)"
    last = [each for each in told.entries if each.algorithm == name and each.kind == "step"][-1]
    assert (last.number, last.result[:20]) == ("6", "raises SyntaxError: ")


@traced
async def test_a_code_that_a_page_may_not_use():
    async with echo_server() as url:
        told = await tell(
            Visit(url, ["chat"], code=1001), EnvironmentSettings(tls=client_context())
        )
    assert told.why.startswith("InvalidAccessError: close code 1001")
    assert steps(told.entries, "close(code, reason)") == ["1", "1", "2", "3", "3c"]
    [refused, _] = [each for each in told.entries if each.algorithm == "close(code, reason)"
                    and each.kind == "algorithm"]  # fmt: skip
    assert refused.values == {"code": "1001", "reason": "not given"}


@traced
async def test_a_trace_function_that_was_there_is_there_again():
    def another(frame, event, argument):
        return None

    sys.settrace(another)
    with trace():
        pass
    assert sys.gettrace() is another
    sys.settrace(None)


def test_no_such_folder():
    with pytest.raises(ValueError, match=r"no folder 'cellar'; there are .*dom, fetch"):
        trace(["cellar"])


def test_where_python_has_no_place_for_another_tool(monkeypatch):
    class Full:
        def start(self):
            raise RuntimeError("all tools are in use")

    monkeypatch.setattr("whatwg_websockets.steps.trace.tracing.observer_for", lambda *_: Full())
    before = what_looks_on()
    with pytest.raises(RuntimeError), trace():
        pass
    assert what_looks_on() == before
