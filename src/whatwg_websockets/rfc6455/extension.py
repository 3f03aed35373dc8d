"""Extensions, RFC 6455 section 9: the grammar of the header, and the interface to messages."""

import re
from collections.abc import Iterator
from typing import Protocol

from whatwg_websockets.rfc6455.close_code import PROTOCOL_ERROR
from whatwg_websockets.rfc6455.failure import Failure


class Deflater(Protocol):
    """The compressor of the messages that are sent."""

    def deflate(self, data: bytes) -> bytes | None:
        """Return the compressed payload, or None if the message must be sent uncompressed."""

    def rest(self) -> None:
        """Free the memory that is not needed while nothing is sent."""


class Inflater(Protocol):
    """The decompressor of the messages that are received, part by part."""

    def inflate(self, part: bytes, room: int, *, final: bool) -> tuple[bytes, Failure | None]:
        """Return the decompressed part, and the failure that follows it or None.

        At most ``room`` + 1 bytes are returned. If they are more than ``room``, the connection must
        be failed. A failure means that the data after the returned bytes is not compressed data.
        """


class Extension:
    """One extension of a ``Sec-WebSocket-Extensions`` header, with its parameters in order.

    Attributes:
        name: the extension's token.
        parameters: the name and the value of each parameter; the value may be None.
    """

    __slots__ = ("name", "parameters")

    def __init__(self, name: str, parameters: list[tuple[str, str | None]]) -> None:
        self.name = name
        self.parameters = parameters


# A token of HTTP, RFC 7230 section 3.2.6.
_TCHARS = r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+"
_LEXEME = re.compile(
    rf"[ \t]*(?:(?P<token>{_TCHARS})|\"(?P<quoted>(?:[^\"\\]|\\.)*)\"|(?P<mark>[;,=]))[ \t]*"
)
_IS_TOKEN = re.compile(_TCHARS)


def parse_extensions(header: str) -> list[Extension]:
    """Read the value of a ``Sec-WebSocket-Extensions`` header field.

    Empty elements are skipped, as in every list of HTTP.

    Raises:
        Failure: the value does not follow the grammar.

    Source: RFC 6455 section 9.1
    """
    # § rfc6455-9.1-1. A Sec-WebSocket-Extensions value that does not follow the grammar fails the
    #   connection.
    extensions = [_parse_extension(element) for element in _split_elements(header) if element]
    if not extensions:
        raise Failure(PROTOCOL_ERROR, "Sec-WebSocket-Extensions names no extension")
    return extensions


_Lexeme = tuple[str, str]


def _split_elements(header: str) -> Iterator[list[_Lexeme]]:
    element: list[_Lexeme] = []
    position = 0
    while position < len(header):
        match = _LEXEME.match(header, position)
        if match is None:
            raise Failure(PROTOCOL_ERROR, f"Sec-WebSocket-Extensions cannot be read: {header!r}")
        position = match.end()
        kind = str(match.lastgroup)
        if match[kind] == "," and kind == "mark":
            yield element
            element = []
        else:
            element.append((kind, match[kind]))
    yield element


def _parse_extension(element: list[_Lexeme]) -> Extension:
    parts: list[list[_Lexeme]] = [[]]
    for lexeme in element:
        if lexeme == ("mark", ";"):
            parts.append([])
        else:
            parts[-1].append(lexeme)
    match parts[0]:
        case [("token", name)]:
            return Extension(name, [_parse_parameter(part) for part in parts[1:]])
    raise Failure(PROTOCOL_ERROR, "Sec-WebSocket-Extensions has an element without a name")


def _parse_parameter(part: list[_Lexeme]) -> tuple[str, str | None]:
    match part:
        case [("token", name)]:
            return name, None
        case [("token", name), ("mark", "="), ("token", value)]:
            return name, value
        case [("token", name), ("mark", "="), ("quoted", quoted)]:
            value = re.sub(r"\\(.)", r"\1", quoted)
            # § rfc6455-4.3-1, rfc6455-9.1-2. A quoted parameter value that is not a token once
            #   it is unquoted fails the connection.
            if _IS_TOKEN.fullmatch(value):
                return name, value
    raise Failure(PROTOCOL_ERROR, "Sec-WebSocket-Extensions has a parameter that cannot be read")
