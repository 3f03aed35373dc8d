"""What an endpoint needs of what is around it: the connection below, and the listener above."""

from collections.abc import Callable
from typing import Protocol


class Timer(Protocol):
    """Something that will happen unless it is cancelled."""

    def cancel(self) -> None:
        """It shall not happen."""


class Wire(Protocol):
    """What an endpoint needs of the connection below it."""

    def write(self, data: bytes) -> None:
        """Send octets."""

    def flush(self) -> None:
        """Send what was written, apart from what will be."""

    def drop(self, *, abort: bool) -> None:
        """End the connection, at once or when what was written has left."""

    def soon(self, act: Callable[[], None]) -> None:
        """Do something once what was written has had its chance to leave."""

    def settle(self, act: Callable[[], None], *, to_answer: bool) -> Timer:
        """Do something once the peer has had its chance to read what was written, or to answer."""

    def after_quiet(self, seconds: float, act: Callable[[], None]) -> Timer:
        """Do something when nothing has happened on the connection for some time."""


class Listener(Protocol):
    """Who is told what the peer does."""

    def message(self, payload: bytes, binary: bool) -> None:
        """A message has come."""

    def pong(self, payload: bytes) -> None:
        """A Pong has come."""

    def ended(self) -> None:
        """The connection is over, as far as the judge is concerned."""
