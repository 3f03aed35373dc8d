"""Dictionaries of Web IDL: the options that a constructor or a method takes.

JavaScript writes ``new Event("x", {bubbles: true})``. In Python the members come in a mapping, as
keyword arguments, or both: ``Event("x", {"bubbles": True})`` or ``Event("x", bubbles=True)``. As in
JavaScript, any other object is accepted, too: its attributes are the members.
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
        convert: takes a Python value and returns a value of the member's type.
        default: the value of a member that is not given; ``MISSING`` if it does not have one.
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

        A member of the mapping that the dictionary type does not have is ignored, as in a browser.
        A keyword argument that it does not have is an error, as everywhere in Python.

        Args:
            value: a mapping; or another object, whose attributes are the members; or None or
                ``MISSING``, which have no members.
            keywords: the keyword arguments of the call, which override the object's members.

        Raises:
            TypeError: the value is a string, a number or a boolean; or a keyword is unknown; or a
                required member is not given.

        Source: https://webidl.spec.whatwg.org/#js-to-dictionary
        """
        # 1. Throw a TypeError if the value is neither an object nor null nor undefined.
        if value is None or value is MISSING:
            value = {}
        if not is_object(value):
            raise TypeError(f"{self.name} must be an object or a mapping, not {shown(value)}")
        for keyword in keywords:
            if keyword not in self.members:
                raise TypeError(f"{self.name} has no member {keyword!r}")
        # 2. Begin with an empty dictionary value, which is dropped if the conversion of a member
        #    raises.
        result: dict[str, Any] = {}
        # 3. Put the members of inherited dictionaries first; the constructor of the dictionary type
        #    has ordered them.
        # 4. Read the members of the dictionary and of all inherited ones in one loop.
        # 4.1. Read the members of each dictionary in the lexicographical order of their names.
        for name, member in self.members.items():
            # 4.1.1. Look for the member by its name in the keyword arguments, or else in the
            #        mapping or the attributes of the object.
            # 4.1.2. Take an empty mapping in place of null or undefined.
            # 4.1.2.1. If the value is null or undefined, each member is undefined, since an empty
            #   mapping takes the value's place.
            # 4.1.3. Read the member of a value that is an object.
            # 4.1.3.1. Take the member from the keyword arguments, or else from the object.
            given = keywords.get(name, MISSING)
            if given is MISSING:
                given = _get(value, name)
            # 4.1.4. If a member is given, convert the member before the next member is read.
            if given is not MISSING:
                # 4.1.4.1. Convert the value to the member's type.
                # 4.1.4.2. Set the member of the dictionary value to the converted value.
                result[name] = member.convert(given)
            # 4.1.5. If a member is not given but has a default value, use the default value.
            elif member.default is not MISSING:
                # 4.1.5.1. The default value of a member has the member's type already.
                # 4.1.5.2. Set the member of the dictionary value to the default value.
                result[name] = member.default
            # 4.1.6. Throw a TypeError if a required member is not given.
            elif member.is_required:
                raise TypeError(f"{self.name} needs the member {name!r}, which is missing")
        # 5. Return the dictionary value, from which members without a default may be missing.
        return result


def _get(options: object, name: str) -> object:
    """Get a member from a mapping, or else from the attributes of an object."""
    if isinstance(options, Mapping):
        return options.get(name, MISSING)
    return getattr(options, name, MISSING)
