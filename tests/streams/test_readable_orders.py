"""The order of the events of a readable stream, tick by tick."""

import math
from typing import Any

import pytest

from support.readable_orders import Controlled, Programs, opened, raising, settle
from whatwg_websockets import (
    ByteLengthQueuingStrategy,
    CountQueuingStrategy,
    ReadableStream,
    undefined,
)
from whatwg_websockets.webidl.promise import a_promise_rejected_with, resolve

PROGRAMS = Programs()
logs = PROGRAMS.logs


# Reading.


@logs("first chunk a; tick 1; second chunk b; tick 2; tick 3")
async def a_read_of_a_queued_chunk_takes_one_tick(log):
    stream, _ = opened("a", "b")
    reader = stream.getReader()
    log.then(reader.read(), "first")
    log.ticks(3)
    log.then(reader.read(), "second")


@logs("enqueued; first chunk a; tick 1; second chunk b; tick 2; tick 3")
async def a_read_that_waits(log):
    stream, controller = opened()
    reader = stream.getReader()
    log.then(reader.read(), "first")
    log.then(reader.read(), "second")
    await settle()
    controller.enqueue("a")
    log.ticks(3)
    controller.enqueue("b")
    log("enqueued")


@logs("4; size b; 2; size c; size d; -2; 0; read chunk a; read chunk b")
async def the_size_of_a_chunk_that_is_waited_for(log):
    source = Controlled()

    def size(chunk):
        log("size", chunk)
        return 2

    stream = ReadableStream(source, {"size": size, "highWaterMark": 4})
    reader, controller = stream.getReader(), source.controller
    log.then(reader.read(), "read")
    controller.enqueue("a")
    log(controller.desiredSize)
    controller.enqueue("b")
    log(controller.desiredSize)
    controller.enqueue("c")
    controller.enqueue("d")
    log(controller.desiredSize)
    log.then(reader.read(), "read")
    log(controller.desiredSize)


# Starting and pulling.


@logs("start; made; tick 1; pull; tick 2; tick 3; tick 4")
async def the_first_pull_comes_a_tick_after_the_start(log):
    log.ticks(4)
    ReadableStream(start=lambda _: log("start"), pull=lambda _: log("pull"))
    log("made")


@logs("start; ready; tick 1; pull; tick 2; tick 3; tick 4")
async def the_first_pull_waits_for_a_start_that_takes_time(log):
    ready = log.pending()

    def start(_):
        log("start")
        return ready

    ReadableStream(start=start, pull=lambda _: log("pull"))
    await settle()
    log("ready")
    resolve(ready)
    log.ticks(4)


@logs(
    "pull 3; left 2; tick 1; pull 2; left 1; tick 2; pull 1; left 0; tick 3; tick 4; tick 5; "
    "tick 6; read; pull 1; left 0; first chunk 0; tick 1; tick 2; tick 3; tick 4"
)
async def pulls_fill_the_queue(log):
    chunks = iter(range(10))

    def pull(controller):
        log("pull", controller.desiredSize)
        controller.enqueue(next(chunks))
        log("left", controller.desiredSize)

    stream = ReadableStream({"pull": pull}, {"highWaterMark": 3})
    log.ticks(6)
    await settle()
    reader = stream.getReader()
    log("read")
    log.then(reader.read(), "first")
    log.ticks(4)


@logs(
    "pull 1; finish; first chunk 1; tick 1; pull 2; tick 2; tick 3; tick 4; finish; second "
    "chunk 2; tick 1; pull 3; tick 2; tick 3; tick 4"
)
async def a_pull_that_takes_time_is_not_repeated(log):
    count = 0
    promises = []
    controllers = []

    def pull(controller):
        nonlocal count
        count += 1
        log("pull", count)
        controllers.append(controller)
        promises.append(log.pending())
        return promises[-1]

    reader = ReadableStream(pull=pull).getReader()
    log.then(reader.read(), "first")
    log.then(reader.read(), "second")
    await settle()
    for number in range(2):
        log("finish")
        controllers[number].enqueue(count)
        resolve(promises[number])
        log.ticks(4)
        await settle()


