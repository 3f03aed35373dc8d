"""Writable streams: the order of their events, compared with that of JavaScript engines.

``orders.json`` has the logs of Chromium 150 for the programs in ``orders.mjs``.
"""

import math
from functools import partial
from typing import Any

import pytest

from support.orders import (
    RECORDED,
    Deferred,
    Log,
    Program,
    Sink,
    Writes,
    always,
    boom,
    logged,
    raising,
    rejected,
    resolved,
    tick_tock,
    told,
    turn,
)
from whatwg_websockets import WritableStream, WritableStreamDefaultWriter

PROGRAMS: dict[str, Program] = {}

# The programs for which Chromium deviates from the standard, with the logs that it requires.
OTHERWISE: dict[str, list[Any]] = {
    # The promise that a function of the sink returns is converted to another one, which takes two
    # ticks, as in Node.js. Chromium uses the returned promise itself.
    "a_start_that_returns_a_promise": [
        "sink start",
        "tick 1",
        "tick 2",
        "sink write a",
        "tick 3",
        "tick 4",
        "write fulfilled: undefined",
        "tick 5",
        "tick 6",
    ],
    "a_write_that_returns_a_promise": [
        "sink start",
        "sink write a",
        "tick 1",
        "tick 2",
        "tick 3",
        "tick 4",
        "write fulfilled: undefined",
        "ready fulfilled: undefined",
        "tick 5",
        "tick 6",
    ],
    "a_close_that_returns_a_promise": [
        "sink start",
        "sink close",
        "tick 1",
        "tick 2",
        "tick 3",
        "tick 4",
        "close fulfilled: undefined",
        "closed fulfilled: undefined",
        "tick 5",
        "tick 6",
    ],
    "an_abort_that_returns_a_promise": [
        "sink start",
        "sink abort boom",
        "tick 1",
        "tick 2",
        "tick 3",
        "tick 4",
        "abort fulfilled: undefined",
        "closed rejected: boom",
        "tick 5",
        "tick 6",
    ],
    "a_write_that_returns_a_rejected_promise": [
        "sink start",
        "sink write a",
        "tick 1",
        "tick 2",
        "tick 3",
        "tick 4",
        "write rejected: boom",
        "ready rejected: boom",
        "closed rejected: boom",
        "tick 5",
        "tick 6",
    ],
    # An argument of the type object must not be a string. Chromium accepts one; Node.js does not.
    "sinks_that_are_none": [
        "a type raised RangeError",
        "no function raised TypeError",
        "a string raised TypeError",
    ],
}


def program(function: Program) -> Program:
    PROGRAMS[function.__name__] = function
    return function


@program
async def a_write(log: Log) -> None:
    writer = WritableStream(Sink(log)).getWriter()
    log.watch_writer(writer)
    log.watch("write", writer.write("a"))
    log.append("written")
    await writer.ready
    log.append("ready")


@program
async def writes_wait_for_the_start(log: Log) -> None:
    start = Deferred()
    writer = WritableStream(Sink(log, start=start.promise)).getWriter()
    log.watch("write", writer.write("a"))
    await turn()
    log.append("now")
    start.resolve()
    await turn()


@program
async def writes_wait_for_one_another(log: Log) -> None:
    write = Writes()
    writer = WritableStream(Sink(log, write=write)).getWriter()
    for chunk in ("a", "b", "c"):
        log.watch(f"write {chunk}", writer.write(chunk))
    for i in range(3):
        await turn()
        log.append("now")
        write.made[i].resolve("ignored")
    await turn()


@program
async def the_ready_promise(log: Log) -> None:
    write = Deferred()
    stream = WritableStream(Sink(log, write=always(write)), {"highWaterMark": 2})
    writer = stream.getWriter()
    first = writer.ready
    log.append(writer.desiredSize)
    writer.write("a")
    log += [writer.desiredSize, writer.ready is first]
    writer.write("b")
    log += [writer.desiredSize, writer.ready is first]
    writer.write("c")
    log.append(writer.desiredSize)
    log.watch("ready", writer.ready)
    await turn()
    log.append("now")
    write.resolve()
    await turn()
    log.append(writer.desiredSize)


