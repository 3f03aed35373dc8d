"""The programs of docs/recipes.md, played against a server."""

import asyncio
import logging
import random
import re
from types import SimpleNamespace

import pytest

from support import frames
from support.chapters import ROOT
from support.page import until
from support.server import Server
from whatwg_websockets import EnvironmentSettings, Limits, WebSocket, WebSocketError

UPLOADS = ["upload", "upload_by_pipe", "upload_by_events"]


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(bytes(range(256)) * 16_384)
    return path


@pytest.fixture
def recipes():
    text = (ROOT / "docs" / "recipes.md").read_text(encoding="utf-8")
    namespace = {}
    for block in re.findall(r"```python\n(.*?)```", text, re.DOTALL):
        exec(compile(block, "recipes.md", "exec"), namespace)
    logger = logging.getLogger("whatwg_websockets")
    handlers = list(logger.handlers)
    yield SimpleNamespace(**namespace)
    assert logger.handlers == handlers


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
    """Read binary messages up to the Close frame; return what they have together, and the code."""
    received = b""
    while (frame := await peer.read_frame()).opcode != frames.CLOSE:
        received += frame.payload
    return received, int.from_bytes(frame.payload[:2]) if frame.payload else None


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
        ("ws://a.example/r?next=http://ann:s@h", "ws://a.example/r?next=http://ann:s@h"),
        ("ws://a.example//a:b@c", "ws://a.example//a:b@c"),
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
    records = [each for each in caplog.records if each.name == "whatwg_websockets"]
    assert [record.kind for record in records] == ["status", "lost", "status"]
    assert {record.levelname for record in records} == {"WARNING"}
    assert {record.url for record in records} == {sockets[0].url}


@pytest.mark.parametrize("code", [1000, 4002])
async def test_connecting_ends_with_a_closing_handshake(recipes, code):
    async with Server() as server:
        running = asyncio.ensure_future(recipes.stay_connected(server.url, lambda socket: None))
        peer = await server.accept_handshake()
        await end(peer, code, "bye")
        assert await running == f"closed with {code} bye"


async def test_connecting_goes_on_after_a_restart_whatever_failed_before(recipes, caplog):
    async with Server() as server:
        asking = asyncio.ensure_future(recipes.why_not(server.url))
        peer = await server.accept()
        await peer.read_request()
        await peer.send(b"HTTP/1.1 403 Forbidden\r\n\r\n")
        assert await asking
        running = asyncio.ensure_future(
            recipes.stay_connected(server.url, lambda socket: None, first_pause=0.001)
        )
        await end(await server.accept_handshake(), 1011)
        await end(await server.accept_handshake(), 1000)
        assert await running == "closed with 1000 "


async def test_connecting_ends_when_the_program_closes_a_socket_that_connects(recipes):
    sockets = []
    async with Server() as server:
        running = asyncio.ensure_future(recipes.stay_connected(server.url, sockets.append))
        await server.accept()
        sockets[0].close()
        assert await running == "the program closed the connection"


async def test_connecting_that_is_cancelled_leaves_no_socket_behind(recipes):
    sockets = []
    async with Server() as server:
        running = asyncio.ensure_future(recipes.stay_connected(server.url, sockets.append))
        peer = await server.accept_handshake()
        await until(lambda: sockets[0].readyState == WebSocket.OPEN)
        running.cancel()
        await asyncio.wait([running])
        await close_with(peer)
        await until(lambda: sockets[0].readyState == WebSocket.CLOSED)


async def test_the_pause_grows_while_no_connection_is_open_for_long(recipes, monkeypatch, caplog):
    pauses = []

    async def sleep(seconds):
        pauses.append(seconds)

    fakes = SimpleNamespace(**{**vars(asyncio), "sleep": sleep})
    monkeypatch.setitem(recipes.stay_connected.__globals__, "asyncio", fakes)
    monkeypatch.setattr(random, "uniform", lambda least, most: most)
    async with Server() as server:
        running = asyncio.ensure_future(recipes.stay_connected(server.url, lambda socket: None))
        for _ in range(9):
            (await server.accept()).reset()
        await end(await server.accept_handshake())
        await running
    assert pauses == [1, 2, 4, 8, 16, 32, 64, 64, 64]


