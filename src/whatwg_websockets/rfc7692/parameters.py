"""Negotiating permessage-deflate, RFC 7692 section 7.1."""

from dataclasses import dataclass

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.rfc6455.close_code import PROTOCOL_ERROR
from whatwg_websockets.rfc6455.extension import Extension
from whatwg_websockets.rfc6455.failure import Failure

# § rfc6455-9.1-3. The name permessage-deflate is registered with IANA.
NAME = "permessage-deflate"

# The offer of this client: the server may limit the window of this client, and both sides may take
# over their contexts.
# § rfc6455-9.1-4. RFC 7692 defines the offered parameter, client_max_window_bits.
# § rfc7692-5-2. The offer has no server_max_window_bits, so the server's window may be the largest.
# § rfc7692-7.1.2.1-1. The offer has no server_max_window_bits whose value could be invalid.
# § rfc7692-7.1.2.2-1. The offer has client_max_window_bits without a value.
# § rfc7692-7.3-1. The offer does not request a window smaller than the default.
OFFER = b"permessage-deflate; client_max_window_bits"

MAXIMUM_WINDOW_BITS = 15


@dataclass(frozen=True, slots=True)
class Parameters:
    """The negotiated parameters of permessage-deflate.

    Attributes:
        server_no_context_takeover: whether the server compresses each message without the context
            of the message before (7.1.1.1).
        client_no_context_takeover: whether this client does so (7.1.1.2).
        server_max_window_bits: the base-2 logarithm of the server's window in bytes, from 8 to 15
            (7.1.2.1).
        client_max_window_bits: the base-2 logarithm of this client's window in bytes, from 8 to 15
            (7.1.2.2).
    """

    server_no_context_takeover: bool = False
    client_no_context_takeover: bool = False
    server_max_window_bits: int = MAXIMUM_WINDOW_BITS
    client_max_window_bits: int = MAXIMUM_WINDOW_BITS


@algorithm("rfc7692#section-7.1", "negotiate permessage-deflate")
def parameters_in_use(extensions: list[Extension]) -> Parameters | None:
    """Return the parameters that the server accepted, or None if it declined permessage-deflate.

    Args:
        extensions: the extensions of the response, each of which is permessage-deflate.

    Raises:
        Failure: the response accepts permessage-deflate twice, or with a parameter that is unknown,
            repeated or out of range.

    Source: RFC 7692 sections 5.1, 7.1
    """
    if not extensions:
        return None
    if len(extensions) > 1:
        # § rfc7692-5-3. A response with two extensions that use RSV1 fails the connection.
        raise Failure(PROTOCOL_ERROR, "the response accepts permessage-deflate twice")
    values: dict[str, bool | int] = {}
    for name, value in extensions[0].parameters:
        if name in values:
            # § rfc7692-7-1. A response that repeats a parameter fails the connection.
            raise Failure(PROTOCOL_ERROR, f"the response repeats {name}")
        values[name] = _read(name, value)
    return Parameters(**values)  # type: ignore[arg-type]


def _read(name: str, value: str | None) -> bool | int:
    match name:
        # § rfc7692-7.1.1.2-1. A server may require with client_no_context_takeover that this client
        #   compresses without the context of earlier messages.
        case "server_no_context_takeover" | "client_no_context_takeover" if value is None:
            return True
        case "server_max_window_bits" | "client_max_window_bits" if value in _WINDOW_BITS:
            return int(value)
    shown = name if value is None else f"{name}={value}"
    # § rfc7692-7-1. A response with a parameter that is unknown or invalid fails the connection.
    # § rfc6455-9-1. The parameters of permessage-deflate are checked as RFC 7692 requires.
    raise Failure(PROTOCOL_ERROR, f"permessage-deflate has the parameter {shown}")


_WINDOW_BITS = frozenset(str(bits) for bits in range(8, MAXIMUM_WINDOW_BITS + 1))
