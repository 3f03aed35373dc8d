"""What an underlying sink or source does: its algorithms, and what follows when they are done.

The standard has such an algorithm return a promise. Here it may return a promise, another
awaitable, or anything else, most often None; and it may raise.

**One rule for speed.** An algorithm that returns None has no promise made for it: what follows is
queued as a microtask at once. A promise that is fulfilled already would do the same, since its
reactions are queued when they are added. So what follows comes at the same place in the order of
microtasks, and each chunk costs one promise and one reaction less.
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
    """Stand for an algorithm that was left out: it returns undefined, and so it is done."""


def the_promise_of(
    algorithm: Callable[..., object], agent: Agent, *arguments: Any
) -> Promise[Any] | None:
    """Perform an algorithm, and return the promise of its end.

    Returns:
        None where the algorithm is done, and has returned nothing. A promise that the algorithm
        has returned is the promise of its end.

    Raises:
        KeyboardInterrupt: the algorithm raised it. Whatever else it raises rejects the promise.
        SystemExit: likewise.
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
    """Return the algorithm that invokes a function of the program's, and converts what it returns.

    Web IDL says that such a function returns a promise. What it does return is converted: also a
    promise is followed by another one, which takes two ticks.

    Args:
        function: the function.
        agent: the agent of the promises.
        *last: what the function is given behind the arguments of the algorithm.
    """

    def algorithm(*arguments: Any) -> Promise[Any] | None:
        result = function(*arguments, *last)
        return None if result is None else promise_resolved_with_a_result(result, agent)

    return algorithm


def promise_resolved_with_a_result(result: object, agent: Agent) -> Promise[Any] | None:
    """Return the promise of what an algorithm has returned; None where it has returned nothing."""
    if result is None or result is MISSING:
        return None
    return a_promise_resolved_with(result, agent)


def upon_the_end(
    promise: Promise[Any] | None,
    subject: Subject,
    on_fulfilled: Callable[[Subject], object],
    on_rejected: Callable[[Subject, Any], object],
) -> None:
    """Have steps run when an algorithm is done, or has failed.

    Args:
        promise: what ``the_promise_of`` has returned.
        subject: what the steps are about.
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
