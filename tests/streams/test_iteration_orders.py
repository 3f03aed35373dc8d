"""The order of the events of iterators, and of streams that are made from iterables, by ticks."""

import pytest

from support.readable_orders import Programs, opened, raising, settle
from whatwg_websockets import ReadableStream
from whatwg_websockets.webidl.promise import Promise

PROGRAMS = Programs()
logs = PROGRAMS.logs


# Iterators, used with the methods that JavaScript calls.


@logs(
    "pull; tick 1; pull; tick 2; next chunk 0; pull; tick 3; tick 4; tick 5; next chunk 1; "
    "tick 6; tick 7; tick 8; next done nothing; next done nothing; next done nothing; false; "
    "next done nothing; return done x"
)
async def an_iterator_gives_one_result_after_the_other(log):
    chunks = iter(range(2))

    def pull(controller):
        log("pull")
        chunk = next(chunks, None)
        if chunk is None:
            controller.close()
        else:
            controller.enqueue(chunk)

    stream = ReadableStream(pull=pull)
    iterator = stream.values()
    for _ in range(5):
        log.then(iterator.next(), "next")
    log.ticks(8)
    await settle()
    log(stream.locked)
    log.then(iterator.next(), "next")
    log.then(iterator.return_("x"), "return")


@logs(
    "true; tick 1; next chunk a; source why; tick 2; tick 3; tick 4; tick 5; return done why;"
    " tick 6; tick 7; next done nothing; tick 8; false"
)
async def an_iterator_that_is_broken_off_cancels(log):
    stream, _ = opened("a", cancel=lambda reason: log("source", reason))
    iterator = stream.values()
    log.then(iterator.next(), "next")
    log.then(getattr(iterator, "return")("why"), "return")
    log(stream.locked)
    log.then(iterator.next(), "next")
    log.ticks(8)
    await settle()
    log(stream.locked)


@logs(
    "tick 1; next chunk a; tick 2; tick 3; tick 4; tick 5; return done why; tick 6; tick 7; "
    "tick 8; false; read chunk b"
)
async def an_iterator_that_does_not_cancel(log):
    stream, _ = opened("a", "b", cancel=lambda reason: log("source", reason))
    iterator = stream.values({"preventCancel": True})
    log.then(iterator.next(), "next")
    log.then(iterator.return_("why"), "return")
    log.ticks(8)
    await settle()
    log(stream.locked)
    log.then(stream.getReader().read(), "read")


@logs(
    "next chunk a; tick 1; tick 2; next failed e; tick 3; tick 4; tick 5; next done nothing; false"
)
async def an_iterator_of_a_stream_that_fails(log):
    stream, controller = opened("a")
    iterator = stream.values()
    for _ in range(3):
        log.then(iterator.next(), "next")
    await settle()
    controller.error("e")
    log.ticks(5)
    await settle()
    log(stream.locked)


@logs("tick 1; tick 2; return failed TypeError; tick 3; tick 4; tick 5; again done nothing")
async def an_iterator_whose_cancel_fails(log):
    iterator = ReadableStream(cancel=raising(TypeError())).values()
    log.then(iterator.return_(), "return")
    log.then(iterator.return_(), "again")
    log.ticks(5)


@logs("true; tick 1; tick 2; tick 3; next chunk b; tick 4; tick 5")
async def a_chunk_that_is_a_promise(log):
    stream, _ = opened(log.promise("a"), log.promise("b"))
    reader = stream.getReader()
    log(isinstance((await reader.read()).value, Promise))
    reader.releaseLock()
    iterator = stream.values()
    log.then(iterator.next(), "next")
    log.ticks(5)


# Streams that are made from iterables.


@logs("read chunk a; read chunk b; read chunk c; closed nothing; read done nothing")
async def a_stream_of_a_list(log):
    reader = ReadableStream.from_(["a", log.promise("b"), "c"]).getReader()
    log.then(reader.closed, "closed")
    for _ in range(4):
        log.then(reader.read(), "read")


@logs("read; begin; read chunk a; finally; cancel nothing; cancel nothing")
async def a_stream_of_an_asynchronous_generator(log):
    async def generator():
        try:
            log("begin")
            yield "a"
            log("middle")
            yield "b"
        finally:
            log("finally")

    stream = ReadableStream.from_(generator())
    await settle()
    log("read")
    reader = stream.getReader()
    log.then(reader.read(), "read")
    await settle()
    log.then(reader.cancel(), "cancel")
    await settle()
    log.then(getattr(ReadableStream, "from")(generator()).cancel(), "cancel")


@logs("begin; read chunk a; finally; cancel nothing")
async def a_stream_of_a_generator(log):
    def generator():
        try:
            log("begin")
            yield "a"
            yield "b"
        finally:
            log("finally")

    reader = ReadableStream.from_(generator()).getReader()
    log.then(reader.read(), "read")
    await settle()
    log.then(reader.cancel(), "cancel")


@logs(
    "read chunk a; closed failed TypeError; read failed TypeError; read chunk a; closed "
    "failed ValueError; read failed ValueError"
)
async def a_stream_of_a_generator_that_raises(log):
    def generator():
        yield "a"
        raise TypeError

    async def asynchronous_generator():
        yield "a"
        raise ValueError

    for iterable in (generator(), asynchronous_generator()):
        reader = ReadableStream.from_(iterable).getReader()
        log.then(reader.closed, "closed")
        log.then(reader.read(), "read")
        log.then(reader.read(), "read")
        await settle()


@logs("read chunk a; true; source why; cancel nothing; false")
async def a_stream_of_a_stream(log):
    stream, _ = opened("a", "b", cancel=lambda reason: log("source", reason))
    reader = ReadableStream.from_(stream).getReader()
    log.then(reader.read(), "read")
    await settle()
    log(stream.locked)
    log.then(reader.cancel("why"), "cancel")
    await settle()
    log(stream.locked)


@pytest.mark.parametrize("name", PROGRAMS)
async def test_the_order_is_that_of_the_reference_implementation(name):
    await PROGRAMS.check(name)
