"""4.1 Feedback to WebSocketStream from the protocol, and 4.2 pull bytes.

https://whatpr.org/websockets/48.html#feedback-to-websocket-stream-from-the-protocol
"""

import asyncio

import pytest

from support import frames
from support.frames import CLOSE, PONG, Frame, close_payload
from support.loops import errors_heard
from support.page import turns
from support.streams import connecting_stream, open_stream, opened_stream, state_of
from support.wire import establish
from whatwg_websockets import (
    DOMException,
    ReadableStream,
    WebSocketCloseInfo,
    WebSocketError,
    WritableStream,
)
from whatwg_websockets.html.event_loop import the_event_loop

# The WebSocket connection is established.


async def test_established_the_streams_and_what_is_in_use_are_told(pages):
    stream = connecting_stream(pages)
    establish(pages.connection, extensions="permessage-deflate", protocol="chat")
    assert "CONNECTING" in repr(stream)
    opened = await stream.opened
    assert isinstance(opened.readable, ReadableStream)
    assert isinstance(opened.writable, WritableStream)
    assert (opened.extensions, opened.protocol) == ("permessage-deflate", "chat")
    with pytest.raises(AttributeError):
        opened.protocol = "another"  # type: ignore[misc]


# A WebSocket message has been received.


@pytest.mark.parametrize("data", ["", "hello", "ü€😀", b"", b"\x00\xff", b"x" * 1_048_576])
async def test_message_a_text_is_a_str_and_binary_data_are_bytes(data):
    async with opened_stream() as (_, peer, opened):
        await peer.send(frames.text(data) if isinstance(data, str) else frames.binary(data))
        chunk, done = await opened.readable.getReader().read()
        assert (chunk, done) == (data, False)
        assert type(chunk) is type(data)


async def test_message_one_at_a_time_is_taken(pages):
    """One is queued, as the high water mark is 1, and the others wait for it to be read."""
    stream, wire, opened = await open_stream(pages)
    wire.receive(b"".join(frames.text(str(i)) for i in range(5)))
    await turns()
    reader = opened.readable.getReader()
    read = [(await reader.read()).value for _ in range(5)]
    assert read == ["0", "1", "2", "3", "4"]
    waits = state_of(reader.read())
    await turns()
    assert waits == ["pending"]
    wire.receive(frames.text("5"))
    await turns()
    assert waits[1].value == "5"
    assert "OPEN" in repr(stream)


async def test_message_in_the_read_of_the_handshake(pages):
    _, _, opened = await open_stream(pages, frames.text("a") + frames.text("b"))
    assert [chunk async for chunk in _first(opened.readable, 2)] == ["a", "b"]


async def _first(readable, count):
    async for chunk in readable:
        yield chunk
        count -= 1
        if not count:
            return


async def test_pull_gives_the_next_message_within_the_call(pages):
    """A message that is there is handled at once, without a turn of the loop."""
    _, wire, opened = await open_stream(pages)
    wire.receive(b"".join(frames.text(str(i)) for i in range(100)))
    read = []
    turn = 0

    async def count_turns():
        nonlocal turn
        while True:
            await asyncio.sleep(0)
            turn += 1

    async for chunk in opened.readable:
        if not read:
            counting = asyncio.create_task(count_turns())
        read.append(chunk)
        if len(read) == 100:
            break
    assert read == [str(i) for i in range(100)]
    assert turn == 0
    counting.cancel()


async def test_pull_needs_no_task_for_messages_that_are_there(pages, clock):
    """The first message that comes to a loop which waits is a task; those behind it are not."""
    _, wire, opened = await open_stream(pages)
    event_loop = the_event_loop()
    tasks = {}

    async def read_on():
        async for chunk in opened.readable:
            tasks[chunk] = event_loop.times_at_step_1

    reading = asyncio.create_task(read_on())
    for first in (0, 100):
        await turns()
        wire.receive(b"".join(frames.text(str(i)) for i in range(first, first + 100)))
        await turns()
        assert len(tasks) == first + 100
        assert tasks[str(first + 99)] - tasks[str(first)] <= 2
    reading.cancel()


