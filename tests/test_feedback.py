"""4. Feedback from the protocol: the tasks that inform the page, in order.

https://websockets.spec.whatwg.org/#feedback-from-the-protocol
"""

import asyncio

import pytest

from support import frames
from support.page import FAILED, Recorder, limits, opened, turns
from support.server import Server
from support.wire import establish
from whatwg_websockets import Blob, CloseEvent, Event, MessageEvent, WebSocket

# The WebSocket connection is established.


async def test_established_the_socket_is_open_and_says_so(pages):
    socket, connection = pages.connecting()
    seen = []
    socket.onopen = lambda event: seen.append(
        (socket.readyState, socket.extensions, socket.protocol, type(event), event.isTrusted)
    )
    establish(connection, extensions="permessage-deflate", protocol="chat")
    assert (socket.readyState, socket.extensions, socket.protocol) == (0, "", "")
    await turns()
    assert seen == [(1, "permessage-deflate", "chat", Event, True)]


async def test_established_a_listener_may_be_set_after_the_handshake_has_succeeded(pages):
    """The algorithm is a task, so there is no race with the listener: the note there."""
    socket, connection = pages.connecting()
    establish(connection)
    events = Recorder(socket)
    await turns()
    assert events.events == [("open", 1)]


async def test_established_each_attribute_changes_with_its_task_only():
    async with opened(["a"], sec_websocket_protocol="a") as (socket, _, _events):
        assert (socket.protocol, socket.extensions) == ("a", "")


# A WebSocket message has been received.


@pytest.mark.parametrize("string", ["", "hello", "ü€😀", "\x00\ufeff", "x" * 200_000])
async def test_message_text_comes_as_a_string(string):
    async with opened() as (_, peer, events):
        await peer.send_text(string)
        assert await events.until("message") == ("message", 1, string)


@pytest.mark.parametrize("size", [0, 1, 125, 126, 65_535, 65_536, 1_048_576])
async def test_message_binary_comes_as_a_blob_or_as_bytes(size):
    async with opened() as (socket, peer, events):
        data = bytes(i % 251 for i in range(size))
        await peer.send_binary(data)
        _, _, blob = await events.until("message")
        assert isinstance(blob, Blob)
        assert (blob.size, blob.type) == (size, "")
        assert await blob.arrayBuffer() == data
        socket.binaryType = "arraybuffer"
        await peer.send_binary(data)
        _, _, received = await events.until("message", 2)
        assert type(received) is bytes
        assert received == data


async def test_message_the_binary_type_is_looked_up_by_the_task(pages):
    """Changed after the data arrived and before the event was fired: the note there."""
    socket, wire, events = await pages.open()
    socket.addEventListener("message", lambda _: asyncio.ensure_future(asyncio.sleep(0)))
    wire.receive(frames.text("make something ready") + frames.binary(b"x") + frames.binary(b"y"))
    assert events.types == ["message"]
    socket.binaryType = "arraybuffer"
    await turns()
    assert events.messages == ["make something ready", b"x", b"y"]


async def test_message_the_binary_type_may_change_from_message_to_message():
    async with opened() as (socket, peer, events):

        def alternate(event):
            socket.binaryType = "arraybuffer" if isinstance(event.data, Blob) else "blob"

        socket.addEventListener("message", alternate)
        await peer.send(frames.binary(b"x") * 4)
        await events.until("message", 4)
        assert [type(message) for message in events.messages] == [Blob, bytes] * 2


async def test_message_the_event():
    async with opened() as (socket, peer, _):
        heard = asyncio.get_running_loop().create_future()
        socket.onmessage = heard.set_result
        await peer.send_text("hello")
        event = await heard
        assert type(event) is MessageEvent
        assert event.data == "hello"
        assert event.origin == socket.url.rstrip("/")
        assert (event.lastEventId, event.source, event.ports) == ("", None, ())
        assert (event.bubbles, event.cancelable, event.isTrusted) == (False, False, True)
        assert event.target is socket


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("ws://server.example/chat?x", "ws://server.example"),
        ("wss://SERVER.example:443/", "wss://server.example"),
        ("http://server.example:8080/", "ws://server.example:8080"),
        ("ws://user@[::1]:9/", "ws://[::1]:9"),
    ],
)
async def test_message_the_origin_is_that_of_the_sockets_url(pages, url, origin):
    socket = WebSocket(url)
    wire = establish(pages.connection)
    origins = []
    socket.onmessage = lambda event: origins.append(event.origin)
    wire.receive(frames.text("x"))
    await turns()
    assert origins == [origin]


