"""6.4.3 Default sinks, and 6.4.4 Default sources: the two sides of a transform stream.

Source: https://streams.spec.whatwg.org/#ts-default-sink-abstract-ops
"""

from typing import TYPE_CHECKING, Any

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.streams.algorithms import the_promise_of
from whatwg_websockets.streams.default_controllers import (
    readable_stream_default_controller_close,
    readable_stream_default_controller_error,
)
from whatwg_websockets.streams.readable_states import ERRORED
from whatwg_websockets.streams.set_up_transform_controller import (
    transform_stream_default_controller_clear_algorithms,
)
from whatwg_websockets.streams.transform_default_controllers import (
    transform_stream_default_controller_perform_transform,
)
from whatwg_websockets.streams.working_with_transform_streams import (
    transform_stream_set_backpressure,
    transform_stream_unblock_write,
)
from whatwg_websockets.streams.writable_default_controllers import (
    writable_stream_default_controller_error_if_needed,
)
from whatwg_websockets.streams.writable_states import ERRORING, WRITABLE
from whatwg_websockets.webidl.promise import (
    Promise,
    a_new_promise,
    a_promise_resolved_with,
    reject,
    resolve,
    upon,
)

if TYPE_CHECKING:
    from whatwg_websockets.html.event_loop import EventLoop
    from whatwg_websockets.streams.transform_stream import TransformStream


@algorithm(
    "transform-stream-default-sink-write-algorithm", "TransformStreamDefaultSinkWriteAlgorithm"
)
def transform_stream_default_sink_write_algorithm(
    stream: "TransformStream[Any, Any]", chunk: Any
) -> Promise[None]:
    """Transform a chunk that was written, as soon as the readable side has room.

    Source: https://streams.spec.whatwg.org/#transform-stream-default-sink-write-algorithm
    """
    # 1. Assert that the transform stream's writable side is writable.
    assert stream._writable._state == WRITABLE
    # 2. Let the controller be the transform stream's controller.
    controller = stream._controller
    # 3. If the transform stream has backpressure, let the chunk wait until the backpressure ends.
    if stream._backpressure:
        # 3.1. Let the backpressure change promise be that of the transform stream.
        backpressure_change_promise = stream._backpressure_change_promise
        # 3.2. Assert that the transform stream has a backpressure change promise.
        assert backpressure_change_promise is not None
        # 3.3. Return a promise that reacts to the backpressure change promise by transforming the
        #      chunk.
        derived: Promise[None] = a_new_promise(stream._agent)

        def on_fulfilled(_: object) -> None:
            # 3.3.1. Let the writable side be that of the transform stream.
            writable = stream._writable
            # 3.3.2. Let the state be that of the writable side, which may have failed during the
            #        backpressure.
            state = writable._state
            # 3.3.3. If the writable side is erroring, reject the promise of the write with its
            #        stored error.
            if state == ERRORING:
                reject(derived, writable._stored_error)
                return
            # 3.3.4. Assert that the writable side is writable, since its write is in flight.
            assert state == WRITABLE
            # 3.3.5. Transform the chunk after the backpressure has ended, and resolve the promise
            #        of the write with the result.
            promise = transform_stream_default_controller_perform_transform(controller, chunk)
            resolve(derived, promise)

        upon(backpressure_change_promise, on_fulfilled)
        return derived
    # 4. If the transform stream has no backpressure, transform the chunk at once and return its
    #    promise.
    return transform_stream_default_controller_perform_transform(controller, chunk)


