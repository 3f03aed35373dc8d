"""The promise object: a state, a result, and reactions that run as microtasks of its agent.

ECMAScript defines the object, and Web IDL builds on it (:mod:`.promise`). A program may await a
promise several times and in several tasks. The task goes on within a microtask, one microtask after
the promise is settled, or after the ``await`` if it was settled before. A task that is cancelled
while it waits leaves the promise as it is.

Source: https://tc39.es/ecma262/#sec-promise-objects
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Generator
from contextvars import Context, copy_context
from typing import Any, Final, Generic, Protocol, TypeVar

from whatwg_websockets.webidl.dom_exception import DOMException
from whatwg_websockets.webidl.rejection import Rejection, raise_the_reason

T = TypeVar("T")

PENDING: Final = 0
FULFILLED: Final = 1
REJECTED: Final = 2

# The reactions of a promise that does not have any, which saves a list for most promises.
_NOTHING: Final[Any] = ()


class Agent(Protocol):
    """The members of an agent that its promises use."""

    @property
    def asyncio_loop(self) -> asyncio.AbstractEventLoop:
        """The asyncio loop of the agent."""

    def queue_a_microtask(self, steps: Callable[[Any], object], argument: Any) -> None:
        """Run ``steps(argument)`` after the microtasks that are queued already."""

    def start_a_task(self, coroutine: Coroutine[Any, Any, Any]) -> "asyncio.Task[Any]":
        """Run a coroutine up to its first ``await``, and the rest of it in a task."""


class Promise(Awaitable[T], Generic[T]):
    """An awaitable for a value that will be known later.

    ``await`` returns the value with which the promise is fulfilled, or raises the reason with which
    it is rejected. Python can raise nothing but exceptions, so a reason that is not an exception is
    raised as a :class:`Rejection`.

    A rejected promise that was never awaited is reported to the exception handler of the asyncio
    loop when it is garbage collected.

    Args:
        agent: the agent that runs the reactions as microtasks.

    Source: https://webidl.spec.whatwg.org/#idl-promise
    """

    __slots__ = (
        "__weakref__",
        "_agent",
        "_claims",
        "_is_handled",
        "_is_resolved",
        "_reactions",
        "_result",
        "_state",
        "_unhandled",
    )

    _result: Any

    def __init__(self, agent: Agent) -> None:
        self._agent = agent
        self._state = PENDING
        self._result = None
        # Whether the promise is settled or follows another one; later calls do not change it.
        self._is_resolved = False
        self._reactions: list[Reaction | Waiter] = _NOTHING
        # The number of reactions and waiting tasks, except tasks that were cancelled while waiting.
        self._claims = 0
        self._is_handled = False
        self._unhandled: _Unhandled | None = None

    def __await__(self) -> Generator[Any, None, T]:
        yield Waiter(self)
        if self._state == REJECTED:
            reason = self._result
            # The traceback of the reason would keep the objects of this frame alive.
            del self
            try:
                raise_the_reason(reason)
            finally:
                del reason
        result: T = self._result
        return result

    def _waiting_was_cancelled(self) -> None:
        """Withdraw what the promise stands for, if possible, since no task waits for it any more.

        The method is called when a task that awaited the promise is cancelled before it went on,
        if the promise has no other reaction and no other task waits. The promise is pending, or it
        is settled and the task has not received the result.
        """

    def __repr__(self) -> str:
        state = ("pending", "fulfilled", "rejected")[self._state]
        return f"<Promise {state}>"


class Reaction:
    """The steps to run when a promise is settled, and the promise for what they return.

    Attributes:
        promise: the promise that is settled.
        on_fulfilled: takes the value; None if nothing is to be done.
        on_rejected: takes the reason; None if nothing is to be done.
        derived: the promise that is resolved with what the steps return; None if it is not needed.
    """

    __slots__ = ("derived", "on_fulfilled", "on_rejected", "promise")

    def __init__(
        self,
        promise: Promise[Any],
        on_fulfilled: Callable[[Any], object] | None,
        on_rejected: Callable[[Any], object] | None,
        derived: Promise[Any] | None,
    ) -> None:
        self.promise = promise
        self.on_fulfilled = on_fulfilled
        self.on_rejected = on_rejected
        self.derived = derived

    def run(self) -> None:
        """Call the steps for the promise's state, or else pass its result on to the derived one."""
        promise, derived = self.promise, self.derived
        is_fulfilled = promise._state == FULFILLED
        steps = self.on_fulfilled if is_fulfilled else self.on_rejected
        if steps is None:
            if derived is not None:
                (resolve_promise if is_fulfilled else reject_promise)(derived, promise._result)
            return
        if derived is None:
            steps(promise._result)
            return
        try:
            result = steps(promise._result)
        except BaseException as exception:
            reject_with_what_was_raised(derived, exception)
        else:
            resolve_promise(derived, result)


