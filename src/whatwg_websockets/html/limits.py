"""The limits of an environment, which say what each socket may use, with their defaults."""

from dataclasses import dataclass

MEBIBYTE = 1_048_576

SHORTEST_ATTEMPT_DELAY = 0.01
LONGEST_ATTEMPT_DELAY = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The limits that this implementation sets to a connection, where the standards set none.

    Attributes:
        message_size: the maximum size of a received message in bytes, after decompression. A larger
            message fails the connection with 1009, and is not stored first.
        send_buffer: the maximum number of bytes that may wait after ``send``. A message that would
            exceed it flags the socket as full, and the connection is closed. A WebSocketStream is
            never full: its writer waits until at most 64 KiB wait.
        handshake_size: the maximum size in bytes of the head of the server's response to the
            opening handshake, with the heads of the 1xx responses before it.
        handshake_timeout: the number of seconds that each part of the opening handshake may take:
            resolving the name; TCP, for all addresses of the host together; a proxy's response;
            TLS; the server's response. The time in the line of connections does not count, but a
            connection in line fails when the line has not moved for this time.
        closing_timeout: the number of seconds that the server has to answer a Close frame, from the
            time when it was written, or when the server last read or sent data.
        closing_time_in_all: the number of seconds that the server has in all to answer a Close
            frame, however much data it reads and sends meanwhile.
        lingering_timeout: the number of seconds that the server has to close TCP after the last
            Close frame, or after a failure.
        attempt_delay: the number of seconds after which the next address of a host is tried as
            well, from 0.01 to 2, as in RFC 8305.
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
        """Refuse a limit that allows nothing.

        Raises:
            TypeError: a limit is not a number.
            ValueError: a limit is not positive, or ``attempt_delay`` is out of its range.
        """
        for name in self.__slots__:
            value = getattr(self, name)
            if not isinstance(value, int | float):
                raise TypeError(f"the limit {name} must be a number, not {value!r}")
            if not value > 0:
                raise ValueError(f"the limit {name} must be more than 0")
        # § rfc8305-5-5, -8, rfc8305-8-1. The delay before the next attempt has to be from 10 ms to
        #   2 s.
        # § rfc8305-8-2. n/a: the default delays are those of the RFC, and only a new release of
        #   this library changes them.
        if not SHORTEST_ATTEMPT_DELAY <= self.attempt_delay <= LONGEST_ATTEMPT_DELAY:
            raise ValueError(
                f"the limit attempt_delay must be from {SHORTEST_ATTEMPT_DELAY} to "
                f"{LONGEST_ATTEMPT_DELAY} (RFC 8305 section 5), not {self.attempt_delay:g}"
            )
