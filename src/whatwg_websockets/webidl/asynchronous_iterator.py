"""Default asynchronous iterator objects: what ``for await`` in JavaScript calls.

JavaScript calls ``next()`` for each value, and ``return()`` when a loop is left early. Both return
a promise. A call that comes while the promise of the call before is pending waits for it.

Source: https://webidl.spec.whatwg.org/#js-default-asynchronous-iterator-object
"""

from abc import abstractmethod
from collections.abc import Callable
from typing import Any, ClassVar, Final, Generic, NamedTuple, TypeVar

from whatwg_websockets.webidl.missing import MISSING
from whatwg_websockets.webidl.platform_object import PlatformObject
from whatwg_websockets.webidl.promise import (
    Agent,
    Promise,
    a_new_promise,
    a_promise_resolved_with,
    react,
    reject,
    resolve,
    upon,
)

T = TypeVar("T")

END_OF_ITERATION: Final = object()
"""The value that a promise of the next value is fulfilled with when the iteration is over.

Source: https://webidl.spec.whatwg.org/#end-of-iteration
"""


class IteratorResult(NamedTuple, Generic[T]):
    """The result of ``next()`` and ``return()``.

    Attributes:
        value: the value; None at the end, or the argument of ``return()``.
        done: whether the iteration is over.

    Source: https://tc39.es/ecma262/#sec-iterator-interface
    """

    value: T | None
    done: bool


def value_of(result: IteratorResult[Any]) -> Any:
    """Return the value of a result, or ``END_OF_ITERATION``."""
    return END_OF_ITERATION if result.done else result.value


class DefaultAsynchronousIterator(PlatformObject, Generic[T]):
    """An asynchronous iterator with the methods that JavaScript calls.

    Source: https://webidl.spec.whatwg.org/#js-asynchronous-iterator-prototype-object
    """

    __slots__ = ("_agent", "_is_finished", "_ongoing_promise")

    _interface: ClassVar[str] = "AsyncIterator"

    _agent: Agent

    def __init__(self, agent: Agent) -> None:
        self._agent = agent
        self._is_finished = False
        self._ongoing_promise: Promise[IteratorResult[T]] | None = None

    @abstractmethod
    def _get_the_next_iteration_result(self) -> Promise[Any]:
        """Return a promise of the next value, or of ``END_OF_ITERATION``."""

    @abstractmethod
    def _return(self, value: object) -> Promise[Any]:
        """End the iteration early, and return a promise of the end."""

    def next(self) -> "Promise[IteratorResult[T]]":
        """Return a promise of a result with the next value, or with ``done`` set at the end.

        ``async for`` and ``anext()`` call ``__anext__`` instead.

        Source: https://webidl.spec.whatwg.org/#js-asynchronous-iterator-prototype-object
        """
        self._ongoing_promise = self._behind_the_ongoing(self._next_steps)
        return self._ongoing_promise

    def return_(self, value: object = MISSING) -> "Promise[IteratorResult[T]]":
        """End the iteration early, as leaving a loop does, and return a promise of the end.

        JavaScript calls the method ``return``, which is a keyword in Python; ``getattr`` finds the
        method under that name, too.

        Args:
            value: the value of the result. A stream is cancelled with it as the reason.

        Source: https://webidl.spec.whatwg.org/#js-asynchronous-iterator-prototype-object
        """
        ongoing = self._behind_the_ongoing(lambda: self._return_steps(value))
        self._ongoing_promise = ongoing
        return react(ongoing, lambda _: IteratorResult(value, True))

    def _behind_the_ongoing(self, steps: Callable[[], Promise[Any]]) -> Promise[Any]:
        ongoing = self._ongoing_promise
        if ongoing is None:
            return steps()
        return react(ongoing, lambda _: steps(), lambda _: steps())

    def _is_over(self) -> bool:
        """Return whether the iteration is known to be over."""
        return self._is_finished

    def _next_steps(self) -> Promise[Any]:
        if self._is_over():
            return a_promise_resolved_with(IteratorResult(None, True), self._agent)
        promise = a_new_promise(self._agent)
        upon(
            self._get_the_next_iteration_result(),
            lambda value: self._fulfil(promise, value),
            lambda reason: self._reject(promise, reason),
        )
        return promise

    def _fulfil(self, promise: Promise[Any], value: Any) -> None:
        self._ongoing_promise = None
        if value is END_OF_ITERATION:
            self._is_finished = True
            resolve(promise, IteratorResult(None, True))
        else:
            resolve(promise, IteratorResult(value, False))

    def _reject(self, promise: Promise[Any], reason: object) -> None:
        self._ongoing_promise = None
        self._is_finished = True
        reject(promise, reason)

    def _return_steps(self, value: object) -> Promise[Any]:
        if self._is_over():
            return a_promise_resolved_with(IteratorResult(value, True), self._agent)
        self._is_finished = True
        return self._return(value)


setattr(DefaultAsynchronousIterator, "return", DefaultAsynchronousIterator.return_)
