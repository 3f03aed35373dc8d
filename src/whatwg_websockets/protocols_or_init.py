"""The constructor's second argument: subprotocols, or a dictionary that has them.

In the standard the argument is a string or a sequence of strings. Pull request 76 of
whatwg/websockets adds a dictionary, which is accepted where the settings allow it.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final, Literal, TypeAlias, TypedDict

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.webidl.conversions import is_object, to_dom_string, to_enumeration
from whatwg_websockets.webidl.dictionary import Dictionary, Member
from whatwg_websockets.webidl.messages import shown
from whatwg_websockets.webidl.missing import MISSING

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
    """Convert a value to ``sequence<DOMString>``. Neither a string nor a mapping is a sequence."""
    if isinstance(value, str | Mapping) or not isinstance(value, Iterable):
        raise TypeError(f"protocols must be a list of strings, not {shown(value)}")
    return _to_sequence_of_dom_strings(value)


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


@algorithm("js-to-union", "convert a JavaScript value to union")
def to_protocols(value: object) -> str | list[str]:
    """Convert to ``(DOMString or sequence<DOMString>)``; an argument left out is an empty sequence.

    A mapping stands for an object of JavaScript without an iterator, so it is converted to a string
    rather than to the sequence of its keys.

    Source: https://webidl.spec.whatwg.org/#js-to-union
    """
    if value is MISSING:
        return []
    # 1. `(DOMString or sequence<DOMString>)` does not include undefined.
    # 2. `(DOMString or sequence<DOMString>)` does not include a nullable type.
    # 3. The flattened member types of the union are DOMString and `sequence<DOMString>`.
    # 4. `(DOMString or sequence<DOMString>)` does not include a dictionary for null or undefined.
    # 5. `(DOMString or sequence<DOMString>)` does not include an interface type.
    # 6. `(DOMString or sequence<DOMString>)` does not include ArrayBuffer.
    # 7. `(DOMString or sequence<DOMString>)` does not include SharedArrayBuffer.
    # 8. `(DOMString or sequence<DOMString>)` does not include DataView.
    # 9. `(DOMString or sequence<DOMString>)` does not include a typed array.
    # 10. `(DOMString or sequence<DOMString>)` does not include a callback function.
    # 11. Test whether a value that is an object is a sequence.
    # 11.1. `(DOMString or sequence<DOMString>)` does not include an async sequence.
    # 11.2. Convert an iterable to `sequence<DOMString>`, unless it is a string or a mapping.
    if isinstance(value, Iterable) and not isinstance(value, str | Mapping):
        return _to_sequence_of_dom_strings(value)
    # 11.3. `(DOMString or sequence<DOMString>)` does not include a frozen array.
    # 11.4. `(DOMString or sequence<DOMString>)` does not include a dictionary for objects.
    # 11.5. `(DOMString or sequence<DOMString>)` does not include a record.
    # 11.6. `(DOMString or sequence<DOMString>)` does not include a callback interface.
    # 11.7. `(DOMString or sequence<DOMString>)` does not include object.
    # 12. `(DOMString or sequence<DOMString>)` does not include boolean for True and False.
    # 13. `(DOMString or sequence<DOMString>)` does not include a numeric type for numbers.
    # 14. `(DOMString or sequence<DOMString>)` does not include bigint for BigInts.
    # 15. Convert each value that is not a sequence to a DOMString.
    # 16. `(DOMString or sequence<DOMString>)` includes neither a numeric type nor bigint.
    # 17. `(DOMString or sequence<DOMString>)` does not include a numeric type that any other value
    #     would be converted to.
    # 18. `(DOMString or sequence<DOMString>)` does not include boolean, which any other value would
    #     be converted to.
    # 19. `(DOMString or sequence<DOMString>)` does not include bigint, which any other value would
    #     be converted to.
    # 20. A union with DOMString accepts every value, so no TypeError is raised.
    return to_dom_string(value)


@algorithm("create-sequence-from-iterable", "create sequence from iterable")
def _to_sequence_of_dom_strings(iterable: Iterable[object]) -> list[str]:
    """Convert an iterable to ``sequence<DOMString>``.

    Source: https://webidl.spec.whatwg.org/#create-sequence-from-iterable
    """
    # 1. Python's iteration gets the iterator of the iterable.
    # 2. Begin with an empty list of strings.
    # 3. Iterate until the iterator is done.
    # 3.1. Python's iteration gets the next value from the iterator.
    # 3.2. Return the list of strings once the iterator is done.
    # 3.3. Convert each value of the iterator to a DOMString.
    # 3.4. A Python list counts its elements, so no index is incremented.
    return [to_dom_string(each) for each in iterable]
