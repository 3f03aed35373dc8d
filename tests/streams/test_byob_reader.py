"""Readers of byte streams that fill buffers of the program."""

import contextlib
import ctypes
import mmap
import weakref
from array import array

import pytest

from support.loops import collect_garbage
from support.readable_orders import settle
from whatwg_websockets import (
    Blob,
    DOMException,
    ReadableStream,
    ReadableStreamBYOBReader,
    WritableStream,
)


def opened(**members):
    """Make a byte stream, and return it with its controller."""
    controllers = []
    stream = ReadableStream(type="bytes", start=controllers.append, **members)
    return stream, controllers[0]


async def test_a_buffer_is_filled_and_a_view_on_it_returned():
    stream, controller = opened()
    reader = stream.getReader(mode="byob")
    assert isinstance(reader, ReadableStreamBYOBReader)
    controller.enqueue(b"abcdef")
    buffer = bytearray(4)
    result = await reader.read(buffer)
    assert buffer == b"abcd"
    assert result.value == b"abcd"
    assert result.value.obj is buffer
    assert not result.done
    part = memoryview(buffer)[1:3]
    result = await reader.read(part)
    assert buffer == b"aefd"
    assert result.value == b"ef"
    buffer[1] = 120
    assert result.value == b"xf"


async def test_a_reader_may_be_constructed():
    stream, _ = opened()
    reader = ReadableStreamBYOBReader(stream)
    assert stream.locked
    with pytest.raises(TypeError, match="already locked to a reader"):
        stream.getReader(mode="byob")
    reader.releaseLock()
    reader.releaseLock()
    assert not stream.locked
    with pytest.raises(TypeError, match="the reader was released"):
        await reader.read(bytearray(1))
    with pytest.raises(TypeError, match="the reader was released"):
        await reader.cancel()


@pytest.mark.parametrize(
    ("made", "content"),
    [
        (lambda: array("H", [0, 0, 0]), b"abcdef"),
        (lambda: array("d", [0.0]), b"abcdefgh"),
        (lambda: (ctypes.c_uint32 * 2)(), b"abcdefgh"),
        (lambda: memoryview(bytearray(8)).cast("I", (2, 1)), b"abcdefgh"),
        (lambda: mmap.mmap(-1, 8), b"abcdefgh"),
    ],
)
async def test_whatever_can_be_written_into_is_filled(made, content):
    stream, controller = opened()
    reader = stream.getReader(mode="byob")
    memory = made()
    controller.enqueue(content[:5])
    controller.enqueue(content[5:] + b"rest")
    least = memoryview(memory).nbytes // memoryview(memory).itemsize
    value = (await reader.read(memory, {"min": least})).value
    assert memoryview(memory).tobytes() == content
    assert value.tobytes() == content
    assert value.itemsize == memoryview(memory).itemsize
    del value


async def test_elements_are_filled_whole():
    stream, controller = opened()
    reader = stream.getReader(mode="byob")
    numbers = array("H", [0, 0])
    promise = reader.read(numbers)
    controller.enqueue(b"a")
    await settle()
    assert numbers[0] == b"a"[0]
    controller.enqueue(b"bc")
    value = (await promise).value
    assert value.format == "H"
    assert value.tobytes() == b"ab"
    controller.enqueue(b"d")
    assert (await reader.read(bytearray(5))).value == b"cd"


async def test_what_is_no_typed_array_is_bytes():
    class Pair(ctypes.Structure):
        _fields_ = (("first", ctypes.c_uint8), ("second", ctypes.c_uint16))

    class Big(ctypes.BigEndianStructure):
        _fields_ = (("value", ctypes.c_uint16),)

    stream, controller = opened()
    reader = stream.getReader(mode="byob")
    pair = Pair()
    controller.enqueue(b"abc")
    value = (await reader.read(pair)).value
    assert (value.format, value) == ("B", b"abc")
    with pytest.raises(ValueError, match="min is 5, but the view has only 4"):
        await reader.read(pair, min=5)
    for other in (Big(), (ctypes.c_uint16.__ctype_be__ * 1)()):
        controller.enqueue(b"a")
        assert (await reader.read(other)).value == b"a"


async def test_a_read_may_ask_for_several_elements():
    stream, controller = opened()
    reader = stream.getReader(mode="byob")
    promise = reader.read(bytearray(5), min=3)
    for chunk in (b"a", b"b"):
        controller.enqueue(chunk)
    await settle()
    request = controller.byobRequest
    assert len(request.view) == 3
    request.view[0] = 99
    request.respond(1)
    assert (await promise).value == b"abc"
    for wrong, error in ((0, TypeError), (6, ValueError), ("x", TypeError), (-1, TypeError)):
        with pytest.raises(error, match=r"min is|not"):
            await reader.read(bytearray(5), min=wrong)
    with pytest.raises(ValueError, match="min is 3, but the view has only 2"):
        await reader.read(array("d", [1, 2]), min=3)


