"""Pipes: the order of their events, compared with that of JavaScript engines.

``orders.json`` has the logs of Chromium 150 for the programs in ``orders.mjs``. Node.js 24 logs the
same, except for ``a_sink_that_had_failed``, where Node.js does not cancel the source, and for the
two programs in ``OTHERWISE``.
"""

import re
from pathlib import Path
from typing import Any

import pytest

from support.orders import (
    RECORDED,
    Deferred,
    Log,
    Program,
    Sink,
    Source,
    Writes,
    always,
    boom,
    empty,
    given,
    logged,
    raising,
    rejected,
    told,
    turn,
)
from whatwg_websockets import AbortController, AbortSignal, WritableStream
from whatwg_websockets.streams.readable_stream import ReadableStream

PROGRAMS: dict[str, Program] = {}

EACH_PREVENTION = [
    {"preventAbort": prevent_abort, "preventCancel": prevent_cancel}
    for prevent_abort in (False, True)
    for prevent_cancel in (False, True)
]

# The standard does not define when exactly a pipe reads, and the engines differ in that.
OTHERWISE: dict[str, list[Any]] = {
    # Chromium aborts while the sink writes; Node.js aborts after the write, as the standard says.
    "a_chunk_and_the_signal": [
        "sink start",
        "source pull",
        "sink write a",
        "sink abort boom",
        "source cancel boom",
        "pipe rejected: boom",
    ],
    # The second chunk waits already when the second pipe reads; Chromium pulls for each chunk.
    "a_pipe_through": [
        "sink start",
        True,
        "source pull",
        "sink write aa",
        "sink write bb",
        "sink close",
        "pipe fulfilled: undefined",
    ],
}


def program(function: Program) -> Program:
    PROGRAMS[function.__name__] = function
    return function


def fails(log: Log, reason: Exception | None = None) -> dict[str, Any]:
    """Make a source or a sink that fails when it starts."""
    return {"start": lambda controller: controller.error(reason or boom())}


@program
async def a_pipe(log: Log) -> None:
    dest = WritableStream(Sink(log))
    await log.watch("pipe", given(log, ["a", "b", "c"]).pipeTo(dest))
    log.append(dest.locked)
    log.watch("closed", dest.getWriter().closed)
    await turn()


@program
async def a_pipe_to_a_slow_sink(log: Log) -> None:
    write = Writes()
    given_until_now = 0

    def pull(controller: Any) -> None:
        nonlocal given_until_now
        given_until_now += 1
        if given_until_now > 4:
            controller.close()
        else:
            controller.enqueue(given_until_now)

    stream = ReadableStream(Source(log, pull=pull), {"highWaterMark": 0})
    dest = WritableStream(Sink(log, write=write), {"highWaterMark": 2})
    log.watch("pipe", stream.pipeTo(dest))
    for i in range(4):
        await turn()
        log.append("now")
        write.made[i].resolve()
    await turn()


@program
async def a_pipe_to_no_room(log: Log) -> None:
    dest = WritableStream(Sink(log), {"highWaterMark": 0})
    stream, controller = empty(log)
    log.watch("pipe", stream.pipeTo(dest))
    controller.enqueue("a")
    await turn()
    log.append("now")
    controller.error(boom())
    await turn()


@program
async def a_source_that_fails(log: Log) -> None:
    stream, controller = empty(log)
    log.watch("pipe", stream.pipeTo(WritableStream(Sink(log))))
    await turn()
    controller.error(boom())
    await turn()


@program
async def a_source_that_fails_with_preventAbort(log: Log) -> None:
    stream, controller = empty(log)
    dest = WritableStream(Sink(log))
    log.watch("pipe", stream.pipeTo(dest, {"preventAbort": True}))
    await turn()
    controller.error(boom())
    await turn()
    log += [stream.locked, dest.locked]
    log.watch("write", dest.getWriter().write("a"))
    await turn()


@program
async def a_source_that_fails_while_the_sink_writes(log: Log) -> None:
    write = Deferred()
    stream, controller = empty(log)
    log.watch("pipe", stream.pipeTo(WritableStream(Sink(log, write=always(write)))))
    await turn()
    controller.enqueue("a")
    await turn()
    controller.error(boom())
    await turn()
    log.append("now")
    write.resolve()
    await turn()


