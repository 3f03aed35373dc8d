"""AbortController and AbortSignal."""

import asyncio
import gc
import math
import threading
import weakref

import pytest

from support.inside import abort_algorithms, dependent_signals, has_listeners
from support.loops import collect_garbage
from support.page import nowhere, turns
from whatwg_websockets import WebSocket
from whatwg_websockets.dom.abort import (
    AbortSignal,
    create_a_dependent_abort_signal,
    signal_abort,
)
from whatwg_websockets.dom.abort_algorithms import (
    add_an_abort_algorithm,
    remove_an_abort_algorithm,
)
from whatwg_websockets.dom.abort_controller import AbortController
from whatwg_websockets.dom.event import Event
from whatwg_websockets.dom.event_target import EventTarget
from whatwg_websockets.webidl.dom_exception import DOMException
from whatwg_websockets.webidl.missing import MISSING


def is_abort_error(reason):
    return isinstance(reason, DOMException) and reason.name == "AbortError"


def test_a_new_signal():
    controller = AbortController()
    signal = controller.signal
    assert isinstance(signal, AbortSignal)
    assert isinstance(signal, EventTarget)
    assert controller.signal is signal
    assert signal.aborted is False
    assert signal.reason is None
    assert signal.onabort is None
    signal.throwIfAborted()


def test_attributes_are_read_only():
    controller = AbortController()
    with pytest.raises(AttributeError):
        controller.signal = 1  # type: ignore[misc]
    for attribute in ("aborted", "reason"):
        with pytest.raises(AttributeError):
            setattr(controller.signal, attribute, 1)


def test_a_signal_has_no_constructor():
    with pytest.raises(TypeError, match="AbortController"):
        AbortSignal()


def test_abort():
    controller = AbortController()
    signal = controller.signal
    events = []
    signal.onabort = events.append
    signal.addEventListener("abort", events.append)
    controller.abort()
    assert signal.aborted is True
    assert is_abort_error(signal.reason)
    assert signal.reason.code == DOMException.ABORT_ERR  # type: ignore[attr-defined]
    assert [(event.type, event.isTrusted, event.target) for event in events] == [
        ("abort", True, signal),
        ("abort", True, signal),
    ]
    assert type(events[0]) is Event
    assert (events[0].bubbles, events[0].cancelable) == (False, False)


def test_abort_happens_once():
    controller = AbortController()
    events = []
    controller.signal.onabort = events.append
    controller.abort("first")
    controller.abort("second")
    assert len(events) == 1
    assert controller.signal.reason == "first"


@pytest.mark.parametrize("reason", ["because", None, 0, ValueError("x")])
def test_a_reason_of_ones_own(reason):
    controller = AbortController()
    controller.abort(reason)
    assert controller.signal.aborted is True
    assert controller.signal.reason is reason
    signal = AbortSignal.abort(reason)
    assert signal.aborted is True
    assert signal.reason is reason


def test_an_undefined_reason_is_none_at_all():
    controller = AbortController()
    controller.abort(MISSING)
    assert is_abort_error(controller.signal.reason)


def test_a_signal_that_is_aborted_from_the_start():
    signal = AbortSignal.abort()
    assert signal.aborted is True
    assert is_abort_error(signal.reason)
    assert AbortSignal.abort() is not signal


def test_throw_if_aborted_raises_the_reason():
    error = ValueError("x")
    with pytest.raises(ValueError, match="x") as info:
        AbortSignal.abort(error).throwIfAborted()
    assert info.value is error
    with pytest.raises(DOMException, match="AbortError"):
        AbortSignal.abort().throwIfAborted()


@pytest.mark.parametrize(("reason", "message"), [("because", "because"), (None, "null")])
def test_throw_if_aborted_wraps_what_python_cannot_raise(reason, message):
    with pytest.raises(DOMException) as info:
        AbortSignal.abort(reason).throwIfAborted()
    assert (info.value.name, info.value.message) == ("AbortError", message)


