"""Negotiating permessage-deflate, RFC 7692 section 7.1."""

from dataclasses import dataclass

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.rfc6455.close_code import PROTOCOL_ERROR
from whatwg_websockets.rfc6455.extension import Extension
from whatwg_websockets.rfc6455.failure import Failure

# § rfc6455-9.1-3. It is registered.
NAME = "permessage-deflate"

# What this client offers: any window of the server's choice for itself, both takeovers.
# § rfc6455-9.1-4. RFC 7692 defines this parameter.
# § rfc7692-5-2. Nothing is said of the server's window: it may be the largest.
# § rfc7692-7.1.2.1-1. The offer has no server_max_window_bits whose value could be wrong.
# § rfc7692-7.1.2.2-1. The offer has client_max_window_bits without a value.
# § rfc7692-7.3-1. No smaller window is asked for.
OFFER = b"permessage-deflate; client_max_window_bits"

MAXIMUM_WINDOW_BITS = 15


@dataclass(frozen=True, slots=True)
class Parameters:
    """The parameters that both sides agreed on.

    Attributes:
        server_no_context_takeover: the server compresses each message by itself (7.1.1.1).
        client_no_context_takeover: we do (7.1.1.2).
        server_max_window_bits: the server's window is 2 to the power of this, 8 to 15 (7.1.2.1).
        client_max_window_bits: ours (7.1.2.2).
    """

    server_no_context_takeover: bool = False
    client_no_context_takeover: bool = False
    server_max_window_bits: int = MAXIMUM_WINDOW_BITS
    client_max_window_bits: int = MAXIMUM_WINDOW_BITS


@algorithm("rfc7692#section-7.1", "negotiate permessage-deflate")
def parameters_in_use(extensions: list[Extension]) -> Parameters | None:
    """Return what the server's answer says of permessage-deflate, None where it declined.

    Args:
        extensions: the extensions of the response, each of them permessage-deflate.

    Raises:
        Failure: it is there twice, or has a parameter that is unknown, repeated or out of range.

    Source: RFC 7692 sections 5.1, 7.1
    """
    if not extensions:
        return None
    if len(extensions) > 1:
        # § rfc7692-5-3. Both would want RSV1.
        raise Failure(PROTOCOL_ERROR, "the response accepts permessage-deflate twice")
    values: dict[str, bool | int] = {}
    for name, value in extensions[0].parameters:
        if name in values:
            # § rfc7692-7-1. Nobody could say which of the two counts.
            raise Failure(PROTOCOL_ERROR, f"the response repeats {name}")
        values[name] = _read(name, value)
    return Parameters(**values)  # type: ignore[arg-type]


def _read(name: str, value: str | None) -> bool | int:
    match name:
        # § rfc7692-7.1.1.2-1. Both sides' contexts can be done without.
        case "server_no_context_takeover" | "client_no_context_takeover" if value is None:
            return True
        case "server_max_window_bits" | "client_max_window_bits" if value in _WINDOW_BITS:
            return int(value)
    shown = name if value is None else f"{name}={value}"
    # § rfc7692-7-1. Unknown or invalid; all that is left can be supported.
    # § rfc6455-9-1. RFC 7692 says which values there are.
    raise Failure(PROTOCOL_ERROR, f"permessage-deflate has the parameter {shown}")


_WINDOW_BITS = frozenset(str(bits) for bits in range(8, MAXIMUM_WINDOW_BITS + 1))
