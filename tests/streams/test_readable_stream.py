"""The classes of readable streams: which arguments they take and refuse, and their messages."""

import asyncio
import math
import weakref

import pytest

from support.loops import Function, collect_garbage, errors_heard
from support.page import turns
from support.readable_orders import Controlled, opened, raising
from whatwg_websockets import (
    ByteLengthQueuingStrategy,
    CountQueuingStrategy,
    ReadableStream,
    ReadableStreamDefaultController,
    ReadableStreamDefaultReader,
    undefined,
)


async def all_of(stream):
    return [chunk async for chunk in stream]


# Sources.


async def test_a_source_may_be_an_object_with_coroutine_methods():
    class Source:
        def __init__(self):
            self.log = []

        async def start(self, controller):
            await asyncio.sleep(0)
            self.log.append("started")
            controller.enqueue(0)

        async def pull(self, controller):
            await asyncio.sleep(0)
            controller.enqueue(len(self.log))
            self.log.append("pulled")

        async def cancel(self, reason):
            await asyncio.sleep(0)
            self.log.append(reason)

    source = Source()
    stream = ReadableStream(source)
    reader = stream.getReader()
    assert [(await reader.read()).value for _ in range(3)] == [0, 1, 2]
    await reader.cancel("enough")
    assert source.log[0] == "started"
    assert source.log[-1] == "enough"


async def test_a_source_may_be_a_mapping_keywords_or_both():
    def pull(controller):
        controller.enqueue("mapping")
        controller.close()

    def keyword_pull(controller):
        controller.enqueue("keyword")
        controller.close()

    strategy = {"highWaterMark": 0}
    assert await all_of(ReadableStream({"pull": pull})) == ["mapping"]
    assert await all_of(ReadableStream(pull=pull, strategy=strategy)) == ["mapping"]
    assert await all_of(ReadableStream({"pull": pull}, pull=keyword_pull)) == ["keyword"]
    with pytest.raises(TypeError, match="UnderlyingSource has no member 'pul'"):
        ReadableStream(pul=pull)


async def test_the_functions_of_a_source_are_looked_up_once():
    class Source:
        def pull(self, controller):
            controller.enqueue("first")

    stream = ReadableStream(Source())
    Source.pull = lambda self, controller: controller.enqueue("second")  # type: ignore[method-assign]
    assert await anext(aiter(stream)) == "first"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("x",), "underlyingSource must be an object or a mapping, not 'x'"),
        ((None,), "underlyingSource must be an object or a mapping, not None"),
        (({"pull": 5},), "pull must be a function, not 5"),
        (({"type": "text"},), "'text' is not a value of ReadableStreamType: bytes"),
        (({}, "x"), "QueuingStrategy must be an object or a mapping, not 'x'"),
        (({}, {"size": 5}), "size must be a function, not 5"),
    ],
)
async def test_what_is_no_source_or_no_strategy_is_a_type_error(arguments, message):
    with pytest.raises(TypeError) as caught:
        ReadableStream(*arguments)
    assert str(caught.value) == message


@pytest.mark.parametrize("mark", [math.nan, -1, -0.5, "x"])
@pytest.mark.parametrize("as_strategy", [False, True])
async def test_a_high_water_mark_that_is_negative_or_no_number_is_a_value_error(mark, as_strategy):
    strategy = CountQueuingStrategy(highWaterMark=mark) if as_strategy else {"highWaterMark": mark}
    with pytest.raises(ValueError, match="highWaterMark must be at least 0, not"):
        ReadableStream({}, strategy)


@pytest.mark.parametrize("size", [math.nan, -1, math.inf, "x", None])
async def test_a_size_that_a_queue_cannot_have_makes_the_stream_fail(size):
    source = Controlled()
    stream = ReadableStream(source, {"size": lambda _: size})
    with pytest.raises(ValueError, match="the size of a chunk must be") as caught:
        source.controller.enqueue("a")
    assert source.controller.desiredSize is None
    with pytest.raises(ValueError, match="the size of a chunk must be") as again:
        await stream.getReader().read()
    assert again.value is caught.value