@pytest.mark.parametrize(
    ("made", "why"),
    [
        (lambda: b"abc", "does not have writable memory"),
        (lambda: memoryview(b"abc"), "does not have writable memory"),
        (lambda: memoryview(bytearray(4))[::2], "in one piece"),
        (lambda: "text", "does not have the buffer protocol"),
        (lambda: None, "does not have the buffer protocol"),
        (bytearray, "the view is empty"),
        (lambda: memoryview(bytearray(4))[4:], "the view is empty"),
        (lambda: memoryview(bytearray(4)).cast("H")[1:1], "the view is empty"),
    ],
)
async def test_what_cannot_be_read_into(made, why):
    stream, _ = opened()
    reader = stream.getReader(mode="byob")
    with pytest.raises(TypeError, match=why):
        await reader.read(made())


async def test_a_view_that_was_released_cannot_be_read_into():
    stream, _ = opened()
    view = memoryview(bytearray(4))
    view.release()
    with pytest.raises(TypeError, match="released"):
        await stream.getReader(mode="byob").read(view)


# Memory that is lent to a stream.


async def test_memory_is_lent_to_one_read_at_a_time():
    stream, controller = opened()
    reader = stream.getReader(mode="byob")
    buffer = bytearray(4)
    first = reader.read(memoryview(buffer)[:2])
    with pytest.raises(TypeError, match="already lent to a stream"):
        await reader.read(memoryview(buffer)[2:])
    other, _ = opened()
    with pytest.raises(TypeError, match="already lent to a stream"):
        await other.getReader(mode="byob").read(buffer)
    with pytest.raises(BufferError):
        buffer.append(1)
    controller.enqueue(b"ab")
    assert (await first).value == b"ab"
    controller.enqueue(b"cd")
    assert (await reader.read(memoryview(buffer)[2:])).value == b"cd"
    assert buffer == b"abcd"


@pytest.mark.parametrize(
    "end",
    [
        lambda reader, controller: controller.error(KeyError()),
        lambda reader, controller: reader.cancel(),
        lambda reader, controller: (controller.close(), controller.byobRequest.respond(0)),
    ],
)
async def test_memory_comes_back_when_a_stream_ends(end):
    stream, controller = opened()
    reader = stream.getReader(mode="byob")
    first, second = bytearray(4), bytearray(4)
    reads = [reader.read(first), reader.read(second)]
    view = controller.byobRequest.view
    end(reader, controller)
    await settle()
    with pytest.raises(ValueError, match="released"):
        view[0] = 1
    for read in reads:
        with contextlib.suppress(KeyError):
            assert (await read).done
    another, its = opened()
    reader = another.getReader(mode="byob")
    for buffer in (first, second):
        its.enqueue(b"abc")
        assert (await reader.read(buffer)).value == b"abc"


async def test_memory_that_the_source_may_write_into_stays_lent_when_the_reader_goes():
    stream, controller = opened()
    reader = stream.getReader(mode="byob")
    first, second = bytearray(4), bytearray(4)
    reads = [reader.read(first), reader.read(second)]
    request = controller.byobRequest
    reader.releaseLock()
    for read in reads:
        with pytest.raises(TypeError, match="released before its buffer was filled"):
            await read
    reader = stream.getReader(mode="byob")
    with pytest.raises(TypeError, match="lent"):
        await reader.read(first)
    promise = reader.read(second)
    request.view[:2] = b"hi"
    request.respond(2)
    assert (await promise).value == b"hi"
    promise = reader.read(first)
    controller.enqueue(b"abc")
    assert (await promise).value == b"abc"


async def test_a_slice_of_the_view_of_a_source_keeps_nobody_from_going_on():
    stream, controller = opened()
    promise = stream.getReader(mode="byob").read(bytearray(4))
    view = controller.byobRequest.view
    kept = (ctypes.c_char * 4).from_buffer(view)
    view[:2] = b"ab"
    controller.byobRequest.respond(2)
    assert (await promise).value == b"ab"
    del kept


# Responses of a source to a BYOB request.


