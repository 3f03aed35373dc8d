"""Promises and microtasks: JavaScript's and Python's have one order, which is the engine's.

A promise of Python that a script gets has a twin in the engine, which is settled in the very moment
in which the promise is. A promise of JavaScript that Python gets is a `ForeignPromise`, whose
reactions are reactions of the promise in the engine. And a microtask of Python is one of the
engine's, which asks for it to be run here.

What Python queues is noted, and goes to the engine with the next message, ahead of what the message
itself is about. One side speaks at a time, so nothing can come between.
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
    """What a promise has to do when it is settled."""

    def run(self) -> None:
        """Do it."""


class Twin:
    """What stands among the reactions of a promise of Python, and settles its twin in the engine.

    Attributes:
        promise: the promise.
        number: the number of the twin.
        realm: the realm of the twin.
        type_of_bytes: what it is fulfilled with where the promise is with bytes.
    """

    def __init__(
        self, promise: "Promise[Any]", number: int, realm: int, type_of_bytes: str
    ) -> None:
        self.promise = promise
        self.number = number
        self.realm = realm
        self.type_of_bytes = type_of_bytes

    def run(self) -> None:
        """Do nothing here: the engine settles the twin when it hears of the microtask."""

    def attach(self) -> None:
        """Have the twin settled when the promise is, which nobody has handled by that."""
        self.promise._reactions = [*self.promise._reactions, self]  # type: ignore[list-item]


class ForeignPromise(Foreign, Promise[Any]):
    """A promise of JavaScript.

    Args:
        asks: what has the engine do something.
        number: the object's number there.
        agent: the agent of the page.
    """

    def __init__(self, asks: Asks, number: int, agent: Agent) -> None:
        Foreign.__init__(self, asks, number)
        Promise.__init__(self, agent)
        self._reactions = _Reactions(self)

    def settle(self, is_fulfilled: bool, result: object) -> None:
        """Hear how the promise was settled."""
        if self._state == PENDING:
            self._state = FULFILLED if is_fulfilled else REJECTED
            self._result = result


class _Reactions(list[Any]):
    """The reactions of a promise of JavaScript, each of which the engine gets when it is added."""

    def __init__(self, promise: ForeignPromise) -> None:
        super().__init__()
        self._promise = promise

    def append(self, reaction: Runs) -> None:
        """Add a reaction."""
        super().append(reaction)
        self._promise._agent.queue_a_microtask(_react, ForeignReaction(self._promise, reaction))


class ForeignReaction:
    """A reaction of Python's to a promise of JavaScript.

    Attributes:
        promise: the promise.
        reaction: what is to be done.
    """

    def __init__(self, promise: ForeignPromise, reaction: Runs) -> None:
        self.promise = promise
        self.reaction = reaction

    def run(self) -> None:
        """Do it, unless it was withdrawn."""
        if self.reaction in self.promise._reactions:
            self.promise._reactions.remove(self.reaction)
            self.reaction.run()


def _react(reaction: ForeignReaction) -> None:
    reaction.run()


class EngineMicrotasks(MicrotaskQueue):
    """The engine's microtask queue, as the event loop of a page knows it.

    Args:
        loop: the asyncio loop of the page.
        checkpoint: has the engine perform a microtask checkpoint.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, checkpoint: Callable[[], object]) -> None:
        super().__init__(loop, 0)
        self._checkpoint = checkpoint
        self._numbers = count(1)
        self._queued: dict[int, tuple[Callable[[Any], object], Any]] = {}

    def perform(self) -> None:
        """Have the engine run what is queued, and what that queues."""
        if self.waiting and asyncio.current_task(self._asyncio_loop) is None:
            self._checkpoint()

    def taken(self) -> list[tuple[Callable[[Any], object], Any]]:
        """Take what was queued since this was called last, which the engine now gets."""
        taken = list(self.waiting)
        self.waiting.clear()
        return taken

    def keep(self, steps: Callable[[Any], object], argument: object) -> int:
        """Keep a microtask until the engine has it run; return its number."""
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
        whether it was rejected, its result, and whether somebody has handled the rejection. From
        now on that is for the engine to see.
    """
    is_rejected = promise._state == REJECTED
    is_handled = promise._is_handled
    if is_rejected:
        set_is_handled(promise)
    return is_rejected, promise._result, is_handled


def is_pending(promise: Promise[Any]) -> bool:
    """Tell whether a promise is not settled yet."""
    return promise._state == PENDING
