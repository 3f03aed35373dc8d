"""Transform streams: chunks that are written are transformed, and then read."""

import asyncio
import weakref
from concurrent.futures import ThreadPoolExecutor

import pytest

from support.loops import collect_garbage
from support.orders import Deferred
from support.readable_orders import settle
from whatwg_websockets import (
    CountQueuingStrategy,
    DOMException,
    ReadableStream,
    TransformStream,
    TransformStreamDefaultController,
    undefined,
)
from whatwg_websockets.html.event_loop import the_event_loop
from whatwg_websockets.webidl.promise import Rejection, a_promise_rejected_with, upon


async def test_chunks_are_changed_on_their_way():
    def double(chunk, controller):
        controller.enqueue(chunk)
        controller.enqueue(chunk * 2)

    doubled = ReadableStream.from_([1, 2]).pipeThrough(
        TransformStream(transform=double, flush=lambda controller: controller.enqueue("end"))
    )
    assert [chunk async for chunk in doubled] == [1, 2, 2, 4, "end"]


async def test_without_methods_chunks_come_out_as_they_are():
    stream = TransformStream()
    assert stream.readable is stream.readable
    assert stream.writable is stream.writable
    writer, reader = stream.writable.getWriter(), stream.readable.getReader()
    written = writer.write("a")
    await settle()
    assert await reader.read() == ("a", False)
    await written
    closed = writer.close()
    assert (await reader.read()).done
    await closed


async def test_the_methods_may_be_coroutine_functions():
    log = []

    class Slow:
        async def start(self, controller):
            assert isinstance(controller, TransformStreamDefaultController)
            await asyncio.sleep(0)
            log.append("started")

        async def transform(self, chunk, controller):
            await asyncio.sleep(0)
            controller.enqueue(chunk + 1)

        async def flush(self):
            log.append("flushed")

    made = ReadableStream.from_([1, 2]).pipeThrough(TransformStream(Slow()))
    assert [chunk async for chunk in made] == [2, 3]
    assert log == ["started", "flushed"]


async def test_a_write_waits_until_somebody_reads():
    stream = TransformStream({}, {"highWaterMark": 1}, CountQueuingStrategy(highWaterMark=1))
    controllers = []
    other = TransformStream(start=controllers.append)
    assert controllers[0].desiredSize == 0
    writer = stream.writable.getWriter()
    first, second = writer.write("a"), writer.write("b")
    await first
    await settle()
    reader = stream.readable.getReader()
    assert (await reader.read()).value == "a"
    await second
    controllers[0].enqueue("a")
    assert controllers[0].desiredSize == -1
    assert (await other.readable.getReader().read()).value == "a"


async def test_what_makes_no_transform_stream():
    for wrong in (1, "text", None):
        with pytest.raises(TypeError, match="transformer must be an object or a mapping"):
            TransformStream(wrong)
    for name in ("readableType", "writableType"):
        with pytest.raises(ValueError, match=f"not have a {name}"):
            TransformStream({name: "bytes"})
    with pytest.raises(TypeError, match="transform"):
        TransformStream(transform=1)
    with pytest.raises(KeyError):
        TransformStream(start=lambda _: dict[str, str]()["missing"])
    with pytest.raises(TypeError, match="a transformer"):
        TransformStreamDefaultController()


def test_a_transform_stream_needs_an_event_loop():
    with pytest.raises(RuntimeError, match="a TransformStream needs a running event loop"):
        TransformStream()


async def test_a_transformer_that_fails_has_both_sides_fail():
    def fail(_):
        raise KeyError("the transformer")

    stream = TransformStream(transform=fail)
    writer, reader = stream.writable.getWriter(), stream.readable.getReader()
    for promise in (writer.write("a"), reader.read(), writer.closed, reader.closed):
        with pytest.raises(KeyError, match="the transformer"):
            await promise


async def test_the_controller_ends_both_sides():
    controllers = []
    stream = TransformStream(start=controllers.append)
    writer, reader = stream.writable.getWriter(), stream.readable.getReader()
    waiting = writer.write("a")
    await settle()
    controllers[0].error(KeyError("the controller"))
    for promise in (waiting, reader.read(), writer.closed):
        with pytest.raises(KeyError, match="the controller"):
            await promise
    assert controllers[0].desiredSize is None
    with pytest.raises(TypeError, match="the readable side has ended"):
        controllers[0].enqueue("b")

    stream = TransformStream(start=controllers.append)
    writer, reader = stream.writable.getWriter(), stream.readable.getReader()
    controllers[1].enqueue("a")
    controllers[1].terminate()
    assert (await reader.read()).value == "a"
    assert (await reader.read()).done
    with pytest.raises(TypeError, match="terminated the stream"):
        await writer.write("b")


