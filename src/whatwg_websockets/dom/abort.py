"""The AbortSignal interface, which aborts activities that are under way.

Source: https://dom.spec.whatwg.org/#aborting-ongoing-activities
"""

import asyncio
from collections.abc import Iterable
from typing import Any, Self, TypeVar
from weakref import ref

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.dom.abort_algorithms import Abortable, is_aborted
from whatwg_websockets.dom.dispatch import fire_an_event
from whatwg_websockets.dom.event import Event, create_an_event
from whatwg_websockets.dom.event_target import EventTarget
from whatwg_websockets.html.event_handlers import EventHandlerAttribute
from whatwg_websockets.webidl.conversions import to_enforced_unsigned_long_long, to_string
from whatwg_websockets.webidl.dom_exception import DOMException
from whatwg_websockets.webidl.messages import shown
from whatwg_websockets.webidl.missing import MISSING
from whatwg_websockets.webidl.static_operation import static_operation

S = TypeVar("S", bound="AbortSignal")


class AbortSignal(EventTarget, Abortable):
    """A signal that aborts an activity, once, and fires an event named ``abort``.

    A program obtains a signal from an AbortController or from one of the static methods. Signals
    identify one another by ``id()``, so that a subclass may define which of its objects are equal.

    Raises:
        TypeError: the class is called as a constructor.

    Source: https://dom.spec.whatwg.org/#abortsignal
    """

    _interface = "AbortSignal"

    __slots__ = (
        "_abort_algorithms",
        "_abort_reason",
        "_dependent",
        "_dependent_signals",
        "_kept_dependent_signals",
        "_source_signals",
        "_timeout",
    )

    _dependent: bool
    _source_signals: "dict[int, AbortSignal]"
    _dependent_signals: "dict[int, ref[AbortSignal]]"
    _kept_dependent_signals: "dict[int, AbortSignal]"
    _timeout: "_Timeout | None"

    def __new__(cls, *args: Any, **kwargs: Any) -> Self:
        """Create a signal that is not aborted and depends on no other signal."""
        self = super().__new__(cls)
        self._abort_reason = MISSING
        self._abort_algorithms = {}
        self._dependent = False
        self._source_signals = {}
        self._dependent_signals = {}
        self._kept_dependent_signals = {}
        self._timeout = None
        return self

    def __init__(self) -> None:
        raise TypeError(
            "AbortSignal has no constructor; use AbortController().signal or AbortSignal.any()"
        )

    # § dom-abortsignal-onabort. The event handler attribute onabort handles the abort event.
    onabort: EventHandlerAttribute[Event] = EventHandlerAttribute("abort")

    @static_operation
    @algorithm("dom-abortsignal-abort", "abort(reason)")
    def abort(reason: object = MISSING) -> "AbortSignal":
        """Create a signal that is aborted already.

        Args:
            reason: the abort reason; by default a DOMException named ``AbortError``.

        Source: https://dom.spec.whatwg.org/#dom-abortsignal-abort
        """
        # 1. Create a new signal, which no controller refers to.
        signal = AbortSignal.__new__(AbortSignal)
        # 2. Set the signal's abort reason to the reason, or to a new AbortError if no reason is
        #    given.
        signal._abort_reason = reason if reason is not MISSING else _abort_error()
        # 3. Return the aborted signal, without firing an event.
        return signal

    @static_operation
    @algorithm("dom-abortsignal-timeout", "timeout(milliseconds)")
    def timeout(milliseconds: float) -> "AbortSignal":
        """Create a signal that is aborted after a time, with a DOMException named ``TimeoutError``.

        Args:
            milliseconds: the time in milliseconds, from 0 to 2**53 - 1.

        Raises:
            TypeError: the time is negative, too long, or not a finite number.
            RuntimeError: no event loop is running.

        Source: https://dom.spec.whatwg.org/#dom-abortsignal-timeout
        """
        delay = to_enforced_unsigned_long_long(milliseconds)
        # 1. Create a new signal, which only the timeout can abort.
        signal = AbortSignal.__new__(AbortSignal)
        # 2. Take the running asyncio loop in place of the global object, for its timers.
        loop = _running_loop()
        signal._timeout = timeout = _Timeout(signal)

        # 3. Schedule the abort after the timeout. The loop refers to the signal weakly, unless a
        #   listener waits for the abort.
        def abort_after_the_timeout() -> None:
            signal = timeout.signal_reference()
            if signal is not None:
                # 3.1. Signal abort with a TimeoutError, in the loop's callback.
                signal_abort(signal, DOMException("the timeout has passed", "TimeoutError"))

        loop.call_later(delay / 1000, abort_after_the_timeout)
        # 4. Return the signal, which is not aborted yet even if the timeout is 0.
        return signal

    @static_operation
    @algorithm("dom-abortsignal-any", "any(signals)")
    def any(signals: "Iterable[AbortSignal]") -> "AbortSignal":
        """Create a signal that is aborted when the first of several signals is.

        Args:
            signals: an iterable of signals.

        Raises:
            TypeError: an item is not an AbortSignal.

        Source: https://dom.spec.whatwg.org/#dom-abortsignal-any
        """
        # 1. Return a dependent signal of all the given signals.
        return create_a_dependent_abort_signal(_to_signals(signals), AbortSignal)

    @property
    def aborted(self) -> bool:
        """Whether the signal is aborted.

        Source: https://dom.spec.whatwg.org/#dom-abortsignal-aborted
        """
        # § dom-abortsignal-aborted. The aborted attribute returns whether the signal is aborted.
        return is_aborted(self)

    @property
    def reason(self) -> object:
        """The abort reason; None if the signal is not aborted, or if the reason is None.

        Source: https://dom.spec.whatwg.org/#dom-abortsignal-reason
        """
        # § dom-abortsignal-reason. The reason attribute returns the signal's abort reason, or None
        #   if the signal is not aborted.
        return self._abort_reason if is_aborted(self) else None

    @algorithm("dom-abortsignal-throwifaborted", "throwIfAborted()")
    def throwIfAborted(self) -> None:
        """Raise the abort reason if the signal is aborted.

        Raises:
            BaseException: the reason, if it is an exception.
            DOMException: an ``AbortError`` with the reason as its message, if the reason is not an
                exception and so cannot be raised in Python.

        Source: https://dom.spec.whatwg.org/#dom-abortsignal-throwifaborted
        """
        # 1. If the signal is aborted, raise its abort reason.
        if not is_aborted(self):
            return
        reason = self._abort_reason
        raise reason if isinstance(reason, BaseException) else _abort_error(to_string(reason))

    def _listeners_changed(self) -> None:
        keep_or_let_go(self)

    def _abort_algorithms_changed(self) -> None:
        keep_or_let_go(self)


