"""How a connection is opened in a case of the opening handshake: what the judge sends for its part.

Every part is written down as the octets that it is, with a few names in braces for what is known
only when the connection is there. A good part is made of lines; a case changes a line, leaves it
out, or puts others beside it, so that its line in the table says what is special about it.

============== ======================================================================
name           what stands there
============== ======================================================================
``{accept}``   the Sec-WebSocket-Accept that answers the client's key
``{Accept}``   the same with small letters for large ones, and the other way round
``{key}``      the Sec-WebSocket-Key, the client's or the judge's own
``{host}``     the server's host and port
``{resource}`` the server's path and query
``{hello}``    the octets of a text frame, "Hello", masked if the judge is the client
``{fill}``     as many letters as a request needs to have the length that it has to have
============== ======================================================================

Source: RFC 6455, section 4.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto

from websocket_conformance.results.verdict import Verdict

_FILL = b"{fill}"
"""Where a request has its letters of no meaning."""


class Outcome(Enum):
    """What can become of an opening handshake."""

    ESTABLISHED = auto()
    REFUSED = auto()


Worth = Mapping[Outcome, Verdict]

OPENS: Worth = {Outcome.ESTABLISHED: Verdict.OK}
"""The connection has to be established."""

FAILS: Worth = {Outcome.REFUSED: Verdict.OK}
"""It must not be."""

SHOULD_OPEN: Worth = {
    Outcome.ESTABLISHED: Verdict.OK,
    Outcome.REFUSED: Verdict.NON_STRICT,
}
"""It should be; a peer that refuses is forgiven."""

SHOULD_FAIL: Worth = {
    Outcome.REFUSED: Verdict.OK,
    Outcome.ESTABLISHED: Verdict.NON_STRICT,
}
"""It should not be; a peer that goes on is forgiven."""

MAY_OPEN: Worth = {Outcome.ESTABLISHED: Verdict.OK, Outcome.REFUSED: Verdict.OK}
"""The text allows both in so many words."""

UNSAID: Worth = {
    Outcome.ESTABLISHED: Verdict.INFORMATIONAL,
    Outcome.REFUSED: Verdict.INFORMATIONAL,
}
"""The text says nothing of it."""


class Pace(Enum):
    """How the judge's part leaves."""

    AT_ONCE = auto()
    """In one write; the first frame in the next."""
    WITH_FRAME = auto()
    """In one write together with the first frame."""
    BY_LINE = auto()
    """A line at a time."""
    BY_OCTET = auto()
    """An octet at a time."""
    SLOWLY = auto()
    """An octet at a time, and so slowly that the whole of it takes some seconds."""


class Then(Enum):
    """What the judge does when its part has left."""

    TALK = auto()
    """It goes on as if the connection were open."""
    LEAVE = auto()
    """It closes TCP."""
    RESET = auto()
    """It resets TCP."""


@dataclass(frozen=True)
class Opening:
    """The judge's part of an opening handshake.

    Attributes:
        octets: what it is, in Latin-1, with names in braces.
        verdicts: what each outcome is worth; one that is not there has failed.
        pace: how it leaves.
        then: what the judge does after it.
        endless: what follows it again and again until the peer has had enough or the judge has.
        protocols: the subprotocols that the client has to ask for; the judge's own if it is one.
    """

    octets: str
    verdicts: Worth
    pace: Pace = Pace.AT_ONCE
    then: Then = Then.TALK
    endless: str = ""
    protocols: tuple[str, ...] = ()

    def filled(self, **values: str) -> bytes:
        """The octets, with a value for each name."""
        octets = self.octets
        for name, value in values.items():
            octets = octets.replace(f"{{{name}}}", value)
        return octets.encode("latin-1")


@dataclass(frozen=True)
class OpeningResponse(Opening):
    """A server's part, for a client that is being tested.

    Attributes:
        deflate: the permessage-deflate that is in use if the client opens the connection.
        needs: what has to be in the client's offer of permessage-deflate.
        otherwise: what each outcome is worth if that is not in it; None if there is nothing to be
            seen then.
    """

    deflate: str = ""
    needs: tuple[str, ...] = ()
    otherwise: Worth | None = None


@dataclass(frozen=True)
class OpeningRequest(Opening):
    """A client's part, for a server that is being tested.

    Attributes:
        may_deflate: whether the server may agree to permessage-deflate.
        header: a field that a refusal has to have, and a word that has to be in it.
        length: how many octets it has once it is filled.
    """

    may_deflate: bool = False
    header: tuple[str, str] | None = None
    length: int = 0

    def filled(self, **values: str) -> bytes:
        """The octets, with a value for each name, and filled up."""
        octets = super().filled(**values)
        missing = self.length - len(octets) + len(_FILL)
        return octets.replace(_FILL, b"a" * missing)


def response_lines(*more: str, end: str = "\r\n", **lines: str | None) -> str:
    """A response, line by line.

    Source: RFC 6455, section 4.2.2, step 5.

    Args:
        more: lines behind those that have a name.
        end: what ends a line.
        lines: other lines for the names of good ones; one that is None is left out.
    """
    return end.join([*filter(None, {**_RESPONSE, **lines}.values()), *more, "", ""])


def request_lines(*more: str, end: str = "\r\n", **lines: str | None) -> str:
    """A request, line by line, with the same arguments.

    Source: RFC 6455, section 4.1.
    """
    return end.join([*filter(None, {**_REQUEST, **lines}.values()), *more, "", ""])


_RESPONSE = {
    "status": "HTTP/1.1 101 Switching Protocols",
    "upgrade": "Upgrade: websocket",
    "connection": "Connection: Upgrade",
    "accept": "Sec-WebSocket-Accept: {accept}",
}
"""The lines of a good response, by name."""

_REQUEST = {
    "line": "GET {resource} HTTP/1.1",
    "host": "Host: {host}",
    "upgrade": "Upgrade: websocket",
    "connection": "Connection: Upgrade",
    "key": "Sec-WebSocket-Key: {key}",
    "version": "Sec-WebSocket-Version: 13",
}
"""The lines of a good request, by name."""
