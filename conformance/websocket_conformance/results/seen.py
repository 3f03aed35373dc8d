"""What a page saw of the end of its connection."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Seen:
    """What the page behind a client saw at the end of a connection.

    Attributes:
        code: the close event's code.
        reason: the close event's reason.
        clean: whether the connection was closed cleanly.
    """

    code: int
    reason: str
    clean: bool
