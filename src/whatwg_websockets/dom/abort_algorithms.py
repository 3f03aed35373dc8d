"""The part of an AbortSignal that other algorithms use: its abort reason and abort algorithms.

The interface itself is in ``abort.py``. It inherits from EventTarget, whose ``addEventListener()``
takes a signal. So the part that both modules need is in this module, which imports neither.
"""

from collections.abc import Callable
from typing import TypeAlias

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.webidl.missing import MISSING, Missing

AbortAlgorithm: TypeAlias = Callable[[], None]
"""A function that runs once, when a signal is aborted, in any thread, and raises no exception."""


class Abortable:
    """The part of an AbortSignal that does not need EventTarget.

    Source: https://dom.spec.whatwg.org/#abortsignal-abort-reason
    """

    __slots__ = ()

    _abort_reason: object | Missing
    _abort_algorithms: dict[AbortAlgorithm, None]

    def _abort_algorithms_changed(self) -> None:
        """React to an abort algorithm that was added or removed."""


def is_aborted(signal: Abortable) -> bool:
    """Return whether a signal is aborted.

    Source: https://dom.spec.whatwg.org/#abortsignal-aborted
    """
    # § dom-abortsignal-is-aborted. A signal is aborted if it has an abort reason.
    return signal._abort_reason is not MISSING


@algorithm("abortsignal-add", "add an algorithm to an AbortSignal")
def add_an_abort_algorithm(abort_algorithm: AbortAlgorithm, signal: Abortable) -> None:
    """Add an algorithm that runs when a signal is aborted.

    Source: https://dom.spec.whatwg.org/#abortsignal-add
    """
    # 1. If the signal is aborted already, return.
    if is_aborted(signal):
        return
    # 2. Append the algorithm to the abort algorithms of the signal.
    signal._abort_algorithms[abort_algorithm] = None
    signal._abort_algorithms_changed()


@algorithm("abortsignal-remove", "remove an algorithm from an AbortSignal")
def remove_an_abort_algorithm(abort_algorithm: AbortAlgorithm, signal: Abortable) -> None:
    """Remove an algorithm, so that it does not run when a signal is aborted.

    Source: https://dom.spec.whatwg.org/#abortsignal-remove
    """
    # 1. Remove the algorithm from the abort algorithms of the signal, if it is among them.
    signal._abort_algorithms.pop(abort_algorithm, None)
    signal._abort_algorithms_changed()