async def test_a_connection_that_was_open_for_a_minute_makes_the_pause_short(
    recipes, monkeypatch, caplog
):
    pauses = []

    async def sleep(seconds):
        pauses.append(seconds)

    loop = asyncio.get_running_loop()
    start = loop.time()
    minutes = []
    clock = SimpleNamespace(time=lambda: start + 61 * len(minutes))
    fakes = {**vars(asyncio), "sleep": sleep, "get_running_loop": lambda: clock}
    monkeypatch.setitem(recipes.stay_connected.__globals__, "asyncio", SimpleNamespace(**fakes))
    monkeypatch.setattr(random, "uniform", lambda least, most: most)
    sockets = []
    async with Server() as server:
        running = asyncio.ensure_future(recipes.stay_connected(server.url, sockets.append))
        for _ in range(3):
            (await server.accept()).reset()
        peer = await server.accept_handshake()
        await until(lambda: sockets[-1].readyState == WebSocket.OPEN)
        minutes.append("a minute")
        peer.reset()
        await end(await server.accept_handshake())
        await running
    assert pauses == [1, 2, 4, 1]


async def test_a_connection_on_which_nothing_arrives_is_closed(recipes, monkeypatch, caplog):
    waits = []

    def call_later(seconds, action):
        wait = SimpleNamespace(seconds=seconds, go_off=action, is_cancelled=False)
        wait.cancel = lambda: setattr(wait, "is_cancelled", True)
        waits.append(wait)
        return wait

    loop = SimpleNamespace(call_later=call_later)
    fakes = SimpleNamespace(**{**vars(asyncio), "get_running_loop": lambda: loop})
    monkeypatch.setitem(recipes.close_if_silent.__globals__, "asyncio", fakes)
    async with Server() as server:
        settings = EnvironmentSettings(limits=Limits(closing_timeout=0.01))
        socket = WebSocket(server.url, settings=settings)
        recipes.close_if_silent(socket, "are you there?", 20)
        peer = await server.accept_handshake()
        await until(lambda: len(waits) == 1)
        waits[0].go_off()
        assert (await peer.read_frame()).payload == b"are you there?"
        await peer.send_text("yes")
        await until(lambda: len(waits) == 3)
        assert waits[1].is_cancelled
        waits[2].go_off()
        assert (await peer.read_frame()).payload == b"are you there?"
        waits[3].go_off()
        assert (await peer.read_frame()).payload == recipes.SILENT.to_bytes(2)
        await until(lambda: socket.readyState == WebSocket.CLOSED)
    assert {wait.seconds for wait in waits} == {20}


async def test_a_server_that_answers_too_late_gets_a_new_connection(recipes, caplog):
    sockets = []

    def use(socket):
        sockets.append(socket)
        if len(sockets) == 1:
            recipes.close_if_silent(socket, "are you there?", 0.01)

    async with Server() as server:
        running = asyncio.ensure_future(recipes.stay_connected(server.url, use, first_pause=0.001))
        peer = await server.accept_handshake()
        assert (await peer.read_frame()).payload == b"are you there?"
        await peer.expect_close(recipes.SILENT)
        await peer.send_close(recipes.SILENT)
        peer.half_close()
        await end(await server.accept_handshake(), 1000)
        assert await running == "closed with 1000 "
        assert len(sockets) == 2


@pytest.mark.parametrize("program", ["why_not", "stay_connected"])
async def test_a_program_that_cannot_read_the_cause_says_so(recipes, program):
    logger = logging.getLogger("whatwg_websockets")
    level = logger.level
    logger.setLevel(logging.ERROR)
    more = {"stay_connected": [print]}
    try:
        with pytest.raises(RuntimeError, match="has to let warnings through"):
            await getattr(recipes, program)("ws://localhost:1/", *more.get(program, []))
    finally:
        logger.setLevel(level)


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
        ("proxy", "the proxy did not connect: it answered with status 502 Bad Gateway", True),
        ("proxy", "the proxy did not connect: it answered with status 403 Forbidden", False),
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
    if program == "print_all":
        assert event == (1000, "that was all")
    else:
        assert (event.code, event.reason, event.wasClean) == (1000, "that was all", True)


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
        assert [each async for each in recipes.Messages(socket)] == []


async def test_a_slow_program_misses_nothing(recipes):
    async with Server() as server:
        socket = WebSocket(server.url)
        received = recipes.Messages(socket)
        peer = await server.accept_handshake()
        for number in range(10):
            await peer.send_text(str(number))
        await end(peer)
        await until(lambda: socket.readyState == WebSocket.CLOSED)
        assert [each async for each in received] == [str(number) for number in range(10)]