class _Timeout:
    """The object that the loop refers to while the timer of ``AbortSignal.timeout()`` runs.

    The object refers to the signal only while a listener waits for the abort; see
    ``keep_or_let_go``.
    """

    __slots__ = ("kept_signal", "signal_reference")

    def __init__(self, signal: AbortSignal) -> None:
        self.signal_reference = ref(signal)
        self.kept_signal: AbortSignal | None = None


def _running_loop() -> asyncio.AbstractEventLoop:
    """Return the running loop, which runs a timeout."""
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        raise RuntimeError(
            "AbortSignal.timeout() needs a running event loop: call it in a coroutine"
        ) from None


def _abort_error(message: str = "aborted without a reason") -> DOMException:
    """Create the default abort reason."""
    return DOMException(message, "AbortError")


def to_abort_signal(value: object) -> AbortSignal:
    """Convert the member ``signal`` of a dictionary to an AbortSignal.

    Raises:
        TypeError: the value is not an AbortSignal.
    """
    if not isinstance(value, AbortSignal):
        raise TypeError(f"signal must be an AbortSignal, not {shown(value)}")
    return value


def _to_signals(signals: Iterable[object]) -> list[AbortSignal]:
    """Convert to a sequence of AbortSignals."""
    result = []
    for signal in signals:
        if not isinstance(signal, AbortSignal):
            raise TypeError(f"signals must be AbortSignals, not {type(signal).__name__}")
        result.append(signal)
    return result


@algorithm("abortsignal-signal-abort", "signal abort")
def signal_abort(signal: AbortSignal, reason: object = MISSING) -> None:
    """Abort a signal and the signals that depend on it.

    Args:
        signal: the signal.
        reason: the abort reason; by default a DOMException named ``AbortError``.

    Source: https://dom.spec.whatwg.org/#abortsignal-signal-abort
    """
    # 1. If the signal is aborted already, return: a signal keeps its first abort reason.
    if is_aborted(signal):
        return
    # 2. Set the signal's abort reason to the reason, or to a new AbortError if no reason is given.
    signal._abort_reason = reason if reason is not MISSING else _abort_error()
    # 3. Start an empty list of the dependent signals to abort.
    dependent_signals_to_abort = []
    # 4. Mark each dependent signal as aborted before any listener runs.
    for dependent_signal in _dependent_signals_of(signal):
        # 4.1. Skip a dependent signal that another of its sources has aborted.
        if not is_aborted(dependent_signal):
            # 4.1.1. Give the dependent signal the abort reason of its source.
            dependent_signal._abort_reason = signal._abort_reason
            # 4.1.2. Append the dependent signal to the list of the dependent signals to abort.
            dependent_signals_to_abort.append(dependent_signal)
    # 5. Run the abort steps of the signal.
    run_the_abort_steps(signal)
    # 6. Run the abort steps of each dependent signal, after those of its source.
    for dependent_signal in dependent_signals_to_abort:
        run_the_abort_steps(dependent_signal)


