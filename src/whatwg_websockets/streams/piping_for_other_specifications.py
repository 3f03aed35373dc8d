"""9.5 Piping for other specifications.

Source: https://streams.spec.whatwg.org/#other-specs-piping
"""

from typing import Any

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.dom.abort import AbortSignal
from whatwg_websockets.streams.pipe import readable_stream_pipe_to
from whatwg_websockets.streams.readable_stream import ReadableStream
from whatwg_websockets.streams.working_with_readable_streams import is_readable_stream_locked
from whatwg_websockets.streams.working_with_writable_streams import is_writable_stream_locked
from whatwg_websockets.streams.writable_stream import WritableStream
from whatwg_websockets.webidl.promise import Promise


@algorithm("readablestream-pipe", "ReadableStream pipe to")
def pipe_to(
    readable: ReadableStream[Any],
    writable: WritableStream[Any],
    *,
    prevent_close: bool = False,
    prevent_abort: bool = False,
    prevent_cancel: bool = False,
    signal: AbortSignal | None = None,
) -> Promise[None]:
    """Write all chunks of a readable stream to a writable one. Neither is locked.

    Args:
        readable: the readable stream.
        writable: the writable stream.
        prevent_close: whether the end of the readable stream leaves the writable one open.
        prevent_abort: whether a failure of the readable stream leaves the writable one as it is.
        prevent_cancel: whether a failure of the writable stream leaves the readable one as it is.
        signal: ends the pipe when it is aborted.

    Returns:
        a promise that is settled when the pipe has ended.

    Source: https://streams.spec.whatwg.org/#readablestream-pipe
    """
    # 1. Nobody else reads the readable stream.
    assert not is_readable_stream_locked(readable)
    # 2. Nobody else writes to the writable stream.
    assert not is_writable_stream_locked(writable)
    # 3. None stands for a signal that was left out.
    # 4. The promise goes to the other standard, which may look away from it.
    return readable_stream_pipe_to(
        readable, writable, prevent_close, prevent_abort, prevent_cancel, signal
    )
