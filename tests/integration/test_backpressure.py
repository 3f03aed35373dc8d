"""Backpressure of a WebSocketStream, both ways, against servers over real TCP.

``make backpressure`` plays the offers of 1 GiB each.
"""

import asyncio
from contextlib import AsyncExitStack, asynccontextmanager

import pytest

from rfc7692.peer import compress, compressor
from support import frames
from support.backpressure import (
    AHEAD,
    GROWS_BY,
    MEBIBYTE,
    Offer,
    faults,
    floods,
    main,
    offers,
    take,
)
from support.frames import BINARY
from support.inside import stream_connection_of, waiting_for_the_page
from support.loops import LOOPS
from support.page import Recorder, turns
from support.server import Server
from support.slow_reader import Reading
from whatwg_websockets import WebSocket, WebSocketStream
from whatwg_websockets.html.event_loop import READ_AT_ONCE
from whatwg_websockets.network.connection import WAITING_FOR_THE_PAGE, WRITE_AT_ONCE
from whatwg_websockets.network.transmission import ROOM

SMALL = 4_096
# What a stream's connection holds of what is written: what the transport has not let out, what is
# joined with that, and a message that went over each of the two bounds.
WAITS_AT_MOST = ROOM + WRITE_AT_ONCE + 2 * 16_384


@pytest.mark.slow
@pytest.mark.usefixtures("unmeasured")
@pytest.mark.parametrize("kind", LOOPS)
@pytest.mark.parametrize(
    "offer", [*offers(128 * MEBIBYTE, stop=2), *floods(8_192 * MEBIBYTE)], ids=str
)
def test_a_slow_reader_takes_little_memory_and_gets_every_byte(offer, kind):
    assert faults(offer, take(offer, kind)) == []


