"""A read whose task is cancelled: its message goes to the next read, also at the end.

JavaScript knows nothing like it, since nobody cancels an ``await`` there.
"""

import asyncio

import pytest

from support import frames
from support.page import turns
from support.streams import open_stream
from whatwg_websockets import WebSocketError


async def leave_a_message_behind(wire, reader, text):
    """Cancel a read that has its message, before its task has gone on."""

    async def read():
        await reader.read()

    task = asyncio.create_task(read())
    await turns()
    wire.receive(frames.text(text))
    task.cancel()
    await asyncio.wait([task])
    assert task.cancelled()


async def test_the_next_read_has_the_message(pages):
    stream, wire, opened = await open_stream(pages)
    reader = opened.readable.getReader()
    await leave_a_message_behind(wire, reader, "1")
    wire.receive(frames.text("2"))
    assert [(await reader.read()).value for _ in range(2)] == ["1", "2"]
    stream.close()


async def test_it_is_read_before_a_clean_end(pages):
    stream, wire, opened = await open_stream(pages)
    reader = opened.readable.getReader()
    await leave_a_message_behind(wire, reader, "1")
    wire.receive(frames.close(1000, "bye"))
    wire.end()
    assert (await stream.closed).reason == "bye"
    assert (await reader.read()).value == "1"
    assert (await reader.read()).done


async def test_it_is_read_before_the_error_of_a_lost_connection(pages):
    stream, wire, opened = await open_stream(pages)
    reader = opened.readable.getReader()
    await leave_a_message_behind(wire, reader, "1")
    wire.fail(ConnectionResetError())
    with pytest.raises(WebSocketError):
        await stream.closed
    assert (await reader.read()).value == "1"
    with pytest.raises(WebSocketError):
        await reader.read()
