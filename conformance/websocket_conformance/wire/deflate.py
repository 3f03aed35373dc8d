"""permessage-deflate: its negotiation in the opening handshake, and its compression of messages.

Source: RFC 7692, sections 5 and 7.
"""

import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

LARGEST_MESSAGE = 64 * 1024 * 1024
"""The largest size of a peer's message, in octets: four times that of the largest case."""

NAME = "permessage-deflate"
TAIL = b"\x00\x00\xff\xff"
"""The octets that a sender removes from the end of a compressed message (RFC 7692, 7.2.1)."""

_CLIENT_WINDOW = "client_max_window_bits"
_LARGEST_WINDOW = 15
_SMALLEST_WINDOW_HERE = 9
"""The smallest window of zlib, in bits; the extension also allows 8."""

_WINDOWS = {str(bits): bits for bits in range(8, 16)}
_PIECE = 4096
_MEMORY_LEVEL = 8
_LEVEL = 2
"""A level of zlib at which text takes a sixth of the default's time, and an eighth more octets."""


@dataclass(frozen=True)
class Asked:
    """The parameters that the judge requests for the peer's compression.

    Source: RFC 7692, section 7.1.

    Attributes:
        no_context_takeover: whether the peer is to reset its window after each message.
        max_window_bits: the largest window that the peer may use, in bits; 0 for no limit.
    """

    no_context_takeover: bool = False
    max_window_bits: int = 0


class TooLongError(Exception):
    """A message is longer than the limit when it is decompressed."""


class BadParameterError(Exception):
    """A parameter of the extension is unknown, repeated, or has an invalid value."""


class Extension(NamedTuple):
    """One element of a Sec-WebSocket-Extensions header field."""

    name: str
    parameters: list[tuple[str, str | None]]


def parse_extensions(field: str) -> list[Extension]:
    """Return the elements of a Sec-WebSocket-Extensions header field.

    Source: RFC 6455, section 9.1.
    """
    return [_element(element) for element in field.split(",") if element.strip()]


def _element(text: str) -> Extension:
    name, *parameters = (part.strip() for part in text.split(";"))
    return Extension(name.lower(), [_parameter(parameter) for parameter in parameters])


def _parameter(text: str) -> tuple[str, str | None]:
    name, equals, value = (part.strip() for part in text.partition("="))
    return name.lower(), value.strip('"') if equals else None


@dataclass(frozen=True)
class Parameters:
    """The four parameters, in an offer, a response or an agreement.

    Attributes:
        server_no_context_takeover: whether the server resets its window after each message.
        client_no_context_takeover: whether the client resets its window after each message.
        server_max_window_bits: the server's largest window in bits; 0 if it is absent.
        client_max_window_bits: the client's largest window in bits; 0 if it is absent.
        may_limit_client: in an offer, whether ``client_max_window_bits`` is present.
    """

    server_no_context_takeover: bool = False
    client_no_context_takeover: bool = False
    server_max_window_bits: int = 0
    client_max_window_bits: int = 0
    may_limit_client: bool = False

    def __str__(self) -> str:
        parts = [NAME]
        if self.client_no_context_takeover:
            parts.append("client_no_context_takeover")
        if self.client_max_window_bits:
            parts.append(f"client_max_window_bits={self.client_max_window_bits}")
        elif self.may_limit_client:
            parts.append("client_max_window_bits")
        if self.server_no_context_takeover:
            parts.append("server_no_context_takeover")
        if self.server_max_window_bits:
            parts.append(f"server_max_window_bits={self.server_max_window_bits}")
        return "; ".join(parts)


def parse_parameters(parameters: Iterable[tuple[str, str | None]], *, offer: bool) -> Parameters:
    """Return the parameters of an offer, or of a response.

    Raises:
        BadParameterError: a parameter is unknown, repeated, or has an invalid value.
    """
    seen: dict[str, str | None] = {}
    for name, value in parameters:
        if name in seen:
            raise BadParameterError(f"{name} occurs more than once")
        seen[name] = value
    knows_client_window = _CLIENT_WINDOW in seen
    if offer and seen.get(_CLIENT_WINDOW, "") is None:
        del seen[_CLIENT_WINDOW]
    found = Parameters(
        _flag(seen, "server_no_context_takeover"),
        _flag(seen, "client_no_context_takeover"),
        _window(seen, "server_max_window_bits"),
        _window(seen, _CLIENT_WINDOW),
        knows_client_window,
    )
    if seen:
        raise BadParameterError(f"{next(iter(seen))} is not a parameter of {NAME}")
    return found


def _flag(seen: dict[str, str | None], name: str) -> bool:
    if name not in seen:
        return False
    value = seen.pop(name)
    if value is not None:
        raise BadParameterError(f"{name} has the value {value!r}")
    return True


def _window(seen: dict[str, str | None], name: str) -> int:
    if name not in seen:
        return 0
    value = seen.pop(name)
    if value not in _WINDOWS:
        raise BadParameterError(f"{name} has the value {value!r}")
    return _WINDOWS[value]