class Waiter:
    """The object that a task waits for while it awaits a promise; it looks like a future.

    Each ``await`` has a waiter of its own, so that the cancellation of one task affects neither the
    promise nor other tasks.
    """

    __slots__ = ("_asyncio_future_blocking", "_callback", "_cancellation", "_context", "_promise")

    _context: Context

    def __init__(self, promise: Promise[Any]) -> None:
        self._asyncio_future_blocking = True
        self._promise = promise
        self._callback: Callable[[Any], object] | None = None
        self._cancellation: asyncio.CancelledError | None = None

    def get_loop(self) -> asyncio.AbstractEventLoop:
        """Return the loop of the promise's agent."""
        return self._promise._agent.asyncio_loop

    def add_done_callback(
        self, callback: Callable[[Any], object], *, context: Context | None = None
    ) -> None:
        """Resume the task when the promise is settled."""
        self._callback = callback
        self._context = copy_context() if context is None else context
        add_a_reaction(self._promise, self)

    def run(self) -> None:
        """Resume the task, as a microtask."""
        if self._callback is None:
            return
        try:
            self._context.run(self._go_on)
        except RuntimeError:
            if self._callback is None:
                raise
            # The running code has entered the context of the task already, and a context cannot
            # be entered twice. The task is resumed once that code has returned.
            self.get_loop().call_soon(self._go_on, context=self._context)
        # An exception of the task keeps this frame alive from CPython 3.12 on, because its
        # traceback refers to the frames that called those in it.
        del self

    def _go_on(self) -> None:
        callback, self._callback = self._callback, None
        if callback is not None:
            callback(self)
        del self, callback

    def cancel(self, msg: object = None) -> bool:
        """Resume the task with a CancelledError, although the promise is not settled.

        Returns:
            False if the task was resumed before.
        """
        callback, self._callback = self._callback, None
        if callback is None:
            return False
        self._cancellation = asyncio.CancelledError(*(() if msg is None else (msg,)))
        self.get_loop().call_soon(callback, self, context=self._context)
        promise = self._promise
        if self in promise._reactions:
            promise._reactions.remove(self)
        promise._claims -= 1
        if not promise._claims:
            promise._waiting_was_cancelled()
        return True

    def result(self) -> None:
        """Return to the task, which reads the value from the promise.

        Raises:
            CancelledError: the task was cancelled.
        """
        if self._cancellation is not None:
            # The exception refers to the frames of the task, and these refer to the waiter.
            cancellation, self._cancellation = self._cancellation, None
            try:
                raise cancellation
            finally:
                del cancellation


class _Unhandled:
    """Reports the reason of a rejected promise when both are garbage collected."""

    __slots__ = ("agent", "reason")

    def __init__(self, agent: Agent, reason: object) -> None:
        self.agent: Agent | None = agent
        self.reason = reason

    def __del__(self) -> None:
        reason = self.reason
        # KeyboardInterrupt and SystemExit were raised to the program, which reports them itself.
        if self.agent is None or isinstance(reason, (KeyboardInterrupt, SystemExit)):
            return
        self.agent.asyncio_loop.call_exception_handler(
            {
                "message": "A promise was rejected, and the rejection was never handled",
                "exception": reason if isinstance(reason, BaseException) else Rejection(reason),
            }
        )


# Settling promises.


def resolve_promise(promise: Promise[Any], value: object) -> None:
    """Fulfil a promise with a value, or make it follow another promise or an awaitable.

    A promise that was resolved or rejected before stays as it is.

    Source: https://tc39.es/ecma262/#sec-promise-resolve-functions
    """
    if promise._is_resolved:
        return
    promise._is_resolved = True
    if value is None:
        _settle(promise, FULFILLED, None)
    elif value is promise:
        _reject(promise, TypeError("a promise cannot be resolved with itself"))
    elif isinstance(value, Promise):
        _begin_to_follow(promise, value)
    elif isinstance(value, Awaitable):
        _begin_to_follow_an_awaitable(promise, value)
    else:
        _settle(promise, FULFILLED, value)