def test_the_state_is_there_when_listeners_run():
    controller = AbortController()
    seen = []
    controller.signal.onabort = lambda event: seen.append(
        (event.target.aborted, event.target.reason)  # type: ignore[attr-defined]
    )
    controller.abort("why")
    assert seen == [(True, "why")]


def test_algorithms_run_before_listeners_in_their_order():
    controller = AbortController()
    ran = []
    controller.signal.onabort = lambda event: ran.append("listener")
    add_an_abort_algorithm(lambda: ran.append("a"), controller.signal)
    add_an_abort_algorithm(lambda: ran.append("b"), controller.signal)
    controller.abort()
    assert ran == ["a", "b", "listener"]
    assert abort_algorithms(controller.signal) == []


def test_an_algorithm_is_added_once_and_may_be_removed():
    controller = AbortController()
    ran = []

    def kept():
        ran.append("kept")

    def removed():
        ran.append("removed")

    for _ in range(2):
        add_an_abort_algorithm(kept, controller.signal)
    add_an_abort_algorithm(removed, controller.signal)
    remove_an_abort_algorithm(removed, controller.signal)
    remove_an_abort_algorithm(removed, controller.signal)
    controller.abort()
    assert ran == ["kept"]


def test_an_algorithm_that_another_one_removes_does_not_run():
    controller = AbortController()
    ran = []

    def second():
        ran.append("second")

    def first():
        ran.append("first")
        remove_an_abort_algorithm(second, controller.signal)

    add_an_abort_algorithm(first, controller.signal)
    add_an_abort_algorithm(second, controller.signal)
    controller.abort()
    assert ran == ["first"]


def test_an_algorithm_is_too_late_once_the_signal_is_aborted():
    ran = []
    signal = AbortSignal.abort()
    add_an_abort_algorithm(lambda: ran.append(1), signal)
    assert ran == []
    assert abort_algorithms(signal) == []


# Dependent signals.


def test_any_of_none_is_never_aborted():
    signal = AbortSignal.any([])
    assert signal.aborted is False


def test_any_follows_the_first_that_is_aborted():
    controllers = [AbortController() for _ in range(3)]
    signal = AbortSignal.any([controller.signal for controller in controllers])
    events = []
    signal.onabort = events.append
    assert signal.aborted is False
    controllers[1].abort("one")
    controllers[2].abort("two")
    assert signal.aborted is True
    assert signal.reason == "one"
    assert len(events) == 1


def test_any_takes_any_iterable():
    controller = AbortController()
    signal = AbortSignal.any(signal for signal in (controller.signal, controller.signal))
    controller.abort()
    assert signal.aborted is True


@pytest.mark.parametrize("signals", [None, 5, ["x"], [None], [AbortController()], "x"])
def test_any_takes_signals_only(signals):
    with pytest.raises(TypeError):
        AbortSignal.any(signals)


def test_any_of_an_aborted_signal_is_aborted():
    live = AbortController()
    signal = AbortSignal.any([live.signal, AbortSignal.abort("a"), AbortSignal.abort("b")])
    assert signal.reason == "a"
    events = []
    signal.onabort = events.append
    live.abort()
    assert events == []


def test_any_of_any():
    first, second, third = AbortController(), AbortController(), AbortController()
    inner = AbortSignal.any([first.signal, second.signal])
    outer = AbortSignal.any([inner, third.signal])
    second.abort("deep")
    assert (inner.reason, outer.reason) == ("deep", "deep")


def test_any_of_any_does_not_need_the_one_between():
    controller = AbortController()
    outer = AbortSignal.any([AbortSignal.any([controller.signal])])
    controller.abort()
    assert outer.aborted is True