async def test_pull_has_the_time_of_a_turn(pages, clock):
    """When the time of the turn is used up, the others get theirs."""
    _, wire, opened = await open_stream(pages)
    wire.receive(b"".join(frames.text(str(i)) for i in range(100)))
    turn = 0
    turns_of = []

    async def count_turns():
        nonlocal turn
        while True:
            await asyncio.sleep(0)
            turn += 1

    counting = asyncio.create_task(count_turns())
    async for chunk in opened.readable:
        turns_of.append(turn)
        clock.now += 0.001
        if chunk == "99":
            break
    counting.cancel()
    # The first chunks are read in the turn of the test itself.
    others = [turns_of.count(each) for each in set(turns_of) if each]
    assert len(turns_of) == 100
    assert len(others) > 10
    assert max(others) <= 5


# The closing handshake is started.


async def test_a_close_frame_waits_behind_messages_that_nobody_reads(pages):
    stream, wire, opened = await open_stream(pages)
    wire.receive(frames.text("a") + frames.text("b") + frames.close(4000, "bye"))
    await turns()
    assert wire.frames == []
    assert "OPEN" in repr(stream)
    reader = opened.readable.getReader()
    assert (await reader.read()).value == "a"
    await turns()
    assert wire.frames == [Frame(CLOSE, close_payload(4000))]
    assert "CLOSING" in repr(stream)
    wire.end()
    assert await stream.closed == WebSocketCloseInfo(4000, "bye")
    assert (await reader.read()).value == "b"
    assert (await reader.read()).done


async def test_a_ping_before_a_message_that_nobody_reads_is_answered(pages):
    _, wire, _ = await open_stream(pages)
    wire.receive(frames.text("a") + frames.ping(b"p") + frames.text("b"))
    await turns()
    assert wire.frames == [Frame(PONG, b"p")]


# The WebSocket connection is closed.


async def test_closed_cleanly_the_readable_is_closed_and_the_writable_errored(pages):
    stream, wire, opened = await open_stream(pages)
    reader, writer = opened.readable.getReader(), opened.writable.getWriter()
    wire.receive(frames.close(1000, "bye"))
    wire.end()
    assert await stream.closed == WebSocketCloseInfo(1000, "bye")
    await reader.closed
    assert (await reader.read()).done
    for promise in (writer.closed, writer.ready, writer.write("late")):
        with pytest.raises(DOMException) as caught:
            await promise
        assert caught.value.name == "InvalidStateError"


async def test_lost_everything_is_errored_with_the_same_error(pages):
    stream, wire, opened = await open_stream(pages)
    reader, writer = opened.readable.getReader(), opened.writable.getWriter()
    wire.fail(ConnectionResetError())
    with pytest.raises(WebSocketError) as caught:
        await stream.closed
    error = caught.value
    assert (error.closeCode, error.reason) == (1006, "")
    assert error.message == "the connection was not closed cleanly"
    for promise in (reader.read(), reader.closed, writer.closed, writer.ready, writer.write("x")):
        assert state_of(promise)[0] == "pending"
        with pytest.raises(WebSocketError) as caught:
            await promise
        assert caught.value is error


async def test_lost_behind_a_close_frame_the_code_is_the_servers(pages):
    stream, wire, _ = await open_stream(pages)
    wire.is_stalled = True
    wire.receive(frames.close(4000, "theirs"))
    wire.fail(ConnectionResetError())
    with pytest.raises(WebSocketError) as caught:
        await stream.closed
    assert (caught.value.closeCode, caught.value.reason) == (4000, "theirs")


@pytest.mark.parametrize("how", ["end", "fail"])
async def test_lost_nothing_that_had_arrived_is(pages, how):
    """The page learns of the end at once; the readable stream ends after the received data."""
    stream, wire, opened = await open_stream(pages)
    wire.receive(b"".join(frames.text(str(i)) for i in range(5)))
    if how == "end":
        wire.end()
    else:
        wire.fail(ConnectionResetError())
    with pytest.raises(WebSocketError) as caught:
        await stream.closed
    with pytest.raises(WebSocketError):
        await opened.writable.getWriter().closed
    reader = opened.readable.getReader()
    assert [(await reader.read()).value for _ in range(5)] == ["0", "1", "2", "3", "4"]
    with pytest.raises(WebSocketError) as at_the_end:
        await reader.read()
    assert at_the_end.value is caught.value
    assert "CLOSED" in repr(stream)


