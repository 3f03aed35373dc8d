"""Operations of other standards on a byte stream, and operations that no program reaches."""

import pytest

from support.page import turns
from support.readable_orders import opened
from whatwg_websockets import ReadableStream
from whatwg_websockets.html.event_loop import the_event_loop
from whatwg_websockets.streams.array_buffers import can_copy_data_block_bytes
from whatwg_websockets.streams.byte_queues import readable_byte_stream_controller_enqueue
from whatwg_websockets.streams.interfacing_with_byob_readers import (
    readable_stream_has_byob_reader,
)
from whatwg_websockets.streams.readable_for_other_specifications import (
    a_new_readable_stream,
    close,
    current_byob_request_view,
    enqueue,
    error,
    set_up_a_readable_byte_stream,
)
from whatwg_websockets.webidl.array_buffer import ArrayBuffer


def new(**algorithms):
    stream = a_new_readable_stream(the_event_loop())
    set_up_a_readable_byte_stream(stream, **algorithms)
    return stream


async def test_a_stream_of_another_standard():
    asked, reasons = [], []
    stream = new(pull_algorithm=lambda: asked.append(1), cancel_algorithm=reasons.append)
    await turns()
    assert asked == []
    assert current_byob_request_view(stream) is None
    enqueue(stream, b"abc")
    close(stream)
    close(stream)
    enqueue(stream, b"too late")
    assert [chunk async for chunk in stream] == [b"abc"]
    stream = new(cancel_algorithm=reasons.append, high_water_mark=3)
    await stream.cancel("why")
    assert reasons == ["why"]


async def test_another_standard_fills_the_buffer_of_a_reader():
    stream = new()
    reader = stream.getReader(mode="byob")
    assert readable_stream_has_byob_reader(stream)
    buffer = bytearray(4)
    promise = reader.read(buffer)
    view = current_byob_request_view(stream)
    view.buffer.write(view.byte_offset, ArrayBuffer(b"hi"), 0, 2)
    enqueue(stream, view.buffer.view(view.byte_offset, 2, view.type))
    assert (await promise).value == b"hi"
    promise = reader.read(buffer)
    enqueue(stream, b"other")
    assert (await promise).value == b"othe"
    assert (await reader.read(buffer)).value == b"r"
    promise = reader.read(buffer)
    close(stream)
    assert (await promise).done


async def test_another_standard_has_a_stream_fail():
    stream = new()
    error(stream, KeyError("the standard"))
    with pytest.raises(KeyError, match="the standard"):
        await stream.getReader().read()


async def test_a_buffer_of_a_branch_is_not_the_branchs_while_the_stream_fills_it():
    controllers = []
    first, _ = ReadableStream(type="bytes", start=controllers.append).tee()
    promise = first.getReader(mode="byob").read(bytearray(2))
    await turns()
    controller = first._controller  # noqa: SLF001
    request = controller.byobRequest
    with pytest.raises(TypeError, match="the buffer of the view is detached"):
        request.respond(1)
    chunk = the_event_loop().array_buffers.chunk_of(b"a")
    with pytest.raises(TypeError, match="the buffer of the BYOB request is detached"):
        readable_byte_stream_controller_enqueue(controller, chunk)
    with pytest.raises(TypeError, match="the buffer of the chunk is detached"):
        readable_byte_stream_controller_enqueue(controller, chunk)
    controllers[0].enqueue(b"ab")
    assert (await promise).value == b"ab"


async def test_buffers_that_are_detached_are_not_taken(monkeypatch):
    controllers = []
    stream = ReadableStream(type="bytes", start=controllers.append)
    _promise = stream.getReader(mode="byob").read(bytearray(2))
    buffers = the_event_loop().array_buffers
    view = buffers.lent_view_of(bytearray(2))
    view.buffer.transfer()

    class Others(type(buffers)):  # type: ignore[misc]
        def chunk_of(self, value):
            return view

        def lent_view_of(self, value):
            return view

    monkeypatch.setattr(the_event_loop(), "array_buffers", Others())
    with pytest.raises(TypeError, match="the buffer of the chunk is empty, or detached"):
        controllers[0].enqueue(b"ab")
    with pytest.raises(TypeError, match="the buffer of the view is detached"):
        controllers[0].byobRequest.respondWithNewView(b"ab")


def test_which_bytes_can_be_copied():
    one, other = ArrayBuffer(memoryview(bytearray(4))), ArrayBuffer(b"abc")
    assert can_copy_data_block_bytes(one, 1, other, 0, 3)
    assert not can_copy_data_block_bytes(one, 0, one, 0, 1)
    assert not can_copy_data_block_bytes(one, 2, other, 0, 3)
    assert not can_copy_data_block_bytes(one, 0, other, 1, 3)
    taken = other.transfer()
    assert not can_copy_data_block_bytes(one, 0, other, 0, 0)
    one.transfer()
    assert not can_copy_data_block_bytes(one, 0, taken, 0, 0)


async def test_a_stream_of_other_chunks_has_no_reader_that_brings_its_own_buffers():
    stream, _ = opened()
    assert not readable_stream_has_byob_reader(stream)
