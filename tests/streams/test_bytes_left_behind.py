"""A task that is cancelled while it waits for bytes loses none of them."""

import asyncio
from array import array

import pytest

from support.page import turns
from whatwg_websockets import DOMException, ReadableStream


def opened(**members):
    """Make a byte stream, and return it with its controller."""
    controllers = []
    stream = ReadableStream(type="bytes", start=controllers.append, **members)
    return stream, controllers[0]


async def waiting(promise):
    """Start a task that awaits a promise, and return the task."""

    async def wait():
        return await promise

    task = asyncio.ensure_future(wait())
    await turns()
    return task


async def cancelled(task):
    """Cancel a task, and wait until it has ended."""
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_a_read_that_waits_is_withdrawn():
    stream, controller = opened()
    reader = stream.getReader()
    await cancelled(await waiting(reader.read()))
    controller.enqueue(b"a")
    assert (await reader.read()).value == b"a"


async def test_the_buffer_that_was_made_for_a_read_goes_with_it():
    stream, controller = opened(autoAllocateChunkSize=4)
    reader = stream.getReader()
    first, second = await waiting(reader.read()), await waiting(reader.read())
    third = reader.read()
    await cancelled(second)
    await cancelled(first)
    controller.byobRequest.view[:2] = b"ab"
    controller.byobRequest.respond(2)
    assert (await third).value == b"ab"
    assert controller.byobRequest is None
    controller.enqueue(b"c")
    assert (await reader.read()).value == b"c"


async def test_a_read_into_a_buffer_is_withdrawn():
    stream, controller = opened()
    reader = stream.getReader(mode="byob")
    first, second = bytearray(4), bytearray(4)
    task = await waiting(reader.read(first))
    behind = await waiting(reader.read(second))
    await cancelled(task)
    with pytest.raises(TypeError, match="lent"):
        await reader.read(first)
    await cancelled(behind)
    promise = reader.read(second)
    controller.byobRequest.view[:3] = b"abc"
    controller.byobRequest.respond(3)
    assert (await promise).value == b"abc"
    controller.enqueue(b"d")
    assert (await reader.read(first)).value == b"d"


async def test_a_part_of_an_element_is_left_behind_as_well():
    stream, controller = opened()
    reader = stream.getReader(mode="byob")
    task = await waiting(reader.read(array("H", [0])))
    controller.enqueue(b"a")
    await turns()
    await cancelled(task)
    controller.enqueue(b"b")
    assert (await reader.read(bytearray(2))).value == b"ab"


@pytest.mark.parametrize("mode", [None, "byob"])
async def test_bytes_that_a_task_has_not_seen_come_back(mode):
    stream, controller = opened()
    reader = stream.getReader(mode=mode) if mode else stream.getReader()

    def read():
        return reader.read(bytearray(3)) if mode else reader.read()

    task = await waiting(read())
    controller.enqueue(b"abc")
    controller.enqueue(b"def")
    await cancelled(task)
    assert (await read()).value == b"abc"
    assert (await read()).value == b"def"
    task = await waiting(read())
    controller.enqueue(b"ghi")
    controller.close()
    await cancelled(task)
    assert (await read()).value == b"ghi"
    assert (await read()).done


async def test_bytes_that_come_back_go_to_the_read_that_waits():
    stream, controller = opened(autoAllocateChunkSize=8)
    reader = stream.getReader()
    task = await waiting(reader.read())
    second = reader.read()
    controller.enqueue(b"abc")
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert (await second).value == b"abc"
    controller.byobRequest.view[0] = 100
    controller.byobRequest.respond(1)
    assert (await reader.read()).value == b"d"


async def test_reads_behind_bytes_that_come_back_fail_rather_than_overtake_them():
    stream, controller = opened()
    reader = stream.getReader(mode="byob")
    task = await waiting(reader.read(bytearray(3)))
    second = reader.read(bytearray(3))
    controller.enqueue(b"abc")
    controller.byobRequest.view[0] = 100
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    with pytest.raises(DOMException, match="a read before this one was cancelled"):
        await second
    controller.byobRequest.respond(1)
    assert (await reader.read(bytearray(9))).value == b"abcd"


@pytest.mark.parametrize("end", ["error", "cancel", "closed"])
async def test_bytes_that_come_back_too_late_are_dropped(end):
    stream, controller = opened()
    reader = stream.getReader(mode="byob")
    task = await waiting(reader.read(bytearray(3)))
    second = reader.read(bytearray(3)) if end == "closed" else None
    controller.enqueue(b"abc")
    if end == "error":
        controller.error(KeyError())
    elif end == "cancel":
        reader.cancel()
    else:
        controller.close()
    await cancelled(task)
    if second is not None:
        controller.byobRequest.respond(0)
        assert (await second).done
    if end == "error":
        with pytest.raises(KeyError):
            await reader.read(bytearray(3))
    else:
        assert (await reader.read(bytearray(3))).done


async def test_bytes_come_back_also_when_the_reader_is_gone():
    stream, controller = opened()
    reader = stream.getReader()
    task = await waiting(reader.read())
    controller.enqueue(b"abc")
    reader.releaseLock()
    await cancelled(task)
    assert [chunk async for chunk in _ended(stream, controller)] == [b"abc"]


def _ended(stream, controller):
    controller.close()
    return stream