async def test_a_chunk_that_has_no_size_has_both_sides_fail():
    controllers = []
    stream = TransformStream(
        {"start": controllers.append}, {}, {"size": lambda _: -1, "highWaterMark": 1}
    )
    with pytest.raises(ValueError, match="size"):
        controllers[0].enqueue("a")
    with pytest.raises(ValueError, match="size"):
        await stream.writable.getWriter().closed


@pytest.mark.parametrize("side", ["readable", "writable"])
async def test_the_transformer_hears_that_a_side_is_given_up(side):
    reasons = []
    stream = TransformStream(cancel=reasons.append)
    if side == "readable":
        await stream.readable.cancel("why")
        with pytest.raises(Exception, match="why"):
            await stream.writable.getWriter().closed
    else:
        await stream.writable.abort("why")
        with pytest.raises(Exception, match="why"):
            await stream.readable.getReader().closed
    assert reasons == ["why"]


@pytest.mark.parametrize("side", ["readable", "writable"])
async def test_a_transformer_that_fails_to_end_says_so(side):
    async def fail(_):
        raise KeyError("the end")

    stream = TransformStream(cancel=fail)
    ended = stream.readable.cancel() if side == "readable" else stream.writable.abort()
    with pytest.raises(KeyError, match="the end"):
        await ended


@pytest.mark.parametrize("side", ["readable", "writable", "close"])
async def test_a_side_that_failed_while_the_transformer_ended_says_so(side):
    controllers = []

    async def end(*_):
        await asyncio.sleep(0)
        controllers[0].error(KeyError("meanwhile"))

    stream = TransformStream(start=controllers.append, cancel=end, flush=end)
    await settle()
    if side == "readable":
        ended = stream.readable.cancel()
    else:
        ended = stream.writable.abort() if side == "writable" else stream.writable.close()
    with pytest.raises(KeyError, match="meanwhile"):
        await ended


async def test_a_transformer_that_fails_at_the_last_chunk():
    async def fail(_):
        raise KeyError("the last chunk")

    stream = TransformStream(flush=fail)
    with pytest.raises(KeyError, match="the last chunk"):
        await stream.writable.close()
    with pytest.raises(KeyError, match="the last chunk"):
        await stream.readable.getReader().read()


async def test_a_transformer_ends_once():
    calls = []
    ready = asyncio.Event()

    async def end(*_):
        calls.append("end")
        await ready.wait()

    stream = TransformStream(cancel=end, flush=end)
    await settle()
    cancelled = stream.readable.cancel("first")
    aborted = stream.writable.abort("second")
    await settle()
    ready.set()
    for promise in (cancelled, aborted):
        with pytest.raises(Exception, match="second"):
            await promise
    assert calls == ["end"]
    ready.clear()

    stream = TransformStream(cancel=end, flush=end)
    await settle()
    closed = stream.writable.close()
    await settle()
    cancelled = stream.readable.cancel("too late")
    ready.set()
    await asyncio.gather(closed, cancelled)
    assert calls == ["end", "end"]

    ready.clear()
    stream = TransformStream(cancel=end)
    await settle()
    cancelled = stream.readable.cancel("first")
    closed = stream.writable.close()
    ready.set()
    await asyncio.gather(cancelled, closed)
    assert calls == ["end"] * 3


async def test_a_write_that_waits_hears_of_the_failure():
    stream = TransformStream()
    writer = stream.writable.getWriter()
    waiting = writer.write("a")
    await settle()
    await stream.readable.cancel(DOMException("enough", "AbortError"))
    with pytest.raises(DOMException, match="enough"):
        await waiting


@pytest.mark.parametrize("how", ["error", "reject", "cancel"])
async def test_a_reason_is_what_it_was(how):
    """A reason that is not an exception reaches all promises as the same object."""
    reason = object()
    controllers = []
    stream = TransformStream(
        start=controllers.append,
        transform=lambda _: a_promise_rejected_with(reason, the_event_loop()),
    )
    writer, reader = stream.writable.getWriter(), stream.readable.getReader()
    promises = [writer.write("a"), writer.closed]
    await settle()
    if how == "error":
        controllers[0].error(reason)
    if how == "cancel":
        await reader.cancel(reason)
    else:
        promises += [reader.read(), reader.closed]
    reasons = []
    for promise in promises:
        upon(promise, None, reasons.append)
    await settle()
    assert len(reasons) == len(promises)
    assert all(each is reason for each in reasons)


