"""Parts of the error messages and warnings of conversions."""

import inspect
import warnings
from typing import Final

_PACKAGE: Final = __name__.partition(".")[0]
_LONGEST: Final = 80


def shown(value: object) -> str:
    """Return a value as text for an error message: its ``repr()``, shortened, without raising.

    ``repr()`` raises for an int of more digits than ``sys.set_int_max_str_digits()`` allows, for
    lists that are nested too deeply, and whenever the ``__repr__`` of the program's class does.
    """
    try:
        text = repr(value)
    except Exception:
        return f"<{type(value).__name__} that repr() cannot show>"
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."


def warn_the_program(message: str) -> None:
    """Issue a RuntimeWarning that names the program's line rather than a line of this package."""
    level, frame = 1, inspect.currentframe()
    while frame is not None and frame.f_globals.get("__name__", "").partition(".")[0] == _PACKAGE:
        level, frame = level + 1, frame.f_back
    warnings.warn(message, RuntimeWarning, stacklevel=level)
