"""4 close(closeInfo), 4.2 cancel, close and abort, 5 close the WebSocket.

https://whatpr.org/websockets/48.html#close-the-websocket
"""

import asyncio

import pytest

from support import frames
from support.frames import CLOSE, Frame, close_payload
from support.page import turns
from support.server import Server
from support.streams import connecting_stream, open_stream, opened_stream, state_of
from support.wire import establish
from whatwg_websockets import (
    DOMException,
    WebSocketCloseInfo,
    WebSocketError,
    WebSocketStream,
)
from whatwg_websockets.html.event_loop import the_event_loop
from whatwg_websockets.websocketstream.websocket_error import a_new_websocket_error


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        ({}, b""),
        (None, b""),
        ({"reason": ""}, b""),
        ({"closeCode": 1000}, close_payload(1000)),
        ({"closeCode": 3456.9, "reason": "pizza"}, close_payload(3456, "pizza")),
        ({"reason": "pizza"}, close_payload(1000, "pizza")),
        (WebSocketError("", closeCode=4999, reason="ü"), close_payload(4999, "ü")),
    ],
)
async def test_step_4c_the_close_frame_says_what_was_given(pages, given, sent):
    stream, wire, _ = await open_stream(pages)
    stream.close(given)
    await turns()
    assert wire.frames == [Frame(CLOSE, sent)]


async def test_the_members_come_as_keywords_too(pages):
    stream, wire, _ = await open_stream(pages)
    stream.close(closeCode=3000, reason="r")
    await turns()
    assert wire.frames == [Frame(CLOSE, close_payload(3000, "r"))]


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ({"closeCode": 999}, "InvalidAccessError"),
        ({"closeCode": 1001}, "InvalidAccessError"),
        ({"closeCode": 2999}, "InvalidAccessError"),
        ({"closeCode": 5000}, "InvalidAccessError"),
        ({"closeCode": None}, "InvalidAccessError"),
        ({"reason": "x" * 124}, "SyntaxError"),
    ],
)
@pytest.mark.parametrize("is_closing", [False, True])
async def test_step_3_what_cannot_be_sent_is_refused_in_every_state(pages, given, name, is_closing):
    stream, wire, _ = await open_stream(pages)
    if is_closing:
        stream.close()
    with pytest.raises(DOMException) as caught:
        stream.close(given)
    assert caught.value.name == name
    await turns()
    assert len(wire.frames) == is_closing


@pytest.mark.parametrize("given", [True, 3000, {"closeCode": 65_536}, {"closeCode": "x"}])
async def test_what_is_of_another_type_is_a_type_error(pages, given):
    stream, _, _ = await open_stream(pages)
    with pytest.raises(TypeError):
        stream.close(given)


async def test_close_belongs_to_the_thread_of_its_loop(pages):
    stream, _, _ = await open_stream(pages)
    with pytest.raises(RuntimeError):
        await asyncio.to_thread(stream.close)


async def test_step_4a_a_second_close_does_nothing(pages):
    stream, wire, _ = await open_stream(pages)
    stream.close(closeCode=3000)
    stream.close(closeCode=3001)
    await turns()
    assert wire.frames == [Frame(CLOSE, close_payload(3000))]


async def test_step_4a_what_is_closed_stays_closed(pages):
    stream, wire, _ = await open_stream(pages)
    wire.receive(frames.close(1000))
    wire.end()
    await stream.closed
    stream.close(closeCode=3000)
    assert "CLOSED" in repr(stream)


async def test_step_4a_a_close_frame_that_was_answered_is_enough(pages):
    """close() gives up nothing that can still be read, where the server has closed before."""
    stream, wire, opened = await open_stream(pages)
    # The answer does not leave, so the end is not clean.
    wire.is_stalled = True
    wire.receive(frames.text("not read yet") + frames.close(4000))
    await turns()
    assert "CLOSING" in repr(stream)
    stream.close()
    wire.fail(ConnectionResetError())
    with pytest.raises(WebSocketError):
        await stream.closed
    reader = opened.readable.getReader()
    assert (await reader.read()).value == "not read yet"
    with pytest.raises(WebSocketError):
        await reader.read()


async def test_step_4b_while_connecting_the_connection_fails():
    async with Server() as server:
        stream = WebSocketStream(server.url)
        peer = await server.accept()
        await peer.read_request()
        stream.close(closeCode=3000, reason="r")
        with pytest.raises(WebSocketError) as opened:
            await stream.opened
        with pytest.raises(WebSocketError) as closed:
            await stream.closed
        assert (opened.value.closeCode, closed.value.closeCode) == (None, 1006)
        await peer.expect_gone()


async def test_step_4c_between_the_handshake_and_its_task(pages):
    stream = connecting_stream(pages)
    wire = establish(pages.connection, frames.text("never read"))
    stream.close(closeCode=3000)
    await turns()
    assert "CLOSING" in repr(stream)
    assert wire.frames == [Frame(CLOSE, close_payload(3000))]
    wire.receive(frames.close(3000))
    wire.end()
    with pytest.raises(WebSocketError) as opened:
        await stream.opened
    assert opened.value.closeCode is None
    assert await stream.closed == WebSocketCloseInfo(3000)


async def test_step_4d_when_the_close_frame_has_come_and_its_task_has_not_run(pages):
    stream, wire, opened = await open_stream(pages)

    # A page's own call: no task runs before it returns.
    the_event_loop().must_yield = True
    wire.receive(frames.close(4000, "theirs"))
    assert "OPEN" in repr(stream)
    stream.close(closeCode=3000, reason="ours")
    the_event_loop().must_yield = False
    await turns()
    wire.end()
    assert await stream.closed == WebSocketCloseInfo(4000, "theirs")
    assert wire.frames == [Frame(CLOSE, close_payload(4000))]
    assert (await opened.readable.getReader().read()).done