async def test_a_stream_of_any_chunks_has_no_reader_that_brings_its_own_buffers():
    stream, _ = opened()
    with pytest.raises(TypeError, match="the stream is not a byte stream"):
        stream.getReader(mode="byob")
    with pytest.raises(TypeError, match="not a value of ReadableStreamReaderMode"):
        stream.getReader({"mode": "x"})  # type: ignore[call-overload]
    assert not stream.locked


def test_a_stream_needs_an_event_loop():
    for make in (ReadableStream, lambda: ReadableStream.from_([])):
        with pytest.raises(RuntimeError, match="a ReadableStream needs a running event loop"):
            make()


# Readers and controllers.


async def test_a_reader_is_made_of_a_stream():
    stream, _ = opened("a")
    reader = ReadableStreamDefaultReader(stream)
    assert stream.locked
    assert await reader.read() == ("a", False)
    with pytest.raises(TypeError, match="already locked to a reader"):
        ReadableStreamDefaultReader(stream)
    with pytest.raises(TypeError, match="stream must be a ReadableStream, not dict"):
        ReadableStreamDefaultReader({})  # type: ignore[arg-type]


async def test_what_was_released_says_so():
    stream, _ = opened()
    reader = stream.getReader()
    reader.releaseLock()
    for call in (reader.read, reader.cancel):
        with pytest.raises(TypeError, match="the reader was released"):
            await call()
    with pytest.raises(TypeError, match="the reader was released"):
        await reader.closed


async def test_a_stream_that_fails_before_it_has_a_reader():
    stream, controller = opened()
    error = KeyError("e")
    controller.error(error)
    controller.error(KeyError("too late"))
    reader = stream.getReader()
    with pytest.raises(KeyError) as caught:
        await reader.closed
    assert caught.value is error
    with pytest.raises(KeyError):
        await reader.cancel()


async def test_a_controller_cannot_be_constructed():
    with pytest.raises(TypeError, match="methods of a source are given it"):
        ReadableStreamDefaultController()


async def test_a_controller_says_why_it_refuses():
    _, controller = opened("a")
    controller.close()
    with pytest.raises(TypeError, match="the stream is closing, so it cannot be given a chunk"):
        controller.enqueue("b")
    _, controller = opened()
    controller.close()
    with pytest.raises(TypeError, match="the stream is closed, so it cannot be closed"):
        controller.close()
    _, controller = opened()
    controller.error()
    with pytest.raises(TypeError, match="the stream is errored, so it cannot be given a chunk"):
        controller.enqueue("b")


async def test_a_chunk_may_be_anything():
    stream, controller = opened(None, undefined, 0, "", stream_of_nothing := object())
    controller.enqueue()
    controller.close()
    assert await all_of(stream) == [None, undefined, 0, "", stream_of_nothing, undefined]


async def test_what_a_stream_says_of_itself():
    stream, controller = opened()
    assert repr(stream) == "<ReadableStream readable>"
    reader = stream.getReader()
    assert repr(stream) == "<ReadableStream readable, locked>"
    reader.releaseLock()
    controller.close()
    assert repr(stream) == "<ReadableStream closed>"
    assert repr(CountQueuingStrategy(highWaterMark=3)) == "CountQueuingStrategy(highWaterMark=3)"


@pytest.mark.parametrize("end", ["close", "error", "cancel", "close behind a chunk"])
async def test_the_source_is_let_go_of_when_the_stream_is_over(end):
    pull, cancel = Function(), Function()
    size = len if end == "close behind a chunk" else Function()
    source = Controlled(pull=pull, cancel=cancel)
    stream = ReadableStream(source, {"size": size, "highWaterMark": 1})
    controller = source.controller
    await turns()
    kept = [weakref.ref(each) for each in (pull, cancel, size)]
    del source, pull, cancel, size
    await collect_garbage()
    assert None not in [reference() for reference in kept]
    if end == "cancel":
        await stream.cancel()
    elif end == "close behind a chunk":
        controller.enqueue("a")
        controller.close()
        assert await stream.getReader().read() == ("a", False)
    else:
        getattr(controller, end)()
    await collect_garbage()
    assert [reference() for reference in kept[:2]] == [None, None]
    assert kept[2]() in (None, len)


