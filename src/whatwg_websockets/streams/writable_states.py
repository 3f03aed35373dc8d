"""5.2.2 Internal slots: the states of a writable stream, and a request to abort it.

Source: https://streams.spec.whatwg.org/#ws-internal-slots
"""

from typing import Final

from whatwg_websockets.webidl.promise import Promise

WRITABLE: Final = "writable"
"""The state of a stream that takes chunks, or has not yet closed."""

ERRORING: Final = "erroring"
"""The state of a stream that has failed, while its sink still writes, closes or starts."""

ERRORED: Final = "errored"
"""The state of a stream that has failed."""

CLOSED: Final = "closed"
"""The state of a stream that has closed, so that its sink has everything."""


class PendingAbortRequest:
    """A request to abort the stream, before it is processed.

    Attributes:
        promise: what WritableStreamAbort has returned.
        reason: why the stream is aborted.
        was_already_erroring: whether the stream was failing when the request came.

    Source: https://streams.spec.whatwg.org/#pending-abort-request
    """

    __slots__ = ("promise", "reason", "was_already_erroring")

    def __init__(self, promise: Promise[None], reason: object, was_already_erroring: bool) -> None:
        self.promise = promise
        self.reason = reason
        self.was_already_erroring = was_already_erroring
