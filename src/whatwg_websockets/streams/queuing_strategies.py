"""7 Queuing strategies: the sizes of chunks, and the total size at which a stream has backpressure.

A strategy is any object, or a mapping, with the members ``highWaterMark`` and ``size``. The two
classes here are the usual strategies: one counts the chunks, the other their bytes.

Source: https://streams.spec.whatwg.org/#qs
"""

import math
from collections.abc import Callable, Mapping
from typing import Any, Final, Protocol, TypedDict, Unpack

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.webidl.callback_function import to_callback_function
from whatwg_websockets.webidl.conversions import to_number, to_unrestricted_double
from whatwg_websockets.webidl.dictionary import Dictionary, Member
from whatwg_websockets.webidl.messages import shown
from whatwg_websockets.webidl.missing import MISSING, Missing
from whatwg_websockets.webidl.platform_object import PlatformObject

SizeAlgorithm = Callable[[Any], float] | None
"""A function that takes a chunk and returns its size; None stands for one that returns 1."""


QUEUING_STRATEGY: Final = Dictionary(
    "QueuingStrategy",
    {
        "highWaterMark": Member(to_unrestricted_double),
        "size": Member(to_callback_function("size", 1)),
    },
)

QUEUING_STRATEGY_INIT: Final = Dictionary(
    "QueuingStrategyInit", {"highWaterMark": Member(to_unrestricted_double, is_required=True)}
)


class QueuingStrategyInit(TypedDict, total=False):
    """The members of the dictionary QueuingStrategyInit, for type checkers."""

    highWaterMark: float


class HasHighWaterMark(Protocol):
    """An object that has a high water mark, as both classes of strategies have."""

    @property
    def highWaterMark(self) -> float:
        """The total size of queued chunks at which a stream has backpressure."""


QueuingStrategy = Mapping[str, Any] | HasHighWaterMark
"""The types of a stream's argument ``strategy``."""


@algorithm(
    "byte-length-queuing-strategy-size-function", "byte length queuing strategy size function"
)
def _byte_length_size(chunk: Any) -> Any:
    """Return the number of bytes of a chunk, or undefined if the chunk has no ``byteLength``.

    Raises:
        TypeError: the chunk is None or undefined.

    Source: https://streams.spec.whatwg.org/#byte-length-queuing-strategy-size-function
    """
    # 1. Let the steps of the size function take a chunk.
    if chunk is None or chunk is MISSING:
        raise TypeError(f"{shown(chunk)} has no byteLength")
    # 1.1. Return the chunk's number of bytes if the chunk has the buffer protocol, else its
    #      `byteLength`.
    try:
        return memoryview(chunk).nbytes
    except TypeError:
        # 2. Let the size function be this Python function, whose body performs the steps of the
        #   size function.
        # 3. Let all strategies share the size function, which is a function of the module.
        return getattr(chunk, "byteLength", MISSING)


@algorithm("count-queuing-strategy-size-function", "count queuing strategy size function")
def _count_size(*_: object) -> int:
    """Return 1, whatever the chunk is.

    Source: https://streams.spec.whatwg.org/#count-queuing-strategy-size-function
    """
    # 1. Let the steps of the size function take any arguments, or none.
    # 1.1. Return 1, which is the size of every chunk.
    # 2. Let the size function be this Python function, whose body performs the steps of the size
    #   function.
    # 3. Let all strategies share the size function, which is a function of the module.
    return 1


class _BuiltInStrategy(PlatformObject):
    """The part that the two strategies have in common: the high water mark."""

    __slots__ = ("_high_water_mark",)

    _high_water_mark: float

    def _take(self, init: object, members: Mapping[str, Any]) -> None:
        self._high_water_mark = QUEUING_STRATEGY_INIT.convert(init, members)["highWaterMark"]

    def __repr__(self) -> str:
        return f"{self._interface}(highWaterMark={self._high_water_mark})"