def reject_promise(promise: Promise[Any], reason: object) -> None:
    """Reject a promise. A promise that was resolved or rejected before stays as it is.

    Source: https://tc39.es/ecma262/#sec-promise-reject-functions
    """
    if not promise._is_resolved:
        promise._is_resolved = True
        _reject(promise, reason)


def set_is_handled(promise: Promise[Any]) -> None:
    """Mark a promise as handled, so that its rejection is not reported."""
    promise._is_handled = True
    if promise._unhandled is not None:
        promise._unhandled.agent = None
        promise._unhandled = None


def add_a_reaction(promise: Promise[Any], reaction: Reaction | Waiter) -> None:
    """Run a reaction as a microtask once the promise is settled.

    Source: https://tc39.es/ecma262/#sec-performpromisethen
    """
    promise._claims += 1
    if not promise._is_handled:
        set_is_handled(promise)
    if promise._state != PENDING:
        promise._agent.queue_a_microtask(type(reaction).run, reaction)
    elif promise._reactions is _NOTHING:
        promise._reactions = [reaction]
    else:
        promise._reactions.append(reaction)


def _reject(promise: Promise[Any], reason: object) -> None:
    if not promise._is_handled:
        promise._unhandled = _Unhandled(promise._agent, reason)
    _settle(promise, REJECTED, reason)


def _settle(promise: Promise[Any], state: int, result: object) -> None:
    promise._state = state
    promise._result = result
    reactions, promise._reactions = promise._reactions, _NOTHING
    for reaction in reactions:
        promise._agent.queue_a_microtask(type(reaction).run, reaction)


def _begin_to_follow(promise: Promise[Any], followed: Promise[Any]) -> None:
    """Settle a promise when another one is settled, in the same way.

    JavaScript takes one microtask to call the method ``then`` of the promise to follow, and another
    one for the reaction.
    """
    if followed._agent is promise._agent:
        promise._agent.queue_a_microtask(_follow, (promise, followed))
    else:
        _reject(promise, RuntimeError("a promise cannot follow a promise of another event loop"))


def _follow(promises: tuple[Promise[Any], Promise[Any]]) -> None:
    promise, followed = promises
    reaction = Reaction(
        followed,
        # A promise is never fulfilled with a promise, so the value is not followed again.
        lambda value: _settle(promise, FULFILLED, value),
        lambda reason: _reject(promise, reason),
        None,
    )
    add_a_reaction(followed, reaction)


# Following awaitables of Python.


def _begin_to_follow_an_awaitable(promise: Promise[Any], awaitable: Awaitable[Any]) -> None:
    """Settle a promise when an awaitable of Python ends, with its result.

    The awaitable has a promise of its own, as an async function in JavaScript has. A coroutine runs
    up to its first ``await`` at once. Its promise is settled within the step in which it ends.
    """
    followed: Promise[Any] = Promise(promise._agent)
    try:
        promise._agent.start_a_task(_await_for(followed, awaitable))
    finally:
        _begin_to_follow(promise, followed)


async def _await_for(promise: Promise[Any], awaitable: Awaitable[Any]) -> None:
    try:
        value = await awaitable
    except asyncio.CancelledError as exception:
        reject_with_what_was_raised(promise, exception)
        raise
    except BaseException as exception:
        reject_with_what_was_raised(promise, exception)
    else:
        resolve_promise(promise, value)


def reject_with_what_was_raised(promise: Promise[Any], exception: BaseException) -> None:
    """Reject a promise with the exception that its steps or its coroutine raised.

    A CancelledError becomes the cause of an "AbortError".

    Raises:
        KeyboardInterrupt: the exception is one; the promise is rejected first, to end every wait.
        SystemExit: the exception is one; the promise is rejected first, to end every wait.
    """
    if isinstance(exception, asyncio.CancelledError):
        # A task that awaits the promise would take a CancelledError for its own cancellation.
        reason = DOMException("the task that was awaited was cancelled", "AbortError")
        reason.__cause__ = exception
        reject_promise(promise, reason)
        return
    reject_promise(promise, exception)
    if isinstance(exception, (KeyboardInterrupt, SystemExit)):
        raise exception
