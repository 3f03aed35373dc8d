"""The constructor's second argument: subprotocols, or a dictionary that has them.

By the standard it is a string or a sequence of strings. Pull request 76 of whatwg/websockets adds a
dictionary, which is taken where the settings say so.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final, Literal, TypeAlias, TypedDict

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.webidl.conversions import is_object, to_dom_string, to_enumeration
from whatwg_websockets.webidl.dictionary import Dictionary, Member
from whatwg_websockets.webidl.messages import shown
from whatwg_websockets.webidl.missing import MISSING

IPAddressSpace: TypeAlias = Literal["public", "local", "loopback"]
"""Of whom an address is: of the internet, of the network around, of this machine.

Source: https://wicg.github.io/local-network-access/#enumdef-ipaddressspace
"""

ADDRESS_SPACES: Final[tuple[IPAddressSpace, ...]] = ("public", "local", "loopback")


class WebSocketInit(TypedDict, total=False):
    """What a constructor may be given in place of subprotocols, as type checkers know it.

    Source: https://github.com/whatwg/websockets/pull/76
    """

    protocols: Iterable[str]
    targetAddressSpace: IPAddressSpace


def _to_sequence(value: object) -> list[str]:
    """Convert to ``sequence<DOMString>``, which a string is not, nor a mapping."""
    if isinstance(value, str | Mapping) or not isinstance(value, Iterable):
        raise TypeError(f"protocols are a list of strings, not {shown(value)}")
    return _to_sequence_of_dom_strings(value)


def _to_address_space(value: object) -> Any:
    return to_enumeration(value, "IPAddressSpace", ADDRESS_SPACES)


WEB_SOCKET_INIT: Final = Dictionary(
    "WebSocketInit",
    {"protocols": Member(_to_sequence), "targetAddressSpace": Member(_to_address_space)},
)
"""The members of WebSocketInit, and how they are converted."""


def to_protocols_or_init(value: object) -> tuple[str | list[str], IPAddressSpace | None]:
    """Convert to ``(DOMString or sequence<DOMString> or WebSocketInit)``.

    Web IDL takes for a dictionary what is left out or None, and each object that nobody can iterate
    over. In Python a mapping is one as well.

    Returns:
        The subprotocols, and the address space in which the server has to be, if one is named.

    Raises:
        TypeError: a member has no value of its type.
    """
    is_iterable = isinstance(value, Iterable) and not isinstance(value, Mapping)
    if value is MISSING or value is None or (is_object(value) and not is_iterable):
        init = WEB_SOCKET_INIT.convert(value, {})
        return init.get("protocols", []), init.get("targetAddressSpace")
    return to_protocols(value), None


@algorithm("js-to-union", "convert a JavaScript value to union")
def to_protocols(value: object) -> str | list[str]:
    """Convert to ``(DOMString or sequence<DOMString>)``, left out for an empty sequence.

    A mapping is what an object without an iterator is in JavaScript, and no sequence of its keys.

    Source: https://webidl.spec.whatwg.org/#js-to-union
    """
    if value is MISSING:
        return []
    # 1. The union does not include undefined.
    # 2. The union does not include a nullable type.
    # 3. The member types are DOMString and a sequence of DOMStrings.
    # 4. The union does not include a dictionary.
    # 5. The union does not include an interface.
    # 6. The union does not include ArrayBuffer.
    # 7. The union does not include SharedArrayBuffer.
    # 8. The union does not include DataView.
    # 9. The union does not include a typed array.
    # 10. The union does not include a callback function.
    # 11. An object may be a sequence.
    # 11.1. The union does not include an async sequence.
    # 11.2. What can be iterated over, and is neither a string nor a mapping, is a sequence.
    if isinstance(value, Iterable) and not isinstance(value, str | Mapping):
        return _to_sequence_of_dom_strings(value)
    # 11.3. The union does not include a frozen array.
    # 11.4. The union does not include a dictionary.
    # 11.5. The union does not include a record.
    # 11.6. The union does not include a callback interface.
    # 11.7. The union does not include object.
    # 12. The union does not include boolean.
    # 13. The union does not include a number.
    # 14. The union does not include bigint.
    # 15. Every other value is converted to a DOMString.
    # 16. The union includes neither a number nor bigint.
    # 17. The union does not include a number.
    # 18. The union does not include boolean.
    # 19. The union does not include bigint.
    # 20. The union includes a string, so no value is refused.
    return to_dom_string(value)


@algorithm("create-sequence-from-iterable", "create sequence from iterable")
def _to_sequence_of_dom_strings(iterable: Iterable[object]) -> list[str]:
    """Convert what can be iterated over to ``sequence<DOMString>``.

    Source: https://webidl.spec.whatwg.org/#create-sequence-from-iterable
    """
    # 1. Python's own iteration asks for the iterator.
    # 2. The list is empty at first.
    # 3. The iteration goes on until the iterator is done.
    # 3.1. Python asks the iterator for the next value.
    # 3.2. When the iterator is done, the list is the sequence.
    # 3.3. Each value is converted to a DOMString.
    # 3.4. The list knows how long it is.
    return [to_dom_string(each) for each in iterable]
