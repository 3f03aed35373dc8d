"""6.4.2 Default controllers: how a transformer's chunks reach the readable side.

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
    """Enqueue a chunk to the readable side.

    Raises:
        TypeError: the readable side is closed or errored, or its close was requested.
        BaseException: the stored error of the readable side, if the chunk's size is not valid.

    Source: https://streams.spec.whatwg.org/#transform-stream-default-controller-enqueue
    """
    # 1. Let the stream be the controller's transform stream.
    stream = controller._stream
    # 2. Let the readable controller be the controller of the transform stream's readable side.
    readable_controller = stream._readable._controller
    # 3. If the transform stream's readable side can neither close nor enqueue, raise a TypeError.
    if not readable_stream_default_controller_can_close_or_enqueue(readable_controller):
        raise TypeError("the readable side has ended, so it takes no chunks")
    # 4. Enqueue the chunk by means of the readable side's controller.
    try:
        readable_stream_default_controller_enqueue(readable_controller, chunk)
    # 5. If the chunk could not be enqueued to the readable side, fail.
    except Exception as exception:
        # 5.1. Error the writable side with the exception, and unblock a write that waits for
        #      backpressure to end.
        transform_stream_error_writable_and_unblock_write(stream, exception)
        # 5.2. Raise the stored error of the transform stream's readable side for the caller.
        raise_the_reason(stream._readable._stored_error)
    # 6. Let the backpressure be that of the readable side after the chunk was enqueued.
    backpressure = readable_stream_default_controller_has_backpressure(readable_controller)
    # 7. If the readable side's backpressure differs from that of the transform stream, update the
    #    transform stream's backpressure.
    # 7.1. Assert that the readable side now has backpressure. If pending reads have ended the
    #      backpressure, the next pull updates the transform stream's backpressure.
    if backpressure and not stream._backpressure:
        # 7.2. Set the transform stream's backpressure to true, so that the next write waits.
        transform_stream_set_backpressure(stream, True)


@algorithm("transform-stream-default-controller-error", "TransformStreamDefaultControllerError")
def transform_stream_default_controller_error(
    controller: "TransformStreamDefaultController[Any]", e: object
) -> None:
    """Error both sides of a transform stream.

    Source: https://streams.spec.whatwg.org/#transform-stream-default-controller-error
    """
    # 1. Error both sides of the controller's transform stream with the given error.
    transform_stream_error(controller._stream, e)


@algorithm(
    "transform-stream-default-controller-perform-transform",
    "TransformStreamDefaultControllerPerformTransform",
)
def transform_stream_default_controller_perform_transform(
    controller: "TransformStreamDefaultController[Any]", chunk: Any
) -> Promise[None]:
    """Transform a chunk by means of the transformer.

    Returns:
        A promise that is settled when the transformer has ended. If the transformer fails, both
        sides of the stream are errored.

    Source:
    https://streams.spec.whatwg.org/#transform-stream-default-controller-perform-transform
    """
    agent = controller._agent
    # 1. Perform the transform algorithm with the chunk, and let the transform promise be its
    #    result.
    transform_promise = the_promise_of(controller._transform_algorithm, agent, chunk)
    # 2. Return a promise that reacts to the transform promise; if no promise was made, a microtask
    #    resolves it.
    derived: Promise[None] = a_new_promise(agent)
    if transform_promise is None:
        agent.queue_a_microtask(resolve, derived)
        return derived

    def on_rejected(r: object) -> None:
        # 2.1. Error both sides of the transform stream with the reason for which the transformer
        #      failed.
        transform_stream_error(controller._stream, r)
        # 2.2. Reject the returned promise with the reason for which the transformer failed.
        reject(derived, r)

    upon(transform_promise, partial(resolve, derived), on_rejected)
    return derived


@algorithm(
    "transform-stream-default-controller-terminate", "TransformStreamDefaultControllerTerminate"
)
def transform_stream_default_controller_terminate(
    controller: "TransformStreamDefaultController[Any]",
) -> None:
    """Close the readable side, and error the writable side.

    Source: https://streams.spec.whatwg.org/#transform-stream-default-controller-terminate
    """
    # 1. Let the stream be the controller's transform stream.
    stream = controller._stream
    # 2. Let the readable controller be the controller of the transform stream's readable side.
    readable_controller = stream._readable._controller
    # 3. Close the transform stream's readable side, after the chunks in its queue.
    readable_stream_default_controller_close(readable_controller)
    # 4. Create a TypeError for writes to a transform stream that its transformer has terminated.
    error = TypeError("the transformer has terminated the stream, so it takes no further chunks")
    # 5. Error the writable side with the TypeError, and unblock a write that waits for backpressure
    #    to end.
    transform_stream_error_writable_and_unblock_write(stream, error)
