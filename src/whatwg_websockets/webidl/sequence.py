"""Conversions of Python values to the sequence types of Web IDL.

Source: https://webidl.spec.whatwg.org/#js-sequence
"""

from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.webidl.messages import shown

Element = TypeVar("Element")


def to_sequence(value: object, convert: Callable[[object], Element], wanted: str) -> list[Element]:
    """Convert a value to a sequence type. Neither a string nor a mapping is a sequence.

    Args:
        value: the value to convert.
        convert: takes one element and returns a value of the type of the sequence's elements.
        wanted: the beginning of the error message, "protocols must be a list of strings".

    Raises:
        TypeError: the value is a string or a mapping, or cannot be iterated over.

    Source: https://webidl.spec.whatwg.org/#js-to-sequence
    """
    if isinstance(value, str | Mapping) or not isinstance(value, Iterable):
        raise TypeError(f"{wanted}, not {shown(value)}")
    return create_sequence(value, convert)


@algorithm("create-sequence-from-iterable", "create sequence from iterable")
def create_sequence(
    iterable: Iterable[object], convert: Callable[[object], Element]
) -> list[Element]:
    """Convert an iterable to a sequence type.

    Args:
        iterable: the iterable.
        convert: takes one element and returns a value of the type of the sequence's elements.

    Source: https://webidl.spec.whatwg.org/#create-sequence-from-iterable
    """
    # 1. Python's iteration gets the iterator of the iterable.
    # 2. Begin with an empty list of converted values.
    # 3. Iterate until the iterator is done.
    # 3.1. Python's iteration gets the next value from the iterator.
    # 3.2. Return the list of converted values once the iterator is done.
    # 3.3. Convert each value of the iterator to the type of the sequence's elements.
    # 3.4. A Python list counts its elements, so no index is incremented.
    return [convert(each) for each in iterable]
