"""Section 2.2 of the WebSockets Standard, the opening handshake."""

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.fetch.main_fetch import fetch
from whatwg_websockets.fetch.request import Request
from whatwg_websockets.fetch.response import Response
from whatwg_websockets.html.environment_settings import EnvironmentSettings
from whatwg_websockets.network.connection import WebSocketConnection
from whatwg_websockets.network.dial import Dialled
from whatwg_websockets.obtain_connection import obtain_a_websocket_connection
from whatwg_websockets.rfc6455.client_handshake import make_nonce, validate_the_response
from whatwg_websockets.rfc6455.close_code import PROTOCOL_ERROR
from whatwg_websockets.rfc6455.extension import Extension
from whatwg_websockets.rfc6455.failure import Failure
from whatwg_websockets.rfc7692.deflate import MessageDeflater
from whatwg_websockets.rfc7692.inflate import MessageInflater
from whatwg_websockets.rfc7692.parameters import NAME, OFFER, parameters_in_use
from whatwg_websockets.url.url_record import UrlRecord


@algorithm("concept-websocket-establish", "establish a WebSocket connection")
def establish_a_websocket_connection(
    url: UrlRecord,
    protocols: list[str],
    client: EnvironmentSettings,
    connection: WebSocketConnection,
    target_address_space: str | None = None,
) -> None:
    """Begin the opening handshake, which continues in parallel.

    Args:
        url: the URL to connect to, with the scheme ws or wss.
        protocols: the subprotocols to offer.
        client: the environment settings object of the request.
        connection: the connection that the handshake establishes or fails.
        target_address_space: the address space that the server's address has to be in, or None.

    Source: https://websockets.spec.whatwg.org/#concept-websocket-establish
    """
    # 1. Copy the URL with the scheme http for ws, or https for wss, for Fetch.
    request_url = url.with_scheme("http" if url.scheme == "ws" else "https")
    # 2. Create a request that uses no service worker, referrer or cache, follows no redirect, and
    #   carries credentials.
    request = Request(
        url=request_url,
        client=client,
        service_workers_mode="none",
        referrer="no-referrer",
        mode="websocket",
        credentials_mode="include",
        cache_mode="no-store",
        redirect_mode="error",
        target_ip_address_space=target_address_space,
    )
    # 3. Append the Upgrade header, which asks the server to switch to the WebSocket Protocol.
    # § rfc6455-4.1-23, -24. The request has an Upgrade header with the value websocket.
    request.header_list.append(b"Upgrade", b"websocket")
    # 4. Append the Connection header, by which the Upgrade header applies to the next hop only.
    # § rfc6455-4.1-25, -26. The request has a Connection header with the token Upgrade.
    request.header_list.append(b"Connection", b"Upgrade")
    # 5. Generate a random key, to which only a WebSocket server computes the correct answer.
    # § rfc6455-4.1-29. The key is drawn at random for each socket. If Fetch clones the request to
    #   answer a 401 or 421 response, the clone has the same key.
    key_value = make_nonce()
    # 6. Append the key as the Sec-WebSocket-Key header.
    # § rfc6455-4.1-27, rfc6455-11.3.1-1. The request has exactly one Sec-WebSocket-Key header.
    request.header_list.append(b"Sec-WebSocket-Key", key_value)
    # 7. Append the Sec-WebSocket-Version header with 13, the protocol version of RFC 6455.
    # § rfc6455-4.1-31, -32, rfc6455-11.3.5-1. The request has exactly one Sec-WebSocket-Version
    #   header, whose value is 13.
    request.header_list.append(b"Sec-WebSocket-Version", b"13")
    # 8. Combine all subprotocols into one Sec-WebSocket-Protocol header.
    for protocol in protocols:
        request.header_list.combine(b"Sec-WebSocket-Protocol", protocol.encode("ascii"))
    # 9. Offer permessage-deflate, and allow the server to limit the window of this client.
    permessage_deflate = OFFER
    # 10. Append the offer as the Sec-WebSocket-Extensions header.
    # § rfc6455-5.8-1. Extensions are negotiated in the opening handshake only.
    # § rfc7692-5-1. The Sec-WebSocket-Extensions header names the extension permessage-deflate.
    request.header_list.append(b"Sec-WebSocket-Extensions", permessage_deflate)

    def process_response(response: Response) -> None:
        try:
            process_the_response(response, key_value, protocols, connection)
        except Failure as failure:
            # § rfc6455-7.2.1-1. If the opening handshake fails for any reason, fail the connection.
            connection.fail(failure.code, failure.why, failure.kind)
            if response.connection is not None:
                response.connection.stream.abort()
        finally:
            # The connection is no longer in the CONNECTING state, so the next one in line may open.
            if response.connection is not None:
                response.connection.place.leave()

    # 11. Fetch the request, and process the response when it arrives.
    # § rfc6455-4.1-1. Fetch opens a connection, sends the handshake and reads the response.
    controller = fetch(request, obtain_a_websocket_connection, process_response)
    connection.abandon_the_handshake = controller.terminate


@algorithm("concept-websocket-establish", "establish a WebSocket connection: processResponse")
def process_the_response(
    response: Response, key: bytes, protocols: list[str], connection: WebSocketConnection
) -> None:
    """Establish the connection if the response is a valid answer to the opening handshake.

    Raises:
        Failure: the response is not a valid answer.
    """
    # 11.1. If the response is a network error or its status is not 101, fail the connection.
    if response.is_network_error:
        raise Failure(PROTOCOL_ERROR, response.why, response.kind)
    # § rfc6455-4.1-43. If Fetch has credentials, it has answered a 401 response with them.
    # § rfc6455-4.1-44. Fetch follows no redirect for a WebSocket, so a 3xx status is a failure.
    if response.status != 101:
        more = f"; {response.why}" if response.why else ""
        why = f"the server answered with status {response.status_in_words}{more}"
        raise Failure(PROTOCOL_ERROR, why, "status")
    # 11.2. If subprotocols were offered and the server chose none of them, fail the connection.
    chosen = b",".join(response.header_list.values(b"Sec-WebSocket-Protocol"))
    if protocols and not chosen:
        raise Failure(PROTOCOL_ERROR, "the server chose none of the offered subprotocols")
    # 11.3. Validate the server's response as RFC 6455 requires, and establish the connection.
    # § rfc6455-4.1-36. No data is sent until the server's response has been validated.
    extensions, protocol = validate_the_response(
        response.header_list.headers, key, [NAME], protocols
    )
    _begin(response.connection, extensions, protocol, connection, response)


def _begin(
    dialled: Dialled | None,
    extensions: list[Extension],
    protocol: str,
    connection: WebSocketConnection,
    response: Response,
) -> None:
    # § rfc6455-9.1-5. An extension that the server's response does not name is not in use.
    # § rfc6455-9.1-6. Only one extension is offered, so no order of extensions has to be followed.
    parameters = parameters_in_use(extensions)
    named = response.header_list.values(b"Sec-WebSocket-Extensions")
    assert dialled is not None
    # § rfc7692-5-6. Once established, a connection uses the parameters that the server accepted.
    connection.establish(
        dialled.stream,
        extensions=named[0].decode("latin-1") if named else "",
        protocol=protocol,
        deflater=MessageDeflater(parameters, connection.let_rest) if parameters else None,
        inflater=MessageInflater(parameters) if parameters else None,
    )