@logs("pull; pull; pull")
async def a_pull_that_gives_nothing_is_not_repeated(log):
    reader = ReadableStream(pull=lambda _: log("pull")).getReader()
    await settle()
    log.then(reader.read(), "first")
    await settle()
    log.then(reader.read(), "second")


@logs(
    "pull 1; tick 1; pull 2; tick 2; first chunk 2; pull 3; tick 3; second chunk 3; tick 4; tick 5"
)
async def a_pull_is_repeated_where_more_was_asked_for_meanwhile(log):
    count = 0
    finish = log.pending()

    def pull(controller):
        nonlocal count
        count += 1
        log("pull", count)
        if count == 1:
            return finish
        controller.enqueue(count)
        return None

    reader = ReadableStream({"pull": pull}, {"highWaterMark": 0}).getReader()
    log.then(reader.read(), "first")
    await settle()
    log.then(reader.read(), "second")
    await settle()
    resolve(finish)
    log.ticks(5)


@logs(
    "pull 0; enqueued 0; pull 0; enqueued 0; first chunk 1; tick 1; second chunk 2; tick 2; "
    "tick 3; tick 4; tick 5"
)
async def enqueuing_within_a_pull_that_a_read_has_caused(log):
    count = 0

    def pull(controller):
        nonlocal count
        count += 1
        log("pull", controller.desiredSize)
        controller.enqueue(count)
        log("enqueued", controller.desiredSize)

    stream = ReadableStream({"pull": pull}, {"highWaterMark": 0})
    await settle()
    reader = stream.getReader()
    log.then(reader.read(), "first")
    log.then(reader.read(), "second")
    log.ticks(5)


@logs(
    "pull 1; pull 2; outer chunk 1; tick 1; inner chunk 2; tick 2; tick 3; tick 4; tick 5; tick 6"
)
async def a_pull_within_a_read_within_a_pull(log):
    count = 0

    def pull(controller):
        nonlocal count
        count += 1
        log("pull", count)
        if count == 1:
            log.then(reader.read(), "inner")
        controller.enqueue(count)

    reader = ReadableStream({"pull": pull}, {"highWaterMark": 0}).getReader()
    await settle()
    log.then(reader.read(), "outer")
    log.ticks(6)


@logs("pull; tick 1; first chunk a; closed nothing; second done nothing; tick 2; tick 3; tick 4")
async def closing_within_a_pull(log):
    def pull(controller):
        log("pull")
        controller.enqueue("a")
        controller.close()

    reader = ReadableStream(pull=pull).getReader()
    log.then(reader.read(), "first")
    log.then(reader.closed, "closed")
    log.then(reader.read(), "second")
    log.ticks(4)


@logs("constructor raised TypeError; tick 1; tick 2; tick 3; closed failed e; read failed e")
async def a_start_that_raises(log):
    log.attempt("constructor", lambda: ReadableStream(start=raising(TypeError())))
    stream = ReadableStream(
        start=lambda _: a_promise_rejected_with("e", log.agent), pull=lambda _: log("pull")
    )
    reader = stream.getReader()
    log.then(reader.closed, "closed")
    log.then(reader.read(), "read")
    log.ticks(3)


@logs(
    "pull; tick 1; tick 2; closed failed TypeError; read failed TypeError; tick 3; tick 4; "
    "pull; tick 1; tick 2; tick 3; tick 4; closed failed ValueError; read failed ValueError"
)
async def a_pull_that_raises(log):
    def pull(_):
        log("pull")
        raise TypeError

    reader = ReadableStream(pull=pull).getReader()
    log.then(reader.closed, "closed")
    log.then(reader.read(), "read")
    log.ticks(4)
    await settle()

    async def pull_later(_):
        log("pull")
        raise ValueError

    reader = ReadableStream(pull=pull_later).getReader()
    log.then(reader.closed, "closed")
    log.then(reader.read(), "read")
    log.ticks(4)


