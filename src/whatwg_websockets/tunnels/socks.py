"""SOCKS 4, 4a and 5: asking a proxy for a connection. python-socks speaks the protocol."""

from typing import TYPE_CHECKING, Any, Final

from whatwg_websockets.network.cause import Kind
from whatwg_websockets.network.handshake_stream import HandshakeStream
from whatwg_websockets.network.line_of_connections import Address
from whatwg_websockets.proxies.proxy import Proxy
from whatwg_websockets.tunnels.answers import not_opened, read_some

if TYPE_CHECKING:
    from python_socks._connectors.abc import AsyncConnector

# RFC 1928 section 6. The other codes are about the proxy itself.
_KINDS: Final[dict[int, Kind]] = {3: "unreachable", 4: "unreachable", 5: "refused"}

# The maximum length of a name, which is sent as one byte, RFC 1928 section 5.
_MOST_BYTES: Final = 255


class AskingBySocks:
    """Asks a SOCKS proxy for a connection.

    Args:
        proxy: the proxy, with its version of SOCKS and the credentials for it.
        address: the host and the port that the proxy is to connect to.
    """

    def __init__(self, proxy: Proxy, address: Address) -> None:
        self._proxy = proxy
        self._host, self._port = address[:2]

    async def ask(self, stream: HandshakeStream) -> bool:
        """Send the request, and read the answer.

        Returns:
            True, since the credentials are sent with the request.

        Raises:
            NotConnected: the proxy refuses, or does not answer in SOCKS.
        """
        from python_socks._protocols.errors import ReplyError

        _check_the_name(self._host)
        # python-socks expects an object with the methods of a stream, not an instance of a class.
        conversation: Any = _Stream(stream)
        try:
            await _connector(self._proxy).connect(conversation, self._host, self._port)
        except ReplyError as error:
            kind = _KINDS.get(error.error_code or 0, "proxy")
            if "authentication" in str(error):
                kind = "proxy authentication"
            raise not_opened(f"it answered: {error}", kind) from error
        except ValueError as error:
            raise not_opened(f"its answer could not be read: {error}") from error
        return True

    async def find_an_answer(self) -> None:
        """Do nothing: a SOCKS proxy does not ask for credentials after a request."""


def _check_the_name(host: str) -> None:
    """Refuse an invalid name, for which python-socks would raise an arbitrary exception."""
    try:
        name = host.encode("idna")
    except UnicodeError as error:
        raise not_opened(f"DNS cannot have such a name ({error})") from error
    if len(name) > _MOST_BYTES:
        raise not_opened(f"the name is longer than the {_MOST_BYTES} bytes that SOCKS allows")


def _connector(proxy: Proxy) -> "AsyncConnector":
    from python_socks import ProxyType
    from python_socks._connectors.factory_async import create_connector

    kind = ProxyType.SOCKS4 if proxy.scheme.startswith("socks4") else ProxyType.SOCKS5
    # The host is resolved before, if it is to be resolved here, so a resolver is not needed.
    nobody: Any = None
    return create_connector(
        proxy_type=kind,
        username=proxy.username or None,
        password=proxy.password or None,
        rdns=True,
        resolver=nobody,
    )


class _Stream:
    """A stream with the methods that python-socks calls; version 3 has renamed two of them."""

    def __init__(self, stream: HandshakeStream) -> None:
        self._stream = stream

    async def write(self, data: bytes) -> None:
        self._stream.write(data)

    async def read_exactly(self, count: int) -> bytes:
        received = b""
        while len(received) < count:
            received += await read_some(self._stream)
        self._stream.put_back(received[count:])
        return received[:count]

    write_all = write
    read_exact = read_exactly