async def test_what_the_error_of_the_readable_side_was_before_is_raised():
    controllers = []

    def size(_):
        controllers[0].error("a reason")
        raise KeyError("boom")

    TransformStream({"start": controllers.append}, undefined, {"size": size})
    with pytest.raises(Rejection) as caught:
        controllers[0].enqueue(1)
    assert caught.value.reason == "a reason"


async def test_a_write_that_waits_for_room_fails_with_the_cancel():
    stream = TransformStream()
    writing = stream.writable.getWriter().write(1)
    await settle()
    await stream.readable.cancel("enough")
    with pytest.raises(Rejection) as caught:
        await writing
    assert caught.value.reason == "enough"


async def test_what_is_written_while_the_cancel_takes_its_time_is_dropped():
    ended, seen = Deferred(), []
    stream = TransformStream(
        {"transform": seen.append, "cancel": lambda _: ended.promise},
        undefined,
        {"highWaterMark": 1},
    )
    await settle()
    cancelled = stream.readable.cancel()
    writer = stream.writable.getWriter()
    assert await writer.write(1) is None
    ended.resolve()
    await cancelled
    assert seen == []
    with pytest.raises(Rejection):
        await writer.write(2)


async def test_a_transformer_that_was_let_go_is_not_told_of_the_end():
    told, controllers, ended = [], [], Deferred()
    stream = TransformStream(start=controllers.append, cancel=told.append)
    await settle()
    controllers[0].enqueue("a")
    controllers[0].terminate()
    with pytest.raises(TypeError, match="terminated"):
        await stream.readable.cancel()

    stream = TransformStream(
        {
            "start": controllers.append,
            "transform": lambda _: ended.promise,
            "cancel": told.append,
        },
        {},
        {"highWaterMark": 1},
    )
    await settle()
    writer = stream.writable.getWriter()
    written = writer.write("a")
    await settle()
    aborted = writer.abort("abort")
    controllers[1].error("error")
    ended.resolve()
    await written
    with pytest.raises(Rejection, match="error"):
        await aborted
    with pytest.raises(Rejection, match="abort"):
        await writer.closed
    assert told == []


async def test_reads_that_come_with_a_chunk_end_the_backpressure_with_the_next_pull():
    """The standard asserts that a change here is a beginning of backpressure; reads may end it."""
    results = []

    def transform(chunk, controller):
        controller.enqueue(chunk)
        results.extend([reader.read(), reader.read()])
        controller.enqueue(chunk + 1)

    stream = TransformStream(transform=transform)
    reader, writer = stream.readable.getReader(), stream.writable.getWriter()
    first = reader.read()
    writer.write(1)
    assert (await first).value == 1
    assert (await results[0]).value == 2
    writer.write(5)
    assert (await results[1]).value == 5


async def test_a_cancelled_read_loses_no_chunk():
    stream = TransformStream()
    reader, writer = stream.readable.getReader(), stream.writable.getWriter()

    async def read():
        return (await reader.read()).value

    task = asyncio.ensure_future(read())
    await settle()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    written = writer.write(1)
    assert (await reader.read()).value == 1
    await written


@pytest.mark.parametrize("end", ["close", "abort", "cancel"])
async def test_a_transformer_is_let_go_when_the_stream_has_ended(end):
    class Identity:
        def transform(self, chunk, controller):
            controller.enqueue(chunk)

        def flush(self):
            pass

        def cancel(self):
            pass

    transformer = Identity()
    reference = weakref.ref(transformer)
    stream = TransformStream(transformer)
    del transformer
    await getattr(stream.readable if end == "cancel" else stream.writable, end)()
    await settle()
    await collect_garbage()
    assert reference() is None


async def test_another_thread_is_refused():
    controllers = []
    TransformStream(start=controllers.append)
    [controller] = controllers
    with ThreadPoolExecutor(1) as executor:
        for steps in (controller.enqueue, controller.error, controller.terminate):
            with pytest.raises(RuntimeError, match="a TransformStream"):
                executor.submit(steps).result()
