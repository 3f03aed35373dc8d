"""``tee()`` of a byte stream: two branches that both have its bytes."""

import asyncio
from array import array

import pytest

from support.readable_orders import settle
from whatwg_websockets import ReadableStream


def opened(**members):
    """Make a byte stream, and return it with its controller."""
    controllers = []
    stream = ReadableStream(type="bytes", start=controllers.append, **members)
    return stream, controllers[0]


def teed(first="byob", second="byob", **members):
    """Make a byte stream, tee it, and return its controller with readers of both branches."""
    stream, controller = opened(**members)
    readers = []
    for branch, mode in zip(stream.tee(), (first, second), strict=True):
        readers.append(branch.getReader(mode=mode) if mode else branch.getReader())
    return controller, *readers


async def test_both_branches_have_all_bytes():
    stream, controller = opened()
    first, second = stream.tee()
    assert stream.locked
    for chunk in (b"ab", b"c"):
        controller.enqueue(chunk)
    controller.close()
    assert [chunk async for chunk in first] == [b"ab", b"c"]
    assert [chunk async for chunk in second] == [b"ab", b"c"]


@pytest.mark.parametrize("which", [0, 1])
async def test_the_buffer_of_a_branch_is_filled_by_the_source(which):
    views = []

    def pull(controller):
        if controller.byobRequest is None:
            return
        views.append(controller.byobRequest.view)
        controller.byobRequest.view[:2] = b"hi"
        controller.byobRequest.respond(2)

    stream, controller = opened(pull=pull)
    branches = stream.tee()
    buffer = bytearray(4)
    reader = branches[which].getReader(mode="byob")
    result = await reader.read(buffer)
    assert (result.value, result.value.obj) == (b"hi", buffer)
    assert len(views) == 1
    other = branches[1 - which].getReader()
    assert (await other.read()).value == b"hi"
    waiting = other.read()
    await settle()
    controller.enqueue(b"more")
    assert (await waiting).value == b"more"
    assert (await reader.read(buffer)).value == b"more"


async def test_a_cancelled_branch_gets_nothing():
    controller, first, second = teed(None, "byob")
    cancelled = first.cancel("first")
    promise = second.read(bytearray(4))
    await settle()
    controller.enqueue(b"abc")
    assert (await promise).value == b"abc"
    promise = second.read(bytearray(2))
    await settle()
    second.cancel("second")
    await cancelled
    assert await promise == (None, True)


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
async def test_the_stream_is_cancelled_when_both_branches_are(order):
    reasons = []
    stream, _ = opened(cancel=reasons.append)
    branches = stream.tee()
    first = branches[order[0]].cancel(order[0])
    await settle()
    assert reasons == []
    await asyncio.gather(first, branches[order[1]].cancel(order[1]))
    assert reasons == [[0, 1]]


@pytest.mark.parametrize("mode", [None, "byob"])
async def test_an_error_reaches_both_branches(mode):
    controller, first, second = teed(mode, None)
    waiting = [first.read(bytearray(1)) if mode else first.read(), second.read()]
    await settle()
    controller.error(KeyError("the stream"))
    for promise in (*waiting, first.closed, second.closed):
        with pytest.raises(KeyError, match="the stream"):
            await promise


async def test_a_cancelled_branch_is_fulfilled_when_the_stream_fails():
    controller, first, _ = teed()
    promise = first.cancel()
    await settle()
    controller.error(KeyError())
    await promise


@pytest.mark.parametrize("cancelled", [None, 0, 1])
async def test_the_end_gives_buffers_back(cancelled):
    controller, *readers = teed()
    buffers = bytearray(1), bytearray(1)
    reads = [reader.read(buffer) for reader, buffer in zip(readers, buffers, strict=True)]
    await settle()
    ends = None if cancelled is None else readers[cancelled].cancel()
    controller.close()
    controller.byobRequest.respond(0)
    await settle()
    for which, read in enumerate(reads):
        result = await read
        assert result.done
        assert (result.value is None) is (which == cancelled)
    if ends is not None:
        await ends


@pytest.mark.parametrize("cancelled", [None, 0, 1])
async def test_the_end_of_a_read_without_a_buffer(cancelled):
    controller, first, second = teed(None, None)
    reads = [first.read(), second.read()]
    await settle()
    ends = None if cancelled is None else (first, second)[cancelled].cancel()
    controller.close()
    assert [(await read).done for read in reads] == [True, True]
    if ends is not None:
        await ends