@program
async def no_room_at_all(log: Log) -> None:
    stream = WritableStream(Sink(log), {"highWaterMark": 0})
    writer = stream.getWriter()
    log.watch("ready", writer.ready)
    log.watch("write", writer.write("a"))
    await turn()
    log.append(writer.desiredSize)
    log.watch("close", writer.close())
    await turn()
    log.append(writer.desiredSize)


@program
async def room_without_end(log: Log) -> None:
    stream = WritableStream(Sink(log), {"highWaterMark": math.inf})
    writer = stream.getWriter()
    ready = writer.ready
    writer.write("a")
    log += [writer.desiredSize == math.inf, writer.ready is ready]


@program
async def sizes(log: Log) -> None:
    write = Deferred()
    stream = WritableStream(Sink(log, write=always(write)), {"highWaterMark": 10, "size": len})
    writer = stream.getWriter()
    for chunk in ("abc", "", "defghij", "k"):
        writer.write(chunk)
        log.append(writer.desiredSize)
    write.resolve()
    await turn()
    log.append(writer.desiredSize)


@program
async def a_close(log: Log) -> None:
    stream = WritableStream(Sink(log))
    writer = stream.getWriter()
    log.watch_writer(writer)
    log.watch("close", writer.close())
    await turn()
    log.append(writer.desiredSize)
    log.watch_writer(writer, "later ")
    writer.releaseLock()
    log.watch_writer(stream.getWriter(), "another ")
    await turn()


@program
async def a_close_behind_writes(log: Log) -> None:
    writer = WritableStream(Sink(log)).getWriter()
    log.watch("write a", writer.write("a"))
    log.watch("write b", writer.write("b"))
    log.watch("ready", writer.ready)
    log.watch("close", writer.close())
    log.watch("closed", writer.closed)
    log.watch("write c", writer.write("c"))
    log.watch("close again", writer.close())
    await turn()


@program
async def a_close_that_takes_time(log: Log) -> None:
    close = Deferred()
    writer = WritableStream(Sink(log, close=close.promise)).getWriter()
    log.watch("close", writer.close())
    log.watch("closed", writer.closed)
    await turn()
    log += ["now", writer.desiredSize]
    log.watch("write", writer.write("a"))
    close.resolve()
    await turn()


@program
async def a_close_that_rejects(log: Log) -> None:
    close = Deferred()
    stream = WritableStream(Sink(log, close=close.promise))
    writer = stream.getWriter()
    log.watch("close", writer.close())
    log.watch("closed", writer.closed)
    await turn()
    close.reject(boom())
    await turn()
    log.watch_writer(writer, "later ")
    log.watch("abort", writer.abort())
    await turn()


@program
async def a_close_that_raises(log: Log) -> None:
    writer = WritableStream(Sink(log, close=raising(boom()))).getWriter()
    log.watch_writer(writer)
    log.watch("close", writer.close())
    await turn()


@program
async def an_abort(log: Log) -> None:
    stream = WritableStream(Sink(log))
    writer = stream.getWriter()
    await turn()
    log.watch_writer(writer)
    log.watch("abort", writer.abort(boom()))
    log.append(writer.desiredSize)
    log.watch("later ready", writer.ready)
    log.watch("write", writer.write("a"))
    log.watch("close", writer.close())
    await turn()
    writer.releaseLock()
    log.watch_writer(stream.getWriter(), "another ")
    await turn()


@program
async def an_abort_without_a_reason(log: Log) -> None:
    sink = Sink(log)
    writer = WritableStream(sink).getWriter()
    await turn()
    log.watch("abort", writer.abort())
    log.watch("closed", writer.closed)
    log.append(told(sink.controller.signal.reason))
    await turn()


@program
async def an_abort_before_the_start_is_done(log: Log) -> None:
    start = Deferred()
    writer = WritableStream(Sink(log, start=start.promise)).getWriter()
    log.watch("write", writer.write("a"))
    log.watch_writer(writer)
    log.watch("abort", writer.abort(boom()))
    await turn()
    log.append("now")
    start.resolve()
    await turn()


