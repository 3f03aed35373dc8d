"""The interfaces that an endpoint needs: the transport below, and the listener above."""

from collections.abc import Callable
from typing import Protocol


class Timer(Protocol):
    """A call that is scheduled, and can be cancelled."""

    def cancel(self) -> None:
        """Cancel the call."""


class Wire(Protocol):
    """The transport of an endpoint."""

    def write(self, data: bytes) -> None:
        """Send octets."""

    def flush(self) -> None:
        """Send the written octets, separately from those that are written later."""

    def drop(self, *, abort: bool) -> None:
        """Close the connection, at once or after the written octets have been sent."""

    def soon(self, act: Callable[[], None]) -> None:
        """Call `act` after a chance to send the written octets."""

    def settle(self, act: Callable[[], None], *, to_answer: bool) -> Timer:
        """Call `act` after the time for the peer to read the written octets, or to answer them."""

    def after_quiet(self, seconds: float, act: Callable[[], None]) -> Timer:
        """Call `act` when nothing has happened on the connection for some seconds."""


class Listener(Protocol):
    """The receiver of a connection's messages, Pongs and end."""

    def message(self, payload: bytes, binary: bool) -> None:
        """Handle a message that has arrived."""

    def pong(self, payload: bytes) -> None:
        """Handle a Pong that has arrived."""

    def ended(self) -> None:
        """Handle the end of the connection."""
