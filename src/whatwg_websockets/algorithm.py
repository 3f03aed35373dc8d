"""The decorator that ties a function to the algorithm of a standard that it carries out."""

from collections.abc import Callable
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])


def algorithm(anchor: str, name: str) -> Callable[[F], F]:
    """Record which algorithm a function carries out.

    The decorator sets one attribute when the module is imported. A call of the function takes no
    longer than without it.

    Args:
        anchor: the algorithm's fragment in its standard's URL, such as ``dom-websocket-close``,
            or a section of an RFC, such as ``rfc6455#section-7.1.7``.
        name: the algorithm's name as the standard writes it.
    """

    def mark(function: F) -> F:
        function.__algorithm__ = (anchor, name)  # type: ignore[attr-defined]
        return function

    return mark