async def test_a_source_may_answer_with_a_part_of_its_view():
    stream, controller = opened()
    reader = stream.getReader(mode="byob")
    buffer = bytearray(8)
    promise = reader.read(memoryview(buffer)[2:6])
    request = controller.byobRequest
    view = request.view
    view[:3] = b"abc"
    for wrong, error in (
        (view[1:3], ValueError),
        (memoryview(buffer)[2:8], ValueError),
        (bytearray(4), ValueError),
        (view[:0], TypeError),
        (b"abc", TypeError),
    ):
        with pytest.raises(error, match=r"the view|writable memory"):
            request.respondWithNewView(wrong)
    request.respondWithNewView(view[:3])
    assert (await promise).value == b"abc"
    assert buffer == b"\0\0abc\0\0\0"
    with pytest.raises(TypeError, match="already responded to"):
        request.respondWithNewView(bytearray(1))


async def test_a_source_may_answer_with_other_memory():
    stream, controller = opened()
    mine = bytearray(4)
    promise = stream.getReader(mode="byob").read(mine)
    other = bytearray(b"abcd")
    controller.byobRequest.respondWithNewView(other)
    value = (await promise).value
    assert value.obj is other
    assert mine == bytes(4)


async def test_how_many_bytes_a_source_may_have_written():
    stream, controller = opened()
    promise = stream.getReader(mode="byob").read(bytearray(4))
    request = controller.byobRequest
    with pytest.raises(TypeError, match="0 bytes were written"):
        request.respond(0)
    with pytest.raises(ValueError, match="5 bytes were written, but the view has only 4"):
        request.respond(5)
    controller.close()
    with pytest.raises(TypeError, match="the stream is closed and takes no bytes: respond with 0"):
        request.respond(1)
    with pytest.raises(TypeError, match="the stream is closed and takes no bytes: respond with an"):
        request.respondWithNewView(request.view)
    request.respondWithNewView(request.view[:0])
    result = await promise
    assert result.done
    assert result.value == b""


async def test_a_view_of_numbers_comes_back_empty_at_the_end():
    stream, controller = opened()
    numbers = array("H", [1, 2])
    promise = stream.getReader(mode="byob").read(numbers)
    controller.close()
    controller.byobRequest.respond(0)
    result = await promise
    assert (result.done, result.value.format, len(result.value)) == (True, "H", 0)


async def test_a_stream_that_is_closed_gives_the_buffer_back_at_once():
    stream, controller = opened()
    controller.close()
    reader = stream.getReader(mode="byob")
    await reader.closed
    buffer = bytearray(4)
    for _ in range(2):
        result = await reader.read(buffer)
        assert result.done
        assert result.value.obj is buffer


async def test_a_stream_that_is_cancelled_gives_no_buffer_back():
    stream, _ = opened()
    reader = stream.getReader(mode="byob")
    promise = reader.read(bytearray(4))
    await reader.cancel()
    assert await promise == (None, True)


async def test_an_element_that_is_cut_fails_the_stream():
    stream, controller = opened()
    reader = stream.getReader(mode="byob")
    promise = reader.read(array("H", [0]))
    controller.enqueue(b"a")
    with pytest.raises(TypeError, match="in the middle of an element"):
        controller.close()
    with pytest.raises(TypeError, match="in the middle of an element"):
        await promise
    stream, controller = opened()
    controller.enqueue(b"a")
    controller.close()
    with pytest.raises(TypeError, match="in the middle of an element"):
        await stream.getReader(mode="byob").read(array("H", [0]))


async def test_what_a_source_wrote_beyond_an_element_is_for_the_next_read():
    stream, controller = opened()
    reader = stream.getReader(mode="byob")
    first, second = reader.read(array("H", [0, 0])), reader.read(bytearray(4))
    controller.byobRequest.view[:3] = b"abc"
    controller.byobRequest.respond(3)
    assert (await first).value.tobytes() == b"ab"
    assert (await second).value == b"c"


async def test_no_memory_for_a_copy_fails_the_stream(monkeypatch):
    stream, controller = opened()
    promise = stream.getReader(mode="byob").read(array("H", [0, 0]))
    request = controller.byobRequest
    monkeypatch.setattr(
        "whatwg_websockets.webidl.array_buffer.ArrayBuffer.clone", lambda *_: _no_memory()
    )
    with pytest.raises(MemoryError):
        request.respond(3)
    # The pull-into descriptor was removed before, so the read fails with the error of the stream.
    with pytest.raises(MemoryError):
        await promise


def _no_memory():
    raise MemoryError


async def test_the_error_of_a_stream_reaches_its_readers():
    stream, controller = opened()
    reader = stream.getReader(mode="byob")
    promise = reader.read(bytearray(1))
    controller.error(KeyError("the stream"))
    for waiting in (promise, reader.closed, reader.read(bytearray(1))):
        with pytest.raises(KeyError, match="the stream"):
            await waiting


