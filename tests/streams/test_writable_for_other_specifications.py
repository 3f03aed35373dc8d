"""Writable streams as other standards use them."""

import asyncio
from typing import Any

import pytest

from support.orders import Deferred, Log, boom, raising, resolved, tick_tock, turn
from whatwg_websockets import WritableStream
from whatwg_websockets.html.event_loop import the_event_loop
from whatwg_websockets.streams.writable_for_other_specifications import (
    a_new_writable_stream,
    abort,
    close,
    error,
    get_a_writer,
    release,
    set_up_a_writable_stream,
    signal_of,
    write_a_chunk,
)


def made(**algorithms: Any) -> WritableStream[Any]:
    stream = a_new_writable_stream(the_event_loop())
    set_up_a_writable_stream(stream, **algorithms)
    return stream


async def test_a_stream_that_is_written_and_closed() -> None:
    log: list[object] = []

    async def write_algorithm(chunk: object) -> None:
        await asyncio.sleep(0)
        log.append(chunk)

    stream = made(write_algorithm=write_algorithm, close_algorithm=lambda: log.append("closed"))
    writer = get_a_writer(stream)
    write_a_chunk(writer, "a")
    await write_a_chunk(writer, "b")
    assert log == ["a", "b"]
    with pytest.raises(TypeError, match="locked"):
        get_a_writer(stream)
    release(writer)
    assert not stream.locked
    await close(stream)
    assert log == ["a", "b", "closed"]


async def test_a_stream_without_a_close_and_an_abort() -> None:
    stream = made(write_algorithm=print)
    await close(stream)
    await abort(made(write_algorithm=print), boom())


async def test_a_stream_that_is_aborted() -> None:
    log = Log()
    aborted = Deferred()

    def abort_algorithm(reason: object) -> Any:
        log.append(reason)
        return aborted.promise

    stream = made(write_algorithm=print, abort_algorithm=abort_algorithm)
    await turn()
    reason = boom()
    log.watch("abort", abort(stream, reason))
    assert signal_of(stream).aborted
    assert signal_of(stream).reason is reason
    await turn()
    assert log == [reason]
    aborted.resolve()
    await turn()
    assert log == [reason, "abort fulfilled: undefined"]


async def test_a_promise_that_an_algorithm_returns_is_waited_for_itself() -> None:
    log = Log()
    stream = made(write_algorithm=lambda _: resolved())
    writer = get_a_writer(stream)
    await turn()
    tick_tock(log)
    log.watch("write", write_a_chunk(writer, "a"))
    await turn()
    assert log[:3] == ["tick 1", "tick 2", "write fulfilled: undefined"]


@pytest.mark.parametrize("algorithm", ["write", "close", "abort"])
async def test_an_algorithm_that_raises(algorithm: str) -> None:
    algorithms = {"write_algorithm": print, f"{algorithm}_algorithm": raising(boom())}
    stream = made(**algorithms)
    await turn()
    match algorithm:
        case "write":
            promise = write_a_chunk(get_a_writer(stream), "a")
        case "close":
            promise = close(stream)
        case _:
            promise = abort(stream, "reason")
    with pytest.raises(Exception, match="boom"):
        await promise


async def test_a_stream_with_a_size_and_a_high_water_mark() -> None:
    stream = made(
        write_algorithm=lambda chunk: Deferred().promise, high_water_mark=10, size_algorithm=len
    )
    writer = get_a_writer(stream)
    write_a_chunk(writer, "abc")
    assert writer.desiredSize == 7


async def test_an_error_fails_a_stream_once() -> None:
    stream = made(write_algorithm=print)
    error(stream, boom())
    error(stream, Exception("again"))
    with pytest.raises(Exception, match="boom"):
        await get_a_writer(stream).closed
    closed = made(write_algorithm=print)
    await close(closed)
    error(closed, boom())
    await get_a_writer(closed).closed
