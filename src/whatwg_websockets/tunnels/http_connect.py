"""The method CONNECT of HTTP: a proxy is asked for a tunnel, RFC 9110 section 9.3.6."""

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.fetch.header_list import Header, HeaderList
from whatwg_websockets.fetch.http1 import HttpFailure, ResponseHead, ResponseReader, request_head
from whatwg_websockets.fetch.http_network_or_cache_fetch import (
    PROXY_AUTHENTICATION_REQUIRED,
    UNAUTHORIZED,
)
from whatwg_websockets.fetch.response import Response
from whatwg_websockets.html.environment_settings import EnvironmentSettings
from whatwg_websockets.network.cause import Kind
from whatwg_websockets.network.handshake_stream import HandshakeStream
from whatwg_websockets.network.line_of_connections import Address, written
from whatwg_websockets.proxies.proxy import Proxy
from whatwg_websockets.tunnels.answers import not_opened, read_some
from whatwg_websockets.tunnels.proxy_authentication import ProxyAuthentication


class AskingByHttp:
    """Asks an HTTP proxy for a tunnel.

    Args:
        proxy: the proxy, and who asks.
        address: the host and the port that it is to connect to.
        client: whose limits, passwords and words about the program hold.
    """

    def __init__(self, proxy: Proxy, address: Address, client: EnvironmentSettings) -> None:
        # § rfc9110-9.3.6-1. The target is the host and the port, whatever the port is.
        self._target = written(address).encode("ascii")
        self._client = client
        self._asked = ProxyAuthentication(proxy, client)
        self._response = Response(status=0)

    async def ask(self, stream: HandshakeStream) -> bool:
        """Ask, and read the answer.

        Returns:
            whether the tunnel is there. If not, the proxy wants a password.

        Raises:
            NotConnected: the proxy refuses, or does not answer in HTTP.
        """
        fields = [(b"User-Agent", self._client.user_agent.encode("latin-1"))]
        fields += self._asked.fields(b"CONNECT", self._target)
        size = self._client.limits.handshake_size
        self._response = await connect_by_http(stream, self._target, fields, size)
        if self._response.status == PROXY_AUTHENTICATION_REQUIRED:
            return False
        self._asked.has_done(self._response)
        return True

    async def find_an_answer(self) -> None:
        """Find a password for the proxy.

        Raises:
            NotConnected: nobody knows one, or the one that is known was refused.
            BaseException: whatever the program raises that is asked.
        """
        why = await self._asked.find_an_answer(self._response)
        if why is not None:
            words = f"it answered with status {self._response.status_in_words}"
            raise not_opened(f"{words}: {why}" if why else words, "proxy authentication")


@algorithm("rfc9110#section-9.3.6", "CONNECT")
async def connect_by_http(
    stream: HandshakeStream, target: bytes, fields: list[Header], size: int
) -> Response:
    """Ask a proxy for a tunnel, and read the head of its answer.

    Args:
        stream: the connection to the proxy.
        target: the host and the port that the proxy is to connect to.
        fields: the fields of the request, without ``Host``.
        size: how many bytes the head of the answer may have.

    Returns:
        a response whose status is that of success, or 407.

    Raises:
        NotConnected: the proxy refuses, or does not answer in HTTP.

    Source: RFC 9110 section 9.3.6
    """
    stream.write(request_head(b"CONNECT", target, [(b"Host", target), *fields]))
    try:
        head = await _read_a_head(stream, size)
    except HttpFailure as failure:
        raise not_opened(failure.why) from failure
    response = Response(
        status=head.status, status_message=head.reason, header_list=HeaderList(head.headers)
    )
    # § rfc9110-9.3.6-2. Any status of success says that the tunnel is there.
    if head.status // 100 != 2 and head.status != PROXY_AUTHENTICATION_REQUIRED:
        # A password that is wrong is a 401 to some proxies, tinyproxy among them.
        kind: Kind = "proxy authentication" if head.status == UNAUTHORIZED else "proxy"
        raise not_opened(f"it answered with status {response.status_in_words}", kind)
    return response


async def _read_a_head(stream: HandshakeStream, size: int) -> ResponseHead:
    reader = ResponseReader(size)
    while True:
        head = reader.next_head()
        if head is None:
            reader.receive(await read_some(stream))
        elif head.is_the_answer:
            # § rfc9110-9.3.6-3. The tunnel begins right behind the head, whatever its fields say of
            #   a length.
            stream.put_back(reader.rest)
            return head
