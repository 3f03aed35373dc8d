"""Promises and microtasks of Python, as an engine of JavaScript hears of them."""

import asyncio

import pytest

from support.loops import collect_garbage, errors_heard
from support.page import turns
from websocket_conformance.testees.wpt.promises import (
    EngineMicrotasks,
    ForeignPromise,
    ForeignReaction,
    Twin,
    is_pending,
    outcome_of,
)
from whatwg_websockets import undefined
from whatwg_websockets.html.event_loop import the_event_loop
from whatwg_websockets.webidl.promise import (
    a_new_promise,
    a_promise_rejected_with,
    mark_as_handled,
    reject,
    resolve,
    upon,
)


class Engine:
    """Stands for an engine, which has what it is told of run in order.

    Attributes:
        heard: what it was told of, in order: twins, and the steps of microtasks.
    """

    def __init__(self):
        self.heard = []
        self.event_loop = the_event_loop()
        self.microtasks = EngineMicrotasks(asyncio.get_running_loop(), self.checkpoint)
        self.event_loop.hand_microtasks_to(self.microtasks)
        self.kept = []

    def checkpoint(self):
        """Run what was queued, and what that queues."""
        while taken := self.microtasks.taken():
            for steps, argument in taken:
                self.heard.append(argument)
                if isinstance(argument, ForeignReaction):
                    self.kept.append(self.microtasks.keep(steps, argument))
                elif not isinstance(argument, Twin):
                    self.microtasks.run(self.microtasks.keep(steps, argument))

    def forget(self, number):
        """Forget an object."""

    def promise(self):
        """A promise of JavaScript."""
        return ForeignPromise(self, 7, self.event_loop)


@pytest.fixture
def engine():
    return Engine


async def test_a_twin_is_told_among_the_reactions_and_handles_nothing(engine):
    engine = engine()
    promise, seen = a_new_promise(engine.event_loop), []
    upon(promise, seen.append)
    twin = Twin(promise, 1, 1, "ArrayBuffer")
    twin.attach()
    upon(promise, seen.append)
    assert is_pending(promise)
    resolve(promise, "value")
    await turns()
    assert engine.heard[1] is twin
    assert seen == ["value", "value"]
    assert outcome_of(promise)[:2] == (False, "value")
    assert twin.run() is None


async def test_whose_rejection_it_is_to_handle_is_told_with_the_outcome(engine):
    engine = engine()
    for handle in (lambda _: None, mark_as_handled):
        promise = a_new_promise(engine.event_loop)
        Twin(promise, 1, 1, "ArrayBuffer").attach()
        reject(promise, "reason")
        handle(promise)
        is_handled = handle is mark_as_handled
        assert outcome_of(promise) == (True, "reason", is_handled)
        # From now on the engine handles the promise, and reports nothing to this side.
        assert outcome_of(promise) == (True, "reason", True)
    del promise
    await collect_garbage()


async def test_a_promise_of_javascript_has_its_reactions_there(engine):
    engine = engine()
    promise, seen = engine.promise(), []
    upon(promise, lambda value: seen.append(("one", value)))
    upon(promise, lambda value: seen.append(("two", value)))
    await turns()
    assert seen == []
    for number in engine.kept:
        engine.microtasks.react(number, True, undefined)
    assert seen == [("one", undefined), ("two", undefined)]
    assert await promise is undefined


async def test_who_awaits_a_promise_of_javascript_may_be_cancelled(engine):
    engine = engine()
    promise = engine.promise()

    async def wait():
        await promise

    task = asyncio.create_task(wait())
    await turns()
    task.cancel()
    await turns()
    assert task.cancelled()
    (number,) = engine.kept
    engine.microtasks.react(number, False, KeyError("mine"))
    with pytest.raises(KeyError, match="mine"):
        await promise


async def test_what_a_microtask_raises_is_reported(engine):
    engine = engine()

    def fail(_):
        raise KeyError("mine")

    engine.event_loop.queue_a_microtask(fail)
    upon(a_promise_rejected_with("x", engine.event_loop), None, fail)
    await turns()
    assert [str(each) for each in errors_heard().take()] == ["'mine'"] * 2
