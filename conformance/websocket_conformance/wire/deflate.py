"""permessage-deflate: what is agreed in the opening handshake, and the octets that follow.

Source: RFC 7692, sections 5 and 7.
"""

import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

LARGEST_MESSAGE = 64 * 1024 * 1024
"""The octets that a peer's message may have; four times as many as the largest of the cases."""

NAME = "permessage-deflate"
TAIL = b"\x00\x00\xff\xff"
"""What a sender takes off the end of a compressed message (RFC 7692, 7.2.1)."""

_CLIENT_WINDOW = "client_max_window_bits"
_LARGEST_WINDOW = 15
_SMALLEST_WINDOW_HERE = 9
"""The smallest that zlib has; the extension has 8 as well."""

_WINDOWS = {str(bits): bits for bits in range(8, 16)}
_PIECE = 4096
_MEMORY_LEVEL = 8
_LEVEL = 2
"""Text takes a sixth of the time of zlib's usual level, and an eighth more octets."""


@dataclass(frozen=True)
class Asked:
    """What the judge asks of the peer's side of permessage-deflate.

    Source: RFC 7692, section 7.1.

    Attributes:
        no_context_takeover: to forget its window after each message.
        max_window_bits: not to use a larger window; 0 to ask for nothing.
    """

    no_context_takeover: bool = False
    max_window_bits: int = 0


class TooLongError(Exception):
    """A message becomes longer than anybody wants to hold when it is decompressed."""


class BadParameterError(Exception):
    """An extension's parameter that is unknown, doubled, or has a value it cannot have."""


class Extension(NamedTuple):
    """One element of a Sec-WebSocket-Extensions header field."""

    name: str
    parameters: list[tuple[str, str | None]]


def parse_extensions(field: str) -> list[Extension]:
    """The elements of a Sec-WebSocket-Extensions header field.

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
        server_no_context_takeover: whether the server forgets its window after each message.
        client_no_context_takeover: whether the client does.
        server_max_window_bits: the server's largest window; 0 if nothing is said of it.
        client_max_window_bits: the client's largest window; 0 if nothing is said of it.
        may_limit_client: in an offer, whether the client knows ``client_max_window_bits``.
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
    """The parameters of an offer, or of a response.

    Raises:
        BadParameterError: there is one that must not be there.
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
        raise BadParameterError(f"{next(iter(seen))} is no parameter of {NAME}")
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
    """The offers of permessage-deflate in a client's header field.

    An offer with a parameter that must not be there is declined, and the others still count.

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
    """What a server that asks for something of the client makes of the client's offers.

    The first thing asked for that an offer allows is taken, with the first offer that allows it.
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
    """A client's offer that asks for something of the server, and allows the server anything."""
    return Parameters(ask.no_context_takeover, True, ask.max_window_bits, 0, may_limit_client=True)


class Way(NamedTuple):
    """How one side compresses."""

    window_bits: int
    no_context_takeover: bool


def ways(agreed: Parameters, *, is_server: bool) -> tuple[Way, Way]:
    """How this side compresses, and how the other does."""
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
        way: how to.
    """

    def __init__(self, way: Way) -> None:
        self._way = way
        self._compressor: zlib._Compress | None = None

    def copy(self) -> "Deflater":
        """Another one that goes on from here."""
        other = Deflater(self._way)
        other._compressor = self._compressor and self._compressor.copy()
        return other

    def compress(self, payload: bytes) -> bytes:
        """The payload of a message as it goes out."""
        if self._compressor is None or self._way.no_context_takeover:
            bits = max(self._way.window_bits, _SMALLEST_WINDOW_HERE)
            self._compressor = zlib.compressobj(_LEVEL, wbits=-bits, memLevel=_MEMORY_LEVEL)
        octets = self._compressor.compress(payload) + self._compressor.flush(zlib.Z_SYNC_FLUSH)
        return octets[: -len(TAIL)]


class Inflater:
    """Decompresses the messages of one connection, piece by piece.

    A peer may end a block as the last one (BFINAL); what follows is then a stream of its own.

    Source: RFC 7692, sections 7.2.2 and 7.2.3.4.

    Args:
        way: how the peer compresses.
    """

    def __init__(self, way: Way) -> None:
        self._way = way
        self._decompressor = zlib.decompressobj(-way.window_bits)

    def start(self) -> None:
        """A message begins."""
        if self._way.no_context_takeover:
            self._decompressor = zlib.decompressobj(-self._way.window_bits)

    def decompress(self, octets: bytes, most: int = LARGEST_MESSAGE) -> bytes:
        """What some octets of a message stand for.

        They are taken in small pieces: each of them may hold many streams, and what follows a
        stream is copied.

        Args:
            octets: the octets.
            most: how many octets they may stand for.

        Raises:
            zlib.error: they stand for nothing.
            TooLongError: they stand for more; not much more than `most` has been decompressed.
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
        """What of a piece is still to be decompressed, as a stream of its own after an end."""
        if not self._decompressor.eof:
            return self._decompressor.unconsumed_tail
        rest = self._decompressor.unused_data
        self._decompressor = zlib.decompressobj(-self._way.window_bits)
        return rest

    def end(self) -> None:
        """The message ends."""
        self.decompress(TAIL)
