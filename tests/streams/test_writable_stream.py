"""WritableStream and its writer, as Python programs use them."""

import asyncio
import gc
import math
import weakref
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from support.loops import collect_garbage, errors_heard
from support.orders import Deferred, Log, Sink, always, boom, turn
from whatwg_websockets import (
    DOMException,
    WritableStream,
    WritableStreamDefaultController,
    WritableStreamDefaultWriter,
    undefined,
)
from whatwg_websockets.webidl.promise import Promise, Rejection


async def test_a_program_that_writes() -> None:
    written = []

    async def write(chunk: str, controller: WritableStreamDefaultController) -> None:
        await asyncio.sleep(0)
        written.append(chunk)

    async def close() -> None:
        await asyncio.sleep(0)
        written.append("closed")

    stream: WritableStream[str] = WritableStream({"write": write, "close": close})
    writer = stream.getWriter()
    for chunk in ("a", "b", "c"):
        await writer.ready
        writer.write(chunk)
    assert await writer.write("d") is None
    assert written == ["a", "b", "c", "d"]
    assert await writer.close() is None
    assert written[-1] == "closed"
    assert await writer.closed is None
    assert await writer.ready is None


@pytest.mark.parametrize("way", ["mapping", "object", "keywords", "both"])
async def test_a_sink_is_a_mapping_an_object_or_keyword_arguments(way: str) -> None:
    log: list[Any] = []

    class Object:
        started = False

        def start(self, controller: object) -> None:
            self.started = True

        def write(self, chunk: object, controller: object) -> None:
            assert self.started
            log.append(chunk)

    sink = Object()
    mapping: Any = {"start": sink.start, "write": sink.write}
    match way:
        case "mapping":
            stream: WritableStream[int] = WritableStream(mapping)
        case "object":
            stream = WritableStream(sink)
        case "keywords":
            stream = WritableStream(**mapping)
        case _:
            # A keyword argument takes precedence over a member of the object.
            stream = WritableStream(sink, write=sink.write)
    await stream.getWriter().write(1)
    assert log == [1]


async def test_a_function_of_a_sink_may_take_fewer_arguments() -> None:
    chunks: list[str] = []
    aborted: list[bool] = []
    stream: WritableStream[str] = WritableStream(
        start=lambda: None, write=chunks.append, abort=lambda: aborted.append(True)
    )
    writer = stream.getWriter()
    await writer.write("a")
    await writer.abort()
    assert chunks == ["a"]
    assert aborted == [True]


async def test_a_write_while_the_sink_closes_changes_nothing() -> None:
    close = Deferred()
    writer = WritableStream(Sink(Log(), close=close.promise)).getWriter()
    promise = writer.close()
    await turn()
    with pytest.raises(TypeError, match="closing or closed"):
        await writer.write("a")
    assert writer.desiredSize == 1
    await writer.ready
    close.resolve()
    await promise


async def test_a_chunk_without_a_size_fails_a_stream_whose_sink_is_at_rest() -> None:
    writer = WritableStream(Sink(log := Log()), {"size": lambda _: math.nan}).getWriter()
    await turn()
    for _ in range(2):
        with pytest.raises(ValueError, match="the size of a chunk"):
            await writer.write("a")
    with pytest.raises(ValueError, match="the size of a chunk"):
        await writer.closed
    assert log == ["sink start"]


async def test_a_file_is_a_sink(tmp_path: Path) -> None:
    path = tmp_path / "written"
    file = path.open("wb")
    stream: WritableStream[bytes] = WritableStream(file)
    writer = stream.getWriter()
    await writer.write(b"some ")
    writer.write(b"bytes")
    await writer.close()
    assert file.closed
    assert path.read_bytes() == b"some bytes"


async def test_a_keyword_that_no_sink_has() -> None:
    with pytest.raises(TypeError, match="writes"):
        WritableStream(writes=print)  # type: ignore[call-arg]


def test_a_stream_needs_a_loop() -> None:
    with pytest.raises(RuntimeError, match="a WritableStream needs a running event loop"):
        WritableStream()


@pytest.mark.parametrize("sink", [None, "sink", 1, True])
async def test_what_is_no_object_is_no_sink(sink: object) -> None:
    with pytest.raises(TypeError, match="underlyingSink"):
        WritableStream(sink)


@pytest.mark.parametrize("strategy", ["strategy", 1])
async def test_what_is_no_object_is_no_strategy(strategy: Any) -> None:
    with pytest.raises(TypeError):
        WritableStream({}, strategy)


async def test_a_type_is_reserved_whatever_it_is() -> None:
    for type_ in (None, "bytes", undefined):
        sink = {"type": type_}
        if type_ is undefined:
            WritableStream(sink)
        else:
            with pytest.raises(ValueError, match="not have a type"):
                WritableStream(sink)


async def test_a_controller_has_no_constructor() -> None:
    with pytest.raises(TypeError, match="methods of a sink are given it"):
        WritableStreamDefaultController()


