"""HTTP-network fetch, section 4.7 of the Fetch Standard: a connection, and HTTP/1.1 over it."""

import asyncio
from collections.abc import Awaitable, Callable

import h11

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.fetch.header_list import HeaderList
from whatwg_websockets.fetch.request import Request
from whatwg_websockets.fetch.response import Response, network_error
from whatwg_websockets.network.dial import Dialled
from whatwg_websockets.network.handshake_stream import HandshakeStream

Obtain = Callable[[Request], Awaitable[Dialled | str]]
"""Obtains a connection for a request, or says why there is none."""

SWITCHING_PROTOCOLS = 101


@algorithm("concept-http-network-fetch", "HTTP-network fetch")
async def http_network_fetch(request: Request, obtain: Obtain) -> Response:
    """Send the request and return the response, up to the end of its headers.

    Source: https://fetch.spec.whatwg.org/#concept-http-network-fetch
    """
    # 1. The request is what this is given.
    # 2. n/a: nobody can say that this program is offline.
    # 3. There is no response yet.
    # 4. n/a: nobody asks how long what took.
    # 5. n/a: a WebSocket's connection is shared with nothing, so no key says with what.
    # 6. n/a: likewise, it is always a new one.
    # 7. A WebSocket has a connection of its own.
    connection = await obtain(request)
    # 8. From here on the fetch may be cancelled, which ends this coroutine.
    # 8.1. Without a connection there is no answer.
    if isinstance(connection, str):
        return network_error(connection)
    # 8.2. n/a: nobody asks how long what took.
    # 8.3. n/a: the request has no body.
    # 8.4. n/a: as 8.2.
    # 8.5. The request is made; answers of 1xx are passed over, but for the 101.
    try:
        async with asyncio.timeout(request.client.limits.handshake_timeout):
            status, headers = await _make_an_http_request(connection.stream, request)
    except (OSError, h11.ProtocolError) as error:
        connection.abort()
        return network_error(str(error) or "the server took too long to answer")
    except BaseException:
        # 9. Cancelled: the connection goes, whatever has arrived.
        # 9.1. n/a: the connection is one of HTTP/1.1.
        connection.abort()
        # 9.2. Nobody waits for a response any more, so none is made.
        raise
    # 10. n/a: an answer that counts, the 101, has no body,
    # 11. n/a: so there is no stream of it,
    # 12. n/a: nothing is pulled from it
    # 13. n/a: or canceled,
    # 14. n/a: nothing is set up
    # 15. n/a: and nothing becomes a body.
    # 16. n/a: no debugger is told of bodies.
    # 17. n/a: the store of cookies, which is the program's, gives some and takes none.
    # 18. n/a: what follows the headers is no body, but the WebSocket's.
    # 19. It has its connection with it.
    return Response(status=status, header_list=headers, connection=connection)


async def _make_an_http_request(
    stream: HandshakeStream, request: Request
) -> tuple[int, HeaderList]:
    """Write the request and read the head of the response.

    Raises:
        OSError: the server ended the connection, or sent too much.
        h11.ProtocolError: what it sent is no HTTP.
    """
    http = h11.Connection(
        h11.CLIENT, max_incomplete_event_size=request.client.limits.handshake_size
    )
    # § rfc6455-4.1-21. The same path and query as in the URL.
    target = resource_name(request)
    # § rfc6455-4.1-18. h11 refuses to write what is no HTTP.
    # § rfc6455-4.1-19. The method is GET,
    # § rfc6455-4.1-20. and the version HTTP/1.1, as always with h11.
    message = h11.Request(method=b"GET", target=target, headers=request.header_list.headers)
    # § rfc6455-4.1-17. TCP is there, and TLS where it is asked for.
    stream.write(http.send(message) + http.send(h11.EndOfMessage()))
    left = request.client.limits.handshake_size
    while True:
        event = http.next_event()
        if event is h11.NEED_DATA:
            # § rfc6455-4.1-35. There is nothing to do but to wait.
            received = await stream.read()
            if not received:
                raise ConnectionResetError("the server left without an answer")
            left -= len(received)
            http.receive_data(received)
            continue
        assert isinstance(event, h11.InformationalResponse | h11.Response)
        if event.status_code == SWITCHING_PROTOCOLS or event.status_code >= 200:
            stream.put_back(http.trailing_data[0])
            return event.status_code, HeaderList(list(event.headers))
        if left <= 0:
            raise OSError("the server's answer is too long")


def resource_name(request: Request) -> bytes:
    """Return path and query of the URL, as the request names them.

    Source: RFC 6455 section 3
    """
    url = request.url
    # § rfc6455-3-2. A URL record keeps what is percent-encoded, and has no other number sign here.
    return (url.path if url.query is None else f"{url.path}?{url.query}").encode("ascii")
