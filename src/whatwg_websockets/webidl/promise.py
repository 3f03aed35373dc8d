"""Promises: what will be known later, as awaitables whose reactions run as microtasks.

A Promise is settled once, fulfilled with a value or rejected with a reason. Each of its reactions
is a microtask of the agent that the promise belongs to. So reactions run in the order in which
JavaScript runs them: behind the microtasks that were queued before, and before the next task. An
``asyncio.Future`` cannot promise that: its callbacks share one queue with the rest of the program,
and ``await`` of one that is done takes no turn at all.

A program awaits a promise, as often and in as many tasks as it likes. The task goes on within the
microtask. A task that is cancelled while it waits leaves the promise as it is.

Source: https://webidl.spec.whatwg.org/#idl-promise
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Generator, Sequence
from contextvars import Context
from functools import partial
from typing import Any, Final, Generic, Protocol, TypeVar

from whatwg_websockets.webidl.dom_exception import DOMException
from whatwg_websockets.webidl.messages import shown

T = TypeVar("T")

PENDING: Final = 0
FULFILLED: Final = 1
REJECTED: Final = 2


class Agent(Protocol):
    """What a promise needs of the agent that it belongs to."""

    @property
    def asyncio_loop(self) -> asyncio.AbstractEventLoop:
        """The asyncio loop of the agent."""

    def queue_a_microtask(self, steps: Callable[[Any], object], argument: Any) -> None:
        """Run ``steps(argument)`` behind the microtasks that are queued already."""

    def start_a_task(self, coroutine: Coroutine[Any, Any, Any]) -> "asyncio.Task[Any]":
        """Run a coroutine up to its first ``await``, and go on with it in a task."""


class Rejection(Exception):
    """What is raised where a promise was rejected with a reason that is no exception.

    Attributes:
        reason: the reason.
    """

    def __init__(self, reason: object) -> None:
        super().__init__(f"the promise was rejected with {shown(reason)}")
        self.reason = reason


class Promise(Awaitable[T], Generic[T]):
    """What will be known later.

    ``await`` returns the value with which the promise is fulfilled, or raises the reason with which
    it is rejected. Python raises nothing but exceptions: a reason of another kind is raised as a
    :class:`Rejection`.

    A rejected promise that nobody has awaited is reported to the exception handler of the asyncio
    loop when it is garbage collected.

    Args:
        agent: the agent whose microtasks the reactions are.

    Source: https://webidl.spec.whatwg.org/#idl-promise
    """

    __slots__ = (
        "__weakref__",
        "_agent",
        "_is_handled",
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
        self._reactions: list[_Reaction | Waiter] = []
        self._is_handled = False
        self._unhandled: _Unhandled | None = None

    def __await__(self) -> Generator[Any, None, T]:
        yield Waiter(self)
        if self._state == REJECTED:
            raise exception_of(self._result)
        result: T = self._result
        return result

    def _waiting_was_cancelled(self, waiter: "Waiter") -> None:
        """Hear that a task that awaited the promise was cancelled before it went on.

        It is called once, while the promise is pending or before the task has got the result. What
        a promise stands for may be withdrawn here, if nobody else waits for it.
        """

    def __repr__(self) -> str:
        state = ("pending", "fulfilled", "rejected")[self._state]
        return f"<Promise {state}>"


class _Reaction:
    """What is done when a promise is settled, and the promise for what that returns.

    Attributes:
        on_fulfilled: takes the value; None where there is nothing to do.
        on_rejected: takes the reason; None likewise.
        derived: the promise that is resolved with what they return; None where nobody needs it.
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
        """Call the steps of the state that the promise has; without any, hand its result on."""
        promise, derived = self.promise, self.derived
        is_fulfilled = promise._state == FULFILLED
        steps = self.on_fulfilled if is_fulfilled else self.on_rejected
        if steps is None:
            if derived is not None:
                (resolve if is_fulfilled else reject)(derived, promise._result)
            return
        if derived is None:
            steps(promise._result)
            return
        try:
            result = steps(promise._result)
        except Exception as exception:
            reject(derived, exception)
        else:
            resolve(derived, result)


