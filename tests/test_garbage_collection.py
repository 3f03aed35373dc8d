"""7. Garbage collection, and make disappear.

https://websockets.spec.whatwg.org/#garbage-collection
"""

import asyncio
import gc
import threading
import weakref

import pytest

from support import frames
from support.frames import CLOSE, TEXT, Frame, close_payload
from support.inside import connection_of
from support.loops import LOOPS, collect_garbage
from support.page import Recorder, limits, nobody_is_in_line, opened, turns, until
from support.server import Server
from support.wire import establish
from whatwg_websockets import EnvironmentSettings, WebSocket
from whatwg_websockets.html.event_loop import the_event_loop
from whatwg_websockets.rfc6455.connection import CLOSED as WIRE_CLOSED
from whatwg_websockets.rfc6455.receive import FRAMES_IN_A_WINDOW

EVENTS = ("open", "message", "error", "close")

# Which listeners keep a socket alive, in each state: the standard's three paragraphs.
KEPT = {
    "CONNECTING": {"open", "message", "error", "close"},
    "OPEN": {"message", "error", "close"},
    "CLOSING": {"error", "close"},
}


def nothing(event):
    """Listen."""


async def open_without_listeners(server):
    """Return a socket that is open, and the server's end of it."""
    socket = WebSocket(server.url)
    peer = await server.accept_handshake()
    while socket.readyState != WebSocket.OPEN:
        await turns(1)
    return socket, peer


async def in_state(pages, state):
    """Return a socket without listeners in a state, and its wire."""
    socket, connection = pages.connecting()
    wire = None
    if state != "CONNECTING":
        wire = establish(connection)
        await until(lambda: socket.readyState == WebSocket.OPEN)
    if state == "CLOSING":
        socket.close()
    await turns()
    assert socket.readyState == getattr(WebSocket, state)
    return socket, wire


@pytest.mark.parametrize("event_type", EVENTS)
@pytest.mark.parametrize("state", KEPT)
async def test_which_listeners_keep_a_socket_alive(pages, state, event_type):
    socket, _wire = await in_state(pages, state)
    socket.addEventListener(event_type, nothing)
    reference = weakref.ref(socket)
    await turns()
    del socket
    await collect_garbage()
    assert (reference() is not None) == (event_type in KEPT[state])


@pytest.mark.parametrize("event_type", EVENTS)
@pytest.mark.parametrize("state", KEPT)
async def test_an_event_handler_is_a_listener_as_well(pages, state, event_type):
    socket, _wire = await in_state(pages, state)
    setattr(socket, f"on{event_type}", nothing)
    reference = weakref.ref(socket)
    await turns()
    del socket
    await collect_garbage()
    assert (reference() is not None) == (event_type in KEPT[state])


async def test_listeners_for_other_events_do_not_count(pages):
    socket, _wire = await in_state(pages, "OPEN")
    socket.addEventListener("whatever", nothing)
    reference = weakref.ref(socket)
    del socket
    await collect_garbage()
    assert reference() is None


class AllEqual(WebSocket):
    """A subclass of WebSocket whose instances are all equal."""

    def __eq__(self, other):
        return isinstance(other, AllEqual)

    def __hash__(self):
        return 1


class Unhashable(AllEqual):
    __hash__ = None


@pytest.mark.parametrize("kind", [AllEqual, Unhashable])
async def test_sockets_are_kept_and_let_go_by_identity(kind):
    async with Server() as server:
        heard, references = [], []
        for number in range(3):
            socket = kind(server.url)
            socket.onmessage = lambda event, number=number: heard.append(number)
            references.append(weakref.ref(socket))
        peers = [await server.accept_handshake() for _ in references]
        while socket.readyState != WebSocket.OPEN:
            await turns(1)
        socket.onmessage = None
        del socket
        await collect_garbage()
        assert [reference() is not None for reference in references] == [True, True, False]
        await peers[2].expect_close()
        for peer in peers[:2]:
            await peer.send_text("message")
        await until(lambda: len(heard) == 2)
        assert sorted(heard) == [0, 1]


@pytest.mark.parametrize("in_a_listener", [False, True])
async def test_a_socket_whose_listeners_are_gone_is_let_go(pages, in_a_listener):
    socket, wire, events = await pages.open()
    reference = weakref.ref(socket)

    def leave(event):
        for event_type in EVENTS:
            event.target.removeEventListener(event_type, events.write_down)
        event.target.onmessage = None

    socket.onmessage = leave
    if in_a_listener:
        wire.receive(frames.text("go"))
    else:
        leave(type("", (), {"target": socket}))
    await turns()
    events.socket = None
    del socket
    await collect_garbage()
    assert reference() is None


