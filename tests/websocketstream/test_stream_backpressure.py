"""Backpressure from the reader to the server's TCP: unread data is bounded, and not lost."""

import asyncio
import contextlib

import pytest

from rfc7692.peer import compress, compressor, zeros
from support import frames
from support.frames import BINARY
from support.inside import stream_connection_of, waiting_for_the_page
from support.page import Recorder, limits, turns, until
from support.server import Server
from support.streams import opened_stream
from support.tls import TlsPeer, client_context, server_context
from whatwg_websockets import EnvironmentSettings, WebSocket, WebSocketError, WebSocketStream
from whatwg_websockets.html.event_loop import READ_AT_ONCE
from whatwg_websockets.network.connection import WAITING_FOR_THE_PAGE
from whatwg_websockets.rfc6455.receive import BYTES_IN_A_WINDOW, FRAMES_IN_A_WINDOW

MEBIBYTE = 1_048_576


def numbered(size, number):
    """Return data of a size that contains its number, and is compressed a thousandfold."""
    return number.to_bytes(8) + bytes(size - 8)


def plain(size, number):
    return frames.binary(numbered(size, number))


def compressed(size, number):
    """Return a message that is compressed without the context of earlier messages."""
    return frames.frame(BINARY, compress(numbered(size, number), compressor()), rsv=4)


WAYS = {"plain": (plain, {}),
        "compressed": (compressed, {"sec_websocket_extensions": "permessage-deflate"})}  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("size", "count"), [(100, 40_000), (65_536, 1_000), (MEBIBYTE, 80)])
async def test_a_server_that_floods_is_stopped_and_nothing_is_lost(way, size, count):
    message, handshake = WAYS[way]
    if way == "compressed":
        count //= 5
    async with opened_stream(**handshake) as (stream, peer, opened):
        connection = stream_connection_of(stream)
        sent = 0

        async def flood():
            nonlocal sent
            for number in range(0, count, 100):
                part = range(number, min(number + 100, count))
                await peer.send(b"".join(message(size, each) for each in part))
                sent = part.stop
            await peer.send_close(1000)

        flooding = asyncio.create_task(flood())
        await until(lambda: not connection.transmission.transport.is_reading())
        for _ in range(10):
            await turns()
        bound = WAITING_FOR_THE_PAGE + BYTES_IN_A_WINDOW + 128 * FRAMES_IN_A_WINDOW + size
        assert waiting_for_the_page(stream) <= bound + READ_AT_ONCE
        if way == "plain" and size > 100:
            assert sent < count
        reader = opened.readable.getReader()
        for number in range(count):
            chunk = (await reader.read()).value
            assert len(chunk) == size
            assert int.from_bytes(chunk[:8]) == number
            if number % (count // 8) == 0:
                await asyncio.sleep(0)
                assert waiting_for_the_page(stream) <= bound + READ_AT_ONCE
        await flooding
        assert (await reader.read()).done
        await peer.expect_close(1000)
        peer.half_close()
        assert (await stream.closed).closeCode == 1000


async def test_what_is_inflated_counts():
    """A thousand messages of 1 MiB in one read are inflated as they are read."""
    async with opened_stream(sec_websocket_extensions="permessage-deflate") as (
        stream,
        peer,
        opened,
    ):
        data = compressed(MEBIBYTE, 7)
        sending = asyncio.create_task(peer.send(data * 100))
        await until(lambda: waiting_for_the_page(stream) > 0)
        await turns()
        assert waiting_for_the_page(stream) <= WAITING_FOR_THE_PAGE + 2 * MEBIBYTE
        count = 0
        async for chunk in opened.readable:
            assert len(chunk) == MEBIBYTE
            assert waiting_for_the_page(stream) <= WAITING_FOR_THE_PAGE + 2 * MEBIBYTE
            count += 1
            if count == 100:
                break
        await sending


async def test_a_slow_stream_holds_up_no_other_socket_of_the_loop():
    async with opened_stream() as (stream, peer, _), Server() as server:
        flooding = asyncio.create_task(peer.send(plain(65_536, 0) * 1_000))
        connection = stream_connection_of(stream)
        await until(lambda: not connection.transmission.transport.is_reading())
        socket = WebSocket(server.url)
        events = Recorder(socket)
        other = await server.accept_handshake()
        await events.until("open")
        for number in range(1_000):
            await other.send_text(str(number))
        await events.until("message", 1_000)
        assert events.messages == [str(number) for number in range(1_000)]
        assert not flooding.done()
        flooding.cancel()


@pytest.mark.parametrize("end", ["close", "close and reset", "end", "reset"])
@pytest.mark.parametrize("tls", [False, True])
async def test_all_that_had_arrived_can_be_read_whatever_ends_the_connection(end, tls):
    """As far as a reset lets: what the system has not given to the program may be gone."""
    count = 3_000
    async with Server() as server:
        settings = EnvironmentSettings(tls=client_context())
        url = server.url.replace("ws:", "wss:") if tls else server.url
        stream = WebSocketStream(url, settings=settings)
        peer = await server.accept()
        if tls:
            peer = TlsPeer(peer, server_context("127.0.0.1"))
            await peer.start_tls()
        await peer.handshake()
        opened = await stream.opened
        reader = opened.readable.getReader()
        await peer.send(b"".join(frames.text(str(number)) for number in range(count)))
        assert (await reader.read()).value == "0"
        if end.startswith("close"):
            await peer.send_close(4000, "bye")
        if end == "end":
            peer.end()
        await turns()
        if end.endswith("reset"):
            peer.reset()
        elif end == "close":
            peer.end()
        read = []
        with contextlib.suppress(WebSocketError):
            while not (result := await reader.read()).done:
                read.append(result.value)
        assert read == [str(number) for number in range(1, len(read) + 1)]
        if not end.endswith("reset"):
            assert len(read) == count - 1
        if end == "close":
            if not tls:
                await peer.expect_close(4000)
            peer.close()
            with contextlib.suppress(WebSocketError):
                assert (await stream.closed).closeCode == 4000
        else:
            with pytest.raises(WebSocketError):
                await stream.closed


async def test_a_stream_is_closed_though_nobody_reads_what_has_come():
    async with opened_stream() as (stream, peer, _):
        flooding = asyncio.create_task(peer.send(plain(65_536, 0) * 200))
        connection = stream_connection_of(stream)
        await until(lambda: not connection.transmission.transport.is_reading())
        stream.close()
        await flooding
        await peer.expect_close()
        await peer.send_close()
        peer.half_close()
        assert (await stream.closed).closeCode == 1005


async def test_a_message_that_is_inflated_beyond_the_limit_fails_the_connection():
    settings = limits(message_size=MEBIBYTE)
    handshake = {"sec_websocket_extensions": "permessage-deflate"}
    async with opened_stream(settings=settings, **handshake) as (stream, peer, opened):
        reader = opened.readable.getReader()
        bomb = frames.frame(BINARY, zeros(256 * MEBIBYTE), rsv=4)
        sending = asyncio.create_task(peer.send(compressed(MEBIBYTE, 1) + bomb))
        assert int.from_bytes((await reader.read()).value[:8]) == 1
        with pytest.raises(WebSocketError) as caught:
            await reader.read()
        assert caught.value.closeCode == 1006
        assert (await peer.read_frame()).payload[:2] == (1009).to_bytes(2)
        with pytest.raises(WebSocketError):
            await stream.closed
        sending.cancel()