@program
async def a_source_that_fails_and_a_sink_that_fails_to_abort(log: Log) -> None:
    stream, controller = empty(log)
    abort = raising(Exception("abort"))
    log.watch("pipe", stream.pipeTo(WritableStream(Sink(log, abort=abort))))
    await turn()
    controller.error(boom())
    await turn()


@program
async def a_source_that_had_failed(log: Log) -> None:
    stream = ReadableStream(Source(log, **fails(log)))
    log.watch("pipe", stream.pipeTo(WritableStream(Sink(log))))
    await turn()
    another = ReadableStream(Source(log, **fails(log)))
    dest = WritableStream(Sink(log))
    log.watch("prevented", another.pipeTo(dest, {"preventAbort": True}))
    await turn()


@program
async def a_sink_that_fails(log: Log) -> None:
    stream, controller = empty(log)
    log.watch("pipe", stream.pipeTo(WritableStream(Sink(log, write=raising(boom())))))
    await turn()
    controller.enqueue("a")
    await turn()


@program
async def a_sink_that_fails_with_preventCancel(log: Log) -> None:
    stream, controller = empty(log)
    dest = WritableStream(Sink(log, write=raising(boom())))
    log.watch("pipe", stream.pipeTo(dest, {"preventCancel": True}))
    await turn()
    controller.enqueue("a")
    await turn()
    log += [stream.locked, dest.locked]
    controller.enqueue("b")
    log.append(told((await stream.getReader().read()).value))


@program
async def a_sink_that_fails_and_a_source_that_fails_to_cancel(log: Log) -> None:
    stream, controller = empty(log, cancel=raising(Exception("cancel")))
    log.watch("pipe", stream.pipeTo(WritableStream(Sink(log, write=raising(boom())))))
    await turn()
    controller.enqueue("a")
    await turn()


@program
async def a_sink_that_had_failed(log: Log) -> None:
    for prevent_cancel in (False, True):
        dest = WritableStream(Sink(log, **fails(log)))
        await turn()
        log.watch("pipe", given(log, ["a"]).pipeTo(dest, {"preventCancel": prevent_cancel}))
        await turn()


@program
async def a_sink_that_fails_to_start(log: Log) -> None:
    dest = WritableStream(Sink(log, start=rejected(boom())))
    log.watch("pipe", given(log, ["a"]).pipeTo(dest))
    await turn()


@program
async def both_had_failed(log: Log) -> None:
    stream = ReadableStream(Source(log, **fails(log)))
    dest = WritableStream(Sink(log, **fails(log, Exception("dest"))))
    await turn()
    log.watch("pipe", stream.pipeTo(dest))
    await turn()


@program
async def a_source_that_closes_with_preventClose(log: Log) -> None:
    dest = WritableStream(Sink(log))
    log.watch("pipe", given(log, ["a"]).pipeTo(dest, {"preventClose": True}))
    await turn()
    log.append(dest.locked)
    log.watch("pipe again", given(log, ["b"]).pipeTo(dest))
    await turn()


@program
async def a_source_that_had_closed(log: Log) -> None:
    for prevent_close in (False, True):
        dest = WritableStream(Sink(log))
        log.watch("pipe", given(log, []).pipeTo(dest, {"preventClose": prevent_close}))
        await turn()


@program
async def a_source_that_closes_while_the_sink_writes(log: Log) -> None:
    write = Deferred()
    stream, controller = empty(log)
    dest = WritableStream(Sink(log, write=always(write)), {"highWaterMark": 3})
    log.watch("pipe", stream.pipeTo(dest))
    await turn()
    controller.enqueue("a")
    controller.enqueue("b")
    controller.close()
    await turn()
    log.append("now")
    write.resolve()
    await turn()


@program
async def a_source_that_fails_with_preventAbort_while_the_sink_writes(log: Log) -> None:
    write = Deferred()
    stream, controller = empty(log)
    dest = WritableStream(Sink(log, write=always(write)))
    log.watch("pipe", stream.pipeTo(dest, {"preventAbort": True}))
    await turn()
    controller.enqueue("a")
    await turn()
    controller.error(boom())
    await turn()
    log += ["now", dest.locked]
    write.resolve()
    await turn()
    log.append(dest.locked)