async def test_message_is_not_heard_unless_the_socket_is_open(pages):
    """Step 1. The other states are in test_close.py."""
    socket, wire, events = pages.established()
    socket.close()
    wire.receive(frames.text("x"))
    await turns()
    assert events.events == []


async def test_messages_in_fragments_are_one():
    async with opened() as (socket, peer, events):
        socket.binaryType = "arraybuffer"
        await peer.send(
            frames.frame(frames.TEXT, b"\xc3", fin=False)
            + frames.frame(frames.CONTINUATION, b"\xbc", fin=False)
            + frames.ping(b"between")
            + frames.frame(frames.CONTINUATION, b"")
            + frames.frame(frames.BINARY, b"a", fin=False)
            + frames.frame(frames.CONTINUATION, b"b")
        )
        await events.until("message", 2)
        assert events.messages == ["ü", b"ab"]


# The WebSocket closing handshake is started.


async def test_a_close_frame_makes_the_ready_state_closing_without_an_event():
    async with opened() as (socket, peer, events):
        await peer.send_close(1000, "bye")
        while socket.readyState == WebSocket.OPEN:
            await turns(1)
        assert socket.readyState == WebSocket.CLOSING
        assert events.events == []
        await peer.expect_close(1000)
        peer.close()
        await events.until("close")
        assert events.events == [("close", 3, 1000, "bye", True)]


async def test_messages_before_a_close_frame_are_heard_while_open():
    async with opened() as (_, peer, events):
        await peer.send(frames.text("1") + frames.text("2") + frames.close(1000))
        await peer.expect_close(1000)
        peer.close()
        await events.until("close")
        assert events.events == [
            ("message", 1, "1"),
            ("message", 1, "2"),
            ("close", 3, 1000, "", True),
        ]


async def test_what_comes_behind_a_close_frame_is_thrown_away():
    """RFC 6455 1.4, 5.5.1: after a Close frame nothing more counts, not even a bad frame."""
    async with opened() as (_, peer, events):
        await peer.send(frames.close(1000) + frames.text("late") + b"\xff\xff" + frames.ping())
        await peer.expect_close(1000)
        await peer.send(frames.text("later"))
        peer.close()
        await events.until("close")
        assert events.events == [("close", 3, 1000, "", True)]


# The WebSocket connection is closed.


@pytest.mark.parametrize(
    ("body", "code", "reason"),
    [
        ((), 1005, ""),
        ((1000,), 1000, ""),
        ((1001, "going away"), 1001, "going away"),
        ((1002,), 1002, ""),
        ((1011, "oh no"), 1011, "oh no"),
        ((3000, "ü€"), 3000, "ü€"),
        ((4999, "x" * 123), 4999, "x" * 123),
        ((1000, "\ufeffbom"), 1000, "\ufeffbom"),
    ],
)
async def test_closed_by_the_server_its_code_and_reason_are_told(body, code, reason):
    """Clean: error does not fire. The reason keeps a BOM: "UTF-8 decode without BOM"."""
    async with opened() as (_, peer, events):
        await peer.send_close(*body)
        await peer.expect_close(*body[:1])
        peer.close()
        await events.until("close")
        assert events.events == [("close", 3, code, reason, True)]


async def test_closed_the_events():
    async with Server() as server:
        socket = WebSocket(server.url)
        seen = []
        for event_type in ("error", "close"):
            socket.addEventListener(event_type, seen.append)
        events = Recorder(socket)
        (await server.accept()).close()
        await events.until("close")
        error, close = seen
        assert type(error) is Event, "an error says nothing"
        assert type(close) is CloseEvent
        for event in seen:
            assert (event.bubbles, event.cancelable, event.isTrusted) == (False, False, True)


@pytest.mark.parametrize("how", ["close", "half_close", "reset"])
async def test_a_connection_that_is_lost_has_failed(how):
    """RFC 6455 7.2.1: a client that loses the connection fails it. All ways look the same."""
    async with opened() as (socket, peer, events):
        getattr(peer, how)()
        await events.until("close")
        assert events.events == FAILED
        assert socket.readyState == WebSocket.CLOSED