@pytest.mark.parametrize("stream", [None, "stream", {}])
async def test_a_writer_is_made_for_a_stream_alone(stream: Any) -> None:
    with pytest.raises(TypeError, match="WritableStream"):
        WritableStreamDefaultWriter(stream)


async def test_a_writer_is_made_by_its_constructor_too() -> None:
    stream: WritableStream[int] = WritableStream()
    writer = WritableStreamDefaultWriter(stream)
    assert stream.locked
    await writer.write(1)
    assert repr(stream) == "<WritableStream writable, locked>"
    writer.releaseLock()
    assert repr(stream) == "<WritableStream writable>"


async def test_a_chunk_that_is_left_out_is_undefined() -> None:
    chunks: list[object] = []
    stream: WritableStream[Any] = WritableStream(write=lambda chunk, _: chunks.append(chunk))
    writer = stream.getWriter()
    await writer.write()
    await writer.write(None)
    assert chunks == [undefined, None]


async def test_a_sink_may_return_any_awaitable() -> None:
    future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    log = Log()
    writer = WritableStream(Sink(log, write=lambda *_: future)).getWriter()
    write = writer.write("a")
    await turn()
    log.append("now")
    future.set_result(None)
    await write
    assert log == ["sink start", "sink write a", "now"]


async def test_a_sink_may_return_anything_else() -> None:
    writer = WritableStream(Sink(Log(), start=1, write=2, close="3", abort=4)).getWriter()
    assert await writer.write("a") is None
    assert await writer.close() is None


@pytest.mark.parametrize("name", ["start", "write", "close", "abort"])
@pytest.mark.parametrize("when", ["at once", "later"])
async def test_coroutine_functions_of_a_sink_may_raise(name: str, when: str) -> None:
    async def function(*_: object) -> None:
        if when == "later":
            await asyncio.sleep(0)
        raise LookupError(name)

    sink: Any = {name: function}
    writer = WritableStream(sink).getWriter()
    promises: list[Promise[None]] = []
    match name:
        case "start":
            promises = [writer.write("a"), writer.close()]
        case "write":
            promises = [writer.write("a"), writer.write("b")]
        case "close":
            promises = [writer.close(), writer.closed]
        case _:
            await turn()
            promises = [writer.abort(boom())]
    for promise in promises:
        with pytest.raises(LookupError, match=name):
            await promise


async def test_the_error_of_a_stream_is_the_cause_where_it_cannot_close() -> None:
    reason = boom()
    stream: WritableStream[Any] = WritableStream(start=lambda controller: controller.error(reason))
    await turn()
    with pytest.raises(TypeError, match="errored") as raised:
        await stream.close()
    assert raised.value.__cause__ is reason
    without: WritableStream[Any] = WritableStream(start=lambda controller: controller.error("no"))
    await turn()
    with pytest.raises(TypeError, match="errored") as raised:
        await without.close()
    assert raised.value.__cause__ is None


async def test_the_reason_of_an_abort_may_be_anything() -> None:
    writer = WritableStream().getWriter()
    await writer.abort("words")
    with pytest.raises(Rejection, match="words") as raised:
        await writer.closed
    assert raised.value.reason == "words"


async def test_an_abort_without_a_reason() -> None:
    writer = WritableStream().getWriter()
    await writer.abort()
    with pytest.raises(Rejection) as raised:
        await writer.ready
    assert raised.value.reason is undefined


@pytest.mark.parametrize(
    "call",
    [
        lambda stream, writer, controller: writer.write("a"),
        lambda stream, writer, controller: writer.close(),
        lambda stream, writer, controller: writer.abort(),
        lambda stream, writer, controller: writer.releaseLock(),
        lambda stream, writer, controller: controller.error(),
        lambda stream, writer, controller: stream.getWriter(),
        lambda stream, writer, controller: stream.abort(),
        lambda stream, writer, controller: stream.close(),
    ],
)
async def test_a_stream_belongs_to_the_thread_of_its_loop(call: Any) -> None:
    log = Log()
    sink = Sink(log)
    stream: WritableStream[str] = WritableStream(sink)
    writer = stream.getWriter()
    with pytest.raises(RuntimeError, match="a WritableStream belongs to the thread"):
        await asyncio.to_thread(call, stream, writer, sink.controller)
    assert stream.locked
    await writer.write("b")
    await writer.close()
    assert log == ["sink start", "sink write b", "sink close"]


def test_a_writer_may_be_used_while_its_loop_rests() -> None:
    log = Log()
    loop = asyncio.new_event_loop()
    try:

        async def begin() -> WritableStreamDefaultWriter[str]:
            stream: WritableStream[str] = WritableStream(Sink(log))
            return stream.getWriter()

        writer = loop.run_until_complete(begin())
        write = writer.write("a")

        async def end() -> None:
            await write
            await writer.close()

        loop.run_until_complete(end())
    finally:
        loop.close()
    assert log == ["sink start", "sink write a", "sink close"]


# A task that is cancelled while it awaits a promise of the stream.


