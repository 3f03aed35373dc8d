"""Why there is no connection: in a sentence for people, and in a word for programs.

It is for the log. A page learns nothing of it.
"""

import errno
import os
import socket
import ssl
from typing import Literal

from whatwg_websockets.tls.errors import in_words

Kind = Literal[
    "name not found",
    "name not resolved",
    "refused",
    "unreachable",
    "timed out",
    "tls",
    "lost",
    "system",
    "proxy",
    "proxy authentication",
]
"""What happened.

- ``name not found``: the name does not exist, or has no address.
- ``name not resolved``: nobody could say whether it exists, for now.
- ``refused``: at each address that could be reached nobody listens.
- ``unreachable``: there is no way to any address.
- ``timed out``: a limit has passed; the stage says in what.
- ``tls``: there is no TLS that could be trusted.
- ``lost``: the server ended the connection before the handshake was over.
- ``system``: this machine did not let it happen (too many open files, say).
- ``proxy``: a proxy was reached, and did not open the connection.
- ``proxy authentication``: a proxy wants a user name and a password, or others than it was given.
"""

Stage = Literal["resolving", "in line", "connecting", "proxy", "TLS", "waiting for the answer"]
"""How far an opening handshake had come."""

_NAME_NOT_FOUND = {
    getattr(socket, name) for name in ("EAI_NONAME", "EAI_NODATA") if hasattr(socket, name)
}

_NO_WAY = ("ENETUNREACH", "EHOSTUNREACH", "ENETDOWN", "EHOSTDOWN", "EADDRNOTAVAIL", "EAFNOSUPPORT")

_KINDS: dict[int, Kind] = {
    errno.ECONNREFUSED: "refused",
    errno.ETIMEDOUT: "timed out",
    errno.ECONNRESET: "lost",
    errno.ECONNABORTED: "lost",
    errno.EPIPE: "lost",
}
for _name in _NO_WAY:
    _KINDS[getattr(errno, _name)] = "unreachable"

# Where the addresses of a host fail differently, the first of these that occurs says most.
_TELLING: tuple[Kind, ...] = (
    "refused",
    "proxy authentication",
    "proxy",
    "lost",
    "timed out",
    "unreachable",
    "system",
)


class Cause(str):
    """Why there is no connection. The string is the sentence.

    Attributes:
        kind: what happened.
        stage: how far the opening handshake had come.
    """

    __slots__ = ("kind", "stage")

    kind: Kind
    stage: Stage

    def __new__(cls, text: str, kind: Kind, stage: Stage) -> "Cause":
        """Make a cause of a sentence, a kind and a stage."""
        cause = super().__new__(cls, text)
        cause.kind = kind
        cause.stage = stage
        return cause

    def after(self, words: str) -> "Cause":
        """Return the same cause with words in front of its sentence."""
        return Cause(words + self, self.kind, self.stage)


class NotConnected(Exception):
    """There is no connection.

    Attributes:
        cause: why.
    """

    def __init__(self, cause: Cause) -> None:
        super().__init__(cause)
        self.cause = cause


def timed_out(stage: Stage, doing: str, seconds: float) -> NotConnected:
    """Return the failure that the time for something has passed.

    Args:
        stage: how far the opening handshake had come.
        doing: what was being done, such as "resolving the name".
        seconds: the limit, which is ``Limits.handshake_timeout``.
    """
    text = f"timed out while {doing} (handshake_timeout is {seconds:g} s)"
    return NotConnected(Cause(text, "timed out", stage))


def why_a_name_has_no_address(error: OSError | UnicodeError) -> Cause:
    """Say why a name could not be resolved."""
    if isinstance(error, UnicodeError):  # Python's codec refuses it, before anybody is asked.
        return Cause(
            f"the name is none that DNS could have ({error})", "name not found", "resolving"
        )
    reason = error.strerror or str(error) or type(error).__name__
    if isinstance(error, socket.gaierror) and error.errno in _NAME_NOT_FOUND:
        return Cause(f"the name was not found ({reason})", "name not found", "resolving")
    return Cause(f"the name could not be resolved ({reason})", "name not resolved", "resolving")


def why_an_address_has_no_connection(address: str, error: OSError) -> Cause:
    """Say why one address could not be connected to."""
    number = error.errno
    kind = _KINDS.get(number or 0, "system")
    # asyncio's own texts name the address once more, and uvloop's do not.
    reason = os.strerror(number) if number else str(error) or type(error).__name__
    return Cause(f"{address}: {reason}", kind, "connecting")


def why_no_address_has_a_connection(causes: list[Cause]) -> Cause:
    """Sum up why none of a host's addresses could be connected to, each with its own reason."""
    kinds = {cause.kind for cause in causes}
    kind = next(each for each in _TELLING if each in kinds)
    [first, *_] = [cause for cause in causes if cause.kind == kind]
    return Cause("; ".join(causes), kind, first.stage)


def why_there_is_no_tls(
    error: OSError | ValueError, seconds: float, *, is_proxy: bool = False
) -> Cause:
    """Say why TLS was not established over a TCP connection.

    Args:
        error: what asyncio or uvloop raised.
        seconds: the limit that it was given.
        is_proxy: whether it was to be spoken with a proxy, and not with the server.
    """
    peer = "proxy" if is_proxy else "server"
    if isinstance(error, ssl.SSLError) and not isinstance(error, ssl.SSLEOFError):
        return Cause(in_words(error, is_proxy=is_proxy), "tls", "TLS")
    if isinstance(error, ValueError):
        return Cause(f"TLS failed: the name cannot be a {peer}'s: {error}", "tls", "TLS")
    if isinstance(error, ConnectionAbortedError) and error.errno is None:
        # Both loops say with this one that the limit they were given has passed.
        return timed_out("TLS", "TLS was being established", seconds).cause
    return Cause(f"the {peer} left during the TLS handshake", "lost", "TLS")
