"""6.2 The TransformStream class: chunks that are written are read in another form.

Source: https://streams.spec.whatwg.org/#ts-class
"""

from typing import Any, Generic, TypeVar, Unpack

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.html.event_loop import EventLoop, the_event_loop
from whatwg_websockets.streams.initialize_transform_stream import initialize_transform_stream
from whatwg_websockets.streams.queuing_strategies import (
    QueuingStrategy,
    extract_high_water_mark,
    extract_size_algorithm,
    to_queuing_strategy,
)
from whatwg_websockets.streams.readable_stream import ReadableStream
from whatwg_websockets.streams.transform_controller import TransformStreamDefaultController
from whatwg_websockets.streams.transformer import (
    TRANSFORMER,
    Transformer,
    set_up_transform_stream_default_controller_from_transformer,
)
from whatwg_websockets.streams.writable_stream import WritableStream
from whatwg_websockets.webidl.conversions import is_object
from whatwg_websockets.webidl.messages import shown
from whatwg_websockets.webidl.missing import MISSING, Missing
from whatwg_websockets.webidl.platform_object import PlatformObject
from whatwg_websockets.webidl.promise import Promise, a_new_promise, resolve

I = TypeVar("I")  # noqa: E741 (the type of a chunk that goes in)
O = TypeVar("O")  # noqa: E741 (the type of a chunk that comes out)


class TransformStream(PlatformObject, Generic[I, O]):
    """A pair of streams: chunks written to ``writable`` are transformed and read from ``readable``.

    ``stream.pipeThrough(TransformStream(transform=…))`` transforms the chunks of a stream.

    Args:
        transformer: a mapping, or any object, that may have methods ``start(controller)``,
            ``transform(chunk, controller)``, ``flush(controller)``, which is called after the last
            chunk, and ``cancel(reason)``. They may be coroutine functions, or return any awaitable.
            They may be given as keyword arguments as well. Without ``transform``, each chunk is
            read as it was written.
        writableStrategy: the queuing strategy of the writable side; if left out, one chunk may
            wait to be transformed.
        readableStrategy: the queuing strategy of the readable side; if left out, a chunk is
            transformed only when the readable side is read.

    Raises:
        TypeError: the transformer or a strategy is not an object, or a method is not a function.
        ValueError: a high water mark is negative or NaN; or the transformer has a ``readableType``
            or a ``writableType``, which the standard reserves for later versions.
        RuntimeError: no event loop is running.
        BaseException: the exception that the ``start`` method raises.

    Source: https://streams.spec.whatwg.org/#ts-class
    """

    _interface = "TransformStream"

    __slots__ = (
        "_agent",
        "_backpressure",
        "_backpressure_change_promise",
        "_controller",
        "_readable",
        "_writable",
    )

    _agent: EventLoop
    _backpressure: bool | None
    _backpressure_change_promise: Promise[None] | None
    _controller: TransformStreamDefaultController[O]
    _readable: ReadableStream[O]
    _writable: WritableStream[I]

    @algorithm(
        "ts-constructor", "new TransformStream(transformer, writableStrategy, readableStrategy)"
    )
    def __init__(
        self: "TransformStream[Any, Any]",
        transformer: Transformer | object = MISSING,
        writableStrategy: QueuingStrategy | Missing = MISSING,
        readableStrategy: QueuingStrategy | Missing = MISSING,
        **members: Unpack[Transformer],
    ) -> None:
        self._agent = the_event_loop("a TransformStream")
        if transformer is not MISSING and not is_object(transformer):
            raise TypeError(f"transformer must be an object or a mapping, not {shown(transformer)}")
        writable_strategy = to_queuing_strategy(writableStrategy)
        readable_strategy = to_queuing_strategy(readableStrategy)
        # 1. If the transformer is left out, use an object without methods.
        # 2. Convert the transformer to a dictionary, which looks up its methods once.
        transformer_dict = TRANSFORMER.convert(transformer, members)
        # 3. If the transformer has a `readableType`, raise a ValueError, since the name is
        #    reserved.
        if "readableType" in transformer_dict:
            raise ValueError("a transformer must not have a readableType, which is reserved")
        # 4. If the transformer has a `writableType`, raise a ValueError, since the name is
        #    reserved.
        if "writableType" in transformer_dict:
            raise ValueError("a transformer must not have a writableType, which is reserved")
        # 5. Let the readable high water mark be that of the readable side's strategy, or 0.
        readable_high_water_mark = extract_high_water_mark(readable_strategy, 0)
        # 6. Let the readable size algorithm be that of the readable side's strategy, or one that
        #    returns 1.
        readable_size_algorithm = extract_size_algorithm(readable_strategy)
        # 7. Let the writable high water mark be that of the writable side's strategy, or 1.
        writable_high_water_mark = extract_high_water_mark(writable_strategy, 1)
        # 8. Let the writable size algorithm be that of the writable side's strategy, or one that
        #    returns 1.
        writable_size_algorithm = extract_size_algorithm(writable_strategy)
        # 9. Let the start promise be a new promise, settled when the transformer has started.
        start_promise: Promise[Any] = a_new_promise(self._agent)
        # 10. Initialize the transform stream with the start promise and both strategies, which
        #     creates both sides.
        initialize_transform_stream(
            self,
            start_promise,
            writable_high_water_mark,
            writable_size_algorithm,
            readable_high_water_mark,
            readable_size_algorithm,
        )
        # 11. Set up the transform stream's controller with the methods of the transformer.
        set_up_transform_stream_default_controller_from_transformer(self, transformer_dict)
        # 12. If the transformer has a `start` method, resolve the start promise with the method's
        #     result.
        if "start" in transformer_dict:
            resolve(start_promise, transformer_dict["start"](self._controller))
        else:
            # 13. If the transformer has no `start` method, resolve the start promise with
            #     undefined.
            resolve(start_promise)

    @property
    @algorithm("ts-readable", "readable")
    def readable(self) -> ReadableStream[O]:
        """The readable side of the transform stream.

        Source: https://streams.spec.whatwg.org/#ts-readable
        """
        # 1. Return the transform stream's readable side, which is the same stream each time.
        return self._readable

    @property
    @algorithm("ts-writable", "writable")
    def writable(self) -> WritableStream[I]:
        """The writable side of the transform stream.

        Source: https://streams.spec.whatwg.org/#ts-writable
        """
        # 1. Return the transform stream's writable side, which is the same stream each time.
        return self._writable
