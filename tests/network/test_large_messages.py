"""Large outgoing messages, which are paced by the transport and arrive whole."""

import asyncio
import os
import socket as python_socket
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from support import frames
from support.frames import BINARY, CLOSE, PONG, TEXT, Frame, close_payload
from support.inside import connection_of
from support.loops import LOOPS, run
from support.page import FAILED, Recorder, limits, opened, turns, until
from support.server import accept_value
from support.tls import client_context, server_context
from whatwg_websockets import EnvironmentSettings, WebSocket
from whatwg_websockets.network import pace as pace_module
from whatwg_websockets.rfc6455.large_frame import FIRST_SLICE, LARGE, SLICE

MEBIBYTE = 1_048_576
HEADER = 14

# A message of three slices.
SIZE = FIRST_SLICE + 2 * SLICE

# More than the operating system takes off our hands when the other side does not read.
BACKLOG = 16 * MEBIBYTE


def pattern(length):
    """Return so many bytes that are not the same from one slice, or one key, to the next."""
    return (bytes(range(251)) * (length // 251 + 1))[:length]


async def half_sent(pages, settings=None):
    """Open a socket that has sent a part of a large message; the server does not read."""
    socket, wire, events = await pages.open(settings)
    wire.is_stalled = True
    socket.send(pattern(SIZE))
    await turns()
    assert len(wire.waiting) == HEADER + FIRST_SLICE
    return socket, wire, events


async def drain(wire):
    """Transmit everything that is queued."""
    while wire.waiting:
        wire.drain(len(wire.waiting))
        await turns()


MESSAGE = Frame(BINARY, pattern(SIZE))


async def test_no_more_than_a_slice_waits_in_the_transport(pages):
    socket, wire, _ = await half_sent(pages)
    socket.send(pattern(5 * SLICE))
    await turns()
    most = 0
    while wire.waiting:
        most = max(most, len(wire.waiting))
        wire.drain(1 + len(wire.waiting) // 2)
    assert most == SLICE
    assert [len(each.payload) for each in wire.frames] == [SIZE, 5 * SLICE]


async def test_each_byte_of_the_message_counts_until_it_has_left(pages):
    socket, wire, _ = await half_sent(pages)
    socket.send("behind")
    for count, amount in [
        (HEADER + FIRST_SLICE, SIZE - FIRST_SLICE + 6),
        (SLICE, SIZE - FIRST_SLICE - SLICE + 6),
        (SLICE - 1, SIZE - FIRST_SLICE - 2 * SLICE + 1 + 6),
        (1, 6),
        (6 + 6, 0),
    ]:
        wire.drain(count)
        await turns()
        assert socket.bufferedAmount == amount
    assert wire.frames == [MESSAGE, Frame(TEXT, b"behind")]


async def test_what_is_not_masked_yet_belongs_to_the_backlog(pages):
    """The closing timeout counts from when it last moved."""
    socket, wire, _ = await half_sent(pages)
    transmission = connection_of(socket).transmission
    assert transmission.waiting() == HEADER + SIZE
    wire.drain(HEADER + FIRST_SLICE)
    assert len(wire.waiting) == SLICE
    assert transmission.waiting() == 2 * SLICE
    assert not transmission.everything_has_left


async def test_a_pong_goes_behind_the_message(pages):
    _, wire, _ = await half_sent(pages)
    wire.receive(frames.ping(b"first") + frames.ping(b"last"))
    await turns()
    await drain(wire)
    assert wire.frames == [MESSAGE, Frame(PONG, b"last")]


async def test_close_goes_behind_the_message(pages):
    socket, wire, events = await half_sent(pages)
    socket.close(1000, "done")
    await turns()
    await drain(wire)
    assert wire.frames == [MESSAGE, Frame(CLOSE, close_payload(1000, "done"))]
    wire.receive(frames.close(1000))
    wire.end()
    await events.until("close")
    assert events.events == [("close", 3, 1000, "", True)]


async def test_the_answer_to_a_close_frame_goes_behind_the_message(pages):
    _, wire, events = await half_sent(pages)
    wire.receive(frames.close(1000))
    await turns()
    await drain(wire)
    assert wire.frames == [MESSAGE, Frame(CLOSE, close_payload(1000))]
    wire.end()
    await events.until("close")
    assert events.events == [("close", 3, 1000, "", True)]


async def test_a_failed_connection_is_shut_down_behind_the_message(pages):
    _, wire, events = await half_sent(pages)
    wire.receive(b"\xff\xff")
    await turns()
    assert not wire.has_written_eof
    await drain(wire)
    assert wire.frames == [MESSAGE, Frame(CLOSE, close_payload(1002))]
    assert wire.has_written_eof
    wire.end()
    await events.until("close")
    assert events.events == FAILED


async def test_a_loss_in_the_middle_leaves_the_message_counted(pages):
    socket, wire, events = await half_sent(pages)
    wire.drain(HEADER + FIRST_SLICE + 100)
    wire.fail(ConnectionResetError())
    await events.until("close")
    assert events.events == FAILED
    assert socket.bufferedAmount == SIZE, "a lost transport does not say what it had left"
    await turns()
    assert socket.bufferedAmount == SIZE


async def test_what_was_seen_to_leave_before_a_loss_does_not_come_back(pages):
    socket, wire, events = await half_sent(pages)
    wire.drain(HEADER + FIRST_SLICE)
    await turns()
    assert socket.bufferedAmount == SIZE - FIRST_SLICE
    wire.fail(ConnectionResetError())
    await events.until("close")
    assert socket.bufferedAmount == SIZE - FIRST_SLICE


async def test_a_full_send_buffer_in_the_middle_leaves_the_messages_counted(pages):
    socket, wire, events = await half_sent(pages, limits(send_buffer=SIZE + SLICE))
    socket.send(bytes(SLICE))
    socket.send(b"x")
    await events.until("close")
    assert events.events == FAILED
    assert socket.bufferedAmount == SIZE + SLICE + 1
    assert not wire.frames


async def test_a_server_that_ends_its_side_can_read_the_rest(pages):
    """The transport closes by itself then, once it has let out what it was given."""
    socket, wire, events = await half_sent(pages)
    socket.send("behind")
    wire.end()
    wire.drain(len(wire.waiting))
    assert wire.frames == [MESSAGE, Frame(TEXT, b"behind")]
    await events.until("close")
    assert events.events == FAILED
    assert socket.bufferedAmount == 0


async def test_the_end_of_the_loop_does_not_wait_for_the_server(pages):
    socket, wire, events = await half_sent(pages)
    wire.drain(HEADER + FIRST_SLICE)
    connection_of(socket).depart()
    await events.until("close")
    assert events.events == [("close", 3, 1006, "", False)]
    assert len(wire.written) == HEADER + FIRST_SLICE
    assert socket.bufferedAmount == SIZE


@pytest.fixture
def _short_turns(monkeypatch):
    monkeypatch.setattr(pace_module, "BYTES_A_TURN", 1)


@pytest.mark.usefixtures("_short_turns")
async def test_the_end_of_the_loop_writes_all_that_the_network_takes(pages):
    socket, wire, events = await pages.open()
    socket.send(pattern(SIZE))
    assert len(wire.written) == HEADER + FIRST_SLICE
    connection_of(socket).depart()
    assert wire.frames == [MESSAGE]
    await events.until("close")
    assert socket.bufferedAmount == 0


@pytest.mark.usefixtures("_short_turns")
async def test_the_message_leaves_in_turns_where_the_network_takes_everything(pages):
    """A Ping that comes meanwhile is answered behind it, and then nothing waits."""
    socket, wire, events = await pages.open()
    socket.send(pattern(SIZE))
    assert len(wire.written) == HEADER + FIRST_SLICE
    wire.receive(frames.ping(b"?"))
    await turns()
    assert wire.frames == [MESSAGE, Frame(PONG, b"?")]
    assert socket.bufferedAmount == 0
    wire.receive(frames.close(1000))
    await turns()
    wire.fail(ConnectionResetError())
    await events.until("close")
    assert events.events == [("close", 3, 1000, "", True)]


# A real network.


borders = st.sampled_from([LARGE, SIZE - SLICE, SIZE, SIZE + SLICE, 65_536, 4 * 65_536])
sizes = st.one_of(
    st.builds(int.__add__, borders, st.integers(-5, 5)), st.integers(0, 1_000), st.just(MEBIBYTE)
)


@pytest.mark.parametrize("kind", LOOPS)
@given(st.lists(sizes, min_size=1, max_size=6))
@settings(deadline=None, max_examples=10)
def test_a_slow_server_gets_the_very_bytes(kind, lengths):
    async def exchange():
        async with opened(receive_buffer=4096) as (socket, peer, _):
            for length in lengths:
                socket.send(pattern(length))
            for length in lengths:
                assert await peer.read_frame() == Frame(BINARY, pattern(length))
            await until(lambda: socket.bufferedAmount == 0)

    run(exchange, kind)


async def tls_server(serve):
    """Start a server over TLS that accepts a WebSocket, and open one to it.

    Args:
        serve: is given the connection after that.
    """

    async def accept(reader, writer):
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        key = head.split("Sec-WebSocket-Key: ")[1].split("\r\n")[0]
        response = (
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Accept: {accept_value(key)}\r\n\r\n"
        )
        writer.write(response.encode())
        await serve(reader, writer)

    tls = server_context("127.0.0.1")
    server = await asyncio.start_server(accept, "127.0.0.1", 0, ssl=tls)
    url = f"wss://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
    return server, WebSocket(url, settings=EnvironmentSettings(tls=client_context()))


async def test_over_tls_a_slow_server_gets_the_very_bytes():
    lengths = (LARGE - 1, LARGE, 5, SIZE + 1, SIZE + SLICE, 4 * 65_536 + 3, BACKLOG, 5)
    expected = [Frame(BINARY, pattern(each)) for each in lengths]
    # A header of 14 bytes where there are at least 64 KiB, else of 6; and the Close frame.
    length_on_the_wire = sum(lengths) + 6 * HEADER + 2 * 6 + 8
    may_read = asyncio.Event()
    heard = bytearray()

    async def serve(reader, writer):
        await may_read.wait()
        while len(heard) < length_on_the_wire:
            heard.extend(await reader.read(50_000))
        writer.write(frames.close(1000))
        writer.close()

    server, socket = await tls_server(serve)
    async with server:
        events = Recorder(socket)
        await events.until("open")
        for length in lengths:
            socket.send(pattern(length))
        socket.close(1000)
        await turns()
        assert socket.bufferedAmount > 0
        may_read.set()
        assert await events.until("close") == ("close", 3, 1000, "", True)
        assert socket.bufferedAmount == 0
    assert frames.read_frames(bytes(heard)) == [*expected, Frame(CLOSE, close_payload(1000))]


async def test_over_tls_a_loss_in_the_middle_leaves_the_rest_of_the_message_counted():
    async def serve(reader, writer):
        await may_leave.wait()
        writer.transport.abort()
        has_left.set()

    may_leave, has_left = asyncio.Event(), asyncio.Event()
    server, socket = await tls_server(serve)
    async with server:
        events = Recorder(socket)
        await events.until("open")
        socket.send(bytes(BACKLOG))
        await turns()
        may_leave.set()
        await events.until("close")
        await has_left.wait()
        assert events.events == [("open", 1), *FAILED]
        assert 0 < socket.bufferedAmount <= BACKLOG


async def test_a_server_that_ends_tcp_but_not_tls_does_not_get_the_rest():
    """TLS was cut off (RFC 8446 6.1): what its transport would drop now has not left."""

    async def serve(reader, writer):
        await may_leave.wait()
        sock = writer.get_extra_info("socket")
        with python_socket.socket(fileno=os.dup(sock.fileno())) as tcp:
            tcp.shutdown(python_socket.SHUT_WR)
        await until(lambda: not connection_of(socket).transmission.pace.is_open)
        with suppress(ConnectionError):
            await reader.read()
        writer.transport.abort()
        has_left.set()

    may_leave, has_left = asyncio.Event(), asyncio.Event()
    server, socket = await tls_server(serve)
    async with server:
        events = Recorder(socket)
        await events.until("open")
        socket.send(bytes(BACKLOG))
        await turns()
        may_leave.set()
        await events.until("close")
        await has_left.wait()
        assert events.events == [("open", 1), *FAILED]
        assert 0 < socket.bufferedAmount <= BACKLOG
