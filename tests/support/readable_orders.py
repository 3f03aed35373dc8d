"""Programs with readable streams that log their events, tick by tick.

The expected logs were recorded with the reference implementation of the standard (whatwg/streams at
b9ba9f49d95b) in Node.js 20, by the same programs in JavaScript. A RangeError there is a ValueError
here.
"""

import math
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any

from support.loops import errors_heard
from support.page import turns
from whatwg_websockets import ReadableStream, undefined
from whatwg_websockets.html.event_loop import the_event_loop
from whatwg_websockets.webidl.promise import (
    Promise,
    a_new_promise,
    a_promise_resolved_with,
    react,
    upon,
)


def shown(value: Any) -> str:
    """Write a value as the programs in JavaScript do."""
    if value is None or value is undefined:
        return "nothing"
    if isinstance(value, Exception):
        return type(value).__name__
    if isinstance(value, list):
        return f"[{', '.join(map(shown, value))}]"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return "Infinity" if value == math.inf else f"{value:g}"
    if hasattr(value, "done"):
        return f"done {shown(value.value)}" if value.done else f"chunk {shown(value.value)}"
    return str(value)


class OrderLog:
    """The log of a program."""

    def __init__(self) -> None:
        self.events: list[str] = []
        self.agent = the_event_loop()

    def __call__(self, *words: Any) -> None:
        self.events.append(" ".join(map(shown, words)))

    def then(self, promise: Promise[Any], name: str) -> None:
        """Log the value or reason of a promise, when it is settled."""
        upon(promise, lambda value: self(name, value), lambda reason: self(name, "failed", reason))

    def ticks(self, count: int) -> None:
        """Log each of the next ticks."""
        promise = self.promise()
        for number in range(1, count + 1):
            promise = react(promise, partial(self._tick, number))

    def _tick(self, number: int, _: object) -> None:
        self("tick", number)

    def attempt(self, name: str, function: Callable[[], Any]) -> None:
        """Log what a function returns or raises."""
        try:
            result = function()
        except Exception as exception:
            self(name, "raised", exception)
        else:
            self(name, result)

    def promise(self, value: object = None) -> Promise[Any]:
        """Return a promise that is fulfilled."""
        return a_promise_resolved_with(value, self.agent)

    def pending(self) -> Promise[Any]:
        """Return a promise that is not settled."""
        return a_new_promise(self.agent)


Program = Callable[[OrderLog], Coroutine[Any, Any, None]]


class Programs(dict[str, tuple[Program, list[str]]]):
    """Programs by their names, each with its expected log."""

    def logs(self, events: str) -> Callable[[Program], Program]:
        """Register the expected log of a program, whose entries are separated by semicolons."""

        def take(program: Program) -> Program:
            self[program.__name__] = (program, events.split("; "))
            return program

        return take

    async def check(self, name: str) -> None:
        """Run a program, and compare its log with the expected one."""
        program, expected = self[name]
        log = OrderLog()
        await program(log)
        await settle()
        assert log.events == expected
        # The rejections that a program does not handle are reported.
        errors_heard().clear()


class Controlled(dict[str, Any]):
    """A source that keeps its controller, and enqueues some chunks when it starts."""

    def __init__(self, *chunks: Any, **functions: Any) -> None:
        super().__init__(functions, start=self.start)
        self.chunks = chunks
        self.controller: Any = None

    def start(self, controller: Any) -> None:
        self.controller = controller
        for chunk in self.chunks:
            controller.enqueue(chunk)


def opened(*chunks: Any, **functions: Any) -> tuple[ReadableStream[Any], Any]:
    """Make a stream with some chunks, and return it with its controller."""
    source = Controlled(*chunks, **functions)
    return ReadableStream(source), source.controller


async def settle() -> None:
    """Let the event loop run until all queued microtasks have run."""
    await turns()


def raising(exception: Exception) -> Callable[..., Any]:
    """Make a function that raises."""

    def function(*_: Any) -> None:
        raise exception

    return function
