"""Promises: what will be known later, as awaitables whose reactions run as microtasks.

A Promise is settled once, fulfilled with a value or rejected with a reason. Each of its reactions
is a microtask of the agent that the promise belongs to. So reactions run in the order in which
JavaScript runs them: behind the microtasks that were queued before, and before the next task. An
``asyncio.Future`` cannot promise that: its callbacks share one queue with the rest of the program,
and ``await`` of one that is done takes no turn at all.

Here is what Web IDL has standards do with promises. What a promise is stands in
:mod:`.promise_objects`. In JavaScript the two resolving functions and the promise are told apart;
here they are one object.

Source: https://webidl.spec.whatwg.org/#js-promise-manipulation
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.webidl.promise_objects import (
    PENDING,
    REJECTED,
    Agent,
    Promise,
    Reaction,
    add_a_reaction,
    reject_promise,
    reject_with_what_was_raised,
    resolve_promise,
    set_is_handled,
)
from whatwg_websockets.webidl.rejection import Rejection, raise_the_reason

__all__ = [
    "PENDING",
    "REJECTED",
    "Agent",
    "Promise",
    "Rejection",
    "a_new_promise",
    "a_promise_for_all",
    "a_promise_rejected_with",
    "a_promise_rejected_with_what_was_raised",
    "a_promise_resolved_with",
    "mark_as_handled",
    "raise_the_reason",
    "react",
    "reject",
    "resolve",
    "upon",
    "upon_fulfillment",
    "upon_rejection",
    "wait_for_all",
]


@algorithm("a-new-promise", "a new promise")
def a_new_promise(agent: Agent) -> Promise[Any]:
    """Make a promise that is pending.

    Source: https://webidl.spec.whatwg.org/#a-new-promise
    """
    # 1. Python has one class of promises for all agents.
    # 2. The promise itself stands for its capability.
    return Promise(agent)


@algorithm("a-promise-resolved-with", "a promise resolved with")
def a_promise_resolved_with(value: object, agent: Agent) -> Promise[Any]:
    """Make a promise that is resolved with a value.

    Where the value is a promise itself, or another awaitable, the new promise follows it, which
    takes two ticks more. A coroutine begins to run at once.

    Source: https://webidl.spec.whatwg.org/#a-promise-resolved-with
    """
    # 1. A value of Python needs no conversion.
    # 2. Python has one class of promises for all agents.
    # 3. The promise itself stands for its capability.
    promise: Promise[Any] = Promise(agent)
    # 4. The promise is resolved with the value.
    resolve_promise(promise, value)
    # 5. The caller gets the promise.
    return promise


@algorithm("a-promise-rejected-with", "a promise rejected with")
def a_promise_rejected_with(reason: object, agent: Agent) -> Promise[Any]:
    """Make a promise that is rejected.

    Source: https://webidl.spec.whatwg.org/#a-promise-rejected-with
    """
    # 1. Python has one class of promises for all agents.
    # 2. The promise itself stands for its capability.
    promise: Promise[Any] = Promise(agent)
    # 3. The promise is rejected with the reason.
    reject_promise(promise, reason)
    # 4. The caller gets the promise.
    return promise


def a_promise_rejected_with_what_was_raised(exception: BaseException, agent: Agent) -> Promise[Any]:
    """Make a promise that is rejected with what a function of the program's raised.

    JavaScript catches whatever is thrown, and so is here whatever is raised, an
    ``asyncio.CancelledError`` as well, which becomes the cause of an "AbortError".

    Raises:
        KeyboardInterrupt: it was raised, and ends the program.
        SystemExit: likewise.

    Source: https://webidl.spec.whatwg.org/#a-promise-rejected-with
    """
    promise: Promise[Any] = Promise(agent)
    reject_with_what_was_raised(promise, exception)
    return promise


@algorithm("resolve", "resolve")
def resolve(promise: Promise[Any], value: object = None) -> None:
    """Fulfil a promise with a value, or have it follow another promise or an awaitable.

    A promise that was resolved or rejected before stays as it is. One that is resolved with itself
    is rejected with a TypeError.

    Source: https://webidl.spec.whatwg.org/#resolve
    """
    # 1. A value that is not given is None, which stands for JavaScript's undefined.
    # 2. A value of Python needs no conversion.
    # 3. The promise is resolved with the value.
    resolve_promise(promise, value)


@algorithm("reject", "reject")
def reject(promise: Promise[Any], reason: object) -> None:
    """Reject a promise with a reason. One that was resolved or rejected before stays as it is.

    Source: https://webidl.spec.whatwg.org/#reject
    """
    # 1. The promise is rejected with the reason.
    reject_promise(promise, reason)


@algorithm("dfn-perform-steps-once-promise-is-settled", "react")
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
    # 1. The steps for a fulfilled promise take its value.
    # 1.1. A value of Python needs no conversion.
    # 1.2. Without steps for a fulfilled promise, the result is the value itself.
    # 1.3. What the steps return needs no conversion.
    # 2. A Python callable is a function already.
    # 3. The steps for a rejected promise take its reason.
    # 3.1. A reason in Python needs no conversion.
    # 3.2. Without steps for a rejected promise, the derived promise is rejected with the reason.
    # 3.3. What the steps return needs no conversion.
    # 4. A Python callable is a function already.
    # 5. Python has one class of promises for all agents.
    # 6. The derived promise stands for its capability.
    derived: Promise[Any] = Promise(promise._agent)
    # 7. The steps are called in a microtask of the agent, once the promise is settled.
    add_a_reaction(promise, Reaction(promise, on_fulfilled, on_rejected, derived))
    # 8. The caller gets the derived promise.
    return derived


def upon(
    promise: Promise[Any],
    on_fulfilled: Callable[[Any], object] | None,
    on_rejected: Callable[[Any], object] | None = None,
) -> None:
    """Have steps run when a promise is settled, where nobody needs a promise for what they return.

    That is to react without the derived promise, which Web IDL leaves to implementations. What the
    steps raise goes to the exception handler of the asyncio loop.

    Source: https://webidl.spec.whatwg.org/#dfn-perform-steps-once-promise-is-settled
    """
    add_a_reaction(promise, Reaction(promise, on_fulfilled, on_rejected, None))


@algorithm("upon-fulfillment", "upon fulfillment")
def upon_fulfillment(promise: Promise[Any], steps: Callable[[Any], object]) -> Promise[Any]:
    """Have steps run when a promise is fulfilled.

    Returns:
        a promise that is resolved with what the steps return, or rejected with what they raise.

    Source: https://webidl.spec.whatwg.org/#upon-fulfillment
    """
    # 1. Steps react to the promise, and the caller gets the derived promise.
    # 1.1. The steps are performed with the value of a promise that is fulfilled.
    return react(promise, steps, None)


@algorithm("upon-rejection", "upon rejection")
def upon_rejection(promise: Promise[Any], steps: Callable[[Any], object]) -> Promise[Any]:
    """Have steps run when a promise is rejected.

    Returns:
        a promise that is resolved with what the steps return, or rejected with what they raise.

    Source: https://webidl.spec.whatwg.org/#upon-rejection
    """
    # 1. Steps react to the promise, and the caller gets the derived promise.
    # 1.1. The steps are performed with the reason of a promise that is rejected.
    return react(promise, None, steps)


@algorithm("wait-for-all", "wait for all")
def wait_for_all(
    promises: Sequence[Promise[Any]],
    success_steps: Callable[[list[Any]], object],
    failure_steps: Callable[[Any], object],
    agent: Agent,
) -> None:
    """Have steps run when all of some promises are fulfilled, or when the first is rejected.

    Args:
        promises: the promises.
        success_steps: takes the values, in the order of the promises.
        failure_steps: takes the reason of the promise that was rejected first.
        agent: the agent that they belong to.

    Source: https://webidl.spec.whatwg.org/#wait-for-all
    """
    # 1. No promise is known to be fulfilled.
    fulfilled_count = 0
    # 2. No promise is known to be rejected.
    is_rejected = False

    # 3. The rejection of each promise is handled by the same steps.
    def rejection_handler(reason: object) -> None:
        nonlocal is_rejected
        # 3.1. A second rejection changes nothing.
        if is_rejected:
            return
        # 3.2. One promise is known to be rejected.
        is_rejected = True
        # 3.3. The first reason is the one that the failure steps get.
        failure_steps(reason)

    # 4. A Python callable is a function already.
    # 5. The total is the number of promises.
    total = len(promises)
    # 6. Without any promise the success steps are performed with an empty list.
    if total == 0:
        # 6.1. The success steps are performed in a microtask.
        agent.queue_a_microtask(success_steps, [])
        # 6.2. The caller gets nothing.
        return
    # 7. The first promise has the index 0.
    # 8. The list of results has a place for each promise, in their order.
    result: list[Any] = [None] * total
    # 9. The promises are taken in their order, and the enumeration counts the index.
    for index, promise in enumerate(promises):
        # 9.1. The index is bound to the steps of this promise.
        # 9.2. The steps for the fulfillment of this promise take its value.
        def fulfillment_handler(value: object, promise_index: int = index) -> None:
            nonlocal fulfilled_count
            # 9.2.1. The value is put into its place in the list.
            result[promise_index] = value
            # 9.2.2. The number of promises that are fulfilled grows by one.
            fulfilled_count += 1
            # 9.2.3. The success steps are performed when all promises are fulfilled.
            if fulfilled_count == total:
                success_steps(result)

        # 9.3. A Python callable is a function already.
        # 9.4. No derived promise is made, since nobody would use it.
        # 9.5. The next promise has the next index.
        upon(promise, fulfillment_handler, rejection_handler)


@algorithm("waiting-for-all-promise", "get a promise to wait for all")
def a_promise_for_all(promises: Sequence[Promise[Any]], agent: Agent) -> Promise[list[Any]]:
    """Make a promise that is fulfilled when all of some promises are.

    It is rejected with the reason of the one that is rejected first.

    Source: https://webidl.spec.whatwg.org/#waiting-for-all-promise
    """
    # 1. The promise is pending.
    promise = a_new_promise(agent)
    # 2. The success steps take the values.
    # 2.1. The promise is resolved with the list of values.
    success_steps = partial(resolve, promise)
    # 3. The failure steps take the first reason.
    # 3.1. The promise is rejected with that reason.
    failure_steps = partial(reject, promise)
    # 4. The success steps are performed when all promises are fulfilled, and the failure steps when
    #    one is rejected.
    wait_for_all(promises, success_steps, failure_steps, agent)
    # 5. The caller gets the promise.
    return promise


@algorithm("mark-a-promise-as-handled", "mark as handled")
def mark_as_handled(promise: Promise[Any]) -> None:
    """Have a rejection of the promise be nobody's mistake: it is not reported.

    Source: https://webidl.spec.whatwg.org/#mark-a-promise-as-handled
    """
    # 1. The rejection of the promise counts as handled.
    set_is_handled(promise)