@algorithm(
    "transform-stream-default-sink-abort-algorithm", "TransformStreamDefaultSinkAbortAlgorithm"
)
def transform_stream_default_sink_abort_algorithm(
    stream: "TransformStream[Any, Any]", reason: object
) -> Promise[None]:
    """Cancel the transformer and error the readable side, since the writable side is aborted.

    Source: https://streams.spec.whatwg.org/#transform-stream-default-sink-abort-algorithm
    """
    # 1. Let the controller be the transform stream's controller.
    controller = stream._controller
    # 2. If the transformer is already finishing or has finished, return the controller's finish
    #    promise.
    if controller._finish_promise is not None:
        return controller._finish_promise
    # 3. Let the readable side be that of the transform stream.
    readable = stream._readable
    # 4. Set the controller's finish promise to a new promise, settled when the aborted transformer
    #    has ended.
    finish_promise = controller._finish_promise = a_new_promise(stream._agent)
    # 5. Perform the transformer's cancel algorithm with the abort reason.
    cancel_promise = _promise_of(
        the_promise_of(controller._cancel_algorithm, stream._agent, reason), stream._agent
    )
    # 6. Clear the algorithms of the transform stream's controller after the cancel algorithm was
    #    called.
    transform_stream_default_controller_clear_algorithms(controller)

    @algorithm(
        "transform-stream-default-sink-abort-algorithm",
        "TransformStreamDefaultSinkAbortAlgorithm: fulfilled",
    )
    def fulfilled(_: object) -> None:
        # 7.1. If the cancel algorithm has succeeded, settle the abort by the state of the readable
        #      side.
        # 7.1.1. If the readable side is errored, reject the finish promise with the readable side's
        #        stored error.
        if readable._state == ERRORED:
            reject(finish_promise, readable._stored_error)
        else:
            # 7.1.2. If the readable side is not errored, error it because of the abort.
            # 7.1.2.1. Error the readable side with the abort reason.
            readable_stream_default_controller_error(readable._controller, reason)
            # 7.1.2.2. Resolve the finish promise with undefined, which fulfils the abort.
            resolve(finish_promise)

    @algorithm(
        "transform-stream-default-sink-abort-algorithm",
        "TransformStreamDefaultSinkAbortAlgorithm: rejected",
    )
    def rejected(r: object) -> None:
        # 7.2. If the cancel algorithm has failed, error the readable side and reject the abort.
        # 7.2.1. Error the readable side with the reason for which the cancel algorithm failed.
        readable_stream_default_controller_error(readable._controller, r)
        # 7.2.2. Reject the finish promise with the reason for which the cancel algorithm failed, so
        #        that the abort fails.
        reject(finish_promise, r)

    # 7. When the cancel algorithm of the aborted transformer has ended, error the readable side and
    #    settle the abort.
    upon(cancel_promise, fulfilled, rejected)
    # 8. Return the controller's finish promise as the promise of the abort.
    return finish_promise


@algorithm(
    "transform-stream-default-sink-close-algorithm", "TransformStreamDefaultSinkCloseAlgorithm"
)
def transform_stream_default_sink_close_algorithm(
    stream: "TransformStream[Any, Any]",
) -> Promise[None]:
    """Flush the transformer, and then close the readable side, since the writable side is closed.

    Source: https://streams.spec.whatwg.org/#transform-stream-default-sink-close-algorithm
    """
    # 1. Let the controller be the transform stream's controller.
    controller = stream._controller
    # 2. If the transformer is already finishing or has finished, return the controller's finish
    #    promise.
    if controller._finish_promise is not None:
        return controller._finish_promise
    # 3. Let the readable side be that of the transform stream.
    readable = stream._readable
    # 4. Set the controller's finish promise to a new promise, settled when the transformer has
    #    flushed.
    finish_promise = controller._finish_promise = a_new_promise(stream._agent)
    # 5. Perform the transformer's flush algorithm.
    flush_promise = _promise_of(
        the_promise_of(controller._flush_algorithm, stream._agent), stream._agent
    )
    # 6. Clear the algorithms of the transform stream's controller after the flush algorithm was
    #    called.
    transform_stream_default_controller_clear_algorithms(controller)

    @algorithm(
        "transform-stream-default-sink-close-algorithm",
        "TransformStreamDefaultSinkCloseAlgorithm: fulfilled",
    )
    def fulfilled(_: object) -> None:
        # 7.1. If the flush algorithm has succeeded, settle the close by the state of the readable
        #      side.
        # 7.1.1. If the readable side is errored, reject the finish promise with the readable side's
        #        stored error.
        if readable._state == ERRORED:
            reject(finish_promise, readable._stored_error)
        else:
            # 7.1.2. If the readable side is not errored, close it because of the close of the
            #        writable side.
            # 7.1.2.1. Close the readable side after the chunks in its queue.
            readable_stream_default_controller_close(readable._controller)
            # 7.1.2.2. Resolve the finish promise with undefined, which fulfils the close of the
            #          writable side.
            resolve(finish_promise)

    @algorithm(
        "transform-stream-default-sink-close-algorithm",
        "TransformStreamDefaultSinkCloseAlgorithm: rejected",
    )
    def rejected(r: object) -> None:
        # 7.2. If the flush algorithm has failed, error the readable side and reject the close.
        # 7.2.1. Error the readable side with the reason for which the flush algorithm failed.
        readable_stream_default_controller_error(readable._controller, r)
        # 7.2.2. Reject the finish promise with the reason for which the flush algorithm failed, so
        #        that the close fails.
        reject(finish_promise, r)

    # 7. When the flush algorithm has ended, close or error the readable side, and settle the close.
    upon(flush_promise, fulfilled, rejected)
    # 8. Return the controller's finish promise as the promise of the close.
    return finish_promise