async def test_memory_that_cannot_be_transferred_fails_the_read(monkeypatch):
    def refuse(_):
        raise DOMException("no", "DataCloneError")

    stream, _ = opened()
    monkeypatch.setattr("whatwg_websockets.webidl.array_buffer.ArrayBuffer.transfer", refuse)
    with pytest.raises(DOMException, match="no"):
        await stream.getReader(mode="byob").read(bytearray(1))


@pytest.mark.parametrize("members", [{}, {"autoAllocateChunkSize": 4}])
async def test_both_kinds_of_readers_take_turns(members):
    stream, controller = opened(**members)
    reader = stream.getReader(mode="byob")
    cut = reader.read(array("H", [0, 0]))
    controller.byobRequest.view[0] = 97
    controller.byobRequest.respond(1)
    reader.releaseLock()
    with pytest.raises(TypeError):
        await cut
    reader = stream.getReader()
    first = reader.read()
    # The standard asserts here that no pull-into is pending, but that of the first read may be.
    controller.enqueue(b"bc")
    assert (await first).value == b"a"
    assert (await reader.read()).value == b"bc"
    reader.releaseLock()
    reader = stream.getReader(mode="byob")
    last = reader.read(bytearray(1))
    controller.enqueue(b"d")
    assert (await last).value == b"d"


async def test_a_blob_is_read_into_buffers():
    reader = Blob([b"abcdefgh"]).stream().getReader(mode="byob")
    buffer = bytearray(5)
    assert (await reader.read(buffer)).value == b"abcde"
    assert (await reader.read(buffer)).value == b"fgh"
    result = await reader.read(buffer)
    assert result.done
    assert (await Blob([]).stream().getReader(mode="byob").read(buffer)).done


async def test_a_blob_that_ends_gives_all_buffers_back():
    reader = Blob([b"ab"]).stream().getReader(mode="byob")
    first, second = reader.read(bytearray(2)), reader.read(bytearray(2))
    assert (await first).value == b"ab"
    assert (await second).done


async def test_a_byte_stream_is_piped():
    written = []
    stream, controller = opened()
    promise = stream.pipeTo(WritableStream(write=written.append))
    controller.enqueue(b"ab")
    controller.enqueue(b"c")
    controller.close()
    await promise
    assert written == [b"ab", b"c"]


async def test_a_stream_that_ends_drops_a_buffer_whose_reader_is_gone():
    stream, controller = opened()
    reader = stream.getReader(mode="byob")
    gone = reader.read(bytearray(4))
    request = controller.byobRequest
    reader.releaseLock()
    with pytest.raises(TypeError):
        await gone
    controller.close()
    request.respond(0)
    assert controller.byobRequest is None
    reader = stream.getReader(mode="byob")
    assert (await reader.read(bytearray(4))).done


async def test_other_memory_of_another_length_is_no_answer():
    stream, controller = opened()
    promise = stream.getReader(mode="byob").read(bytearray(4))
    with pytest.raises(ValueError, match="not as long as the memory of the request"):
        controller.byobRequest.respondWithNewView(memoryview(bytearray(8))[:4])
    controller.byobRequest.respond(4)
    assert (await promise).value == bytes(4)


async def test_memory_that_others_have_cannot_be_lent_where_its_parts_are_apart():
    # The view is in one piece although its object is not: only the view's own bytes are lent.
    whole = memoryview(bytearray(range(8)))
    stream, controller = opened()
    promise = stream.getReader(mode="byob").read(whole[::2][1:2])
    controller.enqueue(b"x")
    assert (await promise).value == b"x"
    assert whole[2] == 120


@pytest.mark.parametrize("end", ["cancel", "error"])
async def test_the_promises_of_reads_are_let_go_of_when_the_stream_is_over(end):
    stream, controller = opened()
    reader = stream.getReader(mode="byob")
    read = reader.read(bytearray(4))
    kept = weakref.ref(read)
    if end == "cancel":
        await reader.cancel()
        assert (await read).done
    else:
        controller.error(KeyError("e"))
        with pytest.raises(KeyError):
            await read
    del read
    await collect_garbage()
    assert kept() is None


async def test_only_the_first_request_outlives_the_reader():
    stream, controller = opened()
    reader = stream.getReader(mode="byob")
    reads = [reader.read(bytearray(4)), reader.read(bytearray(4))]
    request = controller.byobRequest
    reader.releaseLock()
    for read in reads:
        with pytest.raises(TypeError):
            await read
    request.view[:1] = b"a"
    request.respond(1)
    assert controller.byobRequest is None
    assert (await stream.getReader().read()).value == b"a"