# Closing, and failing.


@logs("-1; 0; 0; first chunk a; closed nothing; second chunk b; third done nothing; tick 1; tick 2")
async def closing_waits_for_the_queue(log):
    stream, controller = opened("a", "b")
    controller.close()
    reader = stream.getReader()
    log.then(reader.closed, "closed")
    log(controller.desiredSize)
    log.then(reader.read(), "first")
    log(controller.desiredSize)
    log.then(reader.read(), "second")
    log.then(reader.read(), "third")
    log(controller.desiredSize)
    log.ticks(2)


@logs("closed nothing; first done nothing; second done nothing; tick 1; tick 2")
async def closing_ends_the_reads_that_wait(log):
    stream, controller = opened()
    reader = stream.getReader()
    log.then(reader.read(), "first")
    log.then(reader.closed, "closed")
    log.then(reader.read(), "second")
    await settle()
    controller.close()
    log.ticks(2)


@logs("nothing; closed failed e; first failed e; tick 1; tick 2")
async def an_error_drops_the_queue(log):
    stream, controller = opened("a")
    reader = stream.getReader()
    log.then(reader.closed, "closed")
    controller.error("e")
    log.then(reader.read(), "first")
    log(controller.desiredSize)
    log.ticks(2)


@logs("closed failed TypeError; first failed TypeError; second failed TypeError; tick 1; tick 2")
async def an_error_ends_the_reads_that_wait(log):
    stream, controller = opened()
    reader = stream.getReader()
    log.then(reader.read(), "first")
    log.then(reader.closed, "closed")
    log.then(reader.read(), "second")
    await settle()
    controller.error(TypeError())
    log.ticks(2)


@logs("read failed nothing; closed failed nothing; cancel failed nothing")
async def an_error_may_be_nothing(log):
    stream, controller = opened()
    reader = stream.getReader()
    controller.error()
    log.then(reader.read(), "read")
    log.then(reader.closed, "closed")
    log.then(reader.cancel(), "cancel")


@logs(
    "enqueue raised TypeError; close raised TypeError; error nothing; enqueue raised "
    "TypeError; close raised TypeError; error nothing; enqueue raised TypeError; close raised"
    " TypeError; read done nothing; read failed e"
)
async def a_source_that_is_closed_takes_nothing(log):
    def give(controller):
        log.attempt("enqueue", lambda: controller.enqueue("a"))
        log.attempt("close", controller.close)

    stream, controller = opened()
    controller.close()
    give(controller)
    log.attempt("error", lambda: controller.error("e"))
    log.then(stream.getReader().read(), "read")
    stream, controller = opened("a")
    controller.close()
    give(controller)
    log.attempt("error", lambda: controller.error("e"))
    log.then(stream.getReader().read(), "read")
    give(controller)


@logs("enqueue raised TypeError; close raised TypeError; error nothing; 0; cancel nothing")
async def a_source_that_was_cancelled_takes_nothing(log):
    never = log.pending()
    stream, controller = opened(pull=lambda _: never)
    await settle()
    log.then(stream.cancel(), "cancel")
    log.attempt("enqueue", lambda: controller.enqueue("a"))
    log.attempt("close", controller.close)
    log.attempt("error", lambda: controller.error("e"))
    log(controller.desiredSize)


# Cancelling.


@logs(
    "source enough; closed nothing; read done nothing; tick 1; tick 2; tick 3; tick 1; tick "
    "2; cancel nothing; tick 3"
)
async def cancelling_closes_before_the_source_has_ended(log):
    end = log.pending()

    def cancel(reason):
        log("source", reason)
        return end

    stream, _ = opened("a", cancel=cancel)
    reader = stream.getReader()
    log.then(reader.closed, "closed")
    log.then(reader.cancel("enough"), "cancel")
    log.then(reader.read(), "read")
    log.ticks(3)
    await settle()
    resolve(end, "x")
    log.ticks(3)


