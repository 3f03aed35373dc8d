"""6.2 The TransformStream class: what is written comes out changed.

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
    """A pair of streams: what is written to ``writable`` comes out of ``readable``, changed.

    ``stream.pipeThrough(TransformStream(transform=…))`` changes the chunks of a stream.

    Args:
        transformer: a mapping, or any object, that may have methods ``start(controller)``,
            ``transform(chunk, controller)``, ``flush(controller)``, which is called behind the last
            chunk, and ``cancel(reason)``. They may be coroutine functions, or return any awaitable.
            They may be given as keyword arguments as well. Without ``transform`` each chunk comes
            out as it was written.
        writableStrategy: a queuing strategy; one chunk may wait if it is left out.
        readableStrategy: a queuing strategy; no chunk is made before it is read if left out.

    Raises:
        TypeError: the transformer or a strategy is no object, or what should be a function is none.
        ValueError: a high water mark is negative or NaN; or the transformer has a ``readableType``
            or a ``writableType``, which a later version of the standard may give a meaning.
        RuntimeError: no event loop is running.
        BaseException: whatever the ``start`` method raises.

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
            raise TypeError(f"transformer is an object or a mapping, not {shown(transformer)}")
        writable_strategy = to_queuing_strategy(writableStrategy)
        readable_strategy = to_queuing_strategy(readableStrategy)
        # 1. A transformer that is left out has no methods.
        # 2. The methods of the transformer are looked up once.
        transformer_dict = TRANSFORMER.convert(transformer, members)
        # 3. A type of the readable side is not known yet.
        if "readableType" in transformer_dict:
            raise ValueError("a transformer has no readableType")
        # 4. A type of the writable side is not known yet.
        if "writableType" in transformer_dict:
            raise ValueError("a transformer has no writableType")
        # 5. The high water mark of the readable side is 0 if left out.
        readable_high_water_mark = extract_high_water_mark(readable_strategy, 0)
        # 6. The readable side has the size algorithm of its strategy.
        readable_size_algorithm = extract_size_algorithm(readable_strategy)
        # 7. The high water mark of the writable side is 1 if left out.
        writable_high_water_mark = extract_high_water_mark(writable_strategy, 1)
        # 8. The writable side has the size algorithm of its strategy.
        writable_size_algorithm = extract_size_algorithm(writable_strategy)
        # 9. Both sides start when the transformer has started.
        start_promise: Promise[Any] = a_new_promise(self._agent)
        # 10. Both sides are made.
        initialize_transform_stream(
            self,
            start_promise,
            writable_high_water_mark,
            writable_size_algorithm,
            readable_high_water_mark,
            readable_size_algorithm,
        )
        # 11. The controller calls the methods of the transformer.
        set_up_transform_stream_default_controller_from_transformer(self, transformer_dict)
        # 12. The `start` method is given the controller, and may raise.
        if "start" in transformer_dict:
            resolve(start_promise, transformer_dict["start"](self._controller))
        else:
            # 13. Without a `start` method the transformer has started.
            resolve(start_promise)

    @property
    @algorithm("ts-readable", "readable")
    def readable(self) -> ReadableStream[O]:
        """The side that is read.

        Source: https://streams.spec.whatwg.org/#ts-readable
        """
        # 1. The readable side is the same stream each time.
        return self._readable

    @property
    @algorithm("ts-writable", "writable")
    def writable(self) -> WritableStream[I]:
        """The side that is written to.

        Source: https://streams.spec.whatwg.org/#ts-writable
        """
        # 1. The writable side is the same stream each time.
        return self._writable
