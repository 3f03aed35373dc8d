"""Callback functions: functions that a program hands in to be called later.

Source: https://webidl.spec.whatwg.org/#idl-callback-functions
"""

import inspect
from collections.abc import Callable
from typing import Any

from whatwg_websockets.webidl.messages import shown

_POSITIONAL = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)


def to_callback_function(name: str, most: int) -> Callable[[object], Callable[..., Any]]:
    """Return a conversion to a callback function.

    A function in JavaScript may be called with more arguments than it has parameters, and ignores
    the rest. A Python function that was converted here is called with as many as it takes.

    Args:
        name: the name of the dictionary member, for the error message.
        most: the number of arguments that the standard calls the function with.

    Source: https://webidl.spec.whatwg.org/#js-callback-function
    """

    def convert(value: object) -> Callable[..., Any]:
        if not callable(value):
            raise TypeError(f"{name} must be a function, not {shown(value)}")
        taken = _positional_parameters(value)
        if taken is None or taken >= most:
            return value
        return lambda *arguments: value(*arguments[:taken])

    return convert


def _positional_parameters(function: Callable[..., Any]) -> int | None:
    """Count the positional arguments that a function takes; None if any number, or unknown."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return None
    if any(each.kind is inspect.Parameter.VAR_POSITIONAL for each in parameters):
        return None
    return sum(each.kind in _POSITIONAL for each in parameters)
