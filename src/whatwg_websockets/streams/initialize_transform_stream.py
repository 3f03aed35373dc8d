"""6.4.1 Working with transform streams: how the two sides are created.

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
    """Create the readable side and the writable side of a transform stream.

    Args:
        stream: the stream.
        start_promise: a promise that is fulfilled when the transformer has started.
        writable_high_water_mark: the total size of chunks that may wait to be transformed.
        writable_size_algorithm: takes a chunk that is written, and returns its size.
        readable_high_water_mark: the total size of chunks that may wait to be read.
        readable_size_algorithm: takes a chunk of the readable side, and returns its size.

    Source: https://streams.spec.whatwg.org/#initialize-transform-stream
    """
    agent = stream._agent
    # 1. Let the start algorithm return the start promise, so that both sides start with the
    #    transformer.
    # 2. Let the write algorithm of the writable side be one that transforms the chunk that it is
    #    given.
    # 2.1. Perform the transform stream's sink write algorithm, which transforms the chunk.
    # 3. Let the abort algorithm of the writable side be one that ends the transform stream with a
    #    reason.
    # 3.1. Perform the transform stream's sink abort algorithm, which errors the readable side.
    # 4. Let the close algorithm of the writable side be one that flushes the transform stream.
    # 4.1. Perform the transform stream's sink close algorithm, which closes the readable side.
    # 5. Create the writable side from the start, write, close and abort algorithms.
    stream._writable = create_writable_stream(
        agent,
        lambda: start_promise,
        partial(transform_stream_default_sink_write_algorithm, stream),
        partial(transform_stream_default_sink_close_algorithm, stream),
        partial(transform_stream_default_sink_abort_algorithm, stream),
        writable_high_water_mark,
        writable_size_algorithm,
    )
    # 6. Let the pull algorithm of the readable side be one that lets a waiting write continue.
    # 6.1. Perform the transform stream's source pull algorithm, which ends the backpressure.
    # 7. Let the cancel algorithm of the readable side be one that ends the transform stream with a
    #    reason.
    # 7.1. Perform the transform stream's source cancel algorithm, which errors the writable side.
    # 8. Create the readable side from the start, pull and cancel algorithms.
    stream._readable = create_readable_stream(
        agent,
        lambda: start_promise,
        partial(transform_stream_default_source_pull_algorithm, stream),
        partial(transform_stream_default_source_cancel_algorithm, stream),
        readable_high_water_mark,
        readable_size_algorithm,
    )
    # 9. Set the stream's backpressure and its backpressure change promise to undefined.
    stream._backpressure = stream._backpressure_change_promise = None
    # 10. Set the stream's backpressure to true, so that no chunk is transformed before a read.
    # 11. Set the stream's controller to undefined, until the controller is set up.
    transform_stream_set_backpressure(stream, True)