async def test_a_listener_that_comes_back_before_step_1_was_never_missed(pages):
    socket, wire = await in_state(pages, "OPEN")
    socket.onmessage = nothing
    await turns()
    heard = []
    socket.onmessage = None
    socket.onmessage = lambda event: heard.append(event.data)
    await turns()
    del socket
    await collect_garbage()
    wire.receive(frames.text("hello"))
    await turns()
    assert heard == ["hello"]


async def test_the_ready_state_counts_as_of_step_1(pages):
    """A message listener keeps an open socket. close() is called: it does until the next turn."""
    socket, _wire = await in_state(pages, "OPEN")
    socket.onmessage = nothing
    await turns()
    reference = weakref.ref(socket)
    socket.close()
    del socket
    gc.collect()
    assert reference() is not None
    await collect_garbage()
    assert reference() is None


async def test_it_is_kept_alive_from_its_construction_on():
    """``WebSocket(u).addEventListener("message", f)`` works."""
    async with Server() as server:
        heard = asyncio.get_running_loop().create_future()
        WebSocket(server.url).addEventListener("message", heard.set_result)
        gc.collect()
        peer = await server.accept_handshake()
        await collect_garbage()
        await peer.send_text("hello")
        event = await heard
        assert event.data == "hello"
        assert event.target.readyState == WebSocket.OPEN


async def test_a_closed_socket_is_let_go_whatever_listens():
    async with opened() as (socket, peer, events):
        reference = weakref.ref(socket)
        peer.close()
        await events.until("close")
        events.socket = None
    del socket
    await collect_garbage()
    assert reference() is None


async def test_a_closed_connection_leaves_nothing_behind(pages):
    socket, wire, events = await pages.open()
    connection = weakref.ref(connection_of(socket))
    wire.end()
    await events.until("close")
    references = [weakref.ref(socket), weakref.ref(wire), connection]
    del socket, wire, events, pages.connection
    await collect_garbage()
    assert [reference() for reference in references] == [None, None, None]


@pytest.mark.parametrize("count", [1, 2 * FRAMES_IN_A_WINDOW])
async def test_a_failed_connection_leaves_nothing_behind(pages, count):
    """A rule is broken in what is read at once, or in what is read on later."""
    socket, wire, events = await pages.open()
    reference, connection = weakref.ref(socket), weakref.ref(connection_of(socket))
    wire.receive(frames.text("") * count + b"\x83\x00")
    await events.until("error")
    wire.end()
    await turns()
    del socket, wire, events, pages.connection
    await collect_garbage()
    assert (reference(), connection()) == (None, None)


# What happens when it is collected.


async def test_an_open_socket_that_is_collected_sends_a_close_frame_without_a_body():
    async with Server() as server:
        socket, peer = await open_without_listeners(server)
        del socket
        await collect_garbage()
        await peer.expect_close()
        await peer.send_close()
        peer.half_close()
        await peer.expect_gone()


async def test_what_was_sent_before_leaves_before_the_close_frame():
    async with Server() as server:
        socket, peer = await open_without_listeners(server)
        socket.send("last words")
        del socket
        gc.collect()
        assert await peer.read_frame() == Frame(TEXT, b"last words")
        await peer.expect_close()


async def test_a_socket_with_data_queued_is_not_collected(pages):
    """An established connection that has data queued to be transmitted to the network."""
    socket, wire = await in_state(pages, "OPEN")
    reference = weakref.ref(socket)
    wire.is_stalled = True
    socket.send("waits")
    await turns()
    del socket
    await collect_garbage()
    assert reference() is not None
    wire.is_stalled = False
    wire.drain(len(wire.waiting))
    await collect_garbage()
    assert reference() is None
    await turns()
    assert wire.frames == [Frame(TEXT, b"waits"), Frame(CLOSE, b"")]


async def test_a_socket_with_data_queued_is_collected_when_the_connection_is_lost(pages):
    socket, wire = await in_state(pages, "OPEN")
    reference = weakref.ref(socket)
    wire.is_stalled = True
    socket.send("waits")
    await turns()
    del socket
    wire.fail(ConnectionResetError())
    await turns()
    await collect_garbage()
    assert reference() is None


async def test_collected_while_connecting_it_gives_up():
    """On which the text is silent."""
    async with Server() as server:
        socket = WebSocket(server.url)
        peer = await server.accept()
        await peer.read_request()
        del socket
        await collect_garbage()
        await peer.expect_gone()
        assert nobody_is_in_line()