async def test_messages_before_a_loss_are_all_heard():
    async with opened() as (_, peer, events):
        await peer.send(b"".join(frames.text(str(i)) for i in range(100)))
        peer.close()
        await events.until("close")
        assert events.messages == [str(i) for i in range(100)]
        assert events.events[100:] == FAILED


BAD_FRAMES = {
    "a masked frame": (b"\x81\x80\x00\x00\x00\x00", 1002),
    "a reserved bit": (b"\xc1\x00", 1002),
    "a reserved opcode": (b"\x83\x00", 1002),
    "a reserved control opcode": (b"\x8b\x00", 1002),
    "a fragmented Ping": (b"\x09\x00", 1002),
    "a long Ping": (b"\x89\x7e\x00\x7e" + bytes(126), 1002),
    "a continuation of nothing": (b"\x80\x00", 1002),
    "a message in a message": (b"\x01\x00\x81\x00", 1002),
    "half a close code": (b"\x88\x01\x03", 1002),
    "a close code for no frame": (frames.close(1005), 1002),
    "a close code of nobody": (frames.close(2999), 1002),
    "text that is not UTF-8": (frames.frame(frames.TEXT, b"\xff"), 1007),
    "a reason that is not UTF-8": (frames.frame(frames.CLOSE, b"\x03\xe8\xff"), 1007),
    "a message that is too big": (b"\x82\x7f" + (2**40).to_bytes(8), 1009),
}


@pytest.mark.parametrize(("bad", "code"), BAD_FRAMES.values(), ids=BAD_FRAMES)
async def test_a_bad_frame_fails_the_connection(bad, code):
    """The server is told which rule was broken, the page only that it failed."""
    async with opened() as (socket, peer, events):
        await peer.send(frames.text("good") + frames.ping(b"p") + bad + frames.text("behind"))
        assert await peer.read_frame() == frames.Frame(frames.PONG, b"p")
        await peer.expect_close(code)
        await peer.expect_end()
        await events.until("close")
        assert socket.readyState == WebSocket.CLOSED
        assert events.events == [("message", 1, "good"), *FAILED]


async def test_a_failure_after_our_own_close_frame_sends_no_second_one():
    async with opened() as (socket, peer, events):
        socket.close(1000)
        await peer.expect_close(1000)
        await peer.send(b"\xff\xff")
        await peer.expect_end()
        peer.close()
        await events.until("close")
        assert events.events == FAILED


async def test_a_message_that_is_over_the_limit_fails_the_connection():
    async with opened(settings=limits(message_size=10)) as (_, peer, events):
        await peer.send(frames.text("x" * 10) + frames.binary(bytes(11)))
        await peer.expect_close(1009)
        peer.close()
        await events.until("close")
        assert events.events == [("message", 1, "x" * 10), *FAILED]


async def test_the_order_of_events_over_a_whole_life():
    async with Server() as server:
        socket = WebSocket(server.url)
        events = Recorder(socket)
        peer = await server.accept_handshake(then=frames.text("1"))
        await events.until("message")
        socket.send("a")
        await peer.read_frame()
        await peer.send(frames.text("2") + frames.close(1001, "shop is closing"))
        await peer.expect_close(1001)
        peer.close()
        await events.until("close")
        await turns()
        assert events.events == [
            ("open", 1),
            ("message", 1, "1"),
            ("message", 1, "2"),
            ("close", 3, 1001, "shop is closing", True),
        ]


async def test_tasks_of_all_sockets_are_in_one_queue(pages):
    """One agent has one WebSocket task queue, first in, first out."""
    log = []
    wires = []
    for name in "ab":
        socket, wire, _ = await pages.open()
        socket.onmessage = lambda event, name=name: log.append((name, event.data))
        wires.append(wire)
    starter, starter_wire, _ = await pages.open()
    starter.onmessage = lambda _: asyncio.ensure_future(asyncio.sleep(0))
    await turns()
    starter_wire.receive(frames.text("make something ready"))
    for i in range(3):
        for wire in wires:
            wire.receive(frames.text(str(i)))
    assert log == []
    await turns()
    assert log == [(name, str(i)) for i in range(3) for name in "ab"]
