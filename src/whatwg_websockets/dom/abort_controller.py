"""The AbortController interface: what aborts a signal.

Source: https://dom.spec.whatwg.org/#interface-abortcontroller
"""

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.dom.abort import AbortSignal, signal_abort
from whatwg_websockets.webidl.missing import MISSING
from whatwg_websockets.webidl.platform_object import PlatformObject


class AbortController(PlatformObject):
    """Makes a signal, and aborts it.

    Source: https://dom.spec.whatwg.org/#abortcontroller
    """

    _interface = "AbortController"

    __slots__ = ("_signal",)

    @algorithm("dom-abortcontroller-abortcontroller", "new AbortController()")
    def __init__(self) -> None:
        # 1. Made without the constructor, which refuses every caller.
        signal = AbortSignal.__new__(AbortSignal)
        # 2. To hand out the signal is not to hand out the right to abort it.
        self._signal = signal

    @property
    def signal(self) -> AbortSignal:
        """The signal to hand to what may have to be aborted.

        Source: https://dom.spec.whatwg.org/#dom-abortcontroller-signal
        """
        # § dom-abortcontroller-signal. The signal is the one that was made with the controller.
        return self._signal

    @algorithm("dom-abortcontroller-abort", "abort(reason)")
    def abort(self, reason: object = MISSING) -> None:
        """Abort the signal, unless it is aborted.

        Any thread may do so. The listeners of the signal's ``abort`` event run in that thread.

        Args:
            reason: why; a DOMException named ``AbortError`` if left out.

        Source: https://dom.spec.whatwg.org/#dom-abortcontroller-abort
        """
        # 1. A reason that was left out is made there.
        signal_abort(self._signal, reason)
