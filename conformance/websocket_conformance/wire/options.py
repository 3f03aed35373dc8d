"""The rules of a connection that a configuration may change."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Options:
    """Which rules an endpoint keeps, and how long it waits.

    Attributes:
        close_handshake_seconds: how many seconds the peer may take to answer a Close.
        server_drop_seconds: how many seconds a server may take to close TCP after the closing
            handshake.
        opening_handshake_seconds: how many seconds the opening handshake may take.
        fails_by_drop: whether a connection is failed without a Close.
        echoes_close: whether a Close is answered with the same code and reason.
        checks_utf8: whether text messages are checked for valid UTF-8.
        requires_masked: whether a client has to mask its frames.
    """

    close_handshake_seconds: float = 1.0
    server_drop_seconds: float = 1.0
    opening_handshake_seconds: float = 5.0
    fails_by_drop: bool = False
    echoes_close: bool = False
    checks_utf8: bool = True
    requires_masked: bool = True
