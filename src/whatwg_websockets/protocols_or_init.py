"""The constructor's second argument: subprotocols, or a dictionary that has them.

In the standard the argument is a string or a sequence of strings. Pull request 76 of
whatwg/websockets adds a dictionary, which is accepted where the settings allow it.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final, Literal, TypeAlias, TypedDict

from whatwg_websockets.webidl.conversions import is_object, to_dom_string, to_enumeration
from whatwg_websockets.webidl.dictionary import Dictionary, Member
from whatwg_websockets.webidl.missing import MISSING
from whatwg_websockets.webidl.sequence import to_sequence
from whatwg_websockets.webidl.union import to_dom_string_or_sequence

IPAddressSpace: TypeAlias = Literal["public", "local", "loopback"]
"""The address space of a server: the internet, the local network, or this machine.

Source: https://wicg.github.io/local-network-access/#enumdef-ipaddressspace
"""

ADDRESS_SPACES: Final[tuple[IPAddressSpace, ...]] = ("public", "local", "loopback")


class WebSocketInit(TypedDict, total=False):
    """What the constructor accepts in place of subprotocols, as type checkers see it.

    Source: https://github.com/whatwg/websockets/pull/76
    """

    protocols: Iterable[str]
    targetAddressSpace: IPAddressSpace


def _to_sequence(value: object) -> list[str]:
    """Convert a value to ``sequence<DOMString>``."""
    return to_sequence(value, to_dom_string, "protocols must be a list of strings")


def _to_address_space(value: object) -> Any:
    return to_enumeration(value, "IPAddressSpace", ADDRESS_SPACES)


WEB_SOCKET_INIT: Final = Dictionary(
    "WebSocketInit",
    {"protocols": Member(_to_sequence), "targetAddressSpace": Member(_to_address_space)},
)
"""The members of WebSocketInit, each with its conversion."""


def to_protocols_or_init(value: object) -> tuple[str | list[str], IPAddressSpace | None]:
    """Convert to ``(DOMString or sequence<DOMString> or WebSocketInit)``.

    Web IDL converts to the dictionary what is left out, null, and each object that cannot be
    iterated over. In Python a mapping is converted to the dictionary, too.

    Returns:
        The subprotocols, and the address space in which the server has to be, or None.

    Raises:
        TypeError: a member does not have a value of its type.
    """
    is_iterable = isinstance(value, Iterable) and not isinstance(value, Mapping)
    if value is MISSING or value is None or (is_object(value) and not is_iterable):
        init = WEB_SOCKET_INIT.convert(value, {})
        return init.get("protocols", []), init.get("targetAddressSpace")
    return to_protocols(value), None


def to_protocols(value: object) -> str | list[str]:
    """Convert to ``(DOMString or sequence<DOMString>)``; an argument left out is an empty sequence.

    Source: https://websockets.spec.whatwg.org/#dom-websocket-websocket
    """
    return [] if value is MISSING else to_dom_string_or_sequence(value)
