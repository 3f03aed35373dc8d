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
    a_promise_rejected_with,
    a_promise_resolved_with,
    upon,
)


class HasAgent(Protocol):
    """An object that belongs to an agent."""

    @property
    def _agent(self) -> Agent: ...


Subject = TypeVar("Subject", bound=HasAgent)


def the_promise_of(
    algorithm: Callable[..., object], agent: Agent, *arguments: Any
) -> Promise[Any] | None:
    """Perform an algorithm, and return the promise of its end.

    Returns:
        None where the algorithm is done, and has returned nothing.
    """
    try:
        result = algorithm(*arguments)
    except Exception as exception:
        return a_promise_rejected_with(exception, agent)
    return promise_resolved_with_a_result(result, agent)


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
