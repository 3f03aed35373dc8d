"""5.5.3 Writers: the two promises of a writer, when they come to be rejected.

Source: https://streams.spec.whatwg.org/#ws-writer-abstract-ops
"""

from typing import TYPE_CHECKING, Any

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.webidl.promise import (
    PENDING,
    a_promise_rejected_with,
    mark_as_handled,
    reject,
)

if TYPE_CHECKING:
    from whatwg_websockets.streams.default_writer import WritableStreamDefaultWriter


@algorithm(
    "writable-stream-default-writer-ensure-closed-promise-rejected",
    "WritableStreamDefaultWriterEnsureClosedPromiseRejected",
)
def writable_stream_default_writer_ensure_closed_promise_rejected(
    writer: "WritableStreamDefaultWriter[Any]", error: object
) -> None:
    """Have ``writer.closed`` be rejected.

    Source: https://streams.spec.whatwg.org/#writable-stream-default-writer-ensure-closed-promise-rejected
    """
    # 1. A closed promise that is pending is rejected with the error.
    if writer._closed_promise._state == PENDING:
        reject(writer._closed_promise, error)
    else:
        # 2. A closed promise that is settled is replaced by a rejected one.
        writer._closed_promise = a_promise_rejected_with(error, writer._agent)
    # 3. The rejection of the closed promise counts as handled.
    mark_as_handled(writer._closed_promise)


@algorithm(
    "writable-stream-default-writer-ensure-ready-promise-rejected",
    "WritableStreamDefaultWriterEnsureReadyPromiseRejected",
)
def writable_stream_default_writer_ensure_ready_promise_rejected(
    writer: "WritableStreamDefaultWriter[Any]", error: object
) -> None:
    """Have ``writer.ready`` be rejected.

    Source: https://streams.spec.whatwg.org/#writable-stream-default-writer-ensure-ready-promise-rejected
    """
    # 1. A ready promise that is pending is rejected with the error.
    if writer._ready_promise._state == PENDING:
        reject(writer._ready_promise, error)
    else:
        # 2. A ready promise that is settled is replaced by a rejected one.
        writer._ready_promise = a_promise_rejected_with(error, writer._agent)
    # 3. The rejection of the ready promise counts as handled.
    mark_as_handled(writer._ready_promise)