@program
async def a_source_that_closes_with_preventClose_while_the_sink_writes(log: Log) -> None:
    write = Deferred()
    dest = WritableStream(Sink(log, write=always(write)))
    log.watch("pipe", given(log, ["a"]).pipeTo(dest, {"preventClose": True}))
    await turn()
    log += ["now", dest.locked]
    write.resolve()
    await turn()
    log.append(dest.locked)


@program
async def a_sink_that_fails_to_close(log: Log) -> None:
    dest = WritableStream(Sink(log, close=raising(boom())))
    log.watch("pipe", given(log, ["a"]).pipeTo(dest))
    await turn()


@program
async def a_sink_that_had_closed(log: Log) -> None:
    for prevent_cancel in (False, True):
        options = {"preventCancel": prevent_cancel}
        dest = WritableStream(Sink(log))
        dest.close()
        stream = given(log, ["a"], is_open=True)
        log.watch("pipe while it closes", stream.pipeTo(dest, options))
        await turn()
        another = given(log, ["a"], is_open=True)
        log.watch("pipe", another.pipeTo(dest, options))
        await turn()


@program
async def a_closed_source_and_a_closed_sink(log: Log) -> None:
    dest = WritableStream(Sink(log))
    await dest.close()
    log.watch("pipe", given(log, []).pipeTo(dest))
    await turn()


@program
async def a_signal_that_was_aborted(log: Log) -> None:
    for prevention in EACH_PREVENTION:
        dest = WritableStream(Sink(log))
        await turn()
        stream = given(log, ["a"], is_open=True)
        signal = AbortSignal.abort(boom())
        log.watch("pipe", stream.pipeTo(dest, signal=signal, **prevention))
        await turn()
        log += [stream.locked, dest.locked]


@program
async def a_signal_that_is_aborted(log: Log) -> None:
    for prevention in EACH_PREVENTION:
        stream, _ = empty(log)
        dest = WritableStream(Sink(log))
        abort_controller = AbortController()
        log.watch("pipe", stream.pipeTo(dest, signal=abort_controller.signal, **prevention))
        await turn()
        abort_controller.abort()
        await turn()
        log += [stream.locked, dest.locked]


@program
async def a_signal_that_is_aborted_while_the_sink_writes(log: Log) -> None:
    write = Deferred()
    abort_controller = AbortController()
    stream = given(log, ["a", "b"], is_open=True)
    dest = WritableStream(Sink(log, write=always(write)))
    log.watch("pipe", stream.pipeTo(dest, {"signal": abort_controller.signal}))
    await turn()
    abort_controller.abort(boom())
    await turn()
    log.append("now")
    write.resolve()
    await turn()


@program
async def a_signal_that_is_aborted_later(log: Log) -> None:
    abort_controller = AbortController()
    dest = WritableStream(Sink(log))
    pipe = given(log, ["a"]).pipeTo(dest, {"signal": abort_controller.signal})
    await log.watch("pipe", pipe)
    abort_controller.abort(boom())
    await turn()


@program
async def a_signal_and_failures_of_both(log: Log) -> None:
    abort_controller = AbortController()
    stream, _ = empty(log, cancel=raising(Exception("cancel")))
    dest = WritableStream(Sink(log, abort=raising(Exception("abort"))))
    log.watch("pipe", stream.pipeTo(dest, {"signal": abort_controller.signal}))
    await turn()
    abort_controller.abort(boom())
    await turn()


@program
async def a_signal_for_streams_at_their_ends(log: Log) -> None:
    abort = Deferred()
    abort_controller = AbortController()
    stream, controller = empty(log)
    dest = WritableStream(Sink(log, abort=always(abort)))
    log.watch("pipe", stream.pipeTo(dest, {"signal": abort_controller.signal}))
    await turn()
    controller.error(boom())
    await turn()
    abort_controller.abort(Exception("signal"))
    await turn()
    log.append("now")
    abort.resolve()
    await turn()


@program
async def an_aborted_signal_for_streams_that_had_failed(log: Log) -> None:
    stream = ReadableStream(Source(log, **fails(log)))
    dest = WritableStream(Sink(log, **fails(log, Exception("dest"))))
    await turn()
    signal = AbortSignal.abort(Exception("signal"))
    log.watch("pipe", stream.pipeTo(dest, {"signal": signal}))
    await turn()


