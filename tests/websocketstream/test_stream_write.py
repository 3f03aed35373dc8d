"""4.2 Write: each chunk is a message, and a fast writer waits.

https://whatpr.org/websockets/48.html#write
"""

import asyncio

import pytest

from support import frames
from support.frames import BINARY, CLOSE, TEXT, Frame
from support.inside import stream_connection_of
from support.page import limits, turns, until
from support.server import Server
from support.streams import open_stream, opened_stream, state_of
from support.tls import TlsPeer, client_context, server_context
from whatwg_websockets import (
    Blob,
    DOMException,
    EnvironmentSettings,
    WebSocketCloseInfo,
    WebSocketError,
    WebSocketStream,
)
from whatwg_websockets.network.transmission import ROOM

MEBIBYTE = 1_048_576


@pytest.mark.parametrize(
    ("chunk", "frame"),
    [
        ("text", Frame(TEXT, b"text")),
        ("", Frame(TEXT, b"")),
        ("ü\ud800", Frame(TEXT, "ü\ufffd".encode())),
        (b"bytes", Frame(BINARY, b"bytes")),
        (bytearray(b"array"), Frame(BINARY, b"array")),
        (memoryview(b"abcdef")[::2], Frame(BINARY, b"ace")),
        (12, Frame(TEXT, b"12")),
        (None, Frame(TEXT, b"null")),
        (True, Frame(TEXT, b"true")),
        ([1, None, "x"], Frame(TEXT, b"1,,x")),
    ],
)
async def test_steps_4_and_5_a_buffer_source_is_binary_and_all_else_is_text(pages, chunk, frame):
    _, wire, opened = await open_stream(pages)
    await opened.writable.getWriter().write(chunk)
    assert wire.frames == [frame]


async def test_step_5_a_blob_is_the_string_that_it_is_to_idl(pages):
    _, wire, opened = await open_stream(pages)
    with pytest.warns(RuntimeWarning, match="Blob"):
        await opened.writable.getWriter().write(Blob(["x"]))
    assert wire.frames == [Frame(TEXT, b"[object Blob]")]


class Unspeakable:
    def __str__(self):
        raise LookupError("no words")


async def test_step_5_1_a_chunk_that_cannot_be_converted_rejects_its_write(pages):
    stream, wire, opened = await open_stream(pages)
    writer = opened.writable.getWriter()
    with pytest.raises(LookupError):
        await writer.write(Unspeakable())
    with pytest.raises(LookupError):
        await writer.write("behind it")
    await turns()
    # The writable is errored. The connection is not closed by that, and can still be read.
    assert wire.frames == []
    wire.receive(frames.text("still here"))
    assert (await opened.readable.getReader().read()).value == "still here"
    assert state_of(stream.closed) == ["pending"]


async def test_step_5_1_a_view_that_was_released_rejects_its_write(pages):
    _, _, opened = await open_stream(pages)
    view = memoryview(b"x")
    view.release()
    with pytest.raises(ValueError, match="released"):
        await opened.writable.getWriter().write(view)


async def test_step_4_1_a_copy_is_taken(pages):
    _, wire, opened = await open_stream(pages)
    array = bytearray(b"before")
    writing = opened.writable.getWriter().write(array)
    array[:] = b"after!"
    await writing
    assert wire.frames == [Frame(BINARY, b"before")]


async def test_step_6_2_behind_a_close_frame_the_message_is_dropped_and_the_write_resolves(pages):
    stream, wire, opened = await open_stream(pages)
    writer = opened.writable.getWriter()
    stream.close()
    await writer.write("dropped")
    await turns()
    assert wire.frames == [Frame(CLOSE, b"")]
    wire.receive(frames.close())
    wire.end()
    await stream.closed
    with pytest.raises(DOMException) as caught:
        await writer.write("late")
    assert caught.value.name == "InvalidStateError"


# Backpressure.


async def test_a_write_waits_while_the_server_does_not_read(pages):
    _, wire, opened = await open_stream(pages)
    wire.is_stalled = True
    writer = opened.writable.getWriter()
    small = writer.write(bytes(ROOM - 10))
    await small
    large = state_of(writer.write(bytes(ROOM)))
    await turns()
    assert large == ["pending"]
    ready = state_of(writer.ready)
    waits = state_of(writer.write("not given to the connection yet"))
    await turns()
    assert (large, waits, ready) == (["pending"], ["pending"], ["pending"])
    assert len(wire.waiting) < 2 * ROOM + 100
    wire.is_stalled = False
    wire.drain(len(wire.waiting))
    await writer.ready
    await turns()
    assert large == ["fulfilled", None]
    assert [len(frame.payload) for frame in wire.frames] == [ROOM - 10, ROOM, 31]


