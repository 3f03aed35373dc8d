"""One module a client library, each written as its documentation does and as fast as it allows."""

from __future__ import annotations

import importlib
import ssl
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from benchmarks.clients.base import Client

#: The clients by name, each with the statement whose time is its import time.
CLIENTS: Mapping[str, str] = MappingProxyType(
    {
        "ours": "from whatwg_websockets import WebSocket",
        "picows": "from picows import WSListener, ws_connect",
        "aiohttp": "from aiohttp import ClientSession",
        "websockets": "from websockets.asyncio.client import connect",
    }
)


class MissingClientError(Exception):
    """The client's library is not there."""


def load(name: str, tls: ssl.SSLContext | None = None) -> Client[Any]:
    """Make the client called ``name``, with a context for ``wss:`` URLs.

    Raises:
        MissingClientError: Its library cannot be imported; says what cannot.
    """
    try:
        module = importlib.import_module(f"benchmarks.clients.{name}")
    except ModuleNotFoundError as error:
        raise MissingClientError(f"{error.name} is not installed") from error
    except ImportError as error:
        raise MissingClientError(f"{error.name} lacks what the benchmark imports") from error
    client: Client[Any] = module.CLIENT(tls)
    return client
