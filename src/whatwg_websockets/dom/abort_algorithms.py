"""What an AbortSignal is to other algorithms: an abort reason and a set of things to do.

The interface itself is in ``abort.py``. It stands on EventTarget, and EventTarget's
``addEventListener()`` takes a signal, so what both need is here, below both.
"""

from collections.abc import Callable
from typing import TypeAlias

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.webidl.missing import MISSING, Missing

AbortAlgorithm: TypeAlias = Callable[[], None]
"""What is done, once, when a signal is aborted; in any thread, and without raising."""


class Abortable:
    """The part of an AbortSignal that does not need EventTarget.

    Source: https://dom.spec.whatwg.org/#abortsignal-abort-reason
    """

    __slots__ = ()

    _abort_reason: object | Missing
    _abort_algorithms: dict[AbortAlgorithm, None]

    def _abort_algorithms_changed(self) -> None:
        """Hear that an abort algorithm was added or removed."""


def is_aborted(signal: Abortable) -> bool:
    """Tell whether a signal is aborted, which is whether it has an abort reason.

    Source: https://dom.spec.whatwg.org/#abortsignal-aborted
    """
    # § dom-abortsignal-is-aborted. MISSING stands for undefined.
    return signal._abort_reason is not MISSING


@algorithm("abortsignal-add", "add an algorithm to an AbortSignal")
def add_an_abort_algorithm(abort_algorithm: AbortAlgorithm, signal: Abortable) -> None:
    """Have something done when a signal is aborted.

    Source: https://dom.spec.whatwg.org/#abortsignal-add
    """
    # 1. What is over does not happen again.
    if is_aborted(signal):
        return
    # 2. They run in the order in which they came.
    signal._abort_algorithms[abort_algorithm] = None
    signal._abort_algorithms_changed()


@algorithm("abortsignal-remove", "remove an algorithm from an AbortSignal")
def remove_an_abort_algorithm(abort_algorithm: AbortAlgorithm, signal: Abortable) -> None:
    """Have something no longer done when a signal is aborted.

    Source: https://dom.spec.whatwg.org/#abortsignal-remove
    """
    # 1. One that ran, or was never added, is no error.
    signal._abort_algorithms.pop(abort_algorithm, None)
    signal._abort_algorithms_changed()
