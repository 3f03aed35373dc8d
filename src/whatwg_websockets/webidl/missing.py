"""The value of an argument that was left out.

Web IDL distinguishes an argument that was left out from one that is null. In Python null is
``None``, so a left-out argument needs another value: ``MISSING``. The conversions also use it for
JavaScript's ``undefined``, and the package exports it under that name.

Source: https://webidl.spec.whatwg.org/#dfn-optional-argument
"""

from enum import Enum
from typing import Final


class Missing(Enum):
    """The type of ``MISSING``, an enumeration of one value so that type checkers can narrow it."""

    MISSING = "undefined"

    def __bool__(self) -> bool:
        """Return false, as undefined is false in JavaScript."""
        return False

    def __str__(self) -> str:
        return "undefined"

    def __repr__(self) -> str:
        return "undefined"


MISSING: Final = Missing.MISSING
"""The value of an argument that was left out."""
