"""Promises: awaitables for values that will be known later, whose reactions run as microtasks.

A promise is settled once: fulfilled with a value or rejected with a reason. Each of its reactions
is a microtask of the agent that the promise belongs to. So reactions run in the order in which
JavaScript runs them: behind the microtasks that were queued before, and before the next task. An
``asyncio.Future`` cannot guarantee that order: its callbacks share one queue with the rest of the
program, and ``await`` on a future that is done does not yield at all.

This module has the operations on promises that Web IDL defines for standards. The promise itself is
in :mod:`.promise_objects`. JavaScript distinguishes the two resolving functions from the promise;
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
    """Make a pending promise.

    Source: https://webidl.spec.whatwg.org/#a-new-promise
    """
    # 1. Use the class Promise as the constructor, since Python has no realms with their own
    #    constructors.
    # 2. Return a new promise, which serves as its own promise capability.
    return Promise(agent)


@algorithm("a-promise-resolved-with", "a promise resolved with")
def a_promise_resolved_with(value: object, agent: Agent) -> Promise[Any]:
    """Make a promise that is resolved with a value.

    If the value is a promise or another awaitable, the new promise follows it, which takes two
    microtasks more. A coroutine begins to run at once.

    Source: https://webidl.spec.whatwg.org/#a-promise-resolved-with
    """
    # 1. Use the value as it is, since Python values need no conversion.
    # 2. Use the class Promise as the constructor, since Python has no realms with their own
    #    constructors.
    # 3. Make a new promise, which serves as its own promise capability.
    promise: Promise[Any] = Promise(agent)
    # 4. Resolve the promise with the value.
    resolve_promise(promise, value)
    # 5. Return the promise that is resolved with the value.
    return promise


@algorithm("a-promise-rejected-with", "a promise rejected with")
def a_promise_rejected_with(reason: object, agent: Agent) -> Promise[Any]:
    """Make a promise that is rejected with a reason.

    Source: https://webidl.spec.whatwg.org/#a-promise-rejected-with
    """
    # 1. Use the class Promise as the constructor, since Python has no realms with their own
    #    constructors.
    # 2. Make a new promise, which serves as its own promise capability.
    promise: Promise[Any] = Promise(agent)
    # 3. Reject the promise with the reason.
    reject_promise(promise, reason)
    # 4. Return the promise that is rejected with the reason.
    return promise


def a_promise_rejected_with_what_was_raised(exception: BaseException, agent: Agent) -> Promise[Any]:
    """Make a promise that is rejected with what a function of the program raised.

    JavaScript catches every value that is thrown. Likewise every exception is caught here. An
    ``asyncio.CancelledError`` becomes the cause of an "AbortError".

    Raises:
        KeyboardInterrupt: the function raised it, and it is to end the program.
        SystemExit: the function raised it, and it is to end the program.

    Source: https://webidl.spec.whatwg.org/#a-promise-rejected-with
    """
    promise: Promise[Any] = Promise(agent)
    reject_with_what_was_raised(promise, exception)
    return promise


@algorithm("resolve", "resolve")
def resolve(promise: Promise[Any], value: object = None) -> None:
    """Fulfil a promise with a value, or make it follow another promise or an awaitable.

    A promise that was resolved or rejected before stays as it is. A promise that is resolved with
    itself is rejected with a TypeError.

    Source: https://webidl.spec.whatwg.org/#resolve
    """
    # 1. Resolve with None, which stands for undefined, if a value is not given.
    # 2. Use the value as it is, since Python values need no conversion.
    # 3. Resolve the promise with the value.
    resolve_promise(promise, value)


@algorithm("reject", "reject")
def reject(promise: Promise[Any], reason: object) -> None:
    """Reject a promise with a reason. A promise that was resolved or rejected stays as it is.

    Source: https://webidl.spec.whatwg.org/#reject
    """
    # 1. Reject the promise with the reason.
    reject_promise(promise, reason)


@algorithm("dfn-perform-steps-once-promise-is-settled", "react")
def react(
    promise: Promise[Any],
    on_fulfilled: Callable[[Any], object] | None,
    on_rejected: Callable[[Any], object] | None = None,
) -> Promise[Any]:
    """Run steps when a promise is settled.

    Returns:
        A promise that is resolved with what the steps return, or rejected with what they raise.

    Source: https://webidl.spec.whatwg.org/#dfn-perform-steps-once-promise-is-settled
    """
    # 1. Call the steps for a fulfilled promise with the promise's value.
    # 1.1. Use the promise's value as it is, since Python values need no conversion.
    # 1.2. Resolve the derived promise with the value if steps for a fulfilled promise are not
    #      given.
    # 1.3. Resolve the derived promise with what the steps for a fulfilled promise return.
    # 2. Use the steps for a fulfilled promise, a Python callable, as a function.
    # 3. Call the steps for a rejected promise with the promise's reason.
    # 3.1. Use the promise's reason as it is, since Python values need no conversion.
    # 3.2. Reject the derived promise with the reason if steps for a rejected promise are not given.
    # 3.3. Resolve the derived promise with what the steps for a rejected promise return.
    # 4. Use the steps for a rejected promise, a Python callable, as a function.
    # 5. Use the class Promise as the constructor, since Python has no realms with their own
    #    constructors.
    # 6. Make the derived promise, which serves as its own promise capability.
    derived: Promise[Any] = Promise(promise._agent)
    # 7. Call the steps in a microtask of the promise's agent, once the promise is settled.
    add_a_reaction(promise, Reaction(promise, on_fulfilled, on_rejected, derived))
    # 8. Return the derived promise.
    return derived


def upon(
    promise: Promise[Any],
    on_fulfilled: Callable[[Any], object] | None,
    on_rejected: Callable[[Any], object] | None = None,
) -> None:
    """Run steps when a promise is settled, without a promise for what they return.

    This is "react" without the derived promise, which Web IDL allows implementations to leave out.
    What the steps raise is passed to the exception handler of the asyncio loop.

    Source: https://webidl.spec.whatwg.org/#dfn-perform-steps-once-promise-is-settled
    """
    add_a_reaction(promise, Reaction(promise, on_fulfilled, on_rejected, None))


@algorithm("upon-fulfillment", "upon fulfillment")
def upon_fulfillment(promise: Promise[Any], steps: Callable[[Any], object]) -> Promise[Any]:
    """Run steps when a promise is fulfilled.

    Returns:
        A promise that is resolved with what the steps return, or rejected with what they raise.

    Source: https://webidl.spec.whatwg.org/#upon-fulfillment
    """
    # 1. React to the promise, and return the derived promise.
    # 1.1. Perform the steps with the value of the promise when it is fulfilled.
    return react(promise, steps, None)


@algorithm("upon-rejection", "upon rejection")
def upon_rejection(promise: Promise[Any], steps: Callable[[Any], object]) -> Promise[Any]:
    """Run steps when a promise is rejected.

    Returns:
        A promise that is resolved with what the steps return, or rejected with what they raise.

    Source: https://webidl.spec.whatwg.org/#upon-rejection
    """
    # 1. React to the promise, and return the derived promise.
    # 1.1. Perform the steps with the reason of the promise when it is rejected.
    return react(promise, None, steps)


@algorithm("wait-for-all", "wait for all")
def wait_for_all(
    promises: Sequence[Promise[Any]],
    success_steps: Callable[[list[Any]], object],
    failure_steps: Callable[[Any], object],
    agent: Agent,
) -> None:
    """Run steps when all of some promises are fulfilled, or when the first is rejected.

    Args:
        promises: the promises.
        success_steps: takes the values, in the order of the promises.
        failure_steps: takes the reason of the promise that was rejected first.
        agent: the agent of the promises.

    Source: https://webidl.spec.whatwg.org/#wait-for-all
    """
    # 1. Set the number of fulfilled promises to 0.
    fulfilled_count = 0
    # 2. Record that none of the promises has been rejected.
    is_rejected = False

    # 3. Handle the rejection of each promise with one function, the rejection handler.
    def rejection_handler(reason: object) -> None:
        nonlocal is_rejected
        # 3.1. Do nothing if another of the promises was rejected before.
        if is_rejected:
            return
        # 3.2. Record that one of the promises has been rejected.
        is_rejected = True
        # 3.3. Perform the failure steps with the reason of the promise that was rejected first.
        failure_steps(reason)

    # 4. Use the rejection handler, a Python callable, as a function.
    # 5. Count the promises.
    total = len(promises)
    # 6. Perform the success steps with an empty list if the list of promises is empty.
    if total == 0:
        # 6.1. Queue a microtask that performs the success steps with an empty list.
        agent.queue_a_microtask(success_steps, [])
        # 6.2. Return to the caller, since an empty list of promises has nothing to wait for.
        return
    # 7. Number the promises from 0.
    # 8. Make a list of results with a place for each promise.
    result: list[Any] = [None] * total
    # 9. Take the promises one after the other, each with its index.
    for index, promise in enumerate(promises):
        # 9.1. Bind the index of the promise to its fulfillment handler.
        # 9.2. Handle the fulfillment of the promise with a function that takes its value.
        def fulfillment_handler(value: object, promise_index: int = index) -> None:
            nonlocal fulfilled_count
            # 9.2.1. Put the value of the promise into its place in the list of results.
            result[promise_index] = value
            # 9.2.2. Add one to the number of fulfilled promises.
            fulfilled_count += 1
            # 9.2.3. Perform the success steps with the list of results once all promises are
            #        fulfilled.
            if fulfilled_count == total:
                success_steps(result)

        # 9.3. Use the fulfillment handler, a Python callable, as a function.
        # 9.4. Add the fulfillment handler and the rejection handler to the promise as reactions.
        # 9.5. Python's enumerate() increments the index.
        upon(promise, fulfillment_handler, rejection_handler)


@algorithm("waiting-for-all-promise", "get a promise to wait for all")
def a_promise_for_all(promises: Sequence[Promise[Any]], agent: Agent) -> Promise[list[Any]]:
    """Make a promise that is fulfilled when all of some promises are.

    It is rejected with the reason of the promise that is rejected first.

    Source: https://webidl.spec.whatwg.org/#waiting-for-all-promise
    """
    # 1. Make a pending promise.
    promise = a_new_promise(agent)
    # 2. Let the success steps take the list of the values of the promises.
    # 2.1. Resolve the promise with the list of values.
    success_steps = partial(resolve, promise)
    # 3. Let the failure steps take the reason of the promise that is rejected first.
    # 3.1. Reject the new promise with the reason of the given promise that is rejected first.
    failure_steps = partial(reject, promise)
    # 4. Wait for all the promises, with the success steps and the failure steps.
    wait_for_all(promises, success_steps, failure_steps, agent)
    # 5. Return the promise that is settled when all the given promises are fulfilled or one is
    #    rejected.
    return promise


@algorithm("mark-a-promise-as-handled", "mark as handled")
def mark_as_handled(promise: Promise[Any]) -> None:
    """Mark a promise as handled, so that its rejection is not reported.

    Source: https://webidl.spec.whatwg.org/#mark-a-promise-as-handled
    """
    # 1. Set the promise's [[PromiseIsHandled]], so that its rejection is not reported.
    set_is_handled(promise)
