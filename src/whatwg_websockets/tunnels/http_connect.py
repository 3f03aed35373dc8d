"""The method CONNECT of HTTP, which asks a proxy for a tunnel, RFC 9110 section 9.3.6."""

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
        proxy: the proxy, with the credentials for it.
        address: the host and the port that the proxy is to connect to.
        client: the settings with the limits, the credentials and the user agent string.
    """

    def __init__(self, proxy: Proxy, address: Address, client: EnvironmentSettings) -> None:
        # § rfc9110-9.3.6-1. Send the host and the port as the request target, even if the port is a
        #   default port.
        self._target = written(address).encode("ascii")
        self._client = client
        self._asked = ProxyAuthentication(proxy, client)
        self._response = Response(status=0)

    async def ask(self, stream: HandshakeStream) -> bool:
        """Send the request, and read the answer.

        Returns:
            Whether the tunnel is open. If not, the proxy requires credentials.

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
        """Get credentials for the proxy.

        Raises:
            NotConnected: credentials are not known, or those that are known were refused.
            BaseException: whatever the callable in the settings raises.
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
        size: the maximum size of the answer's head, in bytes.

    Returns:
        A response with a status of success, or with the status 407.

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
    # § rfc9110-9.3.6-2. Treat every 2xx status as success.
    if head.status // 100 != 2 and head.status != PROXY_AUTHENTICATION_REQUIRED:
        # Some proxies, such as tinyproxy, answer a wrong password with the status 401.
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
            # § rfc9110-9.3.6-3. Begin the tunnel directly behind the head, whatever its fields say
            #   about a length.
            stream.put_back(reader.rest)
            return head
