"""Readable byte streams: the bytes that a source enqueues, and those that default readers get."""

import asyncio
import sys
import weakref
from array import array

import pytest

from support.loops import Function, collect_garbage
from support.readable_orders import settle
from whatwg_websockets import (
    ReadableByteStreamController,
    ReadableStream,
    ReadableStreamBYOBReader,
    ReadableStreamBYOBRequest,
)


def opened(**members):
    """Make a byte stream, and return it with its controller."""
    controllers = []
    stream = ReadableStream(type="bytes", start=controllers.append, **members)
    return stream, controllers[0]


async def test_chunks_are_bytes_whatever_was_enqueued():
    stream, controller = opened()
    assert isinstance(controller, ReadableByteStreamController)
    for chunk in (
        b"a",
        bytearray(b"b"),
        memoryview(b"xcx")[1:2],
        array("H", [0x6464]),
        memoryview(bytearray(b"fegeh"))[1::2],
    ):
        controller.enqueue(chunk)
    controller.close()
    assert [chunk async for chunk in stream] == [b"a", b"b", b"c", b"dd", b"ee"]


async def test_a_chunk_is_what_the_buffer_had_when_it_was_enqueued():
    stream, controller = opened()
    buffer = bytearray(b"abc")
    controller.enqueue(buffer)
    buffer[:] = b"xyz"
    assert (await stream.getReader().read()).value == b"abc"
    whole = b"never changes"
    controller.enqueue(whole)
    assert controller.desiredSize == -len(whole)


async def test_the_queue_is_measured_in_bytes():
    stream, controller = opened(strategy={"highWaterMark": 4})
    assert controller.desiredSize == 4
    controller.enqueue(b"abc")
    assert controller.desiredSize == 1
    controller.enqueue(b"de")
    assert controller.desiredSize == -1
    reader = stream.getReader()
    assert (await reader.read()).value == b"abc"
    assert controller.desiredSize == 2
    controller.close()
    assert controller.desiredSize == 2
    assert (await reader.read()).value == b"de"
    assert controller.desiredSize == 0
    assert (await reader.read()).done


def test_nothing_can_be_constructed_that_a_stream_gives():
    for made in (ReadableByteStreamController, ReadableStreamBYOBRequest):
        with pytest.raises(TypeError, match=r"of a source|controller.byobRequest"):
            made()


async def test_what_makes_no_byte_stream():
    with pytest.raises(ValueError, match="must not have a size function"):
        ReadableStream({"type": "bytes"}, {"size": len})
    with pytest.raises(ValueError, match="highWaterMark must be at least 0"):
        ReadableStream({"type": "bytes"}, {"highWaterMark": -1})
    with pytest.raises(TypeError, match="autoAllocateChunkSize is 0, and must be at least 1"):
        ReadableStream(type="bytes", autoAllocateChunkSize=0)
    with pytest.raises(TypeError, match="a ReadableStream, not int"):
        ReadableStreamBYOBReader(1)


async def test_what_is_no_chunk():
    _, controller = opened()
    for wrong in ("text", 1, None, [1]):
        with pytest.raises(TypeError, match="does not have the buffer protocol"):
            controller.enqueue(wrong)
    released = memoryview(b"abc")
    released.release()
    with pytest.raises(TypeError, match="released"):
        controller.enqueue(released)
    with pytest.raises(TypeError, match="the chunk is empty"):
        controller.enqueue(b"")


@pytest.mark.parametrize(
    ("end", "state"),
    [
        (lambda controller: controller.close(), "closed"),
        (lambda controller: controller.error(KeyError()), "errored"),
        (lambda controller: (controller.enqueue(b"a"), controller.close()), "closing"),
    ],
)
async def test_a_stream_that_has_ended_takes_nothing(end, state):
    _, controller = opened()
    end(controller)
    with pytest.raises(TypeError, match=f"the stream is {state}, so it cannot be given bytes"):
        controller.enqueue(b"a")
    with pytest.raises(TypeError, match=f"the stream is {state}, so it cannot be closed"):
        controller.close()


async def test_an_error_drops_what_is_queued_and_the_first_one_counts():
    stream, controller = opened()
    controller.enqueue(b"abc")
    controller.error(KeyError("first"))
    controller.error(KeyError("second"))
    assert controller.desiredSize is None
    with pytest.raises(KeyError, match="first"):
        await stream.getReader().read()


async def test_a_source_is_asked_as_often_as_its_stream_wants_more():
    pulls = []

    async def pull(controller):
        pulls.append(controller.desiredSize)
        await asyncio.sleep(0)
        controller.enqueue(bytes([len(pulls)]))

    stream = ReadableStream(type="bytes", pull=pull)
    await settle()
    assert pulls == []
    reader = stream.getReader()
    first, second = reader.read(), reader.read()
    assert [(await first).value, (await second).value] == [b"\1", b"\2"]
    assert pulls == [0, 0]
    stream = ReadableStream({"type": "bytes", "pull": pull}, {"highWaterMark": 2})
    while len(pulls) < 4:
        await settle()
    assert pulls == [0, 0, 2, 1]


