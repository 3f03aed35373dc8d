"""HTTP-network fetch, section 4.7 of the Fetch Standard: a connection, and HTTP/1.1 on it."""

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
"""Obtains a connection for a request, or returns why there is not one."""


@algorithm("concept-http-network-fetch", "HTTP-network fetch")
async def http_network_fetch(request: Request, obtain: Obtain) -> Response:
    """Send the request and return the response with its headers.

    Source: https://fetch.spec.whatwg.org/#concept-http-network-fetch
    """
    # 1. Take the request, which is passed in place of the fetch params.
    # 2. n/a: a program has no user who could switch the program to offline mode.
    # 3. Let the response be null, until the server has sent one.
    # 4. n/a: only a document can read timing, so no timing info is filled in.
    # 5. Determine no network partition key, since a WebSocket does not share its connection.
    # 6. Obtain a new connection, since a WebSocket never reuses a connection.
    # 7. Obtain a WebSocket connection for the request.
    connection = await obtain(request)
    # 8. Fetch until the fetch is canceled, which cancels this coroutine.
    # 8.1. Return a network error if the connection could not be established.
    if isinstance(connection, str):
        return network_error(connection, getattr(connection, "kind", "no connection"))
    if request.target_ip_address_space is not None:
        why = _why_not_in_the_target_address_space(request, connection)
        if why:
            connection.abort()
            return network_error(why, "address space")
    # 8.2. n/a: only a document can read timing, so no connection timing is recorded.
    # 8.3. A WebSocket's request has no body, so no header field about the transfer of a body is
    #      sent.
    # 8.4. n/a: only a document can read timing, so no start of the request is recorded.
    # 8.5. Send the request, and read responses up to a 101 response or the first with a status
    #      other than 1xx.
    try:
        head = await _make_an_http_request(connection.stream, request)
    except HttpFailure as failure:
        connection.abort()
        return network_error(failure.why, failure.kind)
    except BaseException:
        # 9. Abort the connection if the fetch is canceled.
        # 9.1. not built: the connection never uses HTTP/2, so no RST_STREAM frame is sent.
        connection.abort()
        # 9.2. Make no network error, since the canceled fetch returns no response.
        raise
    # 10-15. n/a: a page cannot read the bytes after a 101 response, which belong to the WebSocket,
    #        so no body is set up.
    # 16. n/a: a program has no WebDriver, which would be notified of the response.
    response = Response(
        status=head.status,
        status_message=head.reason,
        header_list=HeaderList(head.headers),
        connection=connection,
    )
    # 17. If the credentials mode is "include", parse and store the cookies of the response,
    #     whatever its status is.
    if request.credentials_mode == "include":
        try:
            parse_and_store_response_set_cookie_headers(request, response)
        except BaseException:
            # A cookie store of the program's own raised, so the connection has no owner.
            connection.abort()
            raise
    # 18. n/a: a page cannot read the bytes after a 101 response, which belong to the WebSocket, so
    #     no body is read.
    # 19. Return the response, which holds its connection.
    if request.client.hsts is not None:
        # The module is imported here, since settings without an HSTS list do not need it.
        from whatwg_websockets.fetch.known_hsts_hosts import note_what_a_response_says

        note_what_a_response_says(request, response, request.client.hsts)
    return response


def _why_not_in_the_target_address_space(request: Request, connection: Dialled) -> str:
    """Return why a connection is not in the address space that the request names; "" if it is."""
    from whatwg_websockets.fetch import local_network_access

    address = connection.stream.tcp_transport.get_extra_info("peername")[0]
    return local_network_access.why_not_in_the_target_address_space(request, address)


async def _make_an_http_request(stream: HandshakeStream, request: Request) -> ResponseHead:
    """Write the request and read the head of the response.

    Raises:
        HttpFailure: no response came, or a message that is not HTTP was to be sent or was received.
    """
    limits = request.client.limits
    # § rfc6455-4.1-18. Send a valid HTTP request, or fail before anything is written.
    # § rfc6455-4.1-19. Send GET as the method of the opening handshake.
    # § rfc6455-4.1-20. Send HTTP/1.1 as the version of the request.
    # § rfc6455-4.1-21. Send the path and the query of the URL as the request target.
    message = request_head(b"GET", resource_name(request), request.header_list.headers)
    # § rfc6455-4.1-17. Send the request as the first data over TCP, or over TLS if the scheme is
    #   https.
    stream.write(message)
    stream.limit_reading_to(limits.handshake_timeout)
    reader = ResponseReader(limits.handshake_size)
    while True:
        head = reader.next_head()
        if head is None:
            # § rfc6455-4.1-35. Send no more data before the response has arrived.
            reader.receive(await _read(stream, limits, reader))
        # § rfc9110-15.2-1. Skip any number of 1xx responses other than a 101 response.
        elif head.is_the_answer:
            stream.put_back(reader.rest)
            return head


async def _read(stream: HandshakeStream, limits: Limits, reader: ResponseReader) -> bytes:
    """Read some bytes of the answer.

    Raises:
        HttpFailure: the server sent no more bytes before the connection or the time ended.
    """
    try:
        received = await stream.read()
    except TimeIsUp:
        seconds = limits.handshake_timeout
        why = f"the answer took longer than handshake_timeout ({seconds:g} s)"
        raise HttpFailure("timed out", why) from None
    except OSError as error:
        # In TLS 1.3 a server refuses a client's certificate after the client's handshake has ended.
        if isinstance(error, ssl.SSLError) and not isinstance(error, ssl.SSLEOFError):
            raise HttpFailure("tls", in_words(error)) from error
        how = str(error) or type(error).__name__
        why = f"the connection was lost before the server had answered: {how}"
        raise HttpFailure("lost", why) from error
    if not received:
        # § rfc9112-8-1. If the header section of the response is not complete, treat the response
        #   as a failure.
        before = "the end of its answer" if reader.has_received else "it answered"
        raise HttpFailure("lost", f"the server closed the connection before {before}")
    return received
