"""6.4.2 Default controllers: chunks that come out of a transform stream.

Source: https://streams.spec.whatwg.org/#ts-default-controller-abstract-ops
"""

from functools import partial
from typing import TYPE_CHECKING, Any

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.streams.algorithms import the_promise_of
from whatwg_websockets.streams.default_controllers import (
    readable_stream_default_controller_can_close_or_enqueue,
    readable_stream_default_controller_close,
    readable_stream_default_controller_enqueue,
    readable_stream_default_controller_has_backpressure,
)
from whatwg_websockets.streams.working_with_transform_streams import (
    transform_stream_error,
    transform_stream_error_writable_and_unblock_write,
    transform_stream_set_backpressure,
)
from whatwg_websockets.webidl.promise import (
    Promise,
    a_new_promise,
    raise_the_reason,
    reject,
    resolve,
    upon,
)

if TYPE_CHECKING:
    from whatwg_websockets.streams.transform_controller import TransformStreamDefaultController


@algorithm("transform-stream-default-controller-enqueue", "TransformStreamDefaultControllerEnqueue")
def transform_stream_default_controller_enqueue(
    controller: "TransformStreamDefaultController[Any]", chunk: Any
) -> None:
    """Put a chunk into the readable side.

    Raises:
        TypeError: the readable side is closed, errored or about to be closed.
        BaseException: what the readable side was errored with, as the chunk has no size.

    Source: https://streams.spec.whatwg.org/#transform-stream-default-controller-enqueue
    """
    # 1. The stream is the one that the controller belongs to.
    stream = controller._stream
    # 2. The queue is that of the readable side.
    readable_controller = stream._readable._controller
    # 3. A side that is closed, errored or about to be closed takes no chunk.
    if not readable_stream_default_controller_can_close_or_enqueue(readable_controller):
        raise TypeError("the readable side has ended, and takes no chunk")
    # 4. The chunk goes to the first read request that waits, or into the queue.
    try:
        readable_stream_default_controller_enqueue(readable_controller, chunk)
    # 5. A chunk that cannot be measured errors the stream.
    except Exception as exception:
        # 5.1. The writable side is errored as well.
        transform_stream_error_writable_and_unblock_write(stream, exception)
        # 5.2. The caller gets what the readable side was errored with.
        raise_the_reason(stream._readable._stored_error)
    # 6. The queue of the readable side may be full now.
    backpressure = readable_stream_default_controller_has_backpressure(readable_controller)
    # 7. The writable side is told of a change.
    # 7.1. A change is that there is backpressure now. The standard asserts it, but reads that were
    #      added since a chunk has filled the queue make room: the pull that follows tells of that.
    if backpressure and not stream._backpressure:
        # 7.2. The next write waits.
        transform_stream_set_backpressure(stream, True)


@algorithm("transform-stream-default-controller-error", "TransformStreamDefaultControllerError")
def transform_stream_default_controller_error(
    controller: "TransformStreamDefaultController[Any]", e: object
) -> None:
    """Have both sides fail.

    Source: https://streams.spec.whatwg.org/#transform-stream-default-controller-error
    """
    # 1. Both sides are errored.
    transform_stream_error(controller._stream, e)


@algorithm(
    "transform-stream-default-controller-perform-transform",
    "TransformStreamDefaultControllerPerformTransform",
)
def transform_stream_default_controller_perform_transform(
    controller: "TransformStreamDefaultController[Any]", chunk: Any
) -> Promise[None]:
    """Have the transformer take a chunk.

    Returns:
        a promise of the end of that. If it fails, both sides do.

    Source:
    https://streams.spec.whatwg.org/#transform-stream-default-controller-perform-transform
    """
    agent = controller._agent
    # 1. The transform algorithm is performed with the chunk.
    transform_promise = the_promise_of(controller._transform_algorithm, agent, chunk)
    # 2. The promise that is returned is settled by a reaction. Where the algorithm is done at once,
    #    the reaction is a microtask (the rule for speed).
    derived: Promise[None] = a_new_promise(agent)
    if transform_promise is None:
        agent.queue_a_microtask(resolve, derived)
        return derived

    def on_rejected(r: object) -> None:
        # 2.1. A transformer that fails has both sides of the stream fail.
        transform_stream_error(controller._stream, r)
        # 2.2. The promise that is returned is rejected with the same reason.
        reject(derived, r)

    upon(transform_promise, partial(resolve, derived), on_rejected)
    return derived


@algorithm(
    "transform-stream-default-controller-terminate", "TransformStreamDefaultControllerTerminate"
)
def transform_stream_default_controller_terminate(
    controller: "TransformStreamDefaultController[Any]",
) -> None:
    """Close the readable side, and have the writable side fail.

    Source: https://streams.spec.whatwg.org/#transform-stream-default-controller-terminate
    """
    # 1. The stream is the one that the controller belongs to.
    stream = controller._stream
    # 2. The queue is that of the readable side.
    readable_controller = stream._readable._controller
    # 3. The readable side is closed behind what is queued.
    readable_stream_default_controller_close(readable_controller)
    # 4. The error says who wants no further chunk.
    error = TypeError("the transformer has terminated the stream, and takes no further chunk")
    # 5. The writable side is errored.
    transform_stream_error_writable_and_unblock_write(stream, error)
