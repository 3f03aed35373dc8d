"""4.2.1 The options of a pipe, and the pair of streams that a pipe may lead through.

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
    # The module of ReadableStream imports this one, so the class cannot be imported here.
    if getattr(value, "_interface", None) != "ReadableStream":
        raise TypeError(f"readable must be a ReadableStream, not {shown(value)}")
    return value


def to_writable_stream(value: object) -> WritableStream[Any]:
    """Convert a value to a WritableStream.

    Raises:
        TypeError: the value is not a WritableStream.
    """
    if not isinstance(value, WritableStream):
        raise TypeError(f"a pipe must lead to a WritableStream, not {shown(value)}")
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
    """The members of the dictionary StreamPipeOptions, for type checkers."""

    preventClose: bool
    preventAbort: bool
    preventCancel: bool
    signal: AbortSignal


class ReadableWritablePair(Protocol):
    """A pair of streams that a pipe leads through: chunks written to one are read from the other.

    A mapping with these two members may be used as well.

    Source: https://streams.spec.whatwg.org/#dictdef-readablewritablepair
    """

    @property
    def readable(self) -> "ReadableStream[Any]":
        """The readable stream, from which the chunks are read."""

    @property
    def writable(self) -> WritableStream[Any]:
        """The writable stream, to which the chunks are written."""


def to_readable_writable_pair(
    value: "ReadableWritablePair | Mapping[str, Any]",
) -> "tuple[ReadableStream[Any], WritableStream[Any]]":
    """Convert a value to the dictionary ``ReadableWritablePair``.

    Raises:
        TypeError: the value is not an object, or lacks ``readable`` or ``writable``, or one of them
            is not a stream of its kind.
    """
    pair = READABLE_WRITABLE_PAIR.convert(value, {})
    return pair["readable"], pair["writable"]