async def test_a_write_has_room_when_all_but_so_much_has_left(pages):
    stream, wire, opened = await open_stream(pages)
    wire.is_stalled = True
    write = state_of(opened.writable.getWriter().write(bytes(4 * ROOM)))
    await turns()
    transmission = stream_connection_of(stream).transmission
    while transmission.has_no_room:
        assert write == ["pending"]
        wire.drain(len(wire.waiting))
        await turns()
    transmission.settle()
    await turns()
    assert write == ["fulfilled", None]
    assert transmission.waiting() > 0


async def test_a_fast_writer_is_held_by_a_server_that_does_not_read():
    async with opened_stream(receive_buffer=4_096) as (stream, peer, opened):
        writer = opened.writable.getWriter()
        written = 0

        async def write_on():
            nonlocal written
            while True:
                await writer.write(bytes(MEBIBYTE))
                written += 1

        writing = asyncio.create_task(write_on())
        connection = stream_connection_of(stream)
        await until(lambda: connection.transmission.has_no_room)
        await turns()
        assert connection.transmission.waiting() <= MEBIBYTE + ROOM
        before = written
        await turns()
        assert written == before
        frame = await peer.read_frame()
        assert frame.payload == bytes(MEBIBYTE)
        for _ in range(20):
            await peer.read_frame()
        assert written > before
        writing.cancel()


async def test_a_single_message_larger_than_the_send_buffer_goes():
    async with Server() as server:
        stream = WebSocketStream(server.url, settings=limits(send_buffer=1_000))
        peer = await server.accept_handshake()
        writer = (await stream.opened).writable.getWriter()
        writing = asyncio.create_task(_await(writer.write(bytes(8 * MEBIBYTE))))
        assert (await peer.read_frame()).payload == bytes(8 * MEBIBYTE)
        await writing


async def _await(promise):
    return await promise


async def test_a_write_is_rejected_when_the_connection_is_lost_before_the_message_has_left(pages):
    stream, wire, opened = await open_stream(pages)
    wire.is_stalled = True
    writer = opened.writable.getWriter()
    write = state_of(writer.write(bytes(2 * ROOM)))
    behind = state_of(writer.write("behind"))
    await turns()
    wire.fail(ConnectionResetError())
    with pytest.raises(WebSocketError) as caught:
        await stream.closed
    await turns()
    assert write == ["rejected", caught.value]
    assert behind == ["rejected", caught.value]


async def test_a_write_of_a_connection_that_breaks_is_not_resolved(pages):
    """The transport is closing, and the end has not been told: nothing leaves any more."""
    stream, wire, opened = await open_stream(pages)
    wire.breaks_on_write = True
    writer = opened.writable.getWriter()
    # The first write shows that the connection is broken.
    await writer.write(bytes(10))
    with pytest.raises(WebSocketError):
        await writer.write(bytes(2 * ROOM))
    with pytest.raises(WebSocketError):
        await stream.closed


async def test_a_clean_end_resolves_the_write_that_the_server_has_read():
    async with opened_stream(receive_buffer=4_096) as (stream, peer, opened):
        writer = opened.writable.getWriter()
        write = state_of(writer.write(bytes(4 * MEBIBYTE)))
        await turns()
        assert write == ["pending"]
        stream.close()
        assert len((await peer.read_frame()).payload) == 4 * MEBIBYTE
        await peer.expect_close()
        await peer.send_close()
        peer.half_close()
        assert await stream.closed == WebSocketCloseInfo(1005)
        await turns()
        assert write == ["fulfilled", None]


async def test_a_task_that_is_cancelled_in_a_write_has_written(pages):
    _, wire, opened = await open_stream(pages)
    wire.is_stalled = True
    writer = opened.writable.getWriter()
    task = asyncio.create_task(_await(writer.write(bytes(2 * ROOM))))
    await turns()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    wire.is_stalled = False
    wire.drain(len(wire.waiting))
    await writer.write("next")
    await turns()
    assert [len(frame.payload) for frame in wire.frames] == [2 * ROOM, 4]


async def test_writes_over_tls_wait_and_go_on():
    async with Server() as server:
        settings = EnvironmentSettings(tls=client_context())
        stream = WebSocketStream(server.url.replace("ws:", "wss:"), settings=settings)
        peer = TlsPeer(await server.accept(), server_context("127.0.0.1"))
        await peer.start_tls()
        await peer.handshake()
        writer = (await stream.opened).writable.getWriter()

        async def write_all():
            for _ in range(8):
                await writer.write(bytes(MEBIBYTE))
            await writer.close()

        writing = asyncio.create_task(write_all())
        for _ in range(8):
            assert (await peer.read_frame()).payload == bytes(MEBIBYTE)
        await peer.expect_close()
        await peer.send_close()
        peer.end()
        await writing
        await stream.closed
