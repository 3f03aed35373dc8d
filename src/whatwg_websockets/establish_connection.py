"""2.2 Opening handshake: establish a WebSocket connection."""

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
    """Begin the opening handshake; it goes on in parallel.

    Args:
        url: where to, with the scheme ws or wss.
        protocols: the subprotocols to offer.
        client: the environment settings object that asks.
        connection: what is to be established or failed.
        target_address_space: the address space that the server has to be in, if any.

    Source: https://websockets.spec.whatwg.org/#concept-websocket-establish
    """
    # 1. Fetch knows HTTP's schemes.
    request_url = url.with_scheme("http" if url.scheme == "ws" else "https")
    # 2. No service worker, no referrer, no cache, no redirect; credentials go along.
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
    # 3. HTTP is asked to give way to WebSocket,
    # § rfc6455-4.1-23. The Upgrade field
    # § rfc6455-4.1-24. names websocket.
    request.header_list.append(b"Upgrade", b"websocket")
    # 4. on this connection.
    # § rfc6455-4.1-25. The Connection field
    # § rfc6455-4.1-26. has the token Upgrade.
    request.header_list.append(b"Connection", b"Upgrade")
    # 5. Only a server that speaks WebSocket can answer this fittingly.
    # § rfc6455-4.1-29. Each socket draws its own key. Fetch clones the request that answers a 401
    #   or a 421, so the connection of the clone has the same key.
    key_value = make_nonce()
    # 6. It goes into the request.
    # § rfc6455-4.1-27. The key has a field,
    # § rfc6455-11.3.1-1. and has it once.
    request.header_list.append(b"Sec-WebSocket-Key", key_value)
    # 7. The version of RFC 6455.
    # § rfc6455-4.1-31. The version has a field,
    # § rfc6455-4.1-32. it is 13,
    # § rfc6455-11.3.5-1. and is said once.
    request.header_list.append(b"Sec-WebSocket-Version", b"13")
    # 8. All subprotocols go into one header.
    for protocol in protocols:
        request.header_list.combine(b"Sec-WebSocket-Protocol", protocol.encode("ascii"))
    # 9. Compression, with any window that the server likes for us.
    permessage_deflate = OFFER
    # 10. It is offered; the server chooses.
    # § rfc6455-5.8-1. Here and nowhere else is an extension agreed on.
    # § rfc7692-5-1. The offer names it.
    request.header_list.append(b"Sec-WebSocket-Extensions", permessage_deflate)

    def process_response(response: Response) -> None:
        try:
            process_the_response(response, key_value, protocols, connection)
        except Failure as failure:
            # § rfc6455-7.2.1-1. Whatever was wrong, it ends in the same way.
            connection.fail(failure.code, failure.why, failure.kind)
            if response.connection is not None:
                response.connection.stream.abort()
        finally:
            # Whichever way it ended, the connection is in CONNECTING no more.
            if response.connection is not None:
                response.connection.place.leave()

    # 11. Fetch it.
    # § rfc6455-4.1-1. It connects, sends the request, and reads the answer.
    controller = fetch(request, obtain_a_websocket_connection, process_response)
    connection.abandon_the_handshake = controller.terminate


@algorithm("concept-websocket-establish", "establish a WebSocket connection: processResponse")
def process_the_response(
    response: Response, key: bytes, protocols: list[str], connection: WebSocketConnection
) -> None:
    """Establish the connection, if the response is what a WebSocket server answers.

    Raises:
        Failure: it is not.
    """
    # 11.1. Nothing but a switch of protocols will do; a redirect, above all, is not followed.
    if response.is_network_error:
        raise Failure(PROTOCOL_ERROR, response.why, response.kind)
    # § rfc6455-4.1-43. Fetch has answered a 401 with credentials, where it could.
    # § rfc6455-4.1-44. A redirect is not followed, as Fetch has it for a WebSocket.
    if response.status != 101:
        more = f"; {response.why}" if response.why else ""
        why = f"the server answered with status {response.status_in_words}{more}"
        raise Failure(PROTOCOL_ERROR, why, "status")
    # 11.2. Where subprotocols were asked for, one has to be chosen.
    chosen = b",".join(response.header_list.values(b"Sec-WebSocket-Protocol"))
    if protocols and not chosen:
        raise Failure(PROTOCOL_ERROR, "the server chose none of the subprotocols")
    # 11.3. The rest is as RFC 6455 has it.
    # § rfc6455-4.1-36. Nothing is established before that.
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
    # § rfc6455-9.1-5. What the server did not name is not in use.
    # § rfc6455-9.1-6. One extension is offered, so there is only one order to apply.
    parameters = parameters_in_use(extensions)
    named = response.header_list.values(b"Sec-WebSocket-Extensions")
    assert dialled is not None
    # § rfc7692-5-6. Both directions go by the server's parameters from here on.
    connection.establish(
        dialled.stream,
        extensions=named[0].decode("latin-1") if named else "",
        protocol=protocol,
        deflater=MessageDeflater(parameters, connection.let_rest) if parameters else None,
        inflater=MessageInflater(parameters) if parameters else None,
    )
