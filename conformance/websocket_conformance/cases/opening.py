"""The judge's part of the opening handshake, in the cases that test the opening handshake.

Each part is written as its octets, with names in braces for values that are known only once the TCP
connection exists. A valid part is made of lines. A case changes a line, leaves it out, or adds
others, so its row in the table shows only what is special about it.

============== ======================================================================
name           what replaces it
============== ======================================================================
``{accept}``   the Sec-WebSocket-Accept that answers the client's key
``{Accept}``   ``{accept}`` with upper and lower case exchanged
``{key}``      the Sec-WebSocket-Key, the client's or the judge's own
``{host}``     the server's host and port
``{resource}`` the server's path and query
``{hello}``    the octets of a text frame, "Hello", masked if the judge is the client
``{fill}``     as many letters as a request needs to reach its given length
============== ======================================================================

Source: RFC 6455, section 4.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto

from websocket_conformance.results.verdict import Verdict

_FILL = b"{fill}"
"""The name that stands for meaningless letters in a request."""


class Outcome(Enum):
    """The outcomes of an opening handshake."""

    ESTABLISHED = auto()
    REFUSED = auto()


Worth = Mapping[Outcome, Verdict]

OPENS: Worth = {Outcome.ESTABLISHED: Verdict.OK}
"""The peer must open the connection."""

FAILS: Worth = {Outcome.REFUSED: Verdict.OK}
"""The peer must not open the connection."""

SHOULD_OPEN: Worth = {
    Outcome.ESTABLISHED: Verdict.OK,
    Outcome.REFUSED: Verdict.NON_STRICT,
}
"""The peer should open the connection; one that refuses is forgiven."""

SHOULD_FAIL: Worth = {
    Outcome.REFUSED: Verdict.OK,
    Outcome.ESTABLISHED: Verdict.NON_STRICT,
}
"""The peer should not open the connection; one that does is forgiven."""

MAY_OPEN: Worth = {Outcome.ESTABLISHED: Verdict.OK, Outcome.REFUSED: Verdict.OK}
"""The text explicitly allows the peer to open the connection or to refuse."""

UNSAID: Worth = {
    Outcome.ESTABLISHED: Verdict.INFORMATIONAL,
    Outcome.REFUSED: Verdict.INFORMATIONAL,
}
"""The text does not say what the peer has to do."""


class Pace(Enum):
    """How the judge sends its part."""

    AT_ONCE = auto()
    """Send it in one write, and the first frame in the next."""
    WITH_FRAME = auto()
    """Send it in one write together with the first frame."""
    BY_LINE = auto()
    """Send a line at a time."""
    BY_OCTET = auto()
    """Send an octet at a time."""
    SLOWLY = auto()
    """Send an octet at a time, so slowly that the whole part takes some seconds."""


class Then(Enum):
    """What the judge does after it has sent its part."""

    TALK = auto()
    """Go on as if the connection were open."""
    LEAVE = auto()
    """Close the TCP connection."""
    RESET = auto()
    """Reset the TCP connection."""


@dataclass(frozen=True)
class Opening:
    """The judge's part of an opening handshake.

    Attributes:
        octets: the octets of the part as Latin-1 characters, with names in braces.
        verdicts: the verdict for each outcome; for an outcome that is not there, FAILED.
        pace: how the judge sends it.
        then: what the judge does after it has sent its part.
        endless: what is sent after it repeatedly, until the peer or the judge ends the connection.
        protocols: the subprotocols that the client has to request, or that the judge requests if it
            is the client.
    """

    octets: str
    verdicts: Worth
    pace: Pace = Pace.AT_ONCE
    then: Then = Then.TALK
    endless: str = ""
    protocols: tuple[str, ...] = ()

    def filled(self, **values: str) -> bytes:
        """Return the octets, with a value for each name."""
        octets = self.octets
        for name, value in values.items():
            octets = octets.replace(f"{{{name}}}", value)
        return octets.encode("latin-1")


@dataclass(frozen=True)
class OpeningResponse(Opening):
    """A server's part of the opening handshake, for a client that is being tested.

    Attributes:
        deflate: the parameters of permessage-deflate if the client opens the connection.
        needs: what the client's offer of permessage-deflate must contain.
        otherwise: the verdict for each outcome if the offer does not contain that; None if the case
            shows nothing then.
    """

    deflate: str = ""
    needs: tuple[str, ...] = ()
    otherwise: Worth | None = None


@dataclass(frozen=True)
class OpeningRequest(Opening):
    """A client's part of the opening handshake, for a server that is being tested.

    Attributes:
        may_deflate: whether the server may agree to permessage-deflate.
        header: a field that a refusal must have, and a word that must be in its value.
        length: how many octets the request has once it is filled up.
    """

    may_deflate: bool = False
    header: tuple[str, str] | None = None
    length: int = 0

    def filled(self, **values: str) -> bytes:
        """Return the octets, with a value for each name, and filled up to the length."""
        octets = super().filled(**values)
        missing = self.length - len(octets) + len(_FILL)
        return octets.replace(_FILL, b"a" * missing)


def response_lines(*more: str, end: str = "\r\n", **lines: str | None) -> str:
    """Make a response from its lines.

    Source: RFC 6455, section 4.2.2, step 5.

    Args:
        more: lines after those that have a name.
        end: what ends a line.
        lines: by the name of a line, the line that replaces it; None leaves it out.
    """
    return end.join([*filter(None, {**_RESPONSE, **lines}.values()), *more, "", ""])


def request_lines(*more: str, end: str = "\r\n", **lines: str | None) -> str:
    """Make a request from its lines, with the arguments of `response_lines`.

    Source: RFC 6455, section 4.1.
    """
    return end.join([*filter(None, {**_REQUEST, **lines}.values()), *more, "", ""])


_RESPONSE = {
    "status": "HTTP/1.1 101 Switching Protocols",
    "upgrade": "Upgrade: websocket",
    "connection": "Connection: Upgrade",
    "accept": "Sec-WebSocket-Accept: {accept}",
}
"""The lines of a valid response, by name."""

_REQUEST = {
    "line": "GET {resource} HTTP/1.1",
    "host": "Host: {host}",
    "upgrade": "Upgrade: websocket",
    "connection": "Connection: Upgrade",
    "key": "Sec-WebSocket-Key: {key}",
    "version": "Sec-WebSocket-Version: 13",
}
"""The lines of a valid request, by name."""