async def test_a_write_goes_on_if_its_task_is_cancelled() -> None:
    write = Deferred()
    log = Log()
    writer = WritableStream(Sink(log, write=always(write))).getWriter()

    async def program() -> None:
        await writer.write("a")

    task = asyncio.create_task(program())
    await turn()
    another = writer.write("b")
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    write.resolve()
    await another
    await writer.close()
    assert log == ["sink start", "sink write a", "sink write b", "sink close"]


async def test_ready_stays_if_a_task_that_awaits_it_is_cancelled() -> None:
    write = Deferred()
    writer = WritableStream(Sink(Log(), write=always(write))).getWriter()
    writer.write("a")
    ready = writer.ready

    async def wait() -> None:
        await writer.ready

    tasks = [asyncio.create_task(wait()) for _ in range(2)]
    await turn()
    tasks[0].cancel()
    await turn()
    assert [task.done() for task in tasks] == [True, False]
    assert writer.ready is ready
    write.resolve()
    await tasks[1]
    await ready


async def test_a_write_that_a_timeout_gave_up_is_written() -> None:
    write = Deferred()
    log = Log()
    writer = WritableStream(Sink(log, write=always(write))).getWriter()
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0):
            await writer.write("a")
    assert log == ["sink start", "sink write a"]
    write.resolve()
    await writer.close()


async def test_a_sink_whose_own_task_is_cancelled_fails() -> None:
    tasks: list[Any] = []

    async def write(chunk: object, controller: object) -> None:
        tasks.append(asyncio.current_task())
        await asyncio.Event().wait()

    writer = WritableStream(write=write).getWriter()
    promise = writer.write("a")
    await turn()
    tasks[0].cancel()
    with pytest.raises(DOMException, match="cancelled"):
        await promise


# Promises that the program does not handle.


async def test_a_rejected_write_that_nobody_awaited_is_reported() -> None:
    error = boom()

    def write(chunk: object, controller: object) -> None:
        raise error

    writer = WritableStream(write=write).getWriter()
    writer.write("a")
    await turn()
    await collect_garbage()
    assert errors_heard().take() == [error]


async def test_ready_and_closed_are_never_reported() -> None:
    for _ in range(2):
        stream: WritableStream[Any] = WritableStream(start=lambda controller: controller.error(1))
        writer = stream.getWriter()
        await turn()
        writer.releaseLock()
        stream.getWriter()
        del writer, stream
        await collect_garbage()


@pytest.mark.parametrize("end", ["close", "abort", "error"])
async def test_a_stream_lets_go_of_its_sink_at_its_end(end: str) -> None:
    sink = Sink(Log())
    size = partial(pow, 1)
    held: list[weakref.ref[Any]] = [weakref.ref(sink), weakref.ref(size)]
    stream: WritableStream[Any] = WritableStream(sink, {"size": size})
    controller = sink.controller
    del sink, size
    await turn()
    gc.collect()
    assert None not in [each() for each in held]
    match end:
        case "close":
            await stream.close()
        case "abort":
            await stream.abort(boom())
        case _:
            controller.error(boom())
    await collect_garbage()
    assert [each() for each in held] == [None, None]


@pytest.mark.parametrize("end", ["close", "abort", "write fails", "close fails", "error"])
async def test_a_stream_lets_go_of_what_is_settled(end: str) -> None:
    """A stream that has ended keeps neither chunks nor promises."""

    class Chunk:
        pass

    write, close = Deferred(), Deferred()
    sink = Sink(log := Log(), write=always(write), close=always(close))
    stream: WritableStream[Chunk] = WritableStream(sink)
    writer = stream.getWriter()
    held: list[weakref.ref[Any]] = []
    for _ in range(3):
        chunk = Chunk()
        held += [weakref.ref(chunk), weakref.ref(writer.write(chunk))]
        del chunk
    held.append(weakref.ref(writer.close()))
    await turn()
    match end:
        case "close":
            write.resolve()
            await turn()
            close.resolve()
        case "abort":
            held.append(weakref.ref(writer.abort(boom())))
            write.resolve()
        case "write fails":
            write.reject(boom())
        case "close fails":
            write.resolve()
            await turn()
            held.append(weakref.ref(writer.abort(boom())))
            close.reject(Exception("close"))
        case _:
            sink.controller.error(boom())
            held.append(weakref.ref(writer.abort(boom())))
            write.resolve()
    await turn()
    log.clear()
    del write, close, sink.results, sink.controller
    await collect_garbage()
    errors_heard().clear()
    assert [each() for each in held] == [None] * len(held)


async def test_many_writes_without_a_promise_for_each() -> None:
    chunks: list[int] = []
    stream: WritableStream[int] = WritableStream(
        {"write": lambda chunk, _: chunks.append(chunk)}, {"highWaterMark": 10}
    )
    writer = stream.getWriter()
    for number in range(1000):
        await writer.ready
        writer.write(number)
    await writer.close()
    assert chunks == list(range(1000))