class Waiter:
    """What a task waits for while it awaits a promise; to the task it looks like a future.

    Each ``await`` has a waiter of its own, so that the cancellation of one task concerns neither
    the promise nor other tasks.
    """

    __slots__ = ("_asyncio_future_blocking", "_callback", "_context", "_is_cancelled", "_promise")

    def __init__(self, promise: Promise[Any]) -> None:
        self._asyncio_future_blocking = True
        self._promise = promise
        self._callback: Callable[[Any], object] | None = None
        self._context: Context | None = None
        self._is_cancelled = False

    def get_loop(self) -> asyncio.AbstractEventLoop:
        """Return the loop of the promise's agent."""
        return self._promise._agent.asyncio_loop

    def add_done_callback(
        self, callback: Callable[[Any], object], *, context: Context | None = None
    ) -> None:
        """Have the task go on when the promise is settled."""
        self._callback = callback
        self._context = context
        _add_reaction(self._promise, self)

    def run(self) -> None:
        """Have the task go on: this is the microtask."""
        callback, self._callback = self._callback, None
        if callback is not None:
            assert self._context is not None
            self._context.run(callback, self)

    def cancel(self, msg: object = None) -> bool:
        """Have the task go on with a CancelledError, though the promise is not settled.

        Returns:
            false where the task has gone on already.
        """
        callback, self._callback = self._callback, None
        if callback is None:
            return False
        self._is_cancelled = True
        promise = self._promise
        if self in promise._reactions:
            promise._reactions.remove(self)
        promise._waiting_was_cancelled(self)
        self.get_loop().call_soon(callback, self, context=self._context)
        return True

    def result(self) -> None:
        """Tell the task how it is to go on; the promise has the value.

        Raises:
            CancelledError: the task was cancelled.
        """
        if self._is_cancelled:
            raise asyncio.CancelledError

    def exception(self) -> None:
        """There is none: a rejected promise is raised by ``await`` itself."""


class _Unhandled:
    """Reports the reason of a rejected promise when it is collected with the promise."""

    __slots__ = ("agent", "reason")

    def __init__(self, agent: Agent, reason: object) -> None:
        self.agent: Agent | None = agent
        self.reason = reason

    def __del__(self) -> None:
        if self.agent is not None and not self.agent.asyncio_loop.is_closed():
            self.agent.asyncio_loop.call_exception_handler(
                {
                    "message": "A promise was rejected, and nobody awaited it",
                    "exception": exception_of(self.reason),
                }
            )


def exception_of(reason: object) -> BaseException:
    """Return what is raised for a reason: the reason itself, if it is an exception."""
    if isinstance(reason, BaseException):
        return reason.with_traceback(None)
    return Rejection(reason)


def a_new_promise(agent: Agent) -> Promise[Any]:
    """Make a promise that is pending.

    Source: https://webidl.spec.whatwg.org/#a-new-promise
    """
    return Promise(agent)


def a_promise_resolved_with(value: object, agent: Agent) -> Promise[Any]:
    """Make a promise that is resolved with a value; one that is a promise is returned itself.

    Source: https://webidl.spec.whatwg.org/#a-promise-resolved-with
    """
    if isinstance(value, Promise):
        return value
    promise: Promise[Any] = Promise(agent)
    resolve(promise, value)
    return promise


def a_promise_rejected_with(reason: object, agent: Agent) -> Promise[Any]:
    """Make a promise that is rejected.

    Source: https://webidl.spec.whatwg.org/#a-promise-rejected-with
    """
    promise: Promise[Any] = Promise(agent)
    reject(promise, reason)
    return promise


def resolve(promise: Promise[Any], value: object = None) -> None:
    """Fulfil a promise with a value, or have it follow another promise or an awaitable.

    A promise that is settled stays as it is.

    Source: https://webidl.spec.whatwg.org/#resolve
    """
    if isinstance(value, Promise):
        # JavaScript takes a microtask to call the method ``then`` of what is to be followed.
        promise._agent.queue_a_microtask(_follow, (promise, value))
    elif isinstance(value, Awaitable):
        _follow_an_awaitable(promise, value)
    else:
        _settle(promise, FULFILLED, value)


def reject(promise: Promise[Any], reason: object) -> None:
    """Reject a promise with a reason. A promise that is settled stays as it is.

    Source: https://webidl.spec.whatwg.org/#reject
    """
    if promise._state != PENDING:
        return
    if not promise._is_handled:
        promise._unhandled = _Unhandled(promise._agent, reason)
    _settle(promise, REJECTED, reason)


def upon(
    promise: Promise[Any],
    on_fulfilled: Callable[[Any], object] | None,
    on_rejected: Callable[[Any], object] | None = None,
) -> None:
    """Have steps run when a promise is settled, where nobody needs a promise for what they return.

    The steps must not raise.

    Source: https://webidl.spec.whatwg.org/#upon-fulfillment
    """
    _add_reaction(promise, _Reaction(promise, on_fulfilled, on_rejected, None))


def upon_fulfillment(promise: Promise[Any], steps: Callable[[Any], object]) -> Promise[Any]:
    """Have steps run when a promise is fulfilled.

    Returns:
        a promise that is resolved with what the steps return, or rejected with what they raise.

    Source: https://webidl.spec.whatwg.org/#upon-fulfillment
    """
    return react(promise, steps, None)