async def test_lost_while_the_last_message_is_not_read(pages):
    stream, wire, opened = await open_stream(pages)
    wire.receive(frames.text("last"))
    await turns()
    wire.fail(None)
    with pytest.raises(WebSocketError):
        await stream.closed
    reader = opened.readable.getReader()
    assert (await reader.read()).value == "last"
    with pytest.raises(WebSocketError):
        await reader.read()


async def test_lost_with_a_message_that_is_asked_for_in_the_next_turn(pages, clock):
    """The time is used up when the reader asks; the end comes before the turn."""
    stream, wire, opened = await open_stream(pages)
    wire.receive(frames.text("a") + frames.text("b"))
    await turns()
    clock.now += 1
    reader = opened.readable.getReader()
    read = [reader.read(), reader.read()]
    wire.fail(None)
    assert [(await each).value for each in read] == ["a", "b"]
    with pytest.raises(WebSocketError):
        await reader.read()
    with pytest.raises(WebSocketError):
        await stream.closed


async def test_after_the_end_close_gives_up_what_was_not_read(pages):
    stream, wire, opened = await open_stream(pages)
    wire.receive(frames.text("a") + frames.text("b"))
    wire.fail(None)
    with pytest.raises(WebSocketError):
        await stream.closed
    reader = opened.readable.getReader()
    assert (await reader.read()).value == "a"
    stream.close()
    await turns()
    assert "CLOSED" in repr(stream)
    with pytest.raises(WebSocketError):
        await reader.read()


async def test_a_lost_connection_is_told_to_a_writer_though_much_is_unread(pages):
    """Windows of a read that have not been parsed wait for the reader; the writer hears of it."""
    stream, wire, opened = await open_stream(pages)
    count = 20_000
    wire.receive(b"".join(frames.text(str(i)) for i in range(count)))
    wire.fail(ConnectionResetError())
    writer = opened.writable.getWriter()
    with pytest.raises(WebSocketError) as caught:
        await writer.closed
    assert caught.value.closeCode == 1006
    closed = state_of(stream.closed)
    await turns()
    assert closed == ["pending"]
    read = []

    async def read_on():
        async for chunk in opened.readable:
            read.append(chunk)

    with pytest.raises(WebSocketError):
        await read_on()
    assert read == [str(i) for i in range(count)]
    with pytest.raises(WebSocketError):
        await stream.closed


async def test_promises_that_nobody_looks_at_are_not_reported(pages):
    stream, wire, opened = await open_stream(pages)
    wire.fail(ConnectionResetError())
    await turns()
    del stream, opened
    await turns()
    assert not errors_heard()


async def test_data_behind_our_close_frame_is_not_read_and_the_end_is_lost(pages):
    """What breaks the protocol behind close() fails the connection."""
    stream, wire, _ = await open_stream(pages)
    stream.close()
    wire.receive(b"\xff\xff\xff\xff")
    wire.end()
    with pytest.raises(WebSocketError) as caught:
        await stream.closed
    assert caught.value.closeCode == 1006


async def test_the_streams_can_be_piped(pages):
    """An echo: what comes goes, until the server closes."""
    stream, wire, opened = await open_stream(pages)
    piping = state_of(opened.readable.pipeTo(opened.writable))
    wire.receive(b"".join(frames.text(str(i)) for i in range(50)))
    await turns()
    assert [frame.payload for frame in wire.frames] == [str(i).encode() for i in range(50)]
    assert piping == ["pending"]
    wire.receive(frames.close(1000))
    wire.end()
    assert await stream.closed == WebSocketCloseInfo(1000)
    await turns()
    assert piping[0] != "pending"
