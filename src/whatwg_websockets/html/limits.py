"""How much of everything a socket may take: the limits of an environment, with their defaults."""

from dataclasses import dataclass

MEBIBYTE = 1_048_576

SHORTEST_ATTEMPT_DELAY = 0.01
LONGEST_ATTEMPT_DELAY = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What this implementation allows a connection; the standards leave the numbers open.

    Attributes:
        message_size: the largest message that is received, in bytes, after decompression. A larger
            one fails the connection with 1009, without being stored first.
        send_buffer: how many bytes ``send`` may have waiting. A message that would make it more
            flags the socket as full: the connection is closed. A WebSocketStream is never full: who
            writes waits until no more than 64 KiB do.
        handshake_size: the most bytes of the head of the server's answer to the opening handshake,
            with the heads of the 1xx responses before it. What follows the head is not counted.
        handshake_timeout: seconds that each part of the opening handshake may take: resolving the
            name; TCP, over all addresses of the host together; a proxy's answer; TLS; the server's
            answer. The time in the line of connections is not counted, but whoever waits there
            gives up when the line has not moved for so long.
        closing_timeout: seconds that the server has to answer our Close frame, counted from when
            it was written, or from when the server last read or sent something.
        closing_time_in_all: seconds that the server has in all to answer our Close frame, however
            much it reads and sends meanwhile.
        lingering_timeout: seconds that the server has to close TCP after the last Close frame, or
            after a failure.
        attempt_delay: seconds after which the next address of a host is tried as well, from 0.01
            to 2, as RFC 8305 has it.
    """

    message_size: int = 64 * MEBIBYTE
    send_buffer: int = 256 * MEBIBYTE
    handshake_size: int = 65_536
    handshake_timeout: float = 60.0
    closing_timeout: float = 10.0
    closing_time_in_all: float = 120.0
    lingering_timeout: float = 2.0
    attempt_delay: float = 0.25

    def __post_init__(self) -> None:
        """Refuse a limit that lets nothing through.

        Raises:
            ValueError: a limit is not positive, or ``attempt_delay`` out of its range.
        """
        for name in self.__slots__:
            if not getattr(self, name) > 0:
                raise ValueError(f"the limit {name} has to be more than 0")
        # § rfc8305-5-5, -8, rfc8305-8-1. The head start of an address has bounds.
        # § rfc8305-8-2. n/a: the defaults are those of the RFC, and later ones have their release.
        if not SHORTEST_ATTEMPT_DELAY <= self.attempt_delay <= LONGEST_ATTEMPT_DELAY:
            raise ValueError(
                f"the limit attempt_delay has to be from {SHORTEST_ATTEMPT_DELAY} to "
                f"{LONGEST_ATTEMPT_DELAY} (RFC 8305 section 5), not {self.attempt_delay:g}"
            )
