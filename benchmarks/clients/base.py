"""What a client library is asked to do."""

from __future__ import annotations

import ssl
from abc import ABC, abstractmethod
from typing import Generic, Self, TypeVar

from benchmarks.exchange import Exchange
from benchmarks.page import Page

Connection = TypeVar("Connection")


class Client(ABC, Generic[Connection]):
    """A client library; entered once a process, before anything is opened.

    Args:
        tls: the context for ``wss:`` URLs, which trusts the server of the benchmark.
    """

    #: Whether it has permessage-deflate.
    compresses = True

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.tls = tls

    @abstractmethod
    async def open(self, url: str, *, compress: bool = False) -> Connection:
        """Return a connection once it is open; offer compression if that is asked for."""

    @abstractmethod
    async def close(self, connection: Connection) -> None:
        """Carry out the closing handshake with code 1000 and return once the connection is gone."""

    @abstractmethod
    async def talk(self, connection: Connection, message: bytes) -> bytes:
        """Send a binary message, and return the next one that comes."""

    @abstractmethod
    async def echo(self, url: str, exchange: Exchange) -> None:
        """Open a connection, carry out the exchange as it says, close."""

    @abstractmethod
    async def page(self, url: str, page: Page) -> str:
        """Open a connection as a program does that asks for nothing special, do as the page says.

        A message may be as large as it likes, and compression is offered.
        """

    @abstractmethod
    async def receive(self, url: str, exchange: Exchange, way: str) -> None:
        """Open a connection, send `READY`, and count what comes until the time is over; close.

        Args:
            url: where the server sends without end.
            exchange: for each message::

                if exchange.running and len(data) == exchange.size:
                    exchange.count += 1
                else:
                    exchange.over(data)
                    stop
            way: which of several ways of ours to take.
        """

    async def __aenter__(self) -> Self:
        """Get ready."""
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        """Give back what `__aenter__` took."""