@program
async def an_abort_before_the_start_fails(log: Log) -> None:
    start = Deferred()
    writer = WritableStream(Sink(log, start=start.promise)).getWriter()
    log.watch_writer(writer)
    log.watch("abort", writer.abort(boom()))
    await turn()
    log.append("now")
    start.reject(Exception("start"))
    await turn()


@program
async def an_abort_while_the_sink_writes(log: Log) -> None:
    write = Deferred()
    writer = WritableStream(Sink(log, write=always(write))).getWriter()
    log.watch_writer(writer)
    log.watch("write a", writer.write("a"))
    log.watch("write b", writer.write("b"))
    log.watch("close", writer.close())
    await turn()
    log.watch("abort", writer.abort(boom()))
    log.watch("write c", writer.write("c"))
    log.watch("close again", writer.close())
    await turn()
    log.append("now")
    write.resolve()
    await turn()


@program
async def an_abort_while_the_sink_fails_to_write(log: Log) -> None:
    write = Deferred()
    writer = WritableStream(Sink(log, write=always(write))).getWriter()
    log.watch_writer(writer)
    log.watch("write", writer.write("a"))
    await turn()
    log.watch("abort", writer.abort(boom()))
    await turn()
    log.append("now")
    write.reject(Exception("write"))
    await turn()


@program
async def an_abort_while_the_sink_closes(log: Log) -> None:
    close = Deferred()
    stream = WritableStream(Sink(log, close=close.promise))
    writer = stream.getWriter()
    log.watch_writer(writer)
    log.watch("close", writer.close())
    await turn()
    log.watch("abort", writer.abort(boom()))
    log.append(writer.desiredSize)
    writer.releaseLock()
    another = stream.getWriter()
    log.watch_writer(another, "another ")
    await turn()
    log.append("now")
    close.resolve()
    await turn()
    log.append(another.desiredSize)


@program
async def an_abort_while_the_sink_fails_to_close(log: Log) -> None:
    close = Deferred()
    writer = WritableStream(Sink(log, close=close.promise)).getWriter()
    log.watch("close", writer.close())
    await turn()
    log.watch("abort", writer.abort(boom()))
    log.watch_writer(writer)
    await turn()
    log.append("now")
    close.reject(Exception("close"))
    await turn()


@program
async def an_abort_that_rejects(log: Log) -> None:
    abort = Deferred()
    writer = WritableStream(Sink(log, abort=always(abort))).getWriter()
    await turn()
    log.watch("abort", writer.abort(boom()))
    log.watch("closed", writer.closed)
    await turn()
    log.append("now")
    abort.reject(Exception("abort"))
    await turn()


@program
async def an_abort_that_raises(log: Log) -> None:
    writer = WritableStream(Sink(log, abort=raising(Exception("abort")))).getWriter()
    await turn()
    log.watch("abort", writer.abort(boom()))
    log.watch("closed", writer.closed)
    await turn()


@program
async def an_abort_that_takes_time(log: Log) -> None:
    abort = Deferred()
    writer = WritableStream(Sink(log, abort=always(abort))).getWriter()
    await turn()
    log.watch("abort", writer.abort(boom()))
    log.watch("closed", writer.closed)
    log.watch("abort again", writer.abort(Exception("again")))
    await turn()
    log.append("now")
    abort.resolve()
    await turn()


@program
async def two_aborts_while_the_sink_writes(log: Log) -> None:
    write = Deferred()
    writer = WritableStream(Sink(log, write=always(write))).getWriter()
    writer.write("a")
    await turn()
    first = writer.abort(boom())
    second = writer.abort(Exception("second"))
    log.append(first is second)
    log.watch("abort", first)
    write.resolve()
    await turn()
    log.watch("third", writer.abort(Exception("third")))
    await turn()


@program
async def an_abort_of_a_closed_stream(log: Log) -> None:
    stream = WritableStream(Sink(log))
    log.watch("close", stream.close())
    await turn()
    log.watch("abort", stream.abort(boom()))
    log.watch("close again", stream.close())
    await turn()


@program
async def an_abort_of_a_failing_stream(log: Log) -> None:
    write = Deferred()
    sink = Sink(log, write=always(write))
    writer = WritableStream(sink).getWriter()
    log.watch("write", writer.write("a"))
    await turn()
    sink.controller.error(boom())
    log.watch("abort", writer.abort(Exception("abort")))
    log.watch_writer(writer)
    await turn()
    log.append("now")
    write.resolve()
    await turn()