def test_all_states_change_before_any_listener_runs():
    controller = AbortController()
    one = AbortSignal.any([controller.signal])
    two = AbortSignal.any([one, controller.signal])
    signals = (controller.signal, one, two)
    seen = []
    for signal in signals:
        signal.onabort = lambda event: seen.append(
            (signals.index(event.target), [signal.aborted for signal in signals])
        )
    controller.abort()
    assert seen == [(index, [True, True, True]) for index in range(3)]


def test_a_listener_that_aborts_another_source_does_not_abort_twice():
    first, second = AbortController(), AbortController()
    signal = AbortSignal.any([first.signal, second.signal])
    events = []
    signal.onabort = events.append
    first.signal.onabort = lambda event: second.abort("second")
    first.abort("first")
    assert signal.reason == "first"
    assert len(events) == 1


# Timeouts.


def test_timeout():
    async def main():
        signal = AbortSignal.timeout(1)
        done = asyncio.get_running_loop().create_future()
        signal.onabort = done.set_result
        assert signal.aborted is False
        event = await asyncio.wait_for(done, 5)
        assert event.isTrusted is True
        assert isinstance(signal.reason, DOMException)
        assert signal.reason.name == "TimeoutError"
        assert signal.reason.code == DOMException.TIMEOUT_ERR

    asyncio.run(main())


async def test_timeouts_run_in_the_order_of_their_times():
    order, done = [], asyncio.Event()
    late, early = AbortSignal.timeout("20"), AbortSignal.timeout(0)
    late.onabort = lambda event: (order.append("late"), done.set())
    early.onabort = lambda event: order.append("early")
    await done.wait()
    assert order == ["early", "late"]


@pytest.mark.parametrize("milliseconds", [-1, 2**53, math.nan, math.inf, "soon", MISSING])
def test_a_timeout_has_to_be_in_range(milliseconds):
    async def main():
        with pytest.raises(TypeError):
            AbortSignal.timeout(milliseconds)

    asyncio.run(main())


def test_a_timeout_of_ages():
    async def main():
        assert AbortSignal.timeout(2**53 - 1).aborted is False
        await asyncio.sleep(0)

    asyncio.run(main())


def test_a_timeout_needs_a_loop():
    with pytest.raises(RuntimeError, match="needs a running event loop"):
        AbortSignal.timeout(1)


# Garbage collection.


def is_collected(reference):
    gc.collect()
    return reference() is None


async def test_a_timeout_without_listeners_is_let_go(timers):
    timers.hold()
    reference = weakref.ref(AbortSignal.timeout(10))
    assert is_collected(reference)
    timers.let_pass(0.01)


async def test_a_timeout_with_a_listener_is_kept_until_it_is_over(timers):
    timers.hold()
    events = []
    signal = AbortSignal.timeout(20)
    signal.onabort = lambda event: events.append(event.type)
    reference = weakref.ref(signal)
    del signal
    timers.let_pass(0.01)
    assert not is_collected(reference)
    assert events == []
    timers.let_pass(0.01)
    assert events == ["abort"]
    assert is_collected(reference)


def test_a_timeout_whose_listener_went_is_let_go():
    async def main():
        signal = AbortSignal.timeout(10_000)
        signal.onabort = print
        reference = weakref.ref(signal)
        signal.onabort = None
        del signal
        assert is_collected(reference)

    asyncio.run(main())


def test_a_dependent_signal_without_listeners_is_let_go():
    controller = AbortController()
    reference = weakref.ref(AbortSignal.any([controller.signal]))
    assert is_collected(reference)
    controller.abort()


def test_a_dependent_signal_with_a_listener_is_kept_by_its_sources():
    controllers = [AbortController(), AbortController()]
    events = []
    signal = AbortSignal.any([controller.signal for controller in controllers])
    signal.addEventListener("abort", lambda event: events.append(event.type))
    reference = weakref.ref(signal)
    del signal
    assert not is_collected(reference)
    controllers[0].abort()
    assert events == ["abort"]
    assert is_collected(reference)