async def test_a_time_limit_for_a_message_loses_nothing(recipes):
    async with Server() as server:
        socket = WebSocket(server.url)
        messages = recipes.Messages(socket)
        peer = await server.accept_handshake()
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.01):
                await anext(messages)
        await peer.send_text("late")
        await end(peer, 1000)
        assert [each async for each in messages] == ["late"]
        assert [each async for each in messages] == []
        assert messages.end.code == 1000


@pytest.mark.parametrize(
    "program", ["why_not", "print_all", "print_all_events", "send_and_end", *UPLOADS]
)
async def test_a_program_that_is_cancelled_leaves_no_connection_behind(recipes, program, file):
    more = {"send_and_end": ["x"]} | {each: [file] for each in UPLOADS}
    async with Server() as server:
        running = asyncio.ensure_future(
            getattr(recipes, program)(server.url, *more.get(program, []))
        )
        peer = await server.accept()
        await peer.read_request()
        running.cancel()
        await asyncio.wait([running])
        assert running.cancelled()
        await peer.expect_gone()


# Ending behind a large send


@pytest.mark.parametrize("size", [10, 4_194_304])
async def test_the_program_ends_when_the_server_has_everything(recipes, size):
    message = random.randbytes(size)
    async with Server() as server:
        running = asyncio.ensure_future(recipes.send_and_end(server.url, message))
        peer = await server.accept_handshake()
        received, code = await received_by(peer)
        assert not running.done()
        await peer.send_close(code)
        peer.half_close()
        assert await running is True
    assert received == message


async def lost(peer):
    peer.reset()


async def closed_at_once(peer):
    await end(peer, 1000)


async def closed_after_a_frame(peer):
    await peer.read_frame()
    await end(peer, 1011)


async def closed_after_many_messages(peer):
    for _ in range(1000):
        await peer.send_text("x")
    await end(peer, 1000)


ENDINGS = [lost, closed_at_once, closed_after_a_frame, closed_after_many_messages]


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("size", [10, 33_554_432])
async def test_the_program_says_that_the_server_has_not_got_everything(
    recipes, size, ending, caplog
):
    async with Server() as server:
        running = asyncio.ensure_future(recipes.send_and_end(server.url, b"x" * size))
        await ending(await server.accept_handshake())
        assert await running is False


async def test_more_than_the_default_limits(recipes):
    assert recipes.patient.limits.send_buffer > Limits().send_buffer


# Uploads


@pytest.mark.parametrize("program", UPLOADS)
async def test_an_upload(recipes, program, file):
    async with Server() as server:
        running = asyncio.ensure_future(getattr(recipes, program)(server.url, file))
        peer = await server.accept_handshake()
        received, code = await received_by(peer)
        await peer.send_close(code)
        peer.half_close()
        assert await running is True
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
        received, code = await received_by(peer)
        await peer.send_close(code)
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
        await peer.send_close(4000)
        peer.half_close()
        assert await running is True


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("program", UPLOADS)
@pytest.mark.parametrize("size", [10, 33_554_432])
async def test_an_upload_that_the_server_ends_early(recipes, program, size, ending, file, caplog):
    file.write_bytes(bytes(size))
    async with Server() as server:
        running = asyncio.ensure_future(getattr(recipes, program)(server.url, file))
        await ending(await server.accept_handshake())
        assert await running is False


@pytest.mark.parametrize("program", UPLOADS)
async def test_an_upload_of_a_file_that_cannot_be_read(recipes, program, file):
    """The server sees that the upload is not complete."""

    class Unreadable:
        def __init__(self):
            self.pieces = [b"one"]

        def __enter__(self):
            return self

        def __exit__(self, *_):
            pass

        def read(self, size):
            if not self.pieces:
                raise OSError("the disk is broken")
            return self.pieces.pop()

    path = SimpleNamespace(open=lambda mode: Unreadable())
    async with Server() as server:
        running = asyncio.ensure_future(getattr(recipes, program)(server.url, path))
        peer = await server.accept_handshake()
        _, code = await received_by(peer)
        assert code != 4000
        await peer.send_close()
        peer.half_close()
        with pytest.raises(OSError, match="the disk is broken"):
            await running


@pytest.mark.parametrize("program", UPLOADS)
async def test_an_upload_to_a_server_that_is_not_there(recipes, program, file, caplog):
    async with Server() as server:
        running = asyncio.ensure_future(getattr(recipes, program)(server.url, file))
        (await server.accept()).reset()
        assert await running is False