async def test_collected_between_the_handshake_and_its_task(pages):
    socket, connection = pages.connecting()
    wire = establish(connection)
    del socket
    await collect_garbage()
    await turns()
    assert wire.frames == [Frame(CLOSE, b"")]


async def test_collected_while_closing_nothing_more_is_sent(pages):
    socket, wire = await in_state(pages, "CLOSING")
    del socket
    await collect_garbage()
    await turns()
    assert wire.frames == [Frame(CLOSE, b"")]
    wire.receive(frames.close())
    wire.end()
    await turns()
    assert wire.is_closing()


async def test_messages_for_a_socket_that_is_gone_are_dropped(pages):
    """A socket that only hears of errors goes; its connection is still being closed."""
    socket, wire = await in_state(pages, "OPEN")
    del socket
    await collect_garbage()
    wire.receive(frames.text("to nobody") + frames.close(1000))
    wire.end()
    await turns()
    assert wire.frames == [Frame(CLOSE, b"")]


async def test_the_last_reference_may_go_in_another_thread():
    """Finalisers run wherever the last reference, or the collector, is."""
    async with Server() as server:
        *box, peer = await open_without_listeners(server)
        thread = threading.Thread(target=box.clear)
        thread.start()
        thread.join()
        await peer.expect_close()
        await peer.send_close()
        peer.half_close()
        await peer.expect_gone()


async def test_a_socket_in_a_cycle_is_collected_by_the_collector_of_another_thread():
    async with Server() as server:
        *box, peer = await open_without_listeners(server)
        box.append(box)
        del box
        thread = threading.Thread(target=gc.collect)
        thread.start()
        thread.join()
        await peer.expect_close()


@pytest.mark.parametrize("kind", LOOPS)
def test_the_last_reference_may_outlive_the_loop(kind):
    sockets = []

    async def main():
        async with Server() as server:
            sockets.append(WebSocket(server.url))
            await server.accept_handshake()
            await until(lambda: sockets[0].readyState == WebSocket.OPEN)

    with asyncio.Runner(loop_factory=LOOPS[kind]) as runner:
        runner.run(main())
    sockets.clear()
    gc.collect()


# Make disappear.


async def test_make_disappear_an_established_connection_is_closed_with_1001():
    async with Server() as server:
        with EnvironmentSettings():
            socket = WebSocket(server.url)
            events = Recorder(socket)
            peer = await server.accept_handshake()
            await events.until("open")
        assert socket.readyState == WebSocket.CLOSED
        await peer.expect_close(1001)
        await peer.send_text("not heard")
        await peer.send_close(1001)
        peer.half_close()
        await peer.expect_gone()
        await turns()
        assert events.events == [("open", 1)]
        assert socket.readyState == WebSocket.CLOSED


async def test_make_disappear_a_connection_that_is_not_established_fails():
    async with Server() as server:
        with EnvironmentSettings():
            socket = WebSocket(server.url)
            events = Recorder(socket)
            peer = await server.accept()
            await peer.read_request()
        assert socket.readyState == WebSocket.CLOSED
        await peer.expect_gone()
        await until(nobody_is_in_line)
        await turns()
        assert events.events == []


async def test_make_disappear_a_connection_that_is_closing_is_left_alone():
    async with Server() as server:
        with EnvironmentSettings():
            socket = WebSocket(server.url)
            events = Recorder(socket)
            peer = await server.accept_handshake()
            await events.until("open")
            socket.close(1000)
        assert socket.readyState == WebSocket.CLOSED
        await peer.expect_close(1000)
        await peer.send_close(1000)
        peer.half_close()
        await peer.expect_end()
        peer.close()
        await until(lambda: connection_of(socket).wire.state == WIRE_CLOSED)
        await turns()
        assert events.events == [("open", 1)]


@pytest.mark.parametrize("what", ["open", "message", "closing", "close"])
async def test_no_task_of_a_document_that_is_gone_runs(pages, what):
    """HTML, destroy a document: the tasks that were queued are removed without being run."""
    settings = EnvironmentSettings()
    _, other_wire, other_events = await pages.open()
    socket, connection = pages.connecting(settings)
    events = Recorder(socket)
    if what != "open":
        wire = establish(connection)
        await events.until("open")
        events.events.clear()

    def queue_a_task_and_unload(event):
        if what == "open":
            establish(connection)
        elif what == "message":
            wire.receive(frames.text("not heard"))
        elif what == "closing":
            wire.receive(frames.close(1000))
        elif what == "close":
            wire.protocol.connection_lost(ConnectionResetError())
        settings.unload()

    other_events.socket.onmessage = queue_a_task_and_unload
    other_wire.receive(frames.text("go"))
    await other_events.until("message")
    await turns()
    assert events.events == []
    assert socket.readyState == WebSocket.CLOSED


