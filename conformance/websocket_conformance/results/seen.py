"""The end of a connection as its page saw it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Seen:
    """The end of a connection as the client's page saw it.

    Attributes:
        code: the close event's code.
        reason: the close event's reason.
        clean: whether the connection was closed cleanly.
    """

    code: int
    reason: str
    clean: bool
