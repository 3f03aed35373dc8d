"""Dictionaries of Web IDL: the options that a constructor or a method takes.

JavaScript writes ``new Event("x", {bubbles: true})``. Here the members come in a mapping, as
keyword arguments, or both: ``Event("x", {"bubbles": True})`` or ``Event("x", bubbles=True)``.
As in JavaScript any other object will do, too: its attributes are the members.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.webidl.conversions import is_object
from whatwg_websockets.webidl.messages import shown
from whatwg_websockets.webidl.missing import MISSING


class Member(NamedTuple):
    """One member of a dictionary.

    Attributes:
        convert: takes a Python value and returns one of the member's type.
        default: the value where none is given, or ``MISSING`` for a member without a default.
        is_required: whether the member must be given.
    """

    convert: Callable[[object], Any]
    default: object = MISSING
    is_required: bool = False


class Dictionary:
    """A dictionary type.

    Args:
        name: its name in the standard, for error messages.
        members: its members by name.
        inherits: the dictionary that it extends.

    Source: https://webidl.spec.whatwg.org/#idl-dictionaries
    """

    def __init__(
        self, name: str, members: Mapping[str, Member], inherits: "Dictionary | None" = None
    ) -> None:
        self.name = name
        inherited: Mapping[str, Member] = inherits.members if inherits is not None else {}
        self.members: Mapping[str, Member] = {**inherited, **dict(sorted(members.items()))}
        self.defaults: Mapping[str, Any] = {
            name: member.default
            for name, member in self.members.items()
            if member.default is not MISSING
        }

    @algorithm("js-to-dictionary", "convert a JavaScript value to a dictionary")
    def convert(self, value: object, keywords: Mapping[str, object]) -> dict[str, Any]:
        """Convert an object and keyword arguments to a value of this dictionary type.

        Names that the dictionary does not know are passed over, as in a browser. A keyword
        argument that it does not know is an error, as everywhere in Python.

        Args:
            value: a mapping; or another object, whose attributes are the members; or None or
                ``MISSING``, which have no members.
            keywords: the keyword arguments of the call, which go before the object.

        Raises:
            TypeError: the value is a string, a number or a boolean, a keyword is unknown, or a
                member is not given that must be.

        Source: https://webidl.spec.whatwg.org/#js-to-dictionary
        """
        # 1. Only an object has members.
        if value is None or value is MISSING:
            value = {}
        if not is_object(value):
            raise TypeError(f"{self.name} is made from an object, not {shown(value)}")
        for keyword in keywords:
            if keyword not in self.members:
                raise TypeError(f"{self.name} has no member {keyword!r}")
        # 2. It is filled as far as the conversions succeed, and dropped if one raises.
        result: dict[str, Any] = {}
        # 3. What is inherited comes first; the order was settled when the type was made.
        # 4. So one loop reads all of them,
        # 4.1. and those of each dictionary by the order of their names.
        for name, member in self.members.items():
            # 4.1.1. A member has the same name in a mapping, as an attribute and as a keyword.
            # 4.1.2. None has become an empty mapping,
            # 4.1.2.1. in which nothing is found.
            # 4.1.3. In any other the program may have put a member,
            # 4.1.3.1. if not among the keywords, which go first.
            given = keywords.get(name, MISSING)
            if given is MISSING:
                given = _get(value, name)
            # 4.1.4. What is given is converted at once, before the next member is read.
            if given is not MISSING:
                # 4.1.4.1. Each member has a type of its own,
                # 4.1.4.2. and a place under its name.
                result[name] = member.convert(given)
            # 4.1.5. A member without a default is simply not there.
            elif member.default is not MISSING:
                # 4.1.5.1. A default is of the member's type already,
                # 4.1.5.2. so that whoever reads it need not ask where it comes from.
                result[name] = member.default
            # 4.1.6. A required member that is missing raises before the next member is read.
            elif member.is_required:
                raise TypeError(f"{self.name} needs a member {name}")
        # 5. Whoever reads the dict knows which members may be missing.
        return result


def _get(options: object, name: str) -> object:
    """Find a member in a mapping, or else among the attributes of an object."""
    if isinstance(options, Mapping):
        return options.get(name, MISSING)
    return getattr(options, name, MISSING)
