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
    # 1. The writable side is writable.
    assert stream._writable._state == WRITABLE
    # 2. The controller is that of the stream.
    controller = stream._controller
    # 3. Where there is backpressure, the chunk waits.
    if stream._backpressure:
        # 3.1. The promise is fulfilled when the backpressure changes.
        backpressure_change_promise = stream._backpressure_change_promise
        # 3.2. A stream has such a promise from its construction on.
        assert backpressure_change_promise is not None
        # 3.3. The promise that is returned is settled by a reaction to the change.
        derived: Promise[None] = a_new_promise(stream._agent)

        def on_fulfilled(_: object) -> None:
            # 3.3.1. The writable side is that of the stream.
            writable = stream._writable
            # 3.3.2. The state says whether the writable side has failed meanwhile.
            state = writable._state
            # 3.3.3. A writable side that is erroring has its write fail.
            if state == ERRORING:
                reject(derived, writable._stored_error)
                return
            # 3.3.4. Any other writable side is writable, since the write is in flight.
            assert state == WRITABLE
            # 3.3.5. The chunk is transformed now.
            promise = transform_stream_default_controller_perform_transform(controller, chunk)
            resolve(derived, promise)

        upon(backpressure_change_promise, on_fulfilled)
        return derived
    # 4. Without backpressure the chunk is transformed at once.
    return transform_stream_default_controller_perform_transform(controller, chunk)


@algorithm(
    "transform-stream-default-sink-abort-algorithm", "TransformStreamDefaultSinkAbortAlgorithm"
)
def transform_stream_default_sink_abort_algorithm(
    stream: "TransformStream[Any, Any]", reason: object
) -> Promise[None]:
    """Have the transformer end, and the readable side fail, as the writable side is aborted.

    Source: https://streams.spec.whatwg.org/#transform-stream-default-sink-abort-algorithm
    """
    # 1. The controller is that of the stream.
    controller = stream._controller
    # 2. A transformer ends once.
    if controller._finish_promise is not None:
        return controller._finish_promise
    # 3. The readable side is that of the stream.
    readable = stream._readable
    # 4. The promise is settled when the transformer has ended.
    finish_promise = controller._finish_promise = a_new_promise(stream._agent)
    # 5. The cancel algorithm is performed with the reason.
    cancel_promise = _promise_of(
        the_promise_of(controller._cancel_algorithm, stream._agent, reason), stream._agent
    )
    # 6. The algorithms of the transformer are cleared.
    transform_stream_default_controller_clear_algorithms(controller)

    @algorithm(
        "transform-stream-default-sink-abort-algorithm",
        "TransformStreamDefaultSinkAbortAlgorithm: fulfilled",
    )
    def fulfilled(_: object) -> None:
        # 7.1. The transformer has ended.
        # 7.1.1. The abort fails with the error of a readable side that has failed already.
        if readable._state == ERRORED:
            reject(finish_promise, readable._stored_error)
        else:
            # 7.1.2. Otherwise the readable side fails with the reason.
            # 7.1.2.1. The readable side is errored.
            readable_stream_default_controller_error(readable._controller, reason)
            # 7.1.2.2. The abort has succeeded.
            resolve(finish_promise)

    @algorithm(
        "transform-stream-default-sink-abort-algorithm",
        "TransformStreamDefaultSinkAbortAlgorithm: rejected",
    )
    def rejected(r: object) -> None:
        # 7.2. The transformer has failed to end.
        # 7.2.1. The readable side is errored.
        readable_stream_default_controller_error(readable._controller, r)
        # 7.2.2. The abort has failed.
        reject(finish_promise, r)

    # 7. The readable side fails when the transformer has ended.
    upon(cancel_promise, fulfilled, rejected)
    # 8. The promise goes to the caller.
    return finish_promise