@algorithm("run-the-abort-steps", "run the abort steps")
def run_the_abort_steps(signal: AbortSignal) -> None:
    """Run the abort algorithms of a signal, and fire its abort event.

    Source: https://dom.spec.whatwg.org/#run-the-abort-steps
    """
    # 1. Run each abort algorithm of the signal, except those that another abort algorithm has
    #    removed.
    for abort_algorithm in list(signal._abort_algorithms):
        if abort_algorithm in signal._abort_algorithms:
            abort_algorithm()
    # 2. Empty the signal's abort algorithms, which run only once.
    signal._abort_algorithms.clear()
    # 3. Fire the abort event at the signal.
    fire_an_event(signal, create_an_event(Event, "abort"))
    keep_or_let_go(signal)


@algorithm("create-a-dependent-abort-signal", "create a dependent abort signal")
def create_a_dependent_abort_signal(signals: list[AbortSignal], signal_interface: type[S]) -> S:
    """Create a signal that is aborted when the first of several signals is.

    Args:
        signals: the signals.
        signal_interface: AbortSignal or an interface that inherits from it.

    Source: https://dom.spec.whatwg.org/#create-a-dependent-abort-signal
    """
    # 1. Create the result signal, which no controller refers to.
    result_signal = signal_interface.__new__(signal_interface)
    # 2. If one of the given signals is aborted, return a result signal with its abort reason.
    for signal in signals:
        if is_aborted(signal):
            result_signal._abort_reason = signal._abort_reason
            return result_signal
    # 3. Mark the result signal as dependent.
    result_signal._dependent = True
    # 4. Connect the result signal with the sources of each given signal.
    for signal in signals:
        # 4.1. If the given signal is not dependent, connect the result signal with the given
        #   signal.
        if not signal._dependent:
            # 4.1.1. Add the given signal to the source signals of the result signal.
            result_signal._source_signals[id(signal)] = signal
            # 4.1.2. Add the result signal to the dependent signals of the given signal.
            _append_a_dependent_signal(signal, result_signal)
        else:
            # 4.2. If the given signal is dependent, connect the result signal with the sources of
            #   the given signal.
            for source_signal in signal._source_signals.values():
                # 4.2.1. Assert that the source signal is neither aborted nor dependent.
                assert not is_aborted(source_signal)
                assert not source_signal._dependent
                # 4.2.2. Add the source signal to the source signals of the result signal.
                result_signal._source_signals[id(source_signal)] = source_signal
                # 4.2.3. Add the result signal to the dependent signals of the source signal.
                _append_a_dependent_signal(source_signal, result_signal)
    # 5. Return the result signal, which is aborted as soon as a source signal is aborted.
    return result_signal


def _append_a_dependent_signal(signal: AbortSignal, dependent_signal: AbortSignal) -> None:
    """Append a signal to the dependent signals of another, by a weak reference."""
    known, key = signal._dependent_signals, id(dependent_signal)
    known[key] = ref(dependent_signal, lambda _: known.pop(key, None))


def _dependent_signals_of(signal: AbortSignal) -> list[AbortSignal]:
    """Return the signals that depend on a signal, in the order in which they were created."""
    references = tuple(signal._dependent_signals.values())
    return [each for each in (reference() for reference in references) if each is not None]


@algorithm("abort-signal-garbage-collection", "garbage collection of abort signals")
def keep_or_let_go(signal: AbortSignal) -> None:
    """Keep a signal alive while it can be aborted and a listener or algorithm waits for that.

    The sources of a dependent signal keep it alive, and the loop keeps a signal with a timeout. In
    the standard, signals refer to their sources weakly. Here, the references are strong. So a
    signal from ``any()`` keeps a source with a timeout alive, and ``aborted`` becomes true after
    the timeout even for a program that has no listener.

    Source: https://dom.spec.whatwg.org/#abort-signal-garbage-collection
    """
    # 1. Keep the signal alive if it is not aborted and has a listener or an abort algorithm.
    waiting = not is_aborted(signal) and (
        signal._has_listeners("abort") or (signal._dependent and bool(signal._abort_algorithms))
    )
    for source_signal in signal._source_signals.values():
        if waiting:
            source_signal._kept_dependent_signals[id(signal)] = signal
        else:
            source_signal._kept_dependent_signals.pop(id(signal), None)
        keep_or_let_go(source_signal)
    if signal._timeout is not None:
        kept = waiting or signal._kept_dependent_signals
        signal._timeout.kept_signal = signal if kept else None
