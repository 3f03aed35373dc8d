"""7 Queuing strategies: how much a stream holds before it asks its source to wait.

A strategy is any object, or a mapping, with the members ``highWaterMark`` and ``size``. The two
classes are the usual ones: chunks are counted, or their bytes are.

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
"""Takes a chunk and returns its size. None stands for the algorithm that returns 1."""


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
    """The members of the dictionary, as type checkers know them."""

    highWaterMark: float


class HasHighWaterMark(Protocol):
    """An object that has a high water mark, as both classes of strategies have."""

    @property
    def highWaterMark(self) -> float:
        """How much a stream holds before it asks its source to wait."""


QueuingStrategy = Mapping[str, Any] | HasHighWaterMark
"""What a stream takes as its strategy."""


@algorithm(
    "byte-length-queuing-strategy-size-function", "byte length queuing strategy size function"
)
def _byte_length_size(chunk: Any) -> Any:
    """Return how many bytes a chunk has, or undefined if it has none.

    Raises:
        TypeError: the chunk is None or undefined.

    Source: https://streams.spec.whatwg.org/#byte-length-queuing-strategy-size-function
    """
    # 1. The function takes a chunk.
    if chunk is None or chunk is MISSING:
        raise TypeError(f"{shown(chunk)} has no byteLength")
    # 1.1. The size of a chunk with the buffer protocol is its number of bytes; of any other object
    #      it is the attribute `byteLength`.
    try:
        return memoryview(chunk).nbytes
    except TypeError:
        # 2. A function of Python is created by its definition.
        # 3. A function of a module is the same in all programs that import the module.
        return getattr(chunk, "byteLength", MISSING)


@algorithm("count-queuing-strategy-size-function", "count queuing strategy size function")
def _count_size(*_: object) -> int:
    """Return 1, whatever the chunk is.

    Source: https://streams.spec.whatwg.org/#count-queuing-strategy-size-function
    """
    # 1. The function takes anything, or nothing.
    # 1.1. The size of each chunk is 1.
    # 2. A function of Python is created by its definition.
    # 3. A function of a module is the same in all programs that import the module.
    return 1


class _BuiltInStrategy(PlatformObject):
    """What the two strategies have in common: the high water mark."""

    __slots__ = ("_high_water_mark",)

    _high_water_mark: float

    def _take(self, init: object, members: Mapping[str, Any]) -> None:
        self._high_water_mark = QUEUING_STRATEGY_INIT.convert(init, members)["highWaterMark"]

    def __repr__(self) -> str:
        return f"{self._interface}(highWaterMark={self._high_water_mark})"


class ByteLengthQueuingStrategy(_BuiltInStrategy):
    """A strategy that counts the bytes of the chunks.

    Args:
        init: a mapping with ``highWaterMark``, how many bytes a stream holds before it asks its
            source to wait. It may be given as a keyword argument as well.

    Raises:
        TypeError: there is no high water mark. One that is negative or NaN is refused by the
            stream that is given the strategy.

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
        # 1. The strategy keeps the high water mark as it was given.
        self._take(init, members)

    @property
    @algorithm("blqs-high-water-mark", "highWaterMark")
    def highWaterMark(self) -> float:
        """How many bytes a stream holds before it asks its source to wait.

        Source: https://streams.spec.whatwg.org/#blqs-high-water-mark
        """
        # 1. The high water mark is the one that the constructor was given.
        return self._high_water_mark

    @property
    @algorithm("blqs-size", "size")
    def size(self) -> Callable[[Any], Any]:
        """The function that returns how many bytes a chunk has.

        A chunk with the buffer protocol has the bytes that it shows; of any other object the
        attribute ``byteLength`` counts.

        Source: https://streams.spec.whatwg.org/#blqs-size
        """
        # 1. All strategies of this kind have one function.
        return _byte_length_size


class CountQueuingStrategy(_BuiltInStrategy):
    """A strategy that counts the chunks.

    Args:
        init: a mapping with ``highWaterMark``, how many chunks a stream holds before it asks its
            source to wait. It may be given as a keyword argument as well.

    Raises:
        TypeError: there is no high water mark. One that is negative or NaN is refused by the
            stream that is given the strategy.

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
        # 1. The strategy keeps the high water mark as it was given.
        self._take(init, members)

    @property
    @algorithm("cqs-high-water-mark", "highWaterMark")
    def highWaterMark(self) -> float:
        """How many chunks a stream holds before it asks its source to wait.

        Source: https://streams.spec.whatwg.org/#cqs-high-water-mark
        """
        # 1. The high water mark is the one that the constructor was given.
        return self._high_water_mark

    @property
    @algorithm("cqs-size", "size")
    def size(self) -> Callable[..., int]:
        """The function that returns 1 for each chunk.

        Source: https://streams.spec.whatwg.org/#cqs-size
        """
        # 1. All strategies of this kind have one function.
        return _count_size


@algorithm("validate-and-normalize-high-water-mark", "ExtractHighWaterMark")
def extract_high_water_mark(strategy: Mapping[str, Any], default_hwm: float) -> float:
    """Return the high water mark of a strategy.

    Args:
        strategy: a converted strategy.
        default_hwm: what stands for a high water mark that was left out.

    Raises:
        ValueError: the high water mark is negative or NaN. An infinite one is allowed.

    Source: https://streams.spec.whatwg.org/#validate-and-normalize-high-water-mark
    """
    # 1. A strategy without a high water mark has the default high water mark.
    if "highWaterMark" not in strategy:
        return default_hwm
    # 2. The high water mark is a number, since the strategy was converted.
    high_water_mark: float = strategy["highWaterMark"]
    # 3. A high water mark that is NaN or negative is refused.
    if math.isnan(high_water_mark) or high_water_mark < 0:
        raise ValueError(f"highWaterMark is at least 0, not {shown(high_water_mark)}")
    # 4. The high water mark is returned as it is.
    return high_water_mark


@algorithm("make-size-algorithm-from-size-function", "ExtractSizeAlgorithm")
def extract_size_algorithm(strategy: Mapping[str, Any]) -> SizeAlgorithm:
    """Return the algorithm with which a strategy measures chunks.

    Args:
        strategy: a converted strategy.

    Source: https://streams.spec.whatwg.org/#make-size-algorithm-from-size-function
    """
    size = strategy.get("size")
    # 1. Without a size function the size of each chunk is 1, for which None stands. The function of
    #    CountQueuingStrategy does the same.
    if size is None or size is _count_size:
        return None

    # 2. Any other size function is called for each chunk.
    def size_algorithm(chunk: Any) -> float:
        # 2.1. What the function returns is converted to a number. None is not a number.
        result = size(chunk)
        if type(result) is int or type(result) is float:
            return result
        return to_number(MISSING if result is None else result)

    return size_algorithm


def to_queuing_strategy(value: object) -> dict[str, Any]:
    """Convert a value to the dictionary ``QueuingStrategy``.

    Raises:
        TypeError: the value is no object, or its ``size`` cannot be called.
    """
    return QUEUING_STRATEGY.convert(value, {})
