"""What error messages and warnings of conversions are made of."""

import inspect
import warnings
from typing import Final

_PACKAGE: Final = __name__.partition(".")[0]
_LONGEST: Final = 80


def shown(value: object) -> str:
    """Write a value for an error message: as ``repr()`` does, but short, and without raising.

    ``repr()`` raises for an int of more digits than ``sys.set_int_max_str_digits()`` allows, for
    lists that are nested too deeply, and whenever a class of the program's own does.
    """
    try:
        text = repr(value)
    except Exception:
        return f"<{type(value).__name__} that repr() cannot show>"
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."


def warn_the_program(message: str) -> None:
    """Issue a RuntimeWarning that points at the program's line rather than at one of ours."""
    level, frame = 1, inspect.currentframe()
    while frame is not None and frame.f_globals.get("__name__", "").partition(".")[0] == _PACKAGE:
        level, frame = level + 1, frame.f_back
    warnings.warn(message, RuntimeWarning, stacklevel=level)