async def test_a_buffer_that_comes_while_a_read_without_one_waits_is_given_back():
    for which in (0, 1):
        stream, controller = opened()
        branches = stream.tee()
        waiting = branches[1 - which].getReader().read()
        await settle()
        promise = branches[which].getReader(mode="byob").read(bytearray(1))
        await settle()
        controller.close()
        assert (await waiting).done
        assert (await promise).done


@pytest.mark.parametrize("which", [0, 1])
async def test_a_branch_that_ends_within_an_element_fails_alone(which):
    stream, controller = opened()
    branches = stream.tee()
    cut = branches[which].getReader(mode="byob").read(array("H", [0]))
    await settle()
    controller.enqueue(b"a")
    await settle()
    other = branches[1 - which].getReader()
    assert (await other.read()).value == b"a"
    controller.close()
    await settle()
    if controller.byobRequest is not None:
        controller.byobRequest.respond(0)
    with pytest.raises(TypeError, match="in the middle of an element"):
        await cut
    assert (await other.read()).done


@pytest.mark.parametrize("mode", [None, "byob"])
async def test_no_memory_for_a_copy_fails_both_branches(mode, monkeypatch):
    reasons = []
    controller, first, second = teed(mode, None, cancel=reasons.append)

    def fail(_):
        raise MemoryError

    waiting = first.read(bytearray(2)) if mode else first.read()
    monkeypatch.setattr("whatwg_websockets.streams.byte_tee_requests.clone_as_uint8_array", fail)
    await settle()
    controller.enqueue(b"ab")
    for promise in (waiting, second.read()):
        with pytest.raises(MemoryError):
            await promise
    assert [type(reason) for reason in reasons] == [MemoryError]


async def test_branches_pull_in_turn_while_something_is_read():
    controller, first, second = teed(None, None)
    for _ in range(2):
        reads = [second.read(), first.read()]
        await settle()
        controller.enqueue(b"a")
        assert [(await read).value for read in reads] == [b"a", b"a"]
    both = [first.read(), first.read(), second.read(), second.read()]
    await settle()
    controller.enqueue(b"b")
    controller.enqueue(b"c")
    assert [(await read).value for read in both] == [b"b", b"c", b"b", b"c"]


async def test_a_branch_with_a_buffer_is_cancelled_while_the_other_waits():
    controller, first, second = teed("byob", None)
    promise = first.read(bytearray(2))
    await settle()
    other = second.read()
    ends = first.cancel()
    await settle()
    controller.enqueue(b"ab")
    assert (await other).value == b"ab"
    assert (await promise).done
    second.cancel()
    await ends


@pytest.mark.parametrize("which", [0, 1])
async def test_only_a_branch_that_is_not_cancelled_gets_bytes(which):
    controller, *readers = teed(None, None)
    readers[which].cancel()
    promise = readers[1 - which].read()
    await settle()
    controller.enqueue(b"ab")
    assert (await promise).value == b"ab"


@pytest.mark.parametrize("mode", [None, "byob"])
async def test_bytes_that_come_with_the_cancellation_of_both_branches_are_dropped(mode):
    controller, first, second = teed(mode, None)
    promise = first.read(bytearray(2)) if mode else first.read()
    await settle()
    controller.enqueue(b"ab")
    await asyncio.gather(first.cancel(), second.cancel())
    assert await promise == (None, True)


@pytest.mark.parametrize("first_to_read", [0, 1])
async def test_one_read_of_the_source_serves_the_reads_of_both_branches(first_to_read):
    pulls = []
    controller, *readers = teed(None, None, pull=pulls.append)
    await settle()
    reads = [readers[first_to_read].read(), readers[1 - first_to_read].read()]
    await settle()
    controller.enqueue(b"ab")
    assert [(await read).value for read in reads] == [b"ab", b"ab"]
    await settle()
    assert len(pulls) == 1


async def test_an_error_reaches_the_branches_although_the_reader_was_replaced():
    controller, first, second = teed("byob", None)
    filled = first.read(bytearray(2))
    await settle()
    controller.byobRequest.view[:2] = b"hi"
    controller.byobRequest.respond(2)
    assert (await filled).value == b"hi"
    assert (await second.read()).value == b"hi"
    waiting = second.read()
    await settle()
    controller.error(KeyError("e"))
    for end in (waiting, first.closed, second.closed):
        with pytest.raises(KeyError):
            await end


async def test_memory_that_cannot_be_allocated_leaves_the_branches_open():
    """The error steps of the byte tee's read request error no branch."""
    _, first, second = teed(None, None, autoAllocateChunkSize=2**53 - 1)
    await settle()
    reads = [asyncio.ensure_future(each.read()) for each in (first, second)]
    await settle()
    assert not any(read.done() for read in reads)
    for read in reads:
        read.cancel()
