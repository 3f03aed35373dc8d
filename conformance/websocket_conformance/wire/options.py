"""The rules of a connection that a configuration may change."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Options:
    """How an endpoint keeps the rules.

    Attributes:
        close_handshake_seconds: how long the peer may take to answer a Close.
        server_drop_seconds: how long a server may take to close TCP after the closing handshake.
        opening_handshake_seconds: how long the opening handshake may take.
        fails_by_drop: whether to fail a connection without a Close.
        echoes_close: whether a Close is answered with its own code and reason.
        checks_utf8: whether text is checked.
        requires_masked: whether a client has to mask.
    """

    close_handshake_seconds: float = 1.0
    server_drop_seconds: float = 1.0
    opening_handshake_seconds: float = 5.0
    fails_by_drop: bool = False
    echoes_close: bool = False
    checks_utf8: bool = True
    requires_masked: bool = True