async def test_after_close_messages_are_dropped_and_the_handshake_goes_on():
    async with opened_stream() as (stream, peer, opened):
        reader = opened.readable.getReader()
        for each in range(2_000):
            await peer.send_text(str(each))
        assert (await reader.read()).value == "0"
        stream.close(closeCode=3000)
        await peer.expect_close(3000)
        for _ in range(2_000):
            await peer.send_binary(bytes(1_000))
        await peer.send_close(3000)
        peer.half_close()
        assert await stream.closed == WebSocketCloseInfo(3000)
        read = [await reader.read() for _ in range(3)]
        assert read[-1].done
        await peer.expect_gone()


# Cancel and abort.

END = {"cancel": lambda opened, reason: opened.readable.cancel(reason),
       "abort": lambda opened, reason: opened.writable.abort(reason)}  # fmt: skip


@pytest.mark.parametrize("end", END)
@pytest.mark.parametrize(
    ("reason", "sent"),
    [
        (None, b""),
        ({"closeCode": 3333, "reason": "obsolete"}, b""),
        (WebSocketCloseInfo(3333, "obsolete"), b""),
        (WebSocketError("", closeCode=3333), close_payload(3333)),
        (WebSocketError("", closeCode=3456, reason="set"), close_payload(3456, "set")),
        (WebSocketError("", reason="specified"), close_payload(1000, "specified")),
        (a_new_websocket_error("of another", 1001, "away"), b""),
        (a_new_websocket_error("of another", None, "x" * 124), b""),
    ],
)
async def test_whoever_cancels_or_aborts_closes_with_what_a_websocket_error_says(
    pages, end, reason, sent
):
    stream, wire, opened = await open_stream(pages)
    await END[end](opened, reason)
    await turns()
    assert wire.frames == [Frame(CLOSE, sent)]
    assert "CLOSING" in repr(stream)


async def test_cancel_lets_go_of_what_was_not_read():
    async with opened_stream() as (stream, peer, opened):
        for each in range(10):
            await peer.send_text(str(each))
        await peer.send_close(4000, "bye")
        reader = opened.readable.getReader()
        assert (await reader.read()).value == "0"
        await reader.cancel(WebSocketError("", closeCode=3000))
        await peer.read_frame()
        peer.half_close()
        await stream.closed


async def test_cancel_behind_the_servers_close_frame_ends_the_stream(pages):
    """Nobody asks for another message, and yet the stream becomes CLOSED."""
    stream, wire, opened = await open_stream(pages)
    wire.receive(frames.text("not read") + frames.close(4000))
    await turns()
    wire.fail(ConnectionResetError())
    await turns()
    assert "CLOSING" in repr(stream)
    await opened.readable.cancel()
    await turns()
    assert "CLOSED" in repr(stream)


# The writable stream is closed.


async def test_closing_the_writable_waits_for_the_end_of_the_connection(pages):
    stream, wire, opened = await open_stream(pages)
    closed = state_of(opened.writable.close())
    await turns()
    assert wire.frames == [Frame(CLOSE, b"")]
    assert closed == ["pending"]
    wire.receive(frames.close())
    wire.end()
    assert await stream.closed == WebSocketCloseInfo(1005)
    await turns()
    assert closed == ["fulfilled", None]


async def test_closing_the_writable_of_a_connection_that_is_lost_is_rejected(pages):
    stream, wire, opened = await open_stream(pages)
    writer = opened.writable.getWriter()
    closed = state_of(writer.close())
    await turns()
    wire.fail(ConnectionResetError())
    with pytest.raises(WebSocketError) as caught:
        await stream.closed
    await turns()
    assert closed == ["rejected", caught.value]
    with pytest.raises(WebSocketError):
        await writer.closed


async def test_close_behind_what_was_written(pages):
    _, wire, opened = await open_stream(pages)
    writer = opened.writable.getWriter()
    writes = [writer.write("a"), writer.write("b")]
    ends = writer.close()
    for each in writes:
        await each
    await turns()
    assert [frame.payload for frame in wire.frames] == [b"a", b"b", b""]
    assert state_of(ends) == ["pending"]
    wire.receive(frames.close())
    wire.end()
    await ends


async def test_a_second_reader_is_refused(pages):
    _, _, opened = await open_stream(pages)
    reader = opened.readable.getReader()
    with pytest.raises(TypeError):
        opened.readable.getReader()
    reader.releaseLock()
    opened.readable.getReader()


async def test_a_write_behind_close_is_refused(pages):
    stream, wire, opened = await open_stream(pages)
    writer = opened.writable.getWriter()
    ends = writer.close()
    with pytest.raises(TypeError):
        await writer.write("late")
    wire.receive(frames.close())
    wire.end()
    await ends
    await stream.closed


@pytest.mark.parametrize("how", ["close", "cancel"])
async def test_much_that_is_unread_is_given_up_when_the_connection_is_lost_as_well(pages, how):
    stream, wire, opened = await open_stream(pages)
    wire.receive(b"".join(frames.text(str(i)) for i in range(20_000)))
    wire.fail(ConnectionResetError())
    await turns()
    closed = state_of(stream.closed)
    await turns()
    assert closed == ["pending"]
    if how == "close":
        stream.close()
    else:
        await opened.readable.cancel()
    with pytest.raises(WebSocketError):
        await stream.closed
    assert "CLOSED" in repr(stream)
