"""Responses, section 2.2.6 of the Fetch Standard, and network errors."""

from dataclasses import dataclass, field

from whatwg_websockets.fetch.header_list import HeaderList
from whatwg_websockets.network.dial import Dialled


@dataclass(slots=True, kw_only=True)
class Response:
    """A response.

    Attributes:
        status: the status code; 0 for a network error.
        header_list: the headers.
        connection: the connection that it came over, still open, read up to its end.
        why: for a network error, what happened; for the log only.

    Source: https://fetch.spec.whatwg.org/#concept-response
    """

    status: int
    header_list: HeaderList = field(default_factory=HeaderList)
    connection: Dialled | None = None
    why: str = ""

    @property
    def is_network_error(self) -> bool:
        """Whether there is no answer.

        Source: https://fetch.spec.whatwg.org/#concept-network-error
        """
        return self.status == 0


def network_error(why: str) -> Response:
    """Return a network error.

    Args:
        why: what happened; it goes to the log and no further.

    Source: https://fetch.spec.whatwg.org/#concept-network-error
    """
    return Response(status=0, why=why)
