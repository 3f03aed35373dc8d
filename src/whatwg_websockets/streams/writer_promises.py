"""5.5.3 Writers: how the two promises of a writer are rejected.

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
    """Reject the closed promise of a writer, or replace it by a rejected one.

    Source: https://streams.spec.whatwg.org/#writable-stream-default-writer-ensure-closed-promise-rejected
    """
    # 1. If the writer's closed promise is pending, reject it with the error.
    if writer._closed_promise._state == PENDING:
        reject(writer._closed_promise, error)
    else:
        # 2. If the writer's closed promise is settled, replace it by a promise rejected with the
        #    error.
        writer._closed_promise = a_promise_rejected_with(error, writer._agent)
    # 3. Mark the writer's closed promise as handled, so that its rejection is not reported.
    mark_as_handled(writer._closed_promise)


@algorithm(
    "writable-stream-default-writer-ensure-ready-promise-rejected",
    "WritableStreamDefaultWriterEnsureReadyPromiseRejected",
)
def writable_stream_default_writer_ensure_ready_promise_rejected(
    writer: "WritableStreamDefaultWriter[Any]", error: object
) -> None:
    """Reject the ready promise of a writer, or replace it by a rejected one.

    Source: https://streams.spec.whatwg.org/#writable-stream-default-writer-ensure-ready-promise-rejected
    """
    # 1. If the writer's ready promise is pending, reject it with the error.
    if writer._ready_promise._state == PENDING:
        reject(writer._ready_promise, error)
    else:
        # 2. If the writer's ready promise is settled, replace it by a promise rejected with the
        #    error.
        writer._ready_promise = a_promise_rejected_with(error, writer._agent)
    # 3. Mark the writer's ready promise as handled, so that its rejection is not reported.
    mark_as_handled(writer._ready_promise)
