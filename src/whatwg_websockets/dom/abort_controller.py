"""The AbortController interface.

Source: https://dom.spec.whatwg.org/#interface-abortcontroller
"""

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.dom.abort import AbortSignal, signal_abort
from whatwg_websockets.webidl.missing import MISSING
from whatwg_websockets.webidl.platform_object import PlatformObject


class AbortController(PlatformObject):
    """A controller that creates an AbortSignal, and can abort it.

    Source: https://dom.spec.whatwg.org/#abortcontroller
    """

    _interface = "AbortController"

    __slots__ = ("_signal",)

    @algorithm("dom-abortcontroller-abortcontroller", "new AbortController()")
    def __init__(self) -> None:
        # 1. Create a signal, without AbortSignal's constructor, which refuses every call.
        signal = AbortSignal.__new__(AbortSignal)
        # 2. Set the controller's signal to the new signal.
        self._signal = signal

    @property
    def signal(self) -> AbortSignal:
        """The signal, for activities that the controller may have to abort.

        Source: https://dom.spec.whatwg.org/#dom-abortcontroller-signal
        """
        # § dom-abortcontroller-signal. The signal attribute returns the controller's signal.
        return self._signal

    @algorithm("dom-abortcontroller-abort", "abort(reason)")
    def abort(self, reason: object = MISSING) -> None:
        """Abort the signal, unless it is aborted already.

        The method may be called in any thread. The listeners of the signal's ``abort`` event run in
        the same thread.

        Args:
            reason: the abort reason; by default a DOMException named ``AbortError``.

        Source: https://dom.spec.whatwg.org/#dom-abortcontroller-abort
        """
        # 1. Signal abort on the controller's signal with the given reason.
        signal_abort(self._signal, reason)
