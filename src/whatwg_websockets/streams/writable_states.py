"""5.2.2 Internal slots: the states of a writable stream, and a request to abort it.

Source: https://streams.spec.whatwg.org/#ws-internal-slots
"""

from typing import Final

from whatwg_websockets.webidl.promise import Promise

WRITABLE: Final = "writable"
"""The state of a stream that has neither failed nor closed."""

ERRORING: Final = "erroring"
"""The state of a stream that has failed while its sink is still writing, closing or starting."""

ERRORED: Final = "errored"
"""The state of a stream that has failed."""

CLOSED: Final = "closed"
"""The state of a stream that has closed, so that its sink has written all chunks."""


class PendingAbortRequest:
    """A request to abort a stream, which waits until the sink has no operation in flight.

    Attributes:
        promise: the promise that WritableStreamAbort has returned.
        reason: the reason for the abort.
        was_already_erroring: whether the stream was erroring when the abort was requested.

    Source: https://streams.spec.whatwg.org/#pending-abort-request
    """

    __slots__ = ("promise", "reason", "was_already_erroring")

    def __init__(self, promise: Promise[None], reason: object, was_already_erroring: bool) -> None:
        self.promise = promise
        self.reason = reason
        self.was_already_erroring = was_already_erroring