@logs("source; first done nothing; second done nothing; tick 1; cancel nothing; tick 2; tick 3")
async def cancelling_ends_the_reads_that_wait(log):
    reader = ReadableStream(cancel=lambda _: log("source")).getReader()
    log.then(reader.read(), "first")
    log.then(reader.read(), "second")
    await settle()
    log.then(reader.cancel(), "cancel")
    log.ticks(3)


@logs(
    "raised failed TypeError; closed nothing; tick 1; tick 2; tick 3; rejected failed "
    "ValueError; tick 4"
)
async def a_source_that_cannot_be_cancelled(log):
    log.then(ReadableStream(cancel=raising(TypeError())).cancel(), "raised")
    await settle()

    async def cancel(_):
        raise ValueError

    reader = ReadableStream(cancel=cancel).getReader()
    log.then(reader.cancel(), "rejected")
    log.then(reader.closed, "closed")
    log.ticks(4)


@logs("tick 1; cancel nothing; tick 2; tick 3; tick 4")
async def a_stream_without_cancel(log):
    log.then(ReadableStream().cancel(), "cancel")
    log.ticks(4)


@logs("closed nothing; errored failed e; tick 1; tick 2")
async def cancelling_what_is_over(log):
    stream, controller = opened(cancel=lambda _: log("source"))
    controller.close()
    log.then(stream.cancel(), "closed")
    stream, controller = opened(cancel=lambda _: log("source"))
    controller.error("e")
    log.then(stream.cancel(), "errored")
    log.ticks(2)


@logs(
    "second reader raised TypeError; true; false; source; stream failed TypeError; stream nothing"
)
async def a_locked_stream_is_not_cancelled(log):
    stream = ReadableStream(cancel=lambda _: log("source"))
    reader = stream.getReader()
    log.then(stream.cancel(), "stream")
    log.attempt("second reader", stream.getReader)
    log(stream.locked)
    reader.releaseLock()
    log(stream.locked)
    log.then(stream.cancel(), "stream")


# Releasing.


@logs(
    "closed failed TypeError; first failed TypeError; second failed TypeError; tick 1; tick "
    "2; false; after failed TypeError; cancel failed TypeError; closed failed TypeError; next"
    " reader chunk a"
)
async def releasing_ends_the_reads_that_wait(log):
    stream, controller = opened()
    reader = stream.getReader()
    log.then(reader.read(), "first")
    log.then(reader.closed, "closed")
    log.then(reader.read(), "second")
    await settle()
    reader.releaseLock()
    log.ticks(2)
    await settle()
    log.then(reader.read(), "after")
    log.then(reader.cancel(), "cancel")
    log.then(reader.closed, "closed")
    log(stream.locked)
    reader.releaseLock()
    await settle()
    controller.enqueue("a")
    log.then(stream.getReader().read(), "next reader")


@logs("before nothing; after failed TypeError; other nothing; read done nothing")
async def a_reader_that_is_released_after_the_end(log):
    stream, controller = opened()
    controller.close()
    reader = stream.getReader()
    log.then(reader.closed, "before")
    reader.releaseLock()
    log.then(reader.closed, "after")
    other = stream.getReader()
    log.then(other.closed, "other")
    log.then(other.read(), "read")


# Strategies.


@logs("enqueue raised TypeError; enqueue raised TypeError; closed failed TypeError")
async def a_size_that_raises(log):
    source = Controlled()
    reader = ReadableStream(source, {"size": raising(TypeError())}).getReader()
    log.then(reader.closed, "closed")
    await settle()
    log.attempt("enqueue", lambda: source.controller.enqueue("a"))
    log.attempt("enqueue", lambda: source.controller.enqueue("a"))


