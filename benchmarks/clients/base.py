"""What a client library is asked to do."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Generic, Self, TypeVar

from benchmarks.exchange import Exchange

Connection = TypeVar("Connection")


class Client(ABC, Generic[Connection]):
    """A client library; entered once a process, before anything is opened."""

    @abstractmethod
    async def open(self, url: str) -> Connection:
        """Return a connection once it is open."""

    @abstractmethod
    async def close(self, connection: Connection) -> None:
        """Carry out the closing handshake with code 1000 and return once the connection is gone."""

    @abstractmethod
    async def echo(self, url: str, exchange: Exchange) -> None:
        """Open a connection, carry out the exchange as it says, close."""

    async def __aenter__(self) -> Self:
        """Get ready."""
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        """Give back what `__aenter__` took."""
