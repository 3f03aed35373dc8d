"""Writable streams that other standards set up."""

import asyncio
from typing import Any

import pytest

from support.orders import Deferred, Log, boom, raising, resolved, tick_tock, turn
from whatwg_websockets import WritableStream
from whatwg_websockets.html.event_loop import the_event_loop
from whatwg_websockets.streams.writable_for_other_specifications import (
    a_new_writable_stream,
    error,
    set_up_a_writable_stream,
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
    writer = stream.getWriter()
    writer.write("a")
    await writer.write("b")
    assert log == ["a", "b"]
    with pytest.raises(TypeError, match="locked"):
        stream.getWriter()
    writer.releaseLock()
    assert not stream.locked
    await stream.close()
    assert log == ["a", "b", "closed"]


async def test_a_stream_without_a_close_and_an_abort() -> None:
    stream = made(write_algorithm=print)
    await stream.close()
    await made(write_algorithm=print).abort(boom())


async def test_a_stream_that_is_aborted() -> None:
    log = Log()
    aborted = Deferred()

    def abort_algorithm(reason: object) -> Any:
        log.append(reason)
        return aborted.promise

    stream = made(write_algorithm=print, abort_algorithm=abort_algorithm)
    await turn()
    reason = boom()
    log.watch("abort", stream.abort(reason))
    await turn()
    assert log == [reason]
    aborted.resolve()
    await turn()
    assert log == [reason, "abort fulfilled: undefined"]


async def test_a_promise_that_an_algorithm_returns_is_waited_for_itself() -> None:
    log = Log()
    stream = made(write_algorithm=lambda _: resolved())
    writer = stream.getWriter()
    await turn()
    tick_tock(log)
    log.watch("write", writer.write("a"))
    await turn()
    assert log[:3] == ["tick 1", "tick 2", "write fulfilled: undefined"]


@pytest.mark.parametrize("algorithm", ["write", "close", "abort"])
async def test_an_algorithm_that_raises(algorithm: str) -> None:
    algorithms = {"write_algorithm": print, f"{algorithm}_algorithm": raising(boom())}
    stream = made(**algorithms)
    await turn()
    match algorithm:
        case "write":
            promise = stream.getWriter().write("a")
        case "close":
            promise = stream.close()
        case _:
            promise = stream.abort("reason")
    with pytest.raises(Exception, match="boom"):
        await promise


async def test_a_stream_with_a_size_and_a_high_water_mark() -> None:
    stream = made(
        write_algorithm=lambda chunk: Deferred().promise, high_water_mark=10, size_algorithm=len
    )
    writer = stream.getWriter()
    writer.write("abc")
    assert writer.desiredSize == 7


async def test_an_error_fails_a_stream_once() -> None:
    stream = made(write_algorithm=print)
    error(stream, boom())
    error(stream, Exception("again"))
    with pytest.raises(Exception, match="boom"):
        await stream.getWriter().closed
    closed = made(write_algorithm=print)
    await closed.close()
    error(closed, boom())
    await closed.getWriter().closed