@pytest.mark.parametrize("end", ["error", "cancel"])
async def test_chunks_that_are_dropped_are_let_go_of(end):
    chunk = Function()
    stream, controller = opened(chunk)
    kept = weakref.ref(chunk)
    del chunk
    assert kept() is not None
    if end == "cancel":
        await stream.cancel()
    else:
        controller.error(KeyError("e"))
    await collect_garbage()
    assert kept() is None


@pytest.mark.parametrize("name", ["cancel", "getReader", "values", "tee"])
async def test_a_stream_belongs_to_the_thread_of_its_loop(name):
    stream, controller = opened("a")
    with pytest.raises(RuntimeError, match="a ReadableStream belongs to the thread"):
        await asyncio.to_thread(getattr(stream, name))
    assert not stream.locked
    controller.close()
    assert await all_of(stream) == ["a"]


@pytest.mark.parametrize("name", ["read", "cancel", "releaseLock"])
async def test_a_reader_belongs_to_the_thread_of_its_loop(name):
    stream, _ = opened("a")
    reader = stream.getReader()
    with pytest.raises(RuntimeError, match="a ReadableStream belongs to the thread"):
        await asyncio.to_thread(getattr(reader, name))
    assert await reader.read() == ("a", False)


@pytest.mark.parametrize("name", ["enqueue", "close", "error"])
async def test_a_controller_belongs_to_the_thread_of_its_loop(name):
    stream, controller = opened("a")
    with pytest.raises(RuntimeError, match="a ReadableStream belongs to the thread"):
        await asyncio.to_thread(getattr(controller, name))
    controller.close()
    assert await all_of(stream) == ["a"]


# Tees.


async def test_both_branches_of_a_tee_have_the_same_objects():
    chunk = object()
    stream, controller = opened(chunk)
    controller.close()
    one, other = stream.tee()
    assert [await all_of(branch) for branch in (one, other)] == [[chunk], [chunk]]
    with pytest.raises(TypeError, match="already locked to a reader"):
        stream.tee()


async def test_a_branch_that_nobody_reads_queues_what_the_other_reads():
    one, other = ReadableStream.from_(range(100)).tee()
    assert await all_of(one) == list(range(100))
    assert await all_of(other) == list(range(100))


async def test_a_tee_of_a_tee():
    first, second = ReadableStream.from_(["a", "c"]).tee()
    third, fourth = second.tee()
    heard = await asyncio.gather(*map(all_of, (first, third, fourth)))
    assert heard == [["a", "c"]] * 3


@pytest.mark.parametrize("cancelled", [0, 1])
async def test_a_branch_that_was_cancelled_gets_nothing(cancelled):
    stream, controller = opened("a")
    branches = stream.tee()
    waits = branches[cancelled].cancel()
    controller.enqueue("b")
    controller.close()
    assert await all_of(branches[1 - cancelled]) == ["a", "b"]
    await waits


async def test_a_tee_of_a_stream_that_has_failed():
    stream, controller = opened()
    controller.error(KeyError("e"))
    for branch in stream.tee():
        with pytest.raises(KeyError, match="e"):
            await branch.getReader().read()


# Streams that are made from iterables.


@pytest.mark.parametrize("iterable", ["text", 5, None, object()])
async def test_what_cannot_be_iterated_over_is_no_stream(iterable):
    with pytest.raises(TypeError, match="cannot be iterated over"):
        ReadableStream.from_(iterable)


async def test_from_is_called_on_the_class():
    stream, _ = opened()
    with pytest.raises(TypeError, match=r"ReadableStream\.from_\(\) is called on the class"):
        stream.from_([])  # type: ignore[attr-defined]


async def test_iterables_of_all_kinds_come_to_their_end():
    async def generator():
        for number in range(3):
            await asyncio.sleep(0)
            yield number

    stream = ReadableStream.from_(range(3))
    for iterable in (
        generator(),
        iter(range(3)),
        {0: "a", 1: "b", 2: "c"},
        bytes(range(3)),
        stream,
    ):
        assert await all_of(ReadableStream.from_(iterable)) == [0, 1, 2]


async def test_an_iterator_is_asked_no_faster_than_the_stream_is_read():
    asked = []

    def numbers():
        for number in range(10):
            asked.append(number)
            yield number

    reader = ReadableStream.from_(numbers()).getReader()
    await turns()
    assert asked == []
    assert await reader.read() == (0, False)
    await turns()
    assert asked == [0]


