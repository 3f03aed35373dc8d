"""4 The dictionaries of WebSocketStream: its options, and the results of its promises.

A program may give the members in a mapping, as keyword arguments, or as the attributes of an
object. The promises are resolved with such objects.

Source: https://whatpr.org/websockets/48.html#the-websocketstream-interface
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, TypedDict

from whatwg_websockets.dom.abort import AbortSignal, to_abort_signal
from whatwg_websockets.streams.readable_stream import ReadableStream
from whatwg_websockets.streams.writable_stream import WritableStream
from whatwg_websockets.webidl.buffer_source import BufferSource
from whatwg_websockets.webidl.conversions import convert_to_int, to_usv_string
from whatwg_websockets.webidl.dictionary import Dictionary, Member
from whatwg_websockets.webidl.sequence import to_sequence


@dataclass(frozen=True, slots=True)
class WebSocketOpenInfo:
    """The object that :attr:`WebSocketStream.opened` is resolved with.

    Attributes:
        readable: the messages from the server, text as ``str``, binary as ``bytes``.
        writable: accepts messages to the server: ``str`` for text, any object with the buffer
            protocol for binary.
        extensions: the extensions in use, in the server's words.
        protocol: the subprotocol in use, or "".

    Source: https://whatpr.org/websockets/48.html#dictdef-websocketopeninfo
    """

    readable: ReadableStream[str | bytes]
    writable: WritableStream[str | BufferSource]
    extensions: str
    protocol: str


@dataclass(frozen=True, slots=True)
class WebSocketCloseInfo:
    """The object that :attr:`WebSocketStream.closed` is resolved with, and ``close()`` accepts.

    Attributes:
        closeCode: the WebSocket connection close code: the server's, or 1005 if it sent none.
        reason: the WebSocket connection close reason.

    Source: https://whatpr.org/websockets/48.html#dictdef-websocketcloseinfo
    """

    closeCode: int
    reason: str = ""


class CloseInfoMembers(TypedDict, total=False):
    """The members of WebSocketCloseInfo in a mapping, as type checkers see them."""

    closeCode: int
    reason: str


class WebSocketStreamOptions(TypedDict, total=False):
    """The options of a WebSocketStream, as type checkers see them.

    Source: https://whatpr.org/websockets/48.html#dictdef-websocketstreamoptions
    """

    protocols: Iterable[str]
    signal: AbortSignal


def _to_close_code(value: object) -> int:
    """Convert to ``[EnforceRange] unsigned short``."""
    return convert_to_int(value, 16, signed=False, enforce_range=True)


def _to_protocols(value: object) -> list[str]:
    """Convert a value to ``sequence<USVString>``."""
    return to_sequence(value, to_usv_string, "protocols must be a list of strings")


CLOSE_INFO: Final = Dictionary(
    "WebSocketCloseInfo",
    {"closeCode": Member(_to_close_code), "reason": Member(to_usv_string, "")},
)
"""The members of WebSocketCloseInfo, each with its conversion."""

OPTIONS: Final = Dictionary(
    "WebSocketStreamOptions",
    {"protocols": Member(_to_protocols), "signal": Member(to_abort_signal)},
)
"""The members of WebSocketStreamOptions, each with its conversion."""
