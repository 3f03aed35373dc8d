"""2.1 Connections: obtain a WebSocket connection."""

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.fetch.request import Request
from whatwg_websockets.fetch.resolve_an_origin import resolve_an_origin
from whatwg_websockets.network.cause import Cause, NotConnected
from whatwg_websockets.network.dial import Dialled, open_the_connection
from whatwg_websockets.network.happy_eyeballs.history import history_of
from whatwg_websockets.url.url_record import DEFAULT_PORTS


@algorithm("concept-websocket-connection-obtain", "obtain a WebSocket connection")
async def obtain_a_websocket_connection(request: Request) -> Dialled | Cause:
    """Open a connection that belongs to this WebSocket alone.

    Args:
        request: the request, whose current URL says where to, and whose client how.

    Returns:
        the open connection, or, for failure, its cause; that is for the log.

    Source: https://websockets.spec.whatwg.org/#concept-websocket-connection-obtain
    """
    url = request.url
    # 1. The host, as TCP wants it: an IPv6 address stands without its brackets there.
    host = (url.host or "").strip("[]")
    # 2. The port; where the URL has none, it is the scheme's.
    port = DEFAULT_PORTS[url.scheme] if url.port is None else url.port
    # 3. The path of the URL becomes the target of the HTTP request in "HTTP-network fetch".
    # 4. The query of the URL becomes a part of the target there.
    # 5. TLS is spoken unless the scheme, which is one of HTTP's by now, is "http".
    # § rfc6455-10.6-1. TLS is there for those who ask for it.
    # § rfc6455-10.6-2. n/a: the page decides whether TLS is used, by the scheme of its URL.
    secure = url.scheme != "http"
    # 6. The connection is opened as RFC 6455 says, in line behind others to the same address.
    client = request.client
    limits, tls = client.limits, client.tls if secure else None
    history = history_of(client)
    proxy = None if client.proxies is None else client.proxies.proxy_for(url, port)
    try:
        if proxy is not None:
            # Most programs have no proxy, and do not load how one is asked.
            from whatwg_websockets.tunnels.open_through_a_proxy import open_through_a_proxy

            return await open_through_a_proxy(proxy, host, port, tls, client)
        addresses = await resolve_an_origin(host, port, limits.handshake_timeout)
        connection = await open_the_connection(host, addresses, tls, limits, history)
    except NotConnected as failure:
        # § rfc6455-4.1-12. Failure, as step 7 has it, lets whoever fetches fail the connection.
        return failure.cause.after(f"{url.host}:{port} could not be connected to: ")
    # 7. The connection that was obtained.
    return connection