async def test_a_stream_of_an_iterable_that_raises_at_once():
    class Broken:
        def __iter__(self):
            raise KeyError("iter")

    class Strange:
        def __aiter__(self):
            return self

        def __anext__(self):
            raise KeyError("anext")

    with pytest.raises(KeyError, match="iter"):
        ReadableStream.from_(Broken())
    with pytest.raises(KeyError, match="anext"):
        await all_of(ReadableStream.from_(Strange()))


async def test_cancelling_waits_for_the_iterator_that_is_at_work():
    log = []
    event = asyncio.Event()

    async def generator():
        try:
            await event.wait()
            yield "a"
        finally:
            log.append("closed")

    stream = ReadableStream.from_(generator())
    reader = stream.getReader()
    read = reader.read()
    await turns()
    cancelled = reader.cancel()
    await turns()
    assert log == []
    event.set()
    await cancelled
    assert log == ["closed"]
    assert await read == (None, True)


async def test_cancelling_after_the_iterator_has_raised_while_it_was_at_work():
    event = asyncio.Event()

    async def generator():
        await event.wait()
        raise KeyError("too late")
        yield

    reader = ReadableStream.from_(generator()).getReader()
    read = reader.read()
    await turns()
    cancelled = reader.cancel()
    await turns()
    event.set()
    await cancelled
    assert await read == (None, True)
    errors_heard().clear()


async def test_an_iterator_that_cannot_be_closed_is_let_go_of():
    class Numbers:
        def __aiter__(self):
            return self

        async def __anext__(self):
            return 1

    for iterable in (Numbers(), iter([1, 1])):
        reader = ReadableStream.from_(iterable).getReader()
        assert await reader.read() == (1, False)
        await reader.cancel()


async def test_an_iterator_that_raises_when_it_is_closed():
    def generator():
        try:
            yield 1
        finally:
            raise KeyError("closing")

    reader = ReadableStream.from_(generator()).getReader()
    await reader.read()
    with pytest.raises(KeyError, match="closing"):
        await reader.cancel()


async def test_a_value_that_fails_closes_its_iterator():
    log = []

    async def fails():
        raise KeyError("value")

    def generator():
        try:
            yield fails()
        finally:
            log.append("closed")

    with pytest.raises(KeyError, match="value"):
        await all_of(ReadableStream.from_(generator()))
    assert log == ["closed"]


# Strategies.


async def test_strategies_measure_chunks():
    length = ByteLengthQueuingStrategy(highWaterMark=10)
    assert length.highWaterMark == 10
    assert [length.size(chunk) for chunk in (b"abc", bytearray(2), memoryview(b"abcd"))] == [
        3,
        2,
        4,
    ]
    assert length.size(memoryview(b"abcdefgh").cast("I")) == 8

    class HasLength:
        byteLength = 7

    assert length.size(HasLength()) == 7
    count = CountQueuingStrategy(highWaterMark=math.inf)
    assert (count.highWaterMark, count.size(b"abc")) == (math.inf, 1)
    source = Controlled()
    ReadableStream(source, length)
    source.controller.enqueue(b"abcdef")
    assert source.controller.desiredSize == 4


async def test_a_size_that_raises_makes_the_stream_fail():
    source = Controlled()
    stream = ReadableStream(source, {"size": raising(KeyError("size"))})
    with pytest.raises(KeyError, match="size"):
        source.controller.enqueue("a")
    with pytest.raises(KeyError, match="size"):
        await stream.getReader().read()


# Which objects stay alive.


async def test_what_nobody_refers_to_is_collected():
    source = Controlled("a")
    stream = ReadableStream(source)
    iterator = stream.values(preventCancel=True)
    assert await anext(iterator) == "a"
    kept = [weakref.ref(each) for each in (stream, source.controller, iterator)]
    del iterator
    reader = stream.getReader()
    read = reader.read()
    kept += [weakref.ref(each) for each in (reader, read, *stream_branches())]
    await turns()
    source.controller = None
    del stream, reader, read
    await collect_garbage()
    assert [reference() for reference in kept] == [None] * len(kept)


def stream_branches():
    """Make two branches of a stream to which the program does not refer."""
    return ReadableStream(start=lambda controller: controller.enqueue("a")).tee()