def upon_rejection(promise: Promise[Any], steps: Callable[[Any], object]) -> Promise[Any]:
    """Have steps run when a promise is rejected.

    Returns:
        a promise that is resolved with what the steps return, or rejected with what they raise.

    Source: https://webidl.spec.whatwg.org/#upon-rejection
    """
    return react(promise, None, steps)


def react(
    promise: Promise[Any],
    on_fulfilled: Callable[[Any], object] | None,
    on_rejected: Callable[[Any], object] | None = None,
) -> Promise[Any]:
    """Have steps run when a promise is settled.

    Returns:
        a promise that is resolved with what the steps return, or rejected with what they raise.

    Source: https://webidl.spec.whatwg.org/#dfn-perform-steps-once-promise-is-settled
    """
    derived: Promise[Any] = Promise(promise._agent)
    _add_reaction(promise, _Reaction(promise, on_fulfilled, on_rejected, derived))
    return derived


def wait_for_all(
    promises: Sequence[Promise[Any]],
    success_steps: Callable[[list[Any]], object],
    failure_steps: Callable[[Any], object],
    agent: Agent,
) -> None:
    """Have steps run when all of some promises are fulfilled, or when the first is rejected.

    Source: https://webidl.spec.whatwg.org/#wait-for-all
    """
    results: list[Any] = [None] * len(promises)
    left = len(promises)
    is_rejected = False

    def reject_once(reason: object) -> None:
        nonlocal is_rejected
        if not is_rejected:
            is_rejected = True
            failure_steps(reason)

    def fulfil(index: int, value: object) -> None:
        nonlocal left
        results[index] = value
        left -= 1
        if not left:
            success_steps(results)

    if not promises:
        agent.queue_a_microtask(success_steps, results)
        return
    for index, promise in enumerate(promises):
        upon(promise, partial(fulfil, index), reject_once)


def a_promise_for_all(promises: Sequence[Promise[Any]], agent: Agent) -> Promise[list[Any]]:
    """Make a promise that is fulfilled when all of some promises are.

    Source: https://webidl.spec.whatwg.org/#waiting-for-all-promise
    """
    promise: Promise[list[Any]] = Promise(agent)
    wait_for_all(
        promises,
        lambda results: resolve(promise, results),
        lambda reason: reject(promise, reason),
        agent,
    )
    return promise


def mark_as_handled(promise: Promise[Any]) -> None:
    """Have a rejection of the promise be nobody's mistake: it is not reported.

    Source: https://webidl.spec.whatwg.org/#mark-a-promise-as-handled
    """
    promise._is_handled = True
    if promise._unhandled is not None:
        promise._unhandled.agent = None
        promise._unhandled = None


def _add_reaction(promise: Promise[Any], reaction: "_Reaction | Waiter") -> None:
    """Have a reaction run as a microtask once the promise is settled."""
    if not promise._is_handled:
        mark_as_handled(promise)
    if promise._state == PENDING:
        promise._reactions.append(reaction)
    else:
        promise._agent.queue_a_microtask(_run, reaction)


def _settle(promise: Promise[Any], state: int, result: object) -> None:
    if promise._state != PENDING:
        return
    promise._state = state
    promise._result = result
    if promise._reactions:
        reactions, promise._reactions = promise._reactions, []
        queue_a_microtask = promise._agent.queue_a_microtask
        for reaction in reactions:
            queue_a_microtask(_run, reaction)


def _run(reaction: "_Reaction | Waiter") -> None:
    reaction.run()


def _follow(promises: tuple[Promise[Any], Promise[Any]]) -> None:
    promise, followed = promises
    upon(
        followed,
        lambda value: _settle(promise, FULFILLED, value),
        lambda reason: reject(promise, reason),
    )


def _follow_an_awaitable(promise: Promise[Any], awaitable: Awaitable[Any]) -> None:
    """Settle a promise as an awaitable of Python's ends; a coroutine begins to run at once."""
    if isinstance(awaitable, Coroutine):
        coroutine = awaitable
    else:
        coroutine = _wait_for(awaitable)
    task = promise._agent.start_a_task(coroutine)

    def settle(task: "asyncio.Task[Any]") -> None:
        if task.cancelled():
            reject(promise, DOMException("the task that was awaited was cancelled", "AbortError"))
        elif (exception := task.exception()) is not None:
            reject(promise, exception)
        else:
            _settle(promise, FULFILLED, task.result())

    if task.done():
        settle(task)
    else:
        task.add_done_callback(settle)


async def _wait_for(awaitable: Awaitable[T]) -> T:
    return await awaitable