@program
async def the_signal(log: Log) -> None:
    sink = Sink(log)
    writer = WritableStream(sink).getWriter()
    await turn()
    signal = sink.controller.signal
    signal.addEventListener(
        "abort",
        lambda _: log.append(f"signal {told(signal.reason)}, desired {writer.desiredSize}"),
    )
    log += [signal.aborted, sink.controller.signal is signal]
    log.watch("abort", writer.abort(boom()))
    log.append(signal.aborted)
    await turn()


@program
async def the_signal_while_the_sink_writes(log: Log) -> None:
    def write(_: object, controller: Any) -> Any:
        write = Deferred()
        controller.signal.addEventListener(
            "abort", lambda _: write.reject(controller.signal.reason)
        )
        return write.promise

    writer = WritableStream(Sink(log, write=write)).getWriter()
    log.watch("write", writer.write("a"))
    await turn()
    log.watch("abort", writer.abort(boom()))
    log.watch("closed", writer.closed)
    await turn()


@program
async def a_listener_of_the_signal_that_fails_the_stream(log: Log) -> None:
    sink = Sink(log)
    writer = WritableStream(sink).getWriter()
    await turn()
    controller = sink.controller
    controller.signal.addEventListener("abort", lambda _: controller.error(Exception("listener")))
    log.watch("abort", writer.abort(boom()))
    log.watch("closed", writer.closed)
    await turn()


@program
async def a_listener_of_the_signal_that_aborts(log: Log) -> None:
    sink = Sink(log)
    writer = WritableStream(sink).getWriter()
    await turn()
    sink.controller.signal.addEventListener(
        "abort", lambda _: log.watch("inner abort", writer.abort(Exception("inner"))) and None
    )
    log.watch("abort", writer.abort(boom()))
    log.watch("closed", writer.closed)
    await turn()


@program
async def the_controller_fails_during_the_start(log: Log) -> None:
    stream = WritableStream(Sink(log, start=lambda controller: controller.error(boom())))
    writer = stream.getWriter()
    log.watch_writer(writer)
    log.watch("write", writer.write("a"))
    log.watch("close", writer.close())
    await turn()


@program
async def the_controller_fails_while_the_sink_writes(log: Log) -> None:
    write = Deferred()
    sink = Sink(log, write=always(write))
    writer = WritableStream(sink).getWriter()
    log.watch("write a", writer.write("a"))
    log.watch("write b", writer.write("b"))
    await turn()
    sink.controller.error(boom())
    sink.controller.error(Exception("again"))
    log.watch_writer(writer)
    log.append(writer.desiredSize)
    await turn()
    log.append("now")
    write.resolve()
    await turn()


@program
async def the_controller_fails_within_a_write(log: Log) -> None:
    sink = Sink(log, write=lambda _, controller: controller.error(boom()))
    writer = WritableStream(sink).getWriter()
    log.watch_writer(writer)
    log.watch("write a", writer.write("a"))
    log.watch("write b", writer.write("b"))
    await turn()


@program
async def the_controller_fails_while_the_sink_closes(log: Log) -> None:
    close = Deferred()
    sink = Sink(log, close=close.promise)
    writer = WritableStream(sink).getWriter()
    log.watch("close", writer.close())
    await turn()
    sink.controller.error(boom())
    log.watch_writer(writer)
    await turn()
    log.append("now")
    close.resolve()
    await turn()
    log.watch_writer(writer, "later ")
    sink.controller.error(boom())
    await turn()


@program
async def a_write_that_rejects(log: Log) -> None:
    write = Deferred()
    writer = WritableStream(Sink(log, write=always(write))).getWriter()
    log.watch_writer(writer)
    log.watch("write a", writer.write("a"))
    log.watch("write b", writer.write("b"))
    log.watch("close", writer.close())
    await turn()
    log.append("now")
    write.reject(boom())
    await turn()
    log.watch("write c", writer.write("c"))
    log.watch("close again", writer.close())
    log.append(writer.desiredSize)
    await turn()


