"""Programs with readable streams that log what happens, tick by tick.

What each is expected to log was recorded with the standard's own reference implementation
(whatwg/streams at b9ba9f49d95b) in Node.js 20, by a program of the same words in JavaScript. What
is a RangeError there is a ValueError here.
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
    """What a program has logged."""

    def __init__(self) -> None:
        self.events: list[str] = []
        self.agent = the_event_loop()

    def __call__(self, *words: Any) -> None:
        self.events.append(" ".join(map(shown, words)))

    def then(self, promise: Promise[Any], name: str) -> None:
        """Log with what a promise is settled, when it is."""
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
    """Programs by their names, each with what it is expected to log."""

    def logs(self, events: str) -> Callable[[Program], Program]:
        """Say what a program is expected to log, with semicolons in between."""

        def take(program: Program) -> Program:
            self[program.__name__] = (program, events.split("; "))
            return program

        return take

    async def check(self, name: str) -> None:
        """Run a program, and compare what it logs."""
        program, expected = self[name]
        log = OrderLog()
        await program(log)
        await settle()
        assert log.events == expected
        # What a program makes fail without looking at it is reported.
        errors_heard().clear()


class Controlled(dict[str, Any]):
    """A source that keeps its controller, and enqueues some chunks in the beginning."""

    def __init__(self, *chunks: Any, **functions: Any) -> None:
        super().__init__(functions, start=self.start)
        self.chunks = chunks
        self.controller: Any = None

    def start(self, controller: Any) -> None:
        self.controller = controller
        for chunk in self.chunks:
            controller.enqueue(chunk)


def opened(*chunks: Any, **functions: Any) -> tuple[ReadableStream[Any], Any]:
    """Make a stream with some chunks; return it with its controller."""
    source = Controlled(*chunks, **functions)
    return ReadableStream(source), source.controller


async def settle() -> None:
    """Let everything come to rest."""
    await turns()


def raising(exception: Exception) -> Callable[..., Any]:
    """Make a function that raises."""

    def function(*_: Any) -> None:
        raise exception

    return function