def test_a_dependent_signal_whose_sources_went_is_let_go():
    controller = AbortController()
    signal = AbortSignal.any([controller.signal])
    signal.onabort = print
    reference = weakref.ref(signal)
    del signal, controller
    assert is_collected(reference)


def test_a_dependent_signal_with_an_algorithm_is_kept():
    controller = AbortController()
    ran = []

    def step():
        ran.append(1)

    signal = AbortSignal.any([controller.signal])
    add_an_abort_algorithm(step, signal)
    reference = weakref.ref(signal)
    del signal
    assert not is_collected(reference)
    remove_an_abort_algorithm(step, reference())
    assert is_collected(reference)


async def test_a_dependent_signal_keeps_a_timeout_going(timers):
    timers.hold()
    signal = AbortSignal.any([AbortSignal.timeout(10)])
    gc.collect()
    timers.let_pass(0.01)
    assert signal.aborted is True
    assert signal.reason.name == "TimeoutError"  # type: ignore[attr-defined]


async def test_a_dependent_signal_keeps_the_timeout_of_another_one_going(timers):
    timers.hold()
    signal = AbortSignal.any([AbortSignal.any([AbortSignal.timeout(10)])])
    gc.collect()
    timers.let_pass(0.01)
    assert signal.aborted is True


async def test_a_timeout_keeps_a_dependent_signal_that_somebody_listens_to(timers):
    timers.hold()
    events = []
    AbortSignal.any([AbortSignal.timeout(10)]).onabort = events.append
    gc.collect()
    timers.let_pass(0.01)
    assert len(events) == 1


def test_a_signal_keeps_neither_targets_nor_listeners():
    controller = AbortController()
    target = EventTarget()
    target.addEventListener("foo", print, signal=controller.signal)
    assert len(abort_algorithms(controller.signal)) == 1
    reference = weakref.ref(target)
    del target
    assert is_collected(reference)
    assert abort_algorithms(controller.signal) == []


def test_a_listener_that_ran_once_is_forgotten_by_its_signal():
    controller = AbortController()
    target = EventTarget()
    target.addEventListener("foo", lambda event: None, once=True, signal=controller.signal)
    target.dispatchEvent(Event("foo"))
    gc.collect()
    assert abort_algorithms(controller.signal) == []


def test_an_abort_step_whose_target_went_in_the_meantime_does_nothing():
    controller = AbortController()
    target = EventTarget()
    target.addEventListener("foo", print, signal=controller.signal)
    (step,) = abort_algorithms(controller.signal)
    del target
    gc.collect()
    step()
    assert controller.signal.aborted is False


async def test_a_listener_keeps_its_signal(timers):
    timers.hold()
    heard = []
    target = EventTarget()
    target.addEventListener("foo", heard.append, signal=AbortSignal.timeout(10))
    gc.collect()
    timers.let_pass(0.01)
    target.dispatchEvent(Event("foo"))
    assert heard == []


@pytest.mark.parametrize("name", ["abort", "timeout", "any"])
def test_a_static_operation_is_not_an_instances(name):
    """In a browser the instance has no such property, and to call undefined is a TypeError."""
    controller = AbortController()
    with pytest.raises(TypeError, match=f"AbortSignal.{name}.. is called on the class"):
        getattr(controller.signal, name)([])
    assert not controller.signal.aborted


def test_a_subclass_has_the_static_operations():
    class Mine(AbortSignal):
        pass

    assert Mine.abort("why").reason == "why"
    with pytest.raises(TypeError, match="is called on the class"):
        Mine.__new__(Mine).abort()


def test_a_signal_may_have_a_property_of_that_name():
    signal = AbortController().signal
    signal.abort = 5
    assert signal.abort == 5


# Identity.


class AllEqual(AbortSignal):
    """A subclass of AbortSignal whose instances are all equal."""

    def __new__(cls):
        return super().__new__(cls)

    def __init__(self):
        """Be made without a controller."""

    def __eq__(self, other):
        return isinstance(other, AllEqual)

    def __hash__(self):
        return 1


