"""Responses, section 2.2.6 of the Fetch Standard, and network errors."""

from dataclasses import dataclass, field

from whatwg_websockets.fetch.header_list import HeaderList
from whatwg_websockets.network.dial import Dialled

# How much of what a server says a log shows.
CHARACTERS_SHOWN = 80


@dataclass(slots=True, kw_only=True)
class Response:
    """A response.

    Attributes:
        status: the status code; 0 for a network error.
        status_message: the reason phrase, as the server wrote it.
        header_list: the headers.
        connection: the connection that it came over, still open, read up to its end.
        why: for a network error, what happened; for a 401, why it was not answered, if that is
            more than that nobody could. For the log only.
        kind: for a network error, what sort of thing happened, in a word; for the log only. Where
            the request was not made: "blocked port", "mixed content", "csp", "tls", "exception",
            "cancelled". Where there was nothing to make it over: "no connection". Where the
            connection led elsewhere than the page had said: "address space". Where the server
            sent the page elsewhere: "redirect". Where it failed: "not sent", "timed out", "lost",
            "too large", "not HTTP".

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
        """The status code and the status message, as a log may show them: ``404 Not Found``."""
        return f"{self.status} {shown(self.status_message.decode('latin-1'))}".rstrip()

    def let_go(self) -> None:
        """End the connection of a response that does not stand, and give back its place in line."""
        assert self.connection is not None
        self.connection.abort()
        self.connection = None

    @property
    def is_network_error(self) -> bool:
        """Whether there is no answer.

        Source: https://fetch.spec.whatwg.org/#concept-network-error
        """
        return self.status == 0


def shown(said: str) -> str:
    """Return what a server has said for a log: its beginning, in printable characters."""
    return "".join(each if each.isprintable() else "?" for each in said[:CHARACTERS_SHOWN])


def network_error(why: str, kind: str) -> Response:
    """Return a network error.

    Args:
        why: what happened; it goes to the log and no further.
        kind: what sort of thing happened, in a word; see ``Response.kind``.

    Source: https://fetch.spec.whatwg.org/#concept-network-error
    """
    return Response(status=0, why=why, kind=kind)
