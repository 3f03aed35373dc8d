"""Async sequences: objects that can be iterated over, with ``async for`` or else with ``for``.

JavaScript calls ``[Symbol.asyncIterator]()`` of an object, or else ``[Symbol.iterator]()``; Python
calls ``__aiter__`` or ``__iter__`` instead. Where JavaScript calls ``return()`` of an iterator to
end the iteration early, Python calls ``aclose()``, or ``close()`` of a generator.

Source: https://webidl.spec.whatwg.org/#idl-async-iterable-type
"""

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Iterator
from typing import Any

from whatwg_websockets.webidl.asynchronous_iterator import (
    END_OF_ITERATION,
    DefaultAsynchronousIterator,
    IteratorResult,
    value_of,
)
from whatwg_websockets.webidl.conversions import is_object
from whatwg_websockets.webidl.messages import shown
from whatwg_websockets.webidl.promise import (
    PENDING,
    Agent,
    Promise,
    a_promise_rejected_with_what_was_raised,
    a_promise_resolved_with,
    raise_the_reason,
    react,
)


class OpenedSequence(ABC):
    """An async sequence that was opened: returns one value after another, as promises.

    Args:
        agent: the agent of the promises.

    Source: https://webidl.spec.whatwg.org/#async-iterator
    """

    __slots__ = ("_agent", "_ongoing")

    def __init__(self, agent: Agent) -> None:
        self._agent = agent
        self._ongoing: Promise[Any] | None = None

    def next_value(self) -> Promise[Any]:
        """Return a promise of the next value, or of ``END_OF_ITERATION``.

        Source: https://webidl.spec.whatwg.org/#async-iterator-get-next-value
        """
        try:
            ongoing = self._next_value()
        except BaseException as exception:
            ongoing = a_promise_rejected_with_what_was_raised(exception, self._agent)
        self._ongoing = ongoing
        return ongoing

    def close(self, reason: object) -> Promise[Any]:
        """End the iteration early, and return a promise that is fulfilled when it has ended.

        An iterator of Python that is computing a value cannot be closed, so it is closed once it
        has returned that value, as an asynchronous generator in JavaScript is.

        Source: https://webidl.spec.whatwg.org/#async-iterator-close
        """
        ongoing = self._ongoing
        if ongoing is None or ongoing._state != PENDING:
            return self._close_and_catch(reason)
        return react(
            ongoing,
            lambda _: self._close_and_catch(reason),
            lambda _: self._close_and_catch(reason),
        )

    def _close_and_catch(self, reason: object) -> Promise[Any]:
        try:
            result = self._close(reason)
        except BaseException as exception:
            return a_promise_rejected_with_what_was_raised(exception, self._agent)
        return react(a_promise_resolved_with(result, self._agent), self._hear_of_the_end)

    def _hear_of_the_end(self, result: object) -> None:  # noqa: B027
        """Return undefined, whatever value the promise of the end was fulfilled with."""

    @abstractmethod
    def _next_value(self) -> Promise[Any]: ...

    @abstractmethod
    def _close(self, reason: object) -> object: ...


class _OfJavaScript(OpenedSequence):
    """A sequence whose iterator has the methods that JavaScript calls."""

    __slots__ = ("_iterator",)

    def __init__(self, agent: Agent, iterator: DefaultAsynchronousIterator[Any]) -> None:
        super().__init__(agent)
        self._iterator = iterator

    def close(self, reason: object) -> Promise[Any]:
        """End the iteration early at once: an iterator of JavaScript queues its calls itself."""
        return self._close_and_catch(reason)

    def _next_value(self) -> Promise[Any]:
        return react(self._iterator.next(), _value_of)

    def _close(self, reason: object) -> object:
        return self._iterator.return_(reason)

    def _hear_of_the_end(self, result: object) -> None:
        _require_an_object(result)


class _OfAsynchronousPython(OpenedSequence):
    """A sequence whose iterator has the method ``__anext__``."""

    __slots__ = ("_iterator",)

    def __init__(self, agent: Agent, iterator: AsyncIterator[Any]) -> None:
        super().__init__(agent)
        self._iterator = iterator

    def _next_value(self) -> Promise[Any]:
        promise = a_promise_resolved_with(self._iterator.__anext__(), self._agent)
        return react(promise, None, _end_or_error)

    def _close(self, reason: object) -> object:
        aclose = getattr(self._iterator, "aclose", None)
        return None if aclose is None else aclose()


class _OfSynchronousPython(OpenedSequence):
    """A sequence whose iterator has the method ``__next__``. Awaitable values are awaited.

    Source: https://tc39.es/ecma262/#sec-async-from-sync-iterator-objects
    """

    __slots__ = ("_iterator",)

    def __init__(self, agent: Agent, iterator: Iterator[Any]) -> None:
        super().__init__(agent)
        self._iterator = iterator

    def _next_value(self) -> Promise[Any]:
        value = next(self._iterator, END_OF_ITERATION)
        promise = a_promise_resolved_with(value, self._agent)
        return react(promise, None, self._close_and_raise)

    def _close_and_raise(self, reason: object) -> None:
        self._close(reason)
        raise_the_reason(reason)

    def _close(self, reason: object) -> object:
        close = getattr(self._iterator, "close", None)
        return None if close is None else close()


def _require_an_object(result: object) -> None:
    if not is_object(result):
        raise TypeError(f"an iterator returns objects, not {shown(result)}")


def _value_of(result: IteratorResult[Any]) -> object:
    _require_an_object(result)
    return value_of(result)


def _end_or_error(reason: object) -> object:
    if not isinstance(reason, StopAsyncIteration):
        raise_the_reason(reason)
    return END_OF_ITERATION


def open_an_async_sequence(sequence: object, agent: Agent) -> OpenedSequence:
    """Begin to iterate over a sequence.

    Args:
        sequence: an object that can be iterated over, with ``async for`` or else with ``for``. A
            string is refused, since it is not an object in JavaScript.
        agent: the agent of the promises.

    Raises:
        TypeError: the object cannot be iterated over.
        BaseException: whatever its ``__aiter__`` or ``__iter__`` raises.

    Source: https://webidl.spec.whatwg.org/#async-sequence-open
    """
    kind = type(sequence)
    if is_object(sequence) and hasattr(kind, "__aiter__"):
        iterator = kind.__aiter__(sequence)
        if isinstance(iterator, DefaultAsynchronousIterator):
            return _OfJavaScript(agent, iterator)
        return _OfAsynchronousPython(agent, iterator)
    if is_object(sequence) and hasattr(kind, "__iter__"):
        return _OfSynchronousPython(agent, iter(sequence))  # type: ignore[call-overload]
    raise TypeError(f"{shown(sequence)} cannot be iterated over, with async for or with for")