def offers(field: str) -> list[Parameters]:
    """Return the offers of permessage-deflate in a client's Sec-WebSocket-Extensions field.

    An offer with an invalid parameter is declined; the other offers are kept.

    Source: RFC 7692, section 7.1.
    """
    found = []
    for name, parameters in parse_extensions(field):
        if name == NAME:
            try:
                found.append(parse_parameters(parameters, offer=True))
            except BadParameterError:
                continue
    return found


def accept_offer(offered: Sequence[Parameters], asked: Iterable[Asked]) -> Parameters | None:
    """Return the parameters that a server agrees to, or None if it declines all offers.

    The first request that an offer allows is taken, with the first offer that allows it.

    Args:
        offered: the client's offers.
        asked: what the server requests of the client, most preferred first.
    """
    for ask in asked:
        for offer in offered:
            if ask.max_window_bits and not offer.may_limit_client:
                continue
            if 0 < offer.server_max_window_bits < _SMALLEST_WINDOW_HERE:
                continue
            return Parameters(
                offer.server_no_context_takeover,
                ask.no_context_takeover,
                offer.server_max_window_bits,
                ask.max_window_bits,
            )
    return None


def offer_for(ask: Asked) -> Parameters:
    """Return a client's offer that requests parameters and lets the server limit the client."""
    return Parameters(ask.no_context_takeover, True, ask.max_window_bits, 0, may_limit_client=True)


class Way(NamedTuple):
    """The parameters with which one side compresses."""

    window_bits: int
    no_context_takeover: bool


def ways(agreed: Parameters, *, is_server: bool) -> tuple[Way, Way]:
    """Return the parameters of the judge's compression, and those of the peer's."""
    server = Way(
        agreed.server_max_window_bits or _LARGEST_WINDOW, agreed.server_no_context_takeover
    )
    client = Way(
        agreed.client_max_window_bits or _LARGEST_WINDOW, agreed.client_no_context_takeover
    )
    return (server, client) if is_server else (client, server)


class Deflater:
    """Compresses the messages of one connection.

    Source: RFC 7692, section 7.2.1.

    Args:
        way: the parameters of the compression.
    """

    def __init__(self, way: Way) -> None:
        self._way = way
        self._compressor: zlib._Compress | None = None

    def copy(self) -> "Deflater":
        """Return a copy that has the same window, and goes on independently."""
        other = Deflater(self._way)
        other._compressor = self._compressor and self._compressor.copy()
        return other

    def compress(self, payload: bytes) -> bytes:
        """Return the compressed payload of a message."""
        if self._compressor is None or self._way.no_context_takeover:
            bits = max(self._way.window_bits, _SMALLEST_WINDOW_HERE)
            self._compressor = zlib.compressobj(_LEVEL, wbits=-bits, memLevel=_MEMORY_LEVEL)
        octets = self._compressor.compress(payload) + self._compressor.flush(zlib.Z_SYNC_FLUSH)
        return octets[: -len(TAIL)]


class Inflater:
    """Decompresses the messages of one connection, piece by piece.

    A peer may mark a block as the last of its stream (BFINAL); a new stream follows it.

    Source: RFC 7692, sections 7.2.2 and 7.2.3.4.

    Args:
        way: the parameters of the peer's compression.
    """

    def __init__(self, way: Way) -> None:
        self._way = way
        self._decompressor = zlib.decompressobj(-way.window_bits)

    def start(self) -> None:
        """Begin a message: without context takeover, reset the window."""
        if self._way.no_context_takeover:
            self._decompressor = zlib.decompressobj(-self._way.window_bits)

    def decompress(self, octets: bytes, most: int = LARGEST_MESSAGE) -> bytes:
        """Return the octets to which some octets of a message are decompressed.

        They are decompressed in small pieces, because a piece may contain many streams, and zlib
        copies the rest of the piece after each of them.

        Args:
            octets: the compressed octets.
            most: the largest number of decompressed octets.

        Raises:
            zlib.error: the octets are not valid DEFLATE data.
            TooLongError: the octets are decompressed to more than `most` octets; decompression
                stops soon after `most`.
        """
        payload = bytearray()
        for start in range(0, len(octets), _PIECE):
            piece = octets[start : start + _PIECE]
            while piece:
                payload += self._decompressor.decompress(piece, most - len(payload) + 1)
                if len(payload) > most:
                    raise TooLongError
                piece = self._next(piece)
        return bytes(payload)

    def _next(self, piece: bytes) -> bytes:
        """Return the rest of a piece; if a stream has ended before it, prepare for a new stream."""
        if not self._decompressor.eof:
            return self._decompressor.unconsumed_tail
        rest = self._decompressor.unused_data
        self._decompressor = zlib.decompressobj(-self._way.window_bits)
        return rest

    def end(self) -> None:
        """End the message: decompress the octets that the sender removed from its end."""
        self.decompress(TAIL)
