"""The programs of docs/recipes.md, played against a server."""

import asyncio
import logging
import re
from types import SimpleNamespace

import pytest

from support import frames
from support.chapters import ROOT
from support.page import until
from support.server import Server
from whatwg_websockets import WebSocket, WebSocketError


@pytest.fixture
def recipes():
    text = (ROOT / "docs" / "recipes.md").read_text(encoding="utf-8")
    namespace = {}
    for block in re.findall(r"```python\n(.*?)```", text, re.DOTALL):
        exec(compile(block, "recipes.md", "exec"), namespace)
    yield SimpleNamespace(**namespace)
    logging.getLogger("whatwg_websockets").removeHandler(namespace["causes"])


async def close_with(peer, code=1000, reason=""):
    """Answer the Close frame that comes, and end TCP."""
    await peer.expect_close()
    await peer.send_close(code, reason)
    peer.half_close()


async def end(peer, code=1000, reason=""):
    """Send a Close frame, read the answer, and end TCP."""
    await peer.send_close(code, reason)
    while (await peer.read_frame()).opcode != frames.CLOSE:
        pass
    peer.half_close()


async def received_by(peer):
    """Read binary messages up to the Close frame, and return what they have together."""
    received = b""
    while (frame := await peer.read_frame()).opcode != frames.CLOSE:
        received += frame.payload
    return received


# What does 1006 mean?


async def test_why_a_connection_cannot_be_established(recipes):
    async with Server() as server:
        running = asyncio.ensure_future(recipes.why_not(server.url))
        peer = await server.accept()
        await peer.read_request()
        await peer.send(b"HTTP/1.1 403 Forbidden\r\n\r\n")
        assert await running == ("status", "the server answered with status 403 Forbidden")


async def test_why_a_connection_with_a_password_cannot_be_established(recipes):
    async with Server() as server:
        url = server.url.replace("//", "//ann:p%40ss@")
        running = asyncio.ensure_future(recipes.why_not(url))
        peer = await server.accept()
        await peer.read_request()
        await peer.send(b"HTTP/1.1 404 Not Found\r\n\r\n")
        assert await running == ("status", "the server answered with status 404 Not Found")


@pytest.mark.parametrize(
    ("url", "logged"),
    [
        ("ws://ann:pw@a.example:81/b:c@d", "ws://ann:***@a.example:81/b:c@d"),
        ("ws://ann@a.example/", "ws://ann@a.example/"),
        ("ws://a.example:81/b@c", "ws://a.example:81/b@c"),
        ("ws://:pw@a.example/", "ws://:***@a.example/"),
    ],
)
def test_a_url_as_it_is_logged(recipes, url, logged):
    assert recipes.as_logged(url) == logged


async def test_a_connection_that_can_be_established(recipes):
    async with Server() as server:
        running = asyncio.ensure_future(recipes.why_not(server.url))
        peer = await server.accept_handshake()
        assert await running is None
        await close_with(peer)


# Connecting again


async def test_connecting_goes_on_after_what_may_pass_and_ends_with_what_will_not(recipes, caplog):
    async with Server() as server:
        sockets = []
        running = asyncio.ensure_future(
            recipes.stay_connected(server.url, sockets.append, first_pause=0.001)
        )
        peer = await server.accept()
        await peer.read_request()
        await peer.send(b"HTTP/1.1 503 Service Unavailable\r\n\r\n")
        peer = await server.accept()
        await peer.handshake()
        await until(lambda: sockets[-1].readyState == 1)
        peer.reset()
        peer = await server.accept()
        await peer.read_request()
        await peer.send(b"HTTP/1.1 401 Unauthorized\r\n\r\n")
        assert await running == "the server answered with status 401 Unauthorized"
    assert len(sockets) == 3
    assert [record.kind for record in caplog.records] == ["status", "lost", "status"]
    assert {record.levelname for record in caplog.records} == {"WARNING"}
    assert {record.url for record in caplog.records} == {sockets[0].url}


async def test_connecting_ends_with_a_closing_handshake(recipes):
    async with Server() as server:
        running = asyncio.ensure_future(recipes.stay_connected(server.url, lambda socket: None))
        peer = await server.accept()
        await peer.handshake()
        await peer.send_close(1000, "bye")
        assert (await peer.read_frame()).opcode == frames.CLOSE
        peer.close()
        assert await running == "closed with 1000 bye"


@pytest.mark.parametrize(
    ("kind", "why", "expected"),
    [
        ("refused", "", True),
        ("lost", "", True),
        ("timed out", "", True),
        ("status", "the server answered with status 503 Service Unavailable", True),
        ("status", "the server answered with status 403 Forbidden", False),
        ("status", "the server answered with status 404 Not Found", False),
        ("status", "the server answered with status 429 Too Many Requests", True),
        ("tls", "the certificate was not accepted", False),
        ("name not found", "", False),
    ],
)
def test_what_may_pass(recipes, kind, why, expected):
    assert recipes.may_pass(kind, why) is expected


# One message at a time


@pytest.mark.parametrize("program", ["print_all", "print_all_events"])
async def test_no_message_is_lost_and_the_loop_ends(recipes, program, capsys):
    async with Server() as server:
        running = asyncio.ensure_future(getattr(recipes, program)(server.url))
        peer = await server.accept_handshake()
        for number in range(100):
            await peer.send_text(str(number))
        await end(peer, 1000, "that was all")
        event = await running
    assert capsys.readouterr().out.split() == [str(number) for number in range(100)]
    assert event is None or (event.code, event.reason, event.wasClean) == (
        1000,
        "that was all",
        True,
    )