@algorithm("transform-stream-default-source-cancel", "TransformStreamDefaultSourceCancelAlgorithm")
def transform_stream_default_source_cancel_algorithm(
    stream: "TransformStream[Any, Any]", reason: object
) -> Promise[None]:
    """Cancel the transformer and error the writable side, since the readable side is cancelled.

    Source: https://streams.spec.whatwg.org/#transform-stream-default-source-cancel
    """
    # 1. Let the controller be the transform stream's controller.
    controller = stream._controller
    # 2. If the transformer is already finishing or has finished, return the controller's finish
    #    promise.
    if controller._finish_promise is not None:
        return controller._finish_promise
    # 3. Let the writable side be that of the transform stream.
    writable = stream._writable
    # 4. Set the controller's finish promise to a new promise, settled when the cancelled
    #    transformer has ended.
    finish_promise = controller._finish_promise = a_new_promise(stream._agent)
    # 5. Perform the transformer's cancel algorithm with the cancel reason.
    cancel_promise = _promise_of(
        the_promise_of(controller._cancel_algorithm, stream._agent, reason), stream._agent
    )
    # 6. Clear the algorithms of the transform stream's controller after the cancel algorithm was
    #    called.
    transform_stream_default_controller_clear_algorithms(controller)

    @algorithm(
        "transform-stream-default-source-cancel",
        "TransformStreamDefaultSourceCancelAlgorithm: fulfilled",
    )
    def fulfilled(_: object) -> None:
        # 7.1. If the cancel algorithm has succeeded, settle the cancellation by the state of the
        #      writable side.
        # 7.1.1. If the writable side is errored, reject the finish promise with the writable side's
        #        stored error.
        if writable._state == ERRORED:
            reject(finish_promise, writable._stored_error)
        else:
            # 7.1.2. If the writable side is not errored, error it because of the cancellation.
            # 7.1.2.1. Error the writable side with the cancel reason, unless that side has ended.
            writable_stream_default_controller_error_if_needed(writable._controller, reason)
            # 7.1.2.2. Unblock a write of the cancelled transform stream that waits for backpressure
            #          to end.
            transform_stream_unblock_write(stream)
            # 7.1.2.3. Resolve the finish promise with undefined, which fulfils the cancellation.
            resolve(finish_promise)

    @algorithm(
        "transform-stream-default-source-cancel",
        "TransformStreamDefaultSourceCancelAlgorithm: rejected",
    )
    def rejected(r: object) -> None:
        # 7.2. If the cancel algorithm has failed, error the writable side and reject the
        #      cancellation.
        # 7.2.1. Error the writable side with the reason for which the cancel algorithm failed,
        #        unless that side has ended.
        writable_stream_default_controller_error_if_needed(writable._controller, r)
        # 7.2.2. Unblock a write of the transform stream that waits for backpressure to end, since
        #        the cancel algorithm failed.
        transform_stream_unblock_write(stream)
        # 7.2.3. Reject the finish promise with the reason for which the cancel algorithm failed, so
        #        that the cancellation fails.
        reject(finish_promise, r)

    # 7. When the cancel algorithm of the cancelled transformer has ended, error the writable side
    #    and settle the cancellation.
    upon(cancel_promise, fulfilled, rejected)
    # 8. Return the controller's finish promise as the promise of the cancellation.
    return finish_promise


@algorithm("transform-stream-default-source-pull", "TransformStreamDefaultSourcePullAlgorithm")
def transform_stream_default_source_pull_algorithm(
    stream: "TransformStream[Any, Any]",
) -> Promise[None]:
    """End the backpressure, since the readable side wants a chunk.

    Returns:
        A promise that is fulfilled when the readable side has backpressure again.

    Source: https://streams.spec.whatwg.org/#transform-stream-default-source-pull
    """
    # 1. Assert that the transform stream has backpressure, which the pull of its readable side
    #    ends.
    assert stream._backpressure
    # 2. Assert that the transform stream has a backpressure change promise, set at its
    #    construction.
    assert stream._backpressure_change_promise is not None
    # 3. Set the transform stream's backpressure to false, so that a waiting write continues.
    transform_stream_set_backpressure(stream, False)
    # 4. Return the new backpressure change promise, so that the next pull waits for the next
    #    change.
    return stream._backpressure_change_promise


def _promise_of(promise: Promise[Any] | None, agent: "EventLoop") -> Promise[Any]:
    """Return the promise of an algorithm, or a fulfilled promise if the algorithm returned None."""
    return a_promise_resolved_with(None, agent) if promise is None else promise
