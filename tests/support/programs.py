"""Random programs, which log their events tick by tick: the part that all kinds have in common.

A script for Node.js plays the same programs with the reference implementation of the Streams
Standard. A program is data: how its stream is made, what the functions of the program do that the
stream calls, and a list of operations.
"""

import random
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from support.page import turns
from whatwg_websockets import undefined
from whatwg_websockets.html.event_loop import the_event_loop
from whatwg_websockets.webidl.promise import Promise, a_promise_resolved_with, react, upon

Program = dict[str, Any]


class Maker(ABC):
    """A maker of programs.

    Args:
        seed: the same seed makes the same programs.
    """

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def programs(self, count: int) -> list[Program]:
        """Make some programs."""
        return [self._program() for _ in range(count)]

    @abstractmethod
    def _program(self) -> Program: ...

    def _chance(self, chance: float) -> bool:
        return self._random.random() < chance


class SourceError(Exception):
    """The exception that the functions of a program raise."""


def named(value: Any) -> str:
    """Write an error, or another reason, as the programs in JavaScript do."""
    if value is None or value is undefined:
        return "nothing"
    if isinstance(value, list):
        return f"[{','.join(map(named, value))}]"
    return value if isinstance(value, str) else type(value).__name__


def number(value: float | None) -> str:
    """Write a number."""
    return "null" if value is None else f"{value:g}"


class Player(ABC):
    """A player of a program.

    Args:
        program: the program.

    Attributes:
        events: the log of the program.
    """

    def __init__(self, program: Program) -> None:
        self.events: list[str] = []
        self._program = program
        self._agent = the_event_loop()
        self._controller: Any = None

    async def play(self) -> list[str]:
        """Perform all operations, and return the log."""
        self._go_on(enumerate(self._program["operations"]))
        await turns()
        self._log("size", number(self._controller.desiredSize))
        return self.events

    @abstractmethod
    def _perform(self, index: int, kind: str, *rest: Any) -> None:
        """Perform an operation that does not wait."""

    @abstractmethod
    def _do(self, kind: str, *rest: Any) -> str | None:
        """Perform the actions of a function, and return what is logged after its name."""

    def _log(self, *words: object) -> None:
        self.events.append(" ".join(map(str, words)))

    def _ticks(self, count: int) -> Promise[Any]:
        promise = a_promise_resolved_with(None, self._agent)
        for _ in range(count):
            promise = react(promise, lambda _: None)
        return promise

    def _act(self, action: Iterable[Any]) -> None:
        told = " ".join(map(str, action))
        try:
            more = self._do(*action)
        except Exception as error:
            self._log(told, "raised", named(error))
        else:
            self._log(told, *filter(None, [more]))

    def _go_on(self, operations: Iterator[tuple[int, list[Any]]]) -> None:
        for index, operation in operations:
            kind, *rest = operation
            if kind == "tick":

                def wake_up(_: object) -> None:
                    self._log("tick")
                    self._go_on(operations)

                upon(self._ticks(rest[0]), wake_up)
                return
            try:
                self._perform(index, kind, *rest)
            except Exception as error:
                self._log(kind, "raised", named(error))

    def _then(
        self,
        promise: Promise[Any],
        name: str,
        read: Callable[[Any], tuple[object, ...]] | None = None,
    ) -> None:
        """Log how a promise is settled.

        Args:
            promise: the promise.
            name: the beginning of the line in the log.
            read: a function that returns the words for the result if it is a promise of a read.
        """

        def fulfilled(result: Any) -> None:
            self._log(name, *(() if result is None or read is None else read(result)))

        upon(promise, fulfilled, lambda reason: self._log(name, "failed", named(reason)))