@program
async def a_write_that_raises(log: Log) -> None:
    writer = WritableStream(Sink(log, write=raising(boom()))).getWriter()
    log.watch_writer(writer)
    log.watch("write a", writer.write("a"))
    log.watch("write b", writer.write("b"))
    await turn()


@program
async def a_start_that_raises(log: Log) -> None:
    log.attempt("constructor", lambda: WritableStream(Sink(log, start=raising(boom()))))


@program
async def a_start_that_rejects(log: Log) -> None:
    writer = WritableStream(Sink(log, start=rejected(boom()))).getWriter()
    log.watch_writer(writer)
    log.watch("write", writer.write("a"))
    log.watch("close", writer.close())
    await turn()


@program
async def a_size_that_raises(log: Log) -> None:
    writer = WritableStream(Sink(log), {"size": raising(boom())}).getWriter()
    log.watch_writer(writer)
    log.watch("write", writer.write("a"))
    log.watch("write again", writer.write("b"))
    await turn()


@program
async def sizes_that_are_none(log: Log) -> None:
    for size in (math.nan, -1, math.inf, "word", None):
        writer = WritableStream(Sink(log), {"size": lambda _, size=size: size}).getWriter()
        log.watch("write", writer.write("a"))
        log.watch("closed", writer.closed)
        await turn()


@program
async def a_size_that_is_converted(log: Log) -> None:
    # False stands for JavaScript's null, which is also converted to 0; None stands for undefined.
    for size in ("2", True, False):
        strategy = {"size": lambda _, size=size: size, "highWaterMark": 5}
        writer = WritableStream(Sink(log), strategy).getWriter()
        writer.write("a")
        log.append(writer.desiredSize)
        await turn()


@program
async def a_size_that_releases_the_writer(log: Log) -> None:
    def size(_: object) -> float:
        writer.releaseLock()
        return 1

    stream = WritableStream(Sink(log), {"size": size})
    writer = stream.getWriter()
    log.watch("write", writer.write("a"))
    log.append(stream.locked)
    await turn()


@program
async def a_size_that_fails_the_stream(log: Log) -> None:
    sink = Sink(log)

    def size(_: object) -> float:
        sink.controller.error(boom())
        return math.nan

    writer = WritableStream(sink, {"size": size}).getWriter()
    log.watch("write early", writer.write("a"))
    await turn()
    log.watch("write late", writer.write("a"))
    log.watch("closed", writer.closed)
    await turn()


@program
async def a_size_that_closes_the_stream(log: Log) -> None:
    def size(_: object) -> float:
        log.watch("close", writer.close())
        return 1

    writer = WritableStream(Sink(log), {"size": size}).getWriter()
    log.watch("write", writer.write("a"))
    await turn()


@program
async def strategies_that_are_none(log: Log) -> None:
    for mark in (math.nan, -1, "word"):
        log.attempt(
            "constructor",
            partial(WritableStream, Sink(log), {"highWaterMark": mark}),
        )


@program
async def sinks_that_are_none(log: Log) -> None:
    log.attempt("a type", lambda: WritableStream({"type": "bytes"}))
    log.attempt("no function", lambda: WritableStream({"write": "write"}))
    log.attempt("a string", lambda: WritableStream("sink"))


@program
async def a_sink_without_functions(log: Log) -> None:
    writer = WritableStream({}).getWriter()
    log.watch("write", writer.write("a"))
    log.watch("close", writer.close())
    log.watch("closed", writer.closed)
    await turn()
    log.watch("abort", WritableStream().abort(boom()))
    await turn()


@program
async def a_release(log: Log) -> None:
    write = Deferred()
    stream = WritableStream(Sink(log, write=always(write)))
    writer = stream.getWriter()
    log.watch_writer(writer)
    log.watch("write", writer.write("a"))
    log.watch("later ready", writer.ready)
    log.append(stream.locked)
    writer.releaseLock()
    writer.releaseLock()
    log.append(stream.locked)
    log.watch_writer(writer, "released ")
    log.attempt("desiredSize", lambda: writer.desiredSize)
    log.watch("released write", writer.write("b"))
    log.watch("released close", writer.close())
    log.watch("released abort", writer.abort(boom()))
    another = stream.getWriter()
    log.watch("another ready", another.ready)
    log.watch("another write", another.write("c"))
    await turn()
    log.append("now")
    write.resolve()
    await turn()


