"""pipeTo() and pipeThrough(), as Python programs use them."""

import asyncio
import gc
import math
import threading
import weakref
from types import SimpleNamespace
from typing import Any

import pytest

from support.inside import abort_algorithms
from support.loops import collect_garbage
from support.orders import Deferred, Log, Sink, Source, Writes, always, boom, empty, given, turn
from support.page import until
from whatwg_websockets import AbortController, AbortSignal, DOMException, WritableStream
from whatwg_websockets.streams.readable_stream import ReadableStream


def collecting(into: list[Any]) -> WritableStream[Any]:
    return WritableStream(write=lambda chunk, _: into.append(chunk))


async def test_a_pipe_of_many_chunks() -> None:
    number = 0

    async def pull(controller: Any) -> None:
        nonlocal number
        await asyncio.sleep(0)
        controller.enqueue(number)
        number += 1
        if number == 500:
            controller.close()

    chunks: list[int] = []
    source: ReadableStream[int] = ReadableStream(pull=pull)
    assert await source.pipeTo(collecting(chunks)) is None
    assert chunks == list(range(500))


@pytest.mark.parametrize("room", [1, 3, math.inf])
async def test_a_pipe_from_a_source_that_is_fast(room: float) -> None:
    chunks: list[int] = []
    dest: WritableStream[int] = WritableStream({"write": chunks.append}, {"highWaterMark": room})
    await given(Log(), range(2000)).pipeTo(dest)
    assert chunks == list(range(2000))


async def test_a_source_without_end_leaves_the_loop_its_turns() -> None:
    moved = 0

    def write(chunk: object) -> None:
        nonlocal moved
        moved += 1

    controller = AbortController()
    source: ReadableStream[str] = ReadableStream(pull=lambda source: source.enqueue("a"))
    dest: WritableStream[str] = WritableStream({"write": write}, {"highWaterMark": math.inf})
    pipe = source.pipeTo(dest, signal=controller.signal)
    await until(lambda: moved > 1000)
    controller.abort(boom())
    with pytest.raises(Exception, match="boom"):
        await pipe


async def test_a_pipe_goes_on_if_its_task_is_cancelled() -> None:
    stream, controller = empty(Log())
    chunks: list[str] = []
    dest = collecting(chunks)

    async def program() -> None:
        await stream.pipeTo(dest)

    task = asyncio.create_task(program())
    await turn()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    controller.enqueue("a")
    controller.close()
    await turn()
    assert chunks == ["a"]
    await dest.getWriter().closed


async def test_options_are_a_mapping_or_keyword_arguments() -> None:
    dest: WritableStream[Any] = WritableStream()
    await given(Log(), "a").pipeTo(dest, preventClose=True)
    await given(Log(), "b").pipeTo(dest, {"preventClose": True})
    await given(Log(), "c").pipeTo(dest, SimpleNamespace(preventClose=True))  # type: ignore[arg-type]
    # A keyword argument takes precedence over a member of the mapping.
    await given(Log(), "d").pipeTo(dest, {"preventClose": False}, preventClose=True)
    assert await dest.close() is None
    with pytest.raises(TypeError, match="preventNothing"):
        await given(Log(), "e").pipeTo(dest, preventNothing=True)  # type: ignore[call-arg]


@pytest.mark.parametrize("options", ["options", 1, {"signal": None}, {"signal": AbortController}])
async def test_options_that_are_none(options: Any) -> None:
    stream = given(Log(), "a")
    dest: WritableStream[Any] = WritableStream()
    with pytest.raises(TypeError):
        await stream.pipeTo(dest, options)
    with pytest.raises(TypeError):
        stream.pipeThrough({"readable": stream, "writable": dest}, options)
    assert not stream.locked
    assert not dest.locked


async def test_a_pair_is_a_mapping_or_an_object() -> None:
    log = Log()
    for as_object in (False, True):
        readable, controller = empty(log)
        members: dict[str, Any] = {
            "readable": readable,
            "writable": WritableStream(
                write=lambda chunk, _, to=controller: to.enqueue(chunk.upper()),
                close=controller.close,
            ),
        }
        pair: Any = SimpleNamespace(**members) if as_object else members
        through = given(log, "ab").pipeThrough(pair)
        assert [chunk async for chunk in through] == ["A", "B"]


async def test_the_options_of_pipeThrough() -> None:
    readable, _ = empty(Log())
    writable: WritableStream[Any] = WritableStream()
    controller = AbortController()
    pair = {"readable": readable, "writable": writable}
    stream, _ = empty(Log())
    stream.pipeThrough(pair, preventAbort=True, signal=controller.signal)
    await turn()
    controller.abort()
    await turn()
    assert not writable.locked
    assert await writable.close() is None


# The signal of a pipe.


@pytest.mark.parametrize("prevent", [False, True])
async def test_a_signal_is_aborted_in_another_thread(prevent: bool) -> None:
    log = Log()
    controller = AbortController()
    stream, _ = empty(log)
    loop_thread = threading.get_ident()
    threads: list[int] = []
    dest: WritableStream[Any] = WritableStream(
        abort=lambda _: threads.append(threading.get_ident())
    )
    pipe = stream.pipeTo(dest, signal=controller.signal, preventAbort=prevent)
    await turn()
    await asyncio.to_thread(controller.abort, boom())
    with pytest.raises(Exception, match="boom"):
        await pipe
    assert threads == ([] if prevent else [loop_thread])
    assert "source cancel boom" in log