def test_what_is_wrong_is_found(monkeypatch, capsys):
    offer, flood = Offer(65_536, 100, False), Offer(65_536, 100, True, at_most=10)
    good = Reading(100, 0, 5, 0, 0)
    assert faults(offer, good) == []
    assert "99 messages of 100" in faults(offer, Reading(99, 0, 5, 0, 0))[0]
    assert "1 were wrong" in faults(offer, Reading(100, 1, 5, 0, 0))[0]
    assert "grew by 16.0 MiB" in faults(offer, Reading(100, 0, 5, 0, GROWS_BY))[0]
    assert "ahead" in faults(offer, Reading(100, 0, AHEAD // 65_536 + 1, 0, 0))[0]
    assert "nobody read" in faults(flood, Reading(10, 0, 0, AHEAD + 1, 0))[0]
    monkeypatch.setattr("support.backpressure.take", lambda offer, loop: good)
    monkeypatch.setattr("sys.argv", ["backpressure", "--mebibytes", "1", "--loop", "asyncio"])
    assert main() == 1
    assert "100 messages of 16 arrived" in capsys.readouterr().out


@asynccontextmanager
async def opened_stream(receive_buffer=None, **handshake):
    """Open a stream, and return it with the server's end."""
    async with Server(receive_buffer=receive_buffer) as server:
        stream = WebSocketStream(server.url)
        peer = await server.accept_handshake(**handshake)
        opened = await stream.opened
        yield stream, opened, peer
        stream.close()
        await peer.expect_close()
        await peer.send_close()
        peer.close()
        await stream.closed


async def until_it_rests(count):
    """Wait until a count no longer changes from turn to turn of the loop."""
    before = None
    while before != count():
        before = count()
        await turns(200)


def numbered(count, size):
    return [i.to_bytes(8, "big") * (size // 8) for i in range(count)]


async def test_a_fast_writer_that_awaits_ready_is_held_and_loses_nothing():
    messages = numbered(800, 16_384)
    async with opened_stream(receive_buffer=SMALL) as (stream, opened, peer):
        writer = opened.writable.getWriter()
        written = 0

        async def write():
            nonlocal written
            for message in messages:
                await writer.ready
                writer.write(message)
                written += 1

        writing = asyncio.create_task(write())
        await until_it_rests(lambda: written)
        # The kernel holds some mebibytes; the library has no more than what does not go out.
        assert written < len(messages)
        assert stream_connection_of(stream).transmission.waiting() <= WAITS_AT_MOST
        got = [(await peer.read_frame()).payload for _ in messages]
        assert got == messages
        await writing


async def test_a_writer_that_awaits_each_write_is_held_as_well():
    message = bytes(16_384)
    async with opened_stream(receive_buffer=SMALL) as (stream, opened, peer):
        writer, written = opened.writable.getWriter(), 0

        async def write():
            nonlocal written
            for _ in range(800):
                await writer.write(message)
                written += 1

        writing = asyncio.create_task(write())
        await until_it_rests(lambda: written)
        assert written < 800
        assert stream_connection_of(stream).transmission.waiting() <= WAITS_AT_MOST
        for _ in range(800):
            assert (await peer.read_frame()).payload == message
        await writing


async def test_a_reader_that_stops_stops_the_server_and_goes_on_where_it_was():
    messages = numbered(1_000, 65_536)
    async with opened_stream() as (stream, opened, peer):
        sent = 0

        async def send():
            nonlocal sent
            for message in messages:
                await peer.send_binary(message)
                sent += 1

        sending = asyncio.create_task(send())
        await until_it_rests(lambda: sent)
        assert sent < len(messages)
        assert waiting_for_the_page(stream) <= WAITING_FOR_THE_PAGE + READ_AT_ONCE
        reader = opened.readable.getReader()
        assert [(await reader.read()).value for _ in messages] == messages
        await sending


@pytest.mark.parametrize("size", [64, 65_536, MEBIBYTE])
async def test_what_is_inflated_counts(size):
    """A thousandfold: what arrives with one read would be 256 MiB."""
    message = bytes(size)
    payload = compress(message, compressor())
    frame = frames.frame(BINARY, payload, rsv=4)
    count = min(16 * MEBIBYTE // size, 60_000)
    agreed = "permessage-deflate; server_no_context_takeover"
    async with opened_stream(sec_websocket_extensions=agreed) as (stream, opened, peer):
        sending = asyncio.create_task(peer.send(frame * count))
        await turns(200)
        assert waiting_for_the_page(stream) <= WAITING_FOR_THE_PAGE + READ_AT_ONCE + size
        number = 0
        async for chunk in opened.readable:
            assert len(chunk) == size
            number += 1
            if number == count:
                break
        await sending


async def test_a_stream_that_nobody_reads_holds_up_no_other_socket():
    flood = numbered(500, 65_536)
    async with AsyncExitStack() as stack:
        _, opened, flooding = await stack.enter_async_context(opened_stream())
        _, other, other_peer = await stack.enter_async_context(opened_stream())
        server = await stack.enter_async_context(Server())
        socket = WebSocket(server.url)
        events = Recorder(socket)
        peer = await server.accept_handshake()
        await events.until("open")

        async def send():
            for message in flood:
                await flooding.send_binary(message)

        sending = asyncio.create_task(send())
        await turns(200)
        chunks = aiter(other.readable)
        for i in range(100):
            await peer.send_text(str(i))
            await other_peer.send_text(str(i))
            assert await anext(chunks) == str(i)
            await events.until("message", i + 1)
        assert events.messages == [str(i) for i in range(100)]
        assert not sending.done()
        reader = opened.readable.getReader()
        assert [(await reader.read()).value for _ in flood] == flood
        await sending
        socket.close()
        await peer.expect_close()
        await peer.send_close()
        peer.close()
        await events.until("close")


async def test_a_slow_reader_holds_up_no_other_socket_either():
    """It reads one message each time that the other socket has had its turn."""
    flood = numbered(200, 65_536)
    async with AsyncExitStack() as stack:
        _, opened, flooding = await stack.enter_async_context(opened_stream())
        _, other, peer = await stack.enter_async_context(opened_stream())

        async def send():
            for message in flood:
                await flooding.send_binary(message)

        sending = asyncio.create_task(send())
        chunks, others = aiter(opened.readable), aiter(other.readable)
        for i, message in enumerate(flood):
            await peer.send_text(str(i))
            assert await anext(others) == str(i)
            assert await anext(chunks) == message
        await sending
