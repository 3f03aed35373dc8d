"""The AbortSignal interface: telling what is under way that it is no longer wanted.

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
    """Tells, once, that something is no longer wanted: with an event named ``abort``.

    A program gets one from an AbortController or from one of the static methods. Signals know one
    another by identity, so that a subclass may say which of its objects are equal.

    Raises:
        TypeError: it is called as a constructor.

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
        """Make a signal that is not aborted and depends on no other."""
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
        raise TypeError("an AbortSignal comes from AbortController().signal, or AbortSignal.any()")

    # § dom-abortsignal-onabort. The event handler is for events of type "abort".
    onabort: EventHandlerAttribute[Event] = EventHandlerAttribute("abort")

    @static_operation
    @algorithm("dom-abortsignal-abort", "abort(reason)")
    def abort(reason: object = MISSING) -> "AbortSignal":
        """Make a signal that is aborted already.

        Args:
            reason: why; a DOMException named ``AbortError`` if left out.

        Source: https://dom.spec.whatwg.org/#dom-abortsignal-abort
        """
        # 1. A signal of its own: no controller has it.
        signal = AbortSignal.__new__(AbortSignal)
        # 2. A reason is always there, since it is what makes a signal aborted.
        signal._abort_reason = reason if reason is not MISSING else _abort_error()
        # 3. Nobody could have listened before this, so no event is fired.
        return signal

    @static_operation
    @algorithm("dom-abortsignal-timeout", "timeout(milliseconds)")
    def timeout(milliseconds: float) -> "AbortSignal":
        """Make a signal that is aborted after a time, with a DOMException named ``TimeoutError``.

        Args:
            milliseconds: how long that takes, 0 to 2**53 - 1.

        Raises:
            TypeError: the time is negative, too long, or no finite number.
            RuntimeError: no event loop is running.

        Source: https://dom.spec.whatwg.org/#dom-abortsignal-timeout
        """
        delay = to_enforced_unsigned_long_long(milliseconds)
        # 1. The clock is the only thing that aborts it.
        signal = AbortSignal.__new__(AbortSignal)
        # 2. What has the timer is the running loop.
        loop = _running_loop()
        signal._timeout = timeout = _Timeout(signal)

        # 3. The loop refers to the signal weakly, unless somebody waits for it.
        def abort_after_the_timeout() -> None:
            signal = timeout.signal_reference()
            if signal is not None:
                # 3.1. The loop's callback is the task.
                signal_abort(signal, DOMException("the time is over", "TimeoutError"))

        loop.call_later(delay / 1000, abort_after_the_timeout)
        # 4. It is not aborted yet, even if the time is 0.
        return signal

    @static_operation
    @algorithm("dom-abortsignal-any", "any(signals)")
    def any(signals: "Iterable[AbortSignal]") -> "AbortSignal":
        """Make a signal that is aborted when the first of some signals is.

        Args:
            signals: an iterable of signals.

        Raises:
            TypeError: one of them is no AbortSignal.

        Source: https://dom.spec.whatwg.org/#dom-abortsignal-any
        """
        # 1. It depends on all of them.
        return create_a_dependent_abort_signal(_to_signals(signals), AbortSignal)

    @property
    def aborted(self) -> bool:
        """Whether the signal is aborted.

        Source: https://dom.spec.whatwg.org/#dom-abortsignal-aborted
        """
        # § dom-abortsignal-aborted. The getter says whether there is an abort reason.
        return is_aborted(self)

    @property
    def reason(self) -> object:
        """Why the signal is aborted; None if it is not, or if None is the reason.

        Source: https://dom.spec.whatwg.org/#dom-abortsignal-reason
        """
        # § dom-abortsignal-reason. None stands for undefined, which is the reason of no abort.
        return self._abort_reason if is_aborted(self) else None

    @algorithm("dom-abortsignal-throwifaborted", "throwIfAborted()")
    def throwIfAborted(self) -> None:
        """Raise the reason if the signal is aborted.

        Raises:
            BaseException: the reason, if it is an exception.
            DOMException: ``AbortError`` with the reason as its message, if it is anything else:
                Python raises nothing but exceptions.

        Source: https://dom.spec.whatwg.org/#dom-abortsignal-throwifaborted
        """
        # 1. The reason goes to whoever asks, not to a listener.
        if not is_aborted(self):
            return
        reason = self._abort_reason
        raise reason if isinstance(reason, BaseException) else _abort_error(to_string(reason))

    def _listeners_changed(self) -> None:
        keep_or_let_go(self)

    def _abort_algorithms_changed(self) -> None:
        keep_or_let_go(self)


class _Timeout:
    """What the loop holds for as long as the time of ``AbortSignal.timeout()`` runs.

    It holds the signal only while somebody is waiting for it; see ``keep_or_let_go``.
    """

    __slots__ = ("kept_signal", "signal_reference")

    def __init__(self, signal: AbortSignal) -> None:
        self.signal_reference = ref(signal)
        self.kept_signal: AbortSignal | None = None


def _running_loop() -> asyncio.AbstractEventLoop:
    """Find the loop that is to run a timeout."""
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        raise RuntimeError(
            "AbortSignal.timeout() needs a running event loop: call it in a coroutine"
        ) from None


def _abort_error(message: str = "aborted without a reason") -> DOMException:
    """Make the reason of an abort that was given none."""
    return DOMException(message, "AbortError")