async def test_a_signal_forgets_a_pipe_that_has_ended() -> None:
    controller = AbortController()
    await given(Log(), "a").pipeTo(WritableStream(), signal=controller.signal)
    assert abort_algorithms(controller.signal) == []
    stream, source = empty(Log())
    pipe = stream.pipeTo(WritableStream(), signal=controller.signal)
    assert len(abort_algorithms(controller.signal)) == 1
    source.error(boom())
    with pytest.raises(Exception, match="boom"):
        await pipe
    assert abort_algorithms(controller.signal) == []


async def test_a_timeout_ends_a_pipe() -> None:
    stream, _ = empty(Log())
    with pytest.raises(DOMException) as raised:
        await stream.pipeTo(WritableStream(), signal=AbortSignal.timeout(0))
    assert raised.value.name == "TimeoutError"


# How a pipe ends.


async def test_a_chunk_that_comes_at_the_end_is_written() -> None:
    """The read began before the signal was aborted, while the sink was writing."""
    write = Writes()
    controller = AbortController()
    log = Log()
    stream, source = empty(log)
    dest = WritableStream(Sink(log, write=write), {"highWaterMark": 3})
    log.watch("pipe", stream.pipeTo(dest, signal=controller.signal, preventCancel=True))
    await turn()
    source.enqueue("a")
    await turn()
    controller.abort(boom())
    source.enqueue("b")
    await turn()
    source.enqueue("c")
    log.append("now")
    write.made[0].resolve()
    await turn()
    write.made[1].resolve()
    await turn()
    assert log == [
        "sink start",
        "source pull",
        "sink write a",
        "source pull",
        "now",
        "sink write b",
        "sink abort boom",
        "pipe rejected: boom",
    ]
    # A chunk that the pipe has not read stays in the stream for the next reader.
    assert (await stream.getReader().read()).value == "c"


async def test_a_chunk_that_was_read_is_written_as_soon_as_the_pipe_is_to_end() -> None:
    controller = AbortController()
    log = Log()
    stream, source = empty(log)
    log.watch("pipe", stream.pipeTo(WritableStream(Sink(log)), signal=controller.signal))
    await turn()
    source.enqueue("a")
    log.append("enqueued")
    controller.abort(boom())
    log.append("aborted")
    await turn()
    assert log[2:5] == ["enqueued", "sink write a", "aborted"]


async def test_a_chunk_that_comes_while_the_last_write_ends_is_written() -> None:
    write = Deferred()
    controller = AbortController()
    log = Log()
    stream, source = empty(log)
    dest = WritableStream(Sink(log, write=always(write)), {"highWaterMark": 3})
    log.watch("pipe", stream.pipeTo(dest, signal=controller.signal))
    await turn()
    source.enqueue("a")
    await turn()
    controller.abort(boom())
    write.resolve()
    source.enqueue("b")
    await turn()
    assert log[2:] == [
        "sink write a",
        "source pull",
        "sink write b",
        "sink abort boom",
        "source cancel boom",
        "pipe rejected: boom",
    ]


async def test_a_chunk_that_the_destination_takes_no_more_is_dropped() -> None:
    """A sink that fails just before a chunk is read ends the pipe before the chunk is written."""
    log = Log()
    stream, source = empty(log)
    sink = Sink(log)
    log.watch("pipe", stream.pipeTo(WritableStream(sink), preventCancel=True))
    await turn()
    sink.controller.error(boom())
    source.enqueue("a")
    await turn()
    assert log[-1] == "pipe rejected: boom"
    assert not any("write" in entry for entry in log)
    assert not stream.locked


async def test_a_sink_that_aborts_the_signal_within_its_write() -> None:
    controller = AbortController()
    log = Log()
    stream = given(log, "ab", is_open=True)
    dest = WritableStream(Sink(log, write=lambda *_: controller.abort(boom())))
    log.watch("pipe", stream.pipeTo(dest, signal=controller.signal))
    await turn()
    assert log == [
        "sink start",
        "sink write a",
        "sink abort boom",
        "source cancel boom",
        "pipe rejected: boom",
    ]


async def test_a_source_that_aborts_the_signal_within_its_pull() -> None:
    controller = AbortController()
    log = Log()

    def pull(source: Any) -> None:
        controller.abort(boom())
        source.enqueue("a")

    stream = ReadableStream(Source(log, pull=pull), {"highWaterMark": 0})
    log.watch("pipe", stream.pipeTo(WritableStream(Sink(log)), signal=controller.signal))
    await turn()
    assert log[:3] == ["sink start", "source pull", "sink write a"]
    assert log[-1] == "pipe rejected: boom"


@pytest.mark.parametrize("closing", [False, True])
async def test_a_chunk_that_a_cancelled_task_has_left_behind_is_piped(closing: bool) -> None:
    stream, source = empty(Log())
    reader = stream.getReader()

    async def read() -> None:
        await reader.read()

    task = asyncio.create_task(read())
    await turn()
    source.enqueue("a")
    source.close()
    task.cancel()
    await turn()
    reader.releaseLock()
    chunks: list[str] = []
    dest = collecting(chunks)
    if closing:
        dest.close()
        with pytest.raises(TypeError, match="closed"):
            await stream.pipeTo(dest)
        assert chunks == []
    else:
        await stream.pipeTo(dest)
        assert chunks == ["a"]


async def test_a_pipe_to_itself_of_one_loop_is_collected() -> None:
    """A pipe is collected when the program refers to neither of its streams."""
    dest: WritableStream[Any] = WritableStream()
    stream, _ = empty(Log())
    held = weakref.ref(dest)
    pipe = stream.pipeTo(dest)
    await turn()
    del dest, stream, pipe, _
    await collect_garbage()
    gc.collect()
    assert held() is None