@algorithm(
    "transform-stream-default-sink-close-algorithm", "TransformStreamDefaultSinkCloseAlgorithm"
)
def transform_stream_default_sink_close_algorithm(
    stream: "TransformStream[Any, Any]",
) -> Promise[None]:
    """Have the transformer give its rest, and close the readable side behind that.

    Source: https://streams.spec.whatwg.org/#transform-stream-default-sink-close-algorithm
    """
    # 1. The controller is that of the stream.
    controller = stream._controller
    # 2. A transformer ends once.
    if controller._finish_promise is not None:
        return controller._finish_promise
    # 3. The readable side is that of the stream.
    readable = stream._readable
    # 4. The promise is settled when the transformer has ended.
    finish_promise = controller._finish_promise = a_new_promise(stream._agent)
    # 5. The flush algorithm is performed.
    flush_promise = _promise_of(
        the_promise_of(controller._flush_algorithm, stream._agent), stream._agent
    )
    # 6. The algorithms of the transformer are cleared.
    transform_stream_default_controller_clear_algorithms(controller)

    @algorithm(
        "transform-stream-default-sink-close-algorithm",
        "TransformStreamDefaultSinkCloseAlgorithm: fulfilled",
    )
    def fulfilled(_: object) -> None:
        # 7.1. The transformer has given its rest.
        # 7.1.1. The close fails with the error of a readable side that has failed.
        if readable._state == ERRORED:
            reject(finish_promise, readable._stored_error)
        else:
            # 7.1.2. Otherwise the readable side ends.
            # 7.1.2.1. The readable side is closed behind what is queued.
            readable_stream_default_controller_close(readable._controller)
            # 7.1.2.2. The close has succeeded.
            resolve(finish_promise)

    @algorithm(
        "transform-stream-default-sink-close-algorithm",
        "TransformStreamDefaultSinkCloseAlgorithm: rejected",
    )
    def rejected(r: object) -> None:
        # 7.2. The transformer has failed to give its rest.
        # 7.2.1. The readable side is errored.
        readable_stream_default_controller_error(readable._controller, r)
        # 7.2.2. The close has failed.
        reject(finish_promise, r)

    # 7. The readable side is closed when the transformer has given its rest.
    upon(flush_promise, fulfilled, rejected)
    # 8. The promise goes to the caller.
    return finish_promise


@algorithm("transform-stream-default-source-cancel", "TransformStreamDefaultSourceCancelAlgorithm")
def transform_stream_default_source_cancel_algorithm(
    stream: "TransformStream[Any, Any]", reason: object
) -> Promise[None]:
    """Have the transformer end, and the writable side fail, as the readable side is cancelled.

    Source: https://streams.spec.whatwg.org/#transform-stream-default-source-cancel
    """
    # 1. The controller is that of the stream.
    controller = stream._controller
    # 2. A transformer ends once.
    if controller._finish_promise is not None:
        return controller._finish_promise
    # 3. The writable side is that of the stream.
    writable = stream._writable
    # 4. The promise is settled when the transformer has ended.
    finish_promise = controller._finish_promise = a_new_promise(stream._agent)
    # 5. The cancel algorithm is performed with the reason.
    cancel_promise = _promise_of(
        the_promise_of(controller._cancel_algorithm, stream._agent, reason), stream._agent
    )
    # 6. The algorithms of the transformer are cleared.
    transform_stream_default_controller_clear_algorithms(controller)

    @algorithm(
        "transform-stream-default-source-cancel",
        "TransformStreamDefaultSourceCancelAlgorithm: fulfilled",
    )
    def fulfilled(_: object) -> None:
        # 7.1. The transformer has ended.
        # 7.1.1. The cancellation fails with the error of a writable side that has failed already.
        if writable._state == ERRORED:
            reject(finish_promise, writable._stored_error)
        else:
            # 7.1.2. Otherwise the writable side fails with the reason.
            # 7.1.2.1. The writable side is errored.
            writable_stream_default_controller_error_if_needed(writable._controller, reason)
            # 7.1.2.2. A write that waits goes on, and finds that.
            transform_stream_unblock_write(stream)
            # 7.1.2.3. The cancellation has succeeded.
            resolve(finish_promise)

    @algorithm(
        "transform-stream-default-source-cancel",
        "TransformStreamDefaultSourceCancelAlgorithm: rejected",
    )
    def rejected(r: object) -> None:
        # 7.2. The transformer has failed to end.
        # 7.2.1. The writable side is errored.
        writable_stream_default_controller_error_if_needed(writable._controller, r)
        # 7.2.2. A write that waits goes on, and finds that.
        transform_stream_unblock_write(stream)
        # 7.2.3. The cancellation has failed.
        reject(finish_promise, r)

    # 7. The writable side fails when the transformer has ended.
    upon(cancel_promise, fulfilled, rejected)
    # 8. The promise goes to the caller.
    return finish_promise


@algorithm("transform-stream-default-source-pull", "TransformStreamDefaultSourcePullAlgorithm")
def transform_stream_default_source_pull_algorithm(
    stream: "TransformStream[Any, Any]",
) -> Promise[None]:
    """Have a write go on, as the readable side wants a chunk.

    Returns:
        a promise that is fulfilled when the readable side has got enough.

    Source: https://streams.spec.whatwg.org/#transform-stream-default-source-pull
    """
    # 1. The readable side had no room before.
    assert stream._backpressure
    # 2. The backpressure was set when the stream was made.
    assert stream._backpressure_change_promise is not None
    # 3. The readable side has room now.
    transform_stream_set_backpressure(stream, False)
    # 4. The pull is done when the readable side has no room any more.
    return stream._backpressure_change_promise


def _promise_of(promise: Promise[Any] | None, agent: "EventLoop") -> Promise[Any]:
    """Return the promise of an algorithm, also of one that was done and has returned nothing."""
    return a_promise_resolved_with(None, agent) if promise is None else promise
