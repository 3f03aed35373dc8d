"""What the classes of `whatwg_websockets` are, by introspection: names, members and parents."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final

import whatwg_websockets

_OF_THE_PROGRAM: Final = frozenset({"EnvironmentSettings", "Limits"})
"""Classes that a program has and a page has not."""

UNFORGEABLE: Final = ("isTrusted",)
"""What Web IDL marks as [LegacyUnforgeable], of which Python has no notion."""


@dataclass
class Interface:
    """An interface, as the scripts are told of it.

    Attributes:
        made: the class.
        inherits: the name of the interface that it extends, or "Error", or None.
        length: how many arguments its constructor requires.
        constants: names and values.
        attributes: names, and whether they can be set.
        operations: names, and how many arguments they require.
        statics: the same of static operations.
    """

    made: type
    inherits: str | None
    length: int
    constants: list[tuple[str, int]] = field(default_factory=list)
    attributes: list[tuple[str, bool]] = field(default_factory=list)
    operations: list[tuple[str, int]] = field(default_factory=list)
    statics: list[tuple[str, int]] = field(default_factory=list)

    def description(self) -> dict[str, Any]:
        """What goes to the engine."""
        members = ("inherits", "length", "constants", "attributes", "operations", "statics")
        return {"name": self.made.__name__, **{name: getattr(self, name) for name in members}}


@cache
def interfaces() -> dict[str, Interface]:
    """Return all interfaces by name, each after the one that it extends."""
    classes = [
        made
        for name in whatwg_websockets.__all__
        if name not in _OF_THE_PROGRAM
        and isinstance(made := getattr(whatwg_websockets, name), type)
    ]
    classes.sort(key=lambda made: len(made.__mro__))
    return {made.__name__: _interface(made, classes) for made in classes}


def _interface(made: type, classes: list[type]) -> Interface:
    parents = [each.__name__ for each in made.__mro__[1:] if each in classes]
    inherits = parents[0] if parents else "Error" if issubclass(made, Exception) else None
    interface = Interface(made, inherits, required(made.__init__))  # type: ignore[misc]
    for name, member in vars(made).items():
        if not name.startswith("_"):
            _add(interface, name, member)
    return interface


def _add(interface: Interface, name: str, member: Any) -> None:
    if isinstance(member, int):
        interface.constants.append((name, member))
    elif isinstance(member, property):
        interface.attributes.append((name, member.fset is not None))
    elif isinstance(member, staticmethod):
        interface.statics.append((name, required(member.__func__, bound=0)))
    elif inspect.isfunction(member):
        interface.operations.append((name, required(member)))
    elif hasattr(member, "__set__"):
        interface.attributes.append((name, True))


@cache
def parameters(function: Callable[..., Any], bound: int = 1) -> tuple[inspect.Parameter, ...]:
    """Return the parameters that take arguments by position, without ``self``."""
    kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    found = inspect.signature(function).parameters.values()
    return tuple(each for each in found if each.kind in kinds)[bound:]


def required(function: Callable[..., Any], bound: int = 1) -> int:
    """Return how many arguments a function requires."""
    return sum(each.default is each.empty for each in parameters(function, bound))
