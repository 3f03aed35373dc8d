"""``async with``, what keeps a stream alive, and how its document or loop ends it."""

import asyncio
import gc
import weakref

import pytest

from support import frames
from support.frames import CLOSE, Frame, close_payload
from support.loops import LOOPS, collect_garbage, errors_heard
from support.page import nobody_is_in_line, nowhere, turns, until
from support.server import Server
from support.streams import connecting_stream, open_stream, opened_stream
from support.wire import establish
from whatwg_websockets import (
    EnvironmentSettings,
    WebSocketCloseInfo,
    WebSocketError,
    WebSocketOpenInfo,
    WebSocketStream,
)
from whatwg_websockets.html.event_loop import the_event_loop
from whatwg_websockets.websocketstream.feedback import StreamFeedback, a_queue_of_tasks

# async with.


async def test_async_with_gives_what_opened_does_and_closes():
    async with Server() as server:
        stream = WebSocketStream(server.url)
        accepting = asyncio.create_task(server.accept_handshake())
        async with stream as opened:
            peer = await accepting
            assert isinstance(opened, WebSocketOpenInfo)
            assert opened is await stream.opened
            await peer.send_text("hello")
            async for message in opened.readable:
                assert message == "hello"
                await peer.send_close(1000)
            closing = asyncio.create_task(peer.expect_close(1000))
            await closing
            peer.half_close()
        assert await stream.closed == WebSocketCloseInfo(1000)


async def test_async_with_closes_also_when_its_body_raises():
    async with Server() as server:
        stream = WebSocketStream(server.url)
        accepting = asyncio.create_task(server.accept_handshake())

        async def answer(peer):
            await peer.expect_close()
            await peer.send_close()
            peer.half_close()

        async def use():
            async with stream:
                raise LookupError

        using = asyncio.create_task(use())
        await answer(await accepting)
        with pytest.raises(LookupError):
            await using
        assert await stream.closed == WebSocketCloseInfo(1005)


async def test_async_with_raises_nothing_where_the_connection_was_lost():
    async with Server() as server:
        accepting = asyncio.create_task(server.accept_handshake())
        async with WebSocketStream(server.url) as opened:
            (await accepting).reset()
            with pytest.raises(WebSocketError):
                async for _ in opened.readable:
                    pass


async def test_async_with_raises_where_there_is_no_connection():
    with pytest.raises(WebSocketError) as caught:
        async with WebSocketStream("ws://h.example/", settings=nowhere()):
            raise AssertionError("there is no connection")
    assert caught.value.closeCode is None
    assert not errors_heard()


async def test_async_with_that_is_cancelled_while_connecting_gives_up():
    async with Server() as server:
        stream = WebSocketStream(server.url)

        async def use():
            async with stream:
                raise AssertionError("there is no connection")

        using = asyncio.create_task(use())
        peer = await server.accept()
        await peer.read_request()
        using.cancel()
        with pytest.raises(asyncio.CancelledError):
            await using
        await peer.expect_gone()
        assert nobody_is_in_line()
        await until(lambda: "CLOSED" in repr(stream))


async def test_a_read_that_is_cancelled_loses_nothing(pages):
    _, wire, opened = await open_stream(pages)
    reader = opened.readable.getReader()
    reading = asyncio.create_task(_await(reader.read()))
    await turns()
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading
    wire.receive(frames.text("a") + frames.text("b"))
    assert [(await reader.read()).value, (await reader.read()).value] == ["a", "b"]


async def _await(promise):
    return await promise


# Life.


async def test_a_stream_is_kept_until_its_connection_is_closed(pages):
    stream, wire, _ = await open_stream(pages)
    gone = weakref.ref(stream)
    del stream, _
    await collect_garbage()
    assert gone() is not None
    wire.receive(frames.close(1000))
    wire.end()
    await turns()
    pages.connection = None
    await collect_garbage()
    assert gone() is None


async def test_a_stream_is_kept_while_it_connects(pages):
    gone = weakref.ref(connecting_stream(pages))
    await collect_garbage()
    assert gone() is not None
    stream = gone()
    stream.close()
    await turns()
    del stream
    pages.connection = None
    await collect_garbage()
    assert gone() is None


async def test_a_stream_that_is_over_is_let_go_with_what_nobody_has_read(pages):
    stream, wire, opened = await open_stream(pages)
    wire.receive(frames.text("a") + frames.text("b"))
    wire.fail(None)
    await turns()
    gone = weakref.ref(stream)
    del stream, opened, wire
    pages.connection = None
    await collect_garbage()
    assert gone() is None


