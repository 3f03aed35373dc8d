"""6.4.1 Working with transform streams: how both sides are made.

Source: https://streams.spec.whatwg.org/#initialize-transform-stream
"""

from functools import partial
from typing import TYPE_CHECKING, Any

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.streams.create_readable_stream import create_readable_stream
from whatwg_websockets.streams.create_writable_stream import create_writable_stream
from whatwg_websockets.streams.queuing_strategies import SizeAlgorithm
from whatwg_websockets.streams.transform_sides import (
    transform_stream_default_sink_abort_algorithm,
    transform_stream_default_sink_close_algorithm,
    transform_stream_default_sink_write_algorithm,
    transform_stream_default_source_cancel_algorithm,
    transform_stream_default_source_pull_algorithm,
)
from whatwg_websockets.streams.working_with_transform_streams import (
    transform_stream_set_backpressure,
)
from whatwg_websockets.webidl.promise import Promise

if TYPE_CHECKING:
    from whatwg_websockets.streams.transform_stream import TransformStream


@algorithm("initialize-transform-stream", "InitializeTransformStream")
def initialize_transform_stream(
    stream: "TransformStream[Any, Any]",
    start_promise: Promise[Any],
    writable_high_water_mark: float,
    writable_size_algorithm: SizeAlgorithm,
    readable_high_water_mark: float,
    readable_size_algorithm: SizeAlgorithm,
) -> None:
    """Make both sides of a stream.

    Args:
        stream: the stream.
        start_promise: fulfilled when the transformer has started.
        writable_high_water_mark: how much may wait to be transformed.
        writable_size_algorithm: measures what is written.
        readable_high_water_mark: how much may wait to be read.
        readable_size_algorithm: measures what comes out.

    Source: https://streams.spec.whatwg.org/#initialize-transform-stream
    """
    agent = stream._agent
    # 1. Both sides start when the transformer has started.
    # 2. What is written is transformed.
    # 2.1. The sink writes into the transformer.
    # 3. Both sides fail if the writable side is aborted.
    # 3.1. The sink aborts the readable side.
    # 4. The readable side is closed behind the writable one.
    # 4.1. The sink closes the readable side.
    # 5. The writable side is created.
    stream._writable = create_writable_stream(
        agent,
        lambda: start_promise,
        partial(transform_stream_default_sink_write_algorithm, stream),
        partial(transform_stream_default_sink_close_algorithm, stream),
        partial(transform_stream_default_sink_abort_algorithm, stream),
        writable_high_water_mark,
        writable_size_algorithm,
    )
    # 6. A pull of the readable side has a write go on.
    # 6.1. The source takes the backpressure away.
    # 7. Both sides end if the readable side is cancelled.
    # 7.1. The source cancels the writable side.
    # 8. The readable side is created.
    stream._readable = create_readable_stream(
        agent,
        lambda: start_promise,
        partial(transform_stream_default_source_pull_algorithm, stream),
        partial(transform_stream_default_source_cancel_algorithm, stream),
        readable_high_water_mark,
        readable_size_algorithm,
    )
    # 9. The backpressure is not known yet.
    stream._backpressure = stream._backpressure_change_promise = None
    # 10. Nothing is written through before somebody reads.
    # 11. The stream has no controller before it is set up.
    transform_stream_set_backpressure(stream, True)