class Unhashable(AllEqual):
    __hash__ = None


@pytest.mark.parametrize("kind", [AllEqual, Unhashable])
def test_sources_are_told_apart_by_identity(kind):
    for index in range(2):
        sources = [kind(), kind()]
        signal = AbortSignal.any([AbortSignal.any(sources)])
        signal_abort(sources[index], "why")
        assert signal.reason == "why"


@pytest.mark.parametrize("kind", [AllEqual, Unhashable])
def test_dependent_signals_are_told_apart_by_identity(kind):
    controller = AbortController()
    heard = []
    for number in range(2):
        signal = create_a_dependent_abort_signal([controller.signal], kind)
        signal.addEventListener("abort", lambda event, number=number: heard.append(number))
    del signal
    gc.collect()
    controller.abort()
    assert heard == [0, 1]


@pytest.mark.parametrize("kind", [AllEqual, Unhashable])
def test_dependent_signals_are_let_go_by_identity(kind):
    controller = AbortController()
    stays, goes = (create_a_dependent_abort_signal([controller.signal], kind) for _ in range(2))
    stays.onabort = goes.onabort = print
    goes.onabort = None
    references = weakref.ref(stays), weakref.ref(goes)
    del stays, goes
    assert is_collected(references[1])
    assert not is_collected(references[0])
    assert dependent_signals(controller.signal) == 1


# Threads.


@pytest.mark.parametrize("depends", [False, True])
async def test_an_abort_from_another_thread_does_all_of_it(depends):
    controller, other, heard = AbortController(), EventTarget(), []
    signal = AbortSignal.any([controller.signal]) if depends else controller.signal
    socket = WebSocket("ws://127.0.0.1/", settings=nowhere())
    for target in (other, socket):
        target.addEventListener("foo", heard.append, signal=signal)
    signal.onabort = heard.append
    assert await asyncio.to_thread(controller.abort, "why") is None
    assert [event.type for event in heard] == ["abort"]
    assert (signal.aborted, signal.reason) == (True, "why")
    for target in (other, socket):
        target.dispatchEvent(Event("foo"))
        assert not has_listeners(target, "foo")
    assert [event.type for event in heard] == ["abort"]


async def test_a_listener_whose_signal_another_thread_aborted_is_not_called_and_may_be_added_anew():
    """Also in the turn of the loop that is running just now."""
    controller, heard = AbortController(), []
    socket = WebSocket("ws://127.0.0.1/", settings=nowhere())

    def listener(event):
        heard.append(event.type)

    def from_the_other_thread(event):
        thread = threading.Thread(target=controller.abort)
        thread.start()
        thread.join()

    socket.addEventListener("foo", from_the_other_thread, once=True)
    socket.addEventListener("foo", listener, signal=controller.signal)
    socket.dispatchEvent(Event("foo"))
    assert heard == []
    socket.addEventListener("foo", listener)
    socket.dispatchEvent(Event("foo"))
    await turns()
    socket.dispatchEvent(Event("foo"))
    assert heard == ["foo", "foo"]


async def test_an_abort_from_another_thread_lets_go_of_the_socket():
    controller = AbortController()
    socket = WebSocket("ws://127.0.0.1/", settings=nowhere())
    socket.addEventListener("close", print, signal=controller.signal)
    await asyncio.to_thread(controller.abort)
    reference = weakref.ref(socket)
    del socket
    await turns()
    await collect_garbage()
    assert reference() is None


def test_an_abort_after_the_end_of_the_loop_does_no_harm():
    controller, sockets = AbortController(), []

    async def main():
        sockets.append(WebSocket("ws://127.0.0.1/", settings=nowhere()))
        sockets[0].addEventListener("foo", print, signal=controller.signal)

    asyncio.run(main())
    thread = threading.Thread(target=controller.abort)
    thread.start()
    thread.join()
    assert controller.signal.aborted
