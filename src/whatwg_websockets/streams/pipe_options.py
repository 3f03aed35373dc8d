"""4.2.1 The options of a pipe, and the pair of streams that it may lead through.

Source: https://streams.spec.whatwg.org/#rs-class-definition
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, Protocol, TypedDict

from whatwg_websockets.dom.abort import AbortSignal, to_abort_signal
from whatwg_websockets.streams.writable_stream import WritableStream
from whatwg_websockets.webidl.conversions import to_boolean
from whatwg_websockets.webidl.dictionary import Dictionary, Member
from whatwg_websockets.webidl.messages import shown

if TYPE_CHECKING:
    from whatwg_websockets.streams.readable_stream import ReadableStream


def _to_readable_stream(value: object) -> Any:
    # The class has the method that converts, and so it cannot be imported here.
    if getattr(value, "_interface", None) != "ReadableStream":
        raise TypeError(f"readable is a ReadableStream, not {shown(value)}")
    return value


def to_writable_stream(value: object) -> WritableStream[Any]:
    """Convert a value to a WritableStream.

    Raises:
        TypeError: the value is none.
    """
    if not isinstance(value, WritableStream):
        raise TypeError(f"a pipe leads to a WritableStream, not to {shown(value)}")
    return value


READABLE_WRITABLE_PAIR: Final = Dictionary(
    "ReadableWritablePair",
    {
        "readable": Member(_to_readable_stream, is_required=True),
        "writable": Member(to_writable_stream, is_required=True),
    },
)
STREAM_PIPE_OPTIONS: Final = Dictionary(
    "StreamPipeOptions",
    {
        "preventClose": Member(to_boolean, False),
        "preventAbort": Member(to_boolean, False),
        "preventCancel": Member(to_boolean, False),
        "signal": Member(to_abort_signal),
    },
)


class StreamPipeOptions(TypedDict, total=False):
    """The members of the dictionary, as type checkers know them."""

    preventClose: bool
    preventAbort: bool
    preventCancel: bool
    signal: AbortSignal


class ReadableWritablePair(Protocol):
    """What a pipe may lead through: what is written to one side is read from the other.

    A mapping with these two members will do as well.

    Source: https://streams.spec.whatwg.org/#dictdef-readablewritablepair
    """

    @property
    def readable(self) -> "ReadableStream[Any]":
        """The side that is read."""

    @property
    def writable(self) -> WritableStream[Any]:
        """The side that is written to."""


def to_readable_writable_pair(
    value: "ReadableWritablePair | Mapping[str, Any]",
) -> "tuple[ReadableStream[Any], WritableStream[Any]]":
    """Convert a value to the dictionary ``ReadableWritablePair``.

    Raises:
        TypeError: the value is no object, or has no ``readable`` or no ``writable``, or one of them
            is no such stream.
    """
    pair = READABLE_WRITABLE_PAIR.convert(value, {})
    return pair["readable"], pair["writable"]
