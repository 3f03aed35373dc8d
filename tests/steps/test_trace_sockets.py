import gc

import pytest

from support.inside import connection_of, seen_at_step_1, turn_is_scheduled
from support.page import turns, until
from support.server import Server
from support.wire import Pages, establish
from whatwg_websockets import WebSocket, WebSocketStream
from whatwg_websockets.html.event_loop import the_event_loop
from whatwg_websockets.steps.trace.sockets import Sockets, buffered_amount_of
from whatwg_websockets.webidl.promise import mark_as_handled
from whatwg_websockets.websocketstream.websocket_error import WebSocketError


async def test_buffered_amount_is_what_a_page_would_read(pages: Pages):
    socket, wire, _ = await pages.open()
    wire.is_stalled = True
    for size in (10, 20, 30):
        socket.send("a" * size)
        assert buffered_amount_of(socket) == socket.bufferedAmount
    await turns()
    assert buffered_amount_of(socket) == socket.bufferedAmount == 60
    # The first two frames leave: 6 bytes of header and key each.
    wire.drain(16 + 26)
    assert buffered_amount_of(socket) == 60
    the_event_loop().times_at_step_1 += 1
    looked_at = buffered_amount_of(socket)
    assert looked_at == 30
    assert buffered_amount_of(socket) == socket.bufferedAmount == 30
    wire.fail(None)
    await turns()
    assert buffered_amount_of(socket) == socket.bufferedAmount == 30


async def test_looking_leaves_no_mark(pages: Pages):
    socket, wire, _ = await pages.open()
    wire.is_stalled = True
    socket.send("a")
    await turns()
    seen = seen_at_step_1(connection_of(socket))
    assert buffered_amount_of(socket) == 1
    assert seen_at_step_1(connection_of(socket)) == seen
    assert not turn_is_scheduled(the_event_loop())


async def test_what_backpressure_holds_is_counted():
    async with Server() as server:
        stream = WebSocketStream(server.url)
        peer = await server.accept_handshake()
        opened = await stream.opened
        sockets = Sockets()
        sockets.look_at({"stream": stream})
        before = sockets.state()
        assert (before.ready_state, before.tasks, before.buffered_amount) == ("OPEN", 0, 0)
        for text in ("one", "two", "three"):
            await peer.send_text(text)
        await until(lambda: sockets.state().tasks >= 2)
        assert [chunk async for chunk in first(3, opened.readable)] == ["one", "two", "three"]
        stream.close()
        await peer.expect_close()
        await peer.send_close(1000)
        peer.half_close()
        await stream.closed


async def first(count, stream):
    """Give so many chunks of a stream, and leave the rest."""
    reader = stream.getReader()
    for _ in range(count):
        yield (await reader.read()).value


def test_a_socket_that_has_no_connection_yet():
    assert buffered_amount_of(WebSocket.__new__(WebSocket)) == 0
    assert buffered_amount_of(WebSocketStream.__new__(WebSocketStream)) == 0


async def test_no_socket_lives_longer_because_it_was_seen(pages: Pages):
    socket, connection = pages.connecting()
    sockets = Sockets()
    sockets.look_at({"self": socket})
    assert sockets.state().ready_state == "CONNECTING"
    establish(connection)
    await turns()
    socket.close()
    connection.close_at_once()
    await turns()
    del socket
    pages.connection = None
    gc.collect()
    assert sockets.state() is None
    sockets.look_at({"connection": connection})
    assert sockets.state() is None


async def test_the_promises_of_a_stream_have_names():
    stream = WebSocketStream("ws://127.0.0.1:1/")
    sockets = Sockets()
    assert sockets.name_of_the_promise(stream.opened) == ""
    sockets.look_at({"stream": stream})
    assert sockets.name_of_the_promise(stream.opened) == "opened"
    assert sockets.name_of_the_promise(stream.closed) == "closed"
    assert sockets.name_of_the_promise(None) == ""
    mark_as_handled(stream.opened)
    mark_as_handled(stream.closed)
    with pytest.raises(WebSocketError):
        await stream.closed
