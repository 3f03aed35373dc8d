"""Promises and microtasks, which JavaScript and Python run in one order, the engine's.

A promise of Python that is passed to a script has a twin in the engine, which is settled at the
same moment. A promise of JavaScript that is passed to Python is a `ForeignPromise`, whose reactions
are reactions of the promise in the engine. A microtask of Python is queued in the engine, which
asks Python to run it.

Microtasks that Python queues are collected and sent to the engine with the next message, and the
engine queues them before it handles the message. Only one side runs at a time, so the order is
kept.
"""

import asyncio
from collections.abc import Callable
from itertools import count
from typing import Any, Protocol

from websocket_conformance.testees.wpt.foreign import Asks, Foreign
from whatwg_websockets.html.microtask_queue import MicrotaskQueue
from whatwg_websockets.html.report_exception import report_an_exception
from whatwg_websockets.webidl.promise_objects import (
    FULFILLED,
    PENDING,
    REJECTED,
    Agent,
    Promise,
    set_is_handled,
)


class Runs(Protocol):
    """A reaction of a promise, which runs when the promise is settled."""

    def run(self) -> None:
        """Run the reaction."""


class Twin:
    """A reaction of a promise of Python that settles the promise's twin in the engine.

    Attributes:
        promise: the promise.
        number: the number of the twin.
        realm: the realm of the twin.
        type_of_bytes: the type of the value if the promise is fulfilled with bytes.
    """

    def __init__(
        self, promise: "Promise[Any]", number: int, realm: int, type_of_bytes: str
    ) -> None:
        self.promise = promise
        self.number = number
        self.realm = realm
        self.type_of_bytes = type_of_bytes

    def run(self) -> None:
        """Do nothing: the engine settles the twin when it gets the microtask."""

    def attach(self) -> None:
        """Settle the twin together with the promise, without marking the promise as handled."""
        self.promise._reactions = [*self.promise._reactions, self]  # type: ignore[list-item]


class ForeignPromise(Foreign, Promise[Any]):
    """A promise of JavaScript.

    Args:
        asks: asks the engine for operations.
        number: the object's number in the engine.
        agent: the agent of the page.
    """

    def __init__(self, asks: Asks, number: int, agent: Agent) -> None:
        Foreign.__init__(self, asks, number)
        Promise.__init__(self, agent)
        self._reactions = _Reactions(self)

    def settle(self, is_fulfilled: bool, result: object) -> None:
        """Settle this promise as the promise in the engine was settled."""
        if self._state == PENDING:
            self._state = FULFILLED if is_fulfilled else REJECTED
            self._result = result


class _Reactions(list[Any]):
    """The reactions of a promise of JavaScript; each is sent to the engine when it is added."""

    def __init__(self, promise: ForeignPromise) -> None:
        super().__init__()
        self._promise = promise

    def append(self, reaction: Runs) -> None:
        """Add a reaction."""
        super().append(reaction)
        self._promise._agent.queue_a_microtask(_react, ForeignReaction(self._promise, reaction))


class ForeignReaction:
    """A reaction of Python to a promise of JavaScript.

    Attributes:
        promise: the promise.
        reaction: the reaction that runs.
    """

    def __init__(self, promise: ForeignPromise, reaction: Runs) -> None:
        self.promise = promise
        self.reaction = reaction

    def run(self) -> None:
        """Run the reaction, unless it was withdrawn."""
        if self.reaction in self.promise._reactions:
            self.promise._reactions.remove(self.reaction)
            self.reaction.run()


def _react(reaction: ForeignReaction) -> None:
    reaction.run()


class EngineMicrotasks(MicrotaskQueue):
    """The engine's microtask queue, as the event loop of a page knows it.

    Args:
        loop: the asyncio loop of the page.
        checkpoint: lets the engine perform a microtask checkpoint.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, checkpoint: Callable[[], object]) -> None:
        super().__init__(loop, 0)
        self._checkpoint = checkpoint
        self._numbers = count(1)
        self._queued: dict[int, tuple[Callable[[Any], object], Any]] = {}

    def perform(self) -> None:
        """Let the engine run all queued microtasks, including those that these queue."""
        if self.waiting and asyncio.current_task(self._asyncio_loop) is None:
            self._checkpoint()

    def taken(self) -> list[tuple[Callable[[Any], object], Any]]:
        """Remove and return the microtasks queued since the last call, to be sent to the engine."""
        taken = list(self.waiting)
        self.waiting.clear()
        return taken

    def keep(self, steps: Callable[[Any], object], argument: object) -> int:
        """Keep a microtask until the engine asks to run it; return its number."""
        number = next(self._numbers)
        self._queued[number] = (steps, argument)
        return number

    def run(self, number: int) -> None:
        """Run a microtask."""
        steps, argument = self._queued.pop(number)
        _run(steps, argument)

    def react(self, number: int, is_fulfilled: bool, result: object) -> None:
        """Run a reaction to a promise of JavaScript."""
        _, reaction = self._queued.pop(number)
        reaction.promise.settle(is_fulfilled, result)
        _run(_react, reaction)


def _run(steps: Callable[[Any], object], argument: object) -> None:
    try:
        steps(argument)
    except Exception as exception:
        report_an_exception(exception, steps)


def outcome_of(promise: Promise[Any]) -> tuple[bool, object, bool]:
    """Return how a promise was settled.

    Returns:
        Whether the promise was rejected, its result, and whether the rejection was handled. From
        now on the engine keeps track of that.
    """
    is_rejected = promise._state == REJECTED
    is_handled = promise._is_handled
    if is_rejected:
        set_is_handled(promise)
    return is_rejected, promise._result, is_handled


def is_pending(promise: Promise[Any]) -> bool:
    """Return whether a promise is not settled yet."""
    return promise._state == PENDING
