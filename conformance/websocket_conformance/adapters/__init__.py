"""Clients that the conformance suites can drive, one module each.

An adapter is a module with these members:

``name``
    the client and its version, such as ``"whatwg-websockets 0.1.0"``;
``echo(url)``
    a coroutine function that connects, asking for the subprotocols that `protocols` finds, sends
    each message back as it came, until the connection has ended, and returns a `Seen`;
``interfaces``
    something that has the interfaces of the API as its members; only the scenarios at the API
    need it.
"""

from importlib import import_module
from typing import Any, Protocol, cast
from urllib.parse import parse_qs, urlsplit

from websocket_conformance.results.seen import Seen

PROTOCOLS = "protocols"
"""The parameter of a URL's query that names the subprotocols to ask for, with commas."""

DEFAULT = "websocket_conformance.adapters.whatwg_websockets"


class Interfaces(Protocol):
    """The interfaces of the API, under their names in the standards."""

    WebSocket: Any
    Blob: Any
    CloseEvent: Any
    Event: Any
    DOMException: Any


class Adapter(Protocol):
    """A client under test."""

    name: str
    interfaces: Interfaces

    async def echo(self, url: str) -> Seen:
        """Connect, send each message back as it came, and tell how it ended."""


def protocols(url: str) -> list[str]:
    """The subprotocols that a client has to ask for to play the case behind a URL."""
    values = parse_qs(urlsplit(url).query).get(PROTOCOLS, [])
    return values[0].split(",") if values else []


def load(module: str) -> Adapter:
    """The adapter that a module is.

    Raises:
        ImportError: there is no such module, or it needs something that is not installed.
    """
    return cast(Adapter, import_module(module))