class ByteLengthQueuingStrategy(_BuiltInStrategy):
    """A strategy that counts the bytes of the chunks.

    Args:
        init: a mapping with ``highWaterMark``, the number of queued bytes at which a stream has
            backpressure. It may be given as a keyword argument as well.

    Raises:
        TypeError: the high water mark is missing. A high water mark that is negative or NaN is
            refused by the stream that is given the strategy.

    Source: https://streams.spec.whatwg.org/#blqs-class
    """

    _interface = "ByteLengthQueuingStrategy"

    __slots__ = ()

    @algorithm("blqs-constructor", "new ByteLengthQueuingStrategy(init)")
    def __init__(
        self,
        init: QueuingStrategyInit | HasHighWaterMark | Missing = MISSING,
        **members: Unpack[QueuingStrategyInit],
    ) -> None:
        # 1. Set the strategy's high water mark to the given value, without checking it.
        self._take(init, members)

    @property
    @algorithm("blqs-high-water-mark", "highWaterMark")
    def highWaterMark(self) -> float:
        """The number of queued bytes at which a stream has backpressure.

        Source: https://streams.spec.whatwg.org/#blqs-high-water-mark
        """
        # 1. Return the high water mark that the strategy was constructed with.
        return self._high_water_mark

    @property
    @algorithm("blqs-size", "size")
    def size(self) -> Callable[[Any], Any]:
        """The function that returns the number of bytes of a chunk.

        For a chunk with the buffer protocol, that is the number of bytes of its memory; for any
        other object, it is the attribute ``byteLength``.

        Source: https://streams.spec.whatwg.org/#blqs-size
        """
        # 1. Return the one size function that all ByteLengthQueuingStrategy objects share.
        return _byte_length_size


class CountQueuingStrategy(_BuiltInStrategy):
    """A strategy that counts the chunks.

    Args:
        init: a mapping with ``highWaterMark``, the number of queued chunks at which a stream has
            backpressure. It may be given as a keyword argument as well.

    Raises:
        TypeError: the high water mark is missing. A high water mark that is negative or NaN is
            refused by the stream that is given the strategy.

    Source: https://streams.spec.whatwg.org/#cqs-class
    """

    _interface = "CountQueuingStrategy"

    __slots__ = ()

    @algorithm("cqs-constructor", "new CountQueuingStrategy(init)")
    def __init__(
        self,
        init: QueuingStrategyInit | HasHighWaterMark | Missing = MISSING,
        **members: Unpack[QueuingStrategyInit],
    ) -> None:
        # 1. Set the strategy's high water mark to the given value, without checking it.
        self._take(init, members)

    @property
    @algorithm("cqs-high-water-mark", "highWaterMark")
    def highWaterMark(self) -> float:
        """The number of queued chunks at which a stream has backpressure.

        Source: https://streams.spec.whatwg.org/#cqs-high-water-mark
        """
        # 1. Return the high water mark that the strategy was constructed with.
        return self._high_water_mark

    @property
    @algorithm("cqs-size", "size")
    def size(self) -> Callable[..., int]:
        """The function that returns 1 for each chunk.

        Source: https://streams.spec.whatwg.org/#cqs-size
        """
        # 1. Return the one size function that all CountQueuingStrategy objects share.
        return _count_size


@algorithm("validate-and-normalize-high-water-mark", "ExtractHighWaterMark")
def extract_high_water_mark(strategy: Mapping[str, Any], default_hwm: float) -> float:
    """Return the high water mark of a strategy.

    Args:
        strategy: a converted strategy.
        default_hwm: the high water mark if the strategy has none.

    Raises:
        ValueError: the high water mark is negative or NaN. An infinite one is allowed.

    Source: https://streams.spec.whatwg.org/#validate-and-normalize-high-water-mark
    """
    # 1. If the strategy has no high water mark, return the default high water mark.
    if "highWaterMark" not in strategy:
        return default_hwm
    # 2. Let the high water mark be that of the strategy, which was converted to a number.
    high_water_mark: float = strategy["highWaterMark"]
    # 3. If the strategy's high water mark is NaN or negative, raise a ValueError.
    if math.isnan(high_water_mark) or high_water_mark < 0:
        raise ValueError(f"highWaterMark must be at least 0, not {shown(high_water_mark)}")
    # 4. Return the strategy's high water mark.
    return high_water_mark


@algorithm("make-size-algorithm-from-size-function", "ExtractSizeAlgorithm")
def extract_size_algorithm(strategy: Mapping[str, Any]) -> SizeAlgorithm:
    """Return the size algorithm of a strategy.

    Args:
        strategy: a converted strategy.

    Source: https://streams.spec.whatwg.org/#make-size-algorithm-from-size-function
    """
    size = strategy.get("size")
    # 1. If the strategy has no size function, or that of CountQueuingStrategy, return None, which
    #    stands for an algorithm that returns 1.
    if size is None or size is _count_size:
        return None

    # 2. Return an algorithm that takes a chunk and invokes the strategy's size function with the
    #    chunk.
    def size_algorithm(chunk: Any) -> float:
        # 2.1. Invoke the strategy's size function with the chunk, and convert the result to a
        #      number.
        result = size(chunk)
        if type(result) is int or type(result) is float:
            return result
        return to_number(MISSING if result is None else result)

    return size_algorithm


def to_queuing_strategy(value: object) -> dict[str, Any]:
    """Convert a value to the dictionary ``QueuingStrategy``.

    Raises:
        TypeError: the value is not an object, or its ``size`` cannot be called.
    """
    return QUEUING_STRATEGY.convert(value, {})
