"""The value of an argument that was left out.

Web IDL tells an argument that was not given from one that is null. In Python null is ``None``,
so a left-out argument needs a value of its own: ``MISSING``. It plays the part of JavaScript's
``undefined`` in the conversions as well, and is exported under that name.

Source: https://webidl.spec.whatwg.org/#dfn-optional-argument
"""

from enum import Enum
from typing import Final


class Missing(Enum):
    """The type of ``MISSING``, an enumeration of one value so that type checkers can narrow it."""

    MISSING = "undefined"

    def __bool__(self) -> bool:
        """Be false, as undefined is."""
        return False

    def __str__(self) -> str:
        return "undefined"

    def __repr__(self) -> str:
        return "undefined"


MISSING: Final = Missing.MISSING
"""The argument was left out."""