@pytest.mark.parametrize("what", ["open", "message", "error", "close"])
async def test_no_listener_of_a_document_that_is_gone_runs_within_a_task_that_has_begun(
    pages, what
):
    """HTML, check if we can run script: not where the document is not fully active.

    Chromium was asked: a frame that is removed in its socket's first listener for `error` hears
    neither with its second nor of `close`.
    """
    settings = EnvironmentSettings()
    socket, connection = pages.connecting(settings)
    heard = []

    def unload_at(event):
        heard.append(event.type)
        if event.type == what:
            settings.unload()

    def behind_it(event):
        heard.append(event.type)

    for event_type in EVENTS:
        socket.addEventListener(event_type, unload_at, capture=True)
        socket.addEventListener(event_type, behind_it)
    socket.onclose = behind_it
    if what != "error":
        wire = establish(connection)
        await until(lambda: heard)
        wire.receive(frames.text("heard") + frames.close(1000))
        wire.protocol.connection_lost(None)
    else:
        connection.fail(1002, "for the test")
    await until(lambda: what in heard)
    await turns()
    assert heard[-1] == what
    assert heard.count(what) == 1
    assert socket.onclose is behind_it
    assert not settings.unloading


async def test_settings_forget_a_socket_that_is_collected():
    settings = EnvironmentSettings()
    async with Server() as server:
        socket = WebSocket(server.url, settings=settings)
        peer = await server.accept_handshake()
        while socket.readyState != WebSocket.OPEN:
            await turns(1)
        assert len(settings.unloading) == 1
        del socket
        await collect_garbage()
        await peer.expect_close()
        peer.close()
        await until(lambda: not settings.unloading)


async def test_settings_forget_a_socket_whose_last_task_never_ran(pages):
    settings = EnvironmentSettings()
    socket, wire, events = await pages.open(settings)
    ended = []

    def lose_the_connection_and_end(event):
        wire.protocol.connection_lost(ConnectionResetError())
        ended.append(asyncio.ensure_future(the_event_loop().end()))

    socket.onmessage = lose_the_connection_and_end
    wire.receive(frames.text("go"))
    await until(lambda: ended)
    await ended[0]
    assert len(settings.unloading) == 1
    events.socket = None
    del socket
    await collect_garbage()
    assert not settings.unloading


async def test_what_is_sent_after_its_document_is_gone_counts_and_goes_nowhere(pages):
    settings = EnvironmentSettings()
    socket, wire, _events = await pages.open(settings)
    settings.unload()
    socket.send("nobody hears this")
    socket.close(1000)
    await turns()
    assert socket.bufferedAmount == 17
    assert wire.frames == [Frame(CLOSE, close_payload(1001))]


async def test_a_socket_whose_document_is_gone_is_let_go(pages):
    settings = EnvironmentSettings()
    socket, _connection = pages.connecting(settings)
    socket.onmessage = nothing
    reference = weakref.ref(socket)
    settings.unload()
    del socket
    await turns()
    await collect_garbage()
    assert reference() is None


async def test_make_disappear_is_for_the_sockets_of_the_settings_object_alone():
    async with Server() as server:
        stays, goes = EnvironmentSettings(), EnvironmentSettings()
        sockets = [WebSocket(server.url, settings=settings) for settings in (stays, goes, goes)]
        peers = []
        for socket in sockets:
            events = Recorder(socket)
            peers.append(await server.accept_handshake())
            await events.until("open")
        goes.unload()
        for peer in peers[1:]:
            await peer.expect_close(1001)
        sockets[0].send("still here")
        assert await peers[0].read_frame() == Frame(TEXT, b"still here")


async def test_make_disappear_from_another_thread():
    async with Server() as server:
        settings = EnvironmentSettings()
        socket = WebSocket(server.url, settings=settings)
        events = Recorder(socket)
        peer = await server.accept_handshake()
        await events.until("open")
        thread = threading.Thread(target=settings.unload)
        thread.start()
        thread.join()
        await peer.expect_close(1001)


async def test_a_closed_socket_is_no_longer_unloaded():
    settings = EnvironmentSettings()
    async with opened(settings=settings) as (_, peer, events):
        assert len(settings.unloading) == 1
        peer.close()
        await events.until("close")
        assert not settings.unloading


