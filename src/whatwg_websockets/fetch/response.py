"""Responses, section 2.2.6 of the Fetch Standard, and network errors."""

from dataclasses import dataclass, field

from whatwg_websockets.fetch.header_list import HeaderList
from whatwg_websockets.network.dial import Dialled

# The number of characters of the server's words that are logged.
CHARACTERS_SHOWN = 80


@dataclass(slots=True, kw_only=True)
class Response:
    """A response.

    Attributes:
        status: the status code; 0 for a network error.
        status_message: the reason phrase, as the server wrote it.
        header_list: the headers.
        connection: the connection of the response, still open; None for a network error, unless
            the connection is kept to be closed.
        why: for a network error, what happened; for a 401, why it was not answered, if an answer
            was possible. For the log only.
        kind: for a network error, the kind of failure; for the log only. The request was not made:
            "blocked port", "mixed content", "csp", "tls", "exception", "cancelled". No connection
            was established: "no connection". The server is in another address space than the page
            named: "address space". The server sent a redirect: "redirect". The exchange failed:
            "not sent", "timed out", "lost", "too large", "not HTTP".

    Source: https://fetch.spec.whatwg.org/#concept-response
    """

    status: int
    status_message: bytes = b""
    header_list: HeaderList = field(default_factory=HeaderList)
    connection: Dialled | None = None
    why: str = ""
    kind: str = ""

    @property
    def status_in_words(self) -> str:
        """The status code and the status message, safe for a log: ``404 Not Found``."""
        return f"{self.status} {shown(self.status_message.decode('latin-1'))}".rstrip()

    def let_go(self) -> None:
        """Abort the connection of a response that is replaced, and free its place in line."""
        assert self.connection is not None
        self.connection.abort()
        self.connection = None

    @property
    def is_network_error(self) -> bool:
        """Whether the response is a network error: the fetch returned no response of the server.

        Source: https://fetch.spec.whatwg.org/#concept-network-error
        """
        return self.status == 0


def shown(said: str) -> str:
    """Return the server's words for a log: their beginning, in printable characters."""
    return "".join(each if each.isprintable() else "?" for each in said[:CHARACTERS_SHOWN])


def network_error(why: str, kind: str) -> Response:
    """Return a network error.

    Args:
        why: what happened, for the log only.
        kind: the kind of failure; see ``Response.kind``.

    Source: https://fetch.spec.whatwg.org/#concept-network-error
    """
    return Response(status=0, why=why, kind=kind)
