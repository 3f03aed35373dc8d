"""Small programs with streams that log an order of events, as JavaScript's would.

Each has a namesake in ``tests/streams/orders.mjs``, and ``tests/streams/orders.json`` has what
engines log for it.
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
    """Make the error that the programs know."""
    return Exception("boom")


def told(value: object) -> str:
    """Write a value as the programs in JavaScript do."""
    if value is None or value is MISSING:
        return "undefined"
    if isinstance(value, TypeError):
        return "TypeError"
    if isinstance(value, ValueError):
        return "RangeError"
    return value.name if isinstance(value, DOMException) else str(value)


class Log(list[Any]):
    """What a program has logged."""

    def watch(self, name: str, promise: Promise[Any]) -> Promise[Any]:
        """Log how a promise is settled, at the time when it is."""
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
    """A promise, and what settles it."""

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
    """What a sink's ``write`` returns: a promise for each call.

    Attributes:
        made: what settles them.
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
    """Let all microtasks run, and what they make ready."""
    for _ in range(6):
        await asyncio.sleep(0)


def resolved(value: object = None) -> Promise[Any]:
    """Make a promise that is fulfilled."""
    promise: Promise[Any] = a_new_promise(the_event_loop())
    resolve(promise, value)
    return promise


def tick_tock(log: Log) -> None:
    """Log when the microtasks that are queued from now on would run."""
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
    """Something that logs what it is told, and returns what is given for it.

    Attributes:
        controller: what ``start`` was given.
    """

    def __init__(self, log: Log, **results: Any) -> None:
        self.log = log
        self.results = results
        self.controller: Any = None

    def result(self, name: str, *arguments: object) -> Any:
        """Return what is given for a function; a function is called for it."""
        found = self.results.get(name)
        return found(*arguments) if callable(found) else found


class Sink(_Logged):
    """A sink that logs what it is told."""

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
    """Make a stream that has some chunks already, and then is closed, unless it is to be open."""

    def start(controller: Any) -> None:
        for chunk in chunks:
            controller.enqueue(chunk)
        if not is_open:
            controller.close()

    return ReadableStream(Source(log, start=start, **results), {"highWaterMark": 0})


def empty(log: Log, **results: Any) -> tuple[ReadableStream[Any], Any]:
    """Make a stream without chunks; return it with its controller."""
    source = Source(log, **results)
    return ReadableStream(source, {"highWaterMark": 0}), source.controller


async def logged(program: Program) -> list[Any]:
    """Run a program to its end, and return what it has logged."""
    log = Log()
    await program(log)
    await turn()
    await collect_garbage()
    # Rejections that a program looks away from are reported, as in an engine.
    errors = errors_heard()
    unexpected = [each for each in errors if "nobody" not in each["message"]]
    errors.clear()
    assert unexpected == []
    return list(log)
