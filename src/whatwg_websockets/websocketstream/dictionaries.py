"""4 The dictionaries of WebSocketStream: what it is given, and what its promises are resolved with.

A program may give the members in a mapping, as keyword arguments, or as the attributes of an
object. What the promises are resolved with are such objects.

Source: https://whatpr.org/websockets/48.html#the-websocketstream-interface
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, TypedDict

from whatwg_websockets.dom.abort import AbortSignal, to_abort_signal
from whatwg_websockets.streams.readable_stream import ReadableStream
from whatwg_websockets.streams.writable_stream import WritableStream
from whatwg_websockets.webidl.buffer_source import BufferSource
from whatwg_websockets.webidl.conversions import convert_to_int, to_usv_string
from whatwg_websockets.webidl.dictionary import Dictionary, Member
from whatwg_websockets.webidl.messages import shown


@dataclass(frozen=True, slots=True)
class WebSocketOpenInfo:
    """What :attr:`WebSocketStream.opened` is resolved with.

    Attributes:
        readable: the messages of the server, text as ``str``, binary as ``bytes``.
        writable: takes messages for the server: ``str`` for text, anything with the buffer
            protocol for binary.
        extensions: the extensions in use, as the server named them.
        protocol: the subprotocol in use, or "".

    Source: https://whatpr.org/websockets/48.html#dictdef-websocketopeninfo
    """

    readable: ReadableStream[str | bytes]
    writable: WritableStream[str | BufferSource]
    extensions: str
    protocol: str


@dataclass(frozen=True, slots=True)
class WebSocketCloseInfo:
    """What :attr:`WebSocketStream.closed` is resolved with, and what ``close()`` may be given.

    Attributes:
        closeCode: the WebSocket connection close code; that of the server, or 1005 if it sent none.
        reason: the WebSocket connection close reason.

    Source: https://whatpr.org/websockets/48.html#dictdef-websocketcloseinfo
    """

    closeCode: int
    reason: str = ""


class CloseInfoMembers(TypedDict, total=False):
    """The members of WebSocketCloseInfo in a mapping, as type checkers know them."""

    closeCode: int
    reason: str


class WebSocketStreamOptions(TypedDict, total=False):
    """What a WebSocketStream may be given, as type checkers know it.

    Source: https://whatpr.org/websockets/48.html#dictdef-websocketstreamoptions
    """

    protocols: Iterable[str]
    signal: AbortSignal


def _to_close_code(value: object) -> int:
    """Convert to ``[EnforceRange] unsigned short``."""
    return convert_to_int(value, 16, signed=False, enforce_range=True)


def _to_protocols(value: object) -> list[str]:
    """Convert to ``sequence<USVString>``, which a string is not, nor a mapping."""
    if isinstance(value, str | Mapping) or not isinstance(value, Iterable):
        raise TypeError(f"protocols must be a list of strings, not {shown(value)}")
    return [to_usv_string(each) for each in value]


CLOSE_INFO: Final = Dictionary(
    "WebSocketCloseInfo",
    {"closeCode": Member(_to_close_code), "reason": Member(to_usv_string, "")},
)
"""The members of WebSocketCloseInfo, and how they are converted."""

OPTIONS: Final = Dictionary(
    "WebSocketStreamOptions",
    {"protocols": Member(_to_protocols), "signal": Member(to_abort_signal)},
)
"""The members of WebSocketStreamOptions, and how they are converted."""
