"""SOCKS 4, 4a and 5: a proxy is asked for a connection. The conversation is python-socks'."""

from typing import TYPE_CHECKING, Any, Final

from whatwg_websockets.network.cause import Kind
from whatwg_websockets.network.handshake_stream import HandshakeStream
from whatwg_websockets.network.line_of_connections import Address
from whatwg_websockets.proxies.proxy import Proxy
from whatwg_websockets.tunnels.answers import not_opened, read_some

if TYPE_CHECKING:
    from python_socks._connectors.abc import AsyncConnector

# RFC 1928 section 6. All other codes are those of the proxy itself.
_KINDS: Final[dict[int, Kind]] = {3: "unreachable", 4: "unreachable", 5: "refused"}

# How long a name may be: its length is one byte, RFC 1928 section 5.
_MOST_BYTES: Final = 255


class AskingBySocks:
    """Asks a SOCKS proxy for a connection.

    Args:
        proxy: which SOCKS it speaks, and who asks.
        address: the host and the port that it is to connect to.
    """

    def __init__(self, proxy: Proxy, address: Address) -> None:
        self._proxy = proxy
        self._host, self._port = address[:2]

    async def ask(self, stream: HandshakeStream) -> bool:
        """Ask, and read the answer.

        Returns:
            True, since the password is a part of the question.

        Raises:
            NotConnected: the proxy refuses, or does not answer in SOCKS.
        """
        from python_socks._protocols.errors import ReplyError

        _check_the_name(self._host)
        # The stream is one by its methods, as all of them are that python-socks makes itself.
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
        """Do nothing: no SOCKS proxy asks for a password after it has been asked."""


def _check_the_name(host: str) -> None:
    """Refuse a name before python-socks does, which raises whatever comes of it."""
    try:
        name = host.encode("idna")
    except UnicodeError as error:
        raise not_opened(f"DNS cannot have such a name ({error})") from error
    if len(name) > _MOST_BYTES:
        raise not_opened(f"the name is longer than the {_MOST_BYTES} bytes that SOCKS has for it")


def _connector(proxy: Proxy) -> "AsyncConnector":
    from python_socks import ProxyType
    from python_socks._connectors.factory_async import create_connector

    kind = ProxyType.SOCKS4 if proxy.scheme.startswith("socks4") else ProxyType.SOCKS5
    # Names are resolved before, if they are to be resolved here at all.
    nobody: Any = None
    return create_connector(
        proxy_type=kind,
        username=proxy.username or None,
        password=proxy.password or None,
        rdns=True,
        resolver=nobody,
    )


class _Stream:
    """A stream as python-socks has them; version 3 has given two methods other names."""

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