@program
async def a_second_writer(log: Log) -> None:
    stream = WritableStream(Sink(log))
    stream.getWriter()
    log.attempt("getWriter", stream.getWriter)
    log.attempt("constructor", lambda: WritableStreamDefaultWriter(stream))
    log.watch("abort", stream.abort(boom()))
    log.watch("close", stream.close())
    await turn()


@program
async def a_stream_without_a_writer(log: Log) -> None:
    stream = WritableStream(Sink(log))
    close = Deferred()
    log.watch("close", stream.close())
    log.watch("close again", stream.close())
    log.watch("abort", stream.abort(boom()))
    log.watch("close at last", stream.close())
    await turn()
    another = WritableStream(Sink(log, close=close.promise))
    another.close()
    await turn()
    writer = another.getWriter()
    log.watch_writer(writer)
    log.append(writer.desiredSize)
    close.resolve()
    await turn()


@program
async def writers_of_failing_streams(log: Log) -> None:
    write = Deferred()
    sink = Sink(log, write=always(write))
    stream = WritableStream(sink)
    writer = stream.getWriter()
    log.watch("write", writer.write("a"))
    await turn()
    sink.controller.error(boom())
    writer.releaseLock()
    second = stream.getWriter()
    log.watch_writer(second, "second ")
    log.append(second.desiredSize)
    await turn()
    log.append("now")
    write.resolve()
    await turn()
    second.releaseLock()
    third = stream.getWriter()
    log.watch_writer(third, "third ")
    third.releaseLock()
    log.watch_writer(third, "released ")
    await turn()


@program
async def a_close_of_a_failing_stream(log: Log) -> None:
    write = Deferred()
    sink = Sink(log, write=always(write))
    writer = WritableStream(sink).getWriter()
    log.watch("write", writer.write("a"))
    await turn()
    sink.controller.error(boom())
    log.watch("close", writer.close())
    log.watch("write again", writer.write("b"))
    log.watch("closed", writer.closed)
    write.resolve()
    await turn()


@program
async def beside_other_promises(log: Log) -> None:
    writer = WritableStream(Sink(log)).getWriter()
    await turn()
    tick_tock(log)
    log.watch("write a", writer.write("a"))
    log.watch("write b", writer.write("b"))
    log.watch("ready", writer.ready)
    await turn()


@program
async def a_start_that_returns_a_promise(log: Log) -> None:
    writer = WritableStream(Sink(log, start=resolved())).getWriter()
    tick_tock(log)
    log.watch("write", writer.write("a"))
    await turn()


@program
async def a_write_that_returns_a_promise(log: Log) -> None:
    writer = WritableStream(Sink(log, write=lambda *_: resolved())).getWriter()
    await turn()
    tick_tock(log)
    log.watch("write", writer.write("a"))
    log.watch("ready", writer.ready)
    await turn()


@program
async def a_close_that_returns_a_promise(log: Log) -> None:
    writer = WritableStream(Sink(log, close=lambda *_: resolved())).getWriter()
    await turn()
    tick_tock(log)
    log.watch("close", writer.close())
    log.watch("closed", writer.closed)
    await turn()


@program
async def an_abort_that_returns_a_promise(log: Log) -> None:
    writer = WritableStream(Sink(log, abort=lambda *_: resolved())).getWriter()
    await turn()
    tick_tock(log)
    log.watch("abort", writer.abort(boom()))
    log.watch("closed", writer.closed)
    await turn()


@program
async def a_write_that_returns_a_rejected_promise(log: Log) -> None:
    writer = WritableStream(Sink(log, write=lambda *_: rejected(boom()))).getWriter()
    await turn()
    tick_tock(log)
    log.watch("write", writer.write("a"))
    log.watch_writer(writer)
    await turn()


@pytest.mark.parametrize("name", PROGRAMS)
async def test_the_order_is_that_of_an_engine(name: str) -> None:
    assert await logged(PROGRAMS[name]) == OTHERWISE.get(name, RECORDED[name])