async def test_a_connection_that_is_over_leaves_no_circle_of_references(pages):
    stream, wire, opened = await open_stream(pages)
    await opened.writable.getWriter().write("x")
    wire.receive(frames.text("a"))
    await opened.readable.getReader().read()
    wire.receive(frames.close(1000))
    wire.end()
    await stream.closed
    await turns()
    connection = weakref.ref(pages.connection)
    pages.connection = None
    gc.disable()
    try:
        del stream, wire, opened
        await turns()
        alive = connection() is not None
    finally:
        gc.enable()
    assert not alive


async def test_a_stream_that_is_gone_is_told_nothing(pages):
    stream, event_loop = connecting_stream(pages), the_event_loop()
    tasks = a_queue_of_tasks(event_loop)
    feedback = StreamFeedback(stream, tasks, event_loop)
    stream.close()
    await turns()
    pages.connection = None
    gone = weakref.ref(stream)
    del stream
    await collect_garbage()
    assert gone() is None
    feedback.the_connection_is_established("", "")
    feedback.messages_have_been_received(["a"])
    feedback.the_closing_handshake_is_started()
    feedback.nothing_leaves_any_more()
    feedback.the_connection_is_closed(has_failed=True, was_clean=False, code=1006, reason="")
    assert not tasks.tasks
    assert not event_loop.tasks


# The document goes away.


async def test_disappear_the_server_is_told_and_the_promises_are_settled_at_the_end(pages):
    settings = EnvironmentSettings()
    stream, wire, opened = await open_stream(pages, settings=settings)
    wire.receive(frames.text("a") + frames.text("never read"))
    settings.unload()
    assert "CLOSED" in repr(stream)
    await turns()
    assert wire.frames == [Frame(CLOSE, close_payload(1001))]
    wire.receive(frames.text("dropped") + frames.close(1001))
    wire.end()
    assert await stream.closed == WebSocketCloseInfo(1001)
    assert [each async for each in opened.readable] == ["a"]


async def test_disappear_while_connecting(pages):
    settings = EnvironmentSettings()
    stream = connecting_stream(pages, settings=settings)
    settings.unload()
    for promise in (stream.opened, stream.closed):
        with pytest.raises(WebSocketError):
            await promise


async def test_disappear_between_the_handshake_and_its_task(pages):
    settings = EnvironmentSettings()
    stream = connecting_stream(pages, settings=settings)
    wire = establish(pages.connection)
    settings.unload()
    await turns()
    assert "CLOSED" in repr(stream)
    wire.receive(frames.close(1001))
    wire.end()
    assert await stream.closed == WebSocketCloseInfo(1001)


# The loop ends.


@pytest.mark.parametrize("kind", LOOPS)
@pytest.mark.parametrize("moment", ["connecting", "open", "unread", "closing", "writing"])
def test_the_loop_ends_and_nothing_is_left(kind, moment, capfd):
    heard = []
    server = Server(receive_buffer=4_096)

    async def main():
        asyncio.get_running_loop().set_exception_handler(lambda _, context: heard.append(context))
        stream = WebSocketStream(server.url)
        peer = await server.accept()
        if moment == "connecting":
            return
        await peer.handshake()
        opened = await stream.opened
        if moment == "unread":
            await peer.send_text("a")
            await peer.send_text("b")
            await turns()
        elif moment == "closing":
            stream.close()
        elif moment == "writing":
            writer = opened.writable.getWriter()
            writing = asyncio.create_task(_await(writer.write(bytes(10_000_000))))
            await turns()
            assert not writing.done()
        else:
            reading = asyncio.create_task(_await(opened.readable.getReader().read()))
            await turns()
            assert not reading.done()

    with asyncio.Runner(loop_factory=LOOPS[kind]) as runner:
        runner.run(main())
    for peer in server.peers:
        peer.close()
    server.listener.close()
    gc.collect()
    assert heard == []
    assert capfd.readouterr().err == ""
    assert nobody_is_in_line()


async def test_streams_of_a_pool_are_all_closed_by_an_exit_stack():
    async with opened_stream() as (stream, peer, _):
        closing = asyncio.create_task(stream.__aexit__(None, None, None))
        await peer.expect_close()
        await peer.send_close()
        peer.half_close()
        await closing
        assert "CLOSED" in repr(stream)
