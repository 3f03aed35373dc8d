"""The conversion of Python values to a union type of Web IDL.

Source: https://webidl.spec.whatwg.org/#js-union
"""

from collections.abc import Iterable, Mapping

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.webidl.conversions import to_dom_string
from whatwg_websockets.webidl.sequence import create_sequence


@algorithm("js-to-union", "convert a JavaScript value to union")
def to_dom_string_or_sequence(value: object) -> str | list[str]:
    """Convert a value to ``(DOMString or sequence<DOMString>)``.

    A mapping stands for an object of JavaScript without an iterator, so it is converted to a string
    rather than to the sequence of its keys.

    Source: https://webidl.spec.whatwg.org/#js-to-union
    """
    # 1. `(DOMString or sequence<DOMString>)` does not include undefined.
    # 2. `(DOMString or sequence<DOMString>)` does not include a nullable type.
    # 3. The flattened member types of the union are DOMString and `sequence<DOMString>`.
    # 4. `(DOMString or sequence<DOMString>)` does not include a dictionary, to which null or
    #   undefined would be converted.
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
        return create_sequence(value, to_dom_string)
    # 11.3. `(DOMString or sequence<DOMString>)` does not include a frozen array.
    # 11.4. `(DOMString or sequence<DOMString>)` does not include a dictionary that an object would
    #   be converted to.
    # 11.5. `(DOMString or sequence<DOMString>)` does not include a record.
    # 11.6. `(DOMString or sequence<DOMString>)` does not include a callback interface.
    # 11.7. `(DOMString or sequence<DOMString>)` does not include object.
    # 12. `(DOMString or sequence<DOMString>)` does not include boolean, which True and False would
    #   be converted to.
    # 13. `(DOMString or sequence<DOMString>)` does not include a numeric type that a number would
    #   be converted to.
    # 14. `(DOMString or sequence<DOMString>)` does not include bigint, to which a BigInt would be
    #   converted.
    # 15. Convert each value that is not a sequence to a DOMString.
    # 16. `(DOMString or sequence<DOMString>)` includes neither a numeric type nor bigint.
    # 17. `(DOMString or sequence<DOMString>)` does not include a numeric type that a value of any
    #     type could be converted to.
    # 18. `(DOMString or sequence<DOMString>)` does not include boolean, which a value of any type
    #     could be converted to.
    # 19. `(DOMString or sequence<DOMString>)` does not include bigint, which a value of any type
    #     could be converted to.
    # 20. A union with DOMString accepts every value, so no TypeError is raised.
    return to_dom_string(value)
