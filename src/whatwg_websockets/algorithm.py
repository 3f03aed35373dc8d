"""The mark that ties a function to the algorithm of a standard it carries out."""

from collections.abc import Callable
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])


def algorithm(anchor: str, name: str) -> Callable[[F], F]:
    """Say which algorithm a function carries out.

    The mark is one attribute, set when the module is imported; calling the function costs
    nothing more for it.

    Args:
        anchor: the fragment of the algorithm in its standard, such as ``dom-websocket-close``,
            or a section of an RFC, such as ``rfc6455#section-7.1.7``.
        name: the algorithm's name as the standard writes it.
    """

    def mark(function: F) -> F:
        function.__algorithm__ = (anchor, name)  # type: ignore[attr-defined]
        return function

    return mark
