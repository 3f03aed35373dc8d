"""Small programs with streams that log the order of events, as the same programs in JavaScript do.

Each has a program of the same name in ``tests/streams/orders.mjs``, and
``tests/streams/orders.json`` has the log of that program in an engine.
"""

import asyncio
import json
from collections.abc import Callable, Coroutine, Iterable
from functools import partial
from pathlib import Path
from typing import Any, Final

from support.loops import collect_garbage, errors_heard
from whatwg_websockets import DOMException, WritableStreamDefaultWriter
from whatwg_websockets.html.event_loop import the_event_loop
from whatwg_websockets.streams.readable_stream import ReadableStream
from whatwg_websockets.webidl.missing import MISSING
from whatwg_websockets.webidl.promise import (
    Promise,
    a_new_promise,
    a_promise_rejected_with,
    react,
    reject,
    resolve,
    upon,
)

RECORDED: Final[dict[str, list[Any]]] = json.loads(
    (Path(__file__).parents[1] / "streams" / "orders.json").read_text("utf-8")
)


def boom() -> Exception:
    """Make the error that the programs raise."""
    return Exception("boom")


def told(value: object) -> str:
    """Write a value as the programs in JavaScript write it."""
    if value is None or value is MISSING:
        return "undefined"
    if isinstance(value, TypeError):
        return "TypeError"
    if isinstance(value, ValueError):
        return "RangeError"
    return value.name if isinstance(value, DOMException) else str(value)


class Log(list[Any]):
    """The log of a program."""

    def watch(self, name: str, promise: Promise[Any]) -> Promise[Any]:
        """Log how a promise is settled, when it is settled."""
        upon(
            promise,
            lambda value: self.append(f"{name} fulfilled: {told(value)}"),
            lambda reason: self.append(f"{name} rejected: {told(reason)}"),
        )
        return promise

    def watch_writer(self, writer: WritableStreamDefaultWriter[Any], name: str = "") -> None:
        """Log how both promises of a writer are settled."""
        self.watch(f"{name}ready", writer.ready)
        self.watch(f"{name}closed", writer.closed)

    def attempt(self, name: str, action: Callable[[], object]) -> None:
        """Log what a function returns or raises."""
        try:
            self.append(f"{name} returned {told(action())}")
        except Exception as error:
            self.append(f"{name} raised {told(error)}")


Program = Callable[[Log], Coroutine[Any, Any, None]]


class Deferred:
    """A promise with the methods that settle it."""

    def __init__(self) -> None:
        self.promise: Promise[Any] = a_new_promise(the_event_loop())

    def resolve(self, value: object = None) -> None:
        """Fulfil the promise."""
        resolve(self.promise, value)

    def reject(self, reason: object) -> None:
        """Reject the promise."""
        reject(self.promise, reason)


def rejected(reason: object) -> Promise[Any]:
    """Make a promise that is rejected."""
    return a_promise_rejected_with(reason, the_event_loop())


class Writes:
    """A ``write`` method of a sink that returns a new promise for each call.

    Attributes:
        made: the promises of the calls, in order.
    """

    def __init__(self) -> None:
        self.made: list[Deferred] = []

    def __call__(self, *_: object) -> Promise[Any]:
        self.made.append(Deferred())
        return self.made[-1].promise


def always(deferred: Deferred) -> Callable[..., Promise[Any]]:
    """Make a function that returns one promise at each call."""
    return lambda *_: deferred.promise


async def turn() -> None:
    """Let all queued microtasks run, and the microtasks that these queue."""
    for _ in range(6):
        await asyncio.sleep(0)


def resolved(value: object = None) -> Promise[Any]:
    """Make a promise that is fulfilled."""
    promise: Promise[Any] = a_new_promise(the_event_loop())
    resolve(promise, value)
    return promise


def tick_tock(log: Log) -> None:
    """Log the turns in which microtasks that are queued from now on run."""
    tick = resolved()
    for number in range(1, 7):
        tick = react(tick, partial(_say_the_tick, log, number))


def _say_the_tick(log: Log, number: int, _: object) -> None:
    log.append(f"tick {number}")


def raising(reason: BaseException) -> Callable[..., Any]:
    """Make a function that raises."""

    def function(*_: object) -> None:
        raise reason

    return function


class _Logged:
    """An object that logs its calls, and returns the given results.

    Attributes:
        controller: the controller that ``start`` was given.
    """

    def __init__(self, log: Log, **results: Any) -> None:
        self.log = log
        self.results = results
        self.controller: Any = None

    def result(self, name: str, *arguments: object) -> Any:
        """Return the given result of a function, or the result of calling the given function."""
        found = self.results.get(name)
        return found(*arguments) if callable(found) else found


class Sink(_Logged):
    """A sink that logs its calls."""

    def start(self, controller: Any) -> Any:
        self.controller = controller
        self.log.append("sink start")
        return self.result("start", controller)

    def write(self, chunk: Any, controller: Any) -> Any:
        self.log.append(f"sink write {told(chunk)}")
        return self.result("write", chunk, controller)

    def close(self) -> Any:
        self.log.append("sink close")
        return self.result("close")

    def abort(self, reason: Any) -> Any:
        self.log.append(f"sink abort {told(reason)}")
        return self.result("abort", reason)


class Source(_Logged):
    """A source that logs each call except that of its start method."""

    def start(self, controller: Any) -> Any:
        self.controller = controller
        return self.result("start", controller)

    def pull(self, controller: Any) -> Any:
        self.log.append("source pull")
        return self.result("pull", controller)

    def cancel(self, reason: Any) -> Any:
        self.log.append(f"source cancel {told(reason)}")
        return self.result("cancel", reason)


def given(
    log: Log, chunks: Iterable[Any], *, is_open: bool = False, **results: Any
) -> ReadableStream[Any]:
    """Make a stream that has some chunks, and is then closed unless ``is_open`` is true."""

    def start(controller: Any) -> None:
        for chunk in chunks:
            controller.enqueue(chunk)
        if not is_open:
            controller.close()

    return ReadableStream(Source(log, start=start, **results), {"highWaterMark": 0})


def empty(log: Log, **results: Any) -> tuple[ReadableStream[Any], Any]:
    """Make a stream without chunks, and return it with its controller."""
    source = Source(log, **results)
    return ReadableStream(source, {"highWaterMark": 0}), source.controller


async def logged(program: Program) -> list[Any]:
    """Run a program to its end, and return its log."""
    log = Log()
    await program(log)
    await turn()
    await collect_garbage()
    # The rejections that a program does not handle are reported, as in an engine.
    errors = errors_heard()
    unexpected = [each for each in errors if "nobody" not in each["message"]]
    errors.clear()
    assert unexpected == []
    return list(log)