@program
async def a_chunk_is_not_written_within_enqueue(log: Log) -> None:
    stream, controller = empty(log)
    log.watch("pipe", stream.pipeTo(WritableStream(Sink(log))))
    await turn()
    log.append("before")
    controller.enqueue("a")
    log.append("after")
    await turn()


@program
async def a_chunk_is_not_written_within_pull(log: Log) -> None:
    def pull(controller: Any) -> None:
        controller.enqueue("a")
        log.append("pulled")
        controller.close()

    stream = ReadableStream(Source(log, pull=pull), {"highWaterMark": 0})
    log.watch("pipe", stream.pipeTo(WritableStream(Sink(log))))
    await turn()


@program
async def a_chunk_and_the_end(log: Log) -> None:
    stream, controller = empty(log)
    log.watch("pipe", stream.pipeTo(WritableStream(Sink(log))))
    await turn()
    controller.enqueue("a")
    controller.close()
    await turn()


@program
async def a_chunk_and_a_failure(log: Log) -> None:
    stream, controller = empty(log)
    log.watch("pipe", stream.pipeTo(WritableStream(Sink(log))))
    await turn()
    controller.enqueue("a")
    controller.error(boom())
    await turn()


@program
async def a_chunk_and_the_signal(log: Log) -> None:
    stream, controller = empty(log)
    abort_controller = AbortController()
    dest = WritableStream(Sink(log))
    log.watch("pipe", stream.pipeTo(dest, {"signal": abort_controller.signal}))
    await turn()
    controller.enqueue("a")
    abort_controller.abort(boom())
    await turn()


@program
async def locked_streams(log: Log) -> None:
    stream = given(log, [])
    dest = WritableStream(Sink(log))
    nothing: Any = "nothing"
    log.watch("not a stream", stream.pipeTo(nothing))
    log.watch("not a signal", stream.pipeTo(dest, {"signal": nothing}))
    reader = stream.getReader()
    log.watch("locked source", stream.pipeTo(dest))
    reader.releaseLock()
    writer = dest.getWriter()
    log.watch("locked dest", stream.pipeTo(dest))
    log.append(stream.locked)
    writer.releaseLock()
    log.watch("pipe", stream.pipeTo(dest))
    log += [stream.locked, dest.locked]
    await turn()


@program
async def a_pipe_through(log: Log) -> None:
    readable, controller = empty(log)
    writable = WritableStream(
        write=lambda chunk, _: controller.enqueue(chunk + chunk), close=controller.close
    )
    dest = WritableStream(Sink(log))
    through = given(log, ["a", "b"]).pipeThrough({"readable": readable, "writable": writable})
    log.append(through is readable)
    log.watch("pipe", through.pipeTo(dest))
    await turn()


@program
async def a_pipe_through_that_fails(log: Log) -> None:
    readable, _ = empty(log)
    writable = WritableStream(Sink(log, write=raising(boom())))
    given(log, ["a"]).pipeThrough({"readable": readable, "writable": writable})
    await turn()


@program
async def a_pipe_through_nothing(log: Log) -> None:
    readable, _ = empty(log)
    writable = WritableStream()
    stream = given(log, ["a"])

    def attempt(name: str, pair: Any) -> None:
        log.attempt(name, lambda: stream.pipeThrough(pair))

    pair = {"readable": readable, "writable": writable}
    attempt("no readable", {"writable": writable})
    attempt("no writable", {"readable": readable})
    attempt("not a readable", {"readable": writable, "writable": writable})
    attempt("not a writable", {"readable": readable, "writable": readable})
    attempt("not a pair", "pair")
    writer = writable.getWriter()
    attempt("locked writable", pair)
    writer.releaseLock()
    stream.getReader()
    attempt("locked", pair)


@pytest.mark.parametrize("name", PROGRAMS)
async def test_the_order_is_that_of_an_engine(name: str) -> None:
    assert await logged(PROGRAMS[name]) == OTHERWISE.get(name, RECORDED[name])


def test_each_program_of_the_record_is_run() -> None:
    tests = Path(__file__)
    texts = [
        tests.read_text("utf-8"),
        tests.with_name("test_writable_orders.py").read_text("utf-8"),
    ]
    run = {
        name for text in texts for name in re.findall(r"^async def (\w+)\(log", text, re.MULTILINE)
    }
    assert run == RECORDED.keys()
