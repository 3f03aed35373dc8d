"""The operations of a writable stream's controller, called in ways that no writer uses."""

from support.orders import Deferred, Log, Sink, always, turn
from whatwg_websockets import WritableStream
from whatwg_websockets.streams.writable_default_controllers import (
    writable_stream_default_controller_write,
)


async def test_a_chunk_for_a_stream_that_is_closing_changes_no_backpressure() -> None:
    sink = Sink(Log(), write=always(Deferred()))
    writer = WritableStream(sink, {"highWaterMark": 2}).getWriter()
    writer.write("a")
    await turn()
    writer.close()
    ready = writer.ready
    writable_stream_default_controller_write(sink.controller, "b", 1)
    assert writer.ready is ready
    assert writer.desiredSize == 0
