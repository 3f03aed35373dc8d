"""The cause why no connection was opened: a sentence for people, and a word for programs.

The cause is written to the log. A page never learns it.
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
"""The kind of cause.

- ``name not found``: the name does not exist, or has no address.
- ``name not resolved``: the resolver could not find out whether the name exists.
- ``refused``: no server listens at any of the addresses that could be reached.
- ``unreachable``: the machine has no route to any of the addresses.
- ``timed out``: a limit was exceeded in the given stage.
- ``tls``: TLS could not be established, or the certificate was not trusted.
- ``lost``: the server ended the connection before the opening handshake was complete.
- ``system``: an error of this machine, such as too many open files.
- ``proxy``: a proxy was reached, and did not open the connection.
- ``proxy authentication``: a proxy requires a user name and a password, or refused those given.
"""

Stage = Literal["resolving", "in line", "connecting", "proxy", "TLS", "waiting for the answer"]
"""The stage that an opening handshake had reached."""

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

# If the addresses of a host fail in different ways, the first of these kinds that occurs is
# reported.
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
    """The cause why no connection was opened, as a string that is the sentence for people.

    Attributes:
        kind: the kind of cause.
        stage: the stage that the opening handshake had reached.
    """

    __slots__ = ("kind", "stage")

    kind: Kind
    stage: Stage

    def __new__(cls, text: str, kind: Kind, stage: Stage) -> "Cause":
        """Create a cause from a sentence, a kind and a stage."""
        cause = super().__new__(cls, text)
        cause.kind = kind
        cause.stage = stage
        return cause

    def after(self, words: str) -> "Cause":
        """Return a copy of the cause with a prefix in front of its sentence."""
        return Cause(words + self, self.kind, self.stage)


class NotConnected(Exception):
    """The exception that no connection was opened.

    Attributes:
        cause: the cause.
    """

    def __init__(self, cause: Cause) -> None:
        super().__init__(cause)
        self.cause = cause


def timed_out(stage: Stage, doing: str, seconds: float) -> NotConnected:
    """Return the exception that a limit of time was exceeded.

    Args:
        stage: the stage that the opening handshake had reached.
        doing: the activity that took too long, such as "resolving the name".
        seconds: the limit, which is ``Limits.handshake_timeout``.
    """
    text = f"timed out while {doing} (handshake_timeout is {seconds:g} s)"
    return NotConnected(Cause(text, "timed out", stage))


def why_a_name_has_no_address(error: OSError | UnicodeError) -> Cause:
    """Return the cause why a name could not be resolved."""
    if isinstance(error, UnicodeError):  # Python's codec refuses the name before a query is sent.
        return Cause(f"DNS cannot have such a name ({error})", "name not found", "resolving")
    reason = error.strerror or str(error) or type(error).__name__
    if isinstance(error, socket.gaierror) and error.errno in _NAME_NOT_FOUND:
        return Cause(f"the name was not found ({reason})", "name not found", "resolving")
    return Cause(f"the name could not be resolved ({reason})", "name not resolved", "resolving")


def why_an_address_has_no_connection(address: str, error: OSError) -> Cause:
    """Return the cause why one address could not be connected to."""
    number = error.errno
    kind = _KINDS.get(number or 0, "system")
    # The messages of asyncio repeat the address, and those of uvloop do not.
    reason = os.strerror(number) if number else str(error) or type(error).__name__
    return Cause(f"{address}: {reason}", kind, "connecting")


def why_no_address_has_a_connection(causes: list[Cause]) -> Cause:
    """Return the cause why no address of a host could be connected to, with each one's reason."""
    kinds = {cause.kind for cause in causes}
    kind = next(each for each in _TELLING if each in kinds)
    [first, *_] = [cause for cause in causes if cause.kind == kind]
    return Cause("; ".join(causes), kind, first.stage)


def why_there_is_no_tls(
    error: OSError | ValueError, seconds: float, *, is_proxy: bool = False
) -> Cause:
    """Return the cause why TLS was not established over a TCP connection.

    Args:
        error: the exception that asyncio or uvloop raised.
        seconds: the limit of the TLS handshake.
        is_proxy: whether the TLS handshake was with a proxy, and not with the server.
    """
    peer = "proxy" if is_proxy else "server"
    if isinstance(error, ssl.SSLError) and not isinstance(error, ssl.SSLEOFError):
        return Cause(in_words(error, is_proxy=is_proxy), "tls", "TLS")
    if isinstance(error, ValueError):
        return Cause(f"TLS failed: the name cannot be a {peer}'s: {error}", "tls", "TLS")
    if isinstance(error, ConnectionAbortedError) and error.errno is None:
        # Both loops raise this exception when the limit is exceeded.
        return timed_out("TLS", "TLS was being established", seconds).cause
    return Cause(f"the {peer} ended the connection during the TLS handshake", "lost", "TLS")