@pytest.mark.parametrize("method", ["start", "pull"])
async def test_a_source_that_fails_has_its_stream_fail(method):
    async def fail(_):
        raise KeyError("the source")

    stream = ReadableStream({"type": "bytes", method: fail}, {"highWaterMark": 1})
    with pytest.raises(KeyError, match="the source"):
        await stream.getReader().read()


async def test_a_stream_that_is_cancelled_tells_its_source():
    heard = []
    stream, controller = opened(cancel=heard.append)
    controller.enqueue(b"abc")
    await stream.cancel("why")
    assert heard == ["why"]
    assert controller.desiredSize == 0
    other = ReadableStream(type="bytes")
    await other.cancel()

    async def fail(_):
        raise KeyError("the source")

    failing = ReadableStream(type="bytes", cancel=fail)
    with pytest.raises(KeyError):
        await failing.cancel()


async def test_the_source_writes_into_a_buffer_that_is_made_for_each_read():
    views = []

    def pull(controller):
        request = controller.byobRequest
        assert isinstance(request, ReadableStreamBYOBRequest)
        assert controller.byobRequest is request
        assert request.view is request.view
        views.append(request.view)
        request.view[:2] = b"hi"
        request.respond(2)
        assert request.view is None

    stream = ReadableStream(type="bytes", pull=pull, autoAllocateChunkSize=4)
    reader = stream.getReader()
    assert (await reader.read()).value == b"hi"
    assert (await reader.read()).value == b"hi"
    for view in views:
        with pytest.raises(ValueError, match="released"):
            view[0] = 1


async def test_a_buffer_that_was_made_for_a_read_is_not_needed_for_a_chunk():
    stream, controller = opened(autoAllocateChunkSize=4)
    reader = stream.getReader()
    first, second = reader.read(), reader.read()
    request = controller.byobRequest
    controller.enqueue(b"abc")
    assert (await first).value == b"abc"
    with pytest.raises(TypeError, match="already responded to"):
        request.respond(1)
    controller.byobRequest.view[0] = 120
    controller.byobRequest.respond(1)
    assert (await second).value == b"x"
    assert controller.byobRequest is None


async def test_a_buffer_that_cannot_be_made_fails_the_read_alone():
    stream, controller = opened(autoAllocateChunkSize=2**52)
    reader = stream.getReader()
    with pytest.raises((MemoryError, OverflowError)):
        await reader.read()
    controller.enqueue(b"abc")
    assert (await reader.read()).value == b"abc"


@pytest.mark.parametrize("end", ["close", "error", "cancel", "close behind a chunk"])
async def test_the_source_is_let_go_of_when_the_stream_is_over(end):
    pull, cancel = Function(), Function()
    stream, controller = opened(pull=pull, cancel=cancel)
    await settle()
    kept = [weakref.ref(each) for each in (pull, cancel)]
    del pull, cancel
    await collect_garbage()
    assert None not in [reference() for reference in kept]
    if end == "cancel":
        await stream.cancel()
    elif end == "close behind a chunk":
        controller.enqueue(b"a")
        controller.close()
        assert (await stream.getReader().read()).value == b"a"
    elif end == "error":
        controller.error(KeyError("e"))
    else:
        controller.close()
    await collect_garbage()
    assert [reference() for reference in kept] == [None, None]


@pytest.mark.parametrize("end", ["error", "cancel"])
async def test_bytes_that_are_dropped_are_let_go_of(end):
    chunk = b"never changes, so that it is not copied"
    references = sys.getrefcount(chunk)
    stream, controller = opened()
    controller.enqueue(chunk)
    assert sys.getrefcount(chunk) > references
    if end == "cancel":
        await stream.cancel()
    else:
        controller.error(KeyError("e"))
    await collect_garbage()
    assert sys.getrefcount(chunk) == references


@pytest.mark.parametrize("by", ["enqueue", "respond"])
async def test_the_view_of_a_request_that_was_answered_in_part_cannot_be_used(by):
    stream, controller = opened()
    filled = stream.getReader(mode="byob").read(bytearray(4), min=4)
    view = controller.byobRequest.view
    if by == "enqueue":
        controller.enqueue(b"ab")
    else:
        view[:2] = b"ab"
        controller.byobRequest.respond(2)
    with pytest.raises(ValueError, match="released"):
        view[0] = 1
    controller.enqueue(b"cd")
    assert (await filled).value == b"abcd"
