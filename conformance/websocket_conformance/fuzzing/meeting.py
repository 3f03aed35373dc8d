"""A connection on which the peer's part of the opening handshake comes first."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import ParamSpec

from websocket_conformance.fuzzing.link import Link
from websocket_conformance.wire.handshake import END, LARGEST
from websocket_conformance.wire.log import Log

P = ParamSpec("P")


class Meeting(asyncio.Protocol, ABC):
    """Reads the peer's part of the opening handshake; what follows is for `_receive`.

    Args:
        link: the connection.
    """

    def __init__(self, link: Link) -> None:
        self._link = link
        self._log = Log(link.loop.time)
        self._head = b""
        self._receive: Callable[[bytes], None] = self._receive_head
        self._lost: Callable[[], None] = lambda: None
        self._timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the transport."""
        assert isinstance(transport, asyncio.Transport)
        self._link.connected(transport)

    def data_received(self, data: bytes) -> None:
        """Octets came."""
        self._link.heard()
        self._guarded(self._receive, data)

    def connection_lost(self, exc: Exception | None) -> None:
        """The transport is gone."""
        self._cancel_timer()
        rest = self._link.lost(exc)
        if rest:
            self._receive(rest)
        self._lost()

    @abstractmethod
    def _take_head(self, head: bytes) -> None:
        """The peer's part has been received as a whole."""

    @abstractmethod
    def _refuse_endless(self) -> None:
        """The peer's part is longer than the limit."""

    @abstractmethod
    def _too_late(self) -> None:
        """The peer's part was not received in time."""

    @abstractmethod
    def _give_up(self, error: Exception) -> None:
        """The judge cannot go on with this connection, because of an error of its own."""

    def _guarded(self, act: Callable[P, None], *args: P.args, **kwargs: P.kwargs) -> None:
        """Call a function; an unexpected exception in it ends only this connection."""
        try:
            act(*args, **kwargs)
        except Exception as error:
            self._give_up(error)

    def _receive_head(self, data: bytes) -> None:
        self._log.octets_received(data)
        self._head += data
        head, end, rest = self._head.partition(END)
        if end:
            self._cancel_timer()
            self._take_head(head + end)
            if rest:
                self._receive(rest)
        elif len(head) > LARGEST:
            self._refuse_endless()

    def _hear_no_more(self) -> None:
        self._receive = lambda _: None

    def _wait(self, seconds: float) -> None:
        """Wait some seconds for the peer's part; 0 to wait without a limit."""
        if seconds:
            self._timer = self._link.loop.call_later(seconds, self._too_late)

    def _cancel_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