async def test_the_loop_ends_when_the_connection_is_lost(recipes, capsys, caplog):
    async with Server() as server:
        running = asyncio.ensure_future(recipes.print_all_events(server.url))
        peer = await server.accept_handshake()
        await peer.send_text("one")
        peer.half_close()
        event = await running
    assert capsys.readouterr().out == "one\n"
    assert (event.code, event.wasClean) == (1006, False)


async def test_the_loop_of_a_stream_raises_when_the_connection_is_lost(recipes, capsys, caplog):
    async with Server() as server:
        running = asyncio.ensure_future(recipes.print_all(server.url))
        peer = await server.accept_handshake()
        await peer.send_text("one")
        await until(lambda: "one" in capsys.readouterr().out)
        peer.reset()
        with pytest.raises(WebSocketError):
            await running


async def test_messages_of_a_socket_that_is_closed_already(recipes, caplog):
    async with Server() as server:
        socket = WebSocket(server.url)
        (await server.accept()).reset()
        await until(lambda: socket.readyState == WebSocket.CLOSED)
        assert [each async for each in recipes.messages(socket)] == []


async def test_a_slow_program_misses_nothing(recipes):
    async with Server() as server:
        socket = WebSocket(server.url)
        received = recipes.messages(socket)
        peer = await server.accept_handshake()
        for number in range(10):
            await peer.send_text(str(number))
        await end(peer)
        await until(lambda: socket.readyState == WebSocket.CLOSED)
        assert [each async for each in received] == [str(number) for number in range(10)]


# Ending behind a large send


async def test_the_program_ends_when_the_server_has_everything(recipes):
    message = bytes(range(256)) * 16_384
    async with Server() as server:
        running = asyncio.ensure_future(recipes.send_and_end(server.url, message))
        peer = await server.accept_handshake()
        received = await received_by(peer)
        assert not running.done()
        await peer.send_close(1000)
        peer.half_close()
        assert await running is True
    assert received == message


async def test_the_program_says_that_the_server_has_not_got_everything(recipes, caplog):
    async with Server() as server:
        running = asyncio.ensure_future(recipes.send_and_end(server.url, b"x" * 4_194_304))
        peer = await server.accept_handshake()
        peer.reset()
        assert await running is False


# Uploads


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(bytes(range(256)) * 16_384)
    return path


@pytest.mark.parametrize("program", ["upload", "upload_by_pipe", "upload_by_events"])
async def test_an_upload(recipes, program, file):
    async with Server() as server:
        running = asyncio.ensure_future(getattr(recipes, program)(server.url, file))
        peer = await server.accept_handshake()
        received = await received_by(peer)
        await peer.send_close(1000)
        peer.half_close()
        assert await running in (None, True)
    assert received == file.read_bytes()


async def test_an_upload_waits_while_the_server_does_not_read(recipes, file, monkeypatch):
    file.write_bytes(bytes(33_554_432))
    waiting = []

    class Watched(WebSocket):
        @property
        def bufferedAmount(self):
            waiting.append(amount := super().bufferedAmount)
            return amount

    program = recipes.upload_by_events
    monkeypatch.setitem(program.__globals__, "WebSocket", Watched)
    async with Server(receive_buffer=4096) as server:
        running = asyncio.ensure_future(program(server.url, file, most=65_536))
        peer = await server.accept_handshake()
        await until(lambda: waiting.count(max(waiting, default=0)) > 3 and max(waiting) > 65_536)
        assert max(waiting) <= 2 * 65_536
        received = await received_by(peer)
        await peer.send_close(1000)
        peer.half_close()
        assert await running is True
    assert received == file.read_bytes()


@pytest.mark.parametrize("program", ["upload", "upload_by_pipe"])
async def test_an_upload_to_a_server_that_echoes(recipes, program, file):
    """The server reads no more while it cannot send."""
    file.write_bytes(bytes(33_554_432))
    async with Server() as server:
        running = asyncio.ensure_future(getattr(recipes, program)(server.url, file))
        peer = await server.accept_handshake()
        while (frame := await peer.read_frame()).opcode == frames.BINARY:
            await peer.send_binary(frame.payload)
        await peer.send_close(1000)
        peer.half_close()
        await running


async def test_an_upload_that_the_server_ends_early(recipes, file):
    file.write_bytes(bytes(33_554_432))
    async with Server() as server:
        running = asyncio.ensure_future(recipes.upload_by_events(server.url, file))
        peer = await server.accept_handshake()
        await peer.read_frame()
        await end(peer, 1000)
        assert await running is False


async def test_an_upload_that_the_server_breaks_off(recipes, file, caplog):
    async with Server() as server:
        running = asyncio.ensure_future(recipes.upload_by_events(server.url, file, most=1))
        peer = await server.accept_handshake()
        peer.reset()
        assert await running is False


async def test_an_upload_to_a_server_that_is_not_there(recipes, file, caplog):
    async with Server() as server:
        running = asyncio.ensure_future(recipes.upload_by_events(server.url, file))
        (await server.accept()).reset()
        assert await running is False
