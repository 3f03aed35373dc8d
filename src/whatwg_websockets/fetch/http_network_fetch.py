"""HTTP-network fetch, section 4.7 of the Fetch Standard: a connection, and HTTP/1.1 over it."""

import ssl
from collections.abc import Awaitable, Callable

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.fetch.cookie_headers import parse_and_store_response_set_cookie_headers
from whatwg_websockets.fetch.header_list import HeaderList
from whatwg_websockets.fetch.http1 import HttpFailure, ResponseHead, ResponseReader, request_head
from whatwg_websockets.fetch.request import Request, resource_name
from whatwg_websockets.fetch.response import Response, network_error
from whatwg_websockets.html.limits import Limits
from whatwg_websockets.network.dial import Dialled
from whatwg_websockets.network.handshake_stream import HandshakeStream, TimeIsUp
from whatwg_websockets.tls.errors import in_words

Obtain = Callable[[Request], Awaitable[Dialled | str]]
"""Obtains a connection for a request, or says why there is none."""


@algorithm("concept-http-network-fetch", "HTTP-network fetch")
async def http_network_fetch(request: Request, obtain: Obtain) -> Response:
    """Send the request and return the response, up to the end of its headers.

    Source: https://fetch.spec.whatwg.org/#concept-http-network-fetch
    """
    # 1. The request is what this is given.
    # 2. n/a: no user takes a program offline.
    # 3. There is no response yet.
    # 4. n/a: only a document may read how long what took.
    # 5. A WebSocket's connection is shared with nothing, so no key says with what.
    # 6. A WebSocket's connection is always a new one.
    # 7. A WebSocket has a connection of its own.
    connection = await obtain(request)
    # 8. From here on the fetch may be cancelled, which ends this coroutine.
    # 8.1. Without a connection there is no answer.
    if isinstance(connection, str):
        return network_error(connection, getattr(connection, "kind", "no connection"))
    if request.target_ip_address_space is not None:
        why = _why_not_in_the_target_address_space(request, connection)
        if why:
            connection.abort()
            return network_error(why, "address space")
    # 8.2. n/a: only a document may read how long what took.
    # 8.3. The request has no body, so none has to be sent.
    # 8.4. n/a: only a document may read how long what took.
    # 8.5. The request is made; answers of 1xx are passed over, but for the 101.
    try:
        head = await _make_an_http_request(connection.stream, request)
    except HttpFailure as failure:
        connection.abort()
        return network_error(failure.why, failure.kind)
    except BaseException:
        # 9. Cancelled: the connection goes, whatever has arrived.
        # 9.1. not built: a WebSocket is asked for over HTTP/1.1 only, so no RST_STREAM is sent.
        connection.abort()
        # 9.2. Nobody waits for a response any more, so none is made.
        raise
    # 10-15. n/a: what follows the 101 is the WebSocket's, and no body that a page could read.
    # 16. n/a: no WebDriver is told of responses.
    response = Response(
        status=head.status,
        status_message=head.reason,
        header_list=HeaderList(head.headers),
        connection=connection,
    )
    # 17. Cookies come with every response, a refusal too, before anybody looks at its status.
    if request.credentials_mode == "include":
        try:
            parse_and_store_response_set_cookie_headers(request, response)
        except BaseException:
            # A store of the program's own has raised, and nobody gets the connection.
            connection.abort()
            raise
    # 18. n/a: what follows the 101 is the WebSocket's, and no body that a page could read.
    # 19. The response has its connection with it.
    if request.client.hsts is not None:
        # Settings without a list are spared the time that it takes to import this.
        from whatwg_websockets.fetch.known_hsts_hosts import note_what_a_response_says

        note_what_a_response_says(request, response, request.client.hsts)
    return response


def _why_not_in_the_target_address_space(request: Request, connection: Dialled) -> str:
    """Tell why a connection leads out of the address space that the request names, or ""."""
    from whatwg_websockets.fetch import local_network_access

    address = connection.stream.tcp_transport.get_extra_info("peername")[0]
    return local_network_access.why_not_in_the_target_address_space(request, address)


async def _make_an_http_request(stream: HandshakeStream, request: Request) -> ResponseHead:
    """Write the request and read the head of the response.

    Raises:
        HttpFailure: no response came, or what was sent or received is no HTTP.
    """
    limits = request.client.limits
    # § rfc6455-4.1-18. What is no HTTP is refused instead of written.
    # § rfc6455-4.1-19. The method is GET.
    # § rfc6455-4.1-20. The version is HTTP/1.1, the only one that is written here.
    # § rfc6455-4.1-21. The target is the path and the query of the URL.
    message = request_head(b"GET", resource_name(request), request.header_list.headers)
    # § rfc6455-4.1-17. The request is the first that is written over TCP, or over TLS.
    stream.write(message)
    stream.limit_reading_to(limits.handshake_timeout)
    reader = ResponseReader(limits.handshake_size)
    while True:
        head = reader.next_head()
        if head is None:
            # § rfc6455-4.1-35. Nothing more is sent before the response is there.
            reader.receive(await _read(stream, limits, reader))
        # § rfc9110-15.2-1. Any number of 1xx responses may come before the one that counts.
        elif head.is_the_answer:
            stream.put_back(reader.rest)
            return head


async def _read(stream: HandshakeStream, limits: Limits, reader: ResponseReader) -> bytes:
    """Read some bytes of the answer.

    Raises:
        HttpFailure: none came.
    """
    try:
        received = await stream.read()
    except TimeIsUp:
        seconds = limits.handshake_timeout
        why = f"the answer took longer than handshake_timeout ({seconds:g} s)"
        raise HttpFailure("timed out", why) from None
    except OSError as error:
        # In TLS 1.3 a server looks at a client's certificate when TLS is there for the client.
        if isinstance(error, ssl.SSLError) and not isinstance(error, ssl.SSLEOFError):
            raise HttpFailure("tls", in_words(error)) from error
        how = str(error) or type(error).__name__
        why = f"the connection was lost before the server had answered: {how}"
        raise HttpFailure("lost", why) from error
    if not received:
        # § rfc9112-8-1. A head that is not whole says nothing that could be relied on.
        before = "the end of its answer" if reader.has_received else "it answered"
        raise HttpFailure("lost", f"the server closed the connection before {before}")
    return received
