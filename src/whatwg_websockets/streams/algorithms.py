"""The algorithms of an underlying sink or source, and the steps that run when one has ended.

In the standard, such an algorithm returns a promise. Here it may return a promise, another
awaitable, or any other value, most often None; and it may raise an exception.

**One rule for speed.** No promise is made for an algorithm that returns None: the steps that follow
it are queued as a microtask at once. A promise that is already fulfilled would have the same
effect, since its reactions are queued when they are added. The steps therefore run at the same
place in the order of microtasks, and each chunk costs one promise and one reaction less.
"""

from collections.abc import Callable
from typing import Any, Protocol, TypeVar

from whatwg_websockets.webidl.missing import MISSING
from whatwg_websockets.webidl.promise import (
    Agent,
    Promise,
    a_promise_rejected_with_what_was_raised,
    a_promise_resolved_with,
    upon,
)


class HasAgent(Protocol):
    """An object that belongs to an agent."""

    @property
    def _agent(self) -> Agent: ...


Subject = TypeVar("Subject", bound=HasAgent)


def do_nothing(*_: object) -> None:
    """Do nothing: the algorithm that stands for a method which the program has left out."""


def the_promise_of(
    algorithm: Callable[..., object], agent: Agent, *arguments: Any
) -> Promise[Any] | None:
    """Perform an algorithm, and return the promise that is settled when the algorithm has ended.

    Returns:
        None if the algorithm has returned None, and so has ended. The returned promise itself, or
        a promise that is resolved with any other result.

    Raises:
        KeyboardInterrupt: the algorithm raised it. Any other exception rejects the promise.
        SystemExit: the algorithm raised it.
    """
    try:
        result = algorithm(*arguments)
    except BaseException as exception:
        return a_promise_rejected_with_what_was_raised(exception, agent)
    if result is None or isinstance(result, Promise):
        return result
    return promise_resolved_with_a_result(result, agent)


def invoked(
    function: Callable[..., object], agent: Agent, *last: Any
) -> Callable[..., Promise[Any] | None]:
    """Return an algorithm that invokes a function of the program, and converts the return value.

    Web IDL declares that such a function returns a promise, so its return value is converted to
    one. A promise is converted as well: a new promise follows it, which takes two microtasks.

    Args:
        function: the function.
        agent: the agent of the promises.
        *last: the arguments that the function is given after those of the algorithm.
    """

    def algorithm(*arguments: Any) -> Promise[Any] | None:
        result = function(*arguments, *last)
        return None if result is None else promise_resolved_with_a_result(result, agent)

    return algorithm


def promise_resolved_with_a_result(result: object, agent: Agent) -> Promise[Any] | None:
    """Return a promise resolved with the result of an algorithm, or None if the result is None."""
    if result is None or result is MISSING:
        return None
    return a_promise_resolved_with(result, agent)


def upon_the_end(
    promise: Promise[Any] | None,
    subject: Subject,
    on_fulfilled: Callable[[Subject], object],
    on_rejected: Callable[[Subject, Any], object],
) -> None:
    """Run steps when an algorithm has ended: one function if it succeeded, another if it failed.

    Args:
        promise: the return value of ``the_promise_of``.
        subject: the object that the functions are called with, such as a controller.
        on_fulfilled: takes the subject. It must not raise.
        on_rejected: takes the subject and the reason. It must not raise.
    """
    if promise is None:
        subject._agent.queue_a_microtask(on_fulfilled, subject)
    else:
        upon(
            promise,
            lambda _: on_fulfilled(subject),
            lambda reason: on_rejected(subject, reason),
        )
