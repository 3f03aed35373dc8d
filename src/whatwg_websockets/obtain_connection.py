"""Section 2.1 of the WebSockets Standard: obtain a WebSocket connection."""

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
        request: the request. Its current URL names the server, and its client the settings.

    Returns:
        the open connection, or the cause of the failure, which is written to the log.

    Source: https://websockets.spec.whatwg.org/#concept-websocket-connection-obtain
    """
    url = request.url
    # 1. Take the host of the URL, an IPv6 address without its brackets.
    host = (url.host or "").strip("[]")
    # 2. Take the port of the URL, or the default port of its scheme if the URL has no port.
    port = DEFAULT_PORTS[url.scheme] if url.port is None else url.port
    # 3. Fetch's "HTTP-network fetch" puts the URL's path into the target of the HTTP request.
    # 4. Fetch's "HTTP-network fetch" puts the URL's query into the target of the HTTP request.
    # 5. Use TLS unless the URL's scheme is "http", which stands for "ws".
    # § rfc6455-10.6-1. A URL with the scheme wss makes the connection use TLS.
    # § rfc6455-10.6-2. n/a: the page decides whether TLS is used, by the scheme of its URL.
    secure = url.scheme != "http"
    # 6. Open a connection as RFC 6455 requires, in line behind others to the same address.
    client = request.client
    limits, tls = client.limits, client.tls if secure else None
    history = history_of(client)
    proxy = None if client.proxies is None else client.proxies.proxy_for(url, port)
    try:
        if proxy is not None:
            # Most programs use no proxy, so the code for proxies is imported only on demand.
            from whatwg_websockets.tunnels.open_through_a_proxy import open_through_a_proxy

            return await open_through_a_proxy(proxy, host, port, tls, client)
        addresses = await resolve_an_origin(host, port, limits.handshake_timeout)
        connection = await open_the_connection(host, addresses, tls, limits, history)
    except NotConnected as failure:
        # § rfc6455-4.1-12. If no connection could be opened, return failure, which makes Fetch
        #   return a network error and the opening handshake fail.
        return failure.cause.after(f"{url.host}:{port} could not be connected to: ")
    # 7. Return the connection, or failure if no connection could be opened.
    return connection