def to_abort_signal(value: object) -> AbortSignal:
    """Convert the member ``signal`` of a dictionary to an AbortSignal, which is to refuse all else.

    Raises:
        TypeError: the value is none.
    """
    if not isinstance(value, AbortSignal):
        raise TypeError(f"signal is an AbortSignal, not {shown(value)}")
    return value


def _to_signals(signals: Iterable[object]) -> list[AbortSignal]:
    """Convert to a sequence of AbortSignal."""
    result = []
    for signal in signals:
        if not isinstance(signal, AbortSignal):
            raise TypeError(f"signals are AbortSignals, not {type(signal).__name__}")
        result.append(signal)
    return result


@algorithm("abortsignal-signal-abort", "signal abort")
def signal_abort(signal: AbortSignal, reason: object = MISSING) -> None:
    """Abort a signal, and those that depend on it.

    Args:
        signal: the signal.
        reason: why; a DOMException named ``AbortError`` if left out.

    Source: https://dom.spec.whatwg.org/#abortsignal-signal-abort
    """
    # 1. A signal is aborted once, with the first reason.
    if is_aborted(signal):
        return
    # 2. A reason is always there, since it is what makes a signal aborted.
    signal._abort_reason = reason if reason is not MISSING else _abort_error()
    # 3. First all have their reason, then any code of the program runs,
    dependent_signals_to_abort = []
    # 4. so that no listener finds one of them aborted and another not.
    for dependent_signal in _dependent_signals_of(signal):
        # 4.1. It may have another source, which was faster.
        if not is_aborted(dependent_signal):
            # 4.1.1. All of them tell the same story,
            dependent_signal._abort_reason = signal._abort_reason
            # 4.1.2. each in its turn.
            dependent_signals_to_abort.append(dependent_signal)
    # 5. Its own listeners hear of it first,
    run_the_abort_steps(signal)
    # 6. then those of the signals that depend on it.
    for dependent_signal in dependent_signals_to_abort:
        run_the_abort_steps(dependent_signal)


@algorithm("run-the-abort-steps", "run the abort steps")
def run_the_abort_steps(signal: AbortSignal) -> None:
    """Do what a signal is to do when it is aborted, and fire its event.

    Source: https://dom.spec.whatwg.org/#run-the-abort-steps
    """
    # 1. One of them may remove another.
    for abort_algorithm in list(signal._abort_algorithms):
        if abort_algorithm in signal._abort_algorithms:
            abort_algorithm()
    # 2. They were for this one time, and may hold on to much.
    signal._abort_algorithms.clear()
    # 3. The program's listeners come after what the library itself has to stop.
    fire_an_event(signal, create_an_event(Event, "abort"))
    keep_or_let_go(signal)


@algorithm("create-a-dependent-abort-signal", "create a dependent abort signal")
def create_a_dependent_abort_signal(signals: list[AbortSignal], signal_interface: type[S]) -> S:
    """Make a signal that is aborted when the first of some signals is.

    Args:
        signals: the signals.
        signal_interface: AbortSignal or an interface that inherits from it.

    Source: https://dom.spec.whatwg.org/#create-a-dependent-abort-signal
    """
    # 1. The result is a signal like others, which no controller has.
    result_signal = signal_interface.__new__(signal_interface)
    # 2. If it has happened already there is nothing to depend on.
    for signal in signals:
        if is_aborted(signal):
            result_signal._abort_reason = signal._abort_reason
            return result_signal
    # 3. From here on others look through it, at what it depends on.
    result_signal._dependent = True
    # 4. One level of dependence is enough, however deeply calls of any() are nested.
    for signal in signals:
        # 4.1. This one is aborted by itself,
        if not signal._dependent:
            # 4.1.1. so it is a source of the result,
            result_signal._source_signals[id(signal)] = signal
            # 4.1.2. and has to know whom to abort along with it.
            _append_a_dependent_signal(signal, result_signal)
        else:
            # 4.2. A dependent signal stands for those it depends on.
            for source_signal in signal._source_signals.values():
                # 4.2.1. Else this signal would be aborted, and the second step would have returned.
                assert not is_aborted(source_signal)
                assert not source_signal._dependent
                # 4.2.2. The source of the one is a source of the other,
                result_signal._source_signals[id(source_signal)] = source_signal
                # 4.2.3. and has to know whom to abort along with it.
                _append_a_dependent_signal(source_signal, result_signal)
    # 5. It is aborted with the first of its sources.
    return result_signal


def _append_a_dependent_signal(signal: AbortSignal, dependent_signal: AbortSignal) -> None:
    """Have a signal know, weakly, a signal that depends on it."""
    known, key = signal._dependent_signals, id(dependent_signal)
    known[key] = ref(dependent_signal, lambda _: known.pop(key, None))


def _dependent_signals_of(signal: AbortSignal) -> list[AbortSignal]:
    """List the signals that depend on a signal, in the order in which they were made."""
    references = tuple(signal._dependent_signals.values())
    return [each for each in (reference() for reference in references) if each is not None]


@algorithm("abort-signal-garbage-collection", "garbage collection of abort signals")
def keep_or_let_go(signal: AbortSignal) -> None:
    """Keep a signal alive while it can be aborted and somebody waits for that.

    A dependent signal is kept by its sources, and one with a timeout by the loop. The standard
    has signals know their sources weakly; here they hold them. So a signal made by ``any()`` keeps
    a timeout among its sources alive, and a program that only reads ``aborted`` finds it true.

    Source: https://dom.spec.whatwg.org/#abort-signal-garbage-collection
    """
    # 1. Somebody waits for it, and it can still happen.
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