@logs(
    "enqueue raised ValueError; nothing; enqueue raised ValueError; nothing; enqueue raised "
    "ValueError; nothing; enqueue raised ValueError; nothing; enqueue nothing; 2; enqueue "
    "raised ValueError; nothing; enqueue raised ValueError; nothing; enqueue nothing; 4; "
    "enqueue nothing; 5; enqueue nothing; 4.5"
)
async def sizes_of_all_kinds(log):
    for size in (math.nan, -1, math.inf, -math.inf, "3", "x", undefined, True, 0, 0.5):
        source = Controlled()
        ReadableStream(source, {"size": lambda _, size=size: size, "highWaterMark": 5})
        log.attempt("enqueue", lambda source=source: source.controller.enqueue("a"))
        log(source.controller.desiredSize)


@logs(
    "constructor raised ValueError; constructor raised ValueError; constructor raised "
    "ValueError; constructor Infinity; constructor 5; constructor raised ValueError; "
    "constructor 0; constructor 1; constructor 0; constructor 0.5"
)
async def high_water_marks_of_all_kinds(log):
    for mark in (math.nan, -1, -math.inf, math.inf, "5", "x", None, True, 0, 0.5):
        source = Controlled()

        def construct(source=source, mark=mark):
            ReadableStream(source, {"highWaterMark": mark})
            return source.controller.desiredSize

        log.attempt("constructor", construct)


@logs(
    "4 1 1; 7 3 nothing nothing; size raised TypeError; count raised TypeError; bytes raised "
    "TypeError; true; negative raised ValueError; 6; text raised ValueError"
)
async def strategies(log):
    count = CountQueuingStrategy({"highWaterMark": 4})
    log(count.highWaterMark, count.size(), count.size("abc"))
    length = ByteLengthQueuingStrategy({"highWaterMark": "7"})
    log(length.highWaterMark, length.size(bytes(3)), length.size({}), length.size("abc"))
    log.attempt("size", lambda: length.size(None))
    log.attempt("count", lambda: CountQueuingStrategy({}))
    log.attempt("bytes", lambda: ByteLengthQueuingStrategy({}))
    log(count.size is CountQueuingStrategy(highWaterMark=1).size)
    log.attempt("negative", lambda: ReadableStream({}, CountQueuingStrategy(highWaterMark=-1)))
    source = Controlled()
    ReadableStream(source, ByteLengthQueuingStrategy(highWaterMark=10))
    source.controller.enqueue(bytes(4))
    log(source.controller.desiredSize)
    log.attempt("text", lambda: source.controller.enqueue("text"))


# The objects that may be sources and strategies.


@logs(
    "constructor nothing; constructor nothing; constructor raised TypeError; constructor "
    "raised TypeError; constructor raised TypeError; constructor raised TypeError; "
    "constructor raised TypeError; constructor raised TypeError; constructor raised "
    "TypeError; constructor raised TypeError; constructor nothing; strategy nothing; strategy"
    " nothing; strategy nothing; strategy raised TypeError; strategy raised TypeError; "
    "strategy raised TypeError; strategy nothing; strategy raised TypeError"
)
async def sources_of_all_kinds(log):
    nothing = undefined
    sources: list[Any] = [undefined, {}, None, "x", 5, {"type": "bytez"}, {"type": ""}]
    sources += [{"start": 5}, {"pull": None}, {"cancel": {}}, {"start": nothing}]
    for source in sources:
        log.attempt("constructor", lambda source=source: ReadableStream(source) and None)
    strategies: list[Any] = [undefined, {}, None, "x", 5]
    strategies += [{"size": 5}, {"size": nothing}, {"size": None}]
    for strategy in strategies:
        log.attempt("strategy", lambda strategy=strategy: ReadableStream({}, strategy) and None)


@logs("highWaterMark; size; autoAllocateChunkSize; cancel; pull; start; type")
async def the_members_of_a_source_are_read_in_order(log):
    class Watched:
        def __getattr__(self, name):
            log(name)
            return undefined

    ReadableStream(Watched(), Watched())


@pytest.mark.parametrize("name", PROGRAMS)
async def test_the_order_is_that_of_the_reference_implementation(name):
    await PROGRAMS.check(name)