@pytest.mark.parametrize("kind", LOOPS)
@pytest.mark.parametrize("listens", [False, True])
def test_at_the_end_of_the_loop_make_disappear_runs(kind, listens):
    """What was sent last still leaves, and 1001 behind it."""
    box = []

    async def main():
        server = Server()
        socket = WebSocket(server.url)
        if listens:
            box.append(Recorder(socket))
        peer = await server.accept_handshake()
        await until(lambda: socket.readyState == WebSocket.OPEN)
        socket.send("last words")
        box.append((server, peer, socket))

    with asyncio.Runner(loop_factory=LOOPS[kind]) as runner:
        runner.run(main())
    server, peer, _ = box[-1]  # type: ignore[misc]
    peer.sock.setblocking(True)  # type: ignore[has-type]
    data = b""
    while chunk := peer.sock.recv(1000):  # type: ignore[has-type]
        data += chunk
    assert frames.read_frames(data) == [
        Frame(TEXT, b"last words"),
        Frame(CLOSE, close_payload(1001)),
    ]
    peer.close()  # type: ignore[has-type]
    server.listener.close()  # type: ignore[has-type]


@pytest.mark.parametrize("kind", LOOPS)
def test_at_the_end_of_the_loop_a_connection_in_the_making_is_given_up(kind):
    box = []

    async def main():
        server = Server()
        socket = WebSocket(server.url)
        peer = await server.accept()
        await peer.read_request()
        box.append((server, peer, socket))

    with asyncio.Runner(loop_factory=LOOPS[kind]) as runner:
        runner.run(main())
    server, peer, _ = box[0]
    peer.sock.setblocking(True)
    assert peer.sock.recv(1000) == b""
    peer.close()
    server.listener.close()
    assert nobody_is_in_line()


@pytest.mark.parametrize("kind", LOOPS)
def test_at_the_end_of_the_loop_nobody_waits_for_a_server_that_does_not_read(kind):
    box = []

    async def main():
        server = Server(receive_buffer=4096)
        socket = WebSocket(server.url, settings=limits(closing_timeout=3600))
        events = Recorder(socket)
        peer = await server.accept_handshake()
        await events.until("open")
        socket.send(bytes(16_777_216))
        box.append((server, peer, socket))

    with asyncio.Runner(loop_factory=LOOPS[kind]) as runner:
        runner.run(main())
    server, peer, _ = box[0]
    peer.close()
    server.listener.close()


@pytest.mark.parametrize("kind", LOOPS)
def test_a_loop_that_has_ended_leaves_no_socket_behind(kind):
    """Listeners keep a socket alive for its events, and none come any more."""
    references = []

    async def main():
        async with Server() as server:
            for _ in range(2):
                socket = WebSocket(server.url)
                references.append(weakref.ref(socket))
                Recorder(socket)
                await server.accept_handshake()
            references.append(weakref.ref(asyncio.get_running_loop()))
            await until(lambda: socket.readyState == WebSocket.OPEN)

    with asyncio.Runner(loop_factory=LOOPS[kind]) as runner:
        runner.run(main())
    del runner
    for _ in range(2):  # the loop is held by what a socket's finaliser would need
        gc.collect()
    assert [reference() for reference in references] == [None] * 3


@pytest.mark.parametrize("kind", LOOPS)
def test_a_socket_can_be_looked_at_after_its_loop_has_ended(kind):
    async def main():
        async with Server() as server:
            socket = WebSocket(server.url)
            await server.accept_handshake()
            await until(lambda: socket.readyState == WebSocket.OPEN)
            return socket

    with asyncio.Runner(loop_factory=LOOPS[kind]) as runner:
        socket = runner.run(main())
    assert socket.bufferedAmount == 0


async def test_a_connection_that_is_gone_needs_no_garbage_collection():
    """No circle of references is left, so its memory is free at once."""
    async with Server() as server:
        socket, peer = await open_without_listeners(server)
        connection, alive = weakref.ref(connection_of(socket)), weakref.ref(socket)
        gc.disable()
        try:
            socket.send("x")
            assert await peer.read_frame() == Frame(TEXT, b"x")
            socket.close()
            await peer.expect_close()
            await peer.send_close()
            peer.close()
            await until(lambda: alive().readyState == WebSocket.CLOSED)
            await turns()
            del socket
            await turns()
            assert connection() is None
        finally:
            gc.enable()


@pytest.mark.parametrize("how", ["close", "collect"])
async def test_a_connection_that_was_given_up_needs_none(pages, how):
    socket, connection = pages.connecting()
    reference = weakref.ref(connection)
    del connection
    gc.disable()
    try:
        if how == "close":
            socket.close()
        await turns()
        del socket
        pages.__dict__.clear()
        await turns()
        assert reference() is None
    finally:
        gc.enable()
